/*
 * transport.h - the one interface to a host: run commands on it, bytes in and
 * out, without blocking. Implementations: libssh2 (ssh_*.c), openssh (the ssh
 * program with ControlMaster), local (this machine), replay (a recording); and
 * record, which wraps another one.
 *
 * All calls and callbacks happen on the loop's thread. Callbacks may call
 * exec_cancel() and transport_exec(), but not transport_free().
 */
#ifndef REMOTE_TRANSPORT_H
#define REMOTE_TRANSPORT_H

#include "core/err.h"
#include "core/str.h"
#include "core/types.h"

#include <uv.h>

struct transport;
struct exec; /* one command in flight */
struct link_share;

enum { TRANSPORT_MAX_CHANNELS = 4 }; /* sshd's MaxSessions is 10 */

struct exec_opts {
	const char *name;    /* what it is for: "log", "poll", "discover" ..;
				recordings find commands by it */
	const char *command; /* one shell line for the host; copied */
	struct str input;    /* sent to its stdin, then EOF; copied */
	int64_t timeout_ms;  /* whole run; 0 = a stream without end */
	int64_t silence_ms;  /* no byte for so long is a time-out; 0 = none */
	bool unrecorded;     /* what it says may hold secrets of ours */
	void *ctx;
	/* Bytes as they come, any slices; borrowed for the call. */
	void (*on_out)(void *ctx, struct str bytes);
	void (*on_err)(void *ctx, struct str bytes);
	/* Exactly once, last, unless exec_cancel() came first. err 0: it ended
	 * with `status` (or by `signal`, "" if none). */
	void (*on_end)(void *ctx, err_t err, int status, const char *signal);
};

/* What a transport asks a person. */
enum ask_kind { ASK_HOSTKEY, ASK_PASSPHRASE };
struct ask {
	enum ask_kind kind;
	const char *host;    /* which host wants to know */
	const char *subject; /* key type and SHA256 fingerprint; key file */
};

struct transport_cb {
	void *ctx;
	/* State changes; text: a sentence naming subject, fact and way out when
	 * err is set. After LINK_WAITING, LINK_FAILED all execs have ended. */
	void (*on_state)(
	    void *ctx, enum link_state st, err_t err, const char *text);
	/* Wants an answer through transport_answer(). NULL: nobody is there to
	 * ask, so unknown keys are refused and passphrases not asked for. */
	void (*on_ask)(void *ctx, const struct ask *ask);
};

struct transport_vt {
	const char *name; /* "libssh2" */
	/* An exec that ends with ERR_LIMIT is known to have had no channel:
	 * nothing of it ran. False: most likely so. */
	bool refuses_surely;
	err_t (*exec)(
	    struct transport *t, const struct exec_opts *o, struct exec **out);
	void (*cancel)(struct transport *t, struct exec *e);
	void (*start)(struct transport *t);
	void (*stop)(struct transport *t); /* ends all; no callback after */
	void (*answer)(struct transport *t, bool yes, const char *secret);
	void (*free)(struct transport *t);
};

/* Implementations embed this first. */
struct transport {
	const struct transport_vt *vt;
	struct transport_cb cb;
};

/* How to reach a host: the operator's words; ssh -G does the rest. */
struct target {
	char name[NAME_MAX_BYTES];  /* "mta1", "root@mta3:2222", "ssh://..." */
	const char *ssh_config;	    /* -F FILE, borrowed; NULL = ssh's own */
	int64_t connect_timeout_ms; /* each step: TCP, banner, kex, auth */
	int64_t keepalive_ms;
	/* Borrowed; what hosts share (link_share.h). NULL: one of its own. */
	struct link_share *share;
};

/*
 * Connects (LINK_RESOLVING .. LINK_DISCOVERY as "logged in"); a lost or failed
 * connection is LINK_WAITING with an error, once; who owns the transport
 * decides when to start it again. LINK_FAILED when trying again cannot help
 * (changed key, authentication failed, name unknown to ssh).
 */
static inline void
transport_start(struct transport *t)
{
	t->vt->start(t);
}
static inline void
transport_stop(struct transport *t)
{
	t->vt->stop(t);
}
/* ERR_CLOSED when not logged in, ERR_LIMIT when all channels are in use. */
static inline err_t
transport_exec(
    struct transport *t, const struct exec_opts *o, struct exec **out)
{
	return t->vt->exec(t, o, out);
}
/* Frees e; no callback of it comes after. */
static inline void
exec_cancel(struct transport *t, struct exec *e)
{
	t->vt->cancel(t, e);
}
static inline void
transport_answer(struct transport *t, bool yes, const char *secret)
{
	t->vt->answer(t, yes, secret);
}
/* After stop; handles may close later, on the loop. */
static inline void
transport_free(struct transport *t)
{
	if (t != NULL)
		t->vt->free(t);
}

/* Constructors; NULL when out of memory. cb is copied. */
struct transport *transport_new_ssh(
    uv_loop_t *loop, const struct target *to, const struct transport_cb *cb);
struct transport *transport_new_openssh(
    uv_loop_t *loop, const struct target *to, const struct transport_cb *cb);
struct transport *transport_new_local(
    uv_loop_t *loop, const struct transport_cb *cb);
/* libssh2 where it can serve; when it cannot (libraries.md: RSA user keys,
 * RSA-only host keys, certificates, ProxyCommand ..) it says so in one
 * sentence by on_state and goes on through openssh. */
struct transport *transport_new_auto(
    uv_loop_t *loop, const struct target *to, const struct transport_cb *cb);

#endif
