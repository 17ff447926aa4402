/*
 * poll.h - the blocks that scripts/poll.sh prints every few seconds: queue
 * counts and vitals, as lines "key value...", closed by a line "end". Pure;
 * any slices; unknown keys are passed over. Sources: proc(5), Linux
 * Documentation/accounting/psi.rst.
 */
#ifndef REMOTE_POLL_H
#define REMOTE_POLL_H

#include "core/buf.h"
#include "core/types.h"

struct poll; /* opaque; heap */

struct poll_reading {
	struct queue_counts counts;
	struct vitals vitals;
	int64_t host_ms; /* the host's wall clock when it was read */
	/* Its zone then (summer time comes and goes), if it said so. */
	bool has_zone;
	int32_t utc_offset_s;
	/* How old the counts were then: on a large queue counting is dear, so
	 * it is done less often and the last figures are repeated. */
	int64_t counts_age_ms;
};

typedef void (*poll_fn)(void *ctx, const struct poll_reading *r);

/* Appends the shell line that runs the script on the host; it runs until
 * nobody reads any more. period_ms: 100 at least. */
err_t poll_command(struct buf *out, const struct discovery *found,
    int64_t period_ms) NODISCARD;

/* NULL when out of memory. fn is called once a block. */
struct poll *poll_new(poll_fn fn, void *ctx);
void poll_free(struct poll *p);
void poll_feed(struct poll *p, struct str bytes);

#endif
