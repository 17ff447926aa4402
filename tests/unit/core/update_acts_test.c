/* update_acts_test.c - which mail an act is measured by, from when to when, and
 * the marks that its beginning and its end leave. */
#include "tests/unit/core/state_help.h"

#define MS   "mx.ms.example"
#define MX   "mx.other.example"
#define FROM "a@s.example"
#define SLOW "421 4.7.0 #throttle slow down"
#define ZENS "550 5.7.1 blocked #zen"

static struct lease
on_egress(const char *id, enum verb v, const char *value, int64_t since_ms)
{
	struct lease l = {.verb = v,
	    .of = {.on = ACT_ON_EGRESS, .egress = "192.0.2.1"},
	    .who = "ann",
	    .since_ms = since_ms};

	str_copy(l.id, sizeof l.id, str_of(id));
	str_copy(l.value, sizeof l.value, str_of(value));
	return l;
}

static void
tell(struct lab *lab, int64_t at_ms, const struct lease *v, size_t n)
{
	struct event ev = {
	    .kind = EVT_LEASES, .at_ms = at_ms, .u.leases = {v, n}};

	model_update(lab->m, &ev);
}

/* Each 5 s of [from, to): so many sent and refused over out1 to ms, and the
 * same over out2, which no act is about. */
static void
flow(struct lab *lab, int64_t from_ms, int64_t to_ms, int sent, int refused)
{
	for (int64_t at = from_ms; at < to_ms; at += 5 * SEC) {
		for (int i = 0; i < sent; i++)
			lab_deliver(lab, at, 1, MS, FROM, NULL);
		for (int i = 0; i < refused; i++)
			lab_deliver(lab, at, 1, MS, FROM, SLOW);
		lab_deliver(lab, at, 2, MS, FROM, SLOW);
		lab_deliver(lab, at, 2, MS, FROM, NULL);
		lab_tick(lab, at + 1 * SEC);
	}
}

static const struct effect *
effect_of(const struct lab *lab, size_t i)
{
	assert_true(i < lab->m->acts.n);
	return &lab->m->acts.effects[i].e;
}

/* Well for an hour, then throttled; slowed down five minutes later. */
static void
throttled(struct lab *lab)
{
	lab_open(lab, 0);
	lab_live(lab, NOW - 30 * MIN);
	flow(lab, NOW - 20 * MIN, NOW - 5 * MIN, 4, 0);
	flow(lab, NOW - 5 * MIN, NOW, 2, 4);
}

static void
better_by_its_figures(void **state)
{
	struct lab lab;
	struct lease l = on_egress("a1", VERB_INTERVAL, "6s", NOW + 2 * SEC);
	const struct effect *e;

	(void)state;
	throttled(&lab);
	flow(&lab, NOW, NOW + 5 * SEC, 2, 4);
	tell(&lab, NOW + 6 * SEC, &l, 1);
	e = effect_of(&lab, 0);
	assert_int_equal(e->verdict, EFFECT_PENDING);
	/* Before: from the throttle's beginning, not from when all was well;
	 * to the step it began in. */
	assert_int_equal(e->before.from_ms, NOW - 5 * MIN);
	assert_int_equal(e->before.to_ms, NOW);
	assert_int_equal(e->before.refused, 240);
	assert_int_equal(e->before.sent, 120);
	assert_int_equal(e->before.tried, 360);
	assert_true(e->known_at_ms > NOW + MIN);
	/* What was in flight does not count. */
	flow(&lab, NOW + 5 * SEC, NOW + 15 * SEC, 2, 4);
	flow(&lab, NOW + 15 * SEC, NOW + 3 * MIN, 3, 0);
	lab_tick(&lab, NOW + 3 * MIN);
	assert_int_equal(e->after.from_ms, NOW + 15 * SEC);
	assert_int_equal(e->after.to_ms, NOW + 3 * MIN);
	assert_int_equal(e->after.refused, 0);
	assert_int_equal(e->after.sent, 99);
	assert_int_equal(e->verdict, EFFECT_BETTER);
	assert_int_equal(
	    effect_per_min_deci(&e->before, e->before.refused), 480);
	assert_int_equal(lab.m->acts.effects[0].next.kind, ADVICE_KEEP);
	/* Five quiet minutes, and nobody knows what waits: nothing is said. */
	flow(&lab, NOW + 3 * MIN, NOW + 6 * MIN, 3, 0);
	assert_int_equal(lab.m->acts.effects[0].next.kind, ADVICE_NONE);
	/* What was before stays known when the fine counts have gone. */
	flow(&lab, NOW + 6 * MIN, NOW + 90 * MIN, 3, 0);
	assert_int_equal(e->before.refused, 240);
	assert_int_equal(e->before.sent, 120);
	assert_int_equal(e->after.to_ms - e->after.from_ms, 10 * MIN);
	assert_int_equal(e->after.sent, 360);
	assert_int_equal(e->verdict, EFFECT_BETTER);
	lab_close(&lab);
}

static void
what_to_try_next(void **state)
{
	struct lab lab;
	struct lease l = on_egress("a1", VERB_INTERVAL, "1s", NOW);
	struct advice next;
	uint32_t cell;

	(void)state;
	throttled(&lab);
	/* 24 a minute are taken while 72 are tried: of one handle and domain,
	 * one in three seconds keeps below that. */
	assert_int_equal(model_throttles_of_egress(lab.m, 0, &cell), 1);
	lab_tick(&lab, NOW);
	acts_advise(lab.m, cell, &next);
	assert_string_equal(
	    next.words, "interval provider=ms egress=192.0.2.1 3s");
	assert_int_equal(next.accepted_deci, 240);
	assert_int_equal(next.over_ms, 5 * MIN);
	assert_int_equal(next.domains, 1);
	assert_int_equal(next.handles, 1);
	tell(&lab, NOW, &l, 1);
	acts_advise(lab.m, cell, &next);
	assert_int_equal(next.kind, ADVICE_NONE); /* an act is in force */
	flow(&lab, NOW, NOW + 3 * MIN, 2, 4);
	assert_int_equal(effect_of(&lab, 0)->verdict, EFFECT_SAME);
	assert_int_equal(lab.m->acts.effects[0].next.kind, ADVICE_TRY);
	assert_string_equal(
	    lab.m->acts.effects[0].next.words, "interval 192.0.2.1 3s");
	/* The next step takes over. */
	tell(&lab, NOW + 3 * MIN,
	    (struct lease[]){
		l, on_egress("a2", VERB_INTERVAL, "6s", NOW + 3 * MIN)},
	    2);
	flow(&lab, NOW + 3 * MIN, NOW + 6 * MIN, 1, 0);
	assert_true(effect_of(&lab, 0)->over);
	assert_int_equal(effect_of(&lab, 0)->after.to_ms, NOW + 3 * MIN);
	assert_int_equal(lab.m->acts.effects[0].next.kind, ADVICE_NONE);
	/* And is held against what was since the first, not before it. */
	assert_int_equal(
	    effect_of(&lab, 1)->before.from_ms, NOW + EFFECT_SETTLE_MS);
	assert_int_equal(effect_of(&lab, 1)->verdict, EFFECT_BETTER);
	assert_string_equal(
	    acts_of_egress(lab.m, &lab.m->egress[0], STR_LIT("ms"))->id, "a2");
	assert_null(acts_of_egress(lab.m, &lab.m->egress[1], STR_LIT("ms")));
	lab_close(&lab);
}

static void
worse_when_it_is_tightened(void **state)
{
	struct lab lab;
	struct lease l = on_egress("a1", VERB_CONCURRENCY, "5", NOW);

	(void)state;
	throttled(&lab);
	tell(&lab, NOW, &l, 1);
	flow(&lab, NOW, NOW + 3 * MIN, 0, 8);
	assert_int_equal(effect_of(&lab, 0)->verdict, EFFECT_WORSE);
	assert_string_equal(
	    lab.m->acts.effects[0].next.words, "concurrency 192.0.2.1 2");
	lab_close(&lab);
}

/* Only its own mail: by egress IP, provider, both, and pool. */
static void
only_its_own_mail(void **state)
{
	struct lab lab;
	struct lease v[5] = {on_egress("a1", VERB_INTERVAL, "6s", NOW),
	    on_egress("a2", VERB_INTERVAL, "6s", NOW),
	    on_egress("a3", VERB_INTERVAL, "6s", NOW),
	    on_egress("a4", VERB_SHARES, "x", NOW),
	    on_egress("a5", VERB_INTERVAL, "6s", NOW)};
	static const uint64_t refused[] = {14, 24, 12, 26, 2};

	(void)state;
	v[1].of = (struct act_subject){.on = ACT_ON_PROVIDER, .provider = "ms"};
	v[2].of = (struct act_subject){
	    .on = ACT_ON_PROVIDER, .provider = "ms", .egress = "192.0.2.1"};
	v[3].of = (struct act_subject){.on = ACT_ON_POOL, .pool = "out"};
	v[4].of = (struct act_subject){
	    .on = ACT_ON_PROVIDER, .provider = "other.example"};
	lab_open(&lab, 0);
	lab_live(&lab, NOW - 30 * MIN);
	/* 12 steps: 12 throttled over each, 2 listed over out1 elsewhere, and
	 * what is neither throttle nor listing. */
	flow(&lab, NOW - MIN, NOW, 1, 1);
	for (int i = 0; i < 2; i++)
		lab_deliver(&lab, NOW - 20 * SEC, 1, MX, FROM, ZENS);
	lab_deliver(&lab, NOW - 20 * SEC, 1, MX, FROM, "450 4.2.0 greylisted");
	lab_deliver(&lab, NOW - 20 * SEC, 1, MX, FROM, "550 5.1.1 unknown");
	tell(&lab, NOW + 1, v, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(
		    effect_of(&lab, i)->before.refused, refused[i]);
	lab_close(&lab);
}

static void
marks_of_beginnings_and_ends(void **state)
{
	struct lab lab;
	struct lease v[2] = {on_egress("a1", VERB_PAUSE, "", NOW - 7 * MIN),
	    on_egress("a2", VERB_INTERVAL, "3s", NOW - 5 * MIN)};
	struct buf text;
	const struct acts *a;

	(void)state;
	lab_open(&lab, 0);
	discover(lab.m, 2 * MIN); /* the host's clock is ahead */
	a = &lab.m->acts;
	v[1].until_ms = NOW + 12 * MIN;
	tell(&lab, NOW, v + 1, 1);
	tell(&lab, NOW + 5 * SEC, v, 2); /* another console's, and older */
	tell(&lab, NOW + 35 * SEC, v, 2);
	assert_int_equal(a->n_marks, 2);
	assert_string_equal(a->marks[0].id, "a1");
	assert_int_equal(a->marks[0].at_ms, NOW - 9 * MIN);
	assert_int_equal(a->marks[1].at_ms, NOW - 7 * MIN);
	/* Ended by somebody: when it was seen. By itself: when it was due. */
	tell(&lab, NOW + MIN, v + 1, 1);
	assert_int_equal(a->n, 1);
	assert_int_equal(a->n_marks, 3);
	assert_true(a->marks[2].end);
	assert_int_equal(a->marks[2].at_ms, NOW + MIN);
	tell(&lab, NOW + 11 * MIN, NULL, 0);
	assert_int_equal(a->n, 0);
	assert_int_equal(a->marks[3].at_ms, NOW + 10 * MIN);
	buf_init(&text, 256);
	acts_mark_text(&a->marks[3], &text);
	assert_non_null(strstr(buf_cstr(&text), "interval 3s ended"));
	buf_reset(&text);
	acts_mark_text(&a->marks[1], &text);
	assert_non_null(strstr(buf_cstr(&text), "interval 3s by ann"));
	buf_done(&text);
	/* Another host's are not touched by what this one tells; and there is
	 * an end to them. */
	for (int i = 0; i < 300; i++) {
		char id[PLAN_ID];

		(void)snprintf(id, sizeof id, "b%d", i);
		v[0] = on_egress(id, VERB_PAUSE, "", NOW + 20 * MIN + i * SEC);
		tell(&lab, NOW + 25 * MIN + i * SEC, v, 1);
	}
	assert_int_equal(a->n_marks, ACTS_MARKS);
	assert_string_equal(a->marks[ACTS_MARKS - 1].id, "b298");
	lab_close(&lab);
}

static void
what_stops_and_what_leaks(void **state)
{
	struct lab lab;
	struct lease v[3] = {on_egress("a1", VERB_PAUSE, "", NOW),
	    on_egress("a2", VERB_ISOLATE, "", NOW),
	    on_egress("a3", VERB_SITE, "", NOW)};

	(void)state;
	v[1].of = (struct act_subject){.on = ACT_ON_SENDER, .sender = FROM};
	v[2].of = (struct act_subject){.on = ACT_ON_SITE, .site = "x"};
	throttled(&lab);
	tell(&lab, NOW, v, 3);
	flow(&lab, NOW, NOW + 25 * SEC, 2, 0); /* in flight */
	flow(&lab, NOW + 25 * SEC, NOW + 2 * MIN, 0, 0);
	assert_int_equal(effect_of(&lab, 0)->verdict, EFFECT_STOPPED);
	/* The sender's still leaves, but by which host? */
	assert_int_equal(effect_of(&lab, 1)->verdict, EFFECT_UNKNOWN);
	assert_int_equal(effect_of(&lab, 1)->why, EFFECT_NOT_TOLD);
	assert_int_equal(effect_of(&lab, 2)->verdict, EFFECT_NONE);
	flow(&lab, NOW + 2 * MIN, NOW + 3 * MIN, 1, 0);
	assert_int_equal(effect_of(&lab, 0)->verdict, EFFECT_LEAKS);
	lab_close(&lab);
}

/* The next step after a pause, as the other egress IP fares meanwhile. */
static void
what_to_do_after_a_pause(void **state)
{
	struct lab lab;
	struct lease v[2] = {on_egress("a1", VERB_PAUSE, "", NOW),
	    on_egress("a2", VERB_INTERVAL, "3s", NOW + 70 * MIN)};
	const struct act_effect *x;

	(void)state;
	throttled(&lab);
	tell(&lab, NOW, v, 1);
	x = &lab.m->acts.effects[0];
	/* out2 is refused by the same provider, one in two. */
	flow(&lab, NOW, NOW + 3 * MIN, 0, 0);
	assert_int_equal(x->e.verdict, EFFECT_STOPPED);
	assert_int_equal(x->next.why, ADVICE_ELSEWHERE);
	assert_int_equal(x->next.others, 1);
	assert_int_equal(x->next.others_refused, 1);
	/* It takes 12 of its 24 a minute: 10.8 are one in 6 s. */
	assert_string_equal(x->next.words, "interval provider=ms 6s");
	assert_string_equal(x->next.then, "lift a1");
	/* Then only this one had been: begin with what it took. */
	for (int64_t at = NOW + 3 * MIN; at < NOW + 14 * MIN; at += 5 * SEC) {
		lab_deliver(&lab, at, 2, MS, FROM, NULL);
		lab_tick(&lab, at + SEC);
	}
	assert_int_equal(x->next.why, ADVICE_PAUSED);
	assert_int_equal(x->next.accepted_deci, 240);
	assert_string_equal(x->next.words, "interval 192.0.2.1 3s");
	/* The fine counts of before have gone; what they said has not. */
	lab_tick(&lab, NOW + 65 * MIN);
	assert_int_equal(x->next.why, ADVICE_PAUSED);
	assert_string_equal(x->next.words, "interval 192.0.2.1 3s");
	tell(&lab, NOW + 70 * MIN, v, 2);
	lab_tick(&lab, NOW + 71 * MIN);
	x = &lab.m->acts.effects[0];
	assert_int_equal(x->next.why, ADVICE_PACED);
	assert_string_equal(x->next.words, "lift a1");
	/* A pace for a part of it, or one that was undone, is none: the
	 * pause's end would let go the rest as before. */
	v[1].state = LEASE_UNDONE;
	tell(&lab, NOW + 72 * MIN, v, 2);
	lab_tick(&lab, NOW + 73 * MIN);
	assert_int_equal(lab.m->acts.effects[0].next.kind, ADVICE_NONE);
	v[1].state = LEASE_IN_FORCE;
	v[1].of.on = ACT_ON_PROVIDER;
	str_copy(v[1].of.provider, sizeof v[1].of.provider, STR_LIT("other"));
	tell(&lab, NOW + 74 * MIN, v, 2);
	lab_tick(&lab, NOW + 75 * MIN);
	assert_int_equal(lab.m->acts.effects[0].next.kind, ADVICE_NONE);
	str_copy(v[1].of.provider, sizeof v[1].of.provider, STR_LIT("ms"));
	tell(&lab, NOW + 76 * MIN, v, 2);
	lab_tick(&lab, NOW + 77 * MIN);
	assert_int_equal(lab.m->acts.effects[0].next.why, ADVICE_PACED);
	lab_close(&lab);
}

/* What is no throttle is no matter of pace; what leaks is no pause. */
static void
after_a_pause_for_a_list(void **state)
{
	struct lab lab;
	struct lease l = on_egress("a1", VERB_PAUSE, "", NOW);
	const struct act_effect *x;

	(void)state;
	lab_open(&lab, 0);
	lab_live(&lab, NOW - 30 * MIN);
	for (int64_t at = NOW - 5 * MIN; at < NOW; at += 5 * SEC)
		lab_deliver(&lab, at, 1, MX, FROM, ZENS);
	tell(&lab, NOW, &l, 1);
	lab_tick(&lab, NOW + 10 * MIN);
	x = &lab.m->acts.effects[0];
	assert_int_equal(x->e.verdict, EFFECT_STOPPED);
	assert_int_equal(x->next.kind, ADVICE_KEEP);
	assert_int_equal(x->next.why, ADVICE_STANDING);
	lab_deliver(&lab, NOW + 11 * MIN, 1, MX, FROM, NULL);
	lab_tick(&lab, NOW + 12 * MIN);
	assert_int_equal(x->e.verdict, EFFECT_LEAKS);
	assert_int_equal(x->next.kind, ADVICE_NONE);
	lab_close(&lab);
}

static void
what_nobody_saw(void **state)
{
	struct lab lab;
	struct lease v[2] = {on_egress("a1", VERB_INTERVAL, "6s", NOW),
	    on_egress("a2", VERB_INTERVAL, "6s", NOW)};
	struct event gap = {.kind = EVT_LOG_GAP, .at_ms = NOW + 2 * MIN};
	struct event down = {.kind = EVT_LINK, .at_ms = NOW + 4 * MIN};
	const struct effect *e;

	(void)state;
	v[1].of = (struct act_subject){.on = ACT_ON_PROVIDER,
	    .domain = "to.example",
	    .egress = "192.0.2.2"};
	throttled(&lab);
	tell(&lab, NOW, v, 2);
	e = effect_of(&lab, 0);
	/* A domain's mail over one egress IP is not counted apart. */
	assert_int_equal(effect_of(&lab, 1)->why, EFFECT_NOT_TOLD);
	flow(&lab, NOW, NOW + MIN, 2, 4);
	gap.u.gap.since_ms = NOW + MIN;
	model_update(lab.m, &gap);
	flow(&lab, NOW + 2 * MIN, NOW + 4 * MIN, 2, 4);
	assert_int_equal(e->after.blind_ms, MIN);
	assert_int_equal(effect_per_min_deci(&e->after, e->after.refused), 480);
	/* Nobody reads it any more: what was seen stays, and that is said. */
	down.u.link.state = LINK_WAITING;
	down.u.link.err = ERR_CLOSED;
	model_update(lab.m, &down);
	lab_tick(&lab, NOW + 30 * MIN);
	assert_false(e->live);
	assert_true(e->after.to_ms <= NOW + 4 * MIN);
	assert_int_equal(e->verdict, EFFECT_SAME);
	assert_int_equal(lab.m->acts.effects[0].next.kind, ADVICE_NONE);
	lab_close(&lab);
}

static void
who_overlaps(void **state)
{
	static const struct act_subject ip = {
	    .on = ACT_ON_EGRESS, .egress = "192.0.2.1"};
	static const struct act_subject ms = {
	    .on = ACT_ON_PROVIDER, .provider = "ms"};
	static const struct act_subject pair = {
	    .on = ACT_ON_PROVIDER, .provider = "ms", .egress = "192.0.2.2"};
	static const struct act_subject sender = {
	    .on = ACT_ON_SENDER, .sender = "a@b.example"};
	static const struct act_subject pool = {
	    .on = ACT_ON_POOL, .pool = "out"};

	(void)state;
	assert_true(acts_overlap(&ip, &ip));
	assert_true(acts_overlap(&ip, &ms));
	assert_false(acts_overlap(&ip, &pair));
	assert_true(acts_overlap(&ms, &pair));
	assert_true(acts_overlap(&pool, &ip));
	assert_false(acts_overlap(&sender, &ip));
	assert_true(acts_overlap(&sender, &sender));
	assert_false(acts_overlap(&(struct act_subject){.on = ACT_ON_SITE},
	    &(struct act_subject){.on = ACT_ON_SITE}));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(better_by_its_figures),
	    cmocka_unit_test(what_to_try_next),
	    cmocka_unit_test(worse_when_it_is_tightened),
	    cmocka_unit_test(only_its_own_mail),
	    cmocka_unit_test(marks_of_beginnings_and_ends),
	    cmocka_unit_test(what_stops_and_what_leaks),
	    cmocka_unit_test(what_to_do_after_a_pause),
	    cmocka_unit_test(after_a_pause_for_a_list),
	    cmocka_unit_test(what_nobody_saw),
	    cmocka_unit_test(who_overlaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
