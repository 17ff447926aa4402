/*
 * throttle.c - the state machine of a throttle; see throttle.h. It is evaluated
 * over whole steps that have ended, so that a history read in a second goes
 * through the same states as the hours it speaks of. Asks no clock.
 */
#include "core/throttle.h"

#include <stdlib.h>
#include <string.h>

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
	AHEAD_STEPS = 60,  /* looked at in one go */
	FEW = 4, /* windows of ten minutes that are cheaper looked at each */
	MINUTE_STEPS = SPAN_1M_MS / STEP_MS,
	RECENT_STEPS = SPAN_10M_MS / STEP_MS + AHEAD_STEPS,
};

const struct throttle_rules throttle_rules_default = {
    .suspect_n = 1,
    .throttled_n = 5,
    .throttled_milli = 100,
    .easing_milli = 50,
    .clear_ms = 600000,
};

/* Attempts in a window, and those of them that were refused. */
struct attempts {
	uint64_t refused, tried;
};

/* The same of steps in a row, each with all before it: what windows over them
 * hold is a difference. */
struct recent {
	int64_t from_ms;
	int n; /* 0: none are known */
	uint32_t refused[RECENT_STEPS + 1], tried[RECENT_STEPS + 1];
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

/* Where a window begins: an episode that has ended is not looked at again. */
static int64_t
from(const struct throttle *t, int64_t end_ms, int64_t span_ms)
{
	int64_t at_ms = end_ms - span_ms;

	return at_ms > t->end_ms ? at_ms : t->end_ms;
}

static uint64_t
refused(const struct throttle *t, int64_t end_ms, int64_t span_ms)
{
	int64_t from_ms = from(t, end_ms, span_ms);

	return t->last_ms < from_ms
		   ? 0
		   : series_sum(&t->refused, 0, from_ms, end_ms);
}

static struct attempts
look(const struct throttle *t, struct tally *cell, const struct recent *near,
    int64_t end_ms, int64_t span_ms)
{
	int64_t from_ms = from(t, end_ms, span_ms);
	int64_t first = (from_ms - near->from_ms) / STEP_MS;
	int64_t end = (end_ms - near->from_ms) / STEP_MS;

	if (near->n > 0 && from_ms >= near->from_ms && from_ms <= end_ms &&
	    end <= near->n)
		return (struct attempts){
		    .refused = near->refused[end] - near->refused[first],
		    .tried = near->tried[end] - near->tried[first],
		};
	return (struct attempts){
	    .refused = refused(t, end_ms, span_ms),
	    .tried = tally_attempts_since(cell, from_ms, end_ms - 1),
	};
}

/* Of the steps that end up to now_ms, AHEAD_STEPS at most from the next one on,
 * and of ten minutes before: cheaper than to look at each window, when these
 * are not few. */
static void
look_near(struct recent *near, const struct throttle *t, struct tally *cell,
    int64_t now_ms)
{
	int64_t step = t->stepped_ms / STEP_MS, ahead = now_ms / STEP_MS - step;
	int n = RECENT_STEPS;

	near->n = 0;
	near->from_ms = step * STEP_MS - SPAN_10M_MS;
	if (ahead < (t->state == THROTTLE_THROTTLED ? 1 : FEW) * MINUTE_STEPS ||
	    near->from_ms < 0)
		return;
	if (ahead < AHEAD_STEPS)
		n -= AHEAD_STEPS - (int)ahead;
	memset(near->refused, 0, ((size_t)n + 1) * sizeof near->refused[0]);
	memset(near->tried, 0, ((size_t)n + 1) * sizeof near->tried[0]);
	if (!series_add_steps(&t->refused, (struct series_lanes){0, 1},
		near->from_ms, near->refused + 1, n) ||
	    !tally_add_attempts(cell, near->from_ms, near->tried + 1, n))
		return;
	near->n = n;
	for (int i = 0; i < n; i++) {
		near->refused[i + 1] += near->refused[i];
		near->tried[i + 1] += near->tried[i];
	}
}

static int
share_milli(struct attempts a)
{
	if (a.tried == 0)
		return -1;
	return a.refused >= a.tried ? 1000 : (int)(a.refused * 1000 / a.tried);
}

/* Mail went through since the last refusal. */
static bool
sent_since(const struct throttle *t, struct tally *cell, int64_t end_ms)
{
	return tally_since(cell, STAT_SENT, t->last_ms + 1, end_ms - 1) > 0;
}

static bool
is_throttled(
    struct attempts minute, struct attempts ten, const struct throttle_rules *r)
{
	int least = (int)r->throttled_milli;

	return ten.refused >= r->throttled_n && share_milli(minute) >= least &&
	       share_milli(ten) >= least;
}

static bool
eases(const struct throttle *t, struct tally *cell, struct attempts minute,
    int64_t end_ms, const struct throttle_rules *r)
{
	int64_t quiet_ms = end_ms - t->last_ms;
	int64_t least_ms = r->clear_ms < EASE_MS ? r->clear_ms : EASE_MS;

	if (minute.tried >= SHARE_MIN_N && end_ms - t->since_ms >= DWELL_MS &&
	    share_milli(minute) < (int)r->easing_milli)
		return true;
	if (quiet_ms < least_ms)
		return false;
	return quiet_ms >= r->clear_ms / 2 ||
	       (quiet_ms >= r->clear_ms / 4 && sent_since(t, cell, end_ms));
}

static bool
is_over(const struct throttle *t, struct tally *cell, int64_t end_ms,
    const struct throttle_rules *r)
{
	int64_t quiet_ms = end_ms - t->last_ms;

	return quiet_ms >= r->clear_ms * UNSEEN_FACTOR ||
	       (quiet_ms >= r->clear_ms && sent_since(t, cell, end_ms));
}

static void
keep_share(struct throttle *t, struct attempts a)
{
	/* A share of few attempts makes way for one of enough. */
	if (t->peak_n < SHARE_MIN_N
		? a.tried < t->peak_n || a.tried == 0
		: a.tried < SHARE_MIN_N || share_milli(a) <= t->peak_milli)
		return;
	t->peak_milli = share_milli(a);
	t->peak_n = a.tried > UINT32_MAX ? UINT32_MAX : (uint32_t)a.tried;
}

static void
keep_peak(struct throttle *t, struct attempts minute, struct attempts ten)
{
	if (minute.tried >= SHARE_MIN_N)
		keep_share(t, minute);
	keep_share(t, ten);
}

static void
go(struct throttle *t, enum throttle_state next, int64_t at_ms)
{
	t->state = next;
	t->since_ms = at_ms;
}

/* Refusals while it is clear: enough of them begin an episode. */
static bool
begin(struct throttle *t, struct tally *cell, int64_t end_ms,
    const struct throttle_rules *r)
{
	static const struct recent none = {.n = 0};
	struct attempts minute = look(t, cell, &none, end_ms, SPAN_1M_MS);

	if (minute.refused == 0 || minute.refused < r->suspect_n)
		return false;
	t->start_ms = t->last_ms;
	t->refusals = minute.refused;
	t->peak_milli = 0;
	t->peak_n = 0;
	t->episodes++;
	keep_peak(t, minute, look(t, cell, &none, end_ms, SPAN_10M_MS));
	go(t, THROTTLE_SUSPECTED, t->last_ms);
	return true;
}

/* A step of an episode has ended at end_ms. Shares are only looked at when
 * something was refused in it, to see a throttle ease, and once a minute, as
 * they grow also when mail that went through is no longer looked at. */
static bool
evaluate(struct throttle *t, struct tally *cell, const struct recent *near,
    int64_t end_ms, const struct throttle_rules *r)
{
	bool fresh = t->last_ms >= t->stepped_ms;
	bool holds = t->state == THROTTLE_THROTTLED;
	struct attempts minute = {0}, ten = {0};
	enum throttle_state next = t->state;

	if (fresh || holds)
		minute = look(t, cell, near, end_ms, SPAN_1M_MS);
	if (fresh || end_ms % SPAN_1M_MS == 0) {
		ten = look(t, cell, near, end_ms, SPAN_10M_MS);
		keep_peak(t, minute, ten);
	}
	if (holds && eases(t, cell, minute, end_ms, r))
		next = THROTTLE_EASING;
	else if (!holds && fresh && is_throttled(minute, ten, r))
		next = THROTTLE_THROTTLED;
	else if (!holds && is_over(t, cell, end_ms, r))
		next = THROTTLE_CLEAR;
	if (next == t->state)
		return false;
	if (next == THROTTLE_CLEAR)
		t->end_ms = end_ms;
	go(t, next, end_ms);
	return true;
}

/* The end of the step that holds at_ms - 1. */
static int64_t
step_end(int64_t at_ms)
{
	return (at_ms + STEP_MS - 1) / STEP_MS * STEP_MS;
}

/* The end of the next step at which evaluate() may do something. Where nothing
 * is throttled, nor was refused, that is once a minute until it may be over. */
static int64_t
next_step(const struct throttle *t, const struct throttle_rules *r)
{
	int64_t next_ms = (t->stepped_ms / STEP_MS + 1) * STEP_MS;
	int64_t minute_ms =
	    (next_ms + SPAN_1M_MS - 1) / SPAN_1M_MS * SPAN_1M_MS;
	int64_t over_ms = step_end(t->last_ms + r->clear_ms);

	if (t->state == THROTTLE_THROTTLED || t->last_ms >= t->stepped_ms ||
	    over_ms <= next_ms)
		return next_ms;
	return minute_ms < over_ms ? minute_ms : over_ms;
}

bool
throttle_step(struct throttle *t, struct tally *cell, int64_t now_ms,
    const struct throttle_rules *r)
{
	bool changed = false;
	struct recent near;

	near.n = 0;
	near.from_ms = 0;
	while (t->state != THROTTLE_CLEAR) {
		int64_t next_ms = next_step(t, r);

		if (next_ms > now_ms) {
			/* What is skipped is over as well. */
			next_ms = now_ms / STEP_MS * STEP_MS;
			if (next_ms > t->stepped_ms)
				t->stepped_ms = next_ms;
			break;
		}
		if (next_ms - STEP_MS > t->stepped_ms)
			t->stepped_ms = next_ms - STEP_MS;
		if (next_ms > near.from_ms + near.n * (int64_t)STEP_MS)
			look_near(&near, t, cell, now_ms);
		changed |= evaluate(t, cell, &near, next_ms, r);
		t->stepped_ms = next_ms;
	}
	if (t->state != THROTTLE_CLEAR)
		return changed;
	if (now_ms > t->stepped_ms)
		t->stepped_ms = now_ms;
	return begin(t, cell, t->stepped_ms + 1, r) || changed;
}

int
throttle_share_milli(
    const struct throttle *t, struct tally *cell, enum window w, int64_t now_ms)
{
	static const int64_t span_ms[] = {SPAN_1M_MS, SPAN_10M_MS, HOUR_MS};
	struct attempts a = {
	    .refused =
		series_sum(&t->refused, 0, now_ms + 1 - span_ms[w], now_ms + 1),
	    .tried = (uint64_t)tally_window(cell, STAT_SENT, w, now_ms) +
		     tally_window(cell, STAT_DEFERRED, w, now_ms) +
		     tally_window(cell, STAT_BOUNCED, w, now_ms),
	};

	return share_milli(a);
}

int
throttle_peak_milli(
    const struct throttle *t, struct tally *cell, int64_t now_ms)
{
	int milli = throttle_share_milli(t, cell, WIN_10M, now_ms);

	return milli > t->peak_milli ? milli : t->peak_milli;
}

void
throttle_free(struct throttle *t)
{
	if (t == NULL)
		return;
	series_done(&t->refused);
	free(t);
}
