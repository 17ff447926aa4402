/*
 * ov_menu.c - the acts for the row (F9): each by its key, what it does, or why
 * it cannot be done now; behind them those of the site's own. Choosing one asks
 * for its value and reason, as its key does; it never does it.
 * What is advised against a throttle of an egress IP comes first: it is about
 * one provider's mail, the keys are about all of it.
 */
#include "tui/overlay.h"
#include "tui/widget.h"

#include "core/i18n.h"

#include <stdio.h>

enum { MENU_COLS = 76, KEY_COLS = 5, NAME_COLS = 14, ENTER = 13, ESC = 27 };

/* The n-th act of the view on top; ACT_NONE: there are not so many. */
static enum action
nth(const struct ui *ui, int n)
{
	unsigned ctx = ui_view(ui)->ctx;

	for (unsigned a = ACT_NONE + 1; a < ACT_N; a++)
		if ((action_rows[a].flags & AF_SAFE) == 0 &&
		    (action_rows[a].ctx & ctx) != 0 && n-- == 0)
			return (enum action)a;
	return ACT_NONE;
}

/* How many are no site's own. */
static int
known(const struct ui *ui)
{
	int n = 0;

	while (nth(ui, n) != ACT_NONE)
		n++;
	return n;
}

int
ov_menu_count(const struct ui *ui)
{
	return known(ui) + (int)act_site_count(ui);
}

void
ov_menu_open(struct ui *ui, struct model *m)
{
	act_rows_advise(ui, m);
	overlay_open(ui, OV_MENU);
	ui->pick = 0;
}

/* Lines before the acts: what is advised, if anything is. */
static int
before(const struct ui *ui)
{
	return ui->act.advised[0] != '\0';
}

static void
draw_advised(struct ui *ui, struct grid *g, struct rect r, int row)
{
	enum role role = act_ui_locked(ui) == NULL ? ROLE_TEXT : ROLE_DIM;

	(void)grid_puts(g, r, row, KEY_COLS, role, _("advised"));
	(void)grid_text(g, r, row, KEY_COLS + NAME_COLS, -1, role, true,
	    str_of(ui->act.advised));
}

/* A copy: the line is forgotten when an act begins. */
static void
do_advised(struct ui *ui, struct model *m)
{
	char own[sizeof ui->act.advised];
	struct str line, verb;

	str_copy(own, sizeof own, str_of(ui->act.advised));
	line = str_of(own);
	if (str_word(&line, &verb) && verb_of(verb) != VERB_N)
		act_ui_words(ui, m, verb_of(verb), str_trim(line));
}

static void
draw_site(struct ui *ui, struct grid *g, struct rect r, int row,
    const struct site_action *a)
{
	enum role role = act_site_locked(ui, a) == NULL ? ROLE_TEXT : ROLE_DIM;
	int col = KEY_COLS;

	col += grid_text(g, r, row, col, -1, role, true, str_of(a->name));
	col = col < KEY_COLS + NAME_COLS ? KEY_COLS + NAME_COLS : col + 1;
	(void)grid_text(g, r, row, col, -1, role, true, str_of(a->help));
}

static void
draw_line(struct ui *ui, const struct model *m, struct grid *g, struct rect r,
    int row, int i)
{
	enum action a = nth(ui, i);
	const char *why = act_ui_refusal(ui, m, a);
	enum role role =
	    why == NULL && act_ui_locked(ui) == NULL ? ROLE_TEXT : ROLE_DIM;
	char key[16] = "";

	for (unsigned k = 0; k < ui->keys.n && key[0] == '\0'; k++)
		if (ui->keys.rows[k].action == a)
			(void)keymap_key_name(key, ui->keys.rows[k].code);
	(void)grid_puts(g, r, row, 1, why == NULL ? ROLE_KEY : ROLE_DIM, key);
	(void)grid_puts(g, r, row, KEY_COLS, role, action_rows[a].name);
	(void)grid_text(g, r, row, KEY_COLS + NAME_COLS, -1, role, true,
	    str_of(why == NULL ? _(action_rows[a].help) : why));
}

void
ov_menu_draw(struct ui *ui, const struct model *m, struct grid *g)
{
	int adv = before(ui), n = adv + ov_menu_count(ui);
	int acts = adv + known(ui), first;
	int cols = g->cols < MENU_COLS ? g->cols : MENU_COLS;
	int rows = n + 4 < g->rows - 2 ? n + 4 : g->rows - 2;
	struct rect r = {
	    (g->rows - rows) / 2, (g->cols - cols) / 2, rows, cols};
	const char *locked = act_ui_locked(ui);
	char name[2 * NAME_MAX_BYTES], title[2 * NAME_MAX_BYTES + 64];

	act_rows_name(ui, m, name, sizeof name);
	(void)snprintf(title, sizeof title, _("Act on %s"),
	    name[0] != '\0' ? name : _("the row"));
	r = box_draw(g, r, title);
	rows = r.rows - 2; /* for acts */
	first = ui->pick < rows ? 0 : ui->pick - rows + 1;
	for (int i = 0; i < rows && first + i < n; i++) {
		if (first + i < adv)
			draw_advised(ui, g, r, i);
		else if (first + i < acts)
			draw_line(ui, m, g, r, i, first + i - adv);
		else
			draw_site(
			    ui, g, r, i, &ui->act.sites->v[first + i - acts]);
		if (first + i == ui->pick)
			grid_over(g, r, i, 0, r.cols, ROLE_CURSOR);
	}
	/* That this console only reads is said once, not at each of them. */
	(void)grid_puts(g, r, r.rows - 1, 0,
	    locked != NULL ? ROLE_WARN : ROLE_KEY,
	    locked != NULL
		? locked
		: _("Enter asks why, then shows the plan   Esc close"));
}

/* The act of the menu whose key this is. */
static enum action
by_key(const struct ui *ui, int32_t code)
{
	const struct key k = {.code = code};
	enum action a = keymap_find(&ui->keys, ui_view(ui)->ctx, &k);

	return a != ACT_NONE && act_ui_verb(a) != VERB_N ? a : ACT_NONE;
}

void
ov_menu_key(struct ui *ui, struct model *m, int32_t code)
{
	int adv = before(ui), n = adv + ov_menu_count(ui);
	int acts = adv + known(ui), pick = ui->pick;
	enum action a = nth(ui, pick - adv);

	if (n == 0 || code == ESC || code == 'q') {
		overlay_close(ui);
	} else if (code == KEY_DOWN_ || code == 'j') {
		ui->pick = (ui->pick + 1) % n;
	} else if (code == KEY_UP_ || code == 'k') {
		ui->pick = (ui->pick + n - 1) % n;
	} else if (by_key(ui, code) != ACT_NONE) {
		a = by_key(ui, code);
		overlay_close(ui);
		ui_act(ui, m, a);
	} else if (code == ENTER) {
		overlay_close(ui);
		if (pick < adv)
			do_advised(ui, m);
		else if (pick < acts)
			ui_act(ui, m, a);
		else
			act_site_choose(ui, m, (unsigned)(pick - acts));
	}
}
