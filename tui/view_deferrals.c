/*
 * view_deferrals.c - what receivers said: reply groups by shape, provider and
 * egress IP, live. Postfix's own repeats are dim, marked "rep" and come last:
 * nobody was asked for them.
 */
#include "tui/figure.h"
#include "tui/ui.h"
#include "tui/views.h"
#include "tui/worst.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"
#include "core/shape.h"

#include <math.h>

enum {
	COL_1M,
	COL_10M,
	COL_1H,
	COL_TOTAL,
	COL_KIND,
	COL_PROVIDER,
	COL_EGRESS,
	COL_CODE,
	COL_CLASS,
	COL_GRAPH,
	COL_FIRST,
	COL_LAST,
	COL_REPLY,
	COL_N,
};

static const struct column cols[COL_N] = {
    [COL_1M] = {"count_1m", N_("1m"), 5, 5, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("times in the last minute")},
    [COL_10M] = {"count_10m", N_("10m"), 5, 5, 1, ALIGN_RIGHT, COLF_NUMBER,
	N_("times in the last 10 minutes")},
    [COL_1H] = {"count_1h", N_("1h"), 5, 5, 4, ALIGN_RIGHT, COLF_NUMBER,
	N_("times in the last hour")},
    [COL_TOTAL] = {"count", N_("total"), 5, 6, 5, ALIGN_RIGHT, COLF_NUMBER,
	N_("times since the log is read, its history included")},
    [COL_KIND] = {"kind", NC_("kind of refusal", "as"), 4, 4, 1, ALIGN_LEFT,
	COLF_STATE,
	N_("!def deferred, xbnc bounced, rep Postfix's own repeat of an "
	   "earlier refusal, rej refused by us")},
    [COL_PROVIDER] = {"provider", N_("provider"), 12, 28, 0, ALIGN_LEFT, 0,
	N_("who runs the receiving MX; \"-\": none was reached")},
    [COL_EGRESS] = {"egress", N_("egress IP"), 16, 39, 1, ALIGN_LEFT, 0,
	N_("from which address")},
    [COL_CODE] = {"code", N_("code"), 10, 12, 6, ALIGN_LEFT, 0,
	N_("SMTP code and enhanced code")},
    [COL_CLASS] = {"class", N_("means"), 14, 22, 5, ALIGN_LEFT, 0,
	N_("what the reply says about us; \"-\": no rule knows it")},
    [COL_GRAPH] = {"graph", N_("each minute"), 11, 30, 6, ALIGN_LEFT,
	COLF_NUMBER | COLF_GRAPH, N_("times each minute, newest at the right")},
    [COL_FIRST] = {"first", N_("first"), 8, 8, 7, ALIGN_LEFT, COLF_NUMBER,
	N_("when it was first said")},
    [COL_LAST] = {"last", N_("last"), 4, 4, 3, ALIGN_RIGHT, COLF_NUMBER,
	N_("how long ago it was last said")},
    [COL_REPLY] = {"reply", N_("reply"), 16, 300, 0, ALIGN_LEFT, 0,
	N_("the newest text of this shape")},
};

static bool
in_scope(
    const struct model *m, const struct level *l, const struct reply_group *r)
{
	if (l->egress != EGRESS_NONE && r->egress != l->egress)
		return false;
	if (l->host != HOST_NONE && r->host != l->host)
		return false;
	if (l->list != LIST_NONE && r->list != l->list)
		return false;
	return l->provider[0] == '\0' ||
	       str_eq(intern_text(m->texts, r->provider), str_of(l->provider));
}

/* Rows of the model are used again for other groups. */
static row_key
key_of_group(const struct reply_group *r)
{
	uint32_t id[] = {r->shape, r->provider, r->egress, r->host, r->local};

	return key_of(VIEW_DEFERRALS,
	    str_hash((struct str){(const char *)id, sizeof id}, 0));
}

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	const struct level *l = ui_top_const(ui);
	size_t n = 0;

	/* Newest groups first, should there be more than can be shown. */
	for (uint32_t i = m->n_replies; i-- > 0;) {
		if (!in_scope(m, l, &m->replies[i]))
			continue;
		if (n < cap)
			out[n] = (struct row){key_of_group(&m->replies[i]), i};
		n++;
	}
	return n;
}

/* Only one of the figures is ever counted for a group. */
static uint32_t
times(struct reply_group *r, enum window w, int64_t now_ms)
{
	return tally_window(&r->tally, STAT_DEFERRED, w, now_ms) +
	       tally_window(&r->tally, STAT_BOUNCED, w, now_ms) +
	       tally_window(&r->tally, STAT_LOCAL, w, now_ms) +
	       tally_window(&r->tally, STAT_REJECTED, w, now_ms);
}

static enum figure
figure_of(const struct reply_group *r)
{
	static const enum figure all[] = {
	    STAT_DEFERRED, STAT_BOUNCED, STAT_LOCAL, STAT_REJECTED};
	enum figure most = STAT_DEFERRED;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (tally_total(&r->tally, all[i]) >
		    tally_total(&r->tally, most))
			most = all[i];
	return most;
}

static uint64_t
total(const struct reply_group *r)
{
	return tally_total(&r->tally, STAT_DEFERRED) +
	       tally_total(&r->tally, STAT_BOUNCED) +
	       tally_total(&r->tally, STAT_LOCAL) +
	       tally_total(&r->tally, STAT_REJECTED);
}

static enum role
role_of(const struct reply_group *r)
{
	if (r->local)
		return ROLE_DIM;
	return figure_of(r) == STAT_BOUNCED ? ROLE_CRIT : ROLE_WARN;
}

static void
cell_kind(const struct reply_group *r, struct cellv *c)
{
	static const char *const words[STAT_N] = {[STAT_SENT] = "?",
	    [STAT_DEFERRED] = N_("!def"),
	    [STAT_BOUNCED] = N_("xbnc"),
	    [STAT_LOCAL] = N_("rep"),
	    [STAT_REJECTED] = N_("!rej")};

	fig_text(c, str_of(_(words[figure_of(r)])));
	c->role = role_of(r);
}

static void
cell_code(const struct reply_group *r, struct cellv *c)
{
	if (r->code == 0 && r->enhanced[0] == 0)
		fig_none(c);
	else if (r->enhanced[0] == 0)
		fig_printf(c, "%u", r->code);
	else if (r->code == 0)
		fig_printf(c, "%u.%u.%u", r->enhanced[0], r->enhanced[1],
		    r->enhanced[2]);
	else
		fig_printf(c, "%u %u.%u.%u", r->code, r->enhanced[0],
		    r->enhanced[1], r->enhanced[2]);
	c->role = role_of(r);
}

static void
cell_graph(const struct model *m, struct reply_group *r, struct cellv *c)
{
	if (r->host >= m->n_hosts) {
		fig_none(c);
		return;
	}
	fig_series(c, r->local ? ROLE_DIM : ROLE_GRAPH_BAD, &r->tally,
	    figure_of(r), &m->hosts[r->host], m->now_ms);
}

static void
cell_text(const struct model *m, const struct reply_group *r, int col,
    struct cellv *c)
{
	struct str provider = intern_text(m->texts, r->provider);

	if (col == COL_REPLY)
		fig_text(c, worst_text(m, r));
	else if (col == COL_EGRESS && r->egress < m->n_egress)
		fig_text(c, str_of(model_egress_label(&m->egress[r->egress])));
	else if (col == COL_PROVIDER && provider.n > 0)
		fig_text(c, provider);
	else if (col == COL_CLASS && r->cls != CLASS_UNKNOWN)
		fig_text(c, str_of(reply_class_label(r->cls)));
	else
		fig_none(c);
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	struct reply_group *r = &m->replies[row.at];
	char at[CLOCK_TEXT];

	(void)ui;
	switch (col) {
	case COL_1M:
		fig_count(c, times(r, WIN_1M, m->now_ms));
		break;
	case COL_10M:
		fig_count(c, times(r, WIN_10M, m->now_ms));
		break;
	case COL_1H:
		fig_count(c, times(r, WIN_1H, m->now_ms));
		break;
	case COL_TOTAL:
		fig_count(c, total(r));
		break;
	case COL_KIND:
		cell_kind(r, c);
		break;
	case COL_CODE:
		cell_code(r, c);
		break;
	case COL_GRAPH:
		cell_graph(m, r, c);
		break;
	case COL_FIRST:
		fig_printf(c, "%s", clock_hms(at, r->tally.first_ms));
		c->num = (double)r->tally.first_ms;
		break;
	case COL_LAST:
		fig_age(c, m->now_ms, r->tally.last_ms);
		break;
	default:
		cell_text(m, r, col, c);
	}
	if (r->local)
		c->role = ROLE_DIM;
}

/* What receivers said before repeats; much before little; both in steps. */
static double
rank(struct model *m, const struct ui *ui, struct row row)
{
	struct reply_group *r = &m->replies[row.at];
	double recent = log2(1 + (double)times(r, WIN_10M, m->now_ms));
	double ever = log2(1 + (double)total(r));

	(void)ui;
	return floor(recent) * 64 + floor(ever) + (r->local ? 0 : 10000);
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	const struct level *l = ui_top_const(ui);
	uint64_t said = 0, repeats = 0;
	unsigned groups = 0;
	char a[NUM_TEXT], b[NUM_TEXT];

	for (uint32_t i = 0; i < m->n_replies; i++) {
		struct reply_group *r = &m->replies[i];

		if (!in_scope(m, l, r))
			continue;
		groups++;
		*(r->local ? &repeats : &said) += times(r, WIN_10M, m->now_ms);
	}
	if (l->egress < m->n_egress)
		(void)buf_printf(
		    out, "%s: ", model_egress_label(&m->egress[l->egress]));
	if (l->provider[0] != '\0')
		(void)buf_printf(out, "%s: ", l->provider);
	if (l->list < blocklists_count(m->lists)) {
		(void)buf_str(out, blocklists_at(m->lists, l->list)->id);
		(void)buf_puts(out, ": ");
	}
	(void)buf_printf(out, _("%s refusals in 10 min"), num_count(a, said));
	if (repeats > 0)
		(void)buf_printf(
		    out, _(", %s repeats of Postfix"), num_count(b, repeats));
	(void)buf_puts(out, "; ");
	hosts_live_text(m, ui, out);
	(void)buf_printf(out, _("; kinds: %u"), groups);
	return said > 0			    ? ROLE_WARN
	       : hosts_live(m) < m->n_hosts ? ROLE_UNKNOWN
					    : ROLE_OK;
}

static enum role
detail(struct model *m, const struct ui *ui, struct row row, struct buf *out)
{
	const struct reply_group *r = &m->replies[row.at];
	char first[CLOCK_TEXT];

	(void)ui;
	if (r->cls != CLASS_UNKNOWN)
		(void)buf_printf(out, "[%s] ", reply_class_label(r->cls));
	(void)buf_printf(out, _("first at %s: "),
	    clock_day_hms(first, r->tally.first_ms, m->now_ms));
	if (r->local)
		(void)buf_puts(out, _("Postfix repeats an earlier refusal: "));
	(void)buf_str(out, worst_text(m, r));
	return role_of(r);
}

/*
 * A text that the log lines of this shape share: the longest run that shape
 * and sample have in common, so without addresses, numbers and ids.
 */
static struct str
common_run(struct str shape, struct str sample)
{
	uint16_t run[SHAPE_MAX + 1] = {0};
	struct str best = {NULL, 0};

	for (size_t i = 0; i < sample.n; i++) {
		for (size_t k = shape.n < SHAPE_MAX ? shape.n : SHAPE_MAX;
		     k > 0; k--) {
			run[k] = 0;
			if (shape.p[k - 1] != sample.p[i])
				continue;
			run[k] = (uint16_t)(run[k - 1] + 1);
			if (run[k] > best.n && run[k] < UI_FILTER)
				best = (struct str){
				    sample.p + i + 1 - run[k], run[k]};
		}
	}
	return str_trim(best);
}

static void
enter(struct model *m, struct ui *ui, struct row row)
{
	const struct reply_group *r = &m->replies[row.at];
	struct level *l = ui_push(ui, VIEW_LOG);

	if (l == NULL)
		return;
	str_copy(l->filter, sizeof l->filter,
	    common_run(intern_text(m->texts, r->shape), worst_text(m, r)));
	l->host = r->host;
}

static const char *
thing(const struct model *m, const struct ui *ui, struct row row,
    struct act_thing *out)
{
	const struct reply_group *r = &m->replies[row.at];

	(void)ui;
	return act_thing_pair(m, r->egress, r->provider, out);
}

static host_id
row_host(const struct model *m, struct row row)
{
	return row.at < m->n_replies ? m->replies[row.at].host : HOST_NONE;
}

static void
empty(const struct model *m, const struct ui *ui, struct doc *out)
{
	const struct level *l = ui_top_const(ui);
	if (l->list != LIST_NONE)
		doc_line(out, ROLE_TEXT, 0,
		    str_of(_("No reply in the log read so far names this "
			     "list here.")));
	else if (hosts_live(m) == 0)
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(_("No log is read yet: 1 shows how far each host "
			     "is.")));
	else
		doc_line(out, ROLE_OK, 0,
		    str_of(_("No receiver has refused anything in the log "
			     "read so far.")));
}

static const struct table_view table = {
    .cols = cols, .n_cols = COL_N, .rows = rows, .cell = cell, .rank = rank};

const struct view view_deferrals = {
    .name = "deferrals",
    .title = N_("Deferrals"),
    .ctx = CTX_TABLE | CTX_PAIR,
    .table = &table,
    .summary = summary,
    .detail = detail,
    .enter = enter,
    .thing = thing,
    .row_host = row_host,
    .empty = empty,
};
