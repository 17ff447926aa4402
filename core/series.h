/*
 * series.h - counts over time at two steps: 5 s for the last hour, 1 min for
 * the last 24 h. Only steps in which something was counted are stored, as
 * (step, count) pairs in order of time, so that an idle key costs nothing and
 * a busy one 18 KB. A count is stored once: it moves from the fine steps to
 * its minute when the fine ring needs its room, and sums read both. Times are
 * wall milliseconds; late counts (older than the newest step) are put where
 * they belong; older than 24 h, they are ignored. No count is not a zero
 * measured: whoever owns a source knows when it was blind (struct host, gaps)
 * and views show that.
 */
#ifndef CORE_SERIES_H
#define CORE_SERIES_H

#include <stdint.h>

enum {
	SERIES_FINE_MS = 5000,
	SERIES_FINE_STEPS = 720 + 12, /* one hour, and a minute in hand */
	SERIES_MIN_MS = 60000,
	SERIES_MIN_STEPS = 1440 + 1,
	SERIES_FINE_PER_MIN = SERIES_MIN_MS / SERIES_FINE_MS,
};

struct series_pt {
	uint32_t step; /* at_ms / step length */
	uint32_t count;
};

struct series_ring {
	struct series_pt *v; /* owned; circular, sorted by step */
	uint16_t n, room, head;
};

/* A zeroed struct is a valid empty series. The newest fine step is kept outside
 * of its ring, so that counting into it reads nothing else. */
struct series {
	struct series_pt last; /* count 0: none */
	struct series_ring fine, min;
};

void series_done(struct series *s);
/* Counts; when memory ends the count is lost here (totals are kept apart). */
void series_add(struct series *s, int64_t at_ms, uint32_t count);
/* Sum over the steps that begin in [from_ms, to_ms): steps of 5 s while
 * from_ms is within an hour of to_ms and of the newest step, of 1 min else.
 */
uint64_t series_sum(const struct series *s, int64_t from_ms, int64_t to_ms);
/*
 * n sums of step_ms each (a multiple of 5000 for up to an hour, of 60000 for
 * more), oldest first; the last one is the step that holds now_ms.
 */
void series_read(const struct series *s, int64_t now_ms, int64_t step_ms,
    uint32_t *out, int n);

#endif
