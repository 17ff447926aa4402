/*
 * ssh_config.h - what OpenSSH's configuration says about a host, as `ssh -G`
 * prints it (ssh_config(5)): aliases, users, ports, keys, known hosts and jump
 * hosts then mean what they mean to ssh. The parser is pure; running ssh is
 * ssh_config_run()'s part (ssh_config_run.c).
 */
#ifndef REMOTE_SSH_CONFIG_H
#define REMOTE_SSH_CONFIG_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "core/types.h"

#include <uv.h>

enum {
	SSH_CONFIG_TEXT_MAX = 256 * 1024, /* bytes of ssh -G taken */
	SSH_CONFIG_LIST_MAX = 32,	  /* files in one list */
	SSH_CONFIG_VALUE_MAX = 8192,	  /* bytes of one value */
};

/* A host as an operator writes it: "mta1", "root@mta3:2222", "[::1]:22",
 * "ssh://root@mta3:2222". Port 0: not given. user "": not given. */
struct ssh_spec {
	char user[NAME_MAX_BYTES];
	char host[NAME_MAX_BYTES];
	uint16_t port;
};

/* ERR_PARSE when it is none of these, or begins with '-'. */
err_t ssh_spec_parse(struct ssh_spec *out, struct str text) NODISCARD;

/* StrictHostKeyChecking. "no" and "off" count as accept-new: a changed key is
 * refused whatever the configuration says. */
enum ssh_strict { SSH_STRICT_ASK, SSH_STRICT_YES, SSH_STRICT_NEW };

/* Where this program runs: for ~, %d, %u and SSH_AUTH_SOCK. Borrowed. */
struct ssh_env {
	const char *home, *user;
	const char *auth_sock; /* NULL or "": no agent */
};

struct ssh_files {
	size_t n;
	char *path[SSH_CONFIG_LIST_MAX]; /* owned; ~ and %-tokens expanded */
};

struct ssh_config {
	char host[NAME_MAX_BYTES];     /* the name that was asked for */
	char hostname[NAME_MAX_BYTES]; /* what to look up and connect to */
	char user[NAME_MAX_BYTES];
	char hostkey_alias[NAME_MAX_BYTES]; /* "" = none */
	uint16_t port;
	enum ssh_strict strict;
	bool hash_known_hosts;
	bool identities_only;
	bool pubkey_auth;
	int family;		    /* AF_UNSPEC, AF_INET, AF_INET6 */
	int64_t connect_timeout_ms; /* 0 = none given */
	/* Owned, NULL when none. */
	char *identity_agent; /* socket path */
	char *proxy_jump;     /* "a,user@b:2222": from the first hop on */
	char *proxy_command;
	char *bind_address; /* our own address of the connection */
	char *hostkey_algorithms;
	struct ssh_files identity, certificate;
	struct ssh_files user_known, global_known;
};

/*
 * text: the output of ssh -G for `host`. Unknown keys are passed over, of a key
 * given twice the first counts (lists: all). ERR_PARSE when hostname, user or
 * port are missing or nonsense, ERR_NOMEM. *out is owned by the caller, free
 * with ssh_config_done(); untouched on error.
 */
err_t ssh_config_parse(struct ssh_config *out, struct str host, struct str text,
    const struct ssh_env *env) NODISCARD;
void ssh_config_done(struct ssh_config *c);

struct ssh_config_run; /* opaque; heap */

/*
 * err 0: text is what ssh -G printed. Else text is a sentence's tail saying why
 * (ssh not installed, its complaint, no answer in time). Borrowed for the call.
 */
typedef void (*ssh_config_fn)(void *ctx, err_t err, struct str text);

/*
 * Starts `ssh -G [-F config_file] [-l user] [-p port] -- host`. fn is called
 * once, from the loop, never from here; NULL when out of memory. The run frees
 * itself after fn, or when it was cancelled.
 */
struct ssh_config_run *ssh_config_run(uv_loop_t *loop,
    const struct ssh_spec *spec, const char *config_file, int64_t timeout_ms,
    void *ctx, ssh_config_fn fn);
/* No callback after this. */
void ssh_config_cancel(struct ssh_config_run *r);

#endif
