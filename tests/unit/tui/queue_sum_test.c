/* queue_sum_test.c - queue rows of several hosts are one row a key. */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"

static void
queues_add_up_over_hosts(void **state)
{
	struct model *m = scene_new();
	struct queue_sum q = {0};
	const struct queue_sum_row *rows;
	uint64_t total = 0;

	(void)state;
	queue_sum_make(&q, m, HOST_NONE, QD_DOMAIN);
	assert_int_equal(q.n, 2);
	assert_int_equal(q.messages, 80);
	assert_int_equal(q.n_read, 2);
	assert_int_equal(q.n_hosts, SCENE_HOSTS);
	for (size_t i = 0; i < q.n; i++) {
		uint64_t ages = 0;

		for (int a = 0; a < AGE_BUCKETS; a++)
			ages += q.rows[i].age[a];
		assert_int_equal(ages, q.rows[i].total);
		assert_int_equal(q.rows[i].n_hosts, 2);
		total += q.rows[i].total;
	}
	assert_int_equal(total, 80);
	/* nothing changed: not made again */
	rows = q.rows;
	queue_sum_make(&q, m, HOST_NONE, QD_DOMAIN);
	assert_ptr_equal(q.rows, rows);
	queue_sum_make(&q, m, MTA1, QD_SENDER);
	assert_int_equal(q.messages, 40);
	assert_int_equal(q.n, 5); /* four and <> */
	scene_queue(m, MTA2);
	queue_sum_make(&q, m, HOST_NONE, QD_DOMAIN);
	assert_int_equal(q.messages, 120);
	queue_sum_make(&q, m, MTA4, QD_DOMAIN);
	assert_int_equal(q.n, 0);
	assert_int_equal(q.n_read, 0);
	queue_sum_done(&q);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(queues_add_up_over_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
