/* reply_words_test.c - every occurrence of every word is told, and no other:
 * held against a search word by word. */
#include "probes/reply_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct told {
	unsigned n, at_sum, bytes;
	unsigned of[64];
};

static void
tell(void *ctx, uint32_t tag, size_t at, size_t n)
{
	struct told *t = ctx;

	t->n++;
	t->at_sum += (unsigned)at;
	t->bytes += (unsigned)n;
	t->of[tag]++;
}

static void
overlapping_words(void **state)
{
	static const char *const words[] = {
	    "he", "she", "hers", "his", "e", "rs", "he"};
	struct reply_words *w = reply_words_new();
	struct told t = {0};

	(void)state;
	assert_non_null(w);
	for (unsigned i = 0; i < 7; i++)
		assert_int_equal(
		    reply_words_add(w, str_of(words[i]), i), ERR_OK);
	assert_int_equal(reply_words_finish(w), ERR_OK);
	reply_words_find(w, STR_LIT("ushers his\xff"), &t, tell);
	assert_int_equal(t.of[0], 1);
	assert_int_equal(t.of[1], 1);
	assert_int_equal(t.of[2], 1);
	assert_int_equal(t.of[3], 1);
	assert_int_equal(t.of[4], 1);
	assert_int_equal(t.of[5], 1);
	assert_int_equal(t.of[6], 1);
	assert_int_equal(t.n, 7);
	assert_int_equal(t.at_sum, 2 + 1 + 2 + 7 + 3 + 4 + 2);
	assert_int_equal(t.bytes, 2 + 3 + 4 + 3 + 1 + 2 + 2);
	reply_words_free(w);
}

/* Japanese words: found, whatever the alphabet of 64 columns holds besides. */
static void
beyond_ascii(void **state)
{
	struct reply_words *w = reply_words_new();
	struct told t = {0};

	(void)state;
	assert_non_null(w);
	for (unsigned c = 0x80; c <= 0xff; c++)
		assert_int_equal(
		    reply_words_add(w, str_of((char[]){(char)c, 'x', 0}), 0),
		    ERR_OK);
	assert_int_equal(reply_words_add(w, STR_LIT("接続数"), 1), ERR_OK);
	assert_int_equal(reply_words_finish(w), ERR_OK);
	reply_words_find(w, STR_LIT("450 接続数の"), &t, tell);
	assert_int_equal(t.of[0], 0);
	assert_true(t.of[1] > 0);
	reply_words_free(w);
}

static void
same_as_one_by_one(void **state)
{
	uint32_t seed = 3;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		struct reply_words *w = reply_words_new();
		char word[40][6], text[64];
		struct told t = {0};
		unsigned n = 1 + round % 40;

		assert_non_null(w);
		for (unsigned i = 0; i < n; i++) {
			unsigned len;

			seed = seed * 1664525U + 1013904223U;
			len = 1 + (seed >> 29) % 5;
			for (unsigned k = 0; k < len; k++) {
				seed = seed * 1664525U + 1013904223U;
				word[i][k] = (char)('a' + (seed >> 30));
			}
			word[i][len] = '\0';
			assert_int_equal(
			    reply_words_add(w, str_of(word[i]), i), ERR_OK);
		}
		assert_int_equal(reply_words_finish(w), ERR_OK);
		for (unsigned k = 0; k < sizeof text; k++) {
			seed = seed * 1664525U + 1013904223U;
			text[k] = (char)('a' + (seed >> 29) % 5);
		}
		reply_words_find(w, (struct str){text, sizeof text}, &t, tell);
		for (unsigned i = 0; i < n; i++) {
			unsigned seen = 0;

			for (size_t k = 0; k < sizeof text; k++)
				seen += str_starts(
				    (struct str){text + k, sizeof text - k},
				    str_of(word[i]));
			assert_int_equal(t.of[i], seen);
		}
		reply_words_free(w);
	}
}

static void
limits(void **state)
{
	struct reply_words *w = reply_words_new();
	char longest[REPLY_WORD_MAX + 1];

	(void)state;
	assert_non_null(w);
	memset(longest, 'a', sizeof longest);
	assert_int_equal(reply_words_add(w, STR_LIT(""), 0), ERR_RANGE);
	assert_int_equal(
	    reply_words_add(w, (struct str){longest, sizeof longest}, 0),
	    ERR_RANGE);
	assert_int_equal(
	    reply_words_add(w, (struct str){longest, REPLY_WORD_MAX}, 0),
	    ERR_OK);
	reply_words_free(w);
	/* more kinds of bytes than there are columns */
	w = reply_words_new();
	assert_non_null(w);
	for (unsigned c = 0; c < 256; c++) {
		char byte = (char)c;

		assert_int_equal(
		    reply_words_add(w, (struct str){&byte, 1}, 0) == ERR_OK,
		    c < 63);
	}
	reply_words_free(w);
	reply_words_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(overlapping_words),
	    cmocka_unit_test(beyond_ascii),
	    cmocka_unit_test(same_as_one_by_one),
	    cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
