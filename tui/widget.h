/*
 * widget.h - what is drawn into a grid and keeps no state of its own: text
 * wrapped, braille graphs, an input line, a box.
 */
#ifndef TUI_WIDGET_H
#define TUI_WIDGET_H

#include "tui/grid.h"

/* Takes the head of *rest that fits cols columns, broken at a blank where
 * there is one; false at the end. */
bool text_wrap(struct str *rest, int cols, struct str *line);
/* Draws text wrapped into r; rows used. */
int text_draw(struct grid *g, struct rect r, enum role role, struct str text);
/* Byte offset of needle in hay ignoring ASCII case, or SIZE_MAX. */
size_t text_find(struct str hay, struct str needle);
/* Marks where `find` occurs in a text drawn at (row, col). */
void text_mark(struct grid *g, struct rect r, int row, int col, int max_cols,
    struct str text, struct str find);

/* A value of a graph: nobody looked then, which is not a zero. */
#define GRAPH_GAP UINT32_MAX

/* Something was done then: a mark stands in the graph there. The value stays.
 */
void graph_mark(uint32_t *v);
bool graph_is_marked(uint32_t v);
uint32_t graph_value(uint32_t v);

/* The last 2 * cols of n values, two a cell, four dots high, scaled to the
 * largest (at least 4). A zero is a dot on the ground, GRAPH_GAP is empty; the
 * cell of a marked one is a bar. */
void graph_draw(struct grid *g, struct rect r, int row, int col, int cols,
    enum role role, const uint32_t *v, int n);
/* The same of n values, an even number, as text of n / 2 columns. */
void graph_text(struct buf *out, const uint32_t *v, int n);

/* "label text_" in one row, the text's end kept visible. Returns the column
 * of the caret. */
int input_draw(struct grid *g, struct rect r, int row, const char *label,
    struct str text, bool hidden);
/* Takes one glyph off the end of s[n]; the new length. */
size_t input_backspace(const char *s, size_t n);

/* Clears r, draws a border and a title; the inside. */
struct rect box_draw(struct grid *g, struct rect r, const char *title);

#endif
