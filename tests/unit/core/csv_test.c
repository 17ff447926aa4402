/* csv_test.c - fields of a CSV table: quotes, and no cell a formula. */
#include "core/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
test_fields(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {{"", "\"\""}, {"a,b", "\"a,b\""}, {"a\"b", "\"a\"\"b\""},
	    {"a\r\nb", "\"a\r\nb\""}, {"-", "\"-\""}, {"-1", "\"'-1\""},
	    {"=cmd()", "\"'=cmd()\""}, {"+1", "\"'+1\""}, {"@a", "\"'@a\""},
	    {"a=b", "\"a=b\""}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, 64);
		csv_field(&b, str_of(rows[i].text));
		assert_string_equal(buf_cstr(&b), rows[i].want);
		buf_done(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_fields)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
