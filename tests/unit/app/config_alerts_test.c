/* config_alerts_test.c - the alerts section of the configuration. */
#include "tests/unit/app/config_help.h"

#include <stdio.h>

static void
defaults_hold(void **state)
{
	char why[512] = "";
	struct config *c =
	    parsed("alerts:\n  stale: 3m\n", ERR_OK, why, sizeof why);

	(void)state;
	assert_int_equal(c->alerts.bell, BELL_AUDIBLE);
	assert_true(c->alerts.title);
	assert_int_equal(c->alerts.rules.stale_ms, 180000);
	c->alerts.rules.stale_ms = alert_rules_default.stale_ms;
	assert_memory_equal(
	    &c->alerts.rules, &alert_rules_default, sizeof alert_rules_default);
	free(c);
}

static void
every_key_is_taken(void **state)
{
	char why[512] = "";
	struct config *c = parsed("alerts:\n"
				  "  listing_impact: high\n"
				  "  bounce_pct: 2.5\n"
				  "  bounce_min: 20\n"
				  "  deferral_pct: 60\n"
				  "  deferral_min: 30\n"
				  "  queue_growth_pct: 300\n"
				  "  queue_growth_min: 40\n"
				  "  queue_age: 1h\n"
				  "  sent_fallen_pct: 10\n"
				  "  sent_fallen_min: 50\n"
				  "  host_down: 7s\n"
				  "  stale: 11s\n"
				  "  for: 0s\n"
				  "  clear: 10s\n"
				  "  bell: both\n"
				  "  title: false\n",
	    ERR_OK, why, sizeof why);
	const struct alert_rules *r = &c->alerts.rules;

	(void)state;
	assert_int_equal(r->listing_impact, IMPACT_HIGH);
	assert_int_equal(r->bounce_milli, 25);
	assert_int_equal(r->bounce_min, 20);
	assert_int_equal(r->deferral_milli, 600);
	assert_int_equal(r->deferral_min, 30);
	assert_int_equal(r->queue_growth_milli, 3000);
	assert_int_equal(r->queue_growth_min, 40);
	assert_int_equal(r->queue_age_ms, 3600000);
	assert_int_equal(r->sent_fallen_milli, 100);
	assert_int_equal(r->sent_fallen_min, 50);
	assert_int_equal(r->host_down_ms, 7000);
	assert_int_equal(r->stale_ms, 11000);
	assert_int_equal(r->for_ms, 0);
	assert_int_equal(r->clear_ms, 10000);
	assert_int_equal(c->alerts.bell, BELL_BOTH);
	assert_false(c->alerts.title);
	free(c);
}

static void
wrong_values_are_said(void **state)
{
	static const struct {
		const char *text, *has;
	} rows[] = {
	    {"listing_impact: huge", "low, medium, high"},
	    {"bell: loud", "audible, visual, both, none"},
	    {"bounce_pct: 0", "bounce_pct: \"0\" is not a number from 1"},
	    {"bounce_pct: 101", "from 1 to 100"},
	    {"bounce_pct: 5%", "from 1 to 100"},
	    {"bounce_min: 0", "from 1 to 1000000"},
	    {"queue_growth_pct: 99", "from 100 to 10000"},
	    {"queue_age: 59s", "from 60s to 86400s"},
	    {"clear: 25h", "from 0s to 86400s"},
	    {"stale: soon", "not a duration"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[128], why[512] = "";
		struct config *c = malloc(sizeof *c);

		assert_non_null(c);
		config_init(c);
		(void)snprintf(
		    text, sizeof text, "alerts:\n  %s\n", rows[i].text);
		assert_int_not_equal(
		    config_parse(c, str_of(text), "f", why, sizeof why),
		    ERR_OK);
		if (strstr(why, rows[i].has) == NULL)
			fail_msg("%s: %s", rows[i].text, why);
		free(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_hold),
	    cmocka_unit_test(every_key_is_taken),
	    cmocka_unit_test(wrong_values_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
