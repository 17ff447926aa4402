/*
 * ssh_agent.h - a client of the SSH agent (draft-miller-ssh-agent) that does
 * not block, as libssh2's own does: one request at a time over a Unix socket.
 * Never holds a private key.
 */
#ifndef REMOTE_SSH_AGENT_H
#define REMOTE_SSH_AGENT_H

#include "core/buf.h"

#include <uv.h>

enum ssh_agent_state {
	AGENT_BUSY,   /* connecting, or waits for an answer */
	AGENT_READY,  /* answered: see ssh_agent_reply() */
	AGENT_FAILED, /* cannot be reached, or answered nonsense */
};

struct ssh_agent; /* opaque; heap */

/* Connects and asks for its keys. on_change is called from the loop when the
 * state is no longer busy. NULL when out of memory. */
struct ssh_agent *ssh_agent_new(
    uv_loop_t *loop, const char *path, void *ctx, void (*on_change)(void *ctx));
void ssh_agent_free(struct ssh_agent *a);
enum ssh_agent_state ssh_agent_state(const struct ssh_agent *a);
/* Asks for a signature of data by the key `blob`; busy until answered. */
void ssh_agent_sign(struct ssh_agent *a, struct str blob, struct str data);

/* The n-th key it holds, and its comment; false when there are not so many.
 * Borrowed until the agent is freed. */
bool ssh_agent_key(
    const struct ssh_agent *a, size_t n, struct str *blob, struct str *comment);
/* The signature's bytes without their type; empty when it refused. Borrowed
 * until the next request. */
struct str ssh_agent_signature(const struct ssh_agent *a);

#endif
