/* queue_test.c - counting messages of a queue listing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/queue.h"

#include <stdio.h>

enum { NOW_MS = 100000000 };

static struct queue_item
item(const char *qid, const struct queue_rcpt *r, uint32_t n)
{
	return (struct queue_item){.queue = Q_DEFERRED,
	    .qid = str_of(qid),
	    .sender = STR_LIT("s@sender.example"),
	    .arrival_ms = NOW_MS - 12 * 60000,
	    .size_bytes = 1000,
	    .rcpt = r,
	    .n_rcpt = n};
}

static const struct queue_row *
row(const struct queue_snap *q, enum queue_dim dim, const char *key)
{
	for (uint32_t i = 0; i < q->by[dim].n; i++)
		if (str_eq(intern_text(q->texts, q->by[dim].rows[i].key),
			str_of(key)))
			return &q->by[dim].rows[i];
	return NULL;
}

static uint64_t
total(const struct queue_snap *q, enum queue_dim dim, const char *key)
{
	const struct queue_row *r = row(q, dim, key);

	return r == NULL ? 0 : r->total;
}

static struct str
egress_of(void *ctx, struct str qid)
{
	(void)ctx;
	return qid.p[0] == 'A' ? STR_LIT("192.0.2.1") : (struct str){NULL, 0};
}

static struct str
provider_of(void *ctx, struct str domain)
{
	(void)ctx;
	return str_ends(domain, STR_LIT("net")) ? STR_LIT("p")
						: (struct str){NULL, 0};
}

static const struct queue_lookup lookup = {
    .egress_of = egress_of, .provider_of = provider_of};

static void
counts(void **state)
{
	static const struct queue_rcpt two[] = {
	    {{"a@A.net", 7}, {"host m[192.0.2.1] said: 450 x 1", 31}},
	    {{"b@b.net", 7}, {"host m[192.0.2.2] said: 450 x 2", 31}},
	    {{"c@a.net", 7}, {"", 0}},
	};
	struct queue_snap *q = queue_new(1);
	struct queue_item it = item("A1", two, 3);

	(void)state;
	assert_int_equal(queue_add(q, &it, NOW_MS, &lookup), ERR_OK);
	assert_int_equal(queue_add(q, &it, NOW_MS, &lookup), ERR_OK);
	it = item("B1", two + 1, 1);
	it.queue = Q_ACTIVE;
	it.arrival_ms = NOW_MS + 5000; /* a clock that jumped */
	it.size_bytes = -1;
	assert_int_equal(queue_add(q, &it, NOW_MS, &lookup), ERR_OK);
	queue_finish(q, 7, 8);
	assert_int_equal(q->messages, 2);
	assert_int_equal(q->duplicates, 1);
	assert_int_equal(q->bytes, 1000);
	assert_int_equal(q->by_queue[Q_DEFERRED], 1);
	assert_int_equal(q->by_queue[Q_ACTIVE], 1);
	assert_int_equal(total(q, QD_DOMAIN, "a.net"), 1);
	assert_int_equal(total(q, QD_DOMAIN, "b.net"), 2);
	assert_int_equal(total(q, QD_PROVIDER, "p"), 2);
	assert_int_equal(total(q, QD_SENDER, "s@sender.example"), 2);
	assert_int_equal(total(q, QD_REPLY, "450 x #"), 2);
	assert_int_equal(total(q, QD_EGRESS, "192.0.2.1"), 1);
	assert_int_equal(total(q, QD_EGRESS, ""), 1);
	assert_int_equal(row(q, QD_DOMAIN, "b.net")->age[0], 1);
	assert_int_equal(row(q, QD_DOMAIN, "b.net")->age[2], 1);
	assert_true(str_eq(intern_text(q->texts, q->by[QD_DOMAIN].rows[0].key),
	    STR_LIT("b.net")));
	assert_int_equal(q->n_msgs, 1);
	assert_int_equal(q->msgs[0].nrcpt, 3);
	assert_true(
	    str_eq(intern_text(q->texts, q->msgs[0].rcpt), STR_LIT("a@A.net")));
	assert_true(
	    str_eq(intern_text(q->texts, q->msgs[0].domain), STR_LIT("a.net")));
	assert_int_equal(q->at_ms, 7);
	assert_int_equal(q->took_ms, 8);
	queue_free(q);
}

static void
many_domains_in_one_message(void **state)
{
	struct queue_rcpt r[200];
	char text[200][32];
	struct queue_snap *q = queue_new(0);
	struct queue_item it = item("C", r, 200);

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		int n = snprintf(text[i], sizeof text[i], "x@d%u.example", i);

		r[i] = (struct queue_rcpt){{text[i], (size_t)n}, {NULL, 0}};
	}
	assert_int_equal(queue_add(q, &it, NOW_MS, NULL), ERR_OK);
	queue_finish(q, 0, 0);
	assert_int_equal(q->by[QD_DOMAIN].n, 64);
	assert_int_equal(total(q, QD_DOMAIN, "(others)"), 1);
	assert_int_equal(q->others, 1);
	assert_int_equal(q->by[QD_PROVIDER].n, 0);
	assert_int_equal(q->by[QD_REPLY].n, 0);
	queue_free(q);
}

/* Keys beyond the bound are counted together, duplicates found among many. */
static void
bounded(void **state)
{
	struct queue_snap *q = queue_new(10);
	char qid[32], to[32];
	struct queue_rcpt r = {{to, 0}, {NULL, 0}};
	uint64_t sum = 0;

	(void)state;
	for (unsigned i = 0; i < 120000; i++) {
		struct queue_item it;

		(void)snprintf(qid, sizeof qid, "%X", i % 110000);
		it = item(qid, &r, 1);
		r.address.n =
		    (size_t)snprintf(to, sizeof to, "u@d%u.example", i);
		assert_int_equal(queue_add(q, &it, NOW_MS, NULL), ERR_OK);
	}
	queue_finish(q, 0, 0);
	assert_int_equal(q->messages, 110000);
	assert_int_equal(q->duplicates, 10000);
	assert_int_equal(q->by[QD_DOMAIN].n, 50001);
	assert_int_equal(total(q, QD_DOMAIN, "(others)"), 60000);
	assert_int_equal(q->others, 60000);
	for (uint32_t i = 0; i < q->by[QD_DOMAIN].n; i++)
		sum += q->by[QD_DOMAIN].rows[i].total;
	assert_int_equal(sum, 110000);
	assert_true(intern_count(q->texts) < 50100);
	queue_free(q);
}

static void
rows(void **state)
{
	struct queue_snap *q = queue_new(0);

	(void)state;
	assert_int_equal(
	    queue_add_row(q, QD_REPLY, STR_LIT("450 4.2.0 in 5 s"), 3, 7),
	    ERR_OK);
	assert_int_equal(
	    queue_add_row(q, QD_REPLY, STR_LIT("450 4.2.0 in 6 s"), 9, 2),
	    ERR_OK);
	assert_int_equal(
	    queue_add_row(q, QD_SENDER, STR_LIT("(others)"), 0, 5), ERR_OK);
	assert_int_equal(
	    queue_add_row(q, QD_SENDER, STR_LIT("x"), AGE_BUCKETS, 5),
	    ERR_RANGE);
	queue_finish(q, 0, 0);
	assert_int_equal(total(q, QD_REPLY, "450 4.2.0 in # s"), 9);
	assert_int_equal(row(q, QD_REPLY, "450 4.2.0 in # s")->age[9], 2);
	assert_int_equal(q->others, 5);
	assert_int_equal(q->by[QD_SENDER].n, 1);
	queue_free(q);
}

/* A queue id is of one message in one instance only. */
static void
an_id_of_two_instances(void **state)
{
	const struct queue_rcpt r[] = {{STR_LIT("a@one.example"), {NULL, 0}}};
	struct queue_snap *q = queue_new(10);
	struct queue_item it = item("4dCq9r1xYZz3Q", r, 1);

	(void)state;
	assert_non_null(q);
	for (int i = 0; i < 2; i++) {
		it.instance = 0;
		assert_int_equal(queue_add(q, &it, NOW_MS, NULL), ERR_OK);
		it.instance = 1;
		assert_int_equal(queue_add(q, &it, NOW_MS, NULL), ERR_OK);
	}
	assert_int_equal(q->messages, 2);
	assert_int_equal(q->duplicates, 2);
	assert_int_equal(total(q, QD_DOMAIN, "one.example"), 2);
	assert_int_equal(q->n_msgs, 2);
	assert_int_equal(q->msgs[0].instance, 0);
	assert_int_equal(q->msgs[1].instance, 1);
	queue_free(q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts),
	    cmocka_unit_test(many_domains_in_one_message),
	    cmocka_unit_test(an_id_of_two_instances),
	    cmocka_unit_test(bounded),
	    cmocka_unit_test(rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
