/*
 * grid.h - the screen as cells, and the only door for text to it: everything
 * is sanitised and measured in columns here (core/utf8.h). Wide glyphs take two
 * cells, the right one with cols 0; a glyph cut by an edge becomes a blank.
 */
#ifndef TUI_GRID_H
#define TUI_GRID_H

#include "core/buf.h"
#include "core/utf8.h"

#include <uchar.h>

/* What a cell means; a theme says how it looks. */
#define ROLE_LIST(X)                                                           \
	X(TEXT, text)                                                          \
	X(DIM, dim)                                                            \
	X(TITLE, title)                                                        \
	X(HEAD, head)                                                          \
	X(HEAD_SORT, head_sort)                                                \
	X(CURSOR, cursor)                                                      \
	X(TAGGED, tagged)                                                      \
	X(OK, ok)                                                              \
	X(WARN, warn)                                                          \
	X(CRIT, crit)                                                          \
	X(UNKNOWN, unknown)                                                    \
	X(STALE, stale)                                                        \
	X(KEY, key)                                                            \
	X(HINT, hint)                                                          \
	X(INPUT, input)                                                        \
	X(ERROR, error)                                                        \
	X(MATCH, match)                                                        \
	X(GRAPH, graph)                                                        \
	X(GRAPH_BAD, graph_bad)                                                \
	X(BORDER, border)                                                      \
	X(FROZEN, frozen)

enum role {
#define X(name, id) ROLE_##name,
	ROLE_LIST(X)
#undef X
	    ROLE_N
};

struct grid_cell {
	char32_t ch, mark; /* mark: one combining character, or 0 */
	uint8_t cols;	   /* 1, 2, or 0 for the right half of a wide glyph */
	uint8_t role;	   /* enum role */
	uint8_t over;	   /* role laid over it (CURSOR, TAGGED), 0 = none */
	uint8_t pad;
};

struct rect {
	int row, col, rows, cols;
};

struct grid {
	int rows, cols;
	struct grid_cell *cells; /* owned; [rows * cols], row major */
};

err_t grid_init(struct grid *g, int rows, int cols) NODISCARD;
void grid_done(struct grid *g);
/* Same size: cleared; other size: allocated again. */
err_t grid_resize(struct grid *g, int rows, int cols) NODISCARD;
void grid_clear(struct grid *g);
/* Writes s at (row, col) of rect r, clipped to it and to max_cols (-1: to the
 * edge). A text that does not fit ends in '~' when mark_cut. Columns used. */
int grid_text(struct grid *g, struct rect r, int row, int col, int max_cols,
    enum role role, bool mark_cut, struct str s);
int grid_puts(struct grid *g, struct rect r, int row, int col, enum role role,
    const char *z);
int grid_printf(struct grid *g, struct rect r, int row, int col, enum role role,
    const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* One code point of known width 1 (borders, braille). */
void grid_put(struct grid *g, struct rect r, int row, int col, enum role role,
    char32_t ch);
void grid_fill(struct grid *g, struct rect r, enum role role, char32_t ch);
/* Lays a role over a row's cells from col, cols wide. */
void grid_over(
    struct grid *g, struct rect r, int row, int col, int cols, enum role over);
/* The grid as UTF-8 text, a line a row, trailing blanks cut (goldens,
 * export).*/
err_t grid_dump(const struct grid *g, struct buf *out);

#endif
