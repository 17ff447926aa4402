/* act_addresses_test.c - sets of addresses as files and pastes have them, and
 * what no address may be. */
#include "core/act.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 32 << 20 };

static char why[256];

/* text[n] into *b, which begins anew. */
static err_t
take(struct buf *b, size_t *n, struct str text)
{
	buf_done(b);
	buf_init(b, ROOM);
	why[0] = '\0';
	return act_addresses(b, n, text, why, sizeof why);
}

static void
test_is_address(void **state)
{
	static const char *const yes[] = {"a@b", "A.b+c@X.example",
	    "it's@a.example", "a/b=c{}|~`!#$%&*?^_@a.example", "a@1.2.3.4"};
	static const char *const no[] = {"", "@", "a", "a@", "@b", "<>", "a@b.",
	    "#a@b", "a@@b", "a@b@c", "a b@c", "a@b c", "\"a\"@b", "a\\b@c",
	    "a,b@c", "a:b@c", "a;b@c", "(a)@b", "a@b\n", "a@b\tx",
	    "a@[1.2.3.4]", "\xc3\xa4@b", "a@\xe2\x80\xaex", "a@b/c", "a\x7f@b",
	    "a1234567890123456789012345678901234567890123456789012345678901234"
	    "@b"};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (!act_is_address(str_of(yes[i])))
			fail_msg("none: %s", yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (act_is_address(str_of(no[i])))
			fail_msg("one: %s", no[i]);
	assert_false(act_is_address((struct str){"a@b\0c", 5}));
	assert_false(act_is_address((struct str){"a\0@b", 4}));
}

static void
test_set(void **state)
{
	struct buf b = {0};
	size_t n = 9;

	(void)state;
	buf_init(&b, ROOM);
	assert_int_equal(
	    take(&b, &n,
		STR_LIT("b@B.example\r\n\n # traps\n  A@a.example \n"
			"a@a.example\nab@a.example")),
	    ERR_OK);
	/* Small letters, each once, sorted. */
	assert_int_equal(n, 3);
	assert_string_equal(
	    buf_cstr(&b), "a@a.example\nab@a.example\nb@b.example\n");
	assert_int_equal(take(&b, &n, STR_LIT("")), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(b.n, 0);
	assert_int_equal(take(&b, &n, STR_LIT("\n#\n \r\n")), ERR_OK);
	assert_int_equal(n, 0);
	/* The line is named; what is on it is not repeated. */
	assert_int_equal(
	    take(&b, &n, STR_LIT("a@a.example\n\n$(id)\n")), ERR_PARSE);
	assert_non_null(strstr(why, "line 3"));
	assert_null(strstr(why, "$(id)"));
	assert_int_equal(
	    take(&b, &n, STR_LIT("a@a.example error:x\n")), ERR_PARSE);
	assert_int_equal(
	    take(&b, &n, ((struct str){"a@a.example\0b\n", 14})), ERR_PARSE);
	buf_done(&b);
}

static void
test_many(void **state)
{
	struct buf in, b = {0};
	size_t n = 0;

	(void)state;
	buf_init(&in, ROOM);
	buf_init(&b, ROOM);
	for (int i = ACT_ADDRESSES; i-- > 0;)
		assert_int_equal(buf_printf(&in, "x%06d@a.example\n", i), 0);
	assert_int_equal(take(&b, &n, buf_view(&in)), ERR_OK);
	assert_int_equal(n, ACT_ADDRESSES);
	assert_memory_equal(b.p, "x000000@a.example\nx000001@", 26);
	assert_int_equal(buf_puts(&in, "one@more.example\n"), ERR_OK);
	assert_int_equal(take(&b, &n, buf_view(&in)), ERR_LIMIT);
	assert_non_null(strstr(why, "100000"));
	buf_done(&in);
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_is_address),
	    cmocka_unit_test(test_set),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
