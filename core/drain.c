/* drain.c - see drain.h. */
#include "core/drain.h"

#include <math.h>
#include <string.h>

enum { MINUTE_MS = 60000 };

const char *
drain_state_name(enum drain_state s)
{
	static const char *const names[DRAIN_STATES] = {
	    "unread", "one-reading", "steady", "grows", "shrinks", "empty"};

	return names[s];
}

/* The oldest reading that still says something about now. */
static unsigned
first_of(const struct drain *d)
{
	unsigned i = 0;

	while (i + 1U < d->n_r &&
	       d->r[d->n_r - 1].at_ms - d->r[i].at_ms > DRAIN_SPAN_MS)
		i++;
	return i;
}

/* Messages by which it changed over the span, and how long that is. */
static double
change(const struct drain *d, int64_t *span_ms)
{
	unsigned first = first_of(d), last = d->n_r - 1U;

	*span_ms = d->r[last].at_ms - d->r[first].at_ms;
	return (double)d->r[last].n - (double)d->r[first].n;
}

static enum drain_state
state_now(const struct drain *d)
{
	uint64_t was = d->r[first_of(d)].n, is = d->r[d->n_r - 1].n;
	int64_t span_ms;
	double by = change(d, &span_ms);
	double noise = 2 * sqrt((double)(was > is ? was : is));

	if (is == 0)
		return DRAIN_EMPTY;
	if (span_ms == 0)
		return DRAIN_ONE;
	return by < -noise  ? DRAIN_SHRINKS
	       : by > noise ? DRAIN_GROWS
			    : DRAIN_STEADY;
}

static void
keep(struct drain *d, int64_t at_ms, uint64_t n)
{
	/* The newest one gives way while it is close to the one before. */
	if (d->n_r >= 2 &&
	    d->r[d->n_r - 1].at_ms - d->r[d->n_r - 2].at_ms < DRAIN_GAP_MS)
		d->n_r--;
	if (d->n_r == DRAIN_READINGS) {
		memmove(d->r, d->r + 1, (DRAIN_READINGS - 1) * sizeof *d->r);
		d->n_r--;
	}
	d->r[d->n_r].at_ms = at_ms;
	d->r[d->n_r++].n = n;
}

void
drain_add(struct drain *d, int64_t at_ms, uint64_t n)
{
	enum drain_state now;

	if (d->n_r > 0 && at_ms <= d->r[d->n_r - 1].at_ms)
		return;
	if (n == 0 && d->peak > 0) {
		d->emptied_ms = at_ms;
		d->emptied_peak = d->peak;
	}
	d->peak = n == 0 ? 0 : n > d->peak ? n : d->peak;
	keep(d, at_ms, n);
	now = state_now(d);
	/* Nothing left is a fact, and something is better than nothing. */
	if (now == DRAIN_EMPTY || d->state <= DRAIN_ONE ||
	    d->state == DRAIN_EMPTY || now == d->seen)
		d->state = now;
	d->seen = now;
}

static void
forecast(struct drain_view *v)
{
	double left_ms;

	v->empty_at_ms = 0;
	if (v->state != DRAIN_SHRINKS || v->per_min_deci >= 0)
		return;
	left_ms =
	    (double)v->waiting * 10 * MINUTE_MS / (double)-v->per_min_deci;
	if (left_ms < 1e12)
		v->empty_at_ms = v->at_ms + (int64_t)left_ms;
}

struct drain_view
drain_look(const struct drain *d)
{
	struct drain_view v = {.state = d->state};
	int64_t span_ms;
	double by;

	if (d->n_r == 0)
		return v;
	v.waiting = d->r[d->n_r - 1].n;
	v.at_ms = d->r[d->n_r - 1].at_ms;
	v.emptied_ms = d->emptied_ms;
	v.emptied_peak = d->emptied_peak;
	by = change(d, &span_ms);
	v.known = span_ms > 0;
	if (v.known)
		v.per_min_deci =
		    (int64_t)lround(by * 10 * MINUTE_MS / (double)span_ms);
	forecast(&v);
	return v;
}

/* Of two places together: by what both do. */
static enum drain_state
join_states(const struct drain_view *v, const struct drain_view *w)
{
	if (v->state == DRAIN_UNREAD || v->state == DRAIN_EMPTY)
		return w->state == DRAIN_UNREAD ? v->state : w->state;
	if (w->state == DRAIN_UNREAD || w->state == DRAIN_EMPTY)
		return v->state;
	if (v->state == DRAIN_ONE || w->state == DRAIN_ONE)
		return DRAIN_ONE;
	if (v->state == w->state)
		return v->state;
	/* One shrinks while the other does not: the sum tells. */
	return v->per_min_deci + w->per_min_deci < 0 ? DRAIN_SHRINKS
						     : DRAIN_STEADY;
}

void
drain_join(struct drain_view *v, const struct drain *d)
{
	struct drain_view w = drain_look(d);

	if (w.state == DRAIN_UNREAD)
		return;
	v->known = w.known && (v->known || v->state == DRAIN_UNREAD);
	v->state = join_states(v, &w);
	v->waiting += w.waiting;
	v->per_min_deci += w.per_min_deci;
	if (v->at_ms == 0 || w.at_ms < v->at_ms)
		v->at_ms = w.at_ms;
	if (w.emptied_ms > v->emptied_ms)
		v->emptied_ms = w.emptied_ms;
	v->emptied_peak += w.emptied_peak;
	forecast(v);
}
