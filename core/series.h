/*
 * series.h - counts over time at two steps: 5 s for the last hour, 1 min for
 * the last 24 h; several lanes (figures of one key) in one. Only steps in which
 * something was counted are stored, four bytes each and in order of time, so
 * that an idle key costs nothing and a busy one little. A count is stored once:
 * it moves from the fine steps to its minute when it is too old for them, and
 * sums read both. Times are wall milliseconds; late counts (older than the
 * newest step of any lane) are put where they belong; older than 24 h, they are
 * ignored. No count is not a zero measured: whoever owns a source knows when it
 * was blind (struct host, gaps) and views show that.
 */
#ifndef CORE_SERIES_H
#define CORE_SERIES_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SERIES_FINE_MS = 5000,
	SERIES_FINE_STEPS = 720 + 12, /* one hour, and a minute in hand */
	SERIES_MIN_MS = 60000,
	SERIES_MIN_STEPS = 1440 + 1,
	SERIES_FINE_PER_MIN = SERIES_MIN_MS / SERIES_FINE_MS,
	SERIES_LANES = 8,
	SERIES_POINTS_MAX = 8192, /* of a ring: five lanes without a pause */
};

struct series_ring {
	uint32_t *v; /* owned; circular, sorted by step; packed, see series.c */
	uint16_t n, room, head;
};

/* A zeroed struct is a valid empty series. */
struct series {
	struct series_ring fine, min;
	uint32_t newest; /* fine step of any lane */
};

void series_done(struct series *s);
/* Counts; when memory ends, old counts go first, and the count is lost here if
 * there are none (totals are kept apart). */
void series_add(struct series *s, unsigned lane, int64_t at_ms, uint32_t count);
/* The same by the number of a step of 5 s, at most INT32_MAX. */
void series_add_step(
    struct series *s, unsigned lane, uint32_t step, uint32_t count);
/*
 * Small counts of steps that are not far apart, 16 bits each, in which they can
 * wait: how many steps behind a common one, the lane, the count.
 */
enum {
	SERIES_SHORT_STEP = 8, /* shifts */
	SERIES_SHORT_LANE = 5,
	SERIES_SHORT_STEPS = 1 << 8,
	SERIES_SHORT_MAX = (1 << SERIES_SHORT_LANE) - 1,
};
static inline unsigned
series_short_lane(uint16_t v)
{
	return v >> SERIES_SHORT_LANE & (SERIES_LANES - 1);
}
/* Adds v[n], whose steps are from `base` on, in the order in which they came:
 * the same as series_add_step() of each, for less where they are in order. */
void series_add_shorts(
    struct series *s, uint32_t base, const uint16_t *v, unsigned n);
/* Memory begins to bring what series_add() will touch. */
void series_expect(const struct series *s);
/* Sum over the steps that begin in [from_ms, to_ms): steps of 5 s while
 * from_ms is within an hour of to_ms and of the newest step, of 1 min else.
 */
uint64_t series_sum(
    const struct series *s, unsigned lane, int64_t from_ms, int64_t to_ms);
/* Lanes that lie side by side. */
struct series_lanes {
	unsigned first, n;
};
/* The same of several lanes, together. */
uint64_t series_sum_of(const struct series *s, struct series_lanes lanes,
    int64_t from_ms, int64_t to_ms);
/* Adds each step's count of these lanes to out[n]; out[0] is the step that
 * begins at or after from_ms. false: such old steps are not known apart. */
bool series_add_steps(const struct series *s, struct series_lanes lanes,
    int64_t from_ms, uint32_t *out, int n);
/* The same as series_sum of each lane, for the price of one. */
void series_sums(const struct series *s, int64_t from_ms, int64_t to_ms,
    uint64_t out[SERIES_LANES]);
/*
 * n sums of step_ms each (a multiple of 5000 for up to an hour, of 60000 for
 * more), oldest first; the last one is the step that holds now_ms.
 */
void series_read(const struct series *s, unsigned lane, int64_t now_ms,
    int64_t step_ms, uint32_t *out, int n);

#endif
