/*
 * proc.h - one child process on the loop: arguments, input, output as it
 * comes, time-outs, an end told once. Owns the child until it is reaped; the
 * child gets a session of its own, so that it cannot reach our terminal and
 * all it starts dies with it. Never blocks; knows nothing of hosts.
 *
 * Whoever starts the program must ignore SIGPIPE: a child may end before it
 * has read its input.
 */
#ifndef REMOTE_PROC_H
#define REMOTE_PROC_H

#include "core/err.h"
#include "core/str.h"

#include <uv.h>

struct proc; /* opaque; heap */

struct proc_opts {
	/* NULL-terminated; argv[0] is looked up in PATH. Borrowed for the call.
	 */
	const char *const *argv;
	/* "NAME=value", NULL-terminated, borrowed for the call; NULL = ours.
	 * Keys of lists (MTADECK_KEY_...) are left out of either. */
	const char *const *env;
	struct str input;   /* sent to its stdin, then EOF; copied */
	bool keep_stdin;    /* no EOF: its stdin stays open until it ends */
	int64_t timeout_ms; /* whole run; 0 = none */
	int64_t silence_ms; /* no byte for so long; 0 = none */
	uint64_t max_bytes; /* of stdout and stderr together; 0 = any */
	void *ctx;
	/* Bytes as they come, any slices; borrowed for the call; may be NULL.
	 */
	void (*on_out)(void *ctx, struct str bytes);
	void (*on_err)(void *ctx, struct str bytes);
	/*
	 * Exactly once, last, unless proc_cancel() came first. err 0: it ended
	 * with `status`, or by signal number `signum` (0 = none).
	 * ERR_TIMEOUT, ERR_LIMIT: it was killed.
	 */
	void (*on_end)(void *ctx, err_t err, int status, int signum);
	/* The child is reaped and nothing of it is left: after on_end, and
	 * after a cancel too. For cleaning up what it used. May be NULL. */
	void *gone_ctx; /* may outlive ctx */
	void (*on_gone)(void *gone_ctx);
};

/* ERR_NOCOMMAND when argv[0] is not there, ERR_NOMEM, ERR_IO; then no callback
 * comes. *out is the loop's; it is gone after on_end. */
err_t proc_start(
    uv_loop_t *loop, const struct proc_opts *o, struct proc **out) NODISCARD;
/* Kills it and all it started (TERM, half a second later KILL). No callback
 * but on_gone comes after. */
void proc_cancel(struct proc *p);
int proc_pid(const struct proc *p);

#endif
