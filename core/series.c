/*
 * series.c - sparse counts over time; see series.h. Steps come nearly in
 * order: the newest step and the next are the common cases and touch the end of
 * the ring only; late ones are inserted where they belong. Old steps are moved
 * when their room is needed.
 */
#include "core/series.h"

#include <stdbool.h>
#include <stdlib.h>

void
series_done(struct series *s)
{
	free(s->fine.v);
	free(s->min.v);
	*s = (struct series){0};
}

static struct series_pt *
at(const struct series_ring *r, unsigned i)
{
	unsigned k = r->head + i;

	return &r->v[k >= r->room ? k - r->room : k];
}

/* Index of the first point whose step is not before `step`; n if none. */
static unsigned
lower(const struct series_ring *r, uint32_t step)
{
	unsigned lo = 0, hi = r->n;

	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;

		if (at(r, mid)->step < step)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Room for one more point; grows by half, later by a quarter, up to max. */
static bool
reserve(struct series_ring *r, unsigned max)
{
	unsigned room = r->room + r->room / (r->room < 32 ? 2U : 4U) + 2;
	struct series_pt *v;

	if (r->n < r->room)
		return true;
	if (room > max)
		room = max;
	if (r->n >= room)
		return false;
	v = malloc(room * sizeof *v);
	if (v == NULL)
		return false;
	for (unsigned i = 0; i < r->n; i++)
		v[i] = *at(r, i);
	free(r->v);
	r->v = v;
	r->room = (uint16_t)room;
	r->head = 0;
	return true;
}

static void
drop_oldest(struct series_ring *r)
{
	r->head = (uint16_t)(r->head + 1U == r->room ? 0 : r->head + 1U);
	r->n--;
}

/* The point of `step`, made if missing; NULL when memory ends. */
static struct series_pt *
point(struct series_ring *r, uint32_t step, unsigned max)
{
	unsigned i = r->n;

	if (i > 0 && at(r, i - 1)->step >= step)
		i = lower(r, step);
	if (i < r->n && at(r, i)->step == step)
		return at(r, i);
	if (!reserve(r, max))
		return NULL;
	for (unsigned k = r->n; k > i; k--)
		*at(r, k) = *at(r, k - 1);
	r->n++;
	*at(r, i) = (struct series_pt){.step = step};
	return at(r, i);
}

static uint32_t
newest_of(const struct series_ring *r)
{
	return r->n == 0 ? 0 : at(r, r->n - 1U)->step;
}

/* Newest minute of both rings. */
static uint32_t
newest_min(const struct series *s)
{
	uint32_t a = s->last.step / SERIES_FINE_PER_MIN;
	uint32_t b = newest_of(&s->min);

	return a > b ? a : b;
}

static void
add_min(struct series *s, uint32_t minute, uint32_t count)
{
	uint32_t last = newest_min(s);
	struct series_pt *p;

	if (minute + SERIES_MIN_STEPS <= last)
		return;
	if (minute > last)
		last = minute;
	while (s->min.n > 0 && at(&s->min, 0)->step + SERIES_MIN_STEPS <= last)
		drop_oldest(&s->min);
	p = point(&s->min, minute, SERIES_MIN_STEPS);
	if (p != NULL)
		p->count += count;
}

/* Moves fine steps that are too old to be read at 5 s to their minutes. */
static void
fold_old(struct series *s)
{
	struct series_ring *r = &s->fine;

	while (r->n > 0 && at(r, 0)->step + SERIES_FINE_STEPS <= s->last.step) {
		struct series_pt old = *at(r, 0);

		drop_oldest(r);
		add_min(s, old.step / SERIES_FINE_PER_MIN, old.count);
	}
}

/* Counts into a step that is not the newest. */
static void
add_fine(struct series *s, uint32_t step, uint32_t count)
{
	struct series_pt *p;

	if (step + SERIES_FINE_STEPS <= s->last.step) {
		add_min(s, step / SERIES_FINE_PER_MIN, count);
		return;
	}
	if (s->fine.n == s->fine.room)
		fold_old(s);
	p = point(&s->fine, step, SERIES_FINE_STEPS);
	if (p != NULL)
		p->count += count;
}

/* Appends to the ring without reading from it. */
static void
append(struct series *s, struct series_pt p)
{
	struct series_ring *r = &s->fine;

	if (r->n == r->room) {
		fold_old(s);
		if (!reserve(r, SERIES_FINE_STEPS))
			return;
	}
	r->n++;
	*at(r, r->n - 1U) = p;
}

void
series_add(struct series *s, int64_t at_ms, uint32_t count)
{
	struct series_pt old = s->last;
	uint32_t step;

	if (at_ms < 0 || at_ms / SERIES_FINE_MS > INT32_MAX || count == 0)
		return;
	step = (uint32_t)(at_ms / SERIES_FINE_MS);
	if (step == old.step && old.count != 0) {
		s->last.count += count;
	} else if (step > old.step || old.count == 0) {
		s->last = (struct series_pt){step, count};
		if (old.count == 0)
			return;
		if (old.step + SERIES_FINE_STEPS > step)
			append(s, old);
		else
			add_fine(s, old.step, old.count);
	} else {
		add_fine(s, step, count);
	}
}

/* Sum of a ring over steps in [from, to). */
static uint64_t
ring_sum(const struct series_ring *r, uint32_t from, uint32_t to)
{
	uint64_t sum = 0;

	for (unsigned i = lower(r, from); i < r->n; i++) {
		const struct series_pt *p = at(r, i);

		if (p->step >= to)
			break;
		sum += p->count;
	}
	return sum;
}

/* The newest step's count if it lies in [from, to). */
static uint64_t
last_in(const struct series *s, uint32_t from, uint32_t to)
{
	return s->last.step >= from && s->last.step < to ? s->last.count : 0;
}

/* The first step that begins at or after ms. */
static uint32_t
first_step(int64_t ms, int64_t step_ms)
{
	if (ms <= 0)
		return 0;
	if (ms > (int64_t)INT32_MAX * step_ms)
		return INT32_MAX;
	return (uint32_t)((ms + step_ms - 1) / step_ms);
}

static uint64_t
sum_fine(const struct series *s, uint32_t from, uint32_t to)
{
	return ring_sum(&s->fine, from, to) + last_in(s, from, to);
}

uint64_t
series_sum(const struct series *s, int64_t from_ms, int64_t to_ms)
{
	uint32_t from = first_step(from_ms, SERIES_FINE_MS), to;

	if (to_ms <= from_ms)
		return 0;
	to = first_step(to_ms, SERIES_FINE_MS);
	if (to_ms - from_ms <= 60 * SERIES_MIN_MS &&
	    from + SERIES_FINE_STEPS > s->last.step)
		return sum_fine(s, from, to);
	from = first_step(from_ms, SERIES_MIN_MS);
	to = first_step(to_ms, SERIES_MIN_MS);
	return ring_sum(&s->min, from, to) + sum_fine(s,
						 from * SERIES_FINE_PER_MIN,
						 to * SERIES_FINE_PER_MIN);
}

/* Spreads a ring over bins of `per` of its steps; bin n-1 ends before `end`. */
static void
ring_read(const struct series_ring *r, uint32_t end, uint32_t per,
    uint32_t *out, int n)
{
	uint64_t span = (uint64_t)per * (uint64_t)n;
	uint32_t from = span > end ? 0 : end - (uint32_t)span;

	for (unsigned i = lower(r, from); i < r->n; i++) {
		const struct series_pt *p = at(r, i);

		if (p->step >= end)
			break;
		out[n - 1 - (int)((end - 1 - p->step) / per)] += p->count;
	}
}

void
series_read(const struct series *s, int64_t now_ms, int64_t step_ms,
    uint32_t *out, int n)
{
	uint32_t per = (uint32_t)(step_ms / SERIES_FINE_MS), end;

	for (int i = 0; i < n; i++)
		out[i] = 0;
	if (now_ms < 0 || per == 0 || now_ms / SERIES_FINE_MS > INT32_MAX / 2)
		return;
	/* Bins are aligned to their own length, so that they do not change
	 * their content while time passes. */
	end = (uint32_t)(now_ms / step_ms + 1) * per;
	ring_read(&s->fine, end, per, out, n);
	if (s->last.count != 0 && s->last.step < end &&
	    (end - 1 - s->last.step) / per < (uint32_t)n)
		out[n - 1 - (int)((end - 1 - s->last.step) / per)] +=
		    s->last.count;
	if (per % SERIES_FINE_PER_MIN == 0)
		ring_read(&s->min, end / SERIES_FINE_PER_MIN,
		    per / SERIES_FINE_PER_MIN, out, n);
}
