/* dname_test.c - what could be a domain name, and what could not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/dname.h"

static void
names(void **state)
{
	static const char *const good[] = {"a", "example.com", "EXAMPLE.Com",
	    "_dmarc.example.com", "xn--nxasmq6b.example", "1.2.3.4", "a-b.c"};
	static const char *const bad[] = {"", ".", "a.", ".a", "a..b", "a b",
	    "a/b", "a\nb", "\xe4.example", "<key>.example.com", "a:b", "-",
	    "-a.example", "a-.example", "a.example-", "a.-.b"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!dname_ok(str_of(good[i])))
			fail_msg("%s is a name", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (dname_ok(str_of(bad[i])))
			fail_msg("%s is no name", bad[i]);
}

static void
lengths(void **state)
{
	char text[300];

	(void)state;
	memset(text, 'a', sizeof text);
	assert_true(dname_ok((struct str){text, 63}));
	assert_false(dname_ok((struct str){text, 64}));
	for (size_t i = 50; i < sizeof text; i += 50)
		text[i] = '.';
	assert_true(dname_ok((struct str){text, DNAME_MAX_BYTES}));
	assert_false(dname_ok((struct str){text, DNAME_MAX_BYTES + 1}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),
	    cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
