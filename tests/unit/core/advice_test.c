/* advice_test.c - the interval that what was accepted asks for, and when to go
 * further, to come down, to end it, to leave it. */
#include "core/advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define MIN ((int64_t)60000)

static const struct act_subject subject = {
    .on = ACT_ON_EGRESS, .egress = "192.0.2.1"};

static struct advice
next(struct advice_case c)
{
	struct advice a;

	c.of = &subject;
	c.lease = "6b01-aa";
	c.known = true;
	c.now_ms = 100 * MIN;
	advice_make(&a, &c);
	return a;
}

/* Ten minutes in which one domain was tried `tried` times. */
static struct advice_load
load(uint64_t accepted, uint32_t tried)
{
	return (struct advice_load){.over_ms = 10 * MIN,
	    .accepted = accepted,
	    .n = 1,
	    .tried = {tried},
	    .handles = 1};
}

static void
an_interval_fits_what_was_accepted(void **state)
{
	struct advice_load l = load(100, 900);

	(void)state;
	/* Ten a minute: nine a minute are one in 6.7 s. */
	assert_int_equal(advice_interval(&l), 7);
	/* Two handles each keep their own. */
	l.handles = 2;
	assert_int_equal(advice_interval(&l), 14);
	/* A domain that is hardly tried takes nothing of it away. */
	l = load(100, 900);
	l.n = 2;
	l.tried[1] = 5;
	assert_int_equal(advice_interval(&l), 8);
	/* Two that are: twice as long. */
	l.tried[1] = 900;
	assert_int_equal(advice_interval(&l), 14);
	/* Many beyond the table count too. */
	l.n_more = 2;
	l.tried_more = 1800;
	assert_int_equal(advice_interval(&l), 27);
	/* Nothing is refused: one a second is slow enough. */
	l = load(900, 900);
	assert_in_range(advice_interval(&l), 1, 1);
	l = load(1, 900);
	assert_int_equal(advice_interval(&l), ADVICE_INTERVAL_MOST_S);
	l.over_ms = 0;
	assert_int_equal(advice_interval(&l), 0);
}

/* What is proposed can be typed as it is. */
static void
can_be_typed(const struct advice *a)
{
	struct act_request r = {.host = HOST_NONE, .why = "x"};
	struct str rest = str_of(a->words), words[8];
	size_t n = 0;
	char why[256] = "";

	while (n < 8 && str_word(&rest, &words[n]))
		n++;
	assert_true(n > 1);
	r.verb = verb_of(words[0]);
	if (act_take_words(&r, words + 1, n - 1, why, sizeof why) != ERR_OK ||
	    act_check(&r, why, sizeof why) != ERR_OK)
		fail_msg("%s: %s", a->words, why);
}

static void
refused_still(void **state)
{
	struct advice_case c = {
	    .verb = VERB_N, .refused = true, .load = load(100, 900)};
	struct advice a = next(c);
	struct buf text;

	(void)state;
	assert_int_equal(a.kind, ADVICE_TRY);
	assert_string_equal(a.words, "interval 192.0.2.1 7s");
	can_be_typed(&a);
	assert_int_equal(a.accepted_deci, 100);
	buf_init(&text, 4096);
	advice_text(&a, true, &text);
	assert_non_null(strstr(buf_cstr(&text), "10.0 a minute"));
	buf_reset(&text);
	advice_text(&a, false, &text);
	assert_string_equal(buf_cstr(&text), "Next: interval 192.0.2.1 7s. ");
	buf_done(&text);
	/* From an interval that is in force it only goes up. */
	c.verb = VERB_INTERVAL;
	c.value = 3;
	assert_string_equal(next(c).words, "interval 192.0.2.1 7s");
	c.value = 7;
	a = next(c);
	assert_string_equal(a.words, "interval 192.0.2.1 11s");
	assert_int_equal(a.why, ADVICE_STILL);
	c.value = 250;
	assert_string_equal(next(c).words, "interval 192.0.2.1 300s");
	c.value = ADVICE_INTERVAL_MOST_S;
	assert_int_equal(next(c).kind, ADVICE_KEEP);
	/* It takes nothing: find out when it does. */
	c.value = 3;
	c.load.accepted = 0;
	a = next(c);
	assert_string_equal(a.words, "interval 192.0.2.1 60s");
	assert_int_equal(a.why, ADVICE_TAKES_NONE);
	/* Too short to tell. */
	c.load.over_ms = 0;
	assert_int_equal(next(c).kind, ADVICE_NONE);
	/* Fewer at once; from one on, an interval. */
	c.load = load(100, 900);
	c.verb = VERB_CONCURRENCY;
	c.value = 5;
	assert_string_equal(next(c).words, "concurrency 192.0.2.1 2");
	c.value = 1;
	assert_string_equal(next(c).words, "interval 192.0.2.1 7s");
}

static void
refused_no_more(void **state)
{
	struct advice_case c = {.verb = VERB_INTERVAL,
	    .value = 6,
	    .quiet_ms = ADVICE_QUIET_MS,
	    .waiting = 500};
	struct advice a = next(c);

	(void)state;
	assert_int_equal(a.kind, ADVICE_TRY);
	assert_string_equal(a.words, "interval 192.0.2.1 3s");
	/* Nobody waits for more, or it can hardly be less: no longer needed. */
	c.waiting = ADVICE_BACKLOG - 1;
	a = next(c);
	assert_int_equal(a.kind, ADVICE_END);
	assert_string_equal(a.words, "lift 6b01-aa");
	can_be_typed(&a);
	c.waiting = 500;
	c.value = 1;
	assert_int_equal(next(c).kind, ADVICE_END);
	c.verb = VERB_PROCESSES;
	c.value = 4;
	assert_string_equal(next(c).words, "processes 192.0.2.1 8");
	/* Not known how many wait: nothing is said. */
	c.waiting = -1;
	assert_int_equal(next(c).kind, ADVICE_NONE);
	/* Not for long yet. */
	c.waiting = 500;
	c.quiet_ms = ADVICE_QUIET_MS - 1000;
	a = next(c);
	assert_int_equal(a.kind, ADVICE_KEEP);
	assert_int_equal(a.until_ms, 100 * MIN + 1000);
	/* Unless it only slows down: at once. */
	c.hurts = true;
	c.verb = VERB_INTERVAL;
	c.value = 8;
	a = next(c);
	assert_string_equal(a.words, "interval 192.0.2.1 4s");
	assert_int_equal(a.why, ADVICE_HURTS);
}

/* Nothing is tried, so that nobody knows; what it took before says how to
 * begin again. */
static void
after_a_pause(void **state)
{
	static const struct act_subject pair = {
	    .on = ACT_ON_PROVIDER, .egress = "192.0.2.1", .provider = "ms"};
	struct advice_case c = {.verb = VERB_PAUSE,
	    .refused = true,
	    .provider = "ms",
	    .quiet_ms = 12 * MIN,
	    .load = load(100, 900)};
	struct advice a = next(c);
	struct buf text;

	(void)state;
	assert_int_equal(a.kind, ADVICE_TRY);
	/* The pace first: the end lets go what it then finds. */
	assert_string_equal(a.words, "interval 192.0.2.1 7s");
	assert_string_equal(a.then, "lift 6b01-aa");
	can_be_typed(&a);
	buf_init(&text, 4096);
	advice_text(&a, true, &text);
	assert_string_equal(buf_cstr(&text),
	    "Next: interval 192.0.2.1 7s, then lift 6b01-aa (nothing was tried "
	    "for 12m00s, so nobody knows whether it still refuses; before, it "
	    "took 10.0 a minute in 10m00s while it refused; domains: 1, "
	    "handles: "
	    "1). ");
	buf_done(&text);
	/* A provider's rule can be one only: its end comes first. */
	c.of = &pair;
	c.lease = "6b01-aa";
	c.known = true;
	advice_make(&a, &c);
	assert_string_equal(a.words, "lift 6b01-aa");
	assert_string_equal(a.then, "interval provider=ms egress=192.0.2.1 7s");
	/* It took nothing, or nobody saw: slowly. */
	c.load.accepted = 0;
	assert_string_equal(next(c).words, "interval 192.0.2.1 60s");
	c.load = (struct advice_load){.handles = 1};
	assert_string_equal(next(c).words, "interval 192.0.2.1 60s");
	/* Not so soon. */
	c.quiet_ms = 2 * MIN;
	a = next(c);
	assert_int_equal(a.kind, ADVICE_KEEP);
	assert_int_equal(a.until_ms, 103 * MIN);
	/* Nothing had been refused: nobody knows what it is for. */
	c.refused = false;
	assert_int_equal(next(c).kind, ADVICE_NONE);
	c.standing = true;
	a = next(c);
	assert_int_equal(a.kind, ADVICE_KEEP);
	assert_int_equal(a.why, ADVICE_STANDING);
	/* A pace set meanwhile takes us off no list. */
	c.paced = true;
	assert_int_equal(next(c).why, ADVICE_STANDING);
	/* The pace is there already. */
	c.standing = false;
	c.refused = true;
	a = next(c);
	assert_int_equal(a.kind, ADVICE_END);
	assert_string_equal(a.words, "lift 6b01-aa");
	assert_string_equal(a.then, "");
}

static void
refused_elsewhere_too(void **state)
{
	struct advice_case c = {.verb = VERB_PAUSE,
	    .refused = true,
	    .provider = "ms",
	    .quiet_ms = MIN,
	    .others = 4,
	    .others_refused = 3,
	    .load = load(100, 900)};
	struct advice a = next(c);
	struct buf text;

	(void)state;
	/* At once: waiting helps nobody. */
	assert_string_equal(a.words, "interval provider=ms 7s");
	assert_string_equal(a.then, "lift 6b01-aa");
	can_be_typed(&a);
	buf_init(&text, 4096);
	advice_text(&a, true, &text);
	assert_non_null(strstr(buf_cstr(&text),
	    "it refuses others of ours too, 3 of 4 egress IPs"));
	buf_done(&text);
	/* One of four may have its own reasons. */
	c.others_refused = 1;
	assert_int_equal(next(c).kind, ADVICE_KEEP);
}

static void
not_known_yet(void **state)
{
	struct advice_case c = {.verb = VERB_INTERVAL,
	    .of = &subject,
	    .lease = "a",
	    .refused = true,
	    .load = load(10, 100)};
	struct advice a;
	struct buf text;

	(void)state;
	advice_make(&a, &c);
	assert_int_equal(a.kind, ADVICE_WAIT);
	assert_string_equal(a.words, "");
	buf_init(&text, 4096);
	advice_text(&a, true, &text);
	assert_int_equal(text.n, 0);
	buf_done(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_interval_fits_what_was_accepted),
	    cmocka_unit_test(refused_still),
	    cmocka_unit_test(refused_no_more),
	    cmocka_unit_test(after_a_pause),
	    cmocka_unit_test(refused_elsewhere_too),
	    cmocka_unit_test(not_known_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
