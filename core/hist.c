/*
 * hist.c - logarithmic distribution of durations; see hist.h. Bucket k holds
 * durations up to 10 ms * 2^(k/2), the last one everything longer too.
 */
#include "core/hist.h"

#include <stdbool.h>
#include <string.h>

/* Upper edge of a bucket; 181/128 stands for the root of two. */
static int64_t
edge_ms(unsigned k)
{
	int64_t even = (int64_t)10 << (k / 2);

	return k % 2 == 0 ? even : even * 181 / 128;
}

unsigned
hist_bucket(uint32_t ms)
{
	/* Without a branch: durations are too mixed to be guessed. */
	uint32_t more = ms > 10 ? ms : 11;
	unsigned log2 = 31U - (unsigned)__builtin_clz((more - 1) / 10);
	unsigned k = 2 * log2 + 1 + (more > edge_ms(2 * log2 + 1));

	k = k < HIST_BUCKETS ? k : HIST_BUCKETS - 1U;
	return ms > 10 ? k : 0;
}

void
hist_add(struct hist *h, int64_t at_ms, uint32_t duration_ms)
{
	hist_add_bucket(h, at_ms, hist_bucket(duration_ms));
}

/* Into another window than the running one. */
void
hist_add_apart(struct hist *h, int64_t at_ms, unsigned bucket)
{
	int64_t w = at_ms / HIST_WINDOW_MS;

	if (w == h->window - 1) {
		h->last[bucket]++;
	} else if (w > h->window) {
		if (w == h->window + 1)
			memcpy(h->last, h->cur, sizeof h->last);
		else
			memset(h->last, 0, sizeof h->last);
		memset(h->cur, 0, sizeof h->cur);
		h->window = w;
		h->cur[bucket]++;
	}
}

/* What counts at now_ms, as sums: none, one or both windows. */
static uint64_t
merged(const struct hist *h, int64_t now_ms, uint64_t out[HIST_BUCKETS])
{
	int64_t w = now_ms / HIST_WINDOW_MS;
	bool cur = h->window == w || h->window == w - 1;
	bool last = h->window == w;
	uint64_t n = 0;

	for (unsigned k = 0; k < HIST_BUCKETS; k++) {
		out[k] =
		    (cur ? h->cur[k] : 0) + (uint64_t)(last ? h->last[k] : 0);
		n += out[k];
	}
	return n;
}

int64_t
hist_quantile(const struct hist *h, int64_t now_ms, double q)
{
	uint64_t v[HIST_BUCKETS], n = merged(h, now_ms, v), sum = 0;

	if (n == 0)
		return -1;
	for (unsigned k = 0; k < HIST_BUCKETS; k++) {
		sum += v[k];
		if (sum > 0 && (double)sum >= q * (double)n)
			return edge_ms(k);
	}
	return edge_ms(HIST_BUCKETS - 1);
}

uint64_t
hist_count(const struct hist *h, int64_t now_ms)
{
	uint64_t v[HIST_BUCKETS];

	return merged(h, now_ms, v);
}
