/* check_print_test.c - what people and programs read of a check: what is
 * listed first, what could not be believed with its remedy, nothing raw, and
 * no key. */
#include "tests/unit/app/check_help.h"

#include "app/check_print.h"

#include "core/json.h"

#define SECRET "s3cr3t"

/* The report of a scene as text or JSON; freed by the caller. */
static char *
report(const struct scene *s, bool json, const struct str *without, size_t n)
{
	struct list_config *config = calloc(1, sizeof *config);
	struct check_report c = {.r = &s->r,
	    .config = config,
	    .without_key = without,
	    .n_without_key = n,
	    .at_ms = 1700000000000,
	    .took_ms = 4321,
	    .queries = 99};
	char *text = NULL;
	size_t bytes = 0;

	assert_non_null(config);
	config_lists_init(config);
	str_copy(
	    config->keys[0].list, sizeof config->keys[0].list, STR_LIT("bb"));
	str_copy(
	    config->keys[0].key, sizeof config->keys[0].key, STR_LIT(SECRET));
	config->n_keys = 1;
	c.out = open_memstream(&text, &bytes);
	assert_non_null(c.out);
	assert_int_equal(
	    json ? check_print_json(&c) : check_print_text(&c), ERR_OK);
	assert_int_equal(fclose(c.out), 0);
	assert_null(strstr(text, SECRET));
	free(config);
	return text;
}

static void
listed_first(void **state)
{
	struct scene s;
	char *text;

	(void)state;
	scene_init(&s);
	say_pair(&s, 0, 0, VERDICT_LISTED, 0x7f000002, "ask \x1b[2Jus");
	say_pair(&s, 1, 0, VERDICT_CLEAN, 0, "");
	say_pair(&s, 0, 1, VERDICT_CLEAN, 0, "");
	say_pair(&s, 1, 1, VERDICT_LISTED, 0x7f000009, "");
	say_list(&s, 2, VERDICT_REFUSED, "Get a key.");
	say_pair(&s, 2, 2, VERDICT_REFUSED, 0, "Get a key.");
	text = report(&s, false, NULL, 0);
	assert_string_equal(text,
	    "SUBJECT    LIST  IMPACT  MEANING    REASON\n"
	    "192.0.2.2  bb    high    127.0.0.9  -\n"
	    "192.0.2.1  aa    low     two        ask \xef\xbf\xbd[2Jus\n"
	    "\n"
	    "dd: Get a key.\n"
	    "Subjects listed: 2 of 3; listings: 2; lists asked: 3, not to be "
	    "believed: 1. It took 4.3 s.\n");
	free(text);
	scene_done(&s);
}

static void
all_clean(void **state)
{
	const struct str without[] = {STR_LIT("k1"), STR_LIT("k2")};
	struct scene s;
	char *text;

	(void)state;
	scene_init(&s);
	for (uint16_t i = 0; i < 2; i++)
		for (size_t k = 0; k < 2; k++)
			say_pair(&s, k, i, VERDICT_CLEAN, 0, "");
	say_pair(&s, 2, 2, VERDICT_UNKNOWN, 0, "Not asked.");
	text = report(&s, false, without, 2);
	assert_string_equal(text, "example.com: Not asked.\n"
				  "Not asked for want of a key: k1, k2\n"
				  "Subjects listed: none of 3; lists they are "
				  "clean on: 2. It took 4.3 s.\n");
	free(text);
	scene_done(&s);
}

/* Of one list some questions were lost: that is not clean. */
static void
some_lost(void **state)
{
	struct scene s;
	char *text;

	(void)state;
	scene_init(&s);
	say_pair(&s, 0, 0, VERDICT_CLEAN, 0, "");
	say_pair(&s, 1, 0, VERDICT_UNREACHABLE, 0, "It did not answer.");
	text = report(&s, false, NULL, 0);
	assert_non_null(
	    strstr(text, "aa: nothing is known about 1 of 2 subjects.\n"));
	assert_non_null(strstr(text, "192.0.2.2: It did not answer.\n"));
	free(text);
	scene_done(&s);
}

static void
nothing_known(void **state)
{
	struct scene s;
	char *text;

	(void)state;
	scene_init(&s);
	say_list(&s, 0, VERDICT_UNKNOWN, "The resolver is gone.");
	say_list(&s, 1, VERDICT_DEAD, "");
	say_list(&s, 2, VERDICT_UNKNOWN, "The resolver is gone.");
	say_pair(&s, 0, 0, VERDICT_UNKNOWN, 0, "The resolver is gone.");
	text = report(&s, false, NULL, 0);
	assert_string_equal(text,
	    "aa, dd: The resolver is gone.\n"
	    "bb: list is dead\n"
	    "Nothing could be found out; subjects: 3, lists: 3, questions: 99. "
	    "It took 4.3 s.\n");
	free(text);
	scene_done(&s);
}

static void
the_document(void **state)
{
	const struct str without[] = {STR_LIT("k1")};
	struct scene s;
	cJSON *d = NULL;
	const cJSON *v;
	char *text;

	(void)state;
	scene_init(&s);
	say_pair(&s, 0, 1, VERDICT_LISTED, 0x7f000009, "why");
	say_list(&s, 0, VERDICT_DEAD, "It is dead.");
	say_pair(&s, 1, 0, VERDICT_DEAD, 0, "It is dead.");
	text = report(&s, true, without, 1);
	assert_int_equal(json_parse(&d, str_of(text), 65536), ERR_OK);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_int_equal(cJSON_GetObjectItem(d, "v")->valueint, 1);
	assert_int_equal(
	    cJSON_GetObjectItem(d, "subjects_listed")->valueint, 1);
	v = cJSON_GetObjectItem(d, "results");
	assert_int_equal(cJSON_GetArraySize(v), 2);
	v = cJSON_GetArrayItem(v, 0);
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(v, "zone")),
	    "<key>.b.example");
	v = cJSON_GetArrayItem(cJSON_GetObjectItem(d, "results"), 1);
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(v, "reason")),
	    "It is dead.");
	v = cJSON_GetArrayItem(cJSON_GetObjectItem(d, "lists"), 0);
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(v, "verdict")), "dead");
	assert_int_equal(
	    cJSON_GetArraySize(cJSON_GetObjectItem(d, "lists")), 3);
	assert_int_equal(
	    cJSON_GetArraySize(cJSON_GetObjectItem(d, "without_key")), 1);
	cJSON_Delete(d);
	free(text);
	scene_done(&s);
}

static void
progress(void **state)
{
	char text[64];

	(void)state;
	assert_string_equal(
	    check_progress(text, sizeof text, 4110, 8220, 3, 4999),
	    "4110/8220 asked, 3 listed, 4 s");
}

/* Lost output is an error. */
static void
no_disk(void **state)
{
	struct scene s;
	struct list_config *config = calloc(1, sizeof *config);
	struct check_report c = {.config = config};

	(void)state;
	scene_init(&s);
	c.r = &s.r;
	c.out = fopen("/dev/full", "w");
	assert_non_null(c.out);
	setbuf(c.out, NULL);
	assert_int_equal(check_print_text(&c), ERR_IO);
	assert_int_equal(check_print_json(&c), ERR_IO);
	(void)fclose(c.out);
	free(config);
	scene_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(listed_first),
	    cmocka_unit_test(all_clean),
	    cmocka_unit_test(some_lost),
	    cmocka_unit_test(nothing_known),
	    cmocka_unit_test(the_document),
	    cmocka_unit_test(progress),
	    cmocka_unit_test(no_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
