/* postfix_queue_line_test.c - the tokenizer takes what Postfix writes and
 * agrees with cJSON on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "remote/postfix_queue_line.h"

#include <stdlib.h>

#define HEAD "{\"queue_name\":\"active\",\"queue_id\":\"Q\",\"arrival_time\":1"

static void
is_line(const char *text, bool fast, bool slow)
{
	struct postfix_queue_line *l = calloc(1, sizeof *l);

	if (postfix_queue_line_fast(l, str_of(text)) != fast)
		fail_msg("fast: %s", text);
	if (postfix_queue_line_slow(l, str_of(text)) != slow)
		fail_msg("slow: %s", text);
	postfix_queue_line_done(l);
	free(l);
}

static void
taken_and_rejected(void **state)
{
	(void)state;
	is_line(HEAD "}", true, true);
	is_line(" { \"queue_name\" : \"active\" , \"queue_id\":\"Q\" ,"
		"\t\"arrival_time\" : 1 } ",
	    true, true);
	is_line(HEAD ",\"x\":[1,-2,{\"a\":\"b\"},[],{},true,false,null]}", true,
	    true);
	is_line(HEAD ",\"x\":1.5}", false, true);
	is_line(
	    HEAD ",\"x\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}", false, true);
	is_line(HEAD ",\"sender\":\"a\x01\"}", false, true);
	is_line(HEAD ",\"sender\":1}", false, false);
	is_line(HEAD ",\"message_size\":99999999999999999999}", false, false);
	is_line(HEAD ",\"recipients\":{}}", false, false);
	is_line(HEAD ",\"recipients\":[1]}", false, false);
	is_line(HEAD ",\"sender\":\"\\ud83d\"}", false, false);
	is_line(HEAD ",\"sender\":\"\\ud83dx\\ude00\"}", false, false);
	is_line(HEAD ",\"sender\":\"\\udc00\"}", false, false);
	is_line(HEAD ",\"sender\":\"\\u12\"}", false, false);
	is_line(HEAD ",\"sender\":\"\\x\"}", false, false);
	is_line(HEAD ",\"sender\":\"\\", false, false);
	is_line(HEAD ",\"sender\":\"", false, false);
	is_line(HEAD ",}", false, false);
	is_line(HEAD "", false, false);
	is_line("{\"queue_id\":\"Q\",\"arrival_time\":1}", false, false);
	is_line("{\"queue_name\":\"active\",\"arrival_time\":1}", false, false);
	is_line("{\"queue_name\":\"active\",\"queue_id\":\"Q\"}", false, false);
	is_line("", false, false);
}

static void
is_sender(const char *json, const char *want)
{
	struct postfix_queue_line *l = calloc(1, sizeof *l);
	char text[300] = HEAD ",\"sender\":\"";
	size_t n = strlen(text);

	memcpy(text + n, json, strlen(json));
	n += strlen(json);
	memcpy(text + n, "\"}", 2);
	n += 2;
	assert_true(postfix_queue_line_fast(l, (struct str){text, n}));
	assert_true(str_eq(l->item.sender, str_of(want)));
	assert_true(postfix_queue_line_slow(l, (struct str){text, n}));
	assert_true(str_eq(l->item.sender, str_of(want)));
	postfix_queue_line_done(l);
	free(l);
}

static void
strings(void **state)
{
	(void)state;
	is_sender("", "");
	is_sender("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz");
	is_sender("1234567\\\"", "1234567\"");
	is_sender("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t");
	is_sender("x\\u00e9\\u3042\\uD83D\\ude00y",
	    "x\xc3\xa9\xe3\x81\x82\xf0\x9f\x98\x80y");
	is_sender("\xff\xfe\x80 raw", "\xff\xfe\x80 raw");
}

static void
first_of_a_key_counts(void **state)
{
	struct postfix_queue_line *l = calloc(1, sizeof *l);
	struct str line = STR_LIT(
	    HEAD ",\"sender\":\"a\",\"sender\":\"b\",\"arrival_time\":2,"
		 "\"recipients\":[{\"address\":\"x\",\"address\":\"y\"}],"
		 "\"recipients\":[]}");

	(void)state;
	assert_true(postfix_queue_line_fast(l, line));
	for (int i = 0; i < 2; i++) {
		assert_true(str_eq(l->item.sender, STR_LIT("a")));
		assert_int_equal(l->item.arrival_ms, 1000);
		assert_int_equal(l->item.n_rcpt, 1);
		assert_true(str_eq(l->item.rcpt[0].address, STR_LIT("x")));
		assert_true(postfix_queue_line_slow(l, line));
	}
	postfix_queue_line_done(l);
	free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(taken_and_rejected),
	    cmocka_unit_test(strings),
	    cmocka_unit_test(first_of_a_key_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
