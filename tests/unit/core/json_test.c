/* json_test.c - caps, exact numbers, hostile text. */
#include "core/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

static err_t
parse(struct str text, size_t max_bytes)
{
	cJSON *doc = NULL;
	err_t err = json_parse(&doc, text, max_bytes);

	assert_int_equal(err == ERR_OK, doc != NULL);
	cJSON_Delete(doc);
	return err;
}

static void
documents(void **state)
{
	(void)state;
	assert_int_equal(parse(STR_LIT("{\"a\":[1,2]} \r\n"), 100), ERR_OK);
	assert_int_equal(parse(STR_LIT("{\"a\":[1,2]"), 100), ERR_PARSE);
	assert_int_equal(parse(STR_LIT("{} {}"), 100), ERR_PARSE);
	assert_int_equal(parse(STR_LIT("{}x"), 100), ERR_PARSE);
	assert_int_equal(parse(STR_LIT(""), 100), ERR_PARSE);
	assert_int_equal(parse((struct str){NULL, 0}, 100), ERR_PARSE);
	assert_int_equal(parse(STR_LIT("[1,2,3]"), 6), ERR_LIMIT);
	assert_int_equal(parse(STR_LIT("[1,2,3]"), 7), ERR_OK);
}

/* Where it is wrong, by line. */
static void
errors_for_people(void **state)
{
	static const struct {
		const char *text, *want;
		err_t err;
	} cases[] = {
	    {"", "line 1: not JSON", ERR_PARSE},
	    {"{\n\"a\": 1,\n\"b\" 2}", "line 3: not JSON", ERR_PARSE},
	    {"[1]\n\n \n x", "line 4: not JSON", ERR_PARSE},
	    {"[1]", "larger than 2 MiB, or nested too deeply", ERR_LIMIT},
	    {"[1]", "out of memory", ERR_NOMEM},
	};
	char why[80];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_say(cases[i].err, str_of(cases[i].text), 2 << 20, why,
		    sizeof why);
		assert_string_equal(why, cases[i].want);
	}
	json_say(ERR_PARSE, (struct str){NULL, 0}, 1, why, sizeof why);
	assert_string_equal(why, "line 1: not JSON");
}

static void
depth_is_capped(void **state)
{
	char text[300];

	(void)state;
	memset(text, '[', 64);
	memset(text + 64, ']', 64);
	assert_int_equal(parse((struct str){text, 128}, 1000), ERR_OK);
	memset(text, '[', 65);
	memset(text + 65, ']', 65);
	assert_int_equal(parse((struct str){text, 130}, 1000), ERR_LIMIT);
	/* Brackets in strings do not nest. */
	memset(text, '[', 200);
	text[0] = '"';
	text[199] = '"';
	assert_int_equal(parse((struct str){text, 200}, 1000), ERR_OK);
}

static void
writing(void **state)
{
	cJSON *o = cJSON_CreateObject();
	struct buf b;

	(void)state;
	assert_non_null(o);
	assert_int_equal(json_add_str(o, "s", STR_LIT("a\x1b[31m\"\xff")), 0);
	assert_int_equal(json_add_str(o, "e", STR_LIT("")), 0);
	assert_int_equal(json_add_opt(o, "n", STR_LIT("")), 0);
	assert_int_equal(json_add_u64(o, "u", 1ULL << 53), 0);
	assert_int_equal(json_add_u64(o, "m", 1000000000000000), 0);
	assert_int_equal(json_add_i64(o, "i", -42), 0);
	assert_int_equal(json_add_time(o, "t", 0), 0);
	buf_init(&b, 1000);
	assert_int_equal(json_write(&b, o), 0);
	assert_string_equal(buf_cstr(&b),
	    "{\"s\":\"a\xef\xbf\xbd[31m\\\"\xef\xbf\xbd\",\"e\":\"\","
	    "\"n\":null,\"u\":9007199254740992,\"m\":1000000000000000,"
	    "\"i\":-42,\"t\":null}\n");
	buf_done(&b);
	/* A count or a time; what is none of these is 0. */
	assert_int_equal(json_i64(o, "i"), 0);
	assert_int_equal(json_i64(o, "s"), 0);
	assert_int_equal(json_i64(o, "none"), 0);
	assert_int_equal(json_i64(NULL, "m"), 0);
	assert_true(str_eq(json_text(o, "s"),
	    str_of(cJSON_GetObjectItem(o, "s")->valuestring)));
	assert_true(json_text(o, "s").n > 0);
	assert_int_equal(json_text(o, "i").n, 0);
	assert_int_equal(json_text(o, "none").n, 0);
	assert_int_equal(json_text(NULL, "s").n, 0);
	assert_non_null(cJSON_AddNumberToObject(o, "at", 1790000000001.0));
	assert_int_equal(json_i64(o, "at"), INT64_C(1790000000001));
	buf_init(&b, 10);
	assert_int_equal(json_write(&b, o), ERR_LIMIT);
	buf_done(&b);
	cJSON_Delete(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(documents),
	    cmocka_unit_test(errors_for_people),
	    cmocka_unit_test(depth_is_capped),
	    cmocka_unit_test(writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
