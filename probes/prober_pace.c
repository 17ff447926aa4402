/*
 * prober_pace.c - a window of open questions that grows by one for each window
 * of prompt answers and halves when many came late: too many at once overflow
 * receive buffers, and each drop costs a whole time-out. A list's questions
 * are spaced by its rate; silence stops it before it fills the window.
 */
#include "probes/prober_pace.h"

/* Of one window: one late answer in 32 is chance, one in 8 is a jam. */
enum { LATE_CHANCE = 32, LATE_JAM = 8 };

void
pace_init(struct pace *c, uint32_t max)
{
	*c = (struct pace){
	    .window = max < PACE_START ? max : PACE_START, .max = max};
}

void
pace_answer(struct pace *c, uint32_t ms)
{
	uint32_t least = c->max < PACE_START ? c->max : PACE_START;
	uint32_t most;

	c->n++;
	if (ms >= PACE_LATE_MS)
		c->late++;
	else
		c->sum_ms += ms;
	if (c->n < c->window)
		return;
	most = PACE_NEAR + PACE_A_MS * (c->sum_ms / c->n);
	if (most > c->max)
		most = c->max;
	if (c->late * LATE_JAM > c->n)
		c->window = c->window / 2 < least ? least : c->window / 2;
	else if (c->late * LATE_CHANCE <= c->n && c->window < most)
		c->window++;
	c->n = 0;
	c->late = 0;
	c->sum_ms = 0;
}

void
pace_list_rate(struct pace_list *l, uint32_t rate_per_s)
{
	l->step_us = rate_per_s == 0 ? 0 : 1000000 / (int64_t)rate_per_s;
}

bool
pace_list_silent(const struct pace_list *l, int64_t now_us)
{
	return l->open > 0 && now_us - l->silent_us > PACE_SILENT_US;
}

bool
pace_list_ready(const struct pace_list *l, int64_t now_us)
{
	return now_us >= l->next_us &&
	       (l->proven || l->open < PACE_PROBATION) &&
	       !pace_list_silent(l, now_us);
}

void
pace_list_asked(struct pace_list *l, int64_t now_us)
{
	/* What a late timer missed is caught up, but little of it. */
	int64_t from = now_us - 4 * l->step_us;

	if (l->open++ == 0)
		l->silent_us = now_us;
	l->next_us = (l->next_us < from ? now_us : l->next_us) + l->step_us;
}

bool
pace_list_answered(struct pace_list *l, int64_t now_us, bool lost)
{
	l->open--;
	if (lost)
		return ++l->lost >= PACE_BREAK;
	l->lost = 0;
	l->answers++;
	l->proven = true;
	l->silent_us = now_us;
	return false;
}

uint64_t
pace_turn(uint64_t now, uint64_t period, uint64_t ttl, uint32_t place,
    uint32_t places)
{
	uint64_t hold = ttl < period / 2 ? ttl : period / 2;
	uint64_t from = now + (hold == 0 ? 1 : hold);
	uint64_t at = period * place / places;

	at = from + (at + period - from % period) % period;
	/* A turn that the hold ran over is made up for after it, in step. */
	return at > now + period ? at - period + hold : at;
}
