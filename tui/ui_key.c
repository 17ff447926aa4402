/*
 * ui_key.c - where a key goes: overlay, then the view's keys, then everybody's.
 * A click becomes the action that the same place's key would be.
 */
#include "tui/overlay.h"
#include "tui/pager.h"

#include "core/i18n.h"

enum { WHEEL_ROWS = 3 };

static bool
inside(int at, int cols, int col)
{
	return col >= at && col < at + cols;
}

static void
click_head(struct ui *ui, int col)
{
	const struct wtable *t = &ui->table;
	struct level *l = ui_top(ui);

	for (int i = 0; i < t->n_drawn; i++) {
		if (!inside(t->drawn[i].at, t->drawn[i].cols, col))
			continue;
		if (l->sort == t->drawn[i].col)
			l->invert = !l->invert;
		else
			l->invert = false;
		l->sort = t->drawn[i].col;
		return;
	}
}

/* A click selects; on the selected row it opens. */
static void
click_body(struct ui *ui, struct model *m, int row, int col)
{
	struct level *l = ui_top(ui);
	size_t at;

	if (ui_table(ui) == NULL)
		return;
	if (row == 0) {
		click_head(ui, col);
		return;
	}
	at = l->scroll + (size_t)row - 1;
	if (at >= ui->table.n)
		return;
	if (at == l->cursor_at)
		ui_act(ui, m, ACT_ENTER);
	else
		wtable_move(&ui->table, ui, (long)at - (long)l->cursor_at);
}

static void
click(struct ui *ui, struct model *m, const struct key *k)
{
	if (k->row == ui->rows - 1) {
		for (int i = 0; i < ui->n_hints; i++)
			if (inside(ui->hints[i].at, ui->hints[i].cols, k->col))
				ui_act(ui, m, ui->hints[i].action);
	} else if (k->row == 1 && ui->depth == 0) {
		for (unsigned v = 0; v < VIEW_TABS; v++)
			if (inside(ui->tabs[v].at, ui->tabs[v].cols, k->col))
				ui_goto(ui, (enum view_id)v);
	} else if (k->row >= ui->body.row &&
		   k->row < ui->body.row + ui->body.rows) {
		click_body(ui, m, k->row - ui->body.row, k->col);
	}
}

static void
mouse(struct ui *ui, struct model *m, const struct key *k)
{
	bool table = ui_table(ui) != NULL;
	long by = k->mouse == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS;

	switch (k->mouse) {
	case MOUSE_PRESS:
	case MOUSE_DOUBLE:
		click(ui, m, k);
		break;
	case MOUSE_WHEEL_UP:
	case MOUSE_WHEEL_DOWN:
		if (table)
			wtable_move(&ui->table, ui, by);
		else
			pager_scroll(ui, m, by);
		break;
	}
}

/* A key where no overlay is open. */
static void
view_key(struct ui *ui, struct model *m, const struct key *k)
{
	enum action a;
	char name[16];

	ui->status[0] = '\0';
	if (k->pasted) {
		ui_say(ui, true,
		    _("pasted text does nothing here: : first, for a command"));
		return;
	}
	if (k->code == KEY_MOUSE_) {
		mouse(ui, m, k);
		return;
	}
	a = keymap_find(&ui->keys, CTX_ANY | ui_view(ui)->ctx, k);
	if (a != ACT_NONE)
		ui_act(ui, m, a);
	else
		ui_say(ui, true, _("%s does nothing here: ? shows the keys"),
		    keymap_key_name(name, k->code));
}

void
ui_key(struct ui *ui, struct model *m, const struct key *k)
{
	if (k->code == KEY_NONE || k->code == KEY_RESIZE_)
		return;
	/* Keys may come faster than frames: each sees what the one before
	 * it did. */
	if (ui->stale)
		ui_build(ui, m);
	if (ui->overlay != OV_NONE)
		overlay_key(ui, m, k);
	else
		view_key(ui, m, k);
	ui->stale = true;
}
