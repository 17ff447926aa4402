/* logfollow_journal_test.c - asked again from the last line's time on, the
 * journal gives each line once. */
#include "remote/logfollow_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define T1 "2026-11-21T23:05:42.000001+0900 h postfix/smtp[1]: "
#define T2 "2026-11-21T23:05:42.000002+0900 h postfix/smtp[1]: "
#define T3 "2026-11-21T23:05:43.000000+0900 h postfix/smtp[1]: "

static void
keep(void *ctx, struct str bytes)
{
	assert_int_equal(buf_str(ctx, bytes), ERR_OK);
}

static void
feed(struct journal_resume *j, const char *z, size_t step)
{
	struct str all = str_of(z);

	for (size_t at = 0; at < all.n; at += step) {
		struct str part = str_from(all, at);

		part.n = part.n < step ? part.n : step;
		journal_feed(j, part);
	}
}

static void
each_line_once(void **state)
{
	(void)state;
	for (size_t step = 1; step < 200; step++) {
		struct journal_resume j;
		struct buf b;

		buf_init(&b, 65536);
		journal_init(&j, &b, keep);
		journal_begin(&j);
		assert_int_equal(journal_since(&j).n, 0);
		feed(&j, T1 "a\n" T2 "b\n" T2 "c\n", step);
		assert_true(str_eq(journal_since(&j),
		    STR_LIT("2026-11-21T23:05:42.000002+0900")));
		journal_begin(&j);
		/* b and c again, d of the same microsecond is new. */
		feed(&j, T2 "b\n" T2 "c\n" T2 "d\n" T3 "e\n" T3 "f", step);
		journal_settle(&j);
		feed(&j, "g\n", step);
		assert_string_equal(buf_cstr(&b),
		    T1 "a\n" T2 "b\n" T2 "c\n" T2 "d\n" T3 "e\n" T3 "fg\n");
		journal_done(&j);
		buf_done(&b);
	}
}

static void
nothing_new_and_settled(void **state)
{
	struct journal_resume j;
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	journal_init(&j, &b, keep);
	journal_begin(&j);
	feed(&j, T1 "a\n", 9);
	journal_begin(&j);
	feed(&j, T1 "a\n", 9);
	journal_settle(&j);
	assert_string_equal(buf_cstr(&b), T1 "a\n");
	/* Vacuumed meanwhile: what is there is all new. */
	journal_begin(&j);
	feed(&j, T3 "z\n", 9);
	assert_string_equal(buf_cstr(&b), T1 "a\n" T3 "z\n");
	journal_done(&j);
	buf_done(&b);
}

static void
hostile(void **state)
{
	struct journal_resume j;
	struct buf b;
	char *big = malloc(JOURNAL_HELD_MAX + 10);

	(void)state;
	assert_non_null(big);
	buf_init(&b, 4 << 20);
	journal_init(&j, &b, keep);
	journal_begin(&j);
	/* What is no time is never asked for. */
	feed(&j, T1 "a\n$(reboot)-0000000000000000 x\n\tcontinued\n", 5);
	assert_true(str_eq(
	    journal_since(&j), STR_LIT("2026-11-21T23:05:42.000001+0900")));
	journal_begin(&j);
	memset(big, 'x', JOURNAL_HELD_MAX + 10);
	journal_feed(&j, (struct str){big, JOURNAL_HELD_MAX});
	buf_reset(&b);
	journal_feed(&j, (struct str){big, 10}); /* over: all is handed on */
	assert_int_equal(b.n, JOURNAL_HELD_MAX + 10);
	free(big);
	journal_done(&j);
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_line_once),
	    cmocka_unit_test(nothing_new_and_settled),
	    cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
