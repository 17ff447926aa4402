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

struct got {
	struct buf text;
	unsigned gone;
};

static void
keep(void *ctx, struct str bytes)
{
	assert_int_equal(buf_str(&((struct got *)ctx)->text, bytes), ERR_OK);
}

static void
note_gone(void *ctx)
{
	((struct got *)ctx)->gone++;
}

static void
init(struct journal_resume *j, struct got *g)
{
	memset(g, 0, sizeof(*g));
	buf_init(&g->text, 16 << 20);
	journal_init(j, g, keep, note_gone);
	journal_begin(j);
}

static void
done(struct journal_resume *j, struct got *g)
{
	journal_done(j);
	buf_done(&g->text);
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
		struct got g;

		init(&j, &g);
		assert_int_equal(journal_since(&j).n, 0);
		feed(&j, T1 "a\n" T2 "b\n" T2 "c\n", step);
		assert_true(str_eq(journal_since(&j),
		    STR_LIT("2026-11-21T23:05:42.000002+0900")));
		journal_begin(&j);
		/* All again, d of the same microsecond is new. */
		feed(&j, T1 "a\n" T2 "b\n" T2 "c\n" T2 "d\n" T3 "e\n" T3 "f",
		    step);
		journal_settle(&j);
		feed(&j, "g\n", step);
		assert_string_equal(buf_cstr(&g.text),
		    T1 "a\n" T2 "b\n" T2 "c\n" T2 "d\n" T3 "e\n" T3 "fg\n");
		assert_int_equal(g.gone, 0);
		done(&j, &g);
	}
}

/* Two programs' lines are filed as they came, not as they were written: what
 * stands before the last one was had, whatever its time. */
static void
times_out_of_order(void **state)
{
	(void)state;
	for (size_t step = 1; step < 130; step++) {
		struct journal_resume j;
		struct got g;

		init(&j, &g);
		feed(&j, T3 "a\n" T2 "b\n", step);
		journal_begin(&j);
		feed(&j, T3 "a\n" T2 "b\n" T1 "c\n", step);
		journal_settle(&j);
		assert_string_equal(
		    buf_cstr(&g.text), T3 "a\n" T2 "b\n" T1 "c\n");
		assert_int_equal(g.gone, 0);
		done(&j, &g);
	}
}

/* The very same line twice was had twice, or once. */
static void
the_same_twice(void **state)
{
	(void)state;
	for (size_t step = 1; step < 130; step++) {
		struct journal_resume j;
		struct got g;

		init(&j, &g);
		feed(&j, T1 "a\n" T1 "a\n", step);
		journal_begin(&j);
		feed(&j, T1 "a\n" T1 "a\n" T1 "a\n" T2 "b\n", step);
		assert_string_equal(
		    buf_cstr(&g.text), T1 "a\n" T1 "a\n" T1 "a\n" T2 "b\n");
		journal_begin(&j);
		feed(&j, T2 "b\n", step);
		journal_settle(&j);
		assert_string_equal(
		    buf_cstr(&g.text), T1 "a\n" T1 "a\n" T1 "a\n" T2 "b\n");
		assert_int_equal(g.gone, 0);
		done(&j, &g);
	}
}

/* What is there is all new, and that something is missing is said once. */
static void
vacuumed(void **state)
{
	struct journal_resume j;
	struct got g;

	(void)state;
	init(&j, &g);
	feed(&j, T1 "a\n", 9);
	journal_begin(&j);
	feed(&j, T3 "z\n", 9);
	assert_string_equal(buf_cstr(&g.text), T1 "a\n");
	journal_settle(&j);
	assert_string_equal(buf_cstr(&g.text), T1 "a\n" T3 "z\n");
	assert_int_equal(g.gone, 1);
	/* Nothing at all, and then nothing of before. */
	journal_begin(&j);
	journal_settle(&j);
	assert_int_equal(g.gone, 2);
	assert_int_equal(journal_since(&j).n, 0);
	journal_begin(&j);
	feed(&j, T3 "y\n", 9);
	journal_settle(&j);
	assert_string_equal(buf_cstr(&g.text), T1 "a\n" T3 "z\n" T3 "y\n");
	assert_int_equal(g.gone, 2);
	/* More was logged than is read back, as was said: none is vacuumed. */
	journal_begin(&j);
	journal_missing(&j);
	feed(&j, T1 "w\n", 9);
	journal_settle(&j);
	assert_int_equal(g.gone, 2);
	/* Of the next time nothing was said. */
	journal_begin(&j);
	feed(&j, T3 "v\n", 9);
	journal_settle(&j);
	assert_int_equal(g.gone, 3);
	done(&j, &g);
}

static void
hostile(void **state)
{
	struct journal_resume j;
	struct got g;
	char *big = malloc(JOURNAL_HELD_MAX + 10);

	(void)state;
	assert_non_null(big);
	init(&j, &g);
	/* What is no time is never asked for. */
	feed(&j, T1 "a\n$(reboot)-0000000000000000 x\n\tcontinued\n", 5);
	assert_true(str_eq(
	    journal_since(&j), STR_LIT("2026-11-21T23:05:42.000001+0900")));
	journal_begin(&j);
	memset(big, 'x', JOURNAL_HELD_MAX + 10);
	journal_feed(&j, (struct str){big, JOURNAL_HELD_MAX});
	buf_reset(&g.text);
	journal_feed(&j, (struct str){big, 10}); /* over: all is handed on */
	assert_int_equal(g.text.n, JOURNAL_HELD_MAX + 10);
	assert_int_equal(g.gone, 1);
	free(big);
	done(&j, &g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_line_once),
	    cmocka_unit_test(times_out_of_order),
	    cmocka_unit_test(the_same_twice),
	    cmocka_unit_test(vacuumed),
	    cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
