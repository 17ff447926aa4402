/* alert_seen_test.c - listings by impact, one alert a list however many are on
 * it; throttles, one alert a provider. */
#include "tests/unit/core/alert_help.h"

#include <time.h>

enum { S = 1000, MIN = 60000, MANY = 137 };

static struct blocklists *
load_lists(void)
{
	struct blocklists *c = NULL;
	char why[256] = "";

	if (blocklists_load(&c, STR_LIT(LISTS_JSON), why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return c;
}

/* 137 addresses and a domain are asked about. */
static struct model *
listed_model(const struct blocklists *c)
{
	static const char *const names[] = {"mta1"};
	struct model_opts o = {.host_names = names, .n_hosts = 1, .lists = c};
	struct model *m = model_new(&o);
	char text[MANY + 1][32];
	struct str all[MANY + 1];
	struct event ev = {.kind = EVT_SUBJECTS,
	    .host = HOST_NONE,
	    .at_ms = NOW,
	    .u.subjects = {all, MANY + 1}};

	assert_non_null(m);
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(text[i], sizeof text[i], "198.51.100.%d", i + 1);
		all[i] = str_of(text[i]);
	}
	all[MANY] = STR_LIT("shop.example");
	link_at(m, 0, LINK_UP, NOW);
	live_at(m, 0, NOW);
	model_update(m, &ev);
	tick_at(m, NOW);
	return m;
}

static void
answer(struct model *m, const char *subject, uint16_t list, enum verdict v)
{
	struct list_answer a = {.subject = str_of(subject),
	    .domain = strcmp(subject, "shop.example") == 0,
	    .list = list,
	    .verdict = v,
	    .codes = {0x7f000002},
	    .n_codes = v == VERDICT_LISTED};
	struct event ev = {.kind = EVT_LIST_ANSWER,
	    .host = HOST_NONE,
	    .at_ms = m->now_ms,
	    .u.answer = &a};

	model_update(m, &ev);
}

static void
answer_all(struct model *m, uint16_t list, enum verdict v, int n)
{
	char text[32];

	for (int i = 0; i < n; i++) {
		(void)snprintf(text, sizeof text, "198.51.100.%d", i + 1);
		answer(m, text, list, v);
	}
}

static void
a_listing_is_told_at_once(void **state)
{
	struct blocklists *c = load_lists();
	struct model *m = listed_model(c);
	const struct alert *a;

	(void)state;
	m->now_ms = NOW + 100; /* no tick is due */
	answer(m, "198.51.100.7", BIG, VERDICT_LISTED);
	a = alert_at(m, RULE_LISTING, "big");
	assert_non_null(a);
	assert_true(alert_is_open(a));
	assert_int_equal(a->severity, SEV_CRIT);
	assert_int_equal(a->list, BIG);
	assert_string_equal(a->first, "198.51.100.7");
	assert_int_equal(m->alerts.rings, 1);
	assert_int_equal(m->alerts.open[SEV_CRIT], 1);
	model_free(m);
	blocklists_free(c);
}

static void
many_are_one_alert(void **state)
{
	struct blocklists *c = load_lists();
	struct model *m = listed_model(c);
	const struct alert *a;

	(void)state;
	answer_all(m, BIG, VERDICT_LISTED, MANY);
	answer(m, "shop.example", BIG, VERDICT_LISTED);
	tick_to(m, NOW + 2 * MIN);
	assert_int_equal(m->alerts.n, 1);
	a = alert_at(m, RULE_LISTING, "big");
	assert_int_equal(a->members, MANY + 1);
	assert_int_equal(a->domains, 1);
	/* At once for the first, and once for how many they are. */
	assert_int_equal(m->alerts.rings, 2);
	/* 137 -> 51 -> 0. */
	answer_all(m, BIG, VERDICT_CLEAN, MANY - 51);
	answer(m, "shop.example", BIG, VERDICT_CLEAN);
	tick_to(m, m->now_ms + 10 * S);
	a = alert_at(m, RULE_LISTING, "big");
	assert_int_equal(a->members, 51);
	assert_int_equal(a->peak, MANY + 1);
	answer_all(m, BIG, VERDICT_CLEAN, MANY);
	tick_to(m, m->now_ms + 4 * MIN);
	assert_false(alert_is_open(alert_at(m, RULE_LISTING, "big")));
	assert_int_equal(m->alerts.rings, 2);
	model_free(m);
	blocklists_free(c);
}

static void
by_impact(void **state)
{
	struct blocklists *c = load_lists();
	struct model *m = listed_model(c);

	(void)state;
	answer(m, "198.51.100.7", LOW, VERDICT_LISTED);
	answer(m, "198.51.100.7", MID, VERDICT_LISTED);
	answer(m, "198.51.100.8", BIG, VERDICT_REFUSED);
	answer(m, "198.51.100.9", BIG, VERDICT_UNREACHABLE);
	tick_to(m, NOW + 5 * S);
	assert_int_equal(m->alerts.n, 1);
	assert_int_equal(alert_at(m, RULE_LISTING, "mid")->severity, SEV_WARN);
	m->alerts.rules.listing_impact = IMPACT_LOW;
	tick_to(m, NOW + 10 * S);
	assert_int_equal(alert_at(m, RULE_LISTING, "low")->severity, SEV_INFO);
	assert_int_equal(m->alerts.rings, 1);
	model_free(m);
	blocklists_free(c);
}

/* On a part of a list and on the list itself: one cause. */
static void
a_part_is_told_by_the_whole(void **state)
{
	struct blocklists *c = load_lists();
	struct model *m = listed_model(c);

	(void)state;
	answer(m, "198.51.100.7", BIG, VERDICT_LISTED);
	answer(m, "198.51.100.7", PART, VERDICT_LISTED);
	tick_to(m, NOW + 5 * S);
	assert_int_equal(m->alerts.n, 1);
	assert_null(alert_at(m, RULE_LISTING, "part"));
	answer(m, "198.51.100.8", PART, VERDICT_LISTED);
	tick_to(m, NOW + 10 * S);
	assert_int_equal(alert_at(m, RULE_LISTING, "part")->members, 1);
	model_free(m);
	blocklists_free(c);
}

/* ---- throttles ---- */

static struct throttle *
throttle_of(struct model *m, uint32_t cell, enum throttle_state s, int peak)
{
	struct throttle *t = calloc(1, sizeof *t);

	assert_non_null(t);
	t->state = s;
	t->start_ms = m->now_ms - 30 * S;
	t->refusals = 40;
	t->peak_milli = peak;
	m->cells[cell].throttle = t;
	return t;
}

static void
throttles_of_a_provider(void **state)
{
	struct model *m = alert_model();
	struct throttle *t[2];
	const struct alert *a;

	(void)state;
	mail(m, "postfix/out1", "mx1.a.example", LS_SENT, 1, NOW);
	mail(m, "postfix/out2", "mx1.a.example", LS_SENT, 1, NOW);
	mail(m, "postfix/out2", "mx1.b.example", LS_SENT, 1, NOW);
	t[0] = throttle_of(m, 0, THROTTLE_SUSPECTED, 100);
	t[1] = throttle_of(m, 1, THROTTLE_EASING, 100);
	tick_to(m, NOW + 2 * S);
	assert_int_equal(m->alerts.n, 0);
	t[0]->state = THROTTLE_THROTTLED;
	t[0]->peak_milli = 400;
	tick_to(m, NOW + 3 * S);
	a = alert_at(m, RULE_THROTTLE, "a.example");
	assert_non_null(a);
	assert_true(alert_is_open(a));
	assert_int_equal(a->severity, SEV_WARN);
	assert_int_equal(a->members, 2);
	assert_int_equal(a->value, 400);
	assert_int_equal(a->base, 80);
	assert_int_equal(a->since_ms, NOW - 30 * S);
	assert_string_equal(a->first, "192.0.2.1");
	t[0]->peak_milli = 700;
	tick_to(m, NOW + 5 * S);
	assert_int_equal(m->alerts.rings, 2);
	/* Easing keeps it; clear closes it. */
	t[0]->state = THROTTLE_EASING;
	tick_to(m, NOW + 20 * MIN);
	assert_true(alert_is_open(alert_at(m, RULE_THROTTLE, "a.example")));
	t[0]->state = t[1]->state = THROTTLE_CLEAR;
	tick_to(m, m->now_ms + 4 * MIN);
	assert_false(alert_is_open(alert_at(m, RULE_THROTTLE, "a.example")));
	assert_int_equal(m->alerts.n, 1);
	model_free(m);
}

static void
health(struct model *m, uint16_t list, enum verdict v, bool no_resolver)
{
	struct list_health h = {.list = list,
	    .verdict = v,
	    .text = v == VERDICT_CLEAN ? STR_LIT("")
				       : STR_LIT("192.0.2.53 is silent."),
	    .no_resolver = no_resolver};
	struct event ev = {.kind = EVT_LIST_HEALTH,
	    .host = HOST_NONE,
	    .at_ms = m->now_ms,
	    .u.health = &h};

	model_update(m, &ev);
}

/* One alert for all lists that a silent resolver takes away. */
static void
the_resolver_is_gone(void **state)
{
	struct blocklists *c = load_lists();
	struct model *m = listed_model(c);
	const struct alert *a;

	(void)state;
	(void)setenv("TZ", "UTC", 1);
	tzset();
	/* a list in trouble is not all of them */
	health(m, LOW, VERDICT_UNREACHABLE, false);
	tick_to(m, NOW + 5 * MIN);
	assert_int_equal(m->alerts.n, 0);
	for (uint16_t i = 0; i < N_LISTS; i++)
		health(m, i, VERDICT_UNKNOWN, true);
	tick_to(m, NOW + 5 * MIN + 50 * S);
	assert_int_equal(m->alerts.rings, 0);
	tick_to(m, NOW + 6 * MIN + S);
	a = alert_at(m, RULE_NO_RESOLVER, "*");
	assert_non_null(a);
	assert_true(alert_is_open(a));
	assert_int_equal(m->alerts.n, 1);
	assert_int_equal(m->alerts.rings, 1);
	assert_int_equal(a->severity, SEV_WARN);
	assert_int_equal(a->kind, CAUSE_LISTS);
	assert_int_equal(a->members, N_LISTS);
	assert_int_equal(a->since_ms, NOW + 5 * MIN);
	assert_int_equal(a->value, MIN + S);
	assert_text(m, a,
	    "4 lists cannot be asked; since 14:18:20 (1m01s). 192.0.2.53 is "
	    "silent.");
	/* It stays for the lists of another one, and closes with the last. */
	health(m, BIG, VERDICT_CLEAN, false);
	tick_to(m, m->now_ms + S);
	assert_int_equal(a->members, N_LISTS - 1);
	for (uint16_t i = 1; i < N_LISTS; i++)
		health(m, i, VERDICT_CLEAN, false);
	tick_to(m, m->now_ms + 2 * MIN);
	assert_true(alert_is_open(a));
	tick_to(m, m->now_ms + 2 * MIN);
	assert_false(alert_is_open(a));
	assert_int_equal(m->alerts.rings, 1);
	model_free(m);
	blocklists_free(c);
}

/* What nobody asks any more is nobody's loss. */
static void
lists_not_in_use(void **state)
{
	static const uint16_t use[] = {BIG};
	struct blocklists *c = load_lists();
	struct model *m = listed_model(c);
	struct event ev = {.kind = EVT_SUBJECTS, .host = HOST_NONE};

	(void)state;
	health(m, MID, VERDICT_UNKNOWN, true);
	tick_to(m, NOW + 2 * MIN);
	assert_true(alert_is_open(alert_at(m, RULE_NO_RESOLVER, "*")));
	ev.at_ms = m->now_ms;
	ev.u.subjects.use = use;
	ev.u.subjects.n_use = 1;
	model_update(m, &ev);
	tick_to(m, m->now_ms + 4 * MIN);
	assert_false(alert_is_open(alert_at(m, RULE_NO_RESOLVER, "*")));
	model_free(m);
	blocklists_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_listing_is_told_at_once),
	    cmocka_unit_test(many_are_one_alert),
	    cmocka_unit_test(by_impact),
	    cmocka_unit_test(a_part_is_told_by_the_whole),
	    cmocka_unit_test(throttles_of_a_provider),
	    cmocka_unit_test(the_resolver_is_gone),
	    cmocka_unit_test(lists_not_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
