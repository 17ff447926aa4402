/*
 * throttle.c - the state machine of a throttle; see throttle.h. It is evaluated
 * over whole steps that have ended, so that a history read in a second goes
 * through the same states as the hours it speaks of. Asks no clock.
 */
#include "core/throttle.h"

#include <stdlib.h>

#include "core/i18n.h"

enum {
	STEP_MS = SERIES_FINE_MS,
	SPAN_1M_MS = 60000,
	SPAN_10M_MS = 600000,
	HOUR_MS = 3600000,
	DWELL_MS = 60000,  /* throttled for so long before a minute's share can
			      ease it */
	EASE_MS = 30000,   /* quiet that is shorter eases nothing, unless it is
			      clear by then */
	SHARE_MIN_N = 5,   /* attempts that make a minute's share worth it */
	UNSEEN_FACTOR = 3, /* how much longer without any mail sent */
};

const struct throttle_rules throttle_rules_default = {
    .suspect_n = 1,
    .throttled_n = 5,
    .throttled_milli = 100,
    .easing_milli = 50,
    .clear_ms = 600000,
};

/* What is seen at the end of a step. */
struct seen {
	uint64_t refused_1m, refused_10m, tried_1m, tried_10m;
	int64_t quiet_ms; /* since the last refusal */
	bool sent;	  /* mail went through since then */
};

const char *
throttle_state_name(enum throttle_state s)
{
	static const char *const names[] = {
	    "clear", "suspected", "throttled", "easing"};

	return names[s];
}

const char *
throttle_state_label(enum throttle_state s)
{
	static const char *const labels[] = {
	    N_("clear"), N_("suspected"), N_("throttled"), N_("easing")};

	return _(labels[s]);
}

void
throttle_refusal(struct throttle *t, int64_t at_ms, uint32_t reply1)
{
	series_add(&t->refused, 0, at_ms, 1);
	if (at_ms > t->last_ms)
		t->last_ms = at_ms;
	if (t->state != THROTTLE_CLEAR)
		t->refusals++;
	if (reply1 != 0)
		t->reply1 = reply1;
}

static uint64_t
tried(struct tally *cell, int64_t from_ms, int64_t end_ms)
{
	return tally_since(cell, STAT_SENT, from_ms, end_ms - 1) +
	       tally_since(cell, STAT_DEFERRED, from_ms, end_ms - 1) +
	       tally_since(cell, STAT_BOUNCED, from_ms, end_ms - 1);
}

/* Where a window begins: an episode that has ended is not looked at again. */
static int64_t
from(const struct throttle *t, int64_t end_ms, int64_t span_ms)
{
	int64_t at_ms = end_ms - span_ms;

	return at_ms > t->end_ms ? at_ms : t->end_ms;
}

static struct seen
look(const struct throttle *t, struct tally *cell, int64_t end_ms)
{
	int64_t from_1m = from(t, end_ms, SPAN_1M_MS);
	int64_t from_10m = from(t, end_ms, SPAN_10M_MS);

	return (struct seen){
	    .refused_1m = series_sum(&t->refused, 0, from_1m, end_ms),
	    .refused_10m = series_sum(&t->refused, 0, from_10m, end_ms),
	    .tried_1m = tried(cell, from_1m, end_ms),
	    .tried_10m = tried(cell, from_10m, end_ms),
	    .quiet_ms = end_ms - t->last_ms,
	    .sent =
		tally_since(cell, STAT_SENT, t->last_ms + 1, end_ms - 1) > 0,
	};
}

static int
share_milli(uint64_t part, uint64_t all)
{
	if (all == 0)
		return -1;
	return part >= all ? 1000 : (int)(part * 1000 / all);
}

static bool
is_throttled(const struct seen *s, const struct throttle_rules *r)
{
	int least = (int)r->throttled_milli;

	return s->refused_10m >= r->throttled_n &&
	       share_milli(s->refused_10m, s->tried_10m) >= least &&
	       share_milli(s->refused_1m, s->tried_1m) >= least;
}

static bool
eases(const struct throttle *t, const struct seen *s, int64_t end_ms,
    const struct throttle_rules *r)
{
	int64_t least_ms = r->clear_ms / (s->sent ? 4 : 2);

	if (s->tried_1m >= SHARE_MIN_N && end_ms - t->since_ms >= DWELL_MS &&
	    share_milli(s->refused_1m, s->tried_1m) < (int)r->easing_milli)
		return true;
	if (least_ms < EASE_MS)
		least_ms = r->clear_ms < EASE_MS ? r->clear_ms : EASE_MS;
	return s->quiet_ms >= least_ms;
}

static bool
is_over(const struct seen *s, const struct throttle_rules *r)
{
	return s->quiet_ms >= r->clear_ms * (s->sent ? 1 : UNSEEN_FACTOR);
}

static enum throttle_state
next_state(const struct throttle *t, const struct seen *s, int64_t end_ms,
    const struct throttle_rules *r)
{
	switch (t->state) {
	case THROTTLE_CLEAR:
		return s->refused_1m >= r->suspect_n && s->refused_1m > 0
			   ? THROTTLE_SUSPECTED
			   : THROTTLE_CLEAR;
	case THROTTLE_THROTTLED:
		return eases(t, s, end_ms, r) ? THROTTLE_EASING
					      : THROTTLE_THROTTLED;
	case THROTTLE_SUSPECTED:
	case THROTTLE_EASING:
	case THROTTLE_STATES:
		break;
	}
	/* What eased is not brought back by what was before. */
	if (t->last_ms >= t->since_ms && is_throttled(s, r))
		return THROTTLE_THROTTLED;
	return is_over(s, r) ? THROTTLE_CLEAR : t->state;
}

static void
keep_peak(struct throttle *t, const struct seen *s)
{
	bool minute = s->tried_1m >= SHARE_MIN_N;
	uint64_t n = minute ? s->tried_1m : s->tried_10m;
	int share = minute ? share_milli(s->refused_1m, n)
			   : share_milli(s->refused_10m, n);

	/* A share of few attempts makes way for one of enough. */
	if (t->peak_n < SHARE_MIN_N ? n < t->peak_n || n == 0
				    : n < SHARE_MIN_N || share <= t->peak_milli)
		return;
	t->peak_milli = share;
	t->peak_n = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

/* end_ms: behind the last step that is looked at. */
static bool
evaluate(struct throttle *t, struct tally *cell, int64_t end_ms,
    const struct throttle_rules *r)
{
	struct seen s = look(t, cell, end_ms);
	enum throttle_state next = next_state(t, &s, end_ms, r);
	bool first = t->state == THROTTLE_CLEAR && next != t->state;

	if (first) {
		t->start_ms = t->last_ms;
		t->refusals = s.refused_1m;
		t->peak_milli = 0;
		t->peak_n = 0;
		t->episodes++;
	}
	if (next != THROTTLE_CLEAR)
		keep_peak(t, &s);
	if (next == t->state)
		return false;
	if (next == THROTTLE_CLEAR)
		t->end_ms = end_ms;
	t->state = next;
	t->since_ms = first ? t->last_ms : end_ms;
	return true;
}

bool
throttle_step(struct throttle *t, struct tally *cell, int64_t now_ms,
    const struct throttle_rules *r)
{
	bool changed = false;

	while (t->state != THROTTLE_CLEAR) {
		int64_t next_ms = (t->stepped_ms / STEP_MS + 1) * STEP_MS;

		/* Long ago, minutes are all that is known. */
		if (now_ms - next_ms > HOUR_MS)
			next_ms += SPAN_1M_MS;
		if (next_ms > now_ms)
			break;
		changed |= evaluate(t, cell, next_ms, r);
		t->stepped_ms = next_ms;
	}
	if (t->state != THROTTLE_CLEAR)
		return changed;
	if (now_ms > t->stepped_ms)
		t->stepped_ms = now_ms;
	if (t->last_ms > t->end_ms && now_ms - t->last_ms < SPAN_1M_MS)
		changed |= evaluate(t, cell, t->stepped_ms + 1, r);
	return changed;
}

int
throttle_share_milli(
    const struct throttle *t, struct tally *cell, enum window w, int64_t now_ms)
{
	static const int64_t span_ms[] = {SPAN_1M_MS, SPAN_10M_MS, HOUR_MS};
	uint64_t all = (uint64_t)tally_window(cell, STAT_SENT, w, now_ms) +
		       tally_window(cell, STAT_DEFERRED, w, now_ms) +
		       tally_window(cell, STAT_BOUNCED, w, now_ms);

	return share_milli(
	    series_sum(&t->refused, 0, now_ms + 1 - span_ms[w], now_ms + 1),
	    all);
}

int
throttle_share_between(const struct throttle *t, struct tally *cell,
    int64_t from_ms, int64_t to_ms)
{
	return share_milli(series_sum(&t->refused, 0, from_ms, to_ms),
	    tried(cell, from_ms, to_ms));
}

void
throttle_free(struct throttle *t)
{
	if (t == NULL)
		return;
	series_done(&t->refused);
	free(t);
}
