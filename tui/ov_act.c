/*
 * ov_act.c - an act before, while and after it runs: its plan with every line
 * that a host will get, how it is undone and when it ends; the word that
 * confirms it; the steps as they go; what became of it. Enter alone never
 * confirms. What hosts said is cleaned on its way to the grid.
 */
#include "core/i18n.h"
#include "core/num.h"
#include "core/plan.h"
#include "tui/overlay.h"
#include "tui/widget.h"

#include <stdio.h>

enum {
	BOX_MIN_COLS = 76,
	BOX_MAX_COLS = 120,
	ENTER = 13,
	ESC = 27,
	CTRL_C = 3
};

static void
fill(struct ui *ui, const struct model *m, struct doc *d)
{
	struct act_ui *a = &ui->act;

	if (a->stage == ACT_STAGE_OVER)
		doc_line(d, a->failed ? ROLE_CRIT : ROLE_OK, 0,
		    str_of(a->text[0] != '\0' ? a->text
					      : _("Done, and verified.")));
	else if (a->text[0] != '\0')
		doc_line(d, ROLE_WARN, 0, str_of(a->text));
	if (a->stage == ACT_STAGE_READING)
		doc_line(d, ROLE_DIM, 0,
		    str_of(_("Reading the hosts, to plan it. Nothing is "
			     "changed yet.")));
	else if (a->job != ACT_JOB_VERB)
		ov_plan_lease(d, m, a);
	else if (a->plan != NULL)
		ov_plan(d, m, a);
}

/* What is to be typed; "" when nothing can be confirmed. */
static const char *
word_of(const struct act_ui *a, char dst[NUM_TEXT])
{
	dst[0] = '\0';
	if (a->stage != ACT_STAGE_ASK)
		return dst;
	if (a->job != ACT_JOB_VERB)
		(void)snprintf(dst, NUM_TEXT, "y");
	else if (a->plan != NULL && a->plan->refusal[0] == '\0')
		(void)plan_confirm_word(a->plan, dst);
	return dst;
}

/* The line that says what to press. */
static void
draw_prompt(struct ui *ui, struct grid *g, struct rect r, int *row, int *col)
{
	const struct act_ui *a = &ui->act;
	char word[NUM_TEXT], label[128];
	bool next = a->at + 1 < a->n_targets;

	(void)word_of(a, word);
	if (a->stage == ACT_STAGE_RUNNING) {
		(void)grid_puts(g, r, r.rows - 1, 0, ROLE_KEY,
		    _("it runs; Esc: out of sight, it goes on"));
	} else if (strcmp(word, "y") == 0) {
		(void)grid_puts(g, r, r.rows - 1, 0, ROLE_KEY,
		    _("y do it   Esc do nothing"));
	} else if (word[0] != '\0') {
		(void)snprintf(label, sizeof label,
		    a->request.verb == VERB_SITE
			? _("Esc: do nothing. To do it, type %s, the action's "
			    "name: ")
			: _("Esc: do nothing. To do it, type %s, the number of "
			    "messages: "),
		    word);
		*row = r.row + r.rows - 1;
		*col = r.col + input_draw(g, r, r.rows - 1, label,
				   (struct str){ui->input, ui->input_n}, false);
	} else {
		(void)grid_puts(g, r, r.rows - 1, 0, ROLE_KEY,
		    a->stage == ACT_STAGE_READING ? _("Esc do nothing")
		    : next ? _("n the next one   Esc close")
			   : _("Esc close"));
	}
}

static struct rect
place(const struct grid *g, int rows, int cols)
{
	if (cols > g->cols - 2)
		cols = g->cols - 2;
	if (rows > g->rows - 3)
		rows = g->rows - 3;
	return (struct rect){
	    (g->rows - rows) / 2, (g->cols - cols) / 2, rows, cols};
}

void
ov_act_draw(
    struct ui *ui, const struct model *m, struct grid *g, int *row, int *col)
{
	int cols = g->cols - 4 > BOX_MAX_COLS ? BOX_MAX_COLS : BOX_MIN_COLS;
	char title[2 * NAME_MAX_BYTES], head[2 * NAME_MAX_BYTES + 32];
	struct rect r, text;
	struct doc d;
	int rows;

	if (g->cols - 4 > cols)
		cols = g->cols - 4 < BOX_MAX_COLS ? g->cols - 4 : BOX_MAX_COLS;
	act_ui_title(ui, title, sizeof title);
	if (ui->act.n_targets > 1)
		(void)snprintf(head, sizeof head, _("%u of %u: %s"),
		    ui->act.at + 1, ui->act.n_targets, title);
	else
		(void)snprintf(head, sizeof head, "%s", title);
	doc_init(&d);
	fill(ui, m, &d);
	rows = doc_rows(&d, cols - 4);
	r = box_draw(g, place(g, rows + 4, cols), head);
	text = (struct rect){r.row, r.col, r.rows - 2, r.cols};
	if (ui->overlay_scroll > rows - text.rows)
		ui->overlay_scroll = rows > text.rows ? rows - text.rows : 0;
	(void)doc_draw(&d, g, text, ui->overlay_scroll, (struct str){NULL, 0});
	if (rows > text.rows)
		(void)grid_printf(g, r, r.rows - 2, r.cols - 28, ROLE_HINT,
		    _("%d-%d of %d lines, Up Down"), ui->overlay_scroll + 1,
		    ui->overlay_scroll + text.rows, rows);
	draw_prompt(ui, g, r, row, col);
	doc_done(&d);
}

void
ov_act_why_draw(struct ui *ui, struct grid *g, int *row, int *col)
{
	struct rect last = {g->rows - 1, 0, 1, g->cols};
	struct rect above = {g->rows - 2, 0, 1, g->cols};
	char title[2 * NAME_MAX_BYTES], until[NUM_TEXT];
	const struct act_ui *a = &ui->act;
	int at;

	act_ui_title(ui, title, sizeof title);
	grid_fill(g, above, ROLE_TEXT, ' ');
	at = 1 + grid_text(g, above, 0, 1, g->cols - 24, ROLE_HEAD, true,
		     str_of(title));
	if (a->n_targets > 1)
		at += grid_printf(g, above, 0, at, ROLE_HEAD, _(" and %u more"),
		    a->n_targets - 1);
	if (a->job == ACT_JOB_VERB &&
	    (act_flags(&a->request) & ACTF_LEASE) != 0)
		(void)grid_printf(g, above, 0, at, ROLE_DIM, _(" for %s"),
		    a->request.lease_ms == 0
			? _("until lifted")
			: num_age(until, a->request.lease_ms));
	*row = g->rows - 1;
	*col = input_draw(g, last, 0, _("why? "),
	    (struct str){ui->input, ui->input_n}, false);
}

/* Scrolling; false: it was another key. */
static bool
scroll_key(struct ui *ui, int32_t code)
{
	int page = ui->rows > 10 ? ui->rows - 10 : 1;

	if (code == KEY_DOWN_)
		ui->overlay_scroll++;
	else if (code == KEY_UP_)
		ui->overlay_scroll--;
	else if (code == KEY_PGDN_ || code == ' ')
		ui->overlay_scroll += page;
	else if (code == KEY_PGUP_)
		ui->overlay_scroll -= page;
	else if (code == KEY_HOME_)
		ui->overlay_scroll = 0;
	else if (code == KEY_END_)
		ui->overlay_scroll = DOC_LINES;
	else
		return false;
	if (ui->overlay_scroll < 0)
		ui->overlay_scroll = 0;
	return true;
}

void
ov_act_key(struct ui *ui, int32_t code)
{
	struct act_ui *a = &ui->act;
	char word[NUM_TEXT];

	(void)word_of(a, word);
	if (code == ESC || code == CTRL_C) {
		act_ui_leave(ui);
	} else if (scroll_key(ui, code)) {
		return;
	} else if (strcmp(word, "y") == 0) {
		if (code == 'y' || code == 'Y')
			act_ui_go_on(ui);
		else if (code == 'n' || code == 'N')
			act_ui_leave(ui);
	} else if (word[0] != '\0') {
		if (code == ENTER &&
		    str_eq((struct str){ui->input, ui->input_n}, str_of(word)))
			act_ui_go_on(ui);
		else if (code != ENTER)
			(void)overlay_edit(ui, code);
	} else if (a->stage == ACT_STAGE_ASK || a->stage == ACT_STAGE_OVER) {
		if (code == 'n' && a->at + 1 < a->n_targets) {
			a->stage = ACT_STAGE_OVER; /* refused: the next one */
			act_ui_go_on(ui);
		} else if (code == 'q' || code == ENTER) {
			act_ui_leave(ui);
		}
	}
}
