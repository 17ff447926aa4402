/* update_throttle_test.c - which deliveries make throttles, and what time it is
 * for them: of the log while history is read, ours after it. */
#include "core/model_index.h"

#include "tests/unit/core/state_help.h"

#define MS     "mx.ms.example"
#define MX     "mx.other.example"
#define FROM   "a@s.example"
#define SLOW   "421 4.7.0 #throttle slow down"
#define GREETS "450 4.7.1 come back later"

static const struct throttle *
throttle_of(const struct lab *lab, egress_id e, const char *provider)
{
	const struct model *m = lab->m;

	for (uint32_t i = 0; i < m->n_cells; i++)
		if (m->cells[i].egress == e &&
		    str_eq(intern_text(m->texts, m->cells[i].provider),
			str_of(provider)))
			return m->cells[i].throttle;
	return NULL;
}

static enum throttle_state
state_of(const struct lab *lab, egress_id e, const char *provider)
{
	const struct throttle *t = throttle_of(lab, e, provider);

	return t == NULL ? THROTTLE_CLEAR : t->state;
}

static void
only_its_pair_is_throttled(void **state)
{
	struct lab lab;
	uint32_t worst;
	const struct throttle *t;

	(void)state;
	lab_open(&lab, 0);
	lab_live(&lab, NOW);
	for (int i = 0; i < 20; i++) {
		int64_t at = NOW + i * SEC;

		lab_deliver(&lab, at, 1, MS, FROM, SLOW);
		lab_deliver(&lab, at, 2, MS, FROM, NULL);
		lab_deliver(&lab, at, 1, MX, FROM, GREETS);
	}
	/* At once, before any tick. */
	assert_int_not_equal(state_of(&lab, 0, "ms"), THROTTLE_CLEAR);
	lab_tick(&lab, NOW + 21 * SEC);
	assert_int_equal(state_of(&lab, 0, "ms"), THROTTLE_THROTTLED);
	assert_null(throttle_of(&lab, 1, "ms"));
	assert_null(throttle_of(&lab, 0, "other.example"));
	t = throttle_of(&lab, 0, "ms");
	assert_int_equal(t->start_ms, NOW);
	assert_int_equal(t->refusals, 20);
	/* The reply that proves it. */
	assert_in_range(t->reply1, 1, lab.m->n_replies);
	assert_int_equal(lab.m->replies[t->reply1 - 1].code, 421);
	assert_int_equal(lab.m->replies[t->reply1 - 1].cls, CLASS_THROTTLE);
	assert_int_equal(model_throttles_of_egress(lab.m, 0, &worst), 1);
	assert_ptr_equal(lab.m->cells[worst].throttle, t);
	assert_int_equal(model_throttles_of_egress(lab.m, 1, &worst), 0);
	assert_int_equal(worst, lab.m->n_cells);
	lab_close(&lab);
}

static void
the_worst_is_told(void **state)
{
	struct lab lab;
	uint32_t worst;

	(void)state;
	lab_open(&lab, 0);
	lab_live(&lab, NOW);
	lab_deliver(&lab, NOW, 1, MX, FROM, SLOW);
	for (int i = 0; i < 10; i++)
		lab_deliver(&lab, NOW + i * SEC, 1, MS, FROM, SLOW);
	lab_deliver(&lab, NOW + 9 * SEC, 1, "mx.third.example", FROM, SLOW);
	lab_tick(&lab, NOW + 15 * SEC);
	assert_int_equal(model_throttles_of_egress(lab.m, 0, &worst), 3);
	assert_ptr_equal(
	    lab.m->cells[worst].throttle, throttle_of(&lab, 0, "ms"));
	lab_close(&lab);
}

/* In whatever order they come, and after idle rows went. */
static void
each_egress_has_its_own(void **state)
{
	struct lab lab;
	uint32_t worst;
	char relay[64];

	(void)state;
	lab_open(&lab, 16);
	lab_live(&lab, NOW);
	for (int i = 0; i < 4; i++)
		for (int out = 2; out >= 1; out--) {
			(void)snprintf(
			    relay, sizeof relay, "mx.p%d.example", i);
			if (out > i)
				lab_deliver(&lab, NOW, out, relay, FROM, SLOW);
		}
	for (egress_id e = 0; e < 2; e++) {
		assert_int_equal(
		    model_throttles_of_egress(lab.m, e, &worst), e + 1);
		assert_int_equal(lab.m->cells[worst].egress, e);
	}
	/* All of them idle, but two. */
	lab_deliver(&lab, NOW + 2 * HOUR, 2, "mx.p1.example", FROM, SLOW);
	lab_deliver(&lab, NOW + 2 * HOUR, 1, "mx.p0.example", FROM, SLOW);
	for (int i = 4; i < 18; i++) {
		(void)snprintf(relay, sizeof relay, "mx.p%d.example", i);
		lab_deliver(&lab, NOW + 2 * HOUR, 1 + i % 2, relay, FROM, SLOW);
	}
	assert_true(lab.m->lumped.rows_dropped > 0);
	for (egress_id e = 0; e < 2; e++) {
		unsigned n = 0;

		for (uint32_t i = 0; i < lab.m->n_cells; i++)
			n += lab.m->cells[i].egress == e &&
			     lab.m->cells[i].throttle != NULL &&
			     lab.m->cells[i].throttle->state != THROTTLE_CLEAR;
		assert_true(n > 0);
		assert_int_equal(
		    model_throttles_of_egress(lab.m, e, &worst), n);
	}
	lab_close(&lab);
}

static void
greetings_and_bounces_count(void **state)
{
	static const char greeting[] =
	    "host mx.ms.example[198.51.100.1] refused to talk to me: 421 "
	    "4.7.0 #throttle too many";
	struct lab lab;
	struct log_rec r = make_delivery(NOW, "Q1", "postfix/out1",
	    "u@to.example", MS, LS_DEFERRED, greeting);

	(void)state;
	lab_open(&lab, 0);
	feed(lab.m, 0, &r, 1);
	assert_int_equal(state_of(&lab, 0, "ms"), THROTTLE_SUSPECTED);
	lab_deliver(&lab, NOW, 2, MS, FROM, "550 5.7.1 #throttle rate limited");
	assert_int_equal(state_of(&lab, 1, "ms"), THROTTLE_SUSPECTED);
	lab_close(&lab);
}

/* Postfix's repeats, its own words, and the error transport prove nothing. */
static void
repeats_do_not_count(void **state)
{
	static const char *const texts[] = {
	    "delivery temporarily suspended: host mx.ms.example[198.51.100.1] "
	    "refused to talk to me: 421 4.7.0 #throttle too many",
	    "connect to mx.ms.example[198.51.100.1]:25: #throttle timed out"};
	struct lab lab;

	(void)state;
	lab_open(&lab, 0);
	for (size_t i = 0; i < 2; i++) {
		struct log_rec r = make_delivery(NOW, "Q1", "postfix/out1",
		    "u@to.example", MS, LS_DEFERRED, texts[i]);

		feed(lab.m, 0, &r, 1);
		r.program = STR_LIT("error");
		feed(lab.m, 0, &r, 1);
	}
	assert_int_equal(lab.reads, 2);
	for (uint32_t i = 0; i < lab.m->n_cells; i++)
		assert_null(lab.m->cells[i].throttle);
	lab_close(&lab);
}

/* An hour of history, read in one go at NOW: two episodes, the second one not
 * over, as they would have been seen. */
static void
history(struct lab *lab, bool ticks)
{
	int64_t from = NOW - HOUR;

	for (int i = 0; i < 3600; i++) {
		int64_t at = from + i * SEC;
		bool bad = i < 600 || i >= 3300;

		if (i % 5 == 0)
			lab_deliver_seen(lab, NOW, at, 1, MS, FROM,
			    bad && i % 2 == 0 ? SLOW : NULL);
		/* Ticks of ours must not make an hour of the second. */
		if (ticks && i % 100 == 0)
			lab_tick(lab, NOW);
	}
}

static void
history_gives_the_states_of_now(void **state)
{
	struct lab lab[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct throttle *t;

		lab_open(&lab[i], 0);
		history(&lab[i], i == 1);
		t = throttle_of(&lab[i], 0, "ms");
		assert_int_equal(t->episodes, 2);
		assert_int_equal(t->state, THROTTLE_THROTTLED);
		assert_in_range(t->start_ms, NOW - 5 * MIN, NOW - 4 * MIN);
		assert_in_range(t->end_ms, NOW - 41 * MIN, NOW - 39 * MIN);
		lab_live(&lab[i], NOW);
		lab_tick(&lab[i], NOW + SEC);
		assert_int_equal(t->state, THROTTLE_THROTTLED);
	}
	assert_memory_equal(throttle_of(&lab[0], 0, "ms"),
	    throttle_of(&lab[1], 0, "ms"), offsetof(struct throttle, refused));
	lab_close(&lab[0]);
	lab_close(&lab[1]);
}

static void
history_that_is_over_clears(void **state)
{
	struct lab lab;
	uint32_t worst;

	(void)state;
	lab_open(&lab, 0);
	/* Nobody told of a link: what is read from a file. */
	lab.m->hosts[0].link_since_ms = 0;
	for (int i = 0; i < 600; i++)
		lab_deliver_seen(&lab, NOW, NOW - HOUR + i * SEC, 1, MS, FROM,
		    i < 300 ? SLOW : NULL);
	/* The log ends long before now, but it is all there is. */
	lab_tick(&lab, NOW);
	assert_int_equal(state_of(&lab, 0, "ms"), THROTTLE_EASING);
	/* Also when the only tick there will be has been. */
	lab_live(&lab, NOW);
	assert_int_equal(state_of(&lab, 0, "ms"), THROTTLE_CLEAR);
	assert_int_equal(model_throttles_of_egress(lab.m, 0, &worst), 0);
	lab_close(&lab);
}

static void
without_a_link_time_stands_still(void **state)
{
	struct event down = {
	    .kind = EVT_LINK, .at_ms = NOW + MIN, .u.link.state = LINK_WAITING};
	struct event up = {
	    .kind = EVT_LINK, .at_ms = NOW + 2 * HOUR, .u.link.state = LINK_UP};
	struct lab lab;

	(void)state;
	lab_open(&lab, 0);
	lab_live(&lab, NOW);
	for (int i = 0; i < 60; i++)
		lab_deliver(&lab, NOW + i * SEC, 1, MS, FROM, SLOW);
	model_update(lab.m, &down);
	lab_tick(&lab, NOW + 2 * HOUR);
	assert_int_equal(state_of(&lab, 0, "ms"), THROTTLE_THROTTLED);
	/* Back: the lines of those two hours come first. */
	model_update(lab.m, &up);
	lab_tick(&lab, NOW + 2 * HOUR + SEC);
	assert_int_equal(state_of(&lab, 0, "ms"), THROTTLE_THROTTLED);
	for (int i = 1; i < 120; i++)
		lab_deliver_seen(&lab, NOW + 2 * HOUR + 2 * SEC, NOW + i * MIN,
		    1, MS, FROM, SLOW);
	lab_tick(&lab, NOW + 2 * HOUR + 20 * SEC);
	assert_int_equal(throttle_of(&lab, 0, "ms")->episodes, 1);
	assert_true(throttle_of(&lab, 0, "ms")->stepped_ms < NOW + 2 * HOUR);
	lab_live(&lab, NOW + 2 * HOUR + 21 * SEC);
	assert_true(throttle_of(&lab, 0, "ms")->stepped_ms > NOW + 2 * HOUR);
	lab_tick(&lab, NOW + 2 * HOUR + 30 * SEC);
	assert_int_equal(state_of(&lab, 0, "ms"), THROTTLE_THROTTLED);
	/* The link is there, the log cannot be read. */
	up.u.link.err = ERR_TIMEOUT;
	model_update(lab.m, &up);
	lab_tick(&lab, NOW + 4 * HOUR);
	assert_int_equal(state_of(&lab, 0, "ms"), THROTTLE_THROTTLED);
	lab_close(&lab);
}

static void
ticks_tell_of_changes_only(void **state)
{
	struct lab lab;
	uint64_t version;

	(void)state;
	lab_open(&lab, 0);
	lab_live(&lab, NOW);
	lab_deliver(&lab, NOW, 1, MS, FROM, SLOW);
	lab_deliver(&lab, NOW + 10 * SEC, 1, MS, FROM, NULL);
	version = lab.m->version;
	for (int i = 11; i < 590; i++) {
		lab.m->now_ms = NOW + i * SEC;
		update_throttles(lab.m, false);
	}
	assert_int_equal(lab.m->version, version);
	lab.m->now_ms = NOW + 601 * SEC;
	update_throttles(lab.m, false);
	assert_int_equal(lab.m->version, version + 1);
	assert_int_equal(state_of(&lab, 0, "ms"), THROTTLE_CLEAR);
	lab_close(&lab);
}

/* Full tables: pairs and replies that were idle make room; those who knew them
 * by their place still find them. */
static void
rows_that_move_are_followed(void **state)
{
	struct lab lab;
	char relay[40], reply[60];
	const struct throttle *t;
	uint32_t worst;
	unsigned n = 0;

	(void)state;
	lab_open(&lab, 16);
	/* An old throttle that will go, behind it one that stays. */
	lab_deliver_seen(
	    &lab, NOW, NOW - 3 * HOUR, 1, "mx.old.example", FROM, SLOW);
	lab_deliver_seen(&lab, NOW, NOW - MIN, 1, MS, FROM,
	    "450 4.3.2 #throttle other words");
	for (int i = 0; i < 14; i++) {
		(void)snprintf(relay, sizeof relay, "mx.p%d.example", i);
		(void)snprintf(reply, sizeof reply, "45%d 4.7.%d #throttle",
		    i / 10, i % 10);
		lab_deliver_seen(&lab, NOW, NOW, 1, relay, FROM, reply);
	}
	assert_true(lab.m->lumped.rows_dropped > 0);
	assert_null(throttle_of(&lab, 0, "old.example"));
	t = throttle_of(&lab, 0, "ms");
	assert_non_null(t);
	assert_in_range(t->reply1, 1, lab.m->n_replies);
	assert_int_equal(lab.m->replies[t->reply1 - 1].code, 450);
	assert_int_equal(lab.m->replies[t->reply1 - 1].enhanced[1], 3);
	for (uint32_t i = 0; i < lab.m->n_cells; i++) {
		if (lab.m->cells[i].throttle == NULL)
			continue;
		assert_int_equal(
		    lab.m->cells[i].throttle->state, THROTTLE_SUSPECTED);
		n++;
	}
	assert_true(n > 1);
	assert_int_equal(model_throttles_of_egress(lab.m, 0, &worst), n);
	assert_ptr_equal(lab.m->cells[worst].throttle, t); /* the oldest */
	lab_close(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_its_pair_is_throttled),
	    cmocka_unit_test(the_worst_is_told),
	    cmocka_unit_test(each_egress_has_its_own),
	    cmocka_unit_test(greetings_and_bounces_count),
	    cmocka_unit_test(repeats_do_not_count),
	    cmocka_unit_test(history_gives_the_states_of_now),
	    cmocka_unit_test(history_that_is_over_clears),
	    cmocka_unit_test(without_a_link_time_stands_still),
	    cmocka_unit_test(ticks_tell_of_changes_only),
	    cmocka_unit_test(rows_that_move_are_followed),
	};

	return cmocka_run_group_tests_name(
	    "update_throttle", tests, NULL, NULL);
}
