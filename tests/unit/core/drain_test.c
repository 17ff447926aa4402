/* drain_test.c - forecasts from readings: what shrinks, what does not, what is
 * noise, and what one reading cannot tell. */
#include "core/drain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define SEC ((int64_t)1000)
#define T0  ((int64_t)1790000000000)

static void
one_reading_tells_no_rate(void **state)
{
	struct drain d = {0};
	struct drain_view v = drain_look(&d);

	(void)state;
	assert_int_equal(v.state, DRAIN_UNREAD);
	drain_add(&d, T0, 500);
	v = drain_look(&d);
	assert_int_equal(v.state, DRAIN_ONE);
	assert_int_equal(v.waiting, 500);
	assert_false(v.known);
	assert_int_equal(v.empty_at_ms, 0);
	/* The same reading again is none. */
	drain_add(&d, T0, 100);
	assert_int_equal(drain_look(&d).waiting, 500);
}

static void
it_shrinks_to_a_time(void **state)
{
	struct drain d = {0};
	struct drain_view v;

	(void)state;
	for (int i = 0; i <= 10; i++)
		drain_add(&d, T0 + i * 30 * SEC, 1000 - (uint64_t)i * 50);
	v = drain_look(&d);
	assert_int_equal(v.state, DRAIN_SHRINKS);
	assert_int_equal(v.waiting, 500);
	assert_int_equal(v.per_min_deci, -1000);
	/* 500 at 100 a minute: five minutes from the last reading. */
	assert_int_equal(v.empty_at_ms, T0 + 300 * SEC + 300 * SEC);
}

/* Queues breathe: that is neither here nor there. */
static void
noise_is_no_turn(void **state)
{
	struct drain d = {0};

	(void)state;
	for (int i = 0; i < 20; i++) {
		drain_add(&d, T0 + i * 30 * SEC, i % 2 == 0 ? 1000 : 950);
		if (i > 0)
			assert_int_equal(d.state, DRAIN_STEADY);
	}
	assert_int_equal(drain_look(&d).empty_at_ms, 0);
	/* One reading out of line turns nothing. */
	drain_add(&d, T0 + 700 * SEC, 1500);
	assert_int_equal(drain_look(&d).state, DRAIN_STEADY);
	drain_add(&d, T0 + 730 * SEC, 1600);
	assert_int_equal(drain_look(&d).state, DRAIN_GROWS);
	assert_int_equal(drain_look(&d).empty_at_ms, 0);
}

/* What was ten minutes ago says nothing about now. */
static void
old_readings_go(void **state)
{
	struct drain d = {0};
	int64_t at = T0;

	(void)state;
	for (int i = 0; i < 100; i++, at += 30 * SEC)
		drain_add(&d, at, 100000 + (uint64_t)i * 1000);
	assert_int_equal(drain_look(&d).state, DRAIN_GROWS);
	for (int i = 0; i < 40; i++, at += 30 * SEC)
		drain_add(&d, at, 100000 - (uint64_t)i * 1000);
	assert_int_equal(drain_look(&d).per_min_deci, -20000);
	/* Frequent readings do not push the span out. */
	for (int i = 0; i < 100; i++, at += 1 * SEC)
		drain_add(&d, at, 60000);
	assert_int_equal(drain_look(&d).state, DRAIN_SHRINKS);
}

static void
the_last_one_is_seen_to_go(void **state)
{
	struct drain d = {0};
	struct drain_view v;

	(void)state;
	drain_add(&d, T0, 0);
	assert_int_equal(drain_look(&d).state, DRAIN_EMPTY);
	assert_int_equal(drain_look(&d).emptied_ms, 0);
	drain_add(&d, T0 + 60 * SEC, 40);
	drain_add(&d, T0 + 90 * SEC, 10);
	drain_add(&d, T0 + 120 * SEC, 0);
	drain_add(&d, T0 + 150 * SEC, 0);
	v = drain_look(&d);
	assert_int_equal(v.state, DRAIN_EMPTY);
	assert_int_equal(v.emptied_ms, T0 + 120 * SEC);
	assert_int_equal(v.emptied_peak, 40);
	/* Some again: at once. */
	drain_add(&d, T0 + 180 * SEC, 30);
	assert_int_not_equal(drain_look(&d).state, DRAIN_EMPTY);
}

static void
several_are_one(void **state)
{
	struct drain a = {0}, b = {0}, none = {0};
	struct drain_view v = {0};

	(void)state;
	drain_join(&v, &none);
	assert_int_equal(v.state, DRAIN_UNREAD);
	drain_add(&a, T0, 1000);
	drain_add(&a, T0 + 60 * SEC, 800);
	drain_join(&v, &a);
	assert_int_equal(v.state, DRAIN_SHRINKS);
	drain_add(&b, T0, 100);
	drain_join(&v, &b);
	/* Of one of them nobody knows. */
	assert_int_equal(v.state, DRAIN_ONE);
	assert_int_equal(v.waiting, 900);
	assert_int_equal(v.at_ms, T0);
	assert_int_equal(v.empty_at_ms, 0);
	drain_add(&b, T0 + 60 * SEC, 200);
	v = (struct drain_view){0};
	drain_join(&v, &a);
	drain_join(&v, &b);
	assert_int_equal(v.state, DRAIN_SHRINKS);
	assert_int_equal(v.per_min_deci, -1000);
	assert_int_equal(v.empty_at_ms, T0 + 660 * SEC);
	assert_string_equal(drain_state_name(v.state), "shrinks");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_reading_tells_no_rate),
	    cmocka_unit_test(it_shrinks_to_a_time),
	    cmocka_unit_test(noise_is_no_turn),
	    cmocka_unit_test(old_readings_go),
	    cmocka_unit_test(the_last_one_is_seen_to_go),
	    cmocka_unit_test(several_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
