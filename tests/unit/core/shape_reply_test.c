/* shape_reply_test.c - what a receiver said, and its codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/shape.h"

static void
is_reply(const char *text, const char *want, bool want_remote)
{
	bool remote = !want_remote;
	struct str got = shape_reply(str_of(text), &remote);

	assert_true(str_eq(got, str_of(want)));
	assert_int_equal(remote, want_remote);
}

static void
replies(void **state)
{
	(void)state;
	is_reply("host mx.example[192.0.2.1] said: 550 5.1.1 no such user (in "
		 "reply to RCPT TO command)",
	    "550 5.1.1 no such user", true);
	is_reply("host mx.example[192.0.2.1] said: 550 they wrote (in reply to "
		 "spam) (in reply to end of DATA command)",
	    "550 they wrote (in reply to spam)", true);
	is_reply("host mx.example[192.0.2.1] refused to talk to me: 554 he "
		 "said: no",
	    "554 he said: no", true);
	is_reply("host mx.example[192.0.2.1] said: 550 X refused to talk to "
		 "me: no (in reply to MAIL FROM command)",
	    "550 X refused to talk to me: no", true);
	is_reply("250 2.0.0 Ok: queued", "250 2.0.0 Ok: queued", true);
	is_reply("connect to mx.example[192.0.2.1]:25: Connection refused",
	    "connect to mx.example[192.0.2.1]:25: Connection refused", false);
	is_reply("delivery temporarily suspended: host a[192.0.2.1] refused "
		 "to talk to me: 421 no",
	    "delivery temporarily suspended: host a[192.0.2.1] refused to talk "
	    "to me: 421 no",
	    false);
	is_reply("host mx.example[192.0.2.1] said: ",
	    "host mx.example[192.0.2.1] said:", false);
	is_reply("host mx.example[192.0.2.1] said: 550 (x", "550 (x", true);
	is_reply("host a said no", "host a said no", false);
	is_reply("host ", "host", false);
	is_reply("", "", false);
}

static void
repeats(void **state)
{
	(void)state;
	assert_true(shape_is_local_repeat(STR_LIT("deferred transport")));
	assert_true(shape_is_local_repeat(STR_LIT("(deferred transport)")));
	assert_true(shape_is_local_repeat(
	    STR_LIT("delivery temporarily suspended: x")));
	assert_false(shape_is_local_repeat(
	    STR_LIT("450 delivery temporarily suspended: x")));
	assert_false(shape_is_local_repeat(STR_LIT("")));
}

static void
are_codes(const char *text, unsigned code, unsigned a, unsigned b, unsigned c)
{
	struct shape_code got = shape_codes(str_of(text));

	assert_int_equal(got.code, code);
	assert_int_equal(got.enhanced[0], a);
	assert_int_equal(got.enhanced[1], b);
	assert_int_equal(got.enhanced[2], c);
}

static void
codes(void **state)
{
	(void)state;
	are_codes("550 5.7.1 x", 550, 5, 7, 1);
	are_codes("550-5.7.26 x", 550, 5, 7, 26);
	are_codes("550 #5.1.0 x", 550, 5, 1, 0);
	are_codes("421", 421, 0, 0, 0);
	are_codes("421 4.7.650 x", 421, 0, 0, 0);
	are_codes("554-x.example", 554, 0, 0, 0);
	are_codes("5501 x", 0, 0, 0, 0);
	are_codes("150 x", 0, 0, 0, 0);
	are_codes("", 0, 0, 0, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(replies),
	    cmocka_unit_test(repeats),
	    cmocka_unit_test(codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
