/* tally.c - totals, series and windows of one key; see tally.h. */
#include "core/tally.h"

void
tally_done(struct tally *t)
{
	for (int i = 0; i < STAT_N; i++)
		series_done(&t->s[i]);
	*t = (struct tally){0};
}

void
tally_add(struct tally *t, enum figure what, int64_t at_ms, uint32_t n)
{
	t->total[what] += n;
	series_add(&t->s[what], at_ms, n);
	if (t->first_ms == 0 || at_ms < t->first_ms)
		t->first_ms = at_ms;
	if (at_ms > t->last_ms)
		t->last_ms = at_ms;
	t->memo_step = 0;
}

uint32_t
tally_window(struct tally *t, enum figure what, enum window w, int64_t now_ms)
{
	static const int64_t span_ms[] = {60000, 600000, 3600000};
	uint32_t step = (uint32_t)(now_ms / SERIES_FINE_MS);

	if (t->memo_step != step || step == 0) {
		/* The step that runs belongs to the window, so it ends behind
		 * now_ms: 12, 120 or 720 whole steps. */
		for (int i = 0; i < STAT_N; i++)
			for (int k = 0; k < 3; k++)
				t->memo[i][k] =
				    t->total[i] == 0
					? 0
					: (uint32_t)series_sum(&t->s[i],
					      now_ms + 1 - span_ms[k],
					      now_ms + 1);
		t->memo_step = step;
	}
	return t->memo[what][w];
}

uint64_t
tally_since(
    const struct tally *t, enum figure what, int64_t from_ms, int64_t now_ms)
{
	return series_sum(&t->s[what], from_ms, now_ms + 1);
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
