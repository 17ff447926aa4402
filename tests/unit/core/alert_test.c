/* alert_test.c - the table of rules, words, defaults; the evaluation that one
 * reading makes. */
#include "tests/unit/core/alert_help.h"

#include "core/alert_int.h"

enum { S = 1000, MIN = 60000 };

static void
every_rule_has_its_row(void **state)
{
	(void)state;
	for (unsigned r = 0; r < RULE_N; r++) {
		const struct alert_rule_row *row = &alert_rule_rows[r];

		assert_non_null(row->evaluate);
		assert_true(row->every > 0);
		assert_true(alert_rule_name((enum alert_rule)r)[0] != '\0');
		assert_true(alert_rule_title((enum alert_rule)r)[0] != '\0');
		for (unsigned k = 0; k < r; k++)
			assert_string_not_equal(
			    alert_rule_name((enum alert_rule)r),
			    alert_rule_name((enum alert_rule)k));
	}
	assert_string_equal(alert_rule_name(RULE_LISTING), "listing");
	assert_string_equal(severity_name(SEV_CRIT), "critical");
	assert_string_equal(alert_cause_name(CAUSE_POOL), "pool");
	assert_string_equal(alert_state_name(ALERT_ACKED), "acknowledged");
}

static void
states(void **state)
{
	struct alert a = {.since_ms = 1};

	(void)state;
	assert_int_equal(alert_state_of(&a, 1000), ALERT_PENDING);
	a.opened_ms = 2;
	assert_int_equal(alert_state_of(&a, 1000), ALERT_NEW);
	a.ack_ms = 3;
	assert_int_equal(alert_state_of(&a, 1000), ALERT_ACKED);
	a.muted_until_ms = 1001;
	assert_int_equal(alert_state_of(&a, 1000), ALERT_MUTED);
	assert_int_equal(alert_state_of(&a, 1001), ALERT_ACKED);
	a.closed_ms = 4;
	assert_int_equal(alert_state_of(&a, 1000), ALERT_CLOSED);
}

static void
summary(void **state)
{
	struct alerts a = {.open = {9, 0, 0}};
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	assert_int_equal(alerts_summary(&a, &b), SEV_INFO);
	assert_string_equal(buf_cstr(&b), "");
	a.open[SEV_WARN] = 3;
	assert_int_equal(alerts_summary(&a, &b), SEV_WARN);
	assert_string_equal(buf_cstr(&b), "3!");
	buf_reset(&b);
	a.open[SEV_CRIT] = 2;
	assert_int_equal(alerts_summary(&a, &b), SEV_CRIT);
	assert_string_equal(buf_cstr(&b), "2!!");
	buf_done(&b);
}

static void
values(void **state)
{
	static const struct {
		enum alert_rule rule;
		int64_t value;
		const char *want;
	} rows[] = {
	    {RULE_LISTING, IMPACT_HIGH, "high"},
	    {RULE_BOUNCE, 47, "4.7 %"},
	    {RULE_BOUNCE, 126, "13 %"},
	    {RULE_QUEUE_GROWTH, 12345, "12k"},
	    {RULE_HOST_DOWN, 95000, "1m35s"},
	    {RULE_SENT_FALLEN, 4, "4/min"},
	};
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct alert a = {.rule = rows[i].rule};

		buf_reset(&b);
		alert_value_text(&a, rows[i].value, &b);
		assert_string_equal(buf_cstr(&b), rows[i].want);
	}
	buf_done(&b);
}

/* One reading: every rule at once, and no wait for those that need one. */
static void
one_reading(void **state)
{
	struct model *m = alert_model();

	(void)state;
	m->alerts.rules.for_ms = 0;
	mail(m, "postfix/out1", "mx1.a.example", LS_DEFERRED, 60, NOW);
	mail(m, "postfix/out1", "mx1.b.example", LS_BOUNCED, 60, NOW);
	link_at(m, 1, LINK_FAILED, NOW);
	alerts_evaluate(m);
	assert_true(alert_is_open(alert_at(m, RULE_DEFERRAL, "a.example")));
	assert_true(alert_is_open(alert_at(m, RULE_BOUNCE, "out")));
	assert_int_equal(
	    alert_state_of(alert_at(m, RULE_HOST_DOWN, "mta2"), m->now_ms),
	    ALERT_PENDING);
	assert_int_equal(m->alerts.n, 3);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_rule_has_its_row),
	    cmocka_unit_test(states),
	    cmocka_unit_test(summary),
	    cmocka_unit_test(values),
	    cmocka_unit_test(one_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
