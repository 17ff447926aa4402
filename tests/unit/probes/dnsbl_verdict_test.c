/* dnsbl_verdict_test.c - what each answer says, and the sentence for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/dnsbl_verdict.h"

static const struct list_code codes[] = {
    {.from = 0x7f000002, .to = 0x7f000002, .meaning = {"two", 3}},
    {.from = 0x7f000001,
	.to = 0x7f000001,
	.error = true,
	.meaning = {"too many", 8}},
    {.from = 0x7f000009, .to = 0x7f000009, .good = true},
};
static const struct blocklist list = {
    .codes = codes, .n_codes = 3, .remedy = {"Get a key.", 10}};

static struct dnsbl_verdict
judge(enum dns_status status, uint32_t a, uint32_t b)
{
	struct dns_answer d = {.status = status,
	    .addrs = {a, b},
	    .n_addrs = (uint8_t)((a != 0) + (b != 0))};

	return dnsbl_judge(&list, &d);
}

static void
by_code(void **state)
{
	static const struct {
		uint32_t a, b;
		enum verdict verdict;
		enum dnsbl_say say;
		uint8_t n_codes;
	} cases[] = {
	    {0x7f000002, 0, VERDICT_LISTED, SAY_NONE, 1},
	    {0x7f000002, 0x7f000003, VERDICT_LISTED, SAY_NONE, 2},
	    {0x7f010203, 0, VERDICT_LISTED, SAY_NONE, 1},
	    {0x7f000001, 0, VERDICT_REFUSED, SAY_CODE, 1},
	    {0x7ffffffe, 0, VERDICT_REFUSED, SAY_CODE, 1},
	    {0x7fffff01, 0, VERDICT_REFUSED, SAY_CODE, 1},
	    {0x7f000009, 0, VERDICT_CLEAN, SAY_NONE, 1},
	    {0xcb007107, 0, VERDICT_UNREACHABLE, SAY_STRANGE, 1},
	    {0xcb007107, 0x7f000002, VERDICT_LISTED, SAY_NONE, 1},
	    {0xcb007107, 0x7ffffffe, VERDICT_REFUSED, SAY_CODE, 1},
	    {0, 0, VERDICT_UNREACHABLE, SAY_BAD, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dnsbl_verdict v = judge(DNS_OK, cases[i].a, cases[i].b);

		assert_int_equal(v.verdict, cases[i].verdict);
		assert_int_equal(v.say, cases[i].say);
		assert_int_equal(v.n_codes, cases[i].n_codes);
	}
}

static void
more_codes_than_room(void **state)
{
	struct dns_answer d = {.status = DNS_OK, .n_addrs = DNS_ADDRS};

	(void)state;
	for (uint32_t i = 0; i < DNS_ADDRS; i++)
		d.addrs[i] = 0x7f000002 + i;
	assert_int_equal(dnsbl_judge(&list, &d).n_codes, LISTING_CODES);
}

static void
without_one(void **state)
{
	static const struct {
		enum dns_status status;
		enum verdict verdict;
	} cases[] = {
	    {DNS_NXDOMAIN, VERDICT_CLEAN},
	    {DNS_NODATA, VERDICT_CLEAN},
	    {DNS_REFUSED, VERDICT_REFUSED},
	    {DNS_SERVFAIL, VERDICT_UNREACHABLE},
	    {DNS_TIMEOUT, VERDICT_UNREACHABLE},
	    {DNS_BAD, VERDICT_UNREACHABLE},
	    {DNS_DOWN, VERDICT_UNKNOWN},
	};
	char say[256];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dnsbl_verdict v = judge(cases[i].status, 0, 0);

		assert_int_equal(v.verdict, cases[i].verdict);
		(void)dnsbl_say(say, sizeof say, &list, &v);
		assert_int_equal(say[0] == '\0', v.verdict == VERDICT_CLEAN);
	}
}

static void
the_remedy_is_said(void **state)
{
	struct blocklist other = {.remedy = {NULL, 0}};
	struct dnsbl_verdict v = judge(DNS_OK, 0x7f000001, 0);
	char say[256], small[20];

	(void)state;
	(void)dnsbl_say(say, sizeof say, &list, &v);
	assert_non_null(strstr(say, "127.0.0.1"));
	assert_non_null(strstr(say, "too many"));
	assert_non_null(strstr(say, "Get a key."));
	(void)dnsbl_say(say, sizeof say, &other, &v);
	assert_non_null(strstr(say, "resolver of your own"));
	(void)dnsbl_say(small, sizeof small, &list, &v);
	assert_int_equal(strlen(small), sizeof small - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(by_code),
	    cmocka_unit_test(more_codes_than_room),
	    cmocka_unit_test(without_one),
	    cmocka_unit_test(the_remedy_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
