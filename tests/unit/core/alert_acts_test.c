/* alert_acts_test.c - an act in force that does not hold is said aloud: mail
 * that leaves all the same, values that somebody else changed. */
#include "tests/unit/core/state_help.h"

#define MS   "mx.ms.example"
#define FROM "a@s.example"

static struct lease
pause_of(const char *id, enum lease_state state)
{
	struct lease l = {.verb = VERB_PAUSE,
	    .of = {.on = ACT_ON_EGRESS, .egress = "192.0.2.1"},
	    .who = "ann",
	    .since_ms = NOW,
	    .state = state};

	str_copy(l.id, sizeof l.id, str_of(id));
	return l;
}

static void
tell(struct lab *lab, int64_t at_ms, const struct lease *v, size_t n)
{
	struct event ev = {
	    .kind = EVT_LEASES, .at_ms = at_ms, .u.leases = {v, n}};

	model_update(lab->m, &ev);
}

/* Seconds pass; so much leaves by the paused address in each of them. */
static void
pass(struct lab *lab, int64_t from_ms, int64_t to_ms, int sent)
{
	for (int64_t at = from_ms; at < to_ms; at += SEC) {
		for (int i = 0; i < sent; i++)
			lab_deliver(lab, at, 1, MS, FROM, NULL);
		lab_tick(lab, at + SEC);
	}
}

static const struct alert *
alert_of(const struct lab *lab, enum alert_rule rule)
{
	const struct alerts *a = &lab->m->alerts;

	for (uint32_t i = 0; i < a->n; i++)
		if (a->v[i].rule == rule && alert_is_open(&a->v[i]))
			return &a->v[i];
	return NULL;
}

static void
assert_says(const struct lab *lab, enum alert_rule rule, const char *want)
{
	const struct alert *a = alert_of(lab, rule);
	struct buf text;

	assert_non_null(a);
	buf_init(&text, 4096);
	assert_int_equal(alert_text(lab->m, a, &text), ERR_OK);
	if (strstr(buf_cstr(&text), want) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", buf_cstr(&text), want);
	buf_done(&text);
}

static void
mail_through_a_pause(void **state)
{
	struct lease l = pause_of("a1", LEASE_IN_FORCE);
	struct lab lab;

	(void)state;
	lab_open(&lab, 0);
	lab_live(&lab, NOW - MIN);
	tell(&lab, NOW, &l, 1);
	/* What was in flight is no leak. */
	pass(&lab, NOW, NOW + 20 * SEC, 1);
	pass(&lab, NOW + 20 * SEC, NOW + 2 * MIN, 0);
	assert_null(alert_of(&lab, RULE_LEAK));
	pass(&lab, NOW + 2 * MIN, NOW + 2 * MIN + 20 * SEC, 1);
	assert_non_null(alert_of(&lab, RULE_LEAK));
	assert_int_equal(alert_of(&lab, RULE_LEAK)->severity, SEV_CRIT);
	assert_says(
	    &lab, RULE_LEAK, "messages left through \"pause 192.0.2.1\"");
	/* The act is ended: so is the alert. */
	tell(&lab, lab.m->now_ms, &l, 0);
	pass(&lab, lab.m->now_ms, lab.m->now_ms + 5 * MIN, 0);
	assert_null(alert_of(&lab, RULE_LEAK));
	lab_close(&lab);
}

static void
values_of_others(void **state)
{
	struct lease v[2] = {
	    pause_of("a1", LEASE_UNDONE), pause_of("a2", LEASE_IN_FORCE)};
	struct lab lab;
	uint32_t rings;

	(void)state;
	lab_open(&lab, 0);
	tell(&lab, NOW, v, 2);
	pass(&lab, NOW, NOW + 30 * SEC, 0);
	/* One that is just being ended looks so for a moment. */
	assert_null(alert_of(&lab, RULE_LEASE));
	pass(&lab, NOW + 30 * SEC, NOW + 90 * SEC, 0);
	assert_non_null(alert_of(&lab, RULE_LEASE));
	assert_int_equal(alert_of(&lab, RULE_LEASE)->severity, SEV_WARN);
	assert_says(&lab, RULE_LEASE,
	    "mta1: somebody else changed what \"pause 192.0.2.1\" set");
	rings = lab.m->alerts.rings;
	/* The host cannot take it back: worse, so it rings again. */
	v[1].state = LEASE_STUCK;
	v[1].verb = VERB_INTERVAL;
	tell(&lab, lab.m->now_ms, v, 2);
	pass(&lab, lab.m->now_ms, lab.m->now_ms + 5 * SEC, 0);
	assert_int_equal(alert_of(&lab, RULE_LEASE)->severity, SEV_CRIT);
	assert_says(&lab, RULE_LEASE,
	    "mta1 could not take \"interval 192.0.2.1\" back: the values are "
	    "others', and 1 more");
	assert_int_equal(lab.m->alerts.rings, rings + 1);
	lab_close(&lab);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mail_through_a_pause),
	    cmocka_unit_test(values_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
