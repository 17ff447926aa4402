/* columns_test.c - widths by columns, not bytes; nothing raw; empty cells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/columns.h"

static void
aligns(void **state)
{
	const char *const heads[] = {"A", "BB", "C"};
	const struct str rows[][3] = {
	    {STR_LIT("long cell"), STR_LIT("x"), STR_LIT("end")},
	    {STR_LIT("\xe6\x97\xa5"), STR_LIT(""), STR_LIT("\x1b[31mred")},
	};
	struct columns c;
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	columns_init(&c, 3, heads);
	columns_row(&c, rows[0]);
	columns_row(&c, rows[1]);
	assert_int_equal(columns_write(&c, &out), ERR_OK);
	assert_string_equal(buf_cstr(&out),
	    "A          BB  C\n"
	    "long cell  x   end\n"
	    "\xe6\x97\xa5         -   \xef\xbf\xbd[31mred\n");
	columns_done(&c);
	buf_done(&out);
}

static void
no_room_is_an_error(void **state)
{
	const char *const heads[] = {"A"};
	struct columns c;
	struct buf out;

	(void)state;
	buf_init(&out, 1);
	columns_init(&c, 1, heads);
	assert_int_equal(columns_write(&c, &out), ERR_LIMIT);
	columns_done(&c);
	buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(aligns),
	    cmocka_unit_test(no_room_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
