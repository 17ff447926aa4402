/*
 * proc_exec.h - commands in flight of a transport that runs each one as a child
 * process: at most TRANSPORT_MAX_CHANNELS, ends told once, all of them ended or
 * dropped together. Shared by local.c and openssh.c; knows no transport.
 */
#ifndef REMOTE_PROC_EXEC_H
#define REMOTE_PROC_EXEC_H

#include "remote/transport.h"

struct proc_execs {
	uv_loop_t *loop;
	struct exec *head; /* owned */
	unsigned n;
	/*
	 * A status that may mean "the way there broke" is kept back for
	 * hold_ms; proc_execs_end_all() in that time tells its error instead.
	 * hold_status 0: none is kept back.
	 */
	int hold_status;
	int64_t hold_ms;
	/* Asked when that time is over, or who waits is cancelled meanwhile:
	 * what it meant. ERR_OK: it was the command's own status. */
	void *ctx;
	err_t (*explain)(void *ctx);
};

/* argv: what to start for o->command. ERR_LIMIT when all are in use. */
err_t proc_execs_start(struct proc_execs *x, const char *const *argv,
    const struct exec_opts *o, struct exec **out) NODISCARD;
void proc_execs_cancel(struct exec *e);
/* Ends all that are in flight now with err. */
void proc_execs_end_all(struct proc_execs *x, err_t err);
/* Ends all without a callback. */
void proc_execs_drop_all(struct proc_execs *x);

#endif
