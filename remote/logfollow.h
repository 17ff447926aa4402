/*
 * logfollow.h - following a log file over a transport: the last hour first
 * (bounded in bytes, out of rotated and gzipped files too), then live; resumes
 * where it stopped after a broken connection or a rotation, no line twice and
 * none lost, and says so when bytes are gone. The far side is
 * scripts/logfollow.sh; its stdout is the log's bytes and nothing else, its
 * stderr tells which file (device, inode, offset) they belong to.
 */
#ifndef REMOTE_LOGFOLLOW_H
#define REMOTE_LOGFOLLOW_H

#include "remote/transport.h"

struct logfollow; /* opaque; heap */

struct logfollow_opts {
	struct transport *transport; /* borrowed */
	uv_loop_t *loop;
	const struct discovery *found; /* borrowed: path, format, privilege */
	int64_t history_ms;	       /* how far back at the first start */
	uint64_t max_bytes;	       /* most history to read */
	void *ctx;
	void (*on_bytes)(void *ctx, struct str bytes);
	/* A line may not continue across this point (rotation, gap). */
	void (*on_break)(void *ctx);
	/* bytes lost (0 = unknown), a sentence why. */
	void (*on_gap)(void *ctx, uint64_t bytes, const char *why);
	/* All that was in the file at start has come: from here on it is
	 * live.*/
	void (*on_live)(void *ctx);
	/* It cannot go on (no permission, file gone ..): a sentence. The owner
	 * may start it again. */
	void (*on_fail)(void *ctx, err_t err, const char *why);
};

struct logfollow *logfollow_new(const struct logfollow_opts *o);
/* Starts, or resumes after the transport came back: the position is kept. */
err_t logfollow_start(struct logfollow *f);
/* The connection is gone: forget the command, keep the position. */
void logfollow_pause(struct logfollow *f);
void logfollow_free(struct logfollow *f);

#endif
