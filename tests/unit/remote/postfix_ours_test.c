/* postfix_ours_test.c - whose a name on a host is: an act's of ours, or not. */
#include "remote/postfix_ours.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
names(void **state)
{
	(void)state;
	assert_true(postfix_is_ours(STR_LIT("mtadeck-6b01-2f-1")));
	assert_true(postfix_is_ours(STR_LIT("mtadeck-6b01-2f-1:[127.0.0.1]")));
	assert_true(postfix_is_ours(STR_LIT("/etc/postfix/mtadeck-6b01-2f")));
	assert_true(postfix_is_ours(STR_LIT("hash:/etc/mtadeck-6b01-2f")));
	assert_false(postfix_is_ours(STR_LIT("out1")));
	assert_false(postfix_is_ours(STR_LIT("my-mtadeck-1")));
	assert_false(postfix_is_ours(STR_LIT("mtadeck")));
	/* Somebody's folder of that name does not make its files ours. */
	assert_false(postfix_is_ours(STR_LIT("/etc/mtadeck-maps/transport")));
	assert_false(postfix_is_ours(STR_LIT("/etc/mtadeck-maps/")));
	assert_false(postfix_is_ours(STR_LIT("")));
}

static void
files_in_lists(void **state)
{
	struct str list = STR_LIT("hash:/a, regexp:/etc/postfix/mtadeck-1-2");

	(void)state;
	assert_int_equal(
	    postfix_find_ours(list), list.n - sizeof "mtadeck-1-2" + 1);
	assert_true(postfix_find_ours(STR_LIT("hash:/a")) == SIZE_MAX);
	assert_true(postfix_find_ours(STR_LIT("mtadeck-1")) == SIZE_MAX);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),
	    cmocka_unit_test(files_in_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
