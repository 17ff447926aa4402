/* blocklist_load_test.c - documents as a whole: what is refused and how, and
 * what a user's file changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/blocklist.h"

#include <stdio.h>
#include <stdlib.h>

#define ROW(id, more)                                                          \
	"{\"id\":\"" id "\",\"name\":\"N\",\"kind\":\"ip\","                   \
	"\"impact\":\"low\"" more "}"
#define DOC(rows) "{\"v\":1,\"lists\":[" rows "]}"

static void
refused(void **state)
{
	static const struct {
		const char *json, *why;
	} cases[] = {
	    {"", "line 1: not JSON"},
	    {"{\"v\":1,\n\"lists\":[],,\n}", "line 2: not JSON"},
	    {"{\"v\":1,\"lists\":[]}\n\n}\n", "line 3: not JSON"},
	    {"[]", "no \"v\": 1 at its head"},
	    {"{\"v\":2,\"lists\":[]}", "no \"v\": 1 at its head"},
	    {"{\"v\":1}", "something else than \"v\" and a list of \"lists\""},
	    {"{\"v\":1,\"lists\":{}}",
		"something else than \"v\" and a list of \"lists\""},
	    {"{\"v\":1,\"lists\":[],\"x\":1}",
		"something else than \"v\" and a list of \"lists\""},
	    {DOC(ROW("a", "") ",7"),
		"after list \"a\": a list has no \"id\" of lower-case "
		"letters, digits and \"-\""},
	    {DOC(ROW("A", "")),
		"after list \"\": a list has no \"id\" of lower-case "
		"letters, digits and \"-\""},
	    {DOC(ROW("a", "") "," ROW("a", "")),
		"list \"a\", \"id\": is there twice"},
	    {DOC(ROW("a", ",\"zone\":\"x.y\"") "," ROW(
		 "b", ",\"other_zones\":[\"X.Y\"]")),
		"lists \"a\" and \"b\" both have the zone "},
	    {DOC(ROW("a", ",\"zone\":\"x.y\"") "," ROW(
		 "b", ",\"zone_key\":\"<key>.x.y\"")),
		"lists \"a\" and \"b\" both have the zone x.y"},
	    {DOC(ROW("a", ",\"zone\":\"-\"")),
		"list \"a\", \"zone\": not a domain name"},
	    {DOC(ROW("a", ",\"covered_by\":\"b\"")),
		"list \"a\", \"covered_by\": not the id of another list"},
	    {DOC(ROW("a", ",\"covered_by\":\"a\"")),
		"list \"a\", \"covered_by\": not the id of another list"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct blocklists *c = NULL;
		char why[300] = "";
		err_t err =
		    blocklists_load(&c, str_of(cases[i].json), why, sizeof why);

		assert_int_equal(err, ERR_PARSE);
		assert_null(c);
		if (!str_starts(str_of(why), str_of(cases[i].why)))
			fail_msg("%s", why);
	}
}

/* A document at the limit is taken, one beyond it is not. */
static void
limits(void **state)
{
	enum { BYTES = 5 * 1024 * 1024 };
	char *text = malloc(BYTES), why[300];
	struct blocklists *c = NULL;

	(void)state;
	for (int more = 0; more < 2; more++) {
		size_t n =
		    (size_t)snprintf(text, BYTES, "%s", "{\"v\":1,\"lists\":[");

		for (int i = 0; i < LISTS_MAX + more; i++)
			n += (size_t)snprintf(text + n, BYTES - n,
			    "%s" ROW("l%d", ""), i == 0 ? "" : ",", i);
		n += (size_t)snprintf(text + n, BYTES - n, "]}");
		assert_int_equal(
		    blocklists_load(&c, (struct str){text, n}, why, sizeof why),
		    more == 0 ? ERR_OK : ERR_LIMIT);
		if (more == 0)
			blocklists_free(c);
		else
			assert_string_equal(why, "too many lists");
	}
	memset(text, ' ', BYTES);
	assert_int_equal(
	    blocklists_load(&c, (struct str){text, BYTES}, why, sizeof why),
	    ERR_LIMIT);
	memset(text, '[', 100);
	assert_int_equal(
	    blocklists_load(&c, (struct str){text, 100}, why, sizeof why),
	    ERR_LIMIT);
	assert_string_equal(why, "larger than 4 MiB, or nested too deeply");
	free(text);
}

static void
add(struct blocklists *c, const char *json, const char *want)
{
	char why[300] = "";
	err_t err = blocklists_add(c, str_of(json), why, sizeof why);

	assert_string_equal(why, want);
	assert_int_equal(err, want[0] == '\0' ? ERR_OK : ERR_PARSE);
}

static void
user_file(void **state)
{
	struct blocklists *c = NULL;
	const struct blocklist *a;
	char why[300] = "";

	(void)state;
	assert_int_equal(
	    blocklists_load(&c,
		str_of(DOC(
		    ROW("b", ",\"zone\":\"b.example\",\"codes\":{\"127.0.0.2\":"
			     "\"two\"},\"errors\":{\"127.0.0.9\":\"no\"},"
			     "\"operator\":\"O\",\"period_s\":77"))),
		why, sizeof why),
	    ERR_OK);
	add(c,
	    DOC("{\"id\":\"b\",\"impact\":\"high\",\"codes\":{\"127.0.0.3\":"
		"\"three\"}}," ROW("a", ",\"zone\":\"a.example\"")),
	    "");
	assert_int_equal(blocklists_count(c), 2);
	assert_int_equal(blocklists_find(c, STR_LIT("a")), 1);
	a = blocklists_at(c, 0);
	assert_true(str_eq(a->operator_name, STR_LIT("O")));
	assert_int_equal(a->impact, IMPACT_HIGH);
	assert_int_equal(a->period_s, 60);
	assert_int_equal(a->n_codes, 2);
	assert_int_equal(blocklist_verdict(a, 0x7f000009), VERDICT_REFUSED);
	assert_int_equal(blocklists_by_zone(c, STR_LIT("k.b.example")), 0);

	add(c, DOC("{\"id\":\"b\",\"zone\":\"a.example\"}"),
	    "lists \"b\" and \"a\" both have the zone a.example");
	add(c, DOC(ROW("c", "") ",{\"id\":\"b\",\"perod_s\":60}"),
	    "list \"b\", \"perod_s\": no list has such a field");
	assert_int_equal(blocklists_count(c), 2);
	assert_int_equal(blocklists_by_zone(c, STR_LIT("b.example")), 0);

	add(c, DOC("{\"id\":\"b\",\"zone\":\"\",\"closed\":true}"), "");
	assert_true(blocklists_at(c, 0)->closed);
	assert_int_equal(
	    blocklists_by_zone(c, STR_LIT("b.example")), LIST_NONE);
	blocklists_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refused),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(user_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
