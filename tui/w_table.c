/*
 * w_table.c - which rows a table shows and in which order: filter, sort,
 * cursor. Nothing is drawn here. Sort keys are taken once a frame, cells of
 * other columns only when there is a filter.
 */
#include "tui/w_table.h"

#include "tui/ui.h"
#include "tui/widget.h"

#include <stdlib.h>

enum { ARENA_BYTES = 4 << 20 };

err_t
wtable_init(struct wtable *t)
{
	*t = (struct wtable){0};
	buf_init(&t->arena, ARENA_BYTES);
	t->shown = calloc(MAX_ROWS, sizeof *t->shown);
	t->scratch = calloc(MAX_ROWS, sizeof *t->scratch);
	if (t->shown != NULL && t->scratch != NULL)
		return ERR_OK;
	wtable_done(t);
	return ERR_NOMEM;
}

void
wtable_done(struct wtable *t)
{
	wtable_thaw(t);
	free(t->shown);
	free(t->scratch);
	buf_done(&t->arena);
	*t = (struct wtable){0};
}

void
wtable_cell(const struct wtable *t, const struct table_view *tv,
    struct model *m, const struct ui *ui, const struct trow *row, int col,
    struct cellv *out)
{
	out->text = (struct str){NULL, 0};
	out->own[0] = '\0';
	out->role = ROLE_TEXT;
	out->num = 0;
	out->known = true;
	out->graph_n = 0;
	if (t->frozen != NULL)
		frozen_cell(t->frozen, row->src, col, out);
	else
		tv->cell(m, ui, row->row, col, out);
}

/* Does any text hold the filter's. Figures are not searched: "12" would be
 * everywhere. */
static bool
row_matches(const struct wtable *t, const struct table_view *tv,
    struct model *m, const struct ui *ui, const struct trow *row,
    struct str filter)
{
	struct cellv c;

	for (int col = 0; col < tv->n_cols; col++) {
		if ((tv->cols[col].flags & (COLF_GRAPH | COLF_NUMBER)) != 0)
			continue;
		wtable_cell(t, tv, m, ui, row, col, &c);
		if (text_find(c.text, filter) != SIZE_MAX)
			return true;
	}
	return false;
}

static bool
row_is_bad(const struct wtable *t, const struct table_view *tv, struct model *m,
    const struct ui *ui, const struct trow *row)
{
	struct cellv c;

	for (int col = 0; col < tv->n_cols; col++) {
		if ((tv->cols[col].flags & COLF_STATE) == 0)
			continue;
		wtable_cell(t, tv, m, ui, row, col, &c);
		if (c.role == ROLE_CRIT)
			return true;
	}
	return false;
}

/* The column the rows are sorted by; SORT_DEFAULT for the view's rank. */
static int
sort_column(const struct table_view *tv, const struct level *l)
{
	if (l->sort >= 0 && l->sort < tv->n_cols)
		return l->sort;
	/* A frozen copy holds cells, not ranks: it keeps its order. */
	return tv->rank != NULL ? SORT_DEFAULT : tv->default_sort;
}

static void
take_sort_key(struct wtable *t, const struct table_view *tv, struct model *m,
    const struct ui *ui, int col, struct trow *row)
{
	struct cellv c;

	row->known = true;
	if (col == SORT_DEFAULT) {
		row->num = t->frozen != NULL ? 0 : tv->rank(m, ui, row->row);
		return;
	}
	wtable_cell(t, tv, m, ui, row, col, &c);
	row->known = c.known;
	row->num = c.num;
	if ((tv->cols[col].flags & COLF_NUMBER) != 0)
		return;
	row->text = t->arena.n;
	if (buf_str(&t->arena, c.text) == ERR_OK)
		row->text_n = c.text.n;
}

struct order {
	bool numeric, invert;
	const char *arena;
};

static int
by_text(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

/* Unknown last whichever way round; equals keep the view's order. */
static int
compare(const void *pa, const void *pb, void *ctx)
{
	const struct trow *a = pa, *b = pb;
	const struct order *o = ctx;
	int c;

	if (a->known != b->known)
		return a->known ? -1 : 1;
	if (o->numeric)
		c = (a->num < b->num) - (a->num > b->num);
	else
		c = by_text((struct str){o->arena + a->text, a->text_n},
		    (struct str){o->arena + b->text, b->text_n});
	if (c != 0)
		return o->invert ? -c : c;
	return (a->src > b->src) - (a->src < b->src);
}

/* The cursor's key decides where it is; when its row has gone, its place. */
static void
place_cursor(struct wtable *t, struct level *l)
{
	if (!l->moved)
		l->cursor_at = 0;
	else
		for (size_t i = 0; i < t->n; i++)
			if (t->shown[i].row.key == l->cursor) {
				l->cursor_at = i;
				break;
			}
	if (l->cursor_at >= t->n)
		l->cursor_at = t->n == 0 ? 0 : t->n - 1;
	if (t->n > 0)
		l->cursor = t->shown[l->cursor_at].row.key;
}

void
wtable_build(struct wtable *t, const struct table_view *tv, struct model *m,
    struct ui *ui)
{
	struct level *l = ui_top(ui);
	struct str filter = str_of(l->filter);
	int col = sort_column(tv, l);
	struct order order = {
	    col == SORT_DEFAULT || (tv->cols[col].flags & COLF_NUMBER) != 0,
	    l->invert, NULL};
	const struct row *rows = t->scratch;

	t->n = 0;
	t->hidden_bad = 0;
	buf_reset(&t->arena);
	if (t->frozen != NULL)
		t->n_all = frozen_rows(t->frozen, &rows);
	else
		t->n_all = tv->rows(m, ui, t->scratch, MAX_ROWS);
	t->n_taken = t->n_all < MAX_ROWS ? t->n_all : MAX_ROWS;
	for (size_t i = 0; i < t->n_taken; i++) {
		struct trow row = {.row = rows[i], .src = (uint32_t)i};

		if (filter.n > 0 && !ui_view(ui)->filters &&
		    !row_matches(t, tv, m, ui, &row, filter)) {
			t->hidden_bad += row_is_bad(t, tv, m, ui, &row);
			continue;
		}
		take_sort_key(t, tv, m, ui, col, &row);
		t->shown[t->n++] = row;
	}
	order.arena = buf_cstr(&t->arena);
	qsort_r(t->shown, t->n, sizeof *t->shown, compare, &order);
	place_cursor(t, l);
}

int
table_cell(const struct table_view *tv, uint32_t key)
{
	for (int i = tv->first_cell; tv->col_keys != NULL && i < tv->n_cols;
	     i++)
		if (tv->col_keys[i] == key)
			return i;
	return -1;
}

void
wtable_move(struct wtable *t, struct ui *ui, long by)
{
	struct level *l = ui_top(ui);
	long at = (long)l->cursor_at + by;

	if (t->n == 0)
		return;
	if (at < 0)
		at = 0;
	if (at >= (long)t->n)
		at = (long)t->n - 1;
	l->cursor_at = (size_t)at;
	l->cursor = t->shown[at].row.key;
	/* On the first row it follows whatever is first. */
	l->moved = at != 0;
}

const struct trow *
wtable_cursor(const struct wtable *t, const struct ui *ui)
{
	size_t at = ui_top_const(ui)->cursor_at;

	return at < t->n ? &t->shown[at] : NULL;
}
