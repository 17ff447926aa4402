/* series_test.c - sparse counts against a naive array of steps. */
#include "core/series.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum {
	T0 = 1000000 * 60, /* seconds; a whole minute */
	LANE = 5,
};
#define T0_MS ((int64_t)T0 * 1000)

static uint64_t
rnd(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static void
empty_is_zero(void **state)
{
	struct series s = {0};
	uint32_t out[3] = {7, 7, 7};

	(void)state;
	assert_int_equal(series_sum(&s, LANE, 0, T0_MS), 0);
	series_read(&s, LANE, T0_MS, 5000, out, 3);
	assert_int_equal(out[0] + out[1] + out[2], 0);
	series_done(&s);
}

static void
steps_begin_in_the_window(void **state)
{
	struct series s = {0};

	(void)state;
	series_add(&s, LANE, T0_MS + 4999, 1);
	series_add(&s, LANE, T0_MS + 5000, 10);
	series_add(&s, LANE, T0_MS + 9999, 100);
	/* [from, to) picks steps by their beginning. */
	assert_int_equal(series_sum(&s, LANE, T0_MS, T0_MS + 5000), 1);
	assert_int_equal(series_sum(&s, LANE, T0_MS, T0_MS + 5001), 111);
	assert_int_equal(series_sum(&s, LANE, T0_MS + 1, T0_MS + 5001), 110);
	assert_int_equal(series_sum(&s, LANE, T0_MS + 5001, T0_MS + 9000), 0);
	assert_int_equal(series_sum(&s, LANE, T0_MS + 5000, T0_MS), 0);
	series_done(&s);
}

static void
late_counts_find_their_place(void **state)
{
	struct series s = {0};
	uint32_t out[4];

	(void)state;
	series_add(&s, LANE, T0_MS + 20000, 4);
	series_add(&s, LANE, T0_MS + 5000, 1);
	series_add(&s, LANE, T0_MS + 10000, 2);
	series_add(&s, LANE, T0_MS + 5000, 1);
	series_read(&s, LANE, T0_MS + 20000, 5000, out, 4);
	assert_int_equal(out[0], 2);
	assert_int_equal(out[1], 2);
	assert_int_equal(out[2], 0);
	assert_int_equal(out[3], 4);
	series_done(&s);
}

static void
old_counts_become_minutes(void **state)
{
	struct series s = {0};
	int64_t later = T0_MS + 2 * 3600000;

	(void)state;
	series_add(&s, LANE, T0_MS, 1);
	series_add(&s, LANE, T0_MS + 55000, 2);
	series_add(&s, LANE, T0_MS + 60000, 4);
	series_add(&s, LANE, later, 8);
	assert_int_equal(series_sum(&s, LANE, T0_MS, later + 1), 15);
	/* Minute steps: one that began before from_ms does not count. */
	assert_int_equal(series_sum(&s, LANE, T0_MS + 5000, later + 1), 12);
	/* A count that is later than the fine ring reaches. */
	series_add(&s, LANE, T0_MS + 60000, 16);
	assert_int_equal(series_sum(&s, LANE, T0_MS + 60000, later), 20);
	series_done(&s);
}

static void
a_day_is_the_bound(void **state)
{
	struct series s = {0};
	int64_t day = 86400000;
	uint32_t hours[20];

	(void)state;
	for (int64_t t = T0_MS; t < T0_MS + 2 * day; t += 2500)
		series_add(&s, LANE, t, 1);
	/* What is too old for its ring goes now and then. */
	assert_in_range(
	    s.fine.n, SERIES_FINE_STEPS - 2, SERIES_FINE_STEPS + 128);
	assert_in_range(s.min.n, 1375, SERIES_MIN_STEPS + 11);
	assert_in_range(
	    (s.fine.room + s.min.room) * sizeof *s.fine.v, 8192, 12288);
	assert_int_equal(
	    series_sum(&s, LANE, T0_MS + day, T0_MS + 2 * day), day / 2500);
	/* Half an hour of yesterday, and hours of both steps. */
	assert_int_equal(
	    series_sum(&s, LANE, T0_MS + day + 3600000, T0_MS + day + 5400000),
	    720);
	series_read(&s, LANE, T0_MS + 2 * day - 1, 3600000, hours, 20);
	for (int i = 0; i < 19; i++)
		assert_int_equal(hours[i], 1440);
	/* Older than a day: ignored. */
	series_add(&s, LANE, T0_MS + day - 120000, 1000);
	assert_int_equal(
	    series_sum(&s, LANE, T0_MS + day - 120000, T0_MS + day - 60000), 0);
	/* A jump of a week leaves nothing behind, and no old count appears. */
	series_add(&s, LANE, T0_MS + 9 * day, 1);
	assert_int_equal(
	    series_sum(&s, LANE, T0_MS + 8 * day, T0_MS + 9 * day + 1), 1);
	series_done(&s);
}

static void
nonsense_times_are_ignored(void **state)
{
	struct series s = {0};

	(void)state;
	series_add(&s, LANE, -1, 1);
	series_add(&s, LANE, INT64_MIN, 1);
	series_add(&s, LANE, INT64_MAX, 1);
	assert_int_equal(s.fine.n + s.min.n, 0);
	series_add(&s, LANE, T0_MS, 1);
	assert_int_equal(series_sum(&s, LANE, INT64_MIN / 2, INT64_MAX / 2), 1);
	series_done(&s);
}

/* Lanes are added up apart, and a count of any size is whole. */
static void
lanes_and_large_counts(void **state)
{
	struct series s = {0};
	uint64_t sums[SERIES_LANES];
	uint32_t out[2];

	(void)state;
	for (unsigned k = 0; k < SERIES_LANES; k++) {
		series_add(&s, k, T0_MS, 300000 * k + 7);
		series_add(&s, k, T0_MS + 5000, 1);
		series_add(&s, k, T0_MS, 300000 * k);
	}
	series_sums(&s, T0_MS, T0_MS + 5000, sums);
	for (unsigned k = 0; k < SERIES_LANES; k++) {
		assert_int_equal(sums[k], 600000 * k + 7);
		assert_int_equal(
		    series_sum(&s, k, T0_MS, T0_MS + 10000), 600000 * k + 8);
		series_read(&s, k, T0_MS + 5000, 5000, out, 2);
		assert_int_equal(out[0], 600000 * k + 7);
		assert_int_equal(out[1], 1);
	}
	/* Two hours later all of it is in the minute. */
	series_add(&s, 0, T0_MS + 7200000, 1);
	series_sums(&s, T0_MS, T0_MS + 7200000, sums);
	for (unsigned k = 0; k < SERIES_LANES; k++)
		assert_int_equal(sums[k], 600000 * k + 8);
	series_done(&s);
}

/* Counts of many sizes in five lanes, in any order, against plain arrays. */
static void
lanes_equal_naive_counters(void **state)
{
	enum { STEPS = 3000, LANES = 5 };
	uint32_t(*naive)[LANES] = calloc(STEPS, sizeof *naive);
	uint64_t x = 7, sums[SERIES_LANES];
	struct series s = {0};
	int64_t now = T0_MS, end;

	(void)state;
	assert_non_null(naive);
	for (int i = 0; i < 60000; i++) {
		unsigned lane = (unsigned)(rnd(&x) % LANES);
		uint32_t n = (uint32_t)(rnd(&x) % 100 == 0 ? 400000 : 3);
		int64_t t;

		now += (int64_t)(rnd(&x) % 400);
		t = now - (int64_t)(rnd(&x) % 5 == 0 ? rnd(&x) % 9000000 : 0);
		if (t < T0_MS)
			t = T0_MS;
		series_add(&s, lane, t, n);
		naive[(t - T0_MS) / 5000][lane] += n;
	}
	end = (now - T0_MS) / 60000 * 12 + 12;
	assert_in_range(end, 2000, STEPS - 1);
	for (int64_t from = 0; from < end; from += 12) {
		uint64_t want[SERIES_LANES] = {0};

		for (int64_t k = from; k < end; k++)
			for (int l = 0; l < LANES; l++)
				want[l] += naive[k][l];
		series_sums(&s, T0_MS + from * 5000, T0_MS + end * 5000, sums);
		for (int l = 0; l < SERIES_LANES; l++)
			assert_int_equal(sums[l], want[l]);
	}
	free(naive);
	series_done(&s);
}

/* Random counts, mostly in order, against one counter per 5-s step. */
static void
equals_naive_counters(void **state)
{
	enum { STEPS = 2000 };
	uint32_t *naive = calloc(STEPS, sizeof *naive), out[720], bins[60];
	uint64_t x = 42;
	struct series s = {0};
	int64_t now = T0_MS;

	(void)state;
	assert_non_null(naive);
	for (int i = 0; i < 20000; i++) {
		int64_t t;

		now += (int64_t)(rnd(&x) % 500);
		t = now - (int64_t)(rnd(&x) % 10 == 0 ? rnd(&x) % 3000000 : 0);
		if (t < T0_MS)
			t = T0_MS;
		series_add(&s, LANE, t, 1);
		naive[(t - T0_MS) / 5000]++;
	}
	assert_in_range((now - T0_MS) / 5000, 900, STEPS - 1);
	series_read(&s, LANE, now, 5000, out, 720);
	for (int i = 0; i < 720; i++)
		assert_int_equal(out[719 - i], naive[(now - T0_MS) / 5000 - i]);
	series_read(&s, LANE, now, 60000, bins, 60);
	for (int i = 0; i < 60; i++) {
		int64_t first = ((now - T0_MS) / 60000 - i) * 12;
		uint32_t want = 0;

		for (int64_t k = first; k < first + 12 && first >= 0; k++)
			want += naive[k];
		assert_int_equal(bins[59 - i], want);
	}
	for (int i = 0; i < 1000; i++) {
		int64_t to = now + 1 - (int64_t)(rnd(&x) % 60000);
		int64_t from = now - (int64_t)(rnd(&x) % 3600000);
		uint64_t want = 0;

		for (int64_t k = (from - T0_MS + 4999) / 5000;
		     k * 5000 + T0_MS < to; k++)
			want += k >= 0 ? naive[k] : 0;
		assert_int_equal(series_sum(&s, LANE, from, to), want);
	}
	memset(out, 0, sizeof out);
	assert_true(series_add_steps(&s, (struct series_lanes){LANE, 1},
	    now - now % 5000 - 699 * 5000, out, 700));
	for (int i = 0; i < 700; i++)
		assert_int_equal(out[699 - i], naive[(now - T0_MS) / 5000 - i]);
	free(naive);
	series_done(&s);
}

/* Some at once come to the same as one after the other, in whatever order they
 * are, over hours, with pauses of any length. */
static void
shorts_are_counts(void **state)
{
	enum { MANY = 15, TIMES = 4000 };
	uint64_t x = 7, one_sum[SERIES_LANES], all_sum[SERIES_LANES];
	struct series one = {0}, all = {0};
	uint32_t base = (uint32_t)(T0_MS / SERIES_FINE_MS);

	(void)state;
	for (int k = 0; k < TIMES; k++) {
		unsigned n = (unsigned)(rnd(&x) % (MANY + 1)), ahead = 0;
		bool orderly = rnd(&x) % 4 != 0;
		uint16_t v[MANY];

		for (unsigned i = 0; i < n; i++) {
			unsigned lane = (unsigned)(rnd(&x) % SERIES_LANES);
			unsigned count = (unsigned)(rnd(&x) % 32);

			ahead = orderly ? ahead + (unsigned)(rnd(&x) % 3)
					: (unsigned)(rnd(&x) % 256);
			v[i] = (uint16_t)(ahead << SERIES_SHORT_STEP |
					  lane << SERIES_SHORT_LANE | count);
			series_add_step(&one, lane, base + ahead, count);
		}
		series_add_shorts(&all, base, v, n);
		base += (uint32_t)(rnd(&x) % (k % 100 == 0 ? 2000 : 20));
		if (k % 10 == 0) {
			int64_t to = ((int64_t)base + 256) * SERIES_FINE_MS;
			int64_t span = (int64_t)(rnd(&x) % 90000000);

			series_sums(&one, to - span, to, one_sum);
			series_sums(&all, to - span, to, all_sum);
			assert_memory_equal(one_sum, all_sum, sizeof one_sum);
			series_sums(&one, to - span / 24, to, one_sum);
			series_sums(&all, to - span / 24, to, all_sum);
			assert_memory_equal(one_sum, all_sum, sizeof one_sum);
		}
	}
	series_done(&one);
	series_done(&all);
}

static void
lanes_together(void **state)
{
	struct series s = {0};
	const struct series_lanes none = {0, 0}, middle = {3, 3}, last = {5, 3};
	const struct series_lanes two = {1, 2};
	uint32_t steps[3] = {1, 0, 0};
	int64_t day = 86400000;

	(void)state;
	for (unsigned k = 0; k < SERIES_LANES; k++)
		for (unsigned i = 0; i < 3; i++)
			series_add(&s, k, T0_MS + i * 5000, 1U << k);
	assert_int_equal(
	    series_sum_of(&s, middle, T0_MS, T0_MS + 10000), 2 * (8 + 16 + 32));
	assert_int_equal(
	    series_sum_of(&s, last, T0_MS, T0_MS + 10000), 2 * (32 + 64 + 128));
	assert_int_equal(series_sum_of(&s, none, T0_MS, T0_MS + 10000), 0);
	assert_true(series_add_steps(&s, two, T0_MS, steps, 2));
	assert_int_equal(steps[0], 1 + 2 + 4); /* added, not set */
	assert_int_equal(steps[1], 2 + 4);
	assert_int_equal(steps[2], 0);
	/* minutes that are long past are not told apart */
	series_add(&s, 1, T0_MS + day / 2, 1);
	assert_false(series_add_steps(&s, two, T0_MS, steps, 2));
	assert_int_equal(steps[1], 2 + 4);
	assert_int_equal(
	    series_sum_of(&s, two, T0_MS - 60000, T0_MS + day), 3 * 6 + 1);
	series_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(empty_is_zero),
	    cmocka_unit_test(steps_begin_in_the_window),
	    cmocka_unit_test(shorts_are_counts),
	    cmocka_unit_test(lanes_together),
	    cmocka_unit_test(late_counts_find_their_place),
	    cmocka_unit_test(old_counts_become_minutes),
	    cmocka_unit_test(a_day_is_the_bound),
	    cmocka_unit_test(nonsense_times_are_ignored),
	    cmocka_unit_test(lanes_and_large_counts),
	    cmocka_unit_test(lanes_equal_naive_counters),
	    cmocka_unit_test(equals_naive_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
