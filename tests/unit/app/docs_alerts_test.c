/* docs_alerts_test.c - the JSON document of alerts: names, units, what is
 * open. */
#include "app/docs_alerts.h"

#include "tests/unit/core/alert_help.h"

static const char *
text_of(const cJSON *o, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItem(o, name));
}

static double
number(const cJSON *o, const char *name)
{
	const cJSON *v = cJSON_GetObjectItem(o, name);

	assert_true(cJSON_IsNumber(v));
	return v->valuedouble;
}

static const cJSON *
of_rule(const cJSON *d, const char *rule)
{
	const cJSON *o;

	cJSON_ArrayForEach(o, cJSON_GetObjectItem(d, "alerts"))
	{
		if (strcmp(text_of(o, "rule"), rule) == 0)
			return o;
	}
	fail_msg("no %s", rule);
	return NULL;
}

static void
one_reading(void **state)
{
	struct model *m = alert_model();
	const cJSON *o;
	cJSON *d;

	(void)state;
	m->alerts.rules.for_ms = 0;
	assert_int_equal(docs_alerts_open(m), 0);
	mail(m, "postfix/out1", "mx1.a.example", LS_DEFERRED, 60, NOW);
	link_at(m, 1, LINK_FAILED, NOW);
	alerts_evaluate(m);
	assert_int_equal(docs_alerts_open(m), 1);
	d = docs_alerts(m);
	assert_int_equal(number(d, "v"), 1);
	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(d, "waited")));
	o = of_rule(d, "deferral-rate");
	assert_string_equal(text_of(o, "severity"), "critical");
	assert_string_equal(text_of(o, "state"), "new");
	assert_string_equal(text_of(o, "cause_kind"), "provider");
	assert_string_equal(text_of(o, "cause"), "a.example");
	assert_string_equal(text_of(o, "host"), "mta1");
	assert_string_equal(text_of(o, "first"), "192.0.2.1");
	assert_string_equal(text_of(o, "unit"), "share");
	assert_true(number(o, "value") == 1.0);
	assert_true(number(o, "threshold") == 0.4);
	assert_int_equal(number(o, "base"), 60);
	assert_int_equal(number(o, "members"), 1);
	assert_non_null(strstr(text_of(o, "text"), "defers 100 % of 60"));
	/* Down, but not yet for as long as the rule wants. */
	o = of_rule(d, "host-down");
	assert_string_equal(text_of(o, "state"), "pending");
	assert_string_equal(text_of(o, "unit"), "seconds");
	assert_int_equal(number(o, "threshold"), 60);
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(o, "first")));
	o = cJSON_GetArrayItem(cJSON_GetObjectItem(d, "hosts"), 1);
	assert_string_equal(text_of(o, "name"), "mta2");
	assert_string_equal(text_of(o, "state"), "failed");
	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(o, "read")));
	cJSON_Delete(d);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(one_reading)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
