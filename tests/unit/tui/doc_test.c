/* doc_test.c - wrapping, finding and drawing of documents and texts. */
#include "tests/unit/tui/test.h"
#include "tui/doc.h"
#include "tui/widget.h"

static void
assert_wraps(const char *text, int cols, const char *const *lines)
{
	struct str rest = str_of(text), line;

	for (; *lines != NULL; lines++) {
		assert_true(text_wrap(&rest, cols, &line));
		if (!str_eq(line, str_of(*lines)))
			fail_msg("\"%.*s\" is not \"%s\"", (int)line.n, line.p,
			    *lines);
	}
	assert_false(text_wrap(&rest, cols, &line));
}

static void
text_breaks_at_blanks(void **state)
{
	(void)state;
	assert_wraps("one two three", 8,
	    (const char *const[]){"one two", "three", NULL});
	assert_wraps(
	    "abcdefghij", 4, (const char *const[]){"abcd", "efgh", "ij", NULL});
	assert_wraps(
	    "exactly8 x", 8, (const char *const[]){"exactly8", "x", NULL});
	assert_wraps("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 5,
	    (const char *const[]){
		"\xe6\x97\xa5\xe6\x9c\xac", "\xe8\xaa\x9e", NULL});
	/* wider than the line, and still an end */
	assert_wraps(
	    "\xe6\x97\xa5", 1, (const char *const[]){"\xe6\x97\xa5", NULL});
}

static void
finding_ignores_case(void **state)
{
	(void)state;
	assert_int_equal(
	    text_find(STR_LIT("status=Deferred"), STR_LIT("DEFER")), 7);
	assert_int_equal(text_find(STR_LIT("status"), STR_LIT("x")), SIZE_MAX);
	assert_int_equal(text_find(STR_LIT("ab"), STR_LIT("")), SIZE_MAX);
	assert_int_equal(text_find(STR_LIT("ab"), STR_LIT("abc")), SIZE_MAX);
	assert_int_equal(text_find(STR_LIT("aab"), STR_LIT("ab")), 1);
}

static void
matches_are_marked_by_columns(void **state)
{
	struct grid g = grid_of(1, 10);
	struct str text = STR_LIT("\xe6\x97\xa5 ab ab");

	(void)state;
	(void)grid_text(&g, whole(&g), 0, 0, -1, ROLE_TEXT, true, text);
	text_mark(&g, whole(&g), 0, 0, 7, text, STR_LIT("AB"));
	assert_int_equal(cell_of(&g, 0, 2).over, 0);
	assert_int_equal(cell_of(&g, 0, 3).over, ROLE_MATCH);
	assert_int_equal(cell_of(&g, 0, 4).over, ROLE_MATCH);
	assert_int_equal(cell_of(&g, 0, 6).over, ROLE_MATCH);
	assert_int_equal(cell_of(&g, 0, 7).over, 0);
	grid_done(&g);
}

static void
documents_scroll_and_find(void **state)
{
	struct grid g = grid_of(3, 9);
	struct doc d;

	(void)state;
	doc_init(&d);
	doc_line(&d, ROLE_HEAD, 0, STR_LIT("Head"));
	doc_line(&d, ROLE_TEXT, 0, (struct str){NULL, 0});
	doc_line(&d, ROLE_TEXT, 2, STR_LIT("one two three four"));
	assert_int_equal(doc_rows(&d, 9), 5);
	assert_int_equal(doc_draw(&d, &g, whole(&g), 2, STR_LIT("four")), 5);
	assert_grid(&g, "one two\n  three\n  four\n");
	assert_int_equal(cell_of(&g, 2, 2).over, ROLE_MATCH);
	assert_int_equal(doc_find(&d, 9, 0, false, STR_LIT("THREE")), 3);
	assert_int_equal(doc_find(&d, 9, 3, false, STR_LIT("three")), -1);
	assert_int_equal(doc_find(&d, 9, 3, true, STR_LIT("head")), 0);
	doc_reset(&d);
	assert_int_equal(doc_rows(&d, 9), 0);
	doc_done(&d);
	grid_done(&g);
}

/* Names as wide as they are on screen, not in bytes. */
static void
names_stand_in_a_column(void **state)
{
	struct grid g = grid_of(5, 16);
	struct doc d;

	(void)state;
	doc_init(&d);
	doc_named(&d, ROLE_TEXT, 7, "ends", "%s", "at noon");
	doc_named(&d, ROLE_TEXT, 7, "\xe3\x83\x9b\xe3\x82\xb9\xe3\x83\x88",
	    "mta%d mta%d", 1, 2);
	doc_named(&d, ROLE_TEXT, 7, "too wide", "%s", "here");
	assert_int_equal(
	    doc_draw(&d, &g, whole(&g), 0, (struct str){NULL, 0}), 3);
	assert_grid(&g, "ends   at noon\n"
			"\xe3\x83\x9b\xe3\x82\xb9\xe3\x83\x88 mta1 mta2\n"
			"too wide here\n\n\n");
	doc_done(&d);
	grid_done(&g);
}

static void
documents_have_bounds(void **state)
{
	struct doc d;

	(void)state;
	doc_init(&d);
	for (int i = 0; i < DOC_LINES + 10; i++)
		doc_printf(&d, ROLE_TEXT, 0, "line %d", i);
	assert_int_equal(d.n, DOC_LINES);
	doc_done(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_breaks_at_blanks),
	    cmocka_unit_test(finding_ignores_case),
	    cmocka_unit_test(matches_are_marked_by_columns),
	    cmocka_unit_test(documents_scroll_and_find),
	    cmocka_unit_test(names_stand_in_a_column),
	    cmocka_unit_test(documents_have_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
