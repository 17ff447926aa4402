/* utf8_test.c - hostile bytes come out printable, and measured. */
#include "core/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define FFFD "\xef\xbf\xbd"

static void
cleans_to(const char *in, size_t n, const char *want)
{
	struct buf b;

	buf_init(&b, 10000);
	assert_int_equal(utf8_clean(&b, (struct str){in, n}), ERR_OK);
	assert_string_equal(buf_cstr(&b), want);
	buf_done(&b);
}

#define CLEANS(in, want) cleans_to(in, sizeof(in) - 1, want)

static void
plain_text_stays(void **state)
{
	(void)state;
	CLEANS("", "");
	CLEANS("hello ~", "hello ~");
	CLEANS("\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac");
	CLEANS("\xf0\x9f\x93\xa7", "\xf0\x9f\x93\xa7");
}

static void
what_steers_is_refused(void **state)
{
	(void)state;
	CLEANS("\x1b[2J", FFFD "[2J");
	CLEANS("a\0b", "a" FFFD "b");
	CLEANS("\r\n\t\x7f", FFFD FFFD FFFD FFFD);
	CLEANS("\xc2\x9b"
	       "31m",
	    FFFD "31m");		  /* C1 CSI */
	CLEANS("\xe2\x80\xae", FFFD);	  /* right-to-left override */
	CLEANS("\xe2\x81\xa6", FFFD);	  /* isolate */
	CLEANS("\xe2\x80\x8b", FFFD);	  /* zero width space */
	CLEANS("\xe2\x80\x8d", FFFD);	  /* zero width joiner */
	CLEANS("\xef\xbb\xbf", FFFD);	  /* byte order mark */
	CLEANS("\xe2\x80\xa8", FFFD);	  /* line separator */
	CLEANS("\xf3\xa0\x80\x81", FFFD); /* tag */
	CLEANS("\xee\x80\x80", FFFD);	  /* private use */
	CLEANS("\xe3\x85\xa4", FFFD);	  /* Hangul filler */
	CLEANS("\xef\xbf\xbe", FFFD);	  /* no character */
}

static void
broken_bytes_are_refused_one_by_one(void **state)
{
	(void)state;
	CLEANS("\xff\xfe", FFFD FFFD);
	CLEANS("\xc0\xaf", FFFD FFFD); /* overlong / */
	CLEANS("\xe0\x80\xaf", FFFD FFFD FFFD);
	CLEANS("\xed\xa0\x80", FFFD FFFD FFFD); /* surrogate */
	CLEANS("\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD);
	CLEANS("\xe6\x97", FFFD FFFD); /* cut */
	CLEANS("\xe6\x97x", FFFD FFFD "x");
	CLEANS("\xf0\x9f\x93", FFFD FFFD FFFD);
	CLEANS("\x80", FFFD);
}

static void
marks_are_one_at_most(void **state)
{
	struct str s = STR_LIT("e\xcc\x81\xcc\x82\xcc\x83x");
	struct utf8_glyph g;

	(void)state;
	assert_true(utf8_next(&s, &g));
	assert_int_equal(g.ch, 'e');
	assert_int_equal(g.mark, 0x301);
	assert_int_equal(g.cols, 1);
	assert_true(utf8_next(&s, &g));
	assert_int_equal(g.ch, 'x');
	assert_int_equal(g.mark, 0);
	assert_false(utf8_next(&s, &g));
	/* A mark at the beginning would sit on the neighbour's cell. */
	CLEANS("\xcc\x81x", FFFD "x");
	/* Selectors change widths behind our back. */
	CLEANS("\xe2\x98\x80\xef\xb8\x8f", "\xe2\x98\x80");
	CLEANS("a\xcd\x8f\xcc\x81", "a\xcc\x81");
}

static void
columns(void **state)
{
	(void)state;
	assert_int_equal(utf8_cols(STR_LIT("")), 0);
	assert_int_equal(utf8_cols(STR_LIT("abc")), 3);
	assert_int_equal(utf8_cols(STR_LIT("\xe6\x97\xa5\xe6\x9c\xac"
					   "a")),
	    5);
	assert_int_equal(utf8_cols(STR_LIT("e\xcc\x81")), 1);
	assert_int_equal(utf8_cols(STR_LIT("\x1b\xff")), 2);
	/* East Asian Ambiguous: one. Half-width kana: one. */
	assert_int_equal(utf8_cols(STR_LIT("\xce\xb1")), 1);
	assert_int_equal(utf8_cols(STR_LIT("\xef\xbd\xb1")), 1);
}

/* Any bytes: it ends, every glyph is printable, and what is clean stays. */
static void
any_bytes_come_out_clean(void **state)
{
	char in[64];
	uint64_t x = 5;

	(void)state;
	for (int k = 0; k < 20000; k++) {
		struct buf once, twice;
		struct str s;
		struct utf8_glyph g;

		for (size_t i = 0; i < sizeof in; i++) {
			x = x * 6364136223846793005U + 1442695040888963407U;
			in[i] = (char)(x >> 56);
		}
		buf_init(&once, 1000);
		buf_init(&twice, 1000);
		assert_int_equal(
		    utf8_clean(&once, (struct str){in, sizeof in}), ERR_OK);
		assert_int_equal(utf8_clean(&twice, buf_view(&once)), ERR_OK);
		assert_string_equal(buf_cstr(&once), buf_cstr(&twice));
		s = buf_view(&once);
		while (utf8_next(&s, &g)) {
			assert_true(g.ch >= 0x20);
			assert_false(g.ch >= 0x7f && g.ch < 0xa0);
			assert_in_range(g.cols, 1, 2);
		}
		buf_done(&once);
		buf_done(&twice);
	}
}

static void
what_terminals_do_not_agree_upon(void **state)
{
	static const char32_t yes[] = {0xa1, 0xb0, 0xb1, 0xd7, 0x391, 0x434,
	    0x2026, 0x203b, 0x2192, 0x2500, 0x25cb, 0x2605, 0xfffd, 0x1f100};
	static const char32_t no[] = {'a', '-', 0xa0, 0xa2, 0xe4, 0x2800,
	    0x28ff, 0x3042, 0x65e5, 0xff76, 0x301, 0x1f600, 0x10ffff};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (!utf8_is_ambiguous(yes[i]))
			fail_msg("U+%04X", (unsigned)yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (utf8_is_ambiguous(no[i]))
			fail_msg("U+%04X", (unsigned)no[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_text_stays),
	    cmocka_unit_test(what_steers_is_refused),
	    cmocka_unit_test(broken_bytes_are_refused_one_by_one),
	    cmocka_unit_test(marks_are_one_at_most),
	    cmocka_unit_test(columns),
	    cmocka_unit_test(any_bytes_come_out_clean),
	    cmocka_unit_test(what_terminals_do_not_agree_upon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
