/* act_test.c - requests: what is refused, what a value is, words for people. */
#include "core/act.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct act_request
request(enum verb v, const char *egress, const char *value)
{
	struct act_request r = {.verb = v, .host = HOST_NONE};

	r.of.on = (verb_rows[v].targets & ACT_ON_EGRESS) != 0
		      ? ACT_ON_EGRESS
		      : (enum act_target)verb_rows[v].targets;
	str_copy(r.of.egress, sizeof r.of.egress, str_of(egress));
	str_copy(r.value, sizeof r.value, str_of(value));
	str_copy(r.why, sizeof r.why, STR_LIT("because"));
	return r;
}

static err_t
check(enum verb v, const char *egress, const char *value)
{
	struct act_request r = request(v, egress, value);
	char why[512];

	return act_check(&r, why, sizeof why);
}

static void
test_rows(void **state)
{
	(void)state;
	for (int v = 0; v < VERB_N; v++) {
		assert_int_equal(verb_of(str_of(verb_rows[v].word)), v);
		assert_int_not_equal(verb_rows[v].targets, 0);
		/* An allow-list: none of these is safe. */
		assert_int_equal(verb_rows[v].flags & ACTF_SAFE, 0);
		/* What ends by itself has a way back. */
		assert_false((verb_rows[v].flags & ACTF_LEASE) != 0 &&
			     (verb_rows[v].flags & ACTF_IRREVERSIBLE) != 0);
	}
	assert_int_equal(verb_of(STR_LIT("paus")), VERB_N);
	assert_int_equal(verb_of(STR_LIT("")), VERB_N);
}

static void
test_values(void **state)
{
	static const struct {
		enum verb v;
		const char *value;
		err_t want;
	} rows[] = {{VERB_INTERVAL, "3s", ERR_OK}, {VERB_INTERVAL, "0", ERR_OK},
	    {VERB_INTERVAL, "3600s", ERR_OK},
	    {VERB_INTERVAL, "3601", ERR_RANGE},
	    {VERB_INTERVAL, "500ms", ERR_RANGE},
	    {VERB_INTERVAL, "1m", ERR_RANGE}, {VERB_INTERVAL, "s", ERR_RANGE},
	    {VERB_INTERVAL, "-1", ERR_RANGE}, {VERB_INTERVAL, "", ERR_RANGE},
	    {VERB_INTERVAL, "3s;id", ERR_RANGE},
	    {VERB_INTERVAL, "99999999999999999999", ERR_RANGE},
	    {VERB_CONCURRENCY, "1", ERR_OK}, {VERB_CONCURRENCY, "1000", ERR_OK},
	    {VERB_CONCURRENCY, "0", ERR_RANGE},
	    {VERB_CONCURRENCY, "1001", ERR_RANGE},
	    {VERB_CONCURRENCY, "5s", ERR_RANGE},
	    {VERB_PROCESSES, "$(id)", ERR_RANGE},
	    {VERB_PROCESSES, "5\n6", ERR_RANGE},
	    {VERB_PAUSE, "anything is not looked at", ERR_OK}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(
		    check(rows[i].v, "192.0.2.1", rows[i].value), rows[i].want);
}

static void
test_number(void **state)
{
	struct act_request r = request(VERB_INTERVAL, "192.0.2.1", "12s");

	(void)state;
	assert_int_equal(act_number(&r), 12);
	r = request(VERB_CONCURRENCY, "192.0.2.1", "7");
	assert_int_equal(act_number(&r), 7);
	r = request(VERB_CONCURRENCY, "192.0.2.1", "7s");
	assert_int_equal(act_number(&r), 0);
}

static void
test_targets(void **state)
{
	struct act_request r = request(VERB_HOLD, "", "");
	char why[512], text[512];

	(void)state;
	assert_int_equal(check(VERB_PAUSE, "", ""), ERR_PARSE);
	/* Never all of a queue. */
	assert_int_equal(act_check(&r, why, sizeof why), ERR_PARSE);
	assert_non_null(strstr(why, "which messages?"));
	str_copy(r.filter.domain, sizeof r.filter.domain, STR_LIT("a.example"));
	r.filter.larger_bytes = 9;
	assert_int_equal(act_check(&r, why, sizeof why), ERR_OK);
	act_target_text(&r, text, sizeof text);
	assert_string_equal(text, "domain=a.example larger=9");
	act_target_text(&r, text, 10);
	assert_int_equal(strlen(text), 9);
	r = request(VERB_PAUSE, "192.0.2.1", "");
	act_target_text(&r, text, sizeof text);
	assert_string_equal(text, "192.0.2.1");
}

static void
test_reasons(void **state)
{
	struct act_request r = request(VERB_PAUSE, "192.0.2.1", "");
	char why[512];

	(void)state;
	str_copy(r.why, sizeof r.why, STR_LIT(" \t "));
	assert_int_equal(act_check(&r, why, sizeof why), ERR_PARSE);
	/* It becomes one line of a file. */
	str_copy(r.why, sizeof r.why, STR_LIT("a\nend"));
	assert_int_equal(act_check(&r, why, sizeof why), ERR_PARSE);
	str_copy(r.why, sizeof r.why, STR_LIT("a\x1b[2J"));
	assert_int_equal(act_check(&r, why, sizeof why), ERR_PARSE);
	str_copy(r.why, sizeof r.why, STR_LIT("\xe9\x9a\x9c\xe5\xae\xb3 $(x)"));
	assert_int_equal(act_check(&r, why, sizeof why), ERR_OK);
}

/* One whose end no clock could show would be in no list of leases. */
static void
test_how_long(void **state)
{
	struct act_request r = request(VERB_PAUSE, "192.0.2.1", "");
	const int64_t day = 86400000;
	char why[512];

	(void)state;
	r.lease_ms = ACT_LEASE_MOST_DAYS * day;
	assert_int_equal(act_check(&r, why, sizeof why), ERR_OK);
	r.lease_ms += day;
	assert_int_equal(act_check(&r, why, sizeof why), ERR_RANGE);
	assert_non_null(strstr(why, "366d"));
	r.lease_ms = INT64_MAX;
	assert_int_equal(act_check(&r, why, sizeof why), ERR_RANGE);
	r.lease_ms = -1; /* as a site's action says */
	assert_int_equal(act_check(&r, why, sizeof why), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_how_long),
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_number),
	    cmocka_unit_test(test_targets),
	    cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
