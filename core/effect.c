/* effect.c - see effect.h, which holds the rule. */
#include "core/effect.h"

#include "core/i18n.h"

#include <math.h>

enum { MINUTE_MS = 60000, TRIED_LEAST = 5 };

static const double z_final = 3.0, z_early = 4.0;
/* Of a third fewer, or half as many again, and beyond. */
static const double ratio_fewer = 2.0 / 3, ratio_more = 1.5;

/*
 * So many refusals must be expected for half of them to show: z of x2 = x1 d/2
 * is about 2 sqrt(x1 d) (1 - sqrt(1/2)) / sqrt(1 + d), which is 3 where
 * x1 d / (1 + d) is (3 / 0.586)^2.
 */
static const double expected_least = 26.2;

const char *
effect_verdict_name(enum effect_verdict v)
{
	static const char *const names[EFFECT_VERDICTS] = {
	    [EFFECT_NONE] = "none",
	    [EFFECT_PENDING] = "pending",
	    [EFFECT_BETTER] = "better",
	    [EFFECT_SAME] = "no-change",
	    [EFFECT_WORSE] = "worse",
	    [EFFECT_STOPPED] = "stopped",
	    [EFFECT_LEAKS] = "leaks",
	    [EFFECT_UNKNOWN] = "unknown"};

	return names[v];
}

const char *
effect_verdict_label(enum effect_verdict v)
{
	static const char *const labels[EFFECT_VERDICTS] = {
	    [EFFECT_NONE] = N_("not measured"),
	    [EFFECT_PENDING] = N_("not yet"),
	    [EFFECT_BETTER] = N_("better"),
	    [EFFECT_SAME] = N_("no change"),
	    [EFFECT_WORSE] = N_("worse"),
	    [EFFECT_STOPPED] = N_("stopped"),
	    [EFFECT_LEAKS] = N_("leaks"),
	    [EFFECT_UNKNOWN] = N_("not known")};

	return _(labels[v]);
}

const char *
effect_why_text(enum effect_why w)
{
	static const char *const texts[EFFECT_WHYS] = {[EFFECT_WHY_NONE] = "",
	    [EFFECT_NOT_TOLD] = N_("the log does not tell its mail apart"),
	    [EFFECT_BLIND] = N_("the host's log is not read"),
	    [EFFECT_NO_BEFORE] = N_("less than 20 seconds were seen before it"),
	    [EFFECT_UNTRIED] = N_("nothing was tried since"),
	    [EFFECT_TOO_FEW] = N_("too few refusals for a change to show"),
	    [EFFECT_REPLACED] = N_("another act followed too soon")};

	return texts[w][0] == '\0' ? "" : _(texts[w]);
}

int64_t
effect_seen_ms(const struct effect_span *s)
{
	int64_t ms = s->to_ms - s->from_ms - s->blind_ms;

	return ms > 0 ? ms : 0;
}

int64_t
effect_per_min_deci(const struct effect_span *s, uint64_t n)
{
	int64_t ms = effect_seen_ms(s);

	return ms == 0 ? -1 : ((int64_t)n * 10 * MINUTE_MS + ms / 2) / ms;
}

/* -1 fewer, 1 more, 0 no difference that shows; exposures are above 0. */
static int
direction(uint64_t x1, double t1, uint64_t x2, double t2, double z)
{
	double d = t2 / t1, was = ((double)x1 + 0.375) * d;
	double is = (double)x2 + 0.375;
	double by = 2 * (sqrt(is) - sqrt(was)) / sqrt(1 + d);

	if (by <= -z && (double)x2 <= (double)x1 * d * ratio_fewer)
		return -1;
	return by >= z && (double)x2 >= (double)x1 * d * ratio_more ? 1 : 0;
}

/* The exposure after which half of x1 in t1 would show; INFINITY: never. */
static double
needed(uint64_t x1, double t1)
{
	double x = (double)x1;

	return x > expected_least ? t1 * expected_least / (x - expected_least)
				  : INFINITY;
}

/* How long must be seen after the act, at the rate at which mail is tried. */
static double
needed_ms(const struct effect *e)
{
	const struct effect_span *a = &e->after, *b = &e->before;
	const struct effect_span *now = a->tried >= TRIED_LEAST ? a : b;
	double seen = (double)effect_seen_ms(b), rate, tries;

	if (b->refused == 0)
		return EFFECT_NO_REFUSAL_MS;
	rate = (double)now->tried / (double)effect_seen_ms(now);
	tries = needed(b->refused, (double)b->tried) / rate;
	return fmax(fmax(needed(b->refused, seen), tries), EFFECT_LEAST_MS);
}

/* What a difference of this size means; SAME: none. */
static enum effect_verdict
compare(const struct effect *e, double z)
{
	const struct effect_span *a = &e->after, *b = &e->before;
	double t1 = (double)effect_seen_ms(b), t2 = (double)effect_seen_ms(a);
	int minute = direction(b->refused, t1, a->refused, t2, z);
	int attempt = b->tried == 0 || a->tried == 0
			  ? 0
			  : direction(b->refused, (double)b->tried, a->refused,
				(double)a->tried, z);

	if (minute < 0 && attempt < 0)
		return EFFECT_BETTER;
	/* More is refused, though no less was tried. */
	if (attempt > 0 && minute >= 0)
		return EFFECT_WORSE;
	/* Less goes through, and no less is refused. */
	if (minute >= 0 && direction(b->sent, t1, a->sent, t2, z) < 0)
		return EFFECT_WORSE;
	return EFFECT_SAME;
}

static void
unknown(struct effect *e, enum effect_why why)
{
	e->verdict = EFFECT_UNKNOWN;
	e->why = why;
}

/* Not known so far; it will be, once that long was seen. */
static void
pending(struct effect *e, double need_ms)
{
	int64_t least_ms = need_ms < EFFECT_SPAN_MS ? (int64_t)need_ms + 1
						    : (int64_t)EFFECT_SPAN_MS;

	if (e->over) {
		unknown(e, EFFECT_REPLACED);
		return;
	}
	if (!e->live) {
		unknown(e, EFFECT_BLIND);
		return;
	}
	e->verdict = EFFECT_PENDING;
	e->known_at_ms = e->begin_ms + e->after.blind_ms + least_ms;
}

void
effect_judge(struct effect *e)
{
	int64_t seen_ms = effect_seen_ms(&e->after);
	double need_ms;
	bool due;

	e->why = EFFECT_WHY_NONE;
	e->known_at_ms = 0;
	if (effect_seen_ms(&e->before) < EFFECT_BEFORE_MS) {
		unknown(e, EFFECT_NO_BEFORE);
		return;
	}
	need_ms = needed_ms(e);
	if (seen_ms < EFFECT_EARLY_MS) {
		pending(e, need_ms);
		return;
	}
	due = (double)seen_ms >= fmin(need_ms, EFFECT_SPAN_MS);
	e->verdict = compare(e, due ? z_final : z_early);
	if (e->verdict != EFFECT_SAME)
		return;
	if (!due)
		pending(e, need_ms);
	else if (e->after.tried == 0)
		unknown(e, EFFECT_UNTRIED);
	else if (need_ms > EFFECT_SPAN_MS)
		unknown(e, EFFECT_TOO_FEW);
}

void
effect_judge_stop(struct effect *e)
{
	e->why = EFFECT_WHY_NONE;
	e->known_at_ms = 0;
	if (e->after.sent > 0)
		e->verdict = EFFECT_LEAKS;
	else if (effect_seen_ms(&e->after) < EFFECT_EARLY_MS)
		pending(e, EFFECT_EARLY_MS);
	else
		e->verdict = EFFECT_STOPPED;
}
