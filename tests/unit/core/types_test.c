/* types_test.c - age classes as qshape(1) draws them. */
#include "core/types.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
age_classes(void **state)
{
	const int64_t min = 60000;

	(void)state;
	assert_int_equal(age_bucket(-1), 0);
	assert_int_equal(age_bucket(0), 0);
	assert_int_equal(age_bucket(5 * min - 1), 0);
	assert_int_equal(age_bucket(5 * min), 1);
	assert_int_equal(age_bucket(10 * min), 2);
	assert_int_equal(age_bucket(640 * min - 1), 7);
	assert_int_equal(age_bucket(1280 * min - 1), 8);
	assert_int_equal(age_bucket(1280 * min), 9);
	assert_int_equal(age_bucket(INT64_MAX), 9);
	assert_string_equal(age_names[0], "5");
	assert_string_equal(age_names[8], "1280");
	assert_string_equal(age_names[9], "1280+");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(age_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
