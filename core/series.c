/*
 * series.c - sparse counts over time; see series.h. Steps come nearly in
 * order: the newest step is the common case and costs one compare and one
 * addition; late ones are inserted where they belong.
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

/* Room for one more point; grows by half up to max. */
static bool
reserve(struct series_ring *r, unsigned max)
{
	unsigned room = r->room < 3 ? 3U : r->room + r->room / 2U + 1;
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
	unsigned i = lower(r, step);

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
newest(const struct series_ring *r)
{
	return r->n == 0 ? 0 : at(r, r->n - 1U)->step;
}

/* Newest minute of both rings. */
static uint32_t
newest_min(const struct series *s)
{
	uint32_t a = newest(&s->fine) / SERIES_FINE_PER_MIN;
	uint32_t b = newest(&s->min);

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

void
series_add(struct series *s, int64_t at_ms, uint32_t count)
{
	struct series_ring *r = &s->fine;
	uint32_t step, last;
	struct series_pt *p;

	if (at_ms < 0 || at_ms / SERIES_FINE_MS > INT32_MAX || count == 0)
		return;
	step = (uint32_t)(at_ms / SERIES_FINE_MS);
	if (r->n > 0) {
		p = at(r, r->n - 1U);
		if (p->step == step) {
			p->count += count;
			return;
		}
	}
	last = newest(r);
	if (step + SERIES_FINE_STEPS <= last) {
		add_min(s, step / SERIES_FINE_PER_MIN, count);
		return;
	}
	while (r->n > 0 && at(r, 0)->step + SERIES_FINE_STEPS <= step) {
		struct series_pt old = *at(r, 0);

		drop_oldest(r);
		/* Once the ring is empty, its newest step is the one that
		 * comes; a minute too old for that is let go of here. */
		if (old.step / SERIES_FINE_PER_MIN + SERIES_MIN_STEPS >
		    step / SERIES_FINE_PER_MIN)
			add_min(s, old.step / SERIES_FINE_PER_MIN, old.count);
	}
	p = point(r, step, SERIES_FINE_STEPS);
	if (p != NULL)
		p->count += count;
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
sum_min(const struct series *s, uint32_t from, uint32_t to)
{
	return ring_sum(&s->min, from, to) + ring_sum(&s->fine,
						 from * SERIES_FINE_PER_MIN,
						 to * SERIES_FINE_PER_MIN);
}

uint64_t
series_sum(const struct series *s, int64_t from_ms, int64_t to_ms)
{
	uint32_t from = first_step(from_ms, SERIES_FINE_MS);

	if (to_ms <= from_ms)
		return 0;
	if (to_ms - from_ms <= 60 * SERIES_MIN_MS &&
	    from + SERIES_FINE_STEPS > newest(&s->fine))
		return ring_sum(
		    &s->fine, from, first_step(to_ms, SERIES_FINE_MS));
	return sum_min(s, first_step(from_ms, SERIES_MIN_MS),
	    first_step(to_ms, SERIES_MIN_MS));
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
	if (per % SERIES_FINE_PER_MIN == 0)
		ring_read(&s->min, end / SERIES_FINE_PER_MIN,
		    per / SERIES_FINE_PER_MIN, out, n);
}

void
series_set(struct series *s, int64_t at_ms, uint32_t value)
{
	uint32_t minute;
	struct series_pt *p;

	if (at_ms < 0 || at_ms / SERIES_MIN_MS > INT32_MAX)
		return;
	minute = (uint32_t)(at_ms / SERIES_MIN_MS);
	add_min(s, minute, 0);
	p = point(&s->min, minute, SERIES_MIN_STEPS);
	if (p != NULL)
		p->count = value;
}

void
series_read_gauge(const struct series *s, int64_t now_ms, int64_t *out, int n)
{
	int64_t end = now_ms / SERIES_MIN_MS + 1;

	for (int i = 0; i < n; i++)
		out[i] = -1;
	for (unsigned i = 0; i < s->min.n; i++) {
		const struct series_pt *p = at(&s->min, i);
		int64_t back = end - 1 - (int64_t)p->step;

		if (back >= 0 && back < n)
			out[n - 1 - back] = (int64_t)p->count;
	}
}
