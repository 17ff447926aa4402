/*
 * ssh_int.h - the insides of the libssh2 transport, shared by ssh_*.c only.
 * A transport (ssh_transport.c) makes a chain at each start: one session, and
 * what carries it, a socket or a channel of its jump host's session. That one
 * belongs to a trunk (ssh_trunk.c), whose chain may hang from another trunk in
 * turn: chains make trees, the one with the socket is the root, and all of a
 * tree are stepped together, root first (ssh_chain.c). A session steps through
 * its states until it would block (ssh_session.c); each phase has its own file.
 *
 * libssh2 sees no socket: it sends and receives through ssh_io.c, which takes
 * every packet whole, so that no call of libssh2's ever stops half written.
 */
#ifndef REMOTE_SSH_INT_H
#define REMOTE_SSH_INT_H

#include "core/buf.h"
#include "remote/link_share.h"
#include "remote/ssh_knownhosts.h"
#include "remote/transport.h"

#include <libssh2.h>

enum {
	SSH_JUMPS_MAX = 8,
	SSH_HELLO_MAX = 8192,	  /* banner and KEXINIT, kept for sentences */
	SSH_OUT_MAX = 512 * 1024, /* bytes that the network did not take yet */
	SSH_WHY_MAX = 2048,
	SSH_WINDOW_BYTES = 512 * 1024,
	SSH_IN_MAX = 64 * 1024, /* received for who is on a thread */
};

/* name, timed by target.connect_timeout_ms, what the owner is told */
#define SSH_STATES(X)                                                          \
	X(NEW, false, LINK_RESOLVING)	  /* nothing was done yet */           \
	X(CONFIG, false, LINK_RESOLVING)  /* ssh -G runs; has its own */       \
	X(VIA, false, LINK_CONNECTING)	  /* its jump host logs in */          \
	X(LOOKUP, true, LINK_RESOLVING)	  /* name to addresses */              \
	X(TCP, true, LINK_CONNECTING)	  /* connect() to one address */       \
	X(TUNNEL, true, LINK_CONNECTING)  /* jump host opens a channel */      \
	X(BANNER, true, LINK_HANDSHAKE)	  /* waits for "SSH-2.0-.." */         \
	X(KEX, true, LINK_HANDSHAKE)	  /* key exchange */                   \
	X(HOSTKEY, false, LINK_ASKING)	  /* a person looks at the key */      \
	X(METHODS, true, LINK_AUTH)	  /* which methods it offers */        \
	X(AGENT, true, LINK_AUTH)	  /* the agent lists its keys */       \
	X(OFFER, true, LINK_AUTH)	  /* would it take this key? */        \
	X(PASSPHRASE, false, LINK_ASKING) /* a person types */                 \
	X(SIGN, true, LINK_AUTH)	  /* logs in with a key file */        \
	X(UP, false, LINK_DISCOVERY)	  /* logged in */

enum ssh_state {
#define X(name, timed, link) SS_##name,
	SSH_STATES(X)
#undef X
};

struct ssh_chan;
struct ssh_chain;
struct ssh_auth;
struct ssh_connect;

struct ssh_sock; /* ssh_sock.c: a descriptor and its poll handle */
typedef void (*ssh_sock_fn)(void *ctx, int status, int events);

struct ssh_trunk; /* ssh_trunk.c */

/* Whom a connection is for: a transport, or a trunk, which never hears on_state
 * and only knows by on_ask whether somebody could be asked. */
struct ssh_owner {
	uv_loop_t *loop;
	struct target to;  /* its share is never NULL */
	char *config_file; /* owned; NULL = ssh's own */
	struct transport_cb cb;
	struct ssh_chain *chain; /* NULL while stopped or waiting */
	bool alone; /* its tunnel hung: it holds up nobody else's again */
};

struct ssh_transport {
	struct transport base;
	struct ssh_owner o;
	struct link_share *own_share; /* owned; NULL: it was given one */
};

/* One host's SSH session. */
struct ssh_session {
	struct ssh_chain *chain;
	struct ssh_spec to;
	char *jumps; /* owned; ProxyJump's earlier hops; NULL = config's */
	struct ssh_config cfg;
	enum ssh_state state;
	int64_t deadline_ms; /* monotonic; 0 = none */
	int64_t banner_ms;   /* when it was connected, monotonic */
	int64_t kex_ms;	     /* how long banner and key exchange took */
	struct ssh_config_ask *run;
	struct ssh_connect *connect;
	struct ssh_chan *tunnel; /* its jump host's channel to it */
	LIBSSH2_SESSION *lib;
	struct buf hello; /* first bytes received */
	struct buf out;	  /* bytes sent that did not go yet */
	struct buf in;	  /* bytes fetched for the thread that has it */
	bool eof;	  /* the far side ended the stream */
	bool dead;	  /* reads and writes fail from now on */
	int io_errno;	  /* why reading or writing failed; 0 */
	int64_t heard_ms; /* last byte received */
	uint64_t heard_bytes;
	struct ssh_known known;
	struct ssh_auth *auth;
	enum ask_kind asks; /* while a person is asked: */
	char *ask_what;	    /* owned */
	bool answered, answer_yes;
	char *secret; /* owned; the passphrase answered */
	struct ssh_chan *chans, *opening;
	unsigned max_channels; /* what the host turned out to allow */
	int64_t opening_ms;    /* since when one opens */
	int64_t freed_ms;      /* when a command's channel last went; 0 never */
	struct ssh_chan *ping; /* channel with a keepalive under way */
	int64_t ping_due_ms;   /* 0 = none */
};

struct ssh_chain {
	struct ssh_owner *t; /* NULL once let go: no callback any more */
	struct ssh_session *s;
	uv_loop_t *loop;
	uv_timer_t timer;
	uv_idle_t idle;
	unsigned open;		   /* handles not closed yet */
	struct ssh_sock *sock;	   /* NULL over a trunk */
	struct ssh_trunk *trunk;   /* what carries it; NULL: a socket */
	struct ssh_chain *next;	   /* of the trunk's other users */
	struct ssh_trunk *carries; /* the trunk whose connection it is */
	struct ssh_chain *cursor;  /* the next user to step */
	unsigned depth;		   /* jump hosts on the way of who made it */
	size_t budget_bytes;	   /* what is left of this step's share */
	bool stepping, walking, kicked;
	bool drained; /* the socket held no more when it was read last */
	bool working; /* a thread has the session: hands off */
	bool failed;
	bool why_own; /* it failed itself, not its jump host */
	enum link_state fail_state, told;
	err_t fail_err;
	struct buf who, why; /* which host failed, and why */
};

/* ssh_sock.c; takes fd over. NULL (fd closed) when out of memory. */
struct ssh_sock *ssh_sock_new(
    uv_loop_t *loop, int fd, void *ctx, ssh_sock_fn fn);
/* events: UV_READABLE .. ; 0 stops. */
void ssh_sock_want(struct ssh_sock *k, int events);
int ssh_sock_fd(const struct ssh_sock *k);
void ssh_sock_free(struct ssh_sock *k);

/* ssh_chain.c */
struct ssh_chain *ssh_chain_new(struct ssh_owner *t);
/* Ends everything without a word; frees itself on the loop. */
void ssh_chain_free(struct ssh_chain *c);
/* The one with the socket. */
struct ssh_chain *ssh_chain_root(struct ssh_chain *c);
/* Steps soon, from the loop. */
void ssh_chain_kick(struct ssh_chain *c);
void ssh_chain_step(struct ssh_chain *c);
/* The thread is done with the session (ssh_sign.c). */
void ssh_chain_worked(struct ssh_chain *c);
void ssh_chain_on_sock(void *ctx, int status, int events);
/* Tells the owner where the session is. */
void ssh_chain_tell(struct ssh_chain *c, err_t err, const char *text);
/* Asks a person, by way of a transport that waits for this session. */
void ssh_chain_ask(struct ssh_session *s, enum ask_kind kind, const char *what);
/* The session whose question c's owner was asked; NULL if none. */
struct ssh_session *ssh_chain_asking(struct ssh_chain *c);
/*
 * The connection is over, for this reason; the first one counts. The sentence
 * gets the host's name in front. Everything is taken down when the step ends.
 */
void ssh_fail(struct ssh_session *s, enum link_state st, err_t err,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The same, because of what became of its jump host `who`. */
void ssh_chain_fail(struct ssh_chain *c, enum link_state st, err_t err,
    struct str who, struct str why);

/* ssh_session.c */
struct ssh_session *ssh_session_new(struct ssh_chain *c);
void ssh_session_free(struct ssh_session *s);
/* The only setter of state; starts the state's time-out. */
void ssh_to(struct ssh_session *s, enum ssh_state st);
void ssh_session_start(struct ssh_session *s);
/* Goes on until it would block. */
void ssh_session_advance(struct ssh_session *s);
void ssh_session_timeout(struct ssh_session *s);
enum link_state ssh_link_state(const struct ssh_session *s);
/* "10 s" for a sentence. */
int64_t ssh_step_ms(const struct ssh_session *s);
/* The stream ended or broke: says so as fits the state. */
void ssh_lost(struct ssh_session *s);
/* Nothing is to be done for it any more: it, or what carries it, is over. */
bool ssh_over(const struct ssh_session *s);

/* ssh_io.c */
err_t ssh_io_open(struct ssh_session *s) NODISCARD; /* makes s->lib */
bool ssh_io_flush(struct ssh_session *s);	    /* true: something went */
/* Fetches what came into s->in; true: there is something to read. */
bool ssh_io_fetch(struct ssh_session *s);

/* ssh_connect.c */
void ssh_connect_start(struct ssh_session *s);
void ssh_connect_timeout(struct ssh_session *s); /* of one address */
void ssh_connect_free(struct ssh_connect *c);

/* ssh_jump.c */
bool ssh_jump_start(struct ssh_session *s); /* false: needs none, or failed */
bool ssh_jump_via(struct ssh_session *s);   /* while its jump host logs in */
bool ssh_jump_step(struct ssh_session *s);  /* while the tunnel opens */

/* ssh_trunk.c */
struct ssh_session *ssh_trunk_session(const struct ssh_trunk *t);
/* Hangs c from a trunk by way of these hosts (ProxyJump's list). False: it
 * failed, as was said. */
bool ssh_trunk_join(struct ssh_chain *c, const char *list);
/* The trunk goes with its last user. c->trunk is NULL after. */
void ssh_trunk_leave(struct ssh_chain *c);
/* Its connection is over: all its users fail for this reason, t is gone. */
void ssh_trunk_over(struct ssh_trunk *t, enum link_state st, err_t err,
    struct str who, struct str why);
/* The user that speaks to a person for the trunk; NULL: none. */
struct ssh_chain *ssh_trunk_speaker(const struct ssh_trunk *t);
struct ssh_chain *ssh_trunk_choose(struct ssh_trunk *t);
struct ssh_chain *ssh_trunk_users(const struct ssh_trunk *t);
/* A tunnel has been opening for so long that others better go elsewhere; when
 * not yet, *due is when (monotonic), or 0. */
bool ssh_trunk_stalled(const struct ssh_trunk *t, int64_t now_ms, int64_t *due);

/* ssh_hostkey.c */
void ssh_hostkey_prepare(struct ssh_session *s);
void ssh_hostkey_check(struct ssh_session *s);
bool ssh_hostkey_step(struct ssh_session *s); /* takes the answer */
/* Key exchange failed: says whether for want of a host key type. */
void ssh_hostkey_kex_failed(struct ssh_session *s);

/* ssh_auth.c, ssh_keys.c */
void ssh_auth_start(struct ssh_session *s);
bool ssh_auth_step(struct ssh_session *s);
/* Nobody reads from the host now: a person or the agent is at it. */
bool ssh_auth_away(const struct ssh_session *s);
void ssh_auth_free(struct ssh_auth *a);

/* ssh_channel.c */
err_t ssh_chan_exec(struct ssh_session *s, const struct exec_opts *o,
    struct ssh_chan **out) NODISCARD;
/* NULL when out of memory; let it go with ssh_chan_drop(). */
struct ssh_chan *ssh_chan_tunnel(
    struct ssh_session *s, const char *host, uint16_t port);
void ssh_chan_drop(struct ssh_chan *ch);
/* One pass over all; true: something moved. */
bool ssh_chans_step(struct ssh_session *s);
/* Ends execs that took too long; the soonest next moment, or 0. */
int64_t ssh_chans_due(struct ssh_session *s, int64_t now_ms);
/* Ends and frees all, telling each owner err. */
void ssh_chans_end(struct ssh_session *s, err_t err);
/* There is none that anybody reads from. */
bool ssh_chans_none(const struct ssh_session *s);

enum ssh_tunnel_state { TUNNEL_OPENING, TUNNEL_OPEN, TUNNEL_REFUSED };
enum ssh_tunnel_state ssh_tunnel_state(const struct ssh_chan *ch);
/* What the jump host said when it refused. */
const char *ssh_tunnel_why(const struct ssh_chan *ch);
/* A channel is being opened, or waits for that. */
bool ssh_chans_opening(const struct ssh_session *s);
LIBSSH2_CHANNEL *ssh_chan_lib(const struct ssh_chan *ch);

#endif
