/* throttle_test.c - the states of a throttle over simulated hours: what begins
 * one, what eases and ends it, that it does not flap, and that how often it is
 * looked at does not matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/throttle.h"

#include <string.h>

#define T0    ((int64_t)1790000000000)
#define SEC   ((int64_t)1000)
#define MIN   (60 * SEC)
#define R     (&throttle_rules_default)
#define QUIET R->clear_ms

struct sim {
	struct throttle t;
	struct tally cell;
	int64_t now;
	unsigned changes;
};

static void
done(struct sim *s)
{
	series_done(&s->t.refused);
	tally_done(&s->cell);
}

static void
step(struct sim *s, int64_t at)
{
	enum throttle_state was = s->t.state;

	(void)throttle_step(&s->t, &s->cell, at, R);
	s->changes += s->t.state != was;
}

static void
refuse(struct sim *s, int64_t at)
{
	tally_add(&s->cell, STAT_DEFERRED, at, 1);
	step(s, at);
	throttle_refusal(&s->t, at, 7);
	step(s, at);
}

static void
send(struct sim *s, int64_t at)
{
	tally_add(&s->cell, STAT_SENT, at, 1);
}

/* For so long, an attempt every gap; of ten, so many are refused. Looked at
 * every second. */
static void
run(struct sim *s, int64_t ms, int64_t gap, unsigned refused_of_10)
{
	int64_t end = s->now + ms;
	unsigned i = 0;

	for (; s->now < end; s->now += SEC) {
		if (gap > 0 && s->now % gap == 0) {
			if (i++ % 10 < refused_of_10)
				refuse(s, s->now);
			else
				send(s, s->now);
		}
		step(s, s->now);
	}
}

static void
a_first_refusal_shows_at_once(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	run(&s, 5 * MIN, SEC, 0);
	assert_int_equal(s.t.state, THROTTLE_CLEAR);
	assert_int_equal(s.t.start_ms, 0);
	refuse(&s, s.now + 300);
	assert_int_equal(s.t.state, THROTTLE_SUSPECTED);
	assert_int_equal(s.t.start_ms, T0 + 5 * MIN + 300);
	assert_int_equal(s.t.since_ms, T0 + 5 * MIN + 300);
	assert_int_equal(s.t.reply1, 7);
	assert_int_equal(s.t.episodes, 1);
	assert_int_equal(s.t.refusals, 1);
	done(&s);
	/* Of few attempts the share is what it is. */
	s = (struct sim){.now = T0};
	refuse(&s, s.now);
	refuse(&s, s.now + SEC);
	step(&s, s.now + 5 * SEC);
	assert_int_equal(s.t.peak_milli, 1000);
	done(&s);
}

static void
a_share_makes_it_throttled(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	/* One of ten is not yet above the threshold with few refusals ... */
	run(&s, 30 * SEC, SEC, 1);
	assert_int_equal(s.t.state, THROTTLE_SUSPECTED);
	/* ... and half of them is. */
	run(&s, 30 * SEC, SEC, 5);
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	assert_true(s.t.since_ms > s.t.start_ms);
	assert_in_range(s.t.peak_milli, 250, 600);
	assert_int_equal(s.t.refusals, 18);
	done(&s);
}

static void
few_of_many_stay_suspected(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	/* Six refusals in ten minutes among 600 attempts: one in a hundred. */
	for (int i = 0; i < 6; i++) {
		refuse(&s, s.now);
		run(&s, 100 * SEC, SEC, 0);
		assert_int_equal(s.t.state, THROTTLE_SUSPECTED);
	}
	assert_int_equal(s.changes, 1);
	/* And quiet ends it without having been a throttle. */
	run(&s, QUIET, SEC, 0);
	assert_int_equal(s.t.state, THROTTLE_CLEAR);
	assert_int_equal(s.changes, 2);
	done(&s);
}

/* A bad minute in ten good ones. */
static void
a_minute_is_not_enough(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	run(&s, 9 * MIN, SEC, 0);
	run(&s, MIN, SEC, 2);
	assert_int_equal(s.t.refusals, 12);
	assert_int_equal(s.t.state, THROTTLE_SUSPECTED);
	done(&s);
}

static void
it_eases_and_clears(void **state)
{
	struct sim s = {.now = T0};
	int64_t last;

	(void)state;
	run(&s, 10 * MIN, SEC, 5);
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	last = s.t.last_ms;
	/* Slowed down: mail goes through. The minute in which it was refused
	 * has to pass. */
	run(&s, 30 * SEC, 2 * SEC, 0);
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	run(&s, 60 * SEC, 2 * SEC, 0);
	assert_int_equal(s.t.state, THROTTLE_EASING);
	/* The ten minutes before are still bad: one refusal does not bring it
	 * back. */
	refuse(&s, s.now);
	run(&s, 5 * SEC, 2 * SEC, 0);
	assert_true(throttle_share_milli(&s.t, &s.cell, WIN_10M, s.now) > 400);
	assert_int_equal(s.t.state, THROTTLE_EASING);
	assert_in_range(s.t.peak_milli, 500, 1000);
	last = s.t.last_ms;
	run(&s, last + QUIET - 10 * SEC - s.now, 2 * SEC, 0);
	assert_int_equal(s.t.state, THROTTLE_EASING);
	assert_int_equal(s.t.end_ms, 0);
	run(&s, 20 * SEC, 2 * SEC, 0);
	assert_int_equal(s.t.state, THROTTLE_CLEAR);
	assert_in_range(s.t.end_ms, last + QUIET, last + QUIET + 5 * SEC);
	assert_int_equal(s.t.start_ms, T0);
	assert_int_equal(s.t.episodes, 1);
	assert_int_equal(s.changes, 4);
	/* The next one is another episode; it starts anew. */
	refuse(&s, s.now);
	assert_int_equal(s.t.state, THROTTLE_SUSPECTED);
	assert_int_equal(s.t.episodes, 2);
	assert_int_equal(s.t.refusals, 1);
	assert_true(s.t.start_ms > s.t.end_ms);
	assert_in_range(s.t.peak_milli, 1, 300);
	done(&s);
}

/* Attempts that are few in any minute. */
static void
peaks_of_little_mail(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	for (int i = 0; i < 20; i++) {
		if (i % 2 == 0)
			refuse(&s, s.now);
		else
			send(&s, s.now);
		run(&s, 20 * SEC, 0, 0);
	}
	assert_int_equal(s.t.peak_milli, 600);
	/* The next episode's is its own, also of one attempt. */
	run(&s, 4 * QUIET, 0, 0);
	assert_int_equal(s.t.state, THROTTLE_CLEAR);
	refuse(&s, s.now);
	assert_int_equal(s.t.peak_milli, 1000);
	done(&s);
}

/* What is shown beside the peak grows also while nothing is refused: mail that
 * went through before leaves the ten minutes first. */
static void
the_peak_is_not_below_what_is_shown(void **state)
{
	struct sim s = {.now = T0};
	int most = 0;

	(void)state;
	run(&s, 30 * SEC, SEC, 0);
	run(&s, 3 * MIN, 20 * SEC, 10);
	assert_in_range(s.t.peak_milli, 200, 500);
	for (; s.now < T0 + 15 * MIN; s.now += SEC) {
		int share, peak;

		step(&s, s.now);
		share = throttle_share_milli(&s.t, &s.cell, WIN_10M, s.now);
		peak = throttle_peak_milli(&s.t, &s.cell, s.now);
		assert_true(peak >= share);
		if (share > most)
			most = share;
	}
	assert_int_equal(most, 1000);
	/* It stays, when those that were refused have left as well. */
	assert_int_equal(throttle_peak_milli(&s.t, &s.cell, s.now), 1000);
	done(&s);
}

static void
it_does_not_flap(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	run(&s, 10 * MIN, SEC, 5);
	assert_int_equal(s.changes, 2);
	/* Between the two thresholds it stays what it is: 7 % of attempts. */
	for (int i = 0; i < 30 * 60; i++) {
		if (i % 15 == 0)
			refuse(&s, s.now);
		run(&s, SEC, SEC, 0);
	}
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	assert_int_equal(s.changes, 2);
	/* Below the lower one it eases, once, and 7 % do not bring it back. */
	run(&s, 2 * MIN, SEC, 0);
	assert_int_equal(s.t.state, THROTTLE_EASING);
	for (int i = 0; i < 30 * 60; i++) {
		if (i % 15 == 0)
			refuse(&s, s.now);
		run(&s, SEC, SEC, 0);
	}
	assert_int_equal(s.t.state, THROTTLE_EASING);
	assert_int_equal(s.changes, 3);
	/* Half of them do. */
	run(&s, 2 * MIN, SEC, 5);
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	assert_int_equal(s.changes, 4);
	assert_int_equal(s.t.episodes, 1);
	done(&s);
}

static void
a_flood_does_not_ease_at_once(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	run(&s, 20 * SEC, SEC, 10);
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	for (int i = 0; i < 1000; i++)
		send(&s, s.now);
	run(&s, 30 * SEC, 0, 0);
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	run(&s, 20 * SEC, 0, 0);
	assert_int_equal(s.t.state, THROTTLE_EASING);
	done(&s);
}

/* Little mail makes no share of a minute; that it goes through eases. */
static void
little_mail_eases(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	run(&s, 5 * MIN, SEC, 10);
	run(&s, 2 * MIN, 30 * SEC, 0);
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	run(&s, MIN, 30 * SEC, 0);
	assert_int_equal(s.t.state, THROTTLE_EASING);
	done(&s);
}

/* Rules with a short end: quiet between two tries is none, and what was before
 * the end is not looked at again. */
static void
a_short_end(void **state)
{
	struct throttle_rules rules = throttle_rules_default;
	struct sim s = {.now = T0};

	(void)state;
	rules.clear_ms = 40 * SEC;
	for (int i = 0; i < 120; i++, s.now += SEC) {
		if (i % 15 == 0)
			for (int k = 0; k < 5; k++) {
				tally_add(&s.cell, STAT_DEFERRED, s.now, 1);
				throttle_refusal(&s.t, s.now, 0);
			}
		tally_add(&s.cell, STAT_SENT, s.now, 1);
		(void)throttle_step(&s.t, &s.cell, s.now, &rules);
		if (i > 10)
			assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	}
	for (int i = 0; i < 45; i++, s.now += SEC) {
		if (i % 9 == 0)
			send(&s, s.now);
		(void)throttle_step(&s.t, &s.cell, s.now, &rules);
	}
	assert_int_equal(s.t.state, THROTTLE_CLEAR);
	for (int i = 0; i < 3; i++) {
		tally_add(&s.cell, STAT_DEFERRED, s.now, 1);
		throttle_refusal(&s.t, s.now, 0);
	}
	for (int i = 0; i < 10; i++)
		(void)throttle_step(&s.t, &s.cell, s.now + i * SEC, &rules);
	assert_int_equal(s.t.episodes, 2);
	assert_int_equal(s.t.state, THROTTLE_SUSPECTED);
	done(&s);
}

/* Thresholds of nothing do not make a throttle of nothing. */
static void
zero_thresholds(void **state)
{
	struct throttle_rules rules = {.clear_ms = QUIET};
	struct sim s = {.now = T0};

	(void)state;
	for (int i = 0; i < 300; i++, s.now += SEC) {
		send(&s, s.now);
		(void)throttle_step(&s.t, &s.cell, s.now, &rules);
	}
	assert_int_equal(s.t.state, THROTTLE_CLEAR);
	tally_add(&s.cell, STAT_DEFERRED, s.now, 1);
	throttle_refusal(&s.t, s.now, 0);
	for (int i = 0; i < 500; i++, s.now += SEC) {
		send(&s, s.now);
		(void)throttle_step(&s.t, &s.cell, s.now, &rules);
		if (i > 10 && i < 150)
			assert_int_equal(s.t.state, THROTTLE_THROTTLED);
		if (i > 160)
			assert_int_equal(s.t.state, THROTTLE_EASING);
	}
	done(&s);
}

/* Postfix tries what was deferred every few minutes, all at once. */
static void
bursts_are_one_throttle(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	for (int burst = 0; burst < 12; burst++) {
		for (int i = 0; i < 20; i++)
			refuse(&s, s.now + i * 100);
		run(&s, 4 * MIN, 0, 0);
	}
	assert_int_equal(s.t.episodes, 1);
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	assert_int_equal(s.changes, 2);
	assert_int_equal(s.t.peak_milli, 1000);
	done(&s);
}

static void
without_attempts_nothing_is_known(void **state)
{
	struct sim s = {.now = T0};
	int64_t last;

	(void)state;
	run(&s, 5 * MIN, SEC, 9);
	last = s.t.last_ms;
	run(&s, QUIET / 2 - 20 * SEC, 0, 0);
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	run(&s, MIN, 0, 0);
	assert_int_equal(s.t.state, THROTTLE_EASING);
	run(&s, 2 * QUIET, 0, 0);
	assert_int_equal(s.t.state, THROTTLE_EASING);
	run(&s, last + 3 * QUIET + 10 * SEC - s.now, 0, 0);
	assert_int_equal(s.t.state, THROTTLE_CLEAR);
	done(&s);
}

/* Attempts that fail for another reason do not prove that it is over. */
static void
deferred_otherwise_is_not_sent(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	run(&s, 5 * MIN, SEC, 9);
	for (int i = 0; i < 700; i++) {
		tally_add(&s.cell, STAT_DEFERRED, s.now, 1);
		run(&s, SEC, 0, 0);
	}
	assert_int_equal(s.t.state, THROTTLE_EASING);
	send(&s, s.now);
	run(&s, 10 * SEC, 0, 0);
	assert_int_equal(s.t.state, THROTTLE_CLEAR);
	done(&s);
}

/* The same hours, stepped each second, or only where something was refused. */
static void
looking_seldom_is_the_same(void **state)
{
	struct sim often = {.now = T0}, seldom = {.now = T0};

	(void)state;
	for (int64_t i = 0; i < 3 * 3600; i++) {
		int64_t at = T0 + i * SEC;
		/* half an hour of trouble in each hour, differently hard */
		bool bad = i / 1800 % 2 == 0 && i % (3 + i / 3600 * 4) == 0;

		if (bad) {
			refuse(&often, at);
			refuse(&seldom, at);
		} else if (i % 4 == 0) {
			send(&often, at);
			send(&seldom, at);
		}
		step(&often, at);
	}
	step(&seldom, T0 + 3 * 3600 * SEC - SEC);
	assert_int_equal(often.t.episodes, 3);
	assert_int_equal(often.t.episodes, seldom.t.episodes);
	assert_int_equal(often.t.state, seldom.t.state);
	assert_int_equal(often.t.since_ms, seldom.t.since_ms);
	assert_int_equal(often.t.end_ms, seldom.t.end_ms);
	assert_int_equal(often.t.peak_milli, seldom.t.peak_milli);
	assert_int_equal(often.t.refusals, seldom.t.refusals);
	done(&often);
	done(&seldom);
}

static void
time_does_not_go_back(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	run(&s, 5 * MIN, SEC, 5);
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	assert_false(throttle_step(&s.t, &s.cell, T0, R));
	assert_int_equal(s.t.state, THROTTLE_THROTTLED);
	assert_true(s.t.stepped_ms > T0);
	/* Days later it is over, in a bounded number of steps. */
	assert_true(throttle_step(&s.t, &s.cell, T0 + 1000 * 24 * 60 * MIN, R));
	assert_int_equal(s.t.state, THROTTLE_CLEAR);
	done(&s);
}

static void
shares(void **state)
{
	struct sim s = {.now = T0};

	(void)state;
	assert_int_equal(
	    throttle_share_milli(&s.t, &s.cell, WIN_10M, s.now), -1);
	run(&s, 5 * MIN, SEC, 5);
	run(&s, 2 * MIN, SEC, 0);
	assert_int_equal(throttle_share_milli(&s.t, &s.cell, WIN_1M, s.now), 0);
	assert_in_range(
	    throttle_share_milli(&s.t, &s.cell, WIN_10M, s.now), 340, 370);
	/* What bounced was tried. */
	tally_add(&s.cell, STAT_BOUNCED, s.now - 3 * MIN, 120);
	assert_in_range(
	    throttle_share_milli(&s.t, &s.cell, WIN_10M, s.now), 260, 280);
	done(&s);
}

static void
more_than_one_refusal_when_told_so(void **state)
{
	struct throttle_rules rules = throttle_rules_default;
	struct sim s = {.now = T0};

	(void)state;
	rules.suspect_n = 3;
	for (int i = 0; i < 3; i++) {
		int64_t at = T0 + i * 10 * SEC;

		assert_int_equal(s.t.state, THROTTLE_CLEAR);
		tally_add(&s.cell, STAT_DEFERRED, at, 1);
		throttle_refusal(&s.t, at, 0);
		(void)throttle_step(&s.t, &s.cell, at, &rules);
	}
	assert_int_equal(s.t.state, THROTTLE_SUSPECTED);
	assert_int_equal(s.t.refusals, 3);
	done(&s);
}

static void
names(void **state)
{
	(void)state;
	assert_string_equal(throttle_state_name(THROTTLE_CLEAR), "clear");
	assert_string_equal(
	    throttle_state_name(THROTTLE_SUSPECTED), "suspected");
	assert_string_equal(
	    throttle_state_name(THROTTLE_THROTTLED), "throttled");
	assert_string_equal(throttle_state_name(THROTTLE_EASING), "easing");
	for (int i = 0; i < THROTTLE_STATES; i++)
		assert_true(
		    strlen(throttle_state_label((enum throttle_state)i)) > 0);
	throttle_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_first_refusal_shows_at_once),
	    cmocka_unit_test(a_share_makes_it_throttled),
	    cmocka_unit_test(few_of_many_stay_suspected),
	    cmocka_unit_test(a_minute_is_not_enough),
	    cmocka_unit_test(it_eases_and_clears),
	    cmocka_unit_test(peaks_of_little_mail),
	    cmocka_unit_test(the_peak_is_not_below_what_is_shown),
	    cmocka_unit_test(a_flood_does_not_ease_at_once),
	    cmocka_unit_test(little_mail_eases),
	    cmocka_unit_test(a_short_end),
	    cmocka_unit_test(zero_thresholds),
	    cmocka_unit_test(it_does_not_flap),
	    cmocka_unit_test(bursts_are_one_throttle),
	    cmocka_unit_test(without_attempts_nothing_is_known),
	    cmocka_unit_test(deferred_otherwise_is_not_sent),
	    cmocka_unit_test(looking_seldom_is_the_same),
	    cmocka_unit_test(time_does_not_go_back),
	    cmocka_unit_test(shares),
	    cmocka_unit_test(more_than_one_refusal_when_told_so),
	    cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
