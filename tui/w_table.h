/*
 * w_table.h - the table widget: which rows are shown (filter), in which order
 * (sort), where the cursor is, which columns fit, and drawing them. Works on
 * the model, or on a frozen copy of all cells, through the same calls.
 */
#ifndef TUI_W_TABLE_H
#define TUI_W_TABLE_H

#include "tui/view.h"

/* A row of the frame. */
struct trow {
	struct row row;
	uint32_t src; /* place in rows() or in the frozen copy */
	bool known;
	double num;	     /* sort key, or: */
	size_t text, text_n; /* in table.arena */
};

struct frozen; /* every cell of a table at one moment; heap */

/* The last frame's rows. */
struct wtable {
	struct trow *shown;    /* owned; sorted, filtered */
	size_t n, n_all;       /* shown; rows the view has in all */
	size_t n_taken;	       /* rows looked at: at most MAX_ROWS */
	size_t hidden_bad;     /* rows with a CRIT cell that the filter hides */
	struct row *scratch;   /* owned; [MAX_ROWS] */
	struct buf arena;      /* sort texts */
	int natural[MAX_COLS]; /* widest content seen, so columns stay put */
	const struct table_view *of; /* the view natural[] speaks of */
	int width;
	struct frozen *frozen; /* owned; NULL = live */
	/* geometry, for the mouse: columns drawn */
	int n_drawn;
	struct {
		int col, at, cols;
	} drawn[MAX_COLS];
};

err_t wtable_init(struct wtable *t) NODISCARD;
void wtable_done(struct wtable *t);
/* Rows of the view on top of ui: filtered, sorted; the cursor finds its key. */
void wtable_build(struct wtable *t, const struct table_view *tv,
    struct model *m, struct ui *ui);
/* Fills a cell of a built row, from the model or the frozen copy. */
void wtable_cell(const struct wtable *t, const struct table_view *tv,
    struct model *m, const struct ui *ui, const struct trow *row, int col,
    struct cellv *out);
/* Header in row 0 of r, rows below. */
void wtable_draw(struct wtable *t, const struct table_view *tv, struct model *m,
    struct ui *ui, struct grid *g, struct rect r);
/* Copies all rows and cells of the view; ERR_NOMEM, ERR_LIMIT. */
err_t wtable_freeze(struct wtable *t, const struct table_view *tv,
    struct model *m, struct ui *ui) NODISCARD;
void wtable_thaw(struct wtable *t);
/* Moves the cursor by n rows, or to a row. */
void wtable_move(struct wtable *t, struct ui *ui, long by);
/* The row under the cursor; NULL when there is none. */
const struct trow *wtable_cursor(const struct wtable *t, const struct ui *ui);

/* The column whose cells are of this key; -1: none. */
int table_cell(const struct table_view *tv, uint32_t key);

/* For the frame's builder, in wtable_freeze.c */
size_t frozen_rows(const struct frozen *f, const struct row **rows);
void frozen_cell(
    const struct frozen *f, uint32_t src, int col, struct cellv *out);

#endif
