/*
 * series.c - sparse counts over time; see series.h. A point is 32 bits: the low
 * bits of its step, its lane, its count; what of the step is cut off follows
 * from the newest step, because none of a ring is far behind it. A count that
 * does not fit makes a second point. Steps come nearly in order: the newest and
 * the next are the common cases and touch the end of the ring only; late ones
 * are inserted where they belong.
 */
#include "core/series.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	STEP_SHIFT = 21,
	STEP_MASK = (1 << 11) - 1,
	LANE_SHIFT = 18,
	LANE_MASK = SERIES_LANES - 1,
	COUNT_MAX = (1 << LANE_SHIFT) - 1,
	/* Old points go when the newest step enters the next of these, so that
	 * a ring spans well less than STEP_MASK steps. */
	RETIRE_STEPS = 128,
};
static_assert((int)SERIES_SHORT_STEP - (int)SERIES_SHORT_LANE ==
		  (int)STEP_SHIFT - (int)LANE_SHIFT,
    "a short count's step and lane are a point's");

void
series_done(struct series *s)
{
	free(s->fine.v);
	free(s->min.v);
	*s = (struct series){0};
}

static uint32_t *
at(const struct series_ring *r, unsigned i)
{
	unsigned k = r->head + i;

	return &r->v[k >= r->room ? k - r->room : k];
}

/* How many steps a point lies behind the newest. */
static uint32_t
age_of(uint32_t point, uint32_t newest)
{
	return (newest - (point >> STEP_SHIFT)) & STEP_MASK;
}

static unsigned
lane_of(uint32_t point)
{
	return point >> LANE_SHIFT & LANE_MASK;
}

/* Index of the first point of at most that age; n if none. Most that is asked
 * for is near the end: the search begins there, in steps that grow. */
static unsigned
first_of(const struct series_ring *r, uint32_t newest, uint32_t age)
{
	unsigned lo = 0, hi = r->n;

	for (unsigned step = 8; step < hi; step *= 2) {
		if (age_of(*at(r, hi - step), newest) > age) {
			lo = hi - step + 1;
			break;
		}
		hi -= step;
	}
	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;

		if (age_of(*at(r, mid), newest) > age)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Room for one more point; grows by half. */
static bool
reserve(struct series_ring *r)
{
	unsigned room = r->room + r->room / 2U + 4;
	uint32_t *v;

	if (r->n < r->room)
		return true;
	if (room > SERIES_POINTS_MAX)
		room = SERIES_POINTS_MAX;
	if (r->n >= room)
		return false;
	v = malloc(room * sizeof *v);
	if (v == NULL)
		return false;
	if (r->n > 0) {
		unsigned whole = (unsigned)(r->room - r->head);
		unsigned first = r->n < whole ? r->n : whole;

		memcpy(v, r->v + r->head, first * sizeof *v);
		memcpy(v + first, r->v, (r->n - first) * sizeof *v);
	}
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

/* Adds to a point of that step and lane which has room. *place: behind the last
 * point of that step. */
static bool
add_to_point(struct series_ring *r, uint32_t newest, uint32_t age,
    unsigned lane, uint32_t count, unsigned *place)
{
	unsigned i = r->n;
	uint32_t last = i > 0 ? age_of(*at(r, i - 1), newest) : UINT32_MAX;

	if (last < age)
		i = first_of(r, newest, age - 1);
	*place = i;
	if (last > age)
		return false;
	while (i-- > 0) {
		uint32_t *p = at(r, i);

		if (age_of(*p, newest) != age)
			break;
		if (lane_of(*p) == lane &&
		    count <= COUNT_MAX - (*p & COUNT_MAX)) {
			*p += count;
			return true;
		}
	}
	return false;
}

/* A new point at a place of a ring that has room. */
static void
insert(struct series_ring *r, unsigned place, uint32_t point)
{
	for (unsigned k = r->n; k > place; k--)
		*at(r, k) = *at(r, k - 1);
	r->n++;
	*at(r, place) = point;
}

static uint32_t
pack(uint32_t step, unsigned lane, uint32_t count)
{
	return (step & STEP_MASK) << STEP_SHIFT | lane << LANE_SHIFT | count;
}

static void
add_min(struct series *s, uint32_t minute, unsigned lane, uint32_t count)
{
	uint32_t newest = s->newest / SERIES_FINE_PER_MIN;
	unsigned place;

	if (newest - minute >= SERIES_MIN_STEPS ||
	    add_to_point(&s->min, newest, newest - minute, lane, count, &place))
		return;
	if (!reserve(&s->min)) {
		if (place == 0)
			return;
		drop_oldest(&s->min);
		place--;
	}
	insert(&s->min, place, pack(minute, lane, count));
}

/* Moves the oldest n fine points to their minutes. */
static void
fold(struct series *s, unsigned n)
{
	uint32_t minute = 0, count = 0;
	unsigned lane = 0;

	for (; n > 0; n--) {
		uint32_t p = *at(&s->fine, 0), more = p & COUNT_MAX;
		uint32_t m =
		    (s->newest - age_of(p, s->newest)) / SERIES_FINE_PER_MIN;

		drop_oldest(&s->fine);
		if (m == minute && lane_of(p) == lane &&
		    count <= COUNT_MAX - more) {
			count += more;
			continue;
		}
		if (count > 0)
			add_min(s, minute, lane, count);
		minute = m;
		lane = lane_of(p);
		count = more;
	}
	if (count > 0)
		add_min(s, minute, lane, count);
}

/* How many of the oldest points are of that age and older. */
static unsigned
count_old(const struct series_ring *r, uint32_t newest, int64_t age)
{
	unsigned n = 0;

	while (n < r->n && age_of(*at(r, n), newest) >= age)
		n++;
	return n;
}

/* Before `step` becomes the newest one: fine steps that are then too old to be
 * read at 5 s go to their minutes, minutes older than a day go. */
static void
retire(struct series *s, uint32_t step)
{
	uint32_t newest = s->newest / SERIES_FINE_PER_MIN;
	uint32_t ahead = step - s->newest;
	uint32_t min_ahead = step / SERIES_FINE_PER_MIN - newest;

	fold(s,
	    count_old(&s->fine, s->newest, SERIES_FINE_STEPS - (int64_t)ahead));
	for (unsigned n = count_old(
		 &s->min, newest, SERIES_MIN_STEPS - (int64_t)min_ahead);
	     n > 0; n--)
		drop_oldest(&s->min);
}

static void
add_fine(struct series *s, uint32_t step, unsigned lane, uint32_t count)
{
	uint32_t age = s->newest - step;
	unsigned place;

	if (add_to_point(&s->fine, s->newest, age, lane, count, &place))
		return;
	if (s->fine.n == s->fine.room) {
		unsigned n = s->fine.n;

		retire(s, s->newest);
		if (!reserve(&s->fine) && n > 0 && s->fine.n == n)
			fold(s, 1);
		n -= s->fine.n;
		place = place > n ? place - n : 0;
		if (s->fine.n == s->fine.room)
			return;
	}
	insert(&s->fine, place, pack(step, lane, count));
}

static void
add_part(struct series *s, uint32_t step, unsigned lane, uint32_t count)
{
	if (s->newest - step >= SERIES_FINE_STEPS)
		add_min(s, step / SERIES_FINE_PER_MIN, lane, count);
	else
		add_fine(s, step, lane, count);
}

static void
expect_ring(const struct series_ring *r)
{
	if (r->n == 0)
		return;
	__builtin_prefetch(at(r, r->n - 1U));
	__builtin_prefetch(at(r, 0));
}

void
series_expect(const struct series *s)
{
	expect_ring(&s->fine);
	expect_ring(&s->min);
}

/* A step newer than all: nothing to look for when the ring has room. */
static bool
append(struct series *s, uint32_t step, unsigned lane, uint32_t count)
{
	bool room = s->fine.n < s->fine.room && count <= COUNT_MAX;

	if (step / RETIRE_STEPS != s->newest / RETIRE_STEPS)
		retire(s, step);
	s->newest = step;
	if (room)
		*at(&s->fine, s->fine.n++) = pack(step, lane, count);
	return room;
}

void
series_add_step(struct series *s, unsigned lane, uint32_t step, uint32_t count)
{
	if (count == 0 || (step > s->newest && append(s, step, lane, count)))
		return;
	for (; count > COUNT_MAX; count -= COUNT_MAX)
		add_part(s, step, lane, COUNT_MAX);
	add_part(s, step, lane, count);
}

/* Appends those that come first while there is room, each is of a step, or of a
 * lane of it, behind all before, and none is to be retired; how many. */
static unsigned
append_shorts(struct series *s, uint32_t base, const uint16_t *v, unsigned n)
{
	struct series_ring *r = &s->fine;
	unsigned end = r->head + r->n, left = (unsigned)(r->room - r->n), i;
	const uint64_t block = RETIRE_STEPS * SERIES_LANES;
	/* Step and lane together. */
	uint64_t last = (uint64_t)s->newest * SERIES_LANES + LANE_MASK;
	uint64_t first = (uint64_t)base * SERIES_LANES;

	if (end >= r->room)
		end -= r->room;
	for (i = 0; i < n && i < left; i++) {
		uint64_t key = first + (v[i] >> SERIES_SHORT_LANE);

		if (key <= last || key / block != last / block)
			break;
		r->v[end] =
		    (uint32_t)key << LANE_SHIFT | (v[i] & SERIES_SHORT_MAX);
		end = end + 1 == r->room ? 0 : end + 1;
		last = key;
	}
	r->n = (uint16_t)(r->n + i);
	s->newest = (uint32_t)(last / SERIES_LANES);
	return i;
}

void
series_add_shorts(
    struct series *s, uint32_t base, const uint16_t *v, unsigned n)
{
	for (unsigned i = append_shorts(s, base, v, n); i < n;) {
		series_add_step(s, series_short_lane(v[i]),
		    base + (v[i] >> SERIES_SHORT_STEP),
		    v[i] & SERIES_SHORT_MAX);
		i++;
		i += append_shorts(s, base, v + i, n - i);
	}
}

void
series_add(struct series *s, unsigned lane, int64_t at_ms, uint32_t count)
{
	if (at_ms >= 0 && at_ms / SERIES_FINE_MS <= INT32_MAX)
		series_add_step(
		    s, lane, (uint32_t)(at_ms / SERIES_FINE_MS), count);
}

/* Where a ring is read from: minutes older than a day may still be there. */
static unsigned
first_since(const struct series *s, const struct series_ring *r,
    uint32_t newest, uint32_t from)
{
	uint32_t age = newest - from;

	if (from > newest)
		return r->n;
	if (r == &s->min && age >= SERIES_MIN_STEPS)
		age = SERIES_MIN_STEPS - 1;
	return first_of(r, newest, age);
}

/* The points of a ring with steps in [from, to): a ring is one piece of memory
 * or two. */
struct points {
	const uint32_t *v[2];
	unsigned n[2];
};

static struct points
points_of(const struct series *s, const struct series_ring *r, uint32_t newest,
    uint32_t from, uint32_t to)
{
	unsigned i = first_since(s, r, newest, from), n = r->n, whole;
	struct points p = {0};

	if (to <= newest)
		n = first_of(r, newest, newest - to);
	if (i >= n)
		return p;
	i += r->head;
	n += r->head;
	whole = r->room;
	if (i >= whole) {
		i -= whole;
		n -= whole;
	}
	p.v[0] = r->v + i;
	p.n[0] = (n < whole ? n : whole) - i;
	p.v[1] = r->v;
	p.n[1] = n > whole ? n - whole : 0;
	return p;
}

/* Adds up a ring's lanes over steps in [from, to). */
static void
ring_sums(const struct series *s, const struct series_ring *r, uint32_t newest,
    uint32_t from, uint32_t to, uint64_t out[SERIES_LANES])
{
	struct points p = points_of(s, r, newest, from, to);

	for (int k = 0; k < 2; k++)
		for (unsigned i = 0; i < p.n[k]; i++)
			out[lane_of(p.v[k][i])] += p.v[k][i] & COUNT_MAX;
}

/* A point's count if it is of these lanes. Without a branch, and all in 32
 * bits, which no ring's sum exceeds: so that compilers take some points at
 * once. */
static inline uint32_t
count_of(uint32_t point, struct series_lanes lanes)
{
	uint32_t lane = point & (uint32_t)LANE_MASK << LANE_SHIFT;

	return lane - (lanes.first << LANE_SHIFT) < lanes.n << LANE_SHIFT
		   ? point & COUNT_MAX
		   : 0;
}
static_assert(
    (uint64_t)SERIES_POINTS_MAX * COUNT_MAX <= UINT32_MAX, "a ring's sum");

/* The same of some lanes together. */
static uint64_t
ring_sum(const struct series *s, const struct series_ring *r, uint32_t newest,
    uint32_t from, uint32_t to, struct series_lanes lanes)
{
	struct points p = points_of(s, r, newest, from, to);
	uint32_t sum = 0;

	for (int k = 0; k < 2; k++)
		for (unsigned i = 0; i < p.n[k]; i++)
			sum += count_of(p.v[k][i], lanes);
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

/* Steps in [from, to) of a ring. */
struct span {
	uint32_t from, to;
};

/* What of the rings tells of [from_ms, to_ms). */
static void
spans_of(const struct series *s, int64_t from_ms, int64_t to_ms,
    struct span *fine, struct span *min)
{
	*min = (struct span){0, 0};
	*fine = (struct span){first_step(from_ms, SERIES_FINE_MS),
	    first_step(to_ms, SERIES_FINE_MS)};
	if (to_ms - from_ms <= 60 * SERIES_MIN_MS &&
	    fine->from + SERIES_FINE_STEPS > s->newest)
		return;
	*min = (struct span){first_step(from_ms, SERIES_MIN_MS),
	    first_step(to_ms, SERIES_MIN_MS)};
	*fine = (struct span){
	    min->from * SERIES_FINE_PER_MIN, min->to * SERIES_FINE_PER_MIN};
}

void
series_sums(const struct series *s, int64_t from_ms, int64_t to_ms,
    uint64_t out[SERIES_LANES])
{
	struct span fine, min;

	for (int i = 0; i < SERIES_LANES; i++)
		out[i] = 0;
	if (to_ms <= from_ms)
		return;
	spans_of(s, from_ms, to_ms, &fine, &min);
	if (min.to > 0)
		ring_sums(s, &s->min, s->newest / SERIES_FINE_PER_MIN, min.from,
		    min.to, out);
	ring_sums(s, &s->fine, s->newest, fine.from, fine.to, out);
}

uint64_t
series_sum_of(const struct series *s, struct series_lanes lanes,
    int64_t from_ms, int64_t to_ms)
{
	struct span fine, min;
	uint64_t sum = 0;

	if (to_ms <= from_ms)
		return 0;
	spans_of(s, from_ms, to_ms, &fine, &min);
	if (min.to > 0)
		sum = ring_sum(s, &s->min, s->newest / SERIES_FINE_PER_MIN,
		    min.from, min.to, lanes);
	return sum +
	       ring_sum(s, &s->fine, s->newest, fine.from, fine.to, lanes);
}

bool
series_add_steps(const struct series *s, struct series_lanes lanes,
    int64_t from_ms, uint32_t *out, int n)
{
	uint32_t from = first_step(from_ms, SERIES_FINE_MS);
	struct points p;

	if (from + SERIES_FINE_STEPS <= s->newest)
		return false;
	p = points_of(s, &s->fine, s->newest, from, from + (uint32_t)n);
	for (int k = 0; k < 2; k++)
		for (unsigned i = 0; i < p.n[k]; i++) {
			uint32_t v = p.v[k][i];
			uint32_t step = s->newest - age_of(v, s->newest);

			out[step - from] += count_of(v, lanes);
		}
	return true;
}

uint64_t
series_sum(
    const struct series *s, unsigned lane, int64_t from_ms, int64_t to_ms)
{
	return series_sum_of(s, (struct series_lanes){lane, 1}, from_ms, to_ms);
}

/* Spreads one lane of a ring over bins of `per` of its steps; bin n-1 ends
 * before `end`. */
static void
ring_read(const struct series *s, const struct series_ring *r, uint32_t newest,
    unsigned lane, uint32_t end, uint32_t per, uint32_t *out, int n)
{
	uint64_t span = (uint64_t)per * (uint64_t)n;
	uint32_t from = span > end ? 0 : end - (uint32_t)span;

	for (unsigned i = first_since(s, r, newest, from); i < r->n; i++) {
		uint32_t p = *at(r, i), step = newest - age_of(p, newest);

		if (step >= end)
			break;
		if (lane_of(p) == lane)
			out[n - 1 - (int)((end - 1 - step) / per)] +=
			    p & COUNT_MAX;
	}
}

void
series_read(const struct series *s, unsigned lane, int64_t now_ms,
    int64_t step_ms, uint32_t *out, int n)
{
	uint32_t per = (uint32_t)(step_ms / SERIES_FINE_MS), end;

	for (int i = 0; i < n; i++)
		out[i] = 0;
	if (now_ms < 0 || per == 0 || now_ms / SERIES_FINE_MS > INT32_MAX / 2)
		return;
	/* Bins are aligned to their own length, so that they do not change
	 * their content while time passes. */
	end = (uint32_t)(now_ms / step_ms + 1) * per;
	ring_read(s, &s->fine, s->newest, lane, end, per, out, n);
	if (per % SERIES_FINE_PER_MIN == 0)
		ring_read(s, &s->min, s->newest / SERIES_FINE_PER_MIN, lane,
		    end / SERIES_FINE_PER_MIN, per / SERIES_FINE_PER_MIN, out,
		    n);
}
