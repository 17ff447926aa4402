/*
 * view_journal.c - what was seen and done, newest first, as the journal keeps
 * it; and one record whole, with the lines a plan gave its hosts.
 */
#include "tui/act_ui.h"
#include "tui/figure.h"
#include "tui/ui.h"
#include "tui/views.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>

enum {
	COL_AT,
	COL_KIND,
	COL_WHO,
	COL_SUBJECT,
	COL_TEXT,
	COL_HOST,
	COL_SEQ,
	COL_N
};

static const struct column cols[COL_N] = {
    [COL_AT] = {"at", N_("at"), 8, 14, 0, ALIGN_LEFT, COLF_NUMBER,
	N_("when it was seen or done")},
    [COL_KIND] = {"kind", N_("what"), 13, 15, 0, ALIGN_LEFT, COLF_STATE,
	N_("about to do: a plan before it ran; done: what became of it")},
    [COL_WHO] = {"who", N_("who"), 6, 16, 1, ALIGN_LEFT, 0,
	N_("the operator; none: the console itself")},
    [COL_SUBJECT] = {"subject", N_("subject"), 15, 39, 4, ALIGN_LEFT, 0,
	N_("egress IP, provider, list, plan")},
    [COL_TEXT] = {"text", N_("in words"), 44, 300, 0, ALIGN_LEFT, 0,
	N_("the record as a sentence")},
    [COL_HOST] = {"host", N_("host"), 6, 24, 5, ALIGN_LEFT, 0,
	N_("the host it is about")},
    [COL_SEQ] = {"seq", N_("record"), 6, 10, 6, ALIGN_RIGHT, COLF_NUMBER,
	N_("its number in the journal")},
};

/* With a filter the app looks through the whole journal; without one the last
 * records are there. */
static bool
looking(const struct ui *ui)
{
	return ui_top_const(ui)->filter[0] != '\0';
}

static const struct journal_row *
at(const struct ui *ui, struct row row)
{
	return looking(ui) ? &ui->act.found.rows[row.at]
			   : &ui->act.journal[row.at];
}

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	const struct journal_found *f = &ui->act.found;
	const struct journal_row *v = looking(ui) ? f->rows : ui->act.journal;
	size_t n = looking(ui) ? f->n : ui->act.n_journal;

	(void)m;
	/* What was found for another filter is not shown as this one's. */
	if (looking(ui) && strcmp(f->filter, ui_top_const(ui)->filter) != 0)
		return 0;
	for (size_t i = 0; i < n && i < cap; i++)
		out[i] =
		    (struct row){key_of(VIEW_JOURNAL, v[i].seq), (uint32_t)i};
	return n;
}

static void
cell_text(struct cellv *c, const char *text)
{
	if (text[0] == '\0')
		fig_none(c);
	else
		fig_text(c, str_of(text));
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	const struct journal_row *r = at(ui, row);
	char text[CLOCK_TEXT];

	(void)m;
	switch (col) {
	case COL_AT:
		/* 2026-11-21T23:05:42.123: without the year and parts of a
		 * second */
		(void)clock_rfc3339(text, r->at_ms);
		if (ui->now_ms - r->at_ms < 20 * 3600000)
			fig_printf(c, "%s", clock_hms(text, r->at_ms));
		else
			fig_printf(c, "%.5s %.8s", text + 5, text + 11);
		c->num = (double)r->seq;
		break;
	case COL_KIND:
		fig_printf(c, "%s", journal_kind_label(r->kind));
		c->role = r->kind == JOURNAL_INTENT   ? ROLE_KEY
			  : r->kind == JOURNAL_RESULT ? ROLE_HEAD
						      : ROLE_TEXT;
		break;
	case COL_WHO:
		cell_text(c, r->who);
		break;
	case COL_SUBJECT:
		cell_text(c, r->subject);
		break;
	case COL_HOST:
		cell_text(c, r->host);
		break;
	case COL_SEQ:
		fig_printf(c, "%llu", (unsigned long long)r->seq);
		c->num = (double)r->seq;
		break;
	default:
		cell_text(c, r->text);
	}
}

static double
rank(struct model *m, const struct ui *ui, struct row row)
{
	(void)m;
	return (double)at(ui, row)->seq;
}

/* How many were found, and how far back that holds. */
static enum role
found_summary(const struct ui *ui, struct buf *out)
{
	const struct journal_found *f = &ui->act.found;
	bool mine = strcmp(f->filter, ui_top_const(ui)->filter) == 0;
	char at_text[CLOCK_TEXT];

	if (mine && f->why[0] != '\0') {
		(void)buf_puts(out, f->why);
		return ROLE_WARN;
	}
	if (!mine || (f->from_seq == 0 && !f->whole)) {
		(void)buf_puts(out, _("looking through the journal"));
		return ROLE_STALE;
	}
	(void)buf_printf(out, _("%zu records; "), f->n);
	if (f->whole) {
		(void)buf_puts(out, _("looked through the whole journal"));
		return ROLE_TEXT;
	}
	(void)buf_printf(out, _("looked back to %.16s (record %llu)"),
	    clock_rfc3339(at_text, f->from_ms),
	    (unsigned long long)f->from_seq);
	(void)buf_puts(out,
	    f->full ? _("; older ones: say more of them") : _(", going on"));
	return ROLE_STALE;
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	const struct act_ui *a = &ui->act;

	(void)m;
	if (a->locked[0] != '\0') {
		(void)buf_puts(out, a->locked);
		return ROLE_WARN;
	}
	if (looking(ui))
		return found_summary(ui, out);
	(void)buf_printf(out,
	    _("the last %zu records, newest first; / looks through all"),
	    a->n_journal);
	if (a->journal_why[0] != '\0')
		(void)buf_printf(out, "; %s", a->journal_why);
	return a->journal_why[0] != '\0' ? ROLE_WARN : ROLE_TEXT;
}

static enum role
detail(struct model *m, const struct ui *ui, struct row row, struct buf *out)
{
	const struct journal_row *r = at(ui, row);
	char text[CLOCK_TEXT];

	(void)m;
	(void)buf_printf(out, "%.19s %s: %s", clock_rfc3339(text, r->at_ms),
	    journal_kind_label(r->kind), r->text);
	if (r->who[0] != '\0')
		(void)buf_printf(out, _(" (%s on %s)"), r->who, r->from);
	if (r->incident[0] != '\0')
		(void)buf_printf(out, _("; incident %s"), r->incident);
	if (r->more)
		(void)buf_puts(out, _(". Enter: its steps."));
	return ROLE_TEXT;
}

static void
enter(struct model *m, struct ui *ui, struct row row)
{
	uint64_t seq = at(ui, row)->seq;
	struct level *l = ui_push(ui, VIEW_RECORD);

	(void)m;
	if (l != NULL)
		l->log_seq = seq;
}

/* What may be typed behind /. */
static void
how_to_look(struct doc *out)
{
	struct buf kinds;

	doc_line(out, ROLE_TEXT, 0,
	    str_of(_("It looks for words, and for kind=, host=, who=, "
		     "incident=, as in: kind=intent,result host=mta1 pause")));
	buf_init(&kinds, 1024);
	for (int k = 0; k < JOURNAL_N; k++)
		(void)buf_printf(&kinds, "%s%s (%s)", k > 0 ? ", " : "",
		    journal_kind_name((enum journal_kind)k),
		    journal_kind_label((enum journal_kind)k));
	doc_named(out, ROLE_DIM, 6, "kind=", "%s", buf_cstr(&kinds));
	buf_done(&kinds);
}

static void
empty(const struct model *m, const struct ui *ui, struct doc *out)
{
	(void)m;
	doc_line(out, ROLE_UNKNOWN, 0,
	    str_of(ui->act.locked[0] != '\0' ? ui->act.locked
		   : !looking(ui)	 ? _("Nothing is in the journal yet.")
		   : ui->act.found.whole ? _("No record fits.")
					 : _("None was found yet.")));
	if (looking(ui))
		how_to_look(out);
}

/* --- one record --- */

enum { JSON_DEPTH = 12 };

/* What a JSON string hides behind a backslash, as far as it is one sign. */
static void
put_escaped(struct buf *line, char ch)
{
	if (ch == 'n' || ch == 't' || ch == 'r')
		(void)buf_putc(line, ' ');
	else if (ch == '"' || ch == '\\' || ch == '/')
		(void)buf_putc(line, ch);
	else
		(void)buf_printf(line, "\\%c", ch);
}

static void
end_line(struct doc *d, struct buf *line, int depth)
{
	if (line->n > 0)
		doc_printf(d, ROLE_TEXT, 2 * depth + 2, "%*s%.*s", 2 * depth,
		    "", (int)line->n, line->p);
	buf_reset(line);
}

/* A JSON text with a member a line, by depth. */
static void
put_json(struct doc *d, struct str s)
{
	struct buf line;
	int depth = 0;
	bool quoted = false;

	buf_init(&line, JOURNAL_DETAIL_MAX);
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];

		if (quoted && ch == '\\' && i + 1 < s.n) {
			put_escaped(&line, s.p[++i]);
		} else if (quoted || strchr("{}[],", ch) == NULL) {
			if (ch == '"')
				quoted = !quoted;
			else
				(void)buf_putc(&line, ch);
			if (ch == ':' && !quoted)
				(void)buf_putc(&line, ' ');
		} else {
			end_line(d, &line, depth);
			if (strchr("{[", ch) != NULL && depth < JSON_DEPTH)
				depth++;
			else if (strchr("}]", ch) != NULL && depth > 0)
				depth--;
		}
	}
	end_line(d, &line, depth);
	buf_done(&line);
}

static void
document(struct model *m, const struct ui *ui, struct doc *out)
{
	const struct journal_row *r = ui->act.record;
	char text[CLOCK_TEXT];

	(void)m;
	if (r == NULL || r->seq != ui_top_const(ui)->log_seq) {
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(ui->act.journal_why[0] != '\0' ? ui->act.journal_why
							  : _("reading...")));
		return;
	}
	doc_printf(out, ROLE_HEAD, 0, "%s  %s", clock_rfc3339(text, r->at_ms),
	    journal_kind_label(r->kind));
	doc_line(out, ROLE_TEXT, 0, str_of(r->text));
	if (r->who[0] != '\0')
		doc_printf(
		    out, ROLE_TEXT, 0, _("by %s on %s"), r->who, r->from);
	if (r->host[0] != '\0')
		doc_printf(out, ROLE_TEXT, 0, _("host %s"), r->host);
	if (r->subject[0] != '\0')
		doc_printf(out, ROLE_TEXT, 0, _("subject %s"), r->subject);
	if (r->incident[0] != '\0')
		doc_printf(out, ROLE_TEXT, 0, _("incident %s"), r->incident);
	if (r->detail[0] != '\0')
		put_json(out, str_of(r->detail));
}

static enum role
record_summary(struct model *m, const struct ui *ui, struct buf *out)
{
	(void)m;
	(void)buf_printf(out, _("record %llu of the journal"),
	    (unsigned long long)ui_top_const(ui)->log_seq);
	return ROLE_TEXT;
}

static const struct table_view table = {
    .cols = cols, .n_cols = COL_N, .rows = rows, .cell = cell, .rank = rank};

const struct view view_journal = {
    .name = "journal",
    .title = N_("Journal"),
    .ctx = CTX_TABLE,
    .filters = true,
    .table = &table,
    .summary = summary,
    .detail = detail,
    .enter = enter,
    .empty = empty,
};

const struct view view_record = {
    .name = "record",
    .title = N_("Record"),
    .ctx = CTX_TEXT,
    .document = document,
    .summary = record_summary,
};
