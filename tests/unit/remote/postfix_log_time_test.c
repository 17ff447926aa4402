/* Time stamps of log lines: every form, years that are not written, nonsense.*/
#include "tests/unit/remote/postfix_log_help.h"

#include "remote/postfix_log_parts.h"

/* The time of `stamp`, or -1 when it is refused; what it took in *took. */
static int64_t
at(struct log_time *t, const char *stamp, size_t *took)
{
	struct cur c = cur_of(str_of(stamp), stamp + strlen(stamp));
	int64_t ms = -2;

	if (!log_time_take(t, &c, &ms)) {
		assert_ptr_equal(c.p, stamp);
		return -1;
	}
	if (took != NULL)
		*took = (size_t)(c.p - stamp);
	return ms;
}

static int64_t
once(int64_t now_ms, int32_t offset_s, const char *stamp)
{
	struct log_time t = {0};

	log_time_set(&t, now_ms, offset_s);
	return at(&t, stamp, NULL);
}

static void
classic_has_the_hosts_zone(void **state)
{
	(void)state;
	assert_int_equal(once(NOW_MS, TOKYO_S, "Nov 21 23:05:42 h"), NOW_MS);
	assert_int_equal(
	    once(NOW_MS, 0, "Nov 21 23:05:42 h"), NOW_MS + TOKYO_S * 1000);
	assert_int_equal(once(NOW_MS, -5 * 3600, "Nov 21 09:05:42 h"), NOW_MS);
}

static void
classic_days_of_one_digit(void **state)
{
	const int64_t day = INT64_C(1793588645000); /* 2026-11-02T03:04:05Z */
	size_t took = 0;
	struct log_time t = {0};

	(void)state;
	log_time_set(&t, NOW_MS, 0);
	assert_int_equal(at(&t, "Nov  2 03:04:05 h", &took), day);
	assert_int_equal(took, 16);
	assert_int_equal(at(&t, "Nov 02 03:04:05 h", &took), day);
	assert_int_equal(at(&t, "Nov 2 03:04:05 h x", &took), day);
	assert_int_equal(took, 15);
	assert_int_equal(at(&t, "Nov  2 03:04:05.250 h", NULL), day + 250);
	/* The same second again, now out of memory. */
	assert_int_equal(at(&t, "Nov  2 03:04:05 h", &took), day);
	assert_int_equal(at(&t, "Nov  2 03:04:05.5 h", &took), day + 500);
}

static void
years_are_guessed_over_new_year(void **state)
{
	const int64_t new_year = INT64_C(1798761600000); /* 2027-01-01T00:00Z */

	(void)state;
	assert_int_equal(
	    once(new_year + 5000, 0, "Dec 31 23:59:58 h"), new_year - 2000);
	assert_int_equal(
	    once(new_year + 5000, 0, "Jan  1 00:00:01 h"), new_year + 1000);
	/* Our clock is behind the host's. */
	assert_int_equal(
	    once(new_year - 5000, 0, "Jan  1 00:00:01 h"), new_year + 1000);
	/* It is next year already where the host is, not yet in UTC. */
	assert_int_equal(
	    once(new_year - 8 * 3600 * 1000, TOKYO_S, "Jan  1 00:30:00 h"),
	    new_year + 30 * 60 * 1000 - TOKYO_S * 1000);
	/* Half a year ago, and eleven months ago. */
	assert_int_equal(
	    once(new_year, 0, "Jun 30 00:00:00 h"), INT64_C(1782777600000));
	assert_int_equal(
	    once(new_year, 0, "Jan 31 00:00:00 h"), INT64_C(1769817600000));
	/* A clock that jumped three days ahead is no reason for last year. */
	assert_int_equal(once(NOW_MS, 0, "Nov 24 14:05:42 h"),
	    NOW_MS + INT64_C(3) * 86400 * 1000);
}

static void
leap_days(void **state)
{
	const int64_t feb29 = INT64_C(1835395200000); /* 2028-02-29 */

	(void)state;
	assert_int_equal(once(feb29 + 86400000, 0, "Feb 29 00:00:00 h"), feb29);
	assert_int_equal(
	    once(feb29 + 86400000, 0, "Mar  1 00:00:00 h"), feb29 + 86400000);
	/* 2026 has none: the last one was in 2024. */
	assert_int_equal(
	    once(NOW_MS, 0, "Feb 29 00:00:00 h"), INT64_C(1709164800000));
	assert_int_equal(once(NOW_MS, 0, "Feb 30 00:00:00 h"), -1);
	assert_int_equal(once(NOW_MS, 0, "2100-02-29T00:00:00Z h"), -1);
	assert_int_equal(
	    once(NOW_MS, 0, "2000-02-29T00:00:00Z h"), INT64_C(951782400000));
}

static void
rfc3339_brings_its_zone(void **state)
{
	struct log_time t = {0};

	(void)state;
	log_time_set(&t, 0, 3600);
	assert_int_equal(
	    at(&t, "2026-11-21T23:05:42.123456+09:00 h", NULL), NOW_MS + 123);
	assert_int_equal(at(&t, "2026-11-21T23:05:42+0900 h", NULL), NOW_MS);
	assert_int_equal(at(&t, "2026-11-21T23:05:42+09 h", NULL), NOW_MS);
	assert_int_equal(
	    at(&t, "2026-11-21T23:05:42.9Z h", NULL), NOW_MS + 32400900);
	assert_int_equal(at(&t, "2026-11-21T09:05:42-05:00 h", NULL), NOW_MS);
	assert_int_equal(at(&t, "2026-11-21T15:05:42 h", NULL), NOW_MS);
	assert_int_equal(at(&t, "2026-11-21T19:35:42+05:30 h", NULL), NOW_MS);
	/* A leap second is the next one. */
	assert_int_equal(
	    at(&t, "2016-12-31T23:59:60Z h", NULL), INT64_C(1483228800000));
}

static void
a_new_zone_forgets_the_last_stamp(void **state)
{
	struct log_time t = {0};

	(void)state;
	log_time_set(&t, NOW_MS, TOKYO_S);
	assert_int_equal(at(&t, "Nov 21 23:05:42 h", NULL), NOW_MS);
	log_time_set(&t, NOW_MS, 0);
	assert_int_equal(
	    at(&t, "Nov 21 23:05:42 h", NULL), NOW_MS + TOKYO_S * 1000);
}

static void
nonsense_is_refused(void **state)
{
	static const char *const bad[] = {"", " ", "N", "Nov 21 23:05:42",
	    "Nov 21 23:05", "Nov 21 23:05:61 h", "Nov 21 24:00:00 h",
	    "Nov 21 23:60:00 h", "Nov 31 00:00:00 h", "Nov 00 00:00:00 h",
	    "nov 21 23:05:42 h", "Now 21 23:05:42 h", "Nov 21 2x:05:42 h",
	    "Nov 21 23-05-42 h", "Nov 21 23:05:42h", "Nov 211 23:05:42 h",
	    "Nov   1 23:05:42 h", "2026-11-21", "2026-11-21T23:05:42",
	    "2026-13-21T23:05:42Z h", "2026-11-21T23:05:42+9 h",
	    "2026-11-21T23:05:42+24:00 h", "2026-11-21T23:05:42+09:60 h",
	    "2026-11-21T23:05:42Zh", "2026/11/21T23:05:42Z h",
	    "1969-12-31T23:59:59Z h", "0000-00-00T00:00:00Z h",
	    "2026-11-21X23:05:42Z h", "99999999999999999999999 h"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (once(NOW_MS, 0, bad[i]) != -1)
			fail_msg("taken: '%s'", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(classic_has_the_hosts_zone),
	    cmocka_unit_test(classic_days_of_one_digit),
	    cmocka_unit_test(years_are_guessed_over_new_year),
	    cmocka_unit_test(leap_days),
	    cmocka_unit_test(rfc3339_brings_its_zone),
	    cmocka_unit_test(a_new_zone_forgets_the_last_stamp),
	    cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
