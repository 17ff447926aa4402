/* meaning_test.c - every word of meaning.h is found again by its word. */
#include "core/meaning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
words_lead_back(void **state)
{
	enum reply_class c;
	enum blames b;
	enum scope s;

	(void)state;
	for (unsigned i = 0; i < CLASS_N; i++) {
		c = CLASS_N;
		assert_true(reply_class_of(
		    str_of(reply_class_name((enum reply_class)i)), &c));
		assert_int_equal(c, i);
	}
	for (unsigned i = 0; i < BLAMES_N; i++) {
		b = BLAMES_N;
		assert_true(blames_of(str_of(blames_name((enum blames)i)), &b));
		assert_int_equal(b, i);
	}
	for (unsigned i = 0; i < SCOPE_N; i++) {
		s = SCOPE_N;
		assert_true(scope_of(str_of(scope_name((enum scope)i)), &s));
		assert_int_equal(s, i);
	}
}

static void
words_are_stable(void **state)
{
	(void)state;
	assert_string_equal(reply_class_name(CLASS_UNKNOWN), "unknown");
	assert_string_equal(
	    reply_class_name(CLASS_IP_BLOCKLIST), "ip-blocklist");
	assert_string_equal(
	    reply_class_name(CLASS_REPUTATION), "reputation-block");
	assert_string_equal(
	    reply_class_name(CLASS_TEMPORARY), "temporary-other");
	assert_string_equal(blames_name(BLAMES_NONE), "none");
	assert_string_equal(scope_name(SCOPE_NETWORK), "network");
	assert_string_equal(reply_class_label(CLASS_THROTTLE), "throttled");
}

static void
strangers_are_refused(void **state)
{
	enum reply_class c = CLASS_AUTH;
	enum blames b = BLAMES_IP;
	enum scope s = SCOPE_IP;

	(void)state;
	assert_false(reply_class_of(STR_LIT(""), &c));
	assert_false(reply_class_of(STR_LIT("Throttle"), &c));
	assert_false(reply_class_of(STR_LIT("throttle "), &c));
	assert_false(reply_class_of(STR_LIT("throt"), &c));
	assert_int_equal(c, CLASS_AUTH);
	assert_false(blames_of(STR_LIT("ips"), &b));
	assert_int_equal(b, BLAMES_IP);
	assert_false(scope_of(STR_LIT("world"), &s));
	assert_int_equal(s, SCOPE_IP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_lead_back),
	    cmocka_unit_test(words_are_stable),
	    cmocka_unit_test(strangers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
