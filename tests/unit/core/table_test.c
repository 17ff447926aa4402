/* table_test.c - keys to rows, against a plain array. */
#include "core/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
finds_what_was_put(void **state)
{
	struct table t = {0};

	(void)state;
	assert_int_equal(table_find(&t, 7), TABLE_NONE);
	for (uint32_t i = 0; i < 5000; i++) {
		uint64_t key = (uint64_t)i << 32 | i % 7;

		assert_int_equal(table_find(&t, key), TABLE_NONE);
		assert_true(table_put(&t, key, i));
	}
	assert_int_equal(t.n, 5000);
	assert_true(t.n_slots >= 10000);
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(table_find(&t, (uint64_t)i << 32 | i % 7), i);
	assert_int_equal(table_find(&t, UINT64_MAX), TABLE_NONE);
	table_clear(&t);
	assert_int_equal(t.n, 0);
	assert_int_equal(table_find(&t, 0), TABLE_NONE);
	assert_true(table_put(&t, 0, 3));
	assert_int_equal(table_find(&t, 0), 3);
	table_done(&t);
	assert_int_equal(t.n_slots, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_what_was_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
