/* lease_test.c - the words of a lease's states. */
#include "core/lease.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void
test_words(void **state)
{
	static const char *const names[] = {
	    "in-force", "undone", "ending", "stuck"};

	(void)state;
	for (int s = LEASE_IN_FORCE; s <= LEASE_STUCK; s++) {
		assert_string_equal(
		    lease_state_name((enum lease_state)s), names[s]);
		assert_true(strlen(lease_state_label((enum lease_state)s)) > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_words)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
