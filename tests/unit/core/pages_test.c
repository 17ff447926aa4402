/* pages_test.c - memory of any size begins a cache line and can be used. */
#include "core/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void
any_size(void **state)
{
	static const size_t sizes[] = {
	    1, 64, 4000, 1 << 20, (1 << 20) + 1, 2 << 20, (3 << 20) + 77};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		unsigned char *p = pages_new(sizes[i]);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 64, 0);
		memset(p, 0xa5, sizes[i]);
		assert_int_equal(p[sizes[i] - 1], 0xa5);
		free(p);
	}
}

static void
too_much(void **state)
{
	(void)state;
	assert_null(pages_new(SIZE_MAX));
	assert_null(pages_new(SIZE_MAX - (1 << 20)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_size),
	    cmocka_unit_test(too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
