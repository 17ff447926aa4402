/* blocklist_row_test.c - the fields of a list: what they take, what they
 * refuse and how they say it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/blocklist.h"

#include <stdio.h>
#include <stdlib.h>

#define DOC(more)                                                              \
	"{\"v\":1,\"lists\":[{\"id\":\"a\",\"name\":\"N\",\"kind\":\"ip\","    \
	"\"impact\":\"low\"" more "}]}"

static void
takes(void **state)
{
	struct blocklists *c = NULL;
	const struct blocklist *l;
	char why[300] = "";
	const char *json =
	    DOC(",\"operator\":\"O\",\"zone\":\"z.example\",\"zone_key\":"
		"\"<key>.k.example\",\"other_zones\":[\"o.example\"],"
		"\"ipv6\":true,\"watch\":true,\"period_s\":10,\"rate_per_s\":3,"
		"\"codes\":{\"127.0.0.2\":\"two\"},\"errors\":{},\"good\":{},"
		"\"test\":{\"listed\":[\"127.0.0.2\",\"::ffff:127.0.0.2\"],"
		"\"clean\":[\"127.0.0.1\"]},\"why\":\"W.\",\"remedy\":\"R.\","
		"\"delist\":{\"method\":\"web\",\"url\":\"https://z.example/\","
		"\"expiry\":\"soon\",\"asks\":[\"who\",\"why\"],"
		"\"note\":\"N.\"}");

	(void)state;
	if (blocklists_load(&c, str_of(json), why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	l = blocklists_at(c, 0);
	assert_int_equal(l->kind, LIST_IP);
	assert_true(l->ipv4 && l->ipv6 && l->watch && !l->closed);
	assert_true(str_eq(l->zone, STR_LIT("z.example")));
	assert_true(str_eq(l->zone_key, STR_LIT("<key>.k.example")));
	assert_int_equal(l->n_other_zones, 1);
	assert_int_equal(l->period_s, 10);
	assert_int_equal(l->rate_per_s, 3);
	assert_int_equal(l->n_test_listed, 2);
	assert_int_equal(l->n_test_clean, 1);
	assert_true(str_eq(l->delist_method, STR_LIT("web")));
	assert_true(str_eq(l->delist_note, STR_LIT("N.")));
	assert_int_equal(l->n_delist_asks, 2);
	assert_true(str_eq(l->delist_asks[1], STR_LIT("why")));
	blocklists_free(c);
}

static void
defaults(void **state)
{
	static const struct {
		const char *row;
		bool ipv4;
		uint32_t period_s;
	} cases[] = {
	    {"\"kind\":\"ip\",\"impact\":\"low\"", true, 3600},
	    {"\"kind\":\"ip\",\"impact\":\"medium\",\"ipv4\":false,"
	     "\"ipv6\":true",
		false, 600},
	    {"\"kind\":\"domain\",\"impact\":\"high\"", false, 60},
	    {"\"kind\":\"private\",\"impact\":\"high\",\"period_s\":99", false,
		99},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct blocklists *c = NULL;
		char json[300], why[300] = "";

		(void)snprintf(json, sizeof json,
		    "{\"v\":1,\"lists\":[{\"id\":\"a\",\"name\":\"N\",%s}]}",
		    cases[i].row);
		if (blocklists_load(&c, str_of(json), why, sizeof why) !=
		    ERR_OK)
			fail_msg("%s", why);
		assert_int_equal(blocklists_at(c, 0)->ipv4, cases[i].ipv4);
		assert_int_equal(
		    blocklists_at(c, 0)->period_s, cases[i].period_s);
		blocklists_free(c);
	}
}

#define A "list \"a\", "

static void
refuses(void **state)
{
	static const struct {
		const char *json, *why;
	} cases[] = {
	    {"{\"v\":1,\"lists\":[{\"id\":\"a\"}]}", A "\"name\": missing"},
	    {"{\"v\":1,\"lists\":[{\"id\":\"a\",\"name\":\"N\","
	     "\"kind\":\"ip\"}]}",
		A "\"impact\": missing"},
	    {DOC(",\"zone\":1"), A "\"zone\": not a text"},
	    {DOC(",\"zone\":\"a b\""), A "\"zone\": not a domain name"},
	    {DOC(",\"zone\":\"z.example.\""), A "\"zone\": not a domain name"},
	    {DOC(",\"zone_key\":\"z.example\""),
		A "\"zone_key\": not \"<key>.\" and a domain name"},
	    {DOC(",\"zone_key\":\"<key>.\""),
		A "\"zone_key\": not \"<key>.\" and a domain name"},
	    {DOC(",\"kind\":\"x\""), A "\"kind\": not ip, domain or private"},
	    {DOC(",\"impact\":3"), A "\"impact\": not low, medium or high"},
	    {DOC(",\"ipv6\":\"yes\""), A "\"ipv6\": not true or false"},
	    {DOC(",\"ipv4\":false"),
		A "\"ipv4\": a list of addresses holds some"},
	    {DOC(",\"period_s\":9"),
		A "\"period_s\": not a whole number within its bounds"},
	    {DOC(",\"period_s\":10.5"),
		A "\"period_s\": not a whole number within its bounds"},
	    {DOC(",\"period_s\":1e300"),
		A "\"period_s\": not a whole number within its bounds"},
	    {DOC(",\"rate_per_s\":-1"),
		A "\"rate_per_s\": not a whole number within its bounds"},
	    {DOC(",\"other_zones\":\"x\""), A "\"other_zones\": not a list"},
	    {DOC(",\"other_zones\":[1]"),
		A "\"other_zones\": holds something that is no text, or too "
		  "long"},
	    {DOC(",\"other_zones\":[\"<key>.x\"]"),
		A "\"other_zones\": holds something that is no domain name"},
	    {DOC(",\"codes\":[]"), A "\"codes\": not a table"},
	    {DOC(",\"codes\":{\"10.0.0.2\":\"x\"}"),
		A "\"codes\": holds a code that is not understood, or one "
		  "without a meaning"},
	    {DOC(",\"codes\":{\"127.0.0.2\":\"\"}"),
		A "\"codes\": holds a code that is not understood, or one "
		  "without a meaning"},
	    {DOC(",\"errors\":{\"127.0.0.9-127.0.0.2\":\"x\"}"),
		A "\"errors\": holds a code that is not understood, or one "
		  "without a meaning"},
	    {DOC(",\"good\":{\"127.0.0.*&256\":\"x\"}"),
		A "\"good\": holds a code that is not understood, or one "
		  "without a meaning"},
	    {DOC(",\"codes\":{\"127.0.0.0.0.0.0.*&1\":\"x\"}"),
		A "\"codes\": holds a code that is not understood, or one "
		  "without a meaning"},
	    {DOC(",\"test\":[]"), A "\"test\": not a table"},
	    {DOC(",\"test\":{\"lsited\":[]}"),
		A "\"lsited\": no list has such a field"},
	    {DOC(",\"test\":{\"listed\":[\"::1\"]}"),
		A "\"listed\": a test point is nothing this list could hold"},
	    {DOC(",\"test\":{\"clean\":[\"test\"]}"),
		A "\"clean\": a test point is nothing this list could hold"},
	    {DOC(",\"delist\":1"), A "\"delist\": not a table"},
	    {DOC(",\"delist\":{\"method\":\"pray\"}"),
		A "\"method\": not web, email, isp, account or auto-expire"},
	    {DOC(",\"name\":\"\""), A "\"name\": missing"},
	    {DOC(",\"closed\":true,\"zone\":\"z.example\""),
		A "\"zone\": a closed list must not be asked"},
	    {DOC(",\"kind\":\"private\",\"zone\":\"z.example\""),
		A "\"zone\": a private list shows in replies only"},
	    {DOC(",\"watch\":true"), A "\"watch\": there is no zone to ask"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct blocklists *c = NULL;
		char why[300] = "";
		err_t err =
		    blocklists_load(&c, str_of(cases[i].json), why, sizeof why);

		assert_string_equal(why, cases[i].why);
		assert_int_equal(err, ERR_PARSE);
		assert_null(c);
	}
}

/* More of one thing, or longer, than a list can have. */
static void
bounds(void **state)
{
	enum { BYTES = 65536 };
	char *json = malloc(BYTES), why[300] = "";
	struct blocklists *c = NULL;
	size_t n;

	(void)state;
	n = (size_t)snprintf(json, BYTES,
	    "{\"v\":1,\"lists\":[{\"id\":\"a\",\"name\":\"%0700d\"}]}", 1);
	assert_int_equal(
	    blocklists_load(&c, (struct str){json, n}, why, sizeof why),
	    ERR_PARSE);
	n = (size_t)snprintf(json, BYTES,
	    "{\"v\":1,\"lists\":[{\"id\":\"a\",\"name\":\"N\",\"kind\":"
	    "\"ip\",\"impact\":\"low\",\"codes\":{");
	for (int i = 0; i < 257; i++)
		n += (size_t)snprintf(json + n, BYTES - n,
		    "%s\"127.0.%d.%d\":\"x\"", i == 0 ? "" : ",", i / 256,
		    i % 256);
	n += (size_t)snprintf(json + n, BYTES - n, "}}]}");
	assert_int_equal(
	    blocklists_load(&c, (struct str){json, n}, why, sizeof why),
	    ERR_PARSE);
	assert_string_equal(why, A "\"codes\": too many");
	free(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes),
	    cmocka_unit_test(defaults),
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
