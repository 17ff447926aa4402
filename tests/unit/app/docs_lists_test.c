/* docs_lists_test.c - documents of lists: shapes, states, and that a key is
 * never in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/docs_lists.h"

#include <stdlib.h>

static const char text[] =
    "{\"v\":1,\"lists\":["
    "{\"id\":\"z\",\"name\":\"Z\",\"kind\":\"ip\",\"impact\":\"high\","
    "\"watch\":true,\"zone\":\"z.example\",\"zone_key\":\"<key>.k.example\","
    "\"codes\":{\"127.0.0.*&8\":\"eight\",\"127.0.0.*&64\":\"more\"},"
    "\"errors\":{\"127.0.0.1\":\"no\"}},"
    "{\"id\":\"k\",\"name\":\"K\",\"kind\":\"domain\",\"impact\":\"low\","
    "\"zone_key\":\"<key>.d.example\"},"
    "{\"id\":\"p\",\"name\":\"P\",\"kind\":\"private\",\"impact\":\"low\"},"
    "{\"id\":\"c\",\"name\":\"C\",\"kind\":\"ip\",\"impact\":\"low\","
    "\"closed\":true},"
    "{\"id\":\"n\",\"name\":\"N\",\"kind\":\"ip\",\"impact\":\"low\","
    "\"zone\":\"n.example\"}]}";

static struct blocklists *
load(void)
{
	struct blocklists *c = NULL;
	char why[200];

	if (blocklists_load(&c, str_of(text), why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return c;
}

static void
states(void **state)
{
	struct blocklists *c = load();
	static const struct {
		uint16_t list;
		bool has_key;
		const char *state, *zone;
	} cases[] = {{0, false, "watched", "z.example"},
	    {0, true, "watched", "<key>.k.example"},
	    {1, false, "needs-key", "<key>.d.example"},
	    {1, true, "known", "<key>.d.example"},
	    {2, true, "replies-only", ""}, {3, true, "closed", ""},
	    {4, false, "known", "n.example"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct blocklist *l = blocklists_at(c, cases[i].list);

		assert_string_equal(
		    docs_list_state(l, cases[i].has_key), cases[i].state);
		assert_true(str_eq(
		    docs_zone(l, cases[i].has_key), str_of(cases[i].zone)));
	}
	blocklists_free(c);
}

static void
an_answer(void **state)
{
	struct blocklists *c = load();
	struct list_answer a = {.subject = STR_LIT("192.0.2.1"),
	    .verdict = VERDICT_LISTED,
	    .codes = {0x7f000048},
	    .n_codes = 1,
	    .reason = STR_LIT("\x1b[2J why"),
	    .ttl_s = 60,
	    .ms = 7};
	cJSON *d = docs_answer(c, &a, true);
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(json_write(&out, d), ERR_OK);
	assert_string_equal(buf_cstr(&out),
	    "{\"subject\":\"192.0.2.1\",\"list\":\"z\",\"zone\":"
	    "\"<key>.k.example\",\"verdict\":\"listed\",\"codes\":["
	    "\"127.0.0.72\"],\"meaning\":[\"eight\",\"more\"],\"reason\":"
	    "\"\xef\xbf\xbd[2J why\",\"ttl\":60,\"ms\":7}\n");
	buf_done(&out);
	cJSON_Delete(d);
	blocklists_free(c);
}

static void
no_key_is_told(void **state)
{
	struct blocklists *c = load();
	struct list_config *config = calloc(1, sizeof *config);
	uint16_t all[] = {0, 1, 2, 3, 4};
	struct buf out;
	cJSON *d, *row;

	(void)state;
	assert_non_null(config);
	config_lists_init(config);
	str_copy(
	    config->keys[0].list, sizeof config->keys[0].list, STR_LIT("k"));
	str_copy(
	    config->keys[0].key, sizeof config->keys[0].key, STR_LIT("s3cr3t"));
	config->n_keys = 1;
	buf_init(&out, 65536);
	d = docs_lists(c, all, 5, config);
	assert_int_equal(json_write(&out, d), ERR_OK);
	assert_null(strstr(buf_cstr(&out), "s3cr3t"));
	row = cJSON_GetArrayItem(cJSON_GetObjectItem(d, "lists"), 1);
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(row, "has_key")));
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(row, "state")), "known");
	row = cJSON_GetArrayItem(cJSON_GetObjectItem(d, "lists"), 0);
	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(row, "has_key")));
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(row, "rate_per_s")));
	assert_int_equal(
	    cJSON_GetArraySize(cJSON_GetObjectItem(row, "codes")), 3);
	buf_done(&out);
	cJSON_Delete(d);
	free(config);
	blocklists_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(states),
	    cmocka_unit_test(an_answer),
	    cmocka_unit_test(no_key_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
