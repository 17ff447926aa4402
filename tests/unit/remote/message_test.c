/* message_test.c - one message's details out of what the far side printed. */
#include "remote/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct message_detail
parse(const char *text, int64_t offset_ms)
{
	struct message_detail d = {0};

	str_copy(d.qid, sizeof d.qid, STR_LIT("4jX7wL5q1kz1bd7c"));
	message_parse(&d, str_of(text), offset_ms);
	return d;
}

static void
a_deferred_message_tells_its_next_attempt(void **state)
{
	struct message_detail d = parse("== file\n"
					"1700000100.1234567890 4711 deferred\n"
					"== envelope\n"
					"*** ENVELOPE RECORDS deferred/4 ***\n"
					"sender: a@example.com\n"
					"recipient: b@example.net\n"
					"== headers\n"
					"Subject: x\n"
					"== reasons\n"
					"status=4.7.0\n",
	    2000);

	(void)state;
	assert_int_equal(d.err, ERR_OK);
	assert_int_equal(d.next_try_ms, 1700000100123 - 2000);
	assert_non_null(strstr(buf_cstr(&d.text), "queue: deferred"));
	assert_non_null(strstr(buf_cstr(&d.text), "sender: a@example.com"));
	assert_non_null(strstr(buf_cstr(&d.text), "status=4.7.0"));
	assert_null(strstr(buf_cstr(&d.text), "ENVELOPE RECORDS"));
	buf_done(&d.text);
}

static void
an_active_message_has_no_next_attempt(void **state)
{
	struct message_detail d =
	    parse("== file\n1700000100.5 10 active\n== envelope\n", 0);

	(void)state;
	assert_int_equal(d.next_try_ms, 0);
	buf_done(&d.text);
}

static void
a_message_that_left_is_said_to_have_left(void **state)
{
	struct message_detail d =
	    parse("== file\n== envelope\npostcat: fatal: open queue file "
		  "4jX7wL5q1kz1bd7c: No such file or directory\n",
		0);

	(void)state;
	assert_int_equal(d.err, ERR_NOTFOUND);
	assert_non_null(strstr(d.error, "4jX7wL5q1kz1bd7c"));
	buf_done(&d.text);
}

static void
missing_privilege_is_named(void **state)
{
	struct message_detail d = parse("== file\n== envelope\npostcat: fatal: "
					"use of postcat is reserved\n",
	    0);

	(void)state;
	assert_int_equal(d.err, ERR_PRIVILEGE);
	buf_done(&d.text);
}

/* Cut anywhere, nothing is read past the end and nothing is made up. */
static void
hostile_and_cut_output_is_survived(void **state)
{
	static const char text[] = "== file\n99999999999999999999.1 \xff x\n"
				   "== envelope\n== == \n\x1b[31m\n== file\n";

	(void)state;
	for (size_t n = 0; n < sizeof text; n++) {
		struct message_detail d = {0};

		message_parse(&d, (struct str){text, n}, 0);
		assert_int_equal(d.next_try_ms, 0);
		buf_done(&d.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_deferred_message_tells_its_next_attempt),
	    cmocka_unit_test(an_active_message_has_no_next_attempt),
	    cmocka_unit_test(a_message_that_left_is_said_to_have_left),
	    cmocka_unit_test(missing_privilege_is_named),
	    cmocka_unit_test(hostile_and_cut_output_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
