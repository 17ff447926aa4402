/* grid_test.c - clipping, wide glyphs, hostile text, dumps. */
#include "tests/unit/tui/test.h"

static void
text_is_clipped_to_its_rect(void **state)
{
	struct grid g = grid_of(3, 10);
	struct rect r = {1, 2, 1, 5};

	(void)state;
	assert_int_equal(
	    grid_text(&g, r, 0, 0, -1, ROLE_OK, true, STR_LIT("abcdefgh")), 5);
	assert_grid(&g, "\n  abcd~\n\n");
	assert_int_equal(cell_of(&g, 1, 2).role, ROLE_OK);
	assert_int_equal(
	    grid_text(&g, r, 1, 0, -1, ROLE_OK, true, STR_LIT("below")), 0);
	assert_int_equal(
	    grid_text(&g, r, 0, -1, -1, ROLE_OK, false, STR_LIT("xyz")), 3);
	assert_grid(&g, "\n  yzcd~\n\n");
	grid_done(&g);
}

static void
max_cols_is_a_limit(void **state)
{
	struct grid g = grid_of(1, 10);

	(void)state;
	assert_int_equal(grid_text(&g, whole(&g), 0, 0, 3, ROLE_TEXT, false,
			     STR_LIT("abcdef")),
	    3);
	assert_int_equal(
	    grid_text(&g, whole(&g), 0, 5, 3, ROLE_TEXT, true, STR_LIT("abc")),
	    3);
	assert_grid(&g, "abc  abc\n");
	grid_done(&g);
}

static void
wide_glyphs_stay_whole(void **state)
{
	struct grid g = grid_of(1, 6);

	(void)state;
	/* three wide glyphs in five columns: the third does not fit */
	assert_int_equal(
	    grid_text(&g, (struct rect){0, 0, 1, 5}, 0, 0, -1, ROLE_TEXT, false,
		STR_LIT("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e")),
	    4);
	assert_int_equal(cell_of(&g, 0, 0).cols, 2);
	assert_int_equal(cell_of(&g, 0, 1).cols, 0);
	assert_int_equal(cell_of(&g, 0, 4).ch, ' ');
	/* what overwrites a half blanks the other */
	grid_put(&g, whole(&g), 0, 1, ROLE_TEXT, 'x');
	assert_int_equal(cell_of(&g, 0, 0).ch, ' ');
	assert_int_equal(cell_of(&g, 0, 0).cols, 1);
	grid_put(&g, whole(&g), 0, 2, ROLE_TEXT, 'y');
	assert_int_equal(cell_of(&g, 0, 3).ch, ' ');
	assert_int_equal(cell_of(&g, 0, 3).cols, 1);
	assert_grid(&g, " xy\n");
	grid_done(&g);
}

static void
a_cut_wide_glyph_leaves_the_mark_in_its_place(void **state)
{
	struct grid g = grid_of(1, 4);

	(void)state;
	assert_int_equal(grid_text(&g, whole(&g), 0, 0, -1, ROLE_TEXT, true,
			     STR_LIT("a\xe6\x97\xa5\xe6\x9c\xac")),
	    4);
	assert_grid(&g, "a\xe6\x97\xa5~\n");
	grid_done(&g);
}

static void
hostile_text_is_disarmed(void **state)
{
	struct grid g = grid_of(1, 20);

	(void)state;
	(void)grid_text(&g, whole(&g), 0, 0, -1, ROLE_TEXT, false,
	    STR_LIT("a\033[2Jb\xe2\x80\xae\xff\x9b"));
	for (int x = 0; x < g.cols; x++) {
		char32_t ch = cell_of(&g, 0, x).ch;

		assert_true(ch >= ' ' && ch != 0x7f &&
			    (ch < 0x80 || ch >= 0xa0) && ch != 0x202e);
	}
	assert_grid(
	    &g, "a\xef\xbf\xbd[2Jb\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n");
	grid_done(&g);
}

static void
combining_marks_ride_on_their_base(void **state)
{
	struct grid g = grid_of(1, 5);

	(void)state;
	assert_int_equal(grid_text(&g, whole(&g), 0, 0, -1, ROLE_TEXT, false,
			     STR_LIT("e\xcc\x81x")),
	    2);
	assert_int_equal(cell_of(&g, 0, 0).mark, 0x301);
	assert_grid(&g, "e\xcc\x81x\n");
	grid_done(&g);
}

static void
overlays_keep_the_text(void **state)
{
	struct grid g = grid_of(2, 4);

	(void)state;
	(void)grid_puts(&g, whole(&g), 0, 0, ROLE_CRIT, "abcd");
	grid_over(&g, whole(&g), 0, 1, 99, ROLE_CURSOR);
	assert_int_equal(cell_of(&g, 0, 0).over, 0);
	assert_int_equal(cell_of(&g, 0, 3).over, ROLE_CURSOR);
	assert_int_equal(cell_of(&g, 0, 3).role, ROLE_CRIT);
	assert_int_equal(cell_of(&g, 1, 0).over, 0);
	grid_over(&g, whole(&g), 9, 0, 4, ROLE_CURSOR);
	grid_done(&g);
}

static void
sizes_have_bounds(void **state)
{
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 0, 10), ERR_RANGE);
	assert_int_equal(grid_init(&g, 10, 100000), ERR_RANGE);
	g = grid_of(2, 2);
	(void)grid_puts(&g, whole(&g), 0, 0, ROLE_TEXT, "ab");
	assert_int_equal(grid_resize(&g, 2, 2), ERR_OK);
	assert_grid(&g, "\n\n");
	assert_int_equal(grid_resize(&g, 1, 3), ERR_OK);
	assert_int_equal(g.cols, 3);
	grid_done(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_clipped_to_its_rect),
	    cmocka_unit_test(max_cols_is_a_limit),
	    cmocka_unit_test(wide_glyphs_stay_whole),
	    cmocka_unit_test(a_cut_wide_glyph_leaves_the_mark_in_its_place),
	    cmocka_unit_test(hostile_text_is_disarmed),
	    cmocka_unit_test(combining_marks_ride_on_their_base),
	    cmocka_unit_test(overlays_keep_the_text),
	    cmocka_unit_test(sizes_have_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
