/*
 * ui_render.c - the whole screen from top to bottom: head (ui_head.c), summary,
 * body, what there is to say about the row, hints.
 */
#include "tui/overlay.h"
#include "tui/ui_head.h"
#include "tui/widget.h"

#include "core/i18n.h"

enum { NEED_ROWS = 24, NEED_COLS = 80, TOP_ROWS = 3, DETAIL_ROWS = 3 };

static void
draw_summary(struct ui *ui, struct model *m, struct grid *g)
{
	struct rect r = {2, 1, 1, g->cols - 2};
	struct buf text;
	enum role role = ui->frozen_role;

	buf_init(&text, 2048);
	if (ui->frozen)
		(void)buf_puts(&text, ui->frozen_summary);
	else
		role = ui_view(ui)->summary(m, ui, &text);
	if (ui_table(ui) != NULL && ui->table.n_all > ui->table.n_taken)
		(void)buf_printf(&text, _("; %zu more rows are not shown"),
		    ui->table.n_all - ui->table.n_taken);
	(void)grid_text(g, r, 0, 0, -1, role, true, buf_view(&text));
	buf_done(&text);
}

/* Of a frozen row only its cells are known; the last holds most text. */
static enum role
frozen_detail(const struct ui *ui, struct model *m, const struct trow *row,
    struct buf *out)
{
	const struct table_view *tv = ui_table(ui);
	struct cellv c;

	wtable_cell(&ui->table, tv, m, ui, row, tv->n_cols - 1, &c);
	if (c.known)
		(void)buf_str(out, c.text);
	return c.role;
}

/* Rows at the foot of a table that speak about the selected row. */
static void
draw_detail(struct ui *ui, struct model *m, struct grid *g, struct rect r)
{
	const struct view *v = ui_view(ui);
	const struct trow *row = wtable_cursor(&ui->table, ui);
	struct buf text;
	enum role role;

	if (v->detail == NULL || row == NULL)
		return;
	buf_init(&text, 4096);
	if (ui->frozen)
		role = frozen_detail(ui, m, row, &text);
	else
		role = v->detail(m, ui, row->row, &text);
	(void)text_draw(g, r, role, buf_view(&text));
	buf_done(&text);
}

/* Why there is no row. */
static void
draw_empty(
    const struct ui *ui, const struct model *m, struct grid *g, struct rect r)
{
	struct doc d;

	doc_init(&d);
	if (ui->table.n_all > 0)
		doc_line(&d, ROLE_UNKNOWN, 0,
		    str_of(_("No row holds the filter's text: Esc clears "
			     "it.")));
	else
		ui_view(ui)->empty(m, ui, &d);
	(void)doc_draw(&d, g,
	    (struct rect){r.row + 2, 2, r.rows - 2, r.cols - 4}, 0,
	    (struct str){NULL, 0});
	doc_done(&d);
}

static void
draw_body(struct ui *ui, struct model *m, struct grid *g)
{
	const struct view *v = ui_view(ui);
	struct level *l = ui_top(ui);
	int detail = v->detail == NULL	  ? 0
		     : v->detail_rows > 0 ? v->detail_rows
					  : DETAIL_ROWS;
	struct rect r = {TOP_ROWS, 0, g->rows - TOP_ROWS - 1 - detail, g->cols};

	ui->body = r;
	if (ui_table(ui) != NULL) {
		wtable_draw(&ui->table, ui_table(ui), m, ui, g, r);
		draw_detail(ui, m, g,
		    (struct rect){r.row + r.rows, 1, detail, g->cols - 2});
		if (ui->table.n == 0)
			draw_empty(ui, m, g, r);
	} else if (v->document != NULL) {
		ui->body = r = (struct rect){r.row, 1, r.rows, g->cols - 2};
		ui->doc_rows = doc_rows(&ui->doc, r.cols);
		if ((int)l->scroll > ui->doc_rows - 1)
			l->scroll = 0;
		(void)doc_draw(&ui->doc, g, r, (int)l->scroll, str_of(l->find));
	} else {
		v->render(m, ui, g, r);
	}
}

/* The first key of an action and its word. */
static int
draw_hint(struct ui *ui, struct grid *g, struct rect r, int col, enum action a)
{
	const char *hint = _(action_rows[a].hint);
	char key[16] = "";
	int cols;

	for (unsigned i = 0; i < ui->keys.n && key[0] == '\0'; i++)
		if (ui->keys.rows[i].action == a)
			(void)keymap_key_name(key, ui->keys.rows[i].code);
	cols = (int)(utf8_cols(str_of(key)) + 1 + utf8_cols(str_of(hint)));
	if (key[0] == '\0')
		return 0;
	if (col + cols > r.cols - 3 || ui->n_hints == UI_HINTS)
		return -1;
	(void)grid_puts(g, r, 0, col, ROLE_KEY, key);
	(void)grid_puts(
	    g, r, 0, col + 1 + (int)utf8_cols(str_of(key)), ROLE_HINT, hint);
	ui->hints[ui->n_hints].at = col;
	ui->hints[ui->n_hints].cols = cols;
	ui->hints[ui->n_hints++].action = a;
	return cols;
}

static void
draw_hints(struct ui *ui, const struct model *m, struct grid *g)
{
	struct rect r = {g->rows - 1, 0, 1, g->cols};
	int col = 1, used;

	ui->n_hints = 0;
	if (ui->status[0] != '\0' && ui->now_ms < ui->status_until_ms) {
		(void)grid_puts(g, r, 0, 1,
		    ui->status_error ? ROLE_WARN : ROLE_OK, ui->status);
		return;
	}
	for (unsigned a = ACT_NONE + 1; a < ACT_N; a++) {
		if ((action_rows[a].flags & AF_HINT) == 0 ||
		    ui_refusal(ui, m, (enum action)a) != NULL)
			continue;
		used = draw_hint(ui, g, r, col, (enum action)a);
		if (used < 0) {
			(void)grid_puts(g, r, 0, col, ROLE_HINT, "..");
			return;
		}
		col += used > 0 ? used + 2 : 0;
	}
}

static void
draw_too_small(const struct model *m, struct grid *g)
{
	struct rect r = {0, 0, g->rows, g->cols};
	unsigned up, bad;

	head_hosts(m, &up, &bad);
	(void)grid_printf(g, r, 0, 0, ROLE_WARN, _("need %dx%d, have %dx%d"),
	    NEED_COLS, NEED_ROWS, g->cols, g->rows);
	(void)grid_printf(g, r, 1, 0, bad > 0 ? ROLE_CRIT : ROLE_TEXT,
	    _("hosts %u/%u up, %u down"), up, (unsigned)m->n_hosts, bad);
	head_wrong(m, g, 2);
}

void
ui_render(struct ui *ui, struct model *m, struct grid *g, int *row, int *col)
{
	*row = *col = -1;
	grid_clear(g);
	ui->rows = g->rows;
	ui->cols = g->cols;
	if (g->rows < NEED_ROWS || g->cols < NEED_COLS) {
		draw_too_small(m, g);
		return;
	}
	ui_build(ui, m);
	head_draw(ui, m, g);
	draw_summary(ui, m, g);
	draw_body(ui, m, g);
	draw_hints(ui, m, g);
	overlay_draw(ui, m, g, row, col);
}
