/*
 * tally.c - totals, series and windows of one key; see tally.h. A count that
 * waits is 16 bits: its step as an offset, its figure, how many. Readers take
 * what waits to the series first; that changes no figure.
 */
#include "core/tally.h"

#include <assert.h>
#include <stdbool.h>

enum {
	STEP_SHIFT = 8,
	AHEAD_MAX = 255, /* steps in the bits that are left */
	FIGURE_SHIFT = 5,
	COUNT_MAX = (1 << FIGURE_SHIFT) - 1,
	/* Steps before the first one that waits, for late counts. */
	LATE_STEPS = 24,
};
static_assert((int)STAT_N <= (int)SERIES_LANES, "a lane for each figure");
static_assert(STAT_N <= 1 << (STEP_SHIFT - FIGURE_SHIFT), "a figure fits");
/* So that counts which wait together are fine steps of the series. */
static_assert(
    (int)AHEAD_MAX < (int)SERIES_FINE_STEPS, "none is late for its step");

static unsigned
figure_of(uint16_t p)
{
	return p >> FIGURE_SHIFT & ((1U << (STEP_SHIFT - FIGURE_SHIFT)) - 1);
}

/* Takes what waits to the series, in the order in which it came. */
static void
settle(struct tally *t)
{
	if (t->n_pending > 0)
		t->memo_step = 0;
	for (unsigned i = 0; i < t->n_pending; i++) {
		uint16_t p = t->pending[i];
		int64_t step = (int64_t)t->base + (p >> STEP_SHIFT);
		uint32_t n = p & COUNT_MAX;

		t->total[figure_of(p)] += n;
		series_add(&t->series, figure_of(p), step * SERIES_FINE_MS, n);
	}
	t->n_pending = 0;
}

void
tally_done(struct tally *t)
{
	series_done(&t->series);
	*t = (struct tally){0};
}

/* Adds to a count of that step and figure which waits and has room; false:
 * there is none. The newest ones are the last. */
static inline bool
join(struct tally *t, unsigned key)
{
	for (unsigned i = t->n_pending; i-- > 0;)
		if ((t->pending[i] ^ key) < COUNT_MAX) {
			t->pending[i]++;
			return true;
		}
	return false;
}

/* What cannot wait goes to its series, behind all that does. */
static void
add_now(struct tally *t, enum figure what, int64_t at_ms, uint32_t n)
{
	settle(t);
	t->total[what] += n;
	t->memo_step = 0;
	series_add(&t->series, what, at_ms, n);
}

/* Begins to collect anew, around a step. */
static void
rebase(struct tally *t, uint32_t step)
{
	settle(t);
	t->base = step > LATE_STEPS ? step - LATE_STEPS : 0;
	t->ahead = 0;
}

static void
note_first(struct tally *t, int64_t at_ms)
{
	if (t->first_ms == 0 || at_ms < t->first_ms)
		t->first_ms = at_ms;
}

void
tally_add(struct tally *t, enum figure what, int64_t at_ms, uint32_t n)
{
	int64_t steps = at_ms / SERIES_FINE_MS;
	uint32_t step = (uint32_t)steps;
	unsigned key;

	if (at_ms < t->last_ms || t->last_ms == 0)
		note_first(t, at_ms);
	if (at_ms > t->last_ms)
		t->last_ms = at_ms;
	if (n != 1 || at_ms < 0 || steps > INT32_MAX ||
	    (step < t->base && t->n_pending > 0)) {
		add_now(t, what, at_ms, n);
		return;
	}
	if (step - t->base > AHEAD_MAX || t->n_pending == TALLY_PENDING)
		rebase(t, step);
	key = (step - t->base) << STEP_SHIFT | what << FIGURE_SHIFT;
	if (step - t->base > t->ahead || t->n_pending == 0)
		t->ahead = (uint8_t)(step - t->base);
	else if (join(t, key))
		return;
	t->pending[t->n_pending++] = (uint16_t)(key | 1);
}

uint64_t
tally_total(const struct tally *t, enum figure what)
{
	uint64_t n = t->total[what];

	for (unsigned i = 0; i < t->n_pending; i++)
		if (figure_of(t->pending[i]) == what)
			n += t->pending[i] & COUNT_MAX;
	return n;
}

/* All windows of all figures. */
static void
remember(struct tally *t, int64_t now_ms)
{
	static const int64_t span_ms[] = {60000, 600000, 3600000};
	uint64_t sum[SERIES_LANES];

	for (int k = 0; k < 3; k++) {
		/* The step that runs belongs to the window, so it ends behind
		 * now_ms: 12, 120 or 720 whole steps. */
		series_sums(
		    &t->series, now_ms + 1 - span_ms[k], now_ms + 1, sum);
		for (int i = 0; i < STAT_N; i++)
			t->memo[i][k] = (uint32_t)sum[i];
	}
}

uint32_t
tally_window(struct tally *t, enum figure what, enum window w, int64_t now_ms)
{
	uint32_t step = (uint32_t)(now_ms / SERIES_FINE_MS);

	if (t->n_pending > 0 || t->memo_step != step || step == 0) {
		settle(t);
		remember(t, now_ms);
		t->memo_step = step;
	}
	return t->memo[what][w];
}

uint64_t
tally_since(struct tally *t, enum figure what, int64_t from_ms, int64_t now_ms)
{
	settle(t);
	return series_sum(&t->series, what, from_ms, now_ms + 1);
}

void
tally_read(struct tally *t, enum figure what, int64_t now_ms, int64_t step_ms,
    uint32_t *out, int n)
{
	settle(t);
	series_read(&t->series, what, now_ms, step_ms, out, n);
}

int
tally_share_milli(
    struct tally *t, enum figure what, enum window w, int64_t now_ms)
{
	uint64_t all = (uint64_t)tally_window(t, STAT_SENT, w, now_ms) +
		       tally_window(t, STAT_DEFERRED, w, now_ms) +
		       tally_window(t, STAT_BOUNCED, w, now_ms);

	if (all == 0)
		return -1;
	return (int)((uint64_t)tally_window(t, what, w, now_ms) * 1000 / all);
}

int
delays_slowest(const struct delays *d, int64_t now_ms, int64_t *ms)
{
	int slowest = -1;
	int64_t most = -1;

	for (int i = 0; i < STAGE_N; i++) {
		int64_t q = hist_quantile(&d->stage[i], now_ms, 0.9);

		if (q > most) {
			most = q;
			slowest = i;
		}
	}
	if (slowest >= 0)
		*ms = most;
	return slowest;
}
