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

/* What an addition touches comes first: two cache lines of a sent message. */
struct tally {
	int64_t first_ms, last_ms; /* of anything counted; 0 never */
	uint64_t total[STAT_N];	   /* since the console looks, with history */
	uint32_t memo_step;
	struct series s[STAT_N];
	/* sums over 1 min, 10 min and 1 h, valid for memo_step */
	uint32_t memo[STAT_N][3];
};

enum window { WIN_1M, WIN_10M, WIN_1H };

void tally_done(struct tally *t);
void tally_add(struct tally *t, enum figure what, int64_t at_ms, uint32_t n);
/* Count in the window that ends now; remembered until the next 5-s step or
 * the next tally_add. */
uint32_t tally_window(
    struct tally *t, enum figure what, enum window w, int64_t now_ms);
/* Count since from_ms (5 s or 1 min exact, see series_sum). */
uint64_t tally_since(
    const struct tally *t, enum figure what, int64_t from_ms, int64_t now_ms);
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
