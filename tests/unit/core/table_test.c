/* table_test.c - keys to rows, against a plain array. */
#include "core/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static uint64_t
nth_key(uint32_t i)
{
	uint64_t x = i;

	x = (x + 1) * 6364136223846793005U;
	x ^= x >> 29;
	return x * 1442695040888963407U;
}

static void
finds_what_was_put(void **state)
{
	struct table t = {0};

	(void)state;
	assert_int_equal(table_find(&t, 7), TABLE_NONE);
	for (uint32_t i = 0; i < 5000; i++) {
		assert_int_equal(table_find(&t, nth_key(i)), TABLE_NONE);
		assert_true(table_put(&t, nth_key(i), i));
	}
	assert_int_equal(t.n, 5000);
	assert_true(t.n_slots >= 10000);
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(table_find(&t, nth_key(i)), i);
	assert_int_equal(table_find(&t, nth_key(5000)), TABLE_NONE);
	table_clear(&t);
	assert_int_equal(t.n, 0);
	assert_int_equal(table_find(&t, nth_key(0)), TABLE_NONE);
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
