/* shape_word_test.c - kinds of words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/shape_word.h"

static void
addresses(void **state)
{
	(void)state;
	assert_int_equal(shape_ipv4(STR_LIT("192.0.2.1")), 9);
	assert_int_equal(shape_ipv4(STR_LIT("192.0.2.1:25")), 9);
	assert_int_equal(shape_ipv4(STR_LIT("192.0.2")), 0);
	assert_int_equal(shape_ipv4(STR_LIT("1920.0.2.1")), 0);
	assert_true(shape_is_ipv6(STR_LIT("2001:db8::1")));
	assert_true(shape_is_ipv6(STR_LIT("IPv6:2001:DB8::1")));
	assert_true(shape_is_ipv6(STR_LIT("::ffff:192.0.2.1")));
	assert_true(shape_is_ipv6(STR_LIT("1:2:3:4:5:6:7:8")));
	assert_false(shape_is_ipv6(STR_LIT("03:04:05")));
	assert_false(shape_is_ipv6(STR_LIT("12345::1")));
	assert_false(shape_is_ipv6(STR_LIT("face")));
	assert_false(shape_is_ipv6(STR_LIT("")));
}

static void
codes(void **state)
{
	(void)state;
	assert_int_equal(shape_enhanced(STR_LIT("5.7.1")), 5);
	assert_int_equal(shape_enhanced(STR_LIT("4.7.650 x")), 7);
	assert_int_equal(shape_enhanced(STR_LIT("5.7.1.2")), 0);
	assert_int_equal(shape_enhanced(STR_LIT("3.7.1")), 0);
	assert_int_equal(shape_enhanced(STR_LIT("5.7.1234")), 0);
	assert_int_equal(shape_enhanced(STR_LIT("5.7")), 0);
	assert_true(shape_is_smtp_code(STR_LIT("550")));
	assert_true(shape_is_smtp_code(STR_LIT("550-x")));
	assert_true(shape_is_smtp_code(STR_LIT("421 x")));
	assert_false(shape_is_smtp_code(STR_LIT("5501")));
	assert_false(shape_is_smtp_code(STR_LIT("199 x")));
	assert_false(shape_is_smtp_code(STR_LIT("55")));
	assert_true(shape_is_code(STR_LIT("S3140")));
	assert_true(shape_is_code(STR_LIT("RP-001")));
	assert_true(shape_is_code(STR_LIT("AUP#1260")));
	assert_false(shape_is_code(STR_LIT("S3140a")));
	assert_false(shape_is_code(STR_LIT("HT204137")));
	assert_false(shape_is_code(STR_LIT("BAD01234")));
	assert_false(shape_is_code(STR_LIT("ABCD12345")));
	assert_false(shape_is_code(STR_LIT("ABC")));
	assert_false(shape_is_code(STR_LIT("123")));
}

static void
domains(void **state)
{
	(void)state;
	assert_true(shape_is_domain(STR_LIT("mx1.example.co.jp")));
	assert_true(shape_is_domain(STR_LIT("a_b.xn--p1ai")));
	assert_true(shape_is_domain(STR_LIT("EXAMPLE.COM")));
	assert_false(shape_is_domain(STR_LIT("blocked.See")));
	assert_false(shape_is_domain(STR_LIT("example")));
	assert_false(shape_is_domain(STR_LIT("a..example")));
	assert_false(shape_is_domain(STR_LIT(".example")));
	assert_false(shape_is_domain(STR_LIT("example.com.")));
	assert_false(shape_is_domain(STR_LIT("si1234.61")));
	assert_true(shape_is_list(STR_LIT("zen.spamhaus.org")));
	assert_true(shape_is_list(STR_LIT("bl.mailrbl.example")));
	assert_true(shape_is_list(STR_LIT("b.barracudacentral.org")));
	assert_false(shape_is_list(STR_LIT("mx1.example.co.jp")));
	assert_false(shape_is_list(STR_LIT("")));
}

static void
ids_and_dates(void **state)
{
	(void)state;
	assert_true(shape_is_id(STR_LIT("4XyZ7K1Bzcz1"), CH_DIGIT | CH_ALPHA));
	assert_false(shape_is_id(STR_LIT("mx114"), CH_DIGIT | CH_LOWER));
	assert_true(shape_is_id(STR_LIT("deadbeefab"), CH_LOWER));
	assert_true(shape_is_id(STR_LIT("cdef0123"), CH_DIGIT | CH_LOWER));
	assert_true(shape_is_id(STR_LIT("0123456A"), CH_DIGIT | CH_UPPER));
	assert_true(shape_is_id(STR_LIT("deadbeef"), CH_LOWER));
	assert_false(shape_is_id(STR_LIT("01234567"), CH_DIGIT));
	assert_false(shape_is_id(STR_LIT("cDef0123"), CH_DIGIT | CH_ALPHA));
	assert_false(shape_is_id(STR_LIT("cdef012"), CH_DIGIT | CH_LOWER));
	assert_false(shape_is_id(STR_LIT("feedback"), CH_LOWER));
	assert_true(shape_is_id(STR_LIT("QwXhZgRpbJpv"), CH_ALPHA));
	assert_false(shape_is_id(STR_LIT("unsolicited"), CH_LOWER));
	assert_false(shape_is_id(STR_LIT("SpamAssassin"), CH_ALPHA));
	assert_true(shape_is_date(STR_LIT("2026-01-02T03:04:05.678Z")));
	assert_true(shape_is_date(STR_LIT("2026/01/02")));
	assert_false(shape_is_date(STR_LIT("2026-01-0x")));
	assert_false(shape_is_date(STR_LIT("2026/01-02")));
	assert_true(shape_is_day_or_month(STR_LIT("Mon")));
	assert_true(shape_is_day_or_month(STR_LIT("Dec")));
	assert_false(shape_is_day_or_month(STR_LIT("onT")));
	assert_false(shape_is_day_or_month(STR_LIT("mon")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses),
	    cmocka_unit_test(codes),
	    cmocka_unit_test(domains),
	    cmocka_unit_test(ids_and_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
