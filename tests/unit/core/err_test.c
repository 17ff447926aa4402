/* err_test.c - every error has a name and a text. */
#include "core/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void
names_and_texts(void **state)
{
	(void)state;
	assert_string_equal(err_name(ERR_OK), "OK");
	assert_string_equal(err_name(ERR_TIMEOUT), "TIMEOUT");
	assert_string_equal(err_text(ERR_TIMEOUT), "timed out");
	assert_string_equal(err_name(ERR_NOTFOUND), "NOTFOUND");
#define X(name, text) assert_string_equal(err_text(ERR_##name), text);
	ERR_LIST(X)
#undef X
	/* No two errors are one. */
	for (err_t a = ERR_NOTFOUND; a < 0; a++)
		assert_string_not_equal(err_name(a), err_name(a + 1));
}

static void
strangers_are_no_crash(void **state)
{
	(void)state;
	assert_string_equal(err_name(1), "OK");
	assert_string_equal(err_name(ERR_NOTFOUND - 1), "OK");
	assert_non_null(err_text(-2147483647 - 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_and_texts),
	    cmocka_unit_test(strangers_are_no_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
