/* clock_test.c - texts of times in a zone, and clocks that go forward. */
#include "core/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
in_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void
times_carry_their_zone(void **state)
{
	/* 2026-11-21T14:05:42.123Z */
	const int64_t t = 1795269942123;
	char text[CLOCK_TEXT];

	(void)state;
	in_zone("JST-9");
	assert_string_equal(
	    clock_rfc3339(text, t), "2026-11-21T23:05:42.123+09:00");
	assert_string_equal(clock_hms(text, t), "23:05:42");
	assert_string_equal(clock_zone(text, t), "JST");
	in_zone("XST3:30");
	assert_string_equal(
	    clock_rfc3339(text, t), "2026-11-21T10:35:42.123-03:30");
	in_zone("UTC");
	assert_string_equal(
	    clock_rfc3339(text, t), "2026-11-21T14:05:42.123+00:00");
	assert_string_equal(clock_hms(text, 0), "--:--:--");
	/* The second before New Year, and the one before 1970. */
	assert_string_equal(clock_rfc3339(text, 1798761599999),
	    "2026-12-31T23:59:59.999+00:00");
	assert_string_equal(
	    clock_rfc3339(text, -1), "1969-12-31T23:59:59.999+00:00");
}

/* What ends in a week does not end in a minute. */
static void
far_times_carry_their_day(void **state)
{
	/* 2026-11-21T23:05:42+09:00 */
	const int64_t t = 1795269942123, hour = 3600000;
	char text[CLOCK_TEXT];

	(void)state;
	in_zone("JST-9");
	assert_string_equal(clock_day_hms(text, t, t - 60000), "23:05:42");
	assert_string_equal(clock_day_hms(text, t, t + 11 * hour), "23:05:42");
	assert_string_equal(
	    clock_day_hms(text, t, t - 168 * hour), "2026-11-21 23:05:42");
	assert_string_equal(
	    clock_day_hms(text, t, t + 168 * hour), "2026-11-21 23:05:42");
	assert_string_equal(clock_day_hms(text, 0, t), "--:--:--");
	assert_int_equal(strlen(clock_day_hms(text, INT64_MAX, INT64_MIN)), 19);
}

/* A host's clock may be anywhere. */
static void
broken_clocks_stay_in_bounds(void **state)
{
	char text[CLOCK_TEXT];

	(void)state;
	in_zone("UTC");
	assert_string_equal(
	    clock_rfc3339(text, INT64_MAX), "9999-12-31T00:00:00.000+00:00");
	assert_string_equal(
	    clock_rfc3339(text, INT64_MIN), "0001-01-02T00:00:00.000+00:00");
	assert_int_equal(strlen(clock_hms(text, INT64_MIN)), 8);
	assert_true(strlen(clock_zone(text, INT64_MAX)) > 0);
}

static void
clocks_go_forward(void **state)
{
	int64_t ms = clock_mono_ms(), us = clock_mono_us();
	int64_t cpu = clock_cpu_us(), wall = clock_wall_ms();

	(void)state;
	assert_true(wall > 1700000000000);
	assert_true(us / 1000 - ms <= 1000);
	while (clock_mono_us() < us + 2000)
		;
	assert_true(clock_mono_ms() > ms);
	assert_true(clock_cpu_us() > cpu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(times_carry_their_zone),
	    cmocka_unit_test(far_times_carry_their_day),
	    cmocka_unit_test(broken_clocks_stay_in_bounds),
	    cmocka_unit_test(clocks_go_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
