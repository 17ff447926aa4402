/* widget_test.c - braille graphs, input lines, boxes. */
#include "tests/unit/tui/test.h"
#include "tui/widget.h"

#define GAP UINT32_MAX

static char32_t
dots_at(const uint32_t *v, int n, int cols, int col)
{
	struct grid g = grid_of(1, cols);
	char32_t ch;

	graph_draw(&g, whole(&g), 0, 0, cols, ROLE_GRAPH, v, n);
	ch = cell_of(&g, 0, col).ch;
	grid_done(&g);
	return ch;
}

static void
a_cell_holds_two_values_four_dots_high(void **state)
{
	static const uint32_t full[] = {90, 90}, half[] = {0, 90};
	static const uint32_t one[] = {1, 90};

	(void)state;
	assert_int_equal(dots_at(full, 2, 1, 0), 0x28ff);
	assert_int_equal(dots_at(half, 2, 1, 0), 0x2800 + 0x40 + 0xb8);
	/* however little: more than a zero */
	assert_int_equal(dots_at(one, 2, 1, 0), 0x2800 + 0x44 + 0xb8);
}

static void
a_gap_is_not_a_zero(void **state)
{
	static const uint32_t v[] = {GAP, GAP, 0, 0, GAP, 0};
	static const uint32_t tall[] = {GAP, 1 << 30};

	(void)state;
	assert_int_equal(dots_at(v, 6, 3, 0), ' ');
	assert_int_equal(dots_at(v, 6, 3, 1), 0x28c0);
	assert_int_equal(dots_at(v, 6, 3, 2), 0x2880);
	assert_int_equal(dots_at(tall, 2, 1, 0), 0x28b8);
}

static void
the_newest_is_at_the_right(void **state)
{
	static const uint32_t v[] = {4, 4, 4, 0, 4};

	(void)state;
	/* room for four of five: the first goes */
	assert_int_equal(dots_at(v, 5, 2, 0), 0x28ff);
	assert_int_equal(dots_at(v, 5, 2, 1), 0x2800 + 0x40 + 0xb8);
	/* fewer than there is room for */
	assert_int_equal(dots_at(v, 1, 2, 0), ' ');
	assert_int_equal(dots_at(v, 1, 2, 1), 0x28b8);
}

static void
little_is_drawn_small(void **state)
{
	static const uint32_t v[] = {1, 1};

	(void)state;
	assert_int_equal(dots_at(v, 2, 1, 0), 0x2800 + 0x44 + 0xa0);
}

/* A bar where something was done, which is not a value; values stay. */
static void
a_mark_stands_in_the_graph(void **state)
{
	uint32_t v[] = {8, 8, 8, 0, GAP, GAP};

	(void)state;
	graph_mark(&v[3]);
	graph_mark(&v[4]);
	assert_int_equal(dots_at(v, 6, 3, 0), 0x28ff);
	assert_int_equal(dots_at(v, 6, 3, 1), '|');
	assert_int_equal(dots_at(v, 6, 3, 2), '|');
	assert_true(graph_is_marked(v[3]));
	assert_false(graph_is_marked(v[0]));
	assert_false(graph_is_marked(v[5]));
	assert_int_equal(graph_value(v[0]), 8);
	assert_int_equal(graph_value(v[3]), 0);
	assert_int_equal(graph_value(v[4]), GAP);
	assert_int_equal(graph_value(v[5]), GAP);
	/* Once more is the same. */
	graph_mark(&v[4]);
	assert_int_equal(graph_value(v[4]), GAP);
}

static void
input_shows_its_end(void **state)
{
	struct grid g = grid_of(1, 8);

	(void)state;
	assert_int_equal(
	    input_draw(&g, whole(&g), 0, "/", STR_LIT("abc"), false), 4);
	assert_grid(&g, "/abc\n");
	assert_int_equal(
	    input_draw(&g, whole(&g), 0, "/", STR_LIT("abcdefghij"), false), 7);
	assert_grid(&g, "/efghij\n");
	assert_int_equal(
	    input_draw(&g, whole(&g), 0, "> ", STR_LIT("pass"), true), 6);
	assert_grid(&g, "> ****\n");
	grid_done(&g);
}

static void
backspace_takes_a_whole_glyph(void **state)
{
	(void)state;
	assert_int_equal(input_backspace("ab", 2), 1);
	assert_int_equal(input_backspace("a\xe6\x97\xa5", 4), 1);
	assert_int_equal(input_backspace("", 0), 0);
}

static void
a_box_has_an_inside(void **state)
{
	struct grid g = grid_of(3, 12);
	struct rect in = box_draw(&g, whole(&g), "T");

	(void)state;
	(void)grid_puts(&g, in, 0, 0, ROLE_TEXT, "12345678");
	assert_grid(&g, "+- T ------+\n| 12345678 |\n+----------+\n");
	grid_done(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_cell_holds_two_values_four_dots_high),
	    cmocka_unit_test(a_gap_is_not_a_zero),
	    cmocka_unit_test(the_newest_is_at_the_right),
	    cmocka_unit_test(little_is_drawn_small),
	    cmocka_unit_test(a_mark_stands_in_the_graph),
	    cmocka_unit_test(input_shows_its_end),
	    cmocka_unit_test(backspace_takes_a_whole_glyph),
	    cmocka_unit_test(a_box_has_an_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
