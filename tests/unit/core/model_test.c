/* model_test.c - a model's birth, the questions it answers, the same figures
 * for the same events, and random events against naive counters. */
#include "tests/unit/core/model_help.h"

static void
fresh_models_know_nothing(void **state)
{
	struct model *m = make_model(0);

	(void)state;
	assert_int_equal(m->n_hosts, 2);
	assert_string_equal(m->hosts[1].name, "mta2");
	assert_int_equal(m->hosts[1].id, 1);
	assert_int_equal(m->hosts[0].counts.n[Q_DEFERRED], -1);
	assert_int_equal(m->n_egress, 0);
	assert_null(m->hosts[0].queue);
	assert_int_equal(model_fresh(m, &m->hosts[0], 0, 5000), FRESH_NODATA);
	model_free(m);
	model_free(NULL);
}

static void
freshness_is_a_word(void **state)
{
	struct model *m = make_model(0);
	struct host *h = &m->hosts[0];
	struct event ev = {.kind = EVT_TICK, .at_ms = NOW};

	(void)state;
	model_update(m, &ev);
	assert_int_equal(model_fresh(m, h, NOW, 5000), FRESH_ERROR);
	ev.kind = EVT_LINK;
	ev.u.link.state = LINK_UP;
	model_update(m, &ev);
	assert_int_equal(model_fresh(m, h, NOW, 5000), FRESH_LIVE);
	assert_int_equal(model_fresh(m, h, NOW - 15000, 5000), FRESH_LIVE);
	assert_int_equal(model_fresh(m, h, NOW - 15001, 5000), FRESH_STALE);
	assert_int_equal(model_fresh(m, h, 0, 5000), FRESH_NODATA);
	ev.u.link.state = LINK_WAITING;
	model_update(m, &ev);
	assert_int_equal(model_fresh(m, h, NOW, 5000), FRESH_ERROR);
	model_free(m);
}

static void
providers_of_domains_are_learned(void **state)
{
	struct model *m = make_model(0);
	struct log_rec r = make_delivery(NOW, "Q1", "postfix/out1",
	    "u@One.example", "mx1.big.example", LS_SENT, "250 ok");

	(void)state;
	discover(m, 0);
	assert_int_equal(
	    model_provider_of_domain(m, STR_LIT("one.example")).n, 0);
	feed(m, 0, &r, 1);
	assert_true(str_eq(model_provider_of_domain(m, STR_LIT("one.example")),
	    STR_LIT("big.example")));
	model_free(m);
}

static uint64_t
rnd(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* A random delivery out of few tags, domains, relays and statuses. */
static struct log_rec
random_delivery(uint64_t *x, int64_t at_ms)
{
	static const char *const tags[] = {
	    "postfix/out1", "postfix/out2", "postfix"};
	static const char *const to[] = {
	    "u@a.example", "u@b.example", "u@c.example", "u@d.example"};
	static const char *const relays[] = {"mx1.big.example",
	    "mx2.big.example", "mx.small.example", "mx.tiny.example"};
	static const enum log_status status[] = {
	    LS_SENT, LS_SENT, LS_DEFERRED, LS_BOUNCED};
	static const char *const qids[] = {"Q0", "Q1", "Q2", "Q3", "Q4", "Q5"};
	uint64_t d = rnd(x) % 4;

	return make_delivery(at_ms, qids[rnd(x) % 6], tags[rnd(x) % 3], to[d],
	    relays[d], status[rnd(x) % 4],
	    "host mx[198.51.100.1] said: 450 4.7.1 busy");
}

struct naive {
	uint64_t egress[3][3], domain[4][3], all[3];
	uint64_t recent[3][3]; /* of the last 10 min */
};

static int
column(enum log_status s)
{
	return s == LS_SENT ? 0 : s == LS_DEFERRED ? 1 : 2;
}

static void
count_naive(struct naive *n, const struct log_rec *r)
{
	int c = column(r->status);
	int e = str_eq(r->tag, STR_LIT("postfix/out1"))	  ? 0
		: str_eq(r->tag, STR_LIT("postfix/out2")) ? 1
							  : 2;

	n->all[c]++;
	n->egress[e][c]++;
	n->domain[r->to.p[2] - 'a'][c]++;
	if (r->at_ms / 5000 > NOW / 5000 - 120)
		n->recent[e][c]++;
}

static void
play(struct model *m, uint64_t seed, struct naive *n)
{
	uint64_t x = seed;

	discover(m, 0);
	for (int i = 0; i < 20000; i++) {
		int64_t at_ms = NOW - (int64_t)(rnd(&x) % 1200000);
		struct log_rec r = random_delivery(&x, at_ms);

		if (n != NULL)
			count_naive(n, &r);
		feed(m, 0, &r, 1);
	}
}

static void
random_events_equal_naive_counters(void **state)
{
	static const char *const domains[] = {
	    "a.example", "b.example", "c.example", "d.example"};
	struct model *m = make_model(0);
	struct naive n = {0};
	uint64_t cells = 0, replies = 0, providers = 0;

	(void)state;
	play(m, 12345, &n);
	assert_int_equal(m->n_egress, 3);
	for (int c = 0; c < 3; c++) {
		enum figure f = (enum figure)(STAT_SENT + c);

		assert_int_equal(tally_total(&m->hosts[0].tally, f), n.all[c]);
		for (int e = 0; e < 3; e++) {
			assert_int_equal(tally_total(&m->egress[e].tally, f),
			    n.egress[e][c]);
			assert_int_equal(
			    tally_window(&m->egress[e].tally, f, WIN_10M, NOW),
			    n.recent[e][c]);
		}
		for (int d = 0; d < 4; d++)
			assert_int_equal(total(find_keyed(m, m->domains,
						   m->n_domains, domains[d]),
					     f),
			    n.domain[d][c]);
		for (uint32_t i = 0; i < m->n_cells; i++)
			cells += tally_total(&m->cells[i].tally, f);
		for (uint32_t i = 0; i < m->n_providers; i++)
			providers += tally_total(&m->providers[i].tally, f);
		for (uint32_t i = 0; i < m->n_replies; i++)
			replies += tally_total(&m->replies[i].tally, f);
	}
	assert_int_equal(cells, 20000);
	assert_int_equal(providers, 20000);
	assert_int_equal(replies, n.all[1] + n.all[2]);
	assert_int_equal(m->lumped.domains, 0);
	model_free(m);
}

static void
same_events_same_model(void **state)
{
	struct model *a = make_model(0), *b = make_model(0), *c = make_model(0);
	char *da, *db, *dc;

	(void)state;
	play(a, 777, NULL);
	play(b, 777, NULL);
	play(c, 778, NULL);
	da = dump_model(a);
	db = dump_model(b);
	dc = dump_model(c);
	assert_string_equal(da, db);
	assert_string_not_equal(da, dc);
	free(da);
	free(db);
	free(dc);
	model_free(a);
	model_free(b);
	model_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fresh_models_know_nothing),
	    cmocka_unit_test(freshness_is_a_word),
	    cmocka_unit_test(providers_of_domains_are_learned),
	    cmocka_unit_test(random_events_equal_naive_counters),
	    cmocka_unit_test(same_events_same_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
