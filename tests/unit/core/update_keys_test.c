/* update_keys_test.c - tables that are full: what goes, what is lumped
 * together, and that nothing is lost from the sums. */
#include "tests/unit/core/model_help.h"

#include "core/model_index.h"

static void
deliver(struct model *m, int64_t at_ms, unsigned domain, unsigned sender)
{
	char qid[24], from[40], to[40], relay[40], text[120];
	struct log_rec v[3];

	(void)snprintf(qid, sizeof qid, "Q%u", domain);
	(void)snprintf(from, sizeof from, "u%u@s.example", sender);
	(void)snprintf(to, sizeof to, "u@d%u.example", domain);
	(void)snprintf(relay, sizeof relay, "mx.p%u.example", domain);
	(void)snprintf(text, sizeof text,
	    "host %s[198.51.100.1] said: 450 4.7.%u no", relay, domain % 900);
	v[0] = make_queued(at_ms, qid, from);
	v[1] = make_delivery(
	    at_ms, qid, "postfix/out1", to, relay, LS_DEFERRED, text);
	v[2] = make_rec(LOG_REMOVED, at_ms, qid);
	feed(m, 0, v, 3);
}

static uint64_t
sum_keyed(const struct keyed *v, uint32_t n)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += tally_total(&v[i].tally, STAT_DEFERRED);
	return sum;
}

static void
full_tables_lump(void **state)
{
	struct model *m = make_model(16);
	uint64_t cells = 0, replies = 0;

	(void)state;
	discover(m, 0);
	for (unsigned i = 0; i < 500; i++)
		deliver(m, NOW - 1000, i, i);
	/* The bound, and the row of the others. */
	assert_int_equal(m->n_domains, 17);
	assert_int_equal(m->n_senders, 17);
	assert_int_equal(m->n_providers, 17);
	assert_int_equal(m->n_cells, 17);
	assert_int_equal(m->n_replies, 9);
	assert_int_equal(m->domains[16].key, INTERN_OTHER);
	assert_int_equal(
	    tally_total(&m->domains[16].tally, STAT_DEFERRED), 484);
	assert_int_equal(m->lumped.domains, 484);
	assert_int_equal(m->lumped.senders, 484);
	assert_int_equal(m->lumped.providers, 484);
	assert_int_equal(m->lumped.cells, 484);
	assert_int_equal(m->lumped.replies, 492);
	assert_int_equal(m->lumped.rows_dropped, 0);
	/* Nothing is lost from the sums. */
	assert_int_equal(sum_keyed(m->domains, m->n_domains), 500);
	assert_int_equal(sum_keyed(m->senders, m->n_senders), 500);
	assert_int_equal(sum_keyed(m->providers, m->n_providers), 500);
	for (uint32_t i = 0; i < m->n_cells; i++)
		cells += tally_total(&m->cells[i].tally, STAT_DEFERRED);
	for (uint32_t i = 0; i < m->n_replies; i++)
		replies += tally_total(&m->replies[i].tally, STAT_DEFERRED);
	assert_int_equal(cells, 500);
	assert_int_equal(replies, 500);
	/* Texts are bounded by the tables, not by what came. */
	assert_true(intern_used(m->texts) < 16 * 8);
	model_free(m);
}

static void
idle_rows_make_room(void **state)
{
	struct model *m = make_model(16);

	(void)state;
	discover(m, 0);
	for (unsigned i = 0; i < 11; i++)
		deliver(m, NOW - 7200000, i, i);
	deliver(m, NOW, 3, 3); /* still busy */
	deliver(m, NOW, 50, 50);
	/* Three quarters are not full before this one. */
	assert_int_equal(m->n_domains, 12);
	deliver(m, NOW, 51, 51);
	assert_int_equal(m->n_domains, 3);
	assert_int_equal(m->n_replies, 3);
	assert_non_null(find_keyed(m, m->domains, m->n_domains, "d3.example"));
	assert_null(find_keyed(m, m->domains, m->n_domains, "d4.example"));
	assert_int_equal(
	    total(find_keyed(m, m->senders, m->n_senders, "u3@s.example"),
		STAT_DEFERRED),
	    2);
	assert_true(m->lumped.rows_dropped > 0);
	assert_int_equal(m->lumped.domains, 0);
	/* The order of those that stay is the order of arrival. */
	assert_true(str_eq(
	    intern_text(m->texts, m->domains[1].key), STR_LIT("d50.example")));
	/* One that went and comes again starts anew. */
	deliver(m, NOW, 4, 4);
	assert_int_equal(
	    total(find_keyed(m, m->domains, m->n_domains, "d4.example"),
		STAT_DEFERRED),
	    1);
	/* All are still the host's and the egress IP's. */
	assert_int_equal(tally_total(&m->hosts[0].tally, STAT_DEFERRED), 15);
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_DEFERRED), 15);
	model_free(m);
}

/* Days of new senders: rows and texts stay bounded, figures stay right. */
static void
texts_are_swept(void **state)
{
	struct model *m = make_model(KEYS_MAX);
	uint64_t all = 0;
	uint32_t most = 0;

	(void)state;
	discover(m, 0);
	for (unsigned i = 0; i < 120000; i++) {
		deliver(m, NOW - (int64_t)(120000 - i) * 500, i, i);
		if (intern_used(m->texts) > most)
			most = intern_used(m->texts);
		all++;
	}
	/* 7200 an hour: more than a row each was never needed. */
	assert_int_equal(m->lumped.senders, 0);
	assert_int_equal(m->lumped.domains, 0);
	assert_in_range(m->n_senders, 7200, KEYS_MAX);
	assert_in_range(most, 30000, TEXTS_MAX_IDS - 1);
	assert_int_equal(tally_total(&m->hosts[0].tally, STAT_DEFERRED), all);
	for (unsigned i = 119990; i < 120000; i++) {
		char from[40];

		(void)snprintf(from, sizeof from, "u%u@s.example", i);
		assert_int_equal(
		    total(find_keyed(m, m->senders, m->n_senders, from),
			STAT_DEFERRED),
		    1);
	}
	model_free(m);
}

/* What was remembered of a name does not outlive its text. */
static void
names_are_forgotten_with_their_texts(void **state)
{
	struct model *m = make_model(16);

	(void)state;
	intern_free(m->texts);
	m->texts = intern_new(80, 1 << 16);
	assert_non_null(m->texts);
	discover(m, 0);
	deliver(m, NOW - 20000000, 0, 0);
	for (unsigned i = 1; i < 16; i++)
		deliver(m, NOW - 10000000 + i * 61000, i, i);
	assert_null(find_keyed(m, m->domains, m->n_domains, "d0.example"));
	assert_int_equal(
	    intern_find(m->texts, STR_LIT("d0.example")), INTERN_OTHER);
	for (unsigned i = 100; i < 103; i++)
		deliver(m, NOW, i, i);
	deliver(m, NOW, 0, 0);
	assert_int_equal(
	    total(find_keyed(m, m->domains, m->n_domains, "d0.example"),
		STAT_DEFERRED),
	    1);
	assert_int_equal(
	    total(find_keyed(m, m->senders, m->n_senders, "u0@s.example"),
		STAT_DEFERRED),
	    1);
	assert_int_equal(
	    total(find_keyed(m, m->providers, m->n_providers, "p0.example"),
		STAT_DEFERRED),
	    1);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(full_tables_lump),
	    cmocka_unit_test(idle_rows_make_room),
	    cmocka_unit_test(texts_are_swept),
	    cmocka_unit_test(names_are_forgotten_with_their_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
