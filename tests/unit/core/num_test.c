/* num_test.c - numbers and durations, there and back. */
#include "core/num.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
whole_numbers(void **state)
{
	uint64_t v = 77;
	uint32_t w = 77;

	(void)state;
	assert_int_equal(num_u64(STR_LIT("0"), &v), ERR_OK);
	assert_int_equal(v, 0);
	assert_int_equal(num_u64(STR_LIT("18446744073709551615"), &v), ERR_OK);
	assert_true(v == UINT64_MAX);
	assert_int_equal(
	    num_u64(STR_LIT("18446744073709551616"), &v), ERR_RANGE);
	assert_int_equal(num_u64(STR_LIT(""), &v), ERR_PARSE);
	assert_int_equal(num_u64(STR_LIT("-1"), &v), ERR_PARSE);
	assert_int_equal(num_u64(STR_LIT("+1"), &v), ERR_PARSE);
	assert_int_equal(num_u64(STR_LIT(" 1"), &v), ERR_PARSE);
	assert_int_equal(num_u64(STR_LIT("1x"), &v), ERR_PARSE);
	assert_int_equal(num_u64((struct str){"1\0", 2}, &v), ERR_PARSE);
	assert_true(v == UINT64_MAX); /* untouched on error */
	assert_int_equal(num_u32(STR_LIT("4294967295"), &w), ERR_OK);
	assert_true(w == UINT32_MAX);
	assert_int_equal(num_u32(STR_LIT("4294967296"), &w), ERR_RANGE);
}

static void
thousandths(void **state)
{
	int64_t v = 77;

	(void)state;
	assert_int_equal(num_milli(STR_LIT("0.35"), &v), ERR_OK);
	assert_int_equal(v, 350);
	assert_int_equal(num_milli(STR_LIT("12"), &v), ERR_OK);
	assert_int_equal(v, 12000);
	assert_int_equal(num_milli(STR_LIT("1.000999999"), &v), ERR_OK);
	assert_int_equal(v, 1000);
	assert_int_equal(num_milli(STR_LIT("1."), &v), ERR_PARSE);
	assert_int_equal(num_milli(STR_LIT(".5"), &v), ERR_PARSE);
	assert_int_equal(num_milli(STR_LIT("1.0000000001"), &v), ERR_PARSE);
	assert_int_equal(num_milli(STR_LIT("1.2.3"), &v), ERR_PARSE);
	assert_int_equal(num_milli(STR_LIT("1e3"), &v), ERR_PARSE);
	assert_int_equal(num_milli(STR_LIT("-1"), &v), ERR_PARSE);
	assert_int_equal(num_milli((struct str){NULL, 0}, &v), ERR_PARSE);
	assert_int_equal(
	    num_milli(STR_LIT("9223372036854775807"), &v), ERR_RANGE);
	assert_int_equal(v, 1000);
}

static void
zones(void **state)
{
	int32_t v = 77;

	(void)state;
	assert_int_equal(num_zone_s(STR_LIT("+0000"), &v), ERR_OK);
	assert_int_equal(v, 0);
	assert_int_equal(num_zone_s(STR_LIT("+0930"), &v), ERR_OK);
	assert_int_equal(v, 34200);
	assert_int_equal(num_zone_s(STR_LIT("-0330"), &v), ERR_OK);
	assert_int_equal(v, -12600);
	assert_int_equal(num_zone_s(STR_LIT("+2400"), &v), ERR_RANGE);
	assert_int_equal(num_zone_s(STR_LIT("+0060"), &v), ERR_RANGE);
	assert_int_equal(num_zone_s(STR_LIT("00900"), &v), ERR_PARSE);
	assert_int_equal(num_zone_s(STR_LIT("+09:0"), &v), ERR_PARSE);
	assert_int_equal(num_zone_s(STR_LIT("+900"), &v), ERR_PARSE);
	assert_int_equal(num_zone_s(STR_LIT("%z"), &v), ERR_PARSE);
	assert_int_equal(num_zone_s((struct str){NULL, 0}, &v), ERR_PARSE);
	assert_int_equal(v, -12600);
}

static void
durations(void **state)
{
	int64_t v = 77;

	(void)state;
	assert_int_equal(num_duration_ms(STR_LIT("250ms"), &v), ERR_OK);
	assert_int_equal(v, 250);
	assert_int_equal(num_duration_ms(STR_LIT("90"), &v), ERR_OK);
	assert_int_equal(v, 90000);
	assert_int_equal(num_duration_ms(STR_LIT("15m"), &v), ERR_OK);
	assert_int_equal(v, 900000);
	assert_int_equal(num_duration_ms(STR_LIT("2h"), &v), ERR_OK);
	assert_int_equal(v, 7200000);
	assert_int_equal(num_duration_ms(STR_LIT("7d"), &v), ERR_OK);
	assert_int_equal(v, 604800000);
	assert_int_equal(num_duration_ms(STR_LIT("7w"), &v), ERR_PARSE);
	assert_int_equal(num_duration_ms(STR_LIT("m"), &v), ERR_PARSE);
	assert_int_equal(num_duration_ms(STR_LIT("1h30m"), &v), ERR_PARSE);
	assert_int_equal(
	    num_duration_ms(STR_LIT("9223372036854775807d"), &v), ERR_RANGE);
	assert_int_equal(v, 604800000);
}

static void
counts_are_cut_not_rounded_up(void **state)
{
	static const struct {
		uint64_t v;
		const char *count, *bytes;
	} rows[] = {
	    {0, "0", "0B"},
	    {999, "999", "999B"},
	    {1000, "1.0k", "1000B"},
	    {1023, "1.0k", "1023B"},
	    {1024, "1.0k", "1.0K"},
	    {1536, "1.5k", "1.5K"},
	    {1999, "1.9k", "1.9K"},
	    {2047, "2.0k", "1.9K"},
	    {9999, "9.9k", "9.7K"},
	    {10000, "10k", "9.7K"},
	    {10239, "10k", "9.9K"},
	    {999999, "999k", "976K"},
	    {1000000, "1.0M", "976K"},
	    {1048575, "1.0M", "1023K"},
	    {1048576, "1.0M", "1.0M"},
	    {2097151, "2.0M", "1.9M"},
	    {1000000000, "1.0G", "953M"},
	    {1999999999999, "1.9T", "1.8T"},
	    {UINT64_MAX, "18E", "15E"},
	};
	char text[NUM_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_string_equal(num_count(text, rows[i].v), rows[i].count);
		assert_string_equal(num_bytes(text, rows[i].v), rows[i].bytes);
	}
	for (uint64_t v = 1; v < UINT64_MAX / 3; v = v * 2 + v / 3 + 1) {
		assert_true(strlen(num_count(text, v)) <= 5);
		assert_true(strlen(num_bytes(text, v)) <= 5);
		assert_null(strstr(text, ".:"));
	}
}

static void
ages(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
	    {-5, "0s"},
	    {0, "0.0s"},
	    {430, "0.4s"},
	    {9999, "9.9s"},
	    {10000, "10s"},
	    {59999, "59s"},
	    {60000, "1m00s"},
	    {220000, "3m40s"},
	    {3599999, "59m59s"},
	    {3600000, "1h00m"},
	    {86399999, "23h59m"},
	    {86400000, "1d00h"},
	    {8639999999, "99d23h"},
	    {8640000000, "100d"},
	    {863999999999, "9999d"},
	    {864000000000, ">27y"},
	    {INT64_MAX, ">27y"},
	};
	char text[NUM_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_string_equal(num_age(text, rows[i].ms), rows[i].text);
		assert_true(strlen(text) <= 6);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_numbers),
	    cmocka_unit_test(thousandths),
	    cmocka_unit_test(zones),
	    cmocka_unit_test(durations),
	    cmocka_unit_test(counts_are_cut_not_rounded_up),
	    cmocka_unit_test(ages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
