/* qids_test.c - live queue ids: found, forgotten, bounded. */
#include "core/qids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

static struct str
name(char room[24], unsigned i)
{
	(void)snprintf(room, 24, "4X%uYz", i);
	return str_of(room);
}

static void
entries_live_and_end(void **state)
{
	struct qids q = {0};
	struct qid_entry *e;

	(void)state;
	assert_null(qids_find(&q, qids_hash(STR_LIT("A"))));
	e = qids_put(&q, qids_hash(STR_LIT("A")));
	assert_non_null(e);
	assert_int_equal(e->sender, QID_NO_SENDER);
	assert_int_equal(e->egress, EGRESS_NONE);
	e->sender = 5;
	assert_ptr_equal(qids_put(&q, qids_hash(STR_LIT("A"))), e);
	assert_int_equal(qids_find(&q, qids_hash(STR_LIT("A")))->sender, 5);
	assert_int_equal(q.n, 1);
	qids_remove(&q, e);
	assert_int_equal(q.n, 0);
	assert_null(qids_find(&q, qids_hash(STR_LIT("A"))));
	/* A new message of the same id knows nothing of the old one. */
	assert_int_equal(
	    qids_put(&q, qids_hash(STR_LIT("A")))->sender, QID_NO_SENDER);
	qids_done(&q);
}

static void
the_oldest_goes_first(void **state)
{
	struct qids q = {0};
	char room[24];

	(void)state;
	for (unsigned i = 0; i < QIDS_MAX; i++)
		qids_put(&q, qids_hash(name(room, i)))->sender = i;
	assert_int_equal(q.n, QIDS_MAX);
	assert_int_equal(q.evicted, 0);
	/* Active again: no longer the oldest. */
	assert_non_null(qids_put(&q, qids_hash(name(room, 0))));
	for (unsigned i = 0; i < 10; i++)
		qids_put(&q, qids_hash(name(room, QIDS_MAX + i)))->sender =
		    QIDS_MAX + i;
	assert_int_equal(q.n, QIDS_MAX);
	assert_int_equal(q.room, QIDS_MAX);
	assert_int_equal(q.evicted, 10);
	assert_int_equal(qids_find(&q, qids_hash(name(room, 0)))->sender, 0);
	for (unsigned i = 1; i <= 10; i++)
		assert_null(qids_find(&q, qids_hash(name(room, i))));
	for (unsigned i = 11; i < QIDS_MAX + 10; i++)
		assert_int_equal(
		    qids_find(&q, qids_hash(name(room, i)))->sender, i);
	qids_done(&q);
}

/* Puts and removals at random against one flag per id. */
static void
equals_a_plain_array(void **state)
{
	static bool live[3000];
	struct qids q = {0};
	unsigned n = 0;
	uint64_t x = 99;
	char room[24];

	(void)state;
	for (int k = 0; k < 200000; k++) {
		unsigned i;
		struct qid_entry *e;

		x = x * 6364136223846793005U + 1442695040888963407U;
		i = (unsigned)(x >> 33) % 3000;
		e = qids_find(&q, qids_hash(name(room, i)));
		assert_int_equal(e != NULL, live[i]);
		if (e != NULL) {
			assert_int_equal(e->sender, i);
			qids_remove(&q, e);
			n--;
		} else {
			qids_put(&q, qids_hash(name(room, i)))->sender = i;
			n++;
		}
		live[i] = !live[i];
		assert_int_equal(q.n, n);
	}
	assert_int_equal(q.evicted, 0);
	assert_true(q.room <= 4096);
	qids_done(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(entries_live_and_end),
	    cmocka_unit_test(the_oldest_goes_first),
	    cmocka_unit_test(equals_a_plain_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
