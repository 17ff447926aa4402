/* docs_standing_test.c - listings and throttles as documents: shapes, what is
 * unknown, hostile texts, and what an exit status stands for. */
#include "app/docs.h"

#include "tests/unit/tui/scene.h"

static const cJSON *
get(const cJSON *o, const char *name)
{
	const cJSON *v = cJSON_GetObjectItem(o, name);

	if (v == NULL)
		fail_msg("there is no %s", name);
	return v;
}

static const char *
text(const cJSON *o, const char *name)
{
	assert_true(cJSON_IsString(get(o, name)));
	return cJSON_GetStringValue(get(o, name));
}

/* The row of a subject on a list. */
static const cJSON *
row_of(const cJSON *d, const char *subject, const char *list)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, get(d, "listings"))
	{
		if (strcmp(text(row, "subject"), subject) == 0 &&
		    strcmp(text(row, "list"), list) == 0)
			return row;
	}
	fail_msg("%s is not on %s", subject, list);
	return NULL;
}

static void
a_listing_has_its_proof(void **state)
{
	struct model *m = scene_listed();
	cJSON *d = docs_listings(m);
	const cJSON *r = row_of(d, "198.51.100.11", "spamhaus-zen");

	(void)state;
	assert_true(get(d, "v")->valueint == 1);
	assert_string_equal(text(r, "impact"), "high");
	assert_string_equal(text(r, "verdict"), "listed");
	assert_string_equal(text(r, "proof"), "both");
	assert_string_equal(text(r, "dns"), "listed");
	assert_string_equal(text(r, "segment"), "198.51.100.0/24");
	assert_string_equal(text(r, "reason"), "SBL123");
	assert_true(cJSON_IsFalse(get(r, "domain")));
	assert_true(cJSON_IsNull(get(r, "ended")));
	assert_int_equal(get(r, "unwatched_s")->valueint, 0);
	assert_int_equal(get(r, "replies")->valueint, 24);
	assert_string_equal(
	    cJSON_GetArrayItem(get(r, "codes"), 0)->valuestring, "127.0.0.2");
	assert_string_equal(
	    cJSON_GetArrayItem(get(r, "meaning"), 0)->valuestring, "SBL");
	assert_string_equal(
	    cJSON_GetArrayItem(get(r, "providers"), 0)->valuestring,
	    "example.jp");
	r = row_of(d, "198.51.100.12", "spamhaus-zen");
	assert_string_equal(text(r, "proof"), "old-copy");
	assert_string_equal(text(r, "dns"), "clean");
	r = row_of(d, "198.51.100.12", "private-docomo");
	assert_string_equal(text(r, "proof"), "replies");
	assert_string_equal(text(r, "dns"), "unknown");
	assert_true(cJSON_IsNull(get(r, "dns_since")));
	assert_true(cJSON_IsNull(get(r, "reason")));
	cJSON_Delete(d);
	model_free(m);
}

static void
what_ended_is_clean(void **state)
{
	struct model *m = scene_listed();
	cJSON *d = docs_listings(m);
	const cJSON *r = row_of(d, "192.0.2.1", "spamhaus-zen"), *back;

	(void)state;
	assert_string_equal(text(r, "verdict"), "clean");
	assert_string_equal(text(r, "proof"), "none");
	assert_true(cJSON_IsString(get(r, "ended")));
	back = row_of(d, "192.0.2.7", "barracuda");
	assert_int_equal(get(back, "times")->valueint, 2);
	/* A list's own words never bring control characters along. */
	assert_null(strpbrk(text(back, "reason"), "\033\t\r\n"));
	assert_int_equal(get(get(d, "listed"), "ips")->valueint, 64);
	assert_int_equal(get(get(d, "listed"), "peak_ips")->valueint, 137);
	assert_int_equal(get(get(d, "subjects"), "domains")->valueint, 1);
	cJSON_Delete(d);
	model_free(m);
}

static void
lists_say_whether_they_answer(void **state)
{
	struct model *m = scene_listed();
	cJSON *d = docs_listings(m);
	const cJSON *row;
	unsigned n = 0;

	(void)state;
	cJSON_ArrayForEach(row, get(d, "lists"))
	{
		if (strcmp(text(row, "list"), "spamcop") != 0)
			continue;
		n++;
		assert_string_equal(text(row, "verdict"), "refused");
		assert_non_null(strstr(text(row, "text"), "127.255.255.254"));
	}
	assert_int_equal(n, 1);
	cJSON_Delete(d);
	model_free(m);
}

static void
a_throttle_says_how_much(void **state)
{
	struct model *m = scene_listed();
	cJSON *d = docs_throttles(m, 3600000);
	const cJSON *r = cJSON_GetArrayItem(get(d, "throttles"), 0);

	(void)state;
	assert_int_equal(cJSON_GetArraySize(get(d, "throttles")), 1);
	assert_string_equal(text(r, "host"), "mta1");
	assert_string_equal(text(r, "egress"), "198.51.100.11");
	assert_string_equal(text(r, "state"), "throttled");
	assert_string_equal(text(r, "class"), "throttle");
	assert_true(get(r, "share")->valuedouble > 0.9);
	assert_true(cJSON_IsNull(get(r, "end")));
	assert_int_equal(strncmp(text(r, "reply"), "421-4.7.28 Gmail", 16), 0);
	cJSON_Delete(d);
	model_free(m);
}

static void
counts_for_the_exit_status(void **state)
{
	struct model *m = scene_listed(), *none = scene_empty();

	(void)state;
	/* 61 of the net on one list, 2 on others; .11 and .12 on two lists
	 * each; a domain. */
	assert_int_equal(docs_listed(m), 68);
	assert_int_equal(docs_throttled(m), 1);
	assert_int_equal(docs_listed(none), 0);
	assert_int_equal(docs_throttled(none), 0);
	model_free(m);
	model_free(none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_listing_has_its_proof),
	    cmocka_unit_test(what_ended_is_clean),
	    cmocka_unit_test(lists_say_whether_they_answer),
	    cmocka_unit_test(a_throttle_says_how_much),
	    cmocka_unit_test(counts_for_the_exit_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
