/* log_rec_test.c - every way a line can be bad has a name of its own. */
#include "core/log_rec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void
names(void **state)
{
	(void)state;
	assert_string_equal(log_bad_name(BAD_NONE), "");
	for (int i = BAD_TIME; i <= BAD_HALF; i++) {
		assert_true(strlen(log_bad_name((enum log_bad)i)) > 0);
		assert_true(strlen(log_bad_label((enum log_bad)i)) > 0);
		for (int k = BAD_NONE; k < i; k++)
			assert_string_not_equal(log_bad_name((enum log_bad)i),
			    log_bad_name((enum log_bad)k));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
