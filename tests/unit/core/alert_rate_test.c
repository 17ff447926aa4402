/* alert_rate_test.c - bounces by pool and deferrals by provider: over and
 * under the threshold, with too little mail, and when everything is hit. */
#include "tests/unit/core/alert_help.h"

enum { S = 1000, MIN = 60000 };

static void
send(struct model *m, const char *tag, int sent, int bounced)
{
	mail(m, tag, "mx1.a.example", LS_SENT, sent, m->now_ms - 5 * MIN);
	mail(m, tag, "mx1.a.example", LS_BOUNCED, bounced, m->now_ms - 5 * MIN);
}

static void
bounces_of_one_address(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	send(m, "postfix/out1", 90, 10);
	send(m, "postfix/out2", 100, 0);
	tick_to(m, NOW + 6 * S);
	a = alert_at(m, RULE_BOUNCE, "out");
	assert_non_null(a);
	assert_int_equal(alert_state_of(a, m->now_ms), ALERT_PENDING);
	tick_to(m, NOW + 130 * S);
	a = alert_at(m, RULE_BOUNCE, "out");
	assert_int_equal(alert_state_of(a, m->now_ms), ALERT_NEW);
	assert_int_equal(a->severity, SEV_WARN);
	assert_int_equal(a->members, 1);
	assert_int_equal(a->value, 100);
	assert_string_equal(a->first, "192.0.2.1");
	assert_int_equal(a->egress, 0);
	assert_int_equal(m->alerts.rings, 1);
	/* Ten minutes on nothing of it is in the window. */
	tick_to(m, NOW + 5 * MIN + 10 * S);
	assert_int_not_equal(alert_at(m, RULE_BOUNCE, "out")->quiet_ms, 0);
	model_free(m);
}

/* Both are hit: one alert, and the second one's blow rings. */
static void
bounces_of_a_pool(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	send(m, "postfix/out1", 50, 10);
	tick_to(m, NOW + 130 * S);
	assert_int_equal(m->alerts.rings, 1);
	send(m, "postfix/out2", 50, 50);
	tick_to(m, m->now_ms + 70 * S);
	assert_int_equal(m->alerts.n, 1);
	a = alert_at(m, RULE_BOUNCE, "out");
	assert_int_equal(a->members, 2);
	assert_int_equal(a->severity, SEV_CRIT);
	assert_string_equal(a->first, "192.0.2.2");
	assert_int_equal(m->alerts.rings, 2);
	model_free(m);
}

static void
bounces_that_are_too_few(void **state)
{
	struct model *m = alert_model();

	(void)state;
	send(m, "postfix/out1", 200, 9); /* 4.3 % */
	send(m, "postfix/out2", 3, 10);	 /* of 13 attempts */
	tick_to(m, NOW + 130 * S);
	/* Together they are 19 of 222: above five in a hundred. */
	assert_non_null(alert_at(m, RULE_BOUNCE, "out"));
	assert_int_equal(alert_at(m, RULE_BOUNCE, "out")->members, 2);
	assert_string_equal(alert_at(m, RULE_BOUNCE, "out")->first, "");
	model_free(m);
	m = alert_model();
	send(m, "postfix/out1", 300, 9);
	send(m, "postfix/out2", 10, 3);
	tick_to(m, NOW + 130 * S);
	assert_null(alert_at(m, RULE_BOUNCE, "out"));
	model_free(m);
}

/* History that comes in tells of the past: nothing is judged before it is
 * in, and then only the last ten minutes are. */
static void
history_does_not_ring(void **state)
{
	struct model *m = make_model(0);

	(void)state;
	tick_at(m, NOW - 1000);
	link_at(m, 0, LINK_UP, NOW - 1000);
	link_at(m, 1, LINK_UP, NOW - 1000);
	discover(m, 0);
	m->now_ms = NOW;
	mail(m, "postfix/out1", "mx1.a.example", LS_BOUNCED, 500,
	    NOW - 30 * MIN);
	mail(m, "postfix/out1", "mx1.a.example", LS_DEFERRED, 500, NOW - MIN);
	tick_to(m, NOW + 60 * S);
	assert_int_equal(m->alerts.n, 0);
	live_at(m, 0, m->now_ms);
	tick_to(m, m->now_ms + 10 * S);
	assert_null(alert_at(m, RULE_BOUNCE, "out"));
	assert_non_null(alert_at(m, RULE_DEFERRAL, "a.example"));
	assert_int_equal(m->alerts.rings, 0);
	model_free(m);
}

/* What is true now, but of a host whose history is still being read. */
static void
nothing_before_the_history_is_in(void **state)
{
	struct model *m = make_model(0);

	(void)state;
	tick_at(m, NOW - 1000);
	link_at(m, 0, LINK_UP, NOW - 1000);
	link_at(m, 1, LINK_UP, NOW - 1000);
	discover(m, 0);
	m->now_ms = NOW;
	mail(m, "postfix/out1", "mx1.a.example", LS_BOUNCED, 500, NOW - MIN);
	tick_to(m, NOW + 60 * S);
	assert_null(alert_at(m, RULE_BOUNCE, "out"));
	live_at(m, 0, m->now_ms);
	tick_to(m, m->now_ms + 10 * S);
	assert_non_null(alert_at(m, RULE_BOUNCE, "out"));
	model_free(m);
}

static void
deferrals_of_a_provider(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	mail(m, "postfix/out1", "mx1.a.example", LS_SENT, 50, NOW - MIN);
	mail(m, "postfix/out1", "mx1.a.example", LS_DEFERRED, 40, NOW - MIN);
	mail(m, "postfix/out2", "mx1.a.example", LS_DEFERRED, 10, NOW - MIN);
	mail(m, "postfix/out2", "mx1.b.example", LS_DEFERRED, 49, NOW - MIN);
	mail(m, "postfix/out2", "mx1.c.example", LS_DEFERRED, 39, NOW - MIN);
	mail(m, "postfix/out2", "mx1.c.example", LS_SENT, 61, NOW - MIN);
	tick_to(m, NOW + 130 * S);
	assert_int_equal(m->alerts.n, 1);
	a = alert_at(m, RULE_DEFERRAL, "a.example");
	assert_non_null(a);
	assert_int_equal(a->value, 500);
	assert_int_equal(a->members, 2);
	assert_int_equal(a->base, 100);
	assert_string_equal(a->first, "192.0.2.1");
	assert_int_equal(a->severity, SEV_WARN);
	assert_true(alert_is_open(a));
	model_free(m);
}

/* Most providers at once: that is one trouble, and ours. */
static void
deferrals_of_most(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	for (int i = 0; i < 5; i++) {
		char mx[32];

		(void)snprintf(mx, sizeof mx, "mx1.p%d.example", i);
		mail(m, "postfix/out1", mx, i < 3 ? LS_DEFERRED : LS_SENT, 60,
		    NOW - MIN);
	}
	tick_to(m, NOW + 130 * S);
	assert_int_equal(m->alerts.n, 1);
	a = alert_at(m, RULE_DEFERRAL, "*");
	assert_non_null(a);
	assert_int_equal(a->kind, CAUSE_PROVIDERS);
	assert_int_equal(a->members, 3);
	assert_int_equal(a->severity, SEV_CRIT);
	assert_int_equal(m->alerts.rings, 1);
	model_free(m);
}

/* A throttle names the cause better. */
static void
deferrals_that_are_a_throttle(void **state)
{
	struct model *m = alert_model();
	struct throttle t = {.state = THROTTLE_THROTTLED,
	    .start_ms = NOW - MIN,
	    .refusals = 60,
	    .peak_milli = 1000};

	(void)state;
	mail(m, "postfix/out1", "mx1.a.example", LS_DEFERRED, 60, NOW - MIN);
	assert_int_equal(m->n_cells, 1);
	m->cells[0].throttle = &t;
	tick_to(m, NOW + 130 * S);
	m->cells[0].throttle = NULL;
	assert_int_equal(m->alerts.n, 1);
	assert_non_null(alert_at(m, RULE_THROTTLE, "a.example"));
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bounces_of_one_address),
	    cmocka_unit_test(bounces_of_a_pool),
	    cmocka_unit_test(bounces_that_are_too_few),
	    cmocka_unit_test(history_does_not_ring),
	    cmocka_unit_test(nothing_before_the_history_is_in),
	    cmocka_unit_test(deferrals_of_a_provider),
	    cmocka_unit_test(deferrals_of_most),
	    cmocka_unit_test(deferrals_that_are_a_throttle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
