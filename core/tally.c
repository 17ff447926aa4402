/*
 * tally.c - totals, series and windows of one key; see tally.h. The step that
 * is being counted has a field for each figure in `now`. When the next step
 * comes they go to `pending`, 16 bits each: the step behind `base`, the figure,
 * how many; and from there, some together, to the series. Readers take all that
 * waits there first; that changes no figure.
 */
#include "core/tally.h"

#include <assert.h>

enum {
	NEARLY = TALLY_PENDING - 2, /* wait: soon they go to the series */
	NOW_MAX = (1 << TALLY_NOW_BITS) - 1,
	AHEAD_MAX = SERIES_SHORT_STEPS - 1,
	/* Steps before the first one that waits, for late counts. */
	LATE_STEPS = 24,
};
static const struct series_lanes attempts = {
    STAT_SENT, STAT_BOUNCED - STAT_SENT + 1};
static_assert(
    STAT_SENT + 1 == STAT_DEFERRED && STAT_DEFERRED + 1 == STAT_BOUNCED,
    "attempts lie side by side");
static_assert((int)STAT_N <= (int)SERIES_LANES, "a lane for each figure");
static_assert(STAT_N * TALLY_NOW_BITS <= 64, "a field for each figure");
/* So that counts which wait together are fine steps of the series, in whatever
 * order they reach it. */
static_assert((int)AHEAD_MAX < (int)SERIES_FINE_STEPS, "none is late");

static void
add_to_series(struct tally *t, enum figure what, uint32_t step, uint32_t n)
{
	t->total[what] += n;
	series_add_step(&t->series, what, step, n);
}

/* Takes what is pending to the series, in the order in which it came. */
static void
settle_pending(struct tally *t)
{
	for (unsigned i = 0; i < t->n_pending; i++)
		t->total[series_short_lane(t->pending[i])] +=
		    t->pending[i] & SERIES_SHORT_MAX;
	series_add_shorts(&t->series, t->base, t->pending, t->n_pending);
	t->n_pending = 0;
}

/* The next figure with a count in *now, which is taken out. */
static enum figure
take_figure(uint64_t *now, uint32_t *n)
{
	enum figure what = (enum figure)__builtin_ctzll(*now) / TALLY_NOW_BITS;
	unsigned shift = TALLY_NOW_BITS * what;

	*n = (uint32_t)(*now >> shift) & NOW_MAX;
	*now &= ~((uint64_t)NOW_MAX << shift);
	return what;
}

/* Takes all that waits to the series. */
static void
settle(struct tally *t)
{
	uint64_t now = t->now;
	uint32_t n;

	if (now == 0 && t->n_pending == 0)
		return;
	settle_pending(t);
	while (now != 0) {
		enum figure what = take_figure(&now, &n);

		add_to_series(t, what, t->step, n);
	}
	t->now = 0;
	t->memo_step = 0;
}

void
tally_done(struct tally *t)
{
	series_done(&t->series);
	*t = (struct tally){0};
}

/* Lets a count of a step wait, or, when it is too large for that, nothing. */
static void
add_pending(struct tally *t, enum figure what, uint32_t step, uint32_t n)
{
	if (t->n_pending > 0 &&
	    (t->n_pending == TALLY_PENDING || n > SERIES_SHORT_MAX ||
		step - t->base > AHEAD_MAX))
		settle_pending(t);
	if (n > SERIES_SHORT_MAX) {
		t->memo_step = 0;
		add_to_series(t, what, step, n);
		return;
	}
	if (t->n_pending == 0)
		t->base = step > LATE_STEPS ? step - LATE_STEPS : 0;
	t->pending[t->n_pending++] =
	    (uint16_t)((step - t->base) << SERIES_SHORT_STEP |
		       what << SERIES_SHORT_LANE | n);
	/* What the series keeps is long out of the caches: by the time it is
	 * needed, memory will have brought it, piece after piece. */
	if (t->n_pending == NEARLY)
		__builtin_prefetch(&t->series);
	else if (t->n_pending == TALLY_PENDING)
		series_expect(&t->series);
}

/* The step that was counted is over. */
static void
end_step(struct tally *t)
{
	uint64_t now = t->now;
	uint32_t n;

	while (now != 0) {
		enum figure what = take_figure(&now, &n);

		add_pending(t, what, t->step, n);
	}
	t->now = 0;
}

/* One more of a step before the one that is being counted. */
static void
add_late(struct tally *t, enum figure what, uint32_t step)
{
	unsigned key =
	    (step - t->base) << SERIES_SHORT_STEP | what << SERIES_SHORT_LANE;

	if (t->n_pending > 0 && step < t->base) {
		settle(t);
		add_to_series(t, what, step, 1);
		return;
	}
	if (step - t->base <= AHEAD_MAX)
		for (unsigned i = t->n_pending; i-- > 0;)
			if ((t->pending[i] ^ key) < SERIES_SHORT_MAX) {
				t->pending[i]++;
				return;
			}
	add_pending(t, what, step, 1);
}

static void
note_times(struct tally *t, int64_t at_ms)
{
	if (at_ms < t->last_ms || t->last_ms == 0)
		if (t->first_ms == 0 || at_ms < t->first_ms)
			t->first_ms = at_ms;
	if (at_ms > t->last_ms)
		t->last_ms = at_ms;
}

void
tally_add_slow(struct tally *t, enum figure what, int64_t at_ms, uint32_t n)
{
	uint64_t one = UINT64_C(1) << TALLY_NOW_BITS * what;
	int64_t steps = at_ms / SERIES_FINE_MS;
	uint32_t step = (uint32_t)steps;

	note_times(t, at_ms);
	if (n != 1 || at_ms < 0 || steps > INT32_MAX) {
		settle(t);
		t->total[what] += n;
		t->memo_step = 0;
		series_add(&t->series, what, at_ms, n);
	} else if (step < t->step) {
		add_late(t, what, step);
	} else {
		if (step > t->step || (t->now & one * NOW_MAX) == one * NOW_MAX)
			end_step(t);
		t->step = step;
		t->now += one;
	}
}

uint64_t
tally_total(const struct tally *t, enum figure what)
{
	uint64_t n =
	    t->total[what] + (t->now >> TALLY_NOW_BITS * what & NOW_MAX);

	for (unsigned i = 0; i < t->n_pending; i++)
		if (series_short_lane(t->pending[i]) == what)
			n += t->pending[i] & SERIES_SHORT_MAX;
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

	if (t->n_pending > 0 || t->now != 0 || t->memo_step != step ||
	    step == 0) {
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

uint64_t
tally_attempts_since(struct tally *t, int64_t from_ms, int64_t now_ms)
{
	settle(t);
	return series_sum_of(&t->series, attempts, from_ms, now_ms + 1);
}

bool
tally_add_attempts(struct tally *t, int64_t from_ms, uint32_t *out, int n)
{
	settle(t);
	return series_add_steps(&t->series, attempts, from_ms, out, n);
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
