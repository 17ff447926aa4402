/* cmd_sudoers_test.c - whose name may stand in sudoers. What the lines allow is
 * shown end to end (tests/e2e/act.sh), by sudo itself. */
#include "app/cmd_sudoers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static int
of(const char *user)
{
	const char *const words[] = {user};
	struct options o = {.hosts = words, .n_hosts = user != NULL};

	return sudoers_run(&o);
}

static void
test_names(void **state)
{
	static const char *const bad[] = {"", "ALL", "%wheel", "a b", "-x",
	    "a ALL=(ALL) ALL\nb", "#0", "a,b", "1a",
	    "a23456789012345678901234567890123"};

	(void)state;
	assert_int_equal(of(NULL), EXIT_WELL);
	assert_int_equal(of("mail-ops_2"), EXIT_WELL);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(of(bad[i]), EXIT_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
