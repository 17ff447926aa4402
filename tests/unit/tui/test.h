/* test.h - what every test of the screen includes, and a grid as text. */
#ifndef TESTS_UNIT_TUI_TEST_H
#define TESTS_UNIT_TUI_TEST_H

#include "tui/grid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static inline struct grid
grid_of(int rows, int cols)
{
	struct grid g;

	assert_int_equal(grid_init(&g, rows, cols), ERR_OK);
	return g;
}

static inline struct rect
whole(const struct grid *g)
{
	return (struct rect){0, 0, g->rows, g->cols};
}

static inline struct grid_cell
cell_of(const struct grid *g, int row, int col)
{
	return g->cells[row * g->cols + col];
}

static inline void
assert_grid(const struct grid *g, const char *want)
{
	struct buf got;

	buf_init(&got, 1 << 20);
	assert_int_equal(grid_dump(g, &got), ERR_OK);
	assert_string_equal(buf_cstr(&got), want);
	buf_done(&got);
}

#endif
