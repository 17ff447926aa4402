/* target_test.c - the operator's words for a host. */
#include "remote/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void
good(const char *name, const char *user, const char *host, const char *port)
{
	struct target_parts p;

	assert_int_equal(target_split(&p, name), ERR_OK);
	assert_string_equal(p.user, user);
	assert_string_equal(p.host, host);
	assert_string_equal(p.port, port);
}

static void
forms(void **state)
{
	(void)state;
	good("mta1", "", "mta1", "");
	good("root@mta3:2222", "root", "mta3", "2222");
	good("mta3:22", "", "mta3", "22");
	good("ssh://root@mta3:2222", "root", "mta3", "2222");
	good("ssh://mta3/", "", "mta3", "");
	good("::1", "", "::1", "");
	good("[::1]", "", "::1", "");
	good("u@[2001:db8::1]:24", "u", "2001:db8::1", "24");
	good("fe80::1%eth0", "", "fe80::1%eth0", "");
	good("a@b@mta1", "a@b", "mta1", "");
}

static void
refused(void **state)
{
	static const char *const bad[] = {"", "@", "root@", "-oProxyCommand=x",
	    "root@-x", "-l@mta1", "mta1:", "mta1:0", "mta1:65536", "mta1:x",
	    "mta1:22;id", "a b", "mta1\n", "$(id)", "[::1", "[::1]x",
	    "[::1]:", "u v@mta1", "mta1:000022"};
	struct target_parts p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (target_split(&p, bad[i]) != ERR_PARSE)
			fail_msg("taken: %s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(forms), cmocka_unit_test(refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
