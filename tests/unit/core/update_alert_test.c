/* update_alert_test.c - how alerts come, get worse, are acknowledged, muted,
 * close and come back. The cause is a host that goes, or conditions said to
 * the keeper of alerts directly. */
#include "tests/unit/core/alert_help.h"

#include "core/alert_int.h"

enum { S = 1000, MIN = 60000 };

static void
pending_open_closed(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	assert_int_equal(m->alerts.n, 0);
	link_at(m, 0, LINK_WAITING, NOW);
	tick_to(m, NOW + 59 * S);
	a = alert_at(m, RULE_HOST_DOWN, "mta1");
	assert_non_null(a);
	assert_int_equal(alert_state_of(a, m->now_ms), ALERT_PENDING);
	assert_false(alert_is_open(a));
	assert_int_equal(m->alerts.rings, 0);
	assert_int_equal(m->alerts.open[SEV_CRIT], 0);
	tick_to(m, NOW + 60 * S);
	a = alert_at(m, RULE_HOST_DOWN, "mta1");
	assert_int_equal(alert_state_of(a, m->now_ms), ALERT_NEW);
	assert_true(alert_is_open(a));
	assert_int_equal(a->since_ms, NOW);
	assert_int_equal(a->opened_ms, NOW + 60 * S);
	assert_int_equal(m->alerts.rings, 1);
	assert_int_equal(m->alerts.open[SEV_CRIT], 1);
	/* As long as it holds, it does not ring again. */
	tick_to(m, NOW + 30 * MIN);
	assert_int_equal(m->alerts.rings, 1);
	link_at(m, 0, LINK_UP, NOW + 30 * MIN);
	tick_to(m, NOW + 33 * MIN);
	a = alert_at(m, RULE_HOST_DOWN, "mta1");
	assert_true(alert_is_open(a));
	assert_int_equal(a->quiet_ms, NOW + 30 * MIN + S);
	tick_to(m, NOW + 33 * MIN + 2 * S);
	a = alert_at(m, RULE_HOST_DOWN, "mta1");
	assert_int_equal(alert_state_of(a, m->now_ms), ALERT_CLOSED);
	assert_int_equal(m->alerts.open[SEV_CRIT], 0);
	/* A shift later it is history. */
	tick_at(m, m->now_ms + ALERT_KEEP_MS + S);
	assert_int_equal(m->alerts.n, 0);
	model_free(m);
}

static void
what_never_held_long_enough_leaves_nothing(void **state)
{
	struct model *m = alert_model();

	(void)state;
	link_at(m, 0, LINK_WAITING, NOW);
	tick_to(m, NOW + 50 * S);
	assert_int_equal(m->alerts.n, 1);
	link_at(m, 0, LINK_UP, NOW + 50 * S);
	tick_to(m, NOW + 52 * S);
	assert_int_equal(m->alerts.n, 0);
	assert_int_equal(m->alerts.rings, 0);
	model_free(m);
}

/* Down for two minutes, up for two, ten times; then once more much later. */
static void
flapping_rings_once(void **state)
{
	struct model *m = alert_model();
	uint32_t id;

	(void)state;
	for (int i = 0; i < 10; i++) {
		link_at(m, 0, LINK_WAITING, m->now_ms);
		tick_to(m, m->now_ms + 2 * MIN);
		link_at(m, 0, LINK_UP, m->now_ms);
		tick_to(m, m->now_ms + 2 * MIN);
	}
	assert_int_equal(m->alerts.n, 1);
	assert_int_equal(m->alerts.rings, 1);
	id = m->alerts.v[0].id;
	/* Closed, and back a few minutes later: the same one. */
	tick_to(m, m->now_ms + 5 * MIN);
	assert_int_not_equal(m->alerts.v[0].closed_ms, 0);
	link_at(m, 0, LINK_WAITING, m->now_ms);
	tick_to(m, m->now_ms + 2 * MIN);
	assert_int_equal(m->alerts.n, 1);
	assert_int_equal(m->alerts.v[0].id, id);
	assert_int_equal(m->alerts.v[0].times, 2);
	assert_int_equal(m->alerts.rings, 1);
	link_at(m, 0, LINK_UP, m->now_ms);
	tick_to(m, m->now_ms + 20 * MIN);
	link_at(m, 0, LINK_WAITING, m->now_ms);
	tick_to(m, m->now_ms + 2 * MIN);
	assert_int_equal(m->alerts.n, 2);
	assert_int_equal(m->alerts.rings, 2);
	model_free(m);
}

/* ---- conditions said directly ---- */

static void
holds(struct model *m, const char *cause, enum severity s, uint32_t members)
{
	struct condition c = {.severity = s,
	    .kind = CAUSE_LIST,
	    .cause = str_of(cause),
	    .first = STR_LIT("192.0.2.1"),
	    .host = HOST_NONE,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE,
	    .members = members};

	alert_holds(m, RULE_LISTING, &c);
}

static void
worse_rings_again(void **state)
{
	struct model *m = alert_model();
	struct alert *a;

	(void)state;
	holds(m, "big", SEV_WARN, 1);
	a = &m->alerts.v[0];
	assert_int_equal(m->alerts.rings, 1);
	/* More members, but so soon that it is still the same blow. */
	m->now_ms = NOW + 30 * S;
	holds(m, "big", SEV_WARN, 137);
	assert_int_equal(m->alerts.rings, 1);
	m->now_ms = NOW + 61 * S;
	holds(m, "big", SEV_WARN, 137);
	assert_int_equal(m->alerts.rings, 2);
	assert_int_equal(a->peak, 137);
	m->now_ms = NOW + 10 * MIN;
	holds(m, "big", SEV_WARN, 273);
	assert_int_equal(m->alerts.rings, 2);
	holds(m, "big", SEV_WARN, 274);
	assert_int_equal(m->alerts.rings, 3);
	/* Graver: at once. Less grave and back: not again. */
	holds(m, "big", SEV_CRIT, 274);
	assert_int_equal(m->alerts.rings, 4);
	holds(m, "big", SEV_WARN, 274);
	holds(m, "big", SEV_CRIT, 274);
	assert_int_equal(m->alerts.rings, 4);
	assert_int_equal(m->alerts.n, 1);
	model_free(m);
}

static void
acknowledged_until_worse(void **state)
{
	struct model *m = alert_model();
	struct alert *a;

	(void)state;
	holds(m, "big", SEV_WARN, 10);
	a = &m->alerts.v[0];
	say(m, EVT_ALERT_ACK, a->id, 0);
	assert_int_equal(alert_state_of(a, m->now_ms), ALERT_ACKED);
	assert_int_equal(m->alerts.open[SEV_WARN], 0);
	m->now_ms += 10 * MIN;
	holds(m, "big", SEV_WARN, 19);
	assert_int_equal(alert_state_of(a, m->now_ms), ALERT_ACKED);
	assert_int_equal(m->alerts.rings, 1);
	holds(m, "big", SEV_WARN, 20);
	assert_int_equal(alert_state_of(a, m->now_ms), ALERT_NEW);
	assert_int_equal(m->alerts.rings, 2);
	/* Acknowledged when there were fewer: doubled since then counts. */
	holds(m, "big", SEV_WARN, 5);
	say(m, EVT_ALERT_ACK, a->id, 0);
	m->now_ms += 2 * MIN;
	holds(m, "big", SEV_WARN, 10);
	assert_int_equal(m->alerts.rings, 3);
	/* One that nobody knows, and one that is only pending. */
	say(m, EVT_ALERT_ACK, 4711, 0);
	model_free(m);
}

static void
muted_for_a_time(void **state)
{
	struct model *m = alert_model();
	const struct alert *a;

	(void)state;
	link_at(m, 0, LINK_WAITING, NOW);
	tick_to(m, NOW + 2 * MIN);
	a = alert_at(m, RULE_HOST_DOWN, "mta1");
	assert_int_equal(m->alerts.rings, 1);
	say(m, EVT_ALERT_MUTE, a->id, NOW + 32 * MIN);
	assert_int_equal(alert_state_of(a, m->now_ms), ALERT_MUTED);
	assert_int_equal(m->alerts.open[SEV_CRIT], 0);
	tick_to(m, NOW + 31 * MIN);
	assert_int_equal(m->alerts.rings, 1);
	/* The time is over and it still holds: it is told once more. */
	tick_to(m, NOW + 33 * MIN);
	assert_int_equal(m->alerts.rings, 2);
	assert_int_equal(m->alerts.open[SEV_CRIT], 1);
	/* Muted while it is gone and back: still the same, and still mute. */
	say(m, EVT_ALERT_MUTE, a->id, m->now_ms + 120 * MIN);
	link_at(m, 0, LINK_UP, m->now_ms);
	tick_to(m, m->now_ms + 60 * MIN);
	assert_int_not_equal(m->alerts.v[0].closed_ms, 0);
	link_at(m, 0, LINK_WAITING, m->now_ms);
	tick_to(m, m->now_ms + 5 * MIN);
	assert_int_equal(m->alerts.n, 1);
	assert_int_equal(m->alerts.rings, 2);
	/* No longer muted: counted, and as it has rung, not rung. */
	say(m, EVT_ALERT_MUTE, a->id, 0);
	assert_int_equal(m->alerts.open[SEV_CRIT], 1);
	tick_to(m, m->now_ms + 5 * S);
	assert_int_equal(m->alerts.rings, 2);
	model_free(m);
}

static void
worse_while_muted_waits(void **state)
{
	struct model *m = alert_model();
	struct alert *a;

	(void)state;
	holds(m, "big", SEV_WARN, 1);
	a = &m->alerts.v[0];
	say(m, EVT_ALERT_MUTE, a->id, NOW + 30 * MIN);
	m->now_ms = NOW + 10 * MIN;
	holds(m, "big", SEV_CRIT, 137);
	assert_int_equal(m->alerts.rings, 1);
	say(m, EVT_ALERT_MUTE, a->id, 0);
	holds(m, "big", SEV_CRIT, 137);
	assert_int_equal(m->alerts.rings, 2);
	model_free(m);
}

static void
notes_never_ring(void **state)
{
	struct model *m = alert_model();

	(void)state;
	holds(m, "low", SEV_INFO, 1);
	m->now_ms += 10 * MIN;
	holds(m, "low", SEV_INFO, 100);
	assert_int_equal(m->alerts.rings, 0);
	holds(m, "low", SEV_WARN, 100);
	assert_int_equal(m->alerts.rings, 1);
	model_free(m);
}

/* What cannot be judged neither closes nor goes. */
static void
kept_while_blind(void **state)
{
	struct model *m = alert_model();
	struct condition c = {.severity = SEV_WARN,
	    .kind = CAUSE_HOST,
	    .cause = STR_LIT("mta1"),
	    .host = 0,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE,
	    .members = 1,
	    .since_ms = NOW - 10 * MIN};

	(void)state;
	alert_holds(m, RULE_BOUNCE, &c);
	link_at(m, 0, LINK_WAITING, NOW);
	tick_to(m, NOW + 20 * MIN);
	assert_true(alert_is_open(alert_at(m, RULE_BOUNCE, "mta1")));
	assert_int_equal(alert_at(m, RULE_BOUNCE, "mta1")->quiet_ms, 0);
	link_at(m, 0, LINK_UP, m->now_ms);
	tick_to(m, m->now_ms + 4 * MIN);
	assert_false(alert_is_open(alert_at(m, RULE_BOUNCE, "mta1")));
	model_free(m);
}

static void
bounded(void **state)
{
	struct model *m = alert_model();
	char cause[32];

	(void)state;
	for (int i = 0; i < ALERTS_MAX + 10; i++) {
		(void)snprintf(cause, sizeof cause, "list%d", i);
		holds(m, cause, SEV_WARN, 1);
	}
	assert_int_equal(m->alerts.n, ALERTS_MAX);
	assert_int_equal(m->alerts.beyond, 10);
	/* Closed ones make room, oldest first. */
	m->alerts.v[7].closed_ms = NOW - 30 * MIN;
	m->alerts.v[3].closed_ms = NOW - 20 * MIN;
	holds(m, "one more", SEV_WARN, 1);
	assert_int_equal(m->alerts.n, ALERTS_MAX);
	assert_null(alert_at(m, RULE_LISTING, "list7"));
	assert_non_null(alert_at(m, RULE_LISTING, "list3"));
	assert_non_null(alert_at(m, RULE_LISTING, "one more"));
	assert_int_equal(m->alerts.v[ALERTS_MAX - 1].id, ALERTS_MAX + 1);
	model_free(m);
}

/* The same events give the same alerts, and no more than once a second. */
static void
once_a_second(void **state)
{
	struct model *m = alert_model();
	int64_t at_ms;

	(void)state;
	at_ms = m->alerts.evaluated_ms;
	tick_at(m, NOW + 300);
	tick_at(m, NOW + 800);
	assert_int_equal(m->alerts.evaluated_ms, at_ms);
	tick_at(m, NOW + 990);
	assert_int_equal(m->alerts.evaluated_ms, NOW + 990);
	/* A clock that was set back. */
	tick_at(m, NOW - MIN);
	assert_int_equal(m->alerts.evaluated_ms, NOW - MIN);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pending_open_closed),
	    cmocka_unit_test(what_never_held_long_enough_leaves_nothing),
	    cmocka_unit_test(flapping_rings_once),
	    cmocka_unit_test(worse_rings_again),
	    cmocka_unit_test(acknowledged_until_worse),
	    cmocka_unit_test(muted_for_a_time),
	    cmocka_unit_test(worse_while_muted_waits),
	    cmocka_unit_test(notes_never_ring),
	    cmocka_unit_test(kept_while_blind),
	    cmocka_unit_test(bounded),
	    cmocka_unit_test(once_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
