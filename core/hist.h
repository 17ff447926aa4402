/*
 * hist.h - distribution of durations in 44 logarithmic buckets (half powers of
 * two from 10 ms to about 8 h), kept for the running and the last 10 minutes,
 * so that a quantile speaks of the last 10 to 20 minutes.
 */
#ifndef CORE_HIST_H
#define CORE_HIST_H

#include <stdint.h>

enum { HIST_BUCKETS = 44, HIST_WINDOW_MS = 600000 };

struct hist {
	int64_t window; /* at_ms / HIST_WINDOW_MS of cur */
	uint32_t cur[HIST_BUCKETS], last[HIST_BUCKETS];
};

void hist_add(struct hist *h, int64_t at_ms, uint32_t duration_ms);
/* The same in two steps, for a duration that goes into several. */
unsigned hist_bucket(uint32_t duration_ms);
void hist_add_apart(struct hist *h, int64_t at_ms, unsigned bucket);
static inline void
hist_add_bucket(struct hist *h, int64_t at_ms, unsigned bucket)
{
	if (at_ms / HIST_WINDOW_MS == h->window)
		h->cur[bucket]++;
	else
		hist_add_apart(h, at_ms, bucket);
}
/* Upper edge in ms of the bucket that holds the q-quantile (0..1) of the
 * windows still young enough at now_ms; -1 when nothing was counted. */
int64_t hist_quantile(const struct hist *h, int64_t now_ms, double q);
uint64_t hist_count(const struct hist *h, int64_t now_ms);

#endif
