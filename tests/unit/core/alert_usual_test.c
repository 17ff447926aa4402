/* alert_usual_test.c - the deferred queue and the sent rate against their own
 * usual figures: growth, falls, nights, gaps. */
#include "tests/unit/core/alert_help.h"

enum { S = 1000, MIN = 60000 };

static void
queue_grows(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	counts_at(m, 0, NOW, 0, 400);
	tick_to(m, NOW + 20 * MIN);
	counts_at(m, 0, m->now_ms, 0, 899);
	tick_to(m, m->now_ms + 3 * MIN);
	assert_null(alert_at(m, RULE_QUEUE_GROWTH, "mta1"));
	counts_at(m, 0, m->now_ms, 0, 900);
	tick_to(m, m->now_ms + 130 * S);
	a = alert_at(m, RULE_QUEUE_GROWTH, "mta1");
	assert_non_null(a);
	assert_true(alert_is_open(a));
	assert_int_equal(a->value, 900);
	assert_int_equal(a->threshold, 900);
	assert_int_equal(a->base, 400);
	assert_int_equal(a->severity, SEV_WARN);
	counts_at(m, 0, m->now_ms, 0, 2700);
	tick_to(m, m->now_ms + 10 * S);
	assert_int_equal(
	    alert_at(m, RULE_QUEUE_GROWTH, "mta1")->severity, SEV_CRIT);
	assert_int_equal(m->alerts.rings, 2);
	/* Down again: it closes. */
	counts_at(m, 0, m->now_ms, 0, 400);
	tick_to(m, m->now_ms + 4 * MIN);
	assert_false(alert_is_open(alert_at(m, RULE_QUEUE_GROWTH, "mta1")));
	model_free(m);
}

/* A large queue that stays is usual; nothing is said of what is new to us. */
static void
queue_stays(void **state)
{
	struct model *m = alert_model();

	(void)state;
	counts_at(m, 0, NOW, 0, 90000);
	tick_to(m, NOW + 40 * MIN);
	assert_int_equal(m->alerts.n, 0);
	model_free(m);
}

/* An instance that is read again brings its mail, which is not new; nor is a
 * part of the queue held against all of it. */
static void
queue_of_several_instances(void **state)
{
	struct model *m = alert_model();
	struct discovery *d = calloc(1, sizeof *d);
	struct event found = {
	    .kind = EVT_DISCOVERY, .at_ms = NOW, .u.discovery = d};
	struct queue_counts part = {
	    .n = {0, 0, 5000, 0, 0}, .unread = INSTANCE_MAIN};
	struct event ev = {.kind = EVT_COUNTS, .u.counts = &part};

	(void)state;
	assert_non_null(d);
	d->n_further = 1;
	model_update(m, &found);
	counts_at(m, 0, NOW, 0, 90000);
	for (int i = 1; i <= 40; i++) {
		struct event tick = {.kind = EVT_TICK,
		    .host = HOST_NONE,
		    .at_ms = NOW + i * 30 * S};

		ev.at_ms = tick.at_ms;
		model_update(m, &ev);
		model_update(m, &tick);
	}
	counts_at(m, 0, m->now_ms, 0, 90000);
	tick_to(m, m->now_ms + 3 * MIN);
	assert_null(alert_at(m, RULE_QUEUE_GROWTH, "mta1"));
	free(d);
	model_free(m);
}

/* Two hours of mail, `n1` and `n2` every ten minutes, up to now. */
static struct model *
busy(int n1, int n2)
{
	struct model *m = make_model(0);

	tick_at(m, NOW - 1000);
	link_at(m, 0, LINK_UP, NOW - 1000);
	link_at(m, 1, LINK_UP, NOW - 1000);
	discover(m, 0);
	m->now_ms = NOW;
	for (int64_t at = NOW - 120 * MIN; at < NOW; at += 2 * MIN) {
		mail(m, "postfix/out1", "mx1.a.example", LS_SENT, n1 / 5, at);
		mail(m, "postfix/out2", "mx1.a.example", LS_SENT, n2 / 5, at);
	}
	live_at(m, 0, NOW);
	live_at(m, 1, NOW);
	return m;
}

/* A minute's tick, with mail as `n1` and `n2` in ten minutes say. */
static void
go_on(struct model *m, int minutes, int n1, int n2)
{
	for (int i = 0; i < minutes; i++) {
		tick_to(m, m->now_ms + MIN);
		mail(m, "postfix/out1", "mx1.a.example", LS_SENT, n1 / 10,
		    m->now_ms);
		mail(m, "postfix/out2", "mx1.a.example", LS_SENT, n2 / 10,
		    m->now_ms);
	}
}

static void
one_falls(void **state)
{
	struct model *m = busy(200, 200);
	const struct alert *a;

	(void)state;
	go_on(m, 5, 200, 200);
	assert_null(alert_at(m, RULE_SENT_FALLEN, "out"));
	go_on(m, 13, 0, 200);
	a = alert_at(m, RULE_SENT_FALLEN, "out");
	assert_non_null(a);
	assert_true(alert_is_open(a));
	assert_string_equal(a->first, "192.0.2.1");
	assert_int_equal(a->members, 1);
	assert_int_equal(a->base, 20);
	assert_int_equal(a->value, 0);
	assert_int_equal(a->severity, SEV_CRIT);
	/* Three hours on it was so more often than not, and is not usual. */
	go_on(m, 180, 0, 200);
	assert_true(alert_is_open(alert_at(m, RULE_SENT_FALLEN, "out")));
	go_on(m, 14, 200, 200);
	assert_false(alert_is_open(alert_at(m, RULE_SENT_FALLEN, "out")));
	model_free(m);
}

/* At night all send less, and no mail waits. */
static void
all_fall_and_nothing_waits(void **state)
{
	struct model *m = busy(200, 200);

	(void)state;
	go_on(m, 60, 0, 0);
	assert_null(alert_at(m, RULE_SENT_FALLEN, "out"));
	model_free(m);
}

static void
all_fall_and_mail_waits(void **state)
{
	struct model *m = busy(200, 200);
	const struct alert *a;

	(void)state;
	go_on(m, 5, 200, 200);
	counts_at(m, 0, m->now_ms, 500, 0);
	go_on(m, 13, 30, 30);
	a = alert_at(m, RULE_SENT_FALLEN, "out");
	assert_non_null(a);
	assert_int_equal(a->members, 2);
	assert_int_equal(a->severity, SEV_WARN);
	assert_int_equal(m->alerts.n, 1);
	model_free(m);
}

/* 5 a minute are enough to have a usual figure, 4 are not; and 20 minutes of
 * history are too short for one. */
static void
too_little_to_tell(void **state)
{
	struct model *m = busy(200, 40);

	(void)state;
	go_on(m, 20, 200, 0);
	assert_null(alert_at(m, RULE_SENT_FALLEN, "out"));
	model_free(m);
	m = alert_model();
	go_on(m, 30, 200, 200);
	go_on(m, 14, 0, 200);
	assert_null(alert_at(m, RULE_SENT_FALLEN, "out"));
	model_free(m);
}

/* Windows in which nobody watched are no windows of zero: of two hours the
 * first was not seen but for its first line. */
static void
gaps_are_not_zeros(void **state)
{
	struct event gap = {.kind = EVT_LOG_GAP, .host = 0, .at_ms = NOW};

	(void)state;
	for (int told = 0; told < 2; told++) {
		struct model *m = make_model(0);

		tick_at(m, NOW - 1000);
		link_at(m, 0, LINK_UP, NOW - 1000);
		link_at(m, 1, LINK_UP, NOW - 1000);
		discover(m, 0);
		m->now_ms = NOW - 55 * MIN;
		mail(m, "postfix/out1", "mx1.a.example", LS_SENT, 1,
		    NOW - 130 * MIN);
		gap.u.gap.since_ms = NOW - 130 * MIN;
		gap.at_ms = NOW - 61 * MIN;
		if (told > 0)
			model_update(m, &gap);
		m->now_ms = NOW;
		for (int64_t at = NOW - 60 * MIN; at < NOW; at += 2 * MIN) {
			mail(m, "postfix/out1", "mx1.a.example", LS_SENT, 40,
			    at);
			mail(m, "postfix/out2", "mx1.a.example", LS_SENT, 40,
			    at);
		}
		live_at(m, 0, NOW);
		live_at(m, 1, NOW);
		go_on(m, 13, 0, 200);
		assert_int_equal(
		    alert_at(m, RULE_SENT_FALLEN, "out") != NULL, told > 0);
		model_free(m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(queue_grows),
	    cmocka_unit_test(queue_stays),
	    cmocka_unit_test(queue_of_several_instances),
	    cmocka_unit_test(one_falls),
	    cmocka_unit_test(all_fall_and_nothing_waits),
	    cmocka_unit_test(all_fall_and_mail_waits),
	    cmocka_unit_test(too_little_to_tell),
	    cmocka_unit_test(gaps_are_not_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
