/*
 * openssh_ask.h - the ssh program's questions (unknown host key, passphrase;
 * its jump hosts' too) brought to a person and the answers back. ssh runs a
 * small script as SSH_ASKPASS (ssh(1)), which puts the question into one FIFO
 * of a private directory and reads the answer from another. A passphrase is
 * asked once: it is remembered in memory, wiped at the end, never on a disk.
 */
#ifndef REMOTE_OPENSSH_ASK_H
#define REMOTE_OPENSSH_ASK_H

#include "remote/rundir.h"
#include "remote/transport.h"

struct openssh_ask; /* opaque; heap */

struct openssh_ask_cb {
	void *ctx;
	/* A person has to answer, through openssh_ask_answer(). NULL: nobody
	 * is there, everything is refused. */
	void (*on_ask)(void *ctx, enum ask_kind kind, const char *subject);
	/* Refused, by a person or for want of one. */
	void (*on_refused)(void *ctx, enum ask_kind kind, const char *subject);
};

/* d is held. ERR_IO, ERR_NOMEM. */
err_t openssh_ask_new(struct openssh_ask **out, uv_loop_t *loop,
    struct rundir *d, const struct openssh_ask_cb *cb) NODISCARD;
/* What SSH_ASKPASS is to be; borrowed. */
const char *openssh_ask_program(const struct openssh_ask *a);
/* A new connection: what is remembered may be tried once again. */
void openssh_ask_begin(struct openssh_ask *a);
/* The connection ended: its question is void. */
void openssh_ask_end(struct openssh_ask *a);
/* secret: copied; only for a passphrase; may be NULL. */
void openssh_ask_answer(struct openssh_ask *a, bool yes, const char *secret);
void openssh_ask_free(struct openssh_ask *a);

#endif
