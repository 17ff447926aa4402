/*
 * poll.h - the blocks that scripts/poll.sh prints every few seconds: queue
 * counts, vitals and the log file's identity, as lines "key value...", closed
 * by a line "end". Pure; any slices; unknown keys are passed over.
 */
#ifndef REMOTE_POLL_H
#define REMOTE_POLL_H

#include "core/types.h"

struct poll; /* opaque; heap */

struct poll_reading {
	struct queue_counts counts;
	struct vitals vitals;
	int64_t host_ms; /* the host's wall clock when it was read */
};

typedef void (*poll_fn)(void *ctx, const struct poll_reading *r);

struct poll *poll_new(poll_fn fn, void *ctx);
void poll_free(struct poll *p);
void poll_feed(struct poll *p, struct str bytes);

#endif
