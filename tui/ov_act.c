/*
 * ov_act.c - an act before, while and after it runs: its plan with every line
 * that a host will get, how it is undone and when it ends; the word that
 * confirms it; the steps as they go; what became of it. Enter alone never
 * confirms. What hosts said is cleaned on its way to the grid.
 */
#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"
#include "core/plan.h"
#include "tui/overlay.h"
#include "tui/widget.h"

#include <stdio.h>

enum {
	BOX_MIN_COLS = 76,
	BOX_MAX_COLS = 120,
	INPUT_SHOWN = 20,
	ENTER = 13,
	ESC = 27,
	CTRL_C = 3
};

static const char *
host_name(const struct model *m, host_id host)
{
	return host < m->n_hosts ? m->hosts[host].name : "?";
}

/* A label and what it is, lines below each other. */
static void
put_field(struct doc *d, enum role role, const char *label, const char *text)
{
	doc_printf(d, role, 10, "%-9s %s", label, text);
}

/* Mail that waits behind an egress IP, over the hosts that carry it. */
static void
put_waiting(struct doc *d, const struct model *m, const char *ip)
{
	uint64_t n = 0;
	bool known = false;
	char text[NUM_TEXT];

	for (egress_id i = 0; i < m->n_egress; i++)
		if (strcmp(m->egress[i].ip, ip) == 0 &&
		    m->egress[i].queue_known) {
			known = true;
			n += m->egress[i].queue;
		}
	if (known)
		doc_printf(d, ROLE_TEXT, 10,
		    _("%-9s %s wait that were last tried from it"), _("mail"),
		    num_count(text, n));
	else
		put_field(d, ROLE_UNKNOWN, _("mail"),
		    _("not known how many wait: no queue is read yet"));
}

static void
put_mail(struct doc *d, const struct model *m, const struct plan *p)
{
	const struct act_request *r = &p->request;

	if (r->verb == VERB_SITE)
		return;
	if (r->of.on == ACT_ON_EGRESS)
		put_waiting(d, m, r->of.egress);
	else
		doc_printf(d, p->irreversible ? ROLE_CRIT : ROLE_TEXT, 10,
		    _("%-9s %llu messages"), _("mail"),
		    (unsigned long long)p->messages);
}

/* When and how it ends. */
static void
put_end(struct doc *d, const struct plan *p)
{
	char until[CLOCK_TEXT], age[NUM_TEXT];
	bool lease = (act_flags(&p->request) & ACTF_LEASE) != 0;

	if (p->irreversible)
		put_field(d, ROLE_CRIT, _("ends"), _("there is no way back"));
	else if (!lease)
		put_field(d, ROLE_TEXT, _("ends"),
		    _("it does not end: it is done once"));
	else if (p->lease_until_ms == 0)
		put_field(d, ROLE_WARN, _("ends"),
		    _("not by itself: when somebody lifts it"));
	else
		doc_printf(d, ROLE_TEXT, 10,
		    _("%-9s by itself at %s (%s), on the host, also without "
		      "this console"),
		    _("ends"), clock_hms(until, p->lease_until_ms),
		    num_age(age, p->request.lease_ms));
}

static void
put_hosts(struct doc *d, const struct model *m, const struct plan *p)
{
	struct buf names;
	host_id last = HOST_NONE;

	buf_init(&names, 1024);
	for (size_t i = 0; i < p->n_steps; i++) {
		if (p->steps[i].host == last)
			continue;
		(void)buf_printf(&names, "%s%s", last == HOST_NONE ? "" : ", ",
		    host_name(m, p->steps[i].host));
		last = p->steps[i].host;
	}
	put_field(d, ROLE_TEXT, _("hosts"), buf_cstr(&names));
	buf_done(&names);
}

static enum role
step_role(enum step_state s)
{
	switch (s) {
	case STEP_DONE:
		return ROLE_OK;
	case STEP_FAILED:
	case STEP_UNKNOWN:
		return ROLE_CRIT;
	case STEP_RUNNING:
		return ROLE_KEY;
	default:
		return ROLE_TEXT;
	}
}

static void
put_lines(struct doc *d, enum role role, const char *label, struct str text)
{
	struct str line;
	struct buf b;

	while (str_line(&text, &line)) {
		buf_init(&b, 2 * PLAN_OUTPUT);
		(void)buf_puts(&b, label);
		(void)buf_str(&b, line);
		doc_line(d, role, 6, buf_view(&b));
		buf_done(&b);
	}
}

/* What it reads: the first ids or lines, and how many more. */
static void
put_input(struct doc *d, struct str text)
{
	struct str line;
	size_t n = 0;

	for (; str_line(&text, &line); n++)
		if (n < INPUT_SHOWN)
			put_lines(d, ROLE_DIM, "     < ", line);
	if (n > INPUT_SHOWN)
		doc_printf(
		    d, ROLE_DIM, 5, _("     < .. %zu more"), n - INPUT_SHOWN);
}

static void
put_step(
    struct doc *d, const struct plan_step *s, unsigned n, bool ran, bool says)
{
	char ms[NUM_TEXT];

	if (!ran)
		doc_printf(d, ROLE_HEAD, 5, "%3u. %s", n, s->text);
	else if (s->state == STEP_DONE || s->state == STEP_FAILED)
		doc_printf(d, step_role(s->state), 5,
		    _("%3u. %s: %s, exit %d, %s"), n, step_state_name(s->state),
		    s->text, s->exit, num_age(ms, s->ms));
	else
		doc_printf(d, step_role(s->state), 5, "%3u. %s: %s", n,
		    step_state_name(s->state), s->text);
	if (ran && (says || s->state != STEP_DONE))
		put_lines(d, ROLE_WARN, "     | ", buf_view(&s->output));
	put_lines(d, ROLE_KEY, "     $ ", str_of(s->command));
	if (s->input != NULL && !ran)
		put_input(d, str_of(s->input));
	if (ran)
		return;
	if (s->undo != NULL)
		put_lines(d, ROLE_DIM, _("     undo: "), str_of(s->undo));
	else
		doc_line(d, ROLE_DIM, 5, str_of(_("     undo: none")));
}

static void
put_steps(struct doc *d, const struct model *m, const struct plan *p, bool ran)
{
	host_id host = HOST_NONE;
	unsigned n = 0;

	for (size_t i = 0; i < p->n_steps; i++) {
		const struct plan_step *s = &p->steps[i];

		if (s->host != host) {
			n = 0;
			doc_printf(
			    d, ROLE_HEAD_SORT, 0, "%s:", host_name(m, s->host));
		}
		host = s->host;
		/* What a command of the site's own says is what it is for. */
		put_step(d, s, ++n, ran, p->request.verb == VERB_SITE);
	}
}

static void
put_plan(struct doc *d, const struct model *m, const struct act_ui *a)
{
	const struct plan *p = a->plan;
	bool ran = a->stage >= ACT_STAGE_RUNNING;

	if (p->refusal[0] != '\0') {
		doc_line(d, ROLE_CRIT, 0, str_of(p->refusal));
		return;
	}
	if (!ran) {
		put_hosts(d, m, p);
		put_mail(d, m, p);
		put_end(d, p);
	}
	put_field(d, ROLE_TEXT, _("why"), p->request.why);
	if (p->warning[0] != '\0')
		put_field(d, ROLE_WARN, _("mind"), p->warning);
	put_steps(d, m, p, ran);
}

/* An act in force that is to be ended, or to end later. */
static void
put_lease(struct doc *d, const struct model *m, const struct act_ui *a)
{
	const struct lease *l = &a->lease;
	char at[CLOCK_TEXT], age[NUM_TEXT];

	put_field(d, ROLE_TEXT, _("host"), host_name(m, l->host));
	doc_printf(d, ROLE_TEXT, 10, _("%-9s %s since %s: %s"), _("by"), l->who,
	    clock_hms(at, l->since_ms), l->why);
	if (l->until_ms == 0)
		put_field(d, ROLE_TEXT, _("now"), _("until lifted"));
	else
		doc_printf(d, ROLE_TEXT, 10, _("%-9s until %s"), _("now"),
		    clock_hms(at, l->until_ms));
	if (a->job == ACT_JOB_END)
		put_field(d, ROLE_TEXT, _("then"),
		    _("the host restores what was before, if nobody changed "
		      "it since; there is no lease any more"));
	else if (a->extend_ms == 0)
		put_field(
		    d, ROLE_WARN, _("then"), _("it does not end by itself"));
	else
		doc_printf(d, ROLE_TEXT, 10,
		    _("%-9s it ends by itself %s from now"), _("then"),
		    num_age(age, a->extend_ms));
	put_field(d, ROLE_TEXT, _("why"), a->request.why);
}

static void
fill(const struct ui *ui, const struct model *m, struct doc *d)
{
	const struct act_ui *a = &ui->act;

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
		put_lease(d, m, a);
	else if (a->plan != NULL)
		put_plan(d, m, a);
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
