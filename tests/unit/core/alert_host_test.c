/* alert_host_test.c - hosts that are down, one or most of them; figures that
 * are old; mail that waits; deliveries the log does not tell apart. */
#include "tests/unit/core/alert_help.h"

enum { S = 1000, MIN = 60000, FLEET = 5 };

static struct model *
fleet(void)
{
	static const char *const names[] = {"a", "b", "c", "d", "e"};
	struct model_opts o = {.host_names = names, .n_hosts = FLEET};
	struct model *m = model_new(&o);

	assert_non_null(m);
	tick_at(m, NOW - S);
	for (host_id h = 0; h < FLEET; h++) {
		link_at(m, h, LINK_UP, NOW - S);
		live_at(m, h, NOW - S);
	}
	tick_at(m, NOW);
	return m;
}

/* One by one: each is told. Then the network goes: told once more. */
static void
most_hosts_down(void **state)
{
	struct model *m = fleet();
	const struct alert *a;

	(void)state;
	link_at(m, 0, LINK_WAITING, NOW);
	tick_to(m, NOW + 2 * MIN);
	assert_int_equal(m->alerts.rings, 1);
	for (host_id h = 1; h < FLEET; h++)
		link_at(m, h, LINK_WAITING, m->now_ms);
	tick_to(m, m->now_ms + 2 * MIN);
	assert_int_equal(m->alerts.n, 2);
	a = alert_at(m, RULE_HOST_DOWN, "*");
	assert_non_null(a);
	assert_int_equal(a->kind, CAUSE_HOSTS);
	assert_int_equal(a->members, FLEET);
	assert_true(alert_is_open(alert_at(m, RULE_HOST_DOWN, "a")));
	assert_int_equal(m->alerts.rings, 2);
	model_free(m);
}

/* All go at once, as one after the other is noticed: told once. */
static void
most_hosts_at_once(void **state)
{
	struct model *m = fleet();

	(void)state;
	for (host_id h = 0; h < FLEET; h++) {
		link_at(m, h, LINK_WAITING, m->now_ms);
		tick_to(m, m->now_ms + 5 * S);
	}
	tick_to(m, m->now_ms + 2 * MIN);
	assert_int_equal(m->alerts.rings, 1);
	assert_int_equal(m->alerts.n, 1);
	assert_int_equal(alert_at(m, RULE_HOST_DOWN, "*")->members, FLEET);
	model_free(m);
}

/* A start: hosts on their way are not down, those refused are, after a time;
 * one that tries again and again was never up in between. */
static void
never_up(void **state)
{
	struct model *m = make_model(0);

	(void)state;
	tick_at(m, NOW);
	link_at(m, 0, LINK_CONNECTING, NOW);
	link_at(m, 1, LINK_CONNECTING, NOW);
	tick_to(m, NOW + 20 * S);
	assert_int_equal(m->alerts.n, 0);
	link_at(m, 0, LINK_UP, m->now_ms);
	live_at(m, 0, m->now_ms);
	for (int i = 0; i < 5; i++) {
		link_at(m, 1, LINK_WAITING, m->now_ms);
		tick_to(m, m->now_ms + 8 * S);
		link_at(m, 1, LINK_CONNECTING, m->now_ms);
		tick_to(m, m->now_ms + 2 * S);
	}
	assert_true(alert_is_open(alert_at(m, RULE_HOST_DOWN, "mta2")));
	assert_int_equal(m->alerts.n, 1);
	model_free(m);
}

static void
tick_only(struct model *m, int64_t at_ms)
{
	struct event ev = {.kind = EVT_TICK, .host = HOST_NONE, .at_ms = at_ms};

	model_update(m, &ev);
}

static void
counts_that_stop(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	for (int i = 1; i <= 119; i++)
		tick_only(m, NOW + i * S);
	assert_null(alert_at(m, RULE_STALE, "mta1"));
	for (int i = 120; i <= 125; i++)
		tick_only(m, NOW + i * S);
	a = alert_at(m, RULE_STALE, "mta1");
	assert_non_null(a);
	assert_true(alert_is_open(a));
	assert_string_equal(a->first, "counts");
	assert_int_equal(a->since_ms, NOW);
	model_free(m);
}

/* A line every ten seconds, then none: amiss. One line in five minutes, and
 * then none for ten: a quiet night. */
static void
log_that_stops(void **state)
{
	struct model *m = alert_model();

	(void)state;
	for (int i = 0; i < 360; i++) {
		tick_to(m, m->now_ms + 10 * S);
		mail(m, "postfix/out1", "mx1.a.example", LS_SENT, 1, m->now_ms);
	}
	assert_null(alert_at(m, RULE_STALE, "mta1"));
	tick_to(m, m->now_ms + 190 * S);
	assert_null(alert_at(m, RULE_STALE, "mta1"));
	tick_to(m, m->now_ms + 30 * S);
	assert_non_null(alert_at(m, RULE_STALE, "mta1"));
	assert_string_equal(alert_at(m, RULE_STALE, "mta1")->first, "log");
	model_free(m);
	m = alert_model();
	for (int i = 0; i < 12; i++) {
		tick_to(m, m->now_ms + 5 * MIN);
		mail(m, "postfix/out1", "mx1.a.example", LS_SENT, 1, m->now_ms);
	}
	tick_to(m, m->now_ms + 10 * MIN);
	assert_null(alert_at(m, RULE_STALE, "mta1"));
	model_free(m);
}

static void
queue_that_cannot_be_read(void **state)
{
	struct model *m = alert_model();
	struct event ev = {.kind = EVT_QUEUE_FAIL, .host = 0, .at_ms = NOW};

	(void)state;
	ev.u.queue_fail.err = ERR_TIMEOUT;
	ev.u.queue_fail.text = "timed out";
	model_update(m, &ev);
	tick_to(m, NOW + 110 * S);
	assert_null(alert_at(m, RULE_STALE, "mta1"));
	tick_to(m, NOW + 125 * S);
	assert_string_equal(alert_at(m, RULE_STALE, "mta1")->first, "queue");
	model_free(m);
}

static void
mail_leaves_late(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	for (int i = 0; i < 30; i++)
		hist_add(&m->hosts[0].delays.all, NOW, i < 10 ? 1000 : 1800000);
	tick_to(m, NOW + 130 * S);
	a = alert_at(m, RULE_QUEUE_AGE, "mta1");
	assert_non_null(a);
	assert_true(alert_is_open(a));
	assert_string_equal(a->first, "sent");
	assert_true(a->value >= 1800000);
	assert_int_equal(a->base, 30);
	model_free(m);
	/* Less than half of it waited. */
	m = alert_model();
	for (int i = 0; i < 30; i++)
		hist_add(&m->hosts[0].delays.all, NOW, i < 20 ? 1000 : 1800000);
	tick_to(m, NOW + 130 * S);
	assert_null(alert_at(m, RULE_QUEUE_AGE, "mta1"));
	model_free(m);
}

static void
queue_of(struct model *m, enum queue_name where, int n)
{
	struct queue_snap *q = queue_new(100);
	struct event ev = {
	    .kind = EVT_QUEUE, .host = 0, .at_ms = m->now_ms, .u.queue = q};

	assert_non_null(q);
	for (int i = 0; i < n; i++) {
		char qid[16];
		struct queue_item it = {.queue = where,
		    .arrival_ms = m->now_ms - 20 * MIN,
		    .size_bytes = 100};

		(void)snprintf(qid, sizeof qid, "4b%d", i);
		it.qid = str_of(qid);
		assert_int_equal(queue_add(q, &it, m->now_ms, NULL), ERR_OK);
	}
	queue_finish(q, m->now_ms, 10);
	model_update(m, &ev);
}

static void
mail_nobody_fetches(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	queue_of(m, Q_MAILDROP, 5);
	tick_to(m, NOW + 130 * S);
	a = alert_at(m, RULE_QUEUE_AGE, "mta1");
	assert_non_null(a);
	assert_string_equal(a->first, "incoming");
	assert_int_equal(a->base, 5);
	assert_int_equal(a->value, 20 * MIN);
	model_free(m);
	/* In the deferred queue that is what it is for. */
	m = alert_model();
	queue_of(m, Q_DEFERRED, 50);
	tick_to(m, NOW + 130 * S);
	assert_null(alert_at(m, RULE_QUEUE_AGE, "mta1"));
	model_free(m);
}

static void
not_attributable(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	mail(m, "postfix/out1", "mx1.a.example", LS_SENT, 60, NOW);
	mail(m, "postfix/odd", "mx1.a.example", LS_SENT, 40, NOW);
	tick_to(m, NOW + 130 * S);
	a = alert_at(m, RULE_UNATTRIBUTABLE, "mta1");
	assert_non_null(a);
	assert_int_equal(a->severity, SEV_INFO);
	assert_int_equal(a->value, 400);
	assert_true(m->egress[a->egress].rest);
	assert_int_equal(m->alerts.rings, 0);
	model_free(m);
	m = alert_model();
	mail(m, "postfix/out1", "mx1.a.example", LS_SENT, 300, NOW);
	mail(m, "postfix/odd", "mx1.a.example", LS_SENT, 30, NOW);
	tick_to(m, NOW + 130 * S);
	assert_null(alert_at(m, RULE_UNATTRIBUTABLE, "mta1"));
	model_free(m);
}

static void
disk_at(struct model *m, int64_t avail, int64_t inodes_free)
{
	struct vitals v = {.spool_avail_bytes = avail,
	    .spool_total_bytes = INT64_C(1) << 30,
	    .spool_inodes_free = inodes_free,
	    .spool_inodes = 100000};
	struct event ev = {
	    .kind = EVT_VITALS, .at_ms = m->now_ms, .u.vitals = &v};

	model_update(m, &ev);
	tick_to(m, m->now_ms + S);
}

/* At once, since mail is refused at once; gone with the next good reading, but
 * not because there was no reading. */
static void
full_disk(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	disk_at(m, INT64_C(500) << 20, 50000);
	assert_int_equal(m->alerts.n, 0);
	disk_at(m, 1 << 20, 50000);
	a = alert_at(m, RULE_SPOOL, "mta1");
	assert_non_null(a);
	assert_true(alert_is_open(a));
	assert_int_equal(a->severity, SEV_WARN);
	assert_int_equal(a->value, 1 << 20);
	assert_null(alert_at(m, RULE_INODES, "mta1"));
	disk_at(m, 0, 7);
	assert_int_equal(alert_at(m, RULE_SPOOL, "mta1")->severity, SEV_CRIT);
	assert_int_equal(alert_at(m, RULE_INODES, "mta1")->severity, SEV_CRIT);
	assert_null(alert_at(m, RULE_SPOOL, "mta2"));
	disk_at(m, INT64_C(500) << 20, 50000);
	tick_to(m, m->now_ms + m->alerts.rules.clear_ms + 2 * S);
	assert_false(alert_is_open(alert_at(m, RULE_SPOOL, "mta1")));
	assert_false(alert_is_open(alert_at(m, RULE_INODES, "mta1")));
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(most_hosts_down),
	    cmocka_unit_test(most_hosts_at_once),
	    cmocka_unit_test(never_up),
	    cmocka_unit_test(counts_that_stop),
	    cmocka_unit_test(log_that_stops),
	    cmocka_unit_test(queue_that_cannot_be_read),
	    cmocka_unit_test(mail_leaves_late),
	    cmocka_unit_test(mail_nobody_fetches),
	    cmocka_unit_test(not_attributable),
	    cmocka_unit_test(full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
