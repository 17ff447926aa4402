/* str_test.c - slices of bytes. */
#include "core/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#define S(z) STR_LIT(z)

static void
comparing(void **state)
{
	struct str none = {NULL, 0};

	(void)state;
	assert_true(str_eq(none, S("")));
	assert_true(str_eq(S("a"), S("a")));
	assert_false(str_eq(S("a"), S("b")));
	assert_false(str_eq(S("a"), S("ab")));
	assert_true(str_ieq(S("MX1.Example"), S("mx1.eXAMPLE")));
	assert_false(str_ieq(S("a["), S("a{")));
	assert_false(str_ieq(S("\xc4"), S("\xe4")));
	assert_true(str_starts(S("abc"), S("ab")));
	assert_true(str_starts(none, none));
	assert_false(str_starts(S("a"), S("ab")));
	assert_true(str_ends(S("abc"), S("bc")));
	assert_false(str_ends(S("abc"), S("ab")));
	assert_true(str_ends(S("abc"), none));
}

static void
cutting(void **state)
{
	struct str none = {NULL, 0};

	(void)state;
	assert_true(str_eq(str_from(S("abc"), 1), S("bc")));
	assert_int_equal(str_from(S("abc"), 3).n, 0);
	assert_int_equal(str_from(S("abc"), 99).n, 0);
	assert_int_equal(str_from(none, 0).n, 0);
	assert_int_equal(str_find(S("hay needle"), S("needle")), 4);
	assert_int_equal(str_find(S("hay"), S("needle")), SIZE_MAX);
	assert_int_equal(str_find(S("hay"), S("")), 0);
	assert_int_equal(str_find(none, S("x")), SIZE_MAX);
	assert_true(str_eq(str_trim(S(" \t\r\n a b \r\n")), S("a b")));
	assert_int_equal(str_trim(S(" \t ")).n, 0);
	assert_int_equal(str_trim(none).n, 0);
}

static void
lines_and_words(void **state)
{
	struct str rest = S("one\r\n\ntwo\nlast"), s;

	(void)state;
	assert_true(str_line(&rest, &s));
	assert_true(str_eq(s, S("one")));
	assert_true(str_line(&rest, &s));
	assert_int_equal(s.n, 0);
	assert_true(str_line(&rest, &s));
	assert_true(str_eq(s, S("two")));
	assert_true(str_line(&rest, &s));
	assert_true(str_eq(s, S("last")));
	assert_false(str_line(&rest, &s));
	rest = S("  a\tbc ");
	assert_true(str_word(&rest, &s));
	assert_true(str_eq(s, S("a")));
	assert_true(str_word(&rest, &s));
	assert_true(str_eq(s, S("bc")));
	assert_false(str_word(&rest, &s));
	rest = (struct str){NULL, 0};
	assert_false(str_word(&rest, &s));
	assert_false(str_line(&rest, &s));
}

static void
hashing(void **state)
{
	const char bytes[] = "0123456789abcdef0123456789";
	struct str none = {NULL, 0};

	(void)state;
	assert_true(str_hash(none, 1) == str_hash(S(""), 1));
	for (size_t n = 0; n < sizeof bytes; n++)
		for (size_t k = 0; k < n; k++)
			assert_true(str_hash((struct str){bytes, n}, 7) !=
				    str_hash((struct str){bytes, k}, 7));
	/* every byte counts, at any length */
	for (size_t n = 1; n < sizeof bytes; n++)
		for (size_t k = 0; k < n; k++) {
			char other[sizeof bytes];

			memcpy(other, bytes, sizeof bytes);
			other[k] ^= 1;
			assert_true(str_hash((struct str){bytes, n}, 7) !=
				    str_hash((struct str){other, n}, 7));
		}
	assert_true(str_hash(S("a"), 1) != str_hash(S("a"), 2));
	assert_true(str_hash(S("a"), 1) != str_hash((struct str){"a\0", 2}, 1));
}

static void
copying(void **state)
{
	char dst[4] = "zzz";
	char *p;

	(void)state;
	str_copy(dst, sizeof dst, S("abcdef"));
	assert_string_equal(dst, "abc");
	str_copy(dst, sizeof dst, (struct str){"a\0b", 3});
	assert_string_equal(dst, "a?b");
	str_copy(dst, 1, S("abc"));
	assert_string_equal(dst, "");
	str_copy(dst, sizeof dst, (struct str){NULL, 0});
	assert_string_equal(dst, "");
	p = str_dup(S("abc"));
	assert_non_null(p);
	assert_string_equal(p, "abc");
	free(p);
	assert_int_equal(str_of(NULL).n, 0);
	assert_int_equal(str_of("ab").n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comparing),
	    cmocka_unit_test(cutting),
	    cmocka_unit_test(lines_and_words),
	    cmocka_unit_test(hashing),
	    cmocka_unit_test(copying),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
