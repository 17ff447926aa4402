/* prober_pace_test.c - the window, a list's own pace, and turns that lie
 * evenly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/prober_pace.h"

/* A whole window of answers, `late` of them late. */
static void
window(struct pace *c, uint32_t late, uint32_t ms)
{
	uint32_t n = c->window;

	for (uint32_t i = 0; i < n; i++)
		pace_answer(c, i < late ? PACE_LATE_MS : ms);
}

static void
the_window(void **state)
{
	struct pace c;

	(void)state;
	pace_init(&c, PACE_MAX);
	assert_int_equal(c.window, PACE_START);
	window(&c, 0, 20);
	assert_int_equal(c.window, PACE_START + 1);
	window(&c, 1, 20); /* chance */
	assert_int_equal(c.window, PACE_START + 2);
	window(&c, 4, 20);
	assert_int_equal(c.window, PACE_START + 2);
	for (int i = 0; i < 2000; i++)
		window(&c, 0, 100);
	assert_int_equal(c.window, PACE_MAX);
	window(&c, PACE_MAX / 4, 20);
	assert_int_equal(c.window, PACE_MAX / 2);
	for (int i = 0; i < 20; i++)
		window(&c, c.window, 0);
	assert_int_equal(c.window, PACE_START);
}

/* Who answers at once needs no more, and has no room for more. */
static void
near_by(void **state)
{
	struct pace c;

	(void)state;
	pace_init(&c, PACE_MAX);
	for (int i = 0; i < 2000; i++)
		window(&c, 0, 0);
	assert_int_equal(c.window, PACE_NEAR);
	pace_init(&c, 8);
	window(&c, 0, 100);
	assert_int_equal(c.window, 8);
	window(&c, 8, 100);
	assert_int_equal(c.window, 8);
}

static void
a_rate(void **state)
{
	struct pace_list l = {.proven = true};
	unsigned asked = 0;

	(void)state;
	pace_list_rate(&l, 10);
	for (int64_t us = 0; us < 5000000; us += 1000) {
		if (!pace_list_ready(&l, us))
			continue;
		pace_list_asked(&l, us);
		(void)pace_list_answered(&l, us, false);
		asked++;
	}
	assert_in_range(asked, 49, 51);
	/* A list not asked for long is not owed what it missed. */
	asked = 0;
	for (int i = 0; i < 100; i++) {
		if (!pace_list_ready(&l, 60000000))
			continue;
		pace_list_asked(&l, 60000000);
		asked++;
	}
	assert_in_range(asked, 1, 5);
}

static void
probation(void **state)
{
	struct pace_list l = {0};

	(void)state;
	for (int i = 0; i < PACE_PROBATION; i++) {
		assert_true(pace_list_ready(&l, 1));
		pace_list_asked(&l, 1);
	}
	assert_false(pace_list_ready(&l, 1));
	(void)pace_list_answered(&l, 2, false);
	for (int i = 0; i < 100; i++) {
		assert_true(pace_list_ready(&l, 3));
		pace_list_asked(&l, 3);
	}
}

static void
silence(void **state)
{
	struct pace_list l = {.proven = true};
	int64_t late = 1 + PACE_SILENT_US + 1;

	(void)state;
	pace_list_asked(&l, 1);
	pace_list_asked(&l, 1);
	assert_true(pace_list_ready(&l, late - 1));
	assert_false(pace_list_ready(&l, late));
	assert_true(pace_list_silent(&l, late));
	(void)pace_list_answered(&l, late, false);
	assert_true(pace_list_ready(&l, late));
	(void)pace_list_answered(&l, late, false);
	/* With nothing open, time says nothing. */
	assert_true(pace_list_ready(&l, late * 100));
}

static void
the_breaker(void **state)
{
	struct pace_list l = {0};

	(void)state;
	l.open = 100;
	for (int i = 1; i < PACE_BREAK; i++)
		assert_false(pace_list_answered(&l, 1, true));
	assert_false(pace_list_answered(&l, 1, false));
	for (int i = 1; i < PACE_BREAK; i++)
		assert_false(pace_list_answered(&l, 1, true));
	assert_true(pace_list_answered(&l, 1, true));
}

/* Whenever they were asked, 600 subjects' next turns fill the period evenly,
 * each once, and not before they are let. */
static void
turns(void **state)
{
	enum { PERIOD = 600, N = 600 };
	unsigned at[2 * PERIOD] = {0};

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		uint64_t t = pace_turn(100, PERIOD, 0, i, N);

		assert_in_range(t, 101, 100 + PERIOD);
		at[t]++;
		assert_int_equal(pace_turn(t, PERIOD, 0, i, N), t + PERIOD);
	}
	/* Asked out of turn: again within a period, whatever the TTL, and not
	 * all at once. */
	for (uint64_t ttl = 1; ttl <= 2 * PERIOD; ttl++) {
		uint64_t hold = ttl < PERIOD / 2 ? ttl : PERIOD / 2;
		unsigned again[2 * PERIOD] = {0};

		for (uint32_t i = 0; i < N; i++) {
			uint64_t t = pace_turn(107, PERIOD, ttl, i, N);

			assert_in_range(t, 107 + hold, 107 + PERIOD);
			again[t - 107]++;
			assert_in_range(pace_turn(t, PERIOD, ttl, i, N),
			    t + hold, t + PERIOD);
		}
		for (unsigned t = 0; t < 2 * PERIOD; t++)
			assert_in_range(again[t], 0, 2);
	}
	for (unsigned t = 101; t <= 100 + PERIOD; t++)
		assert_int_equal(at[t], 1);
	/* Asked in turn: again in turn, a period later. */
	for (uint32_t i = 0; i < N; i++) {
		uint64_t t = PERIOD + i;

		assert_int_equal(
		    pace_turn(t, PERIOD, UINT32_MAX, i, N), t + PERIOD);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_window),
	    cmocka_unit_test(near_by),
	    cmocka_unit_test(a_rate),
	    cmocka_unit_test(probation),
	    cmocka_unit_test(silence),
	    cmocka_unit_test(the_breaker),
	    cmocka_unit_test(turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
