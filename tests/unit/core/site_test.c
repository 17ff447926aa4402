/* site_test.c - the site's own actions: values by kind, requests, plans. */
#include "core/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct site_actions all = {.n = 2,
    .v = {{.name = "back",
	      .help = "go back",
	      .hosts = {"mta1", "mta2"},
	      .n_hosts = 2,
	      .params = {{.name = "version", .kind = SITE_WORD},
		  {.name = "wait",
		      .kind = SITE_SECONDS,
		      .min = 1,
		      .max = 3600,
		      .fallback = "2m",
		      .has_fallback = true}},
	      .n_params = 2,
	      .command = "use {version} {wait}",
	      .check = "test -e {version}",
	      .verify = "is {version}",
	      .undo = "back {version}",
	      .flags = ACTF_LEASE,
	      .lease_ms = 60000,
	      .timeout_ms = 5000},
	{.name = "show",
	    .command = "cat f",
	    .flags = ACTF_SAFE,
	    .timeout_ms = 1000}}};

static void
test_values(void **state)
{
	static const struct {
		enum site_kind kind;
		const char *value;
		bool ok;
	} rows[] = {
	    {SITE_WORD, "a$(b)'\"", true},
	    {SITE_WORD, "-a", false},
	    {SITE_WORD, "a b", false},
	    {SITE_WORD, "a\tb", false},
	    {SITE_WORD, "a\nb", false},
	    {SITE_WORD, "a\x7f", false},
	    {SITE_WORD, "a\xff", false},
	    {SITE_WORD, "", false},
	    {SITE_WORD, "\xe3\x81\x82", true},
	    {SITE_NUMBER, "5", true},
	    {SITE_NUMBER, "4", false},
	    {SITE_NUMBER, "11", false},
	    {SITE_NUMBER, "+6", false},
	    {SITE_NUMBER, "6s", false},
	    {SITE_NUMBER, "99999999999999999999999", false},
	    {SITE_SECONDS, "6", true},
	    {SITE_SECONDS, "6s", true},
	    {SITE_SECONDS, "6500ms", false},
	    {SITE_SECONDS, "1m", false},
	    {SITE_HOST, "mx.example.com", true},
	    {SITE_HOST, "-mx", false},
	    {SITE_HOST, "a;b", false},
	    {SITE_DOMAIN, "example.com", true},
	    {SITE_DOMAIN, "a/b", false},
	    {SITE_ADDRESS, "a@b.example", true},
	    {SITE_ADDRESS, "a", false},
	    {SITE_IP, "192.0.2.1", true},
	    {SITE_IP, "2001:db8::1", true},
	    {SITE_IP, "192.0.2.1/24", false},
	    {SITE_PATH, "/a/b", true},
	    {SITE_PATH, "/a/../b", false},
	    {SITE_PATH, "a", false},
	    {SITE_CHOICE, "slow", true},
	    {SITE_CHOICE, "slo", false},
	    {SITE_CHOICE, "slow off", false},
	};

	char longest[SITE_VALUE];
	struct str p = {longest, 0};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct site_param param = {.kind = rows[i].kind,
		    .min = 5,
		    .max = 10,
		    .choices = "slow off"};

		if (site_value_ok(&param, str_of(rows[i].value)) != rows[i].ok)
			fail_msg("%s: %s", site_kind_word(rows[i].kind),
			    rows[i].value);
	}
	memset(longest, 'x', sizeof longest);
	p.n = sizeof longest;
	assert_false(site_value_ok(&all.v[0].params[0], p));
	p.n--;
	assert_true(site_value_ok(&all.v[0].params[0], p));
	for (int k = 0; k < SITE_KIND_N; k++)
		assert_int_equal(
		    site_kind_of(str_of(site_kind_word((enum site_kind)k))), k);
	assert_int_equal(site_kind_of(str_of("x")), SITE_KIND_N);
}

static struct act_request
request(const char *site, const char *value)
{
	struct act_request r = {
	    .verb = VERB_SITE, .host = HOST_NONE, .lease_ms = -1};

	r.of.on = ACT_ON_SITE;
	str_copy(r.of.site, sizeof r.of.site, str_of(site));
	str_copy(r.value, sizeof r.value, str_of(value));
	return r;
}

static void
test_request(void **state)
{
	static const struct {
		const char *site, *value, *why;
	} rows[] = {
	    {"none", "", "no action none; it has: back show"},
	    {"back", "", "version= is missing"},
	    {"back", "version=1 version=2", "twice"},
	    {"back", "version=1 x=2",
		"none of its parameters: version=word "
		"[wait=1..3600]"},
	    {"back", "version=1 2", "none of its parameters"},
	    {"back", "version=1 wait=2h", "wait=2h: it takes whole seconds"},
	    {"back", "version=", "version=: it takes a word"},
	    {"show", "version=1", "none of its parameters"},
	};
	struct act_request r;
	char why[512];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		r = request(rows[i].site, rows[i].value);
		assert_int_not_equal(
		    site_request(&all, &r, why, sizeof why), ERR_OK);
		if (strstr(why, rows[i].why) == NULL)
			fail_msg("%s %s: %s", rows[i].site, rows[i].value, why);
	}
	r = request("back", "version=1");
	assert_int_equal(site_request(&all, &r, why, sizeof why), ERR_OK);
	assert_int_equal(r.lease_ms, 60000);
	assert_int_equal(act_flags(&r) & ACTF_LEASE, ACTF_LEASE);
	assert_int_equal(act_flags(&r) & ACTF_SAFE, 0);
	r = request("show", "");
	assert_int_equal(site_request(&all, &r, why, sizeof why), ERR_OK);
	assert_int_equal(r.lease_ms, 0);
	assert_int_equal(act_flags(&r) & ACTF_SAFE, ACTF_SAFE);
	/* The flags of a site's action are of no other verb. */
	r.verb = VERB_DELETE;
	assert_int_equal(act_flags(&r) & ACTF_SAFE, 0);
	r = request("show", "");
	r.lease_ms = 60000;
	assert_int_not_equal(site_request(&all, &r, why, sizeof why), ERR_OK);
	r = request("show", "");
	assert_int_not_equal(site_request(NULL, &r, why, sizeof why), ERR_OK);
}

static void
test_plan(void **state)
{
	struct act_request r = request("back", "wait=15m version=it's");
	struct plan *p;
	const struct plan_step *s;
	char why[512];

	(void)state;
	assert_int_equal(site_request(&all, &r, why, sizeof why), ERR_OK);
	p = plan_new(&r, 1000, 1);
	assert_non_null(p);
	assert_int_equal(p->lease_until_ms, 61000);
	assert_int_equal(site_plan_host(p, 3, &all.v[0]), ERR_OK);
	assert_int_equal(p->n_steps, 1);
	s = &p->steps[0];
	assert_int_equal(s->host, 3);
	assert_int_equal(s->timeout_ms, 5000);
	assert_string_equal(s->text, "back: go back");
	assert_string_equal(s->command, "use 'it'\\''s' 900");
	assert_string_equal(s->check, "test -e 'it'\\''s'");
	assert_string_equal(s->verify, "is 'it'\\''s'");
	assert_string_equal(s->undo, "back 'it'\\''s'");
	plan_free(p);
	r = request("show", "");
	p = plan_new(&r, 1000, 1);
	assert_non_null(p);
	assert_int_equal(site_plan_host(p, 0, &all.v[1]), ERR_OK);
	assert_null(p->steps[0].check);
	assert_null(p->steps[0].verify);
	assert_null(p->steps[0].undo);
	plan_free(p);
}

static void
test_hosts(void **state)
{
	(void)state;
	assert_true(site_may_run(&all.v[0], "mta1"));
	assert_true(site_may_run(&all.v[0], "op@mta2"));
	assert_false(site_may_run(&all.v[0], "mta3"));
	assert_false(site_may_run(&all.v[0], "mta1.example.com"));
	assert_true(site_may_run(&all.v[1], "mta3"));
}

static void
test_confirm(void **state)
{
	struct site_actions one = {
	    .n = 1, .v = {{.name = "wipe", .flags = ACTF_IRREVERSIBLE}}};
	struct act_request r = request("wipe", "");
	char word[24], why[512];
	struct plan *p;

	(void)state;
	assert_int_equal(site_request(&one, &r, why, sizeof why), ERR_OK);
	p = plan_new(&r, 1000, 1);
	assert_non_null(p);
	assert_string_equal(plan_confirm_word(p, word), "wipe");
	plan_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_request),
	    cmocka_unit_test(test_plan),
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_confirm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
