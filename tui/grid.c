/*
 * grid.c - cells and the door for text to them; see grid.h. Every write is
 * clipped to a rectangle and keeps wide glyphs whole: what overwrites one half
 * of a wide glyph blanks the other.
 */
#include "tui/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { GRID_MAX = 2000, PRINTF_BYTES = 1024 };

static const struct grid_cell blank = {.ch = ' ', .cols = 1, .role = ROLE_TEXT};

err_t
grid_init(struct grid *g, int rows, int cols)
{
	*g = (struct grid){0};
	return grid_resize(g, rows, cols);
}

void
grid_done(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){0};
}

err_t
grid_resize(struct grid *g, int rows, int cols)
{
	struct grid_cell *cells;

	if (rows < 1 || cols < 1 || rows > GRID_MAX || cols > GRID_MAX)
		return ERR_RANGE;
	if (g->cells == NULL || rows != g->rows || cols != g->cols) {
		cells = calloc((size_t)rows * (size_t)cols, sizeof *cells);
		if (cells == NULL)
			return ERR_NOMEM;
		free(g->cells);
		*g = (struct grid){rows, cols, cells};
	}
	grid_clear(g);
	return ERR_OK;
}

void
grid_clear(struct grid *g)
{
	size_t n = (size_t)g->rows * (size_t)g->cols;

	for (size_t i = 0; i < n; i++)
		g->cells[i] = blank;
}

/* The part of r that lies on the grid. */
static struct rect
on_grid(const struct grid *g, struct rect r)
{
	if (r.row < 0) {
		r.rows += r.row;
		r.row = 0;
	}
	if (r.col < 0) {
		r.cols += r.col;
		r.col = 0;
	}
	if (r.rows > g->rows - r.row)
		r.rows = g->rows - r.row;
	if (r.cols > g->cols - r.col)
		r.cols = g->cols - r.col;
	return r;
}

static struct grid_cell *
cell_at(struct grid *g, int row, int col)
{
	return &g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

/* Makes a cell free to be written: no half of a wide glyph is left behind. */
static void
part_wide(struct grid *g, int row, int col)
{
	struct grid_cell *c = cell_at(g, row, col);

	if (c->cols == 0 && col > 0) {
		c[-1].ch = ' ';
		c[-1].mark = 0;
		c[-1].cols = 1;
	} else if (c->cols == 2 && col + 1 < g->cols) {
		c[1].ch = ' ';
		c[1].cols = 1;
	}
}

static void
set(struct grid *g, int row, int col, const struct utf8_glyph *gl,
    enum role role)
{
	part_wide(g, row, col);
	*cell_at(g, row, col) = (struct grid_cell){.ch = gl->ch,
	    .mark = gl->mark,
	    .cols = gl->cols,
	    .role = (uint8_t)role};
	if (gl->cols != 2)
		return;
	part_wide(g, row, col + 1);
	*cell_at(g, row, col + 1) =
	    (struct grid_cell){.ch = 0, .cols = 0, .role = (uint8_t)role};
}

int
grid_text(struct grid *g, struct rect r, int row, int col, int max_cols,
    enum role role, bool mark_cut, struct str s)
{
	static const struct utf8_glyph cut_mark = {.ch = '~', .cols = 1};
	struct rect on = on_grid(g, r);
	struct utf8_glyph gl;
	int y = r.row + row, x = r.col + col, from = x, end;

	end = on.col + on.cols;
	if (max_cols >= 0 && max_cols < end - x)
		end = x + max_cols;
	if (y < on.row || y >= on.row + on.rows || x >= end)
		return 0;
	while (utf8_next(&s, &gl)) {
		if (x + gl.cols > end) {
			if (mark_cut && end - 1 >= on.col)
				set(g, y, end - 1, &cut_mark, role);
			return (mark_cut ? end : x) - from;
		}
		if (x >= on.col)
			set(g, y, x, &gl, role);
		x += gl.cols;
	}
	return x - from;
}

int
grid_puts(struct grid *g, struct rect r, int row, int col, enum role role,
    const char *z)
{
	return grid_text(g, r, row, col, -1, role, true, str_of(z));
}

int
grid_printf(struct grid *g, struct rect r, int row, int col, enum role role,
    const char *fmt, ...)
{
	char text[PRINTF_BYTES];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return grid_puts(g, r, row, col, role, text);
}

void
grid_put(struct grid *g, struct rect r, int row, int col, enum role role,
    char32_t ch)
{
	struct rect on = on_grid(g, r);
	int y = r.row + row, x = r.col + col;

	if (y >= on.row && y < on.row + on.rows && x >= on.col &&
	    x < on.col + on.cols)
		set(g, y, x, &(struct utf8_glyph){.ch = ch, .cols = 1}, role);
}

void
grid_fill(struct grid *g, struct rect r, enum role role, char32_t ch)
{
	for (int y = 0; y < r.rows; y++)
		for (int x = 0; x < r.cols; x++)
			grid_put(g, r, y, x, role, ch);
}

void
grid_over(
    struct grid *g, struct rect r, int row, int col, int cols, enum role over)
{
	struct rect on = on_grid(g, r);
	int y = r.row + row, from = r.col + col, to = from + cols;

	if (y < on.row || y >= on.row + on.rows)
		return;
	if (from < on.col)
		from = on.col;
	if (to > on.col + on.cols)
		to = on.col + on.cols;
	for (int x = from; x < to; x++)
		cell_at(g, y, x)->over = (uint8_t)over;
}

/* One row without its trailing blanks. */
static err_t
dump_row(const struct grid_cell *c, int cols, struct buf *out)
{
	char bytes[8];
	size_t n;

	while (cols > 0 && c[cols - 1].ch == ' ')
		cols--;
	for (int x = 0; x < cols; x++) {
		if (c[x].cols == 0)
			continue;
		n = utf8_encode(bytes, c[x].ch);
		if (c[x].mark != 0)
			n += utf8_encode(bytes + n, c[x].mark);
		(void)buf_add(out, bytes, n); /* out->failed is looked at */
	}
	return buf_putc(out, '\n');
}

err_t
grid_dump(const struct grid *g, struct buf *out)
{
	for (int y = 0; y < g->rows; y++) {
		err_t err = dump_row(
		    g->cells + (size_t)y * (size_t)g->cols, g->cols, out);

		if (err != ERR_OK)
			return err;
	}
	return out->failed;
}
