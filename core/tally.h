/*
 * tally.h - what is counted for a key (host, egress IP, provider, domain,
 * sender, reply, or a pair of them): totals, series, rates.
 */
#ifndef CORE_TALLY_H
#define CORE_TALLY_H

#include "core/hist.h"
#include "core/series.h"

enum figure {
	STAT_SENT,
	STAT_DEFERRED, /* a receiver, or the way to it, refused for now */
	STAT_BOUNCED,  /* and expired ones */
	STAT_LOCAL,    /* Postfix's repeats of an earlier reply; deferred
			  transport: not what a receiver said */
	STAT_REJECTED, /* we refused a client */
	STAT_N,
};

enum stage { STAGE_BEFORE, STAGE_QMGR, STAGE_CONNECT, STAGE_SEND, STAGE_N };

enum { TALLY_PENDING = 15, TALLY_NOW_BITS = 12 };

/*
 * What nearly every addition touches comes first: with a key of eight bytes
 * before it, one cache line. Counts wait there until there are some to take to
 * the series at once, because the rest is long out of the caches when the next
 * message for its key comes. Read with the functions below, but for the times.
 */
struct tally {
	int64_t last_ms; /* of anything counted; 0 never */
	uint64_t now;	 /* counts of `step`, TALLY_NOW_BITS for each figure */
	uint32_t step, base;
	uint8_t n_pending;
	uint16_t pending[TALLY_PENDING]; /* of other steps, see tally.c */
	/* What is touched when they are taken: the next line. */
	struct series series;	  /* a lane for each figure */
	uint64_t total[STAT_N];	  /* the common ones are in that line */
	int64_t first_ms;	  /* of anything counted; 0 never */
	uint32_t memo[STAT_N][3]; /* sums over 1 min, 10 min and 1 h */
	uint32_t memo_step;	  /* of memo, while nothing waits; 0 none */
};

enum window { WIN_1M, WIN_10M, WIN_1H };

void tally_done(struct tally *t);
void tally_add_slow(
    struct tally *t, enum figure what, int64_t at_ms, uint32_t n);
static inline void
tally_add(struct tally *t, enum figure what, int64_t at_ms, uint32_t n)
{
	unsigned shift = TALLY_NOW_BITS * what;
	uint64_t full = ((UINT64_C(1) << TALLY_NOW_BITS) - 1) << shift;

	/* The next one of the step that is being counted. */
	if (at_ms / SERIES_FINE_MS == t->step && at_ms >= t->last_ms &&
	    n == 1 && t->now != 0 && (t->now & full) != full) {
		t->now += UINT64_C(1) << shift;
		t->last_ms = at_ms;
	} else {
		tally_add_slow(t, what, at_ms, n);
	}
}
/* Count since the console looks, with history. */
uint64_t tally_total(const struct tally *t, enum figure what);
/* Count in the window that ends now; remembered until the next 5-s step or
 * the next tally_add. */
uint32_t tally_window(
    struct tally *t, enum figure what, enum window w, int64_t now_ms);
/* Count since from_ms (5 s or 1 min exact, see series_sums). */
uint64_t tally_since(
    struct tally *t, enum figure what, int64_t from_ms, int64_t now_ms);
/* The same of all attempts: what was sent, deferred or bounced. */
uint64_t tally_attempts_since(struct tally *t, int64_t from_ms, int64_t now_ms);
/* Adds the attempts of each step of 5 s, see series_add_steps. */
bool tally_add_attempts(struct tally *t, int64_t from_ms, uint32_t *out, int n);
/* Counts over time, see series_read. */
void tally_read(struct tally *t, enum figure what, int64_t now_ms,
    int64_t step_ms, uint32_t *out, int n);
/* deferred (bounced) of all attempts in the window, in 1/1000; -1 when there
 * were no attempts: no share is not 0 %. */
int tally_share_milli(
    struct tally *t, enum figure what, enum window w, int64_t now_ms);

/* Distributions of the whole delay and its four stages. */
struct delays {
	struct hist all, stage[STAGE_N];
};
/* The stage with the largest 0.9 quantile in the last windows; -1 unknown;
 * *ms gets that quantile. */
int delays_slowest(const struct delays *d, int64_t now_ms, int64_t *ms);

#endif
