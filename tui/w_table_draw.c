/*
 * wtable_draw.c - which columns fit and how wide they are, header and rows.
 * Columns go by priority until the rest fits; what is left is given to those
 * whose content wants it, most important first. Widths only grow while a view
 * is looked at, so that columns do not dance.
 */
#include "tui/w_table.h"

#include "core/i18n.h"
#include "tui/ui.h"
#include "tui/widget.h"

enum { MARK_COLS = 1, GAP_COLS = 1 };

struct layout {
	int n, col[MAX_COLS], cols[MAX_COLS];
};

static int
total_cols(const struct layout *l)
{
	int sum = MARK_COLS;

	for (int i = 0; i < l->n; i++)
		sum += l->cols[i] + (i > 0 ? GAP_COLS : 0);
	return sum;
}

/* Takes out the least important column, the rightmost of equals. */
static void
drop_one(struct layout *l, const struct table_view *tv)
{
	int worst = 0;

	for (int i = 1; i < l->n; i++)
		if (tv->cols[l->col[i]].prio >= tv->cols[l->col[worst]].prio)
			worst = i;
	for (int i = worst; i + 1 < l->n; i++) {
		l->col[i] = l->col[i + 1];
		l->cols[i] = l->cols[i + 1];
	}
	l->n--;
}

static int
wanted(const struct wtable *t, const struct column *c, int col)
{
	int want = t->natural[col], title = (int)utf8_cols(str_of(_(c->title)));

	/* A translated title may be wider than the English one. */
	if (want < title)
		want = title;
	if (want < c->min_cols)
		want = c->min_cols;
	return want > c->max_cols ? c->max_cols : want;
}

static void
grow(struct layout *l, const struct wtable *t, const struct table_view *tv,
    int width)
{
	int left = width - total_cols(l);

	for (int prio = 0; left > 0 && prio < 100; prio++) {
		for (int i = 0; i < l->n; i++) {
			const struct column *c = &tv->cols[l->col[i]];
			int more = wanted(t, c, l->col[i]) - l->cols[i];

			if (c->prio != prio || more <= 0)
				continue;
			if (more > left)
				more = left;
			l->cols[i] += more;
			left -= more;
		}
	}
}

static void
lay_out(struct layout *l, const struct wtable *t, const struct table_view *tv,
    int skip, int width)
{
	l->n = 0;
	for (int c = 0; c < tv->n_cols; c++) {
		if (c > 0 && c <= skip)
			continue;
		l->col[l->n] = c;
		l->cols[l->n++] = tv->cols[c].min_cols;
	}
	while (l->n > 1 && total_cols(l) > width)
		drop_one(l, tv);
	grow(l, t, tv, width);
}

/* The layout in which the cursor's cell, if there is one, can be seen. */
static void
show_cell(struct layout *l, const struct wtable *t, const struct table_view *tv,
    struct level *lv, int width)
{
	int cell = table_cell(tv, lv->cell);

	if (tv->col_keys != NULL && lv->scroll_col >= cell)
		lv->scroll_col = 0;
	for (;;) {
		bool seen = cell < 0;

		lay_out(l, t, tv, lv->scroll_col, width);
		for (int i = 0; i < l->n; i++)
			seen |= l->col[i] == cell;
		if (seen || lv->scroll_col + 1 >= cell)
			return;
		lv->scroll_col++;
	}
}

static void
measure(struct wtable *t, const struct table_view *tv, struct model *m,
    const struct ui *ui, size_t from, size_t to)
{
	struct cellv c;

	for (size_t i = from; i < to; i++) {
		for (int col = 0; col < tv->n_cols; col++) {
			int cols;

			if ((tv->cols[col].flags & COLF_GRAPH) != 0)
				t->natural[col] = tv->cols[col].max_cols;
			if (t->natural[col] >= tv->cols[col].max_cols)
				continue;
			wtable_cell(t, tv, m, ui, &t->shown[i], col, &c);
			cols = (int)utf8_cols(c.text);
			if (cols > t->natural[col])
				t->natural[col] = cols;
		}
	}
}

static void
draw_head(const struct wtable *t, const struct table_view *tv,
    const struct level *lv, struct grid *g, struct rect r)
{
	int sorted = lv->sort;

	if (sorted < 0 && tv->rank == NULL)
		sorted = tv->default_sort;
	grid_fill(g, (struct rect){r.row, r.col, 1, r.cols}, ROLE_HEAD, ' ');
	for (int i = 0; i < t->n_drawn; i++) {
		const struct column *c = &tv->cols[t->drawn[i].col];
		bool mark = t->drawn[i].col == sorted;
		/* '^' smallest first, 'v' largest first */
		bool down = ((c->flags & COLF_NUMBER) != 0) != lv->invert;
		struct str title = str_of(_(c->title));
		int room = t->drawn[i].cols - (mark ? 1 : 0);
		int used = (int)utf8_cols(title), at = t->drawn[i].at;

		if (used > room)
			used = room;
		if (c->align == ALIGN_RIGHT)
			at += room - used;
		(void)grid_text(g, r, 0, at, room,
		    mark ? ROLE_HEAD_SORT : ROLE_HEAD, false, title);
		if (mark)
			grid_put(g, r, 0, at + used, ROLE_HEAD_SORT,
			    down ? 'v' : '^');
	}
}

static void
draw_cell(struct grid *g, struct rect r, int row, int at, int cols,
    const struct column *col, const struct cellv *c, struct str filter)
{
	int pad = 0, used;

	if (c->graph_n > 0) {
		graph_draw(g, r, row, at, cols, c->role, c->graph, c->graph_n);
		return;
	}
	if (col->align == ALIGN_RIGHT) {
		used = (int)utf8_cols(c->text);
		pad = used < cols ? cols - used : 0;
	}
	(void)grid_text(
	    g, r, row, at + pad, cols - pad, c->role, true, c->text);
	if (filter.n > 0)
		text_mark(g, r, row, at + pad, cols - pad, c->text, filter);
}

static void
draw_row(const struct wtable *t, const struct table_view *tv, struct model *m,
    struct ui *ui, struct grid *g, struct rect r, int row, size_t i)
{
	const struct level *lv = ui_top_const(ui);
	const struct trow *tr = &t->shown[i];
	struct str filter = str_of(lv->filter);
	struct cellv c;

	if (i == lv->cursor_at) {
		grid_over(g, r, row, 0, r.cols, ROLE_CURSOR);
		grid_put(g, r, row, 0, ROLE_KEY, '>');
	}
	for (int k = 0; k < t->n_drawn; k++) {
		int col = t->drawn[k].col;

		wtable_cell(t, tv, m, ui, tr, col, &c);
		draw_cell(g, r, row, t->drawn[k].at, t->drawn[k].cols,
		    &tv->cols[col], &c, filter);
	}
	if (ui_tagged(ui, tr->row.key)) {
		grid_put(g, r, row, 0, ROLE_TAGGED, '*');
		grid_over(g, r, row, 0, r.cols, ROLE_TAGGED);
	}
	if (i != lv->cursor_at)
		return;
	grid_over(g, r, row, 0, r.cols, ROLE_CURSOR);
	for (int k = 0; k < t->n_drawn; k++)
		if (t->drawn[k].col == table_cell(tv, lv->cell))
			grid_over(g, r, row, t->drawn[k].at, t->drawn[k].cols,
			    ROLE_MATCH);
}

/* Keeps the cursor inside of the rows that are drawn. */
static void
scroll_to_cursor(const struct wtable *t, struct level *l, size_t rows)
{
	if (l->cursor_at < l->scroll)
		l->scroll = l->cursor_at;
	if (rows > 0 && l->cursor_at >= l->scroll + rows)
		l->scroll = l->cursor_at - rows + 1;
	if (t->n <= rows)
		l->scroll = 0;
	else if (l->scroll > t->n - rows)
		l->scroll = t->n - rows;
}

void
wtable_draw(struct wtable *t, const struct table_view *tv, struct model *m,
    struct ui *ui, struct grid *g, struct rect r)
{
	struct level *lv = ui_top(ui);
	size_t rows = r.rows > 1 ? (size_t)r.rows - 1 : 0, to;
	struct layout l;
	int at = MARK_COLS;

	if (t->of != tv || t->width != r.cols) {
		memset(t->natural, 0, sizeof t->natural);
		t->of = tv;
		t->width = r.cols;
	}
	scroll_to_cursor(t, lv, rows);
	to = lv->scroll + rows < t->n ? lv->scroll + rows : t->n;
	measure(t, tv, m, ui, lv->scroll, to);
	if (lv->scroll_col > tv->n_cols - 2)
		lv->scroll_col = tv->n_cols - 2;
	show_cell(&l, t, tv, lv, r.cols);
	t->n_drawn = l.n;
	for (int i = 0; i < l.n; i++) {
		t->drawn[i].col = l.col[i];
		t->drawn[i].at = at;
		t->drawn[i].cols = l.cols[i];
		at += l.cols[i] + GAP_COLS;
	}
	draw_head(t, tv, lv, g, r);
	for (size_t i = lv->scroll; i < to; i++)
		draw_row(t, tv, m, ui, g, r, 1 + (int)(i - lv->scroll), i);
}
