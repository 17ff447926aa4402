/* term_place_test.c - columns stand as they were meant to on terminals that
 * draw ambiguous characters in one column and on those that take two. */
#include "core/utf8.h"
#include "tests/unit/tui/test.h"
#include "tui/term_place.h"

enum { COLS = 40 };

static const struct term_place vt = {"\0337", "\0338", "\033[C"};

/* One row of a terminal: printing over a half of a wide one blanks the rest. */
struct row {
	char32_t cell[COLS + 4]; /* 0: the right half of what is before it */
	int at, saved, ambiguous_cols;
};

static void
print(struct row *r, const struct utf8_glyph *g)
{
	int cols = utf8_is_ambiguous(g->ch) ? r->ambiguous_cols : g->cols;

	if (r->cell[r->at] == 0 && r->at > 0)
		r->cell[r->at - 1] = ' ';
	if (r->cell[r->at + cols] == 0)
		r->cell[r->at + cols] = ' ';
	r->cell[r->at] = g->ch;
	if (cols == 2)
		r->cell[r->at + 1] = 0;
	r->at += cols;
	assert_in_range(r->at, 0, COLS);
}

static struct row
drawn(const char *frame, int ambiguous_cols)
{
	struct row r = {.ambiguous_cols = ambiguous_cols};
	struct utf8_glyph g;
	struct buf out;
	struct str rest;

	for (int i = 0; i < COLS + 4; i++)
		r.cell[i] = ' ';
	buf_init(&out, 4096);
	term_place(&out, &vt, str_of(frame));
	for (rest = buf_view(&out); rest.n > 0;) {
		if (str_starts(rest, STR_LIT("\0337"))) {
			r.saved = r.at;
			rest = str_from(rest, 2);
		} else if (str_starts(rest, STR_LIT("\0338"))) {
			r.at = r.saved;
			rest = str_from(rest, 2);
		} else if (str_starts(rest, STR_LIT("\033[C"))) {
			r.at++;
			rest = str_from(rest, 3);
		} else {
			assert_true(utf8_next(&rest, &g));
			print(&r, &g);
		}
	}
	buf_done(&out);
	return r;
}

/* Every character that is not ambiguous, where it stands. */
static void
assert_columns(const char *frame)
{
	for (int w = 1; w <= 2; w++) {
		struct row r = drawn(frame, w);
		struct str rest = str_of(frame);
		struct utf8_glyph g;
		int at = 0;

		while (utf8_next(&rest, &g)) {
			/* A blank may be a right half. */
			if (!utf8_is_ambiguous(g.ch) && r.cell[at] != g.ch &&
			    (g.ch != ' ' || r.cell[at] != 0))
				fail_msg(
				    "%s: column %d, %d wide", frame, at, w);
			at += g.cols;
		}
		assert_int_equal(r.at, at);
	}
}

static void
columns_stand(void **state)
{
	(void)state;
	assert_columns("plain text");
	assert_columns("25\xc2\xb0 C | \xc2\xb1"
		       "3 | end");
	/* Several in a row, and beside wide ones. */
	assert_columns("\xe2\x86\x92\xe2\x86\x92\xe2\x80\xa6 x \xe2\x97\x8b"
		       "\xe6\x97\xa5\xe2\x80\xbb|");
	/* Cyrillic and Greek are ambiguous too. */
	assert_columns("\xd0\xb4\xd0\xb0 | \xce\xb1 |");
}

static void
a_blank_cuts_nothing(void **state)
{
	struct row r = drawn("a\xc2\xb1 b\xe2\x80\xbb"
			     "c",
	    2);

	(void)state;
	assert_int_equal(r.cell[1], 0xb1);
	assert_int_equal(r.cell[2], 0); /* its right half */
	assert_int_equal(r.cell[3], 'b');
	/* What is not a blank goes over it: columns before glyphs. */
	assert_int_equal(r.cell[5], 'c');
}

static void
a_mark_stays_with_its_base(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	term_place(&out, &vt,
	    str_of("\xce\xb1\xcc\x81"
		   "b"));
	assert_string_equal(
	    buf_cstr(&out), "\0337\xce\xb1\xcc\x81\0338\033[Cb");
	/* All else goes through as it is. */
	buf_reset(&out);
	term_place(&out, &vt, str_of("\033[1;31m\xe6\x97\xa5\033[K\xc3\xa4"));
	assert_string_equal(
	    buf_cstr(&out), "\033[1;31m\xe6\x97\xa5\033[K\xc3\xa4");
	buf_done(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns_stand),
	    cmocka_unit_test(a_blank_cuts_nothing),
	    cmocka_unit_test(a_mark_stays_with_its_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
