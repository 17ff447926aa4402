/* effect_test.c - when a difference between before and after is one, when it is
 * chance, and when nobody can say. */
#include "core/effect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define MIN ((int64_t)60000)

/* Ten minutes before, and `after_ms` since; a host that is read. */
static struct effect
make(uint64_t refused1, uint64_t sent1, int64_t after_ms, uint64_t refused2,
    uint64_t sent2)
{
	struct effect e = {.live = true, .begin_ms = 20 * MIN};

	e.before = (struct effect_span){.from_ms = 9 * MIN,
	    .to_ms = 19 * MIN,
	    .refused = refused1,
	    .sent = sent1,
	    .tried = refused1 + sent1};
	e.after = (struct effect_span){.from_ms = 20 * MIN,
	    .to_ms = 20 * MIN + after_ms,
	    .refused = refused2,
	    .sent = sent2,
	    .tried = refused2 + sent2};
	effect_judge(&e);
	return e;
}

static void
is_word(struct effect e, const char *want)
{
	assert_string_equal(effect_verdict_name(e.verdict), want);
}

static void
what_is_clear(void **state)
{
	(void)state;
	is_word(make(420, 610, 5 * MIN, 15, 290), "better");
	is_word(make(420, 610, 5 * MIN, 450, 200), "worse");
	is_word(make(420, 610, 5 * MIN, 205, 300), "no-change");
	/* Nothing was refused before: it can only be worse. */
	is_word(make(0, 600, 5 * MIN, 40, 260), "worse");
	is_word(make(0, 600, 5 * MIN, 0, 300), "no-change");
	is_word(make(0, 600, 5 * MIN, 2, 298), "no-change");
	/* Slowed down for nothing. */
	is_word(make(0, 600, 5 * MIN, 0, 30), "worse");
}

/* Differences that are small, or that chance makes, are none. */
static void
what_is_chance(void **state)
{
	(void)state;
	/* A quarter fewer of very many: beyond chance, and no matter. */
	is_word(make(40000, 40000, 10 * MIN, 30000, 40000), "no-change");
	/* A third fewer of few: it may be chance. */
	is_word(make(60, 600, 10 * MIN, 40, 600), "no-change");
	is_word(make(60, 600, 10 * MIN, 89, 600), "no-change");
	/* Half of enough is none. */
	is_word(make(100, 600, 10 * MIN, 50, 600), "better");
}

/* Fewer refusals only because less was tried are no effect. */
static void
what_only_tries_less(void **state)
{
	struct effect e = make(600, 600, 10 * MIN, 60, 60);

	(void)state;
	assert_int_equal(e.verdict, EFFECT_SAME);
	/* Nothing at all was tried: nobody knows. */
	e = make(600, 600, 10 * MIN, 0, 0);
	is_word(e, "unknown");
	assert_int_equal(e.why, EFFECT_UNTRIED);
	/* More is tried, and more refused, by the same share. */
	is_word(make(100, 300, 10 * MIN, 300, 900), "no-change");
}

/* It waits as long as it must, and says how long. */
static void
when_it_is_known(void **state)
{
	struct effect e = make(420, 610, 30000, 20, 32);
	int64_t at;

	(void)state;
	is_word(e, "pending");
	/* 42 a minute: a minute is enough to see half of them. */
	at = e.begin_ms + EFFECT_LEAST_MS;
	assert_in_range(e.known_at_ms, at, at + 1000);
	is_word(make(420, 610, MIN + 1000, 40, 60), "no-change");
	/* Five a minute: longer. 26.2 of 50 refusals take 10 min * 26.2/23.8.
	 */
	e = make(50, 610, 2 * MIN, 9, 122);
	is_word(e, "pending");
	assert_int_equal(e.known_at_ms, e.begin_ms + EFFECT_SPAN_MS);
	e = make(120, 610, 2 * MIN, 24, 122);
	is_word(e, "pending");
	assert_in_range(
	    e.known_at_ms, e.begin_ms + 2 * MIN, e.begin_ms + 4 * MIN);
	/* Fewer attempts than before take longer. */
	is_word(make(420, 610, 2 * MIN, 0, 20), "better");
	e = make(420, 610, 2 * MIN, 1, 19);
	is_word(e, "pending");
	assert_true(e.known_at_ms > e.begin_ms + 3 * MIN);
	/* What is clear need not wait, but for a few steps. */
	is_word(make(420, 610, 30000, 0, 30), "better");
	is_word(make(420, 610, 10000, 0, 10), "pending");
	/* What may be chance this early is not believed yet. */
	is_word(make(120, 120, 30000, 0, 10), "pending");
}

static void
what_is_never_known(void **state)
{
	struct effect e = make(12, 610, 10 * MIN, 6, 610);

	(void)state;
	is_word(e, "unknown");
	assert_int_equal(e.why, EFFECT_TOO_FEW);
	assert_int_equal(e.known_at_ms, 0);
	assert_true(effect_why_text(e.why)[0] != '\0');
	/* Many more refusals show all the same. */
	is_word(make(12, 610, 10 * MIN, 60, 550), "worse");
	/* Not seen before it. */
	e = make(420, 610, 5 * MIN, 15, 290);
	e.before.from_ms = e.before.to_ms - EFFECT_BEFORE_MS + 5000;
	effect_judge(&e);
	assert_int_equal(e.why, EFFECT_NO_BEFORE);
	e.before.from_ms -= 5000;
	effect_judge(&e);
	assert_int_equal(e.verdict, EFFECT_BETTER);
	/* Blind for all of it but a few seconds is not seen either. */
	e = make(420, 610, 5 * MIN, 15, 290);
	e.before.blind_ms = 10 * MIN - 15000;
	effect_judge(&e);
	assert_int_equal(e.why, EFFECT_NO_BEFORE);
}

/* Another act, or a lost link, before it was known. */
static void
what_was_cut_short(void **state)
{
	struct effect e = make(420, 610, 10000, 4, 10);

	(void)state;
	is_word(e, "pending");
	e.over = true;
	effect_judge(&e);
	assert_int_equal(e.why, EFFECT_REPLACED);
	e.over = false;
	e.live = false;
	effect_judge(&e);
	assert_int_equal(e.why, EFFECT_BLIND);
	assert_int_equal(e.known_at_ms, 0);
	/* What is known stays. */
	e = make(420, 610, 5 * MIN, 15, 290);
	e.live = false;
	e.over = true;
	effect_judge(&e);
	is_word(e, "better");
}

/* Rates are of what was seen. */
static void
a_gap_is_no_zero(void **state)
{
	struct effect_span s = {.from_ms = 0,
	    .to_ms = 10 * MIN,
	    .refused = 100,
	    .blind_ms = 5 * MIN};
	struct effect e = make(420, 610, 5 * MIN, 15, 180);

	(void)state;
	assert_int_equal(effect_per_min_deci(&s, s.refused), 200);
	s.blind_ms = 10 * MIN;
	assert_int_equal(effect_per_min_deci(&s, s.refused), -1);
	/* 15 in half a minute that was seen is no fall. */
	is_word(e, "better");
	e.after.blind_ms = 5 * MIN - 30000;
	effect_judge(&e);
	is_word(e, "pending");
	assert_true(e.known_at_ms >= e.after.to_ms);
}

static void
what_stops_mail(void **state)
{
	struct effect e = {.live = true, .begin_ms = MIN};

	(void)state;
	e.after = (struct effect_span){.from_ms = MIN, .to_ms = MIN + 10000};
	effect_judge_stop(&e);
	is_word(e, "pending");
	assert_in_range(
	    e.known_at_ms, MIN + EFFECT_EARLY_MS, MIN + EFFECT_EARLY_MS + 10);
	e.after.to_ms = MIN + EFFECT_EARLY_MS;
	effect_judge_stop(&e);
	is_word(e, "stopped");
	e.after.sent = 1;
	effect_judge_stop(&e);
	is_word(e, "leaks");
	assert_true(effect_verdict_label(e.verdict)[0] != '\0');
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_clear),
	    cmocka_unit_test(what_is_chance),
	    cmocka_unit_test(what_only_tries_less),
	    cmocka_unit_test(when_it_is_known),
	    cmocka_unit_test(what_is_never_known),
	    cmocka_unit_test(what_was_cut_short),
	    cmocka_unit_test(a_gap_is_no_zero),
	    cmocka_unit_test(what_stops_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
