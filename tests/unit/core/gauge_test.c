/* gauge_test.c - the last value of each minute, for a day. */
#include "core/gauge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define MIN ((int64_t)60000)
#define T0  (1000000 * MIN)

static void
empty_is_unknown(void **state)
{
	struct gauge g = {0};
	int64_t v[2];

	(void)state;
	gauge_read(&g, T0, v, 2);
	assert_int_equal(v[0], -1);
	assert_int_equal(v[1], -1);
	gauge_set(&g, -1, 5);
	gauge_set(&g, INT64_MAX, 5);
	assert_null(g.v);
	gauge_done(&g);
}

static void
the_last_value_of_a_minute_stays(void **state)
{
	struct gauge g = {0};
	int64_t v[4];

	(void)state;
	gauge_set(&g, T0, 5);
	gauge_set(&g, T0 + 59999, 7);
	gauge_set(&g, T0 + 2 * MIN, 0);
	gauge_set(&g, T0 + 3 * MIN, 9);
	gauge_read(&g, T0 + 3 * MIN + 1, v, 4);
	assert_int_equal(v[0], 7);
	assert_int_equal(v[1], -1); /* not read is not zero */
	assert_int_equal(v[2], 0);
	assert_int_equal(v[3], 9);
	/* late */
	gauge_set(&g, T0 + MIN, 3);
	/* what is to come is unknown */
	gauge_read(&g, T0 + 4 * MIN, v, 4);
	assert_int_equal(v[0], 3);
	assert_int_equal(v[2], 9);
	assert_int_equal(v[3], -1);
	gauge_set(&g, T0 + 4 * MIN, UINT32_MAX);
	gauge_read(&g, T0 + 4 * MIN, v, 1);
	assert_int_equal(v[0], UINT32_MAX - 1);
	gauge_done(&g);
}

static void
a_day_is_kept(void **state)
{
	struct gauge g = {0};
	int64_t v[GAUGE_STEPS + 9], day = 24 * 60;

	(void)state;
	for (int64_t i = 0; i < 3 * day; i++)
		gauge_set(&g, T0 + i * MIN, (uint32_t)i);
	gauge_read(&g, T0 + (3 * day - 1) * MIN, v, GAUGE_STEPS + 9);
	assert_int_equal(v[GAUGE_STEPS + 8], 3 * day - 1);
	assert_int_equal(v[9], 3 * day - GAUGE_STEPS);
	assert_int_equal(v[8], -1);
	/* too late */
	gauge_set(&g, T0, 77);
	gauge_read(&g, T0 + (3 * day - 1) * MIN, v, GAUGE_STEPS + 9);
	for (int i = 9; i < GAUGE_STEPS + 9; i++)
		assert_int_equal(v[i], 3 * day - GAUGE_STEPS - 9 + i);
	/* A jump leaves nothing behind. */
	gauge_set(&g, T0 + 9 * day * MIN, 1);
	gauge_read(&g, T0 + 9 * day * MIN, v, GAUGE_STEPS + 9);
	for (int i = 0; i < GAUGE_STEPS + 8; i++)
		assert_int_equal(v[i], -1);
	assert_int_equal(v[GAUGE_STEPS + 8], 1);
	gauge_done(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(empty_is_unknown),
	    cmocka_unit_test(the_last_value_of_a_minute_stays),
	    cmocka_unit_test(a_day_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
