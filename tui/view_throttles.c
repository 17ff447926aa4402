/*
 * view_throttles.c - which provider slows down which egress IP, worst first:
 * how much it refuses, since when, in whose words, and what that does to the
 * mail that goes through. b: the same as a matrix.
 */
#include "tui/effect_ui.h"
#include "tui/figure.h"
#include "tui/throttles_ui.h"
#include "tui/views.h"
#include "tui/worst.h"

#include "core/i18n.h"
#include "core/num.h"

#include <math.h>

enum {
	LATELY_MS = 3600 * 1000, /* an ended throttle shows so long */
	SPAN_MS = 600000,	 /* what went through is of this long */
	LEAST_MS = 60000,	 /* and of at least so long */
};

enum {
	COL_STATE,
	COL_EGRESS,
	COL_HOST,
	COL_PROVIDER,
	COL_SHARE,
	COL_PER_MIN,
	COL_SENT,
	COL_SINCE,
	COL_START,
	COL_PEAK,
	COL_EPISODES,
	COL_GRAPH,
	COL_LAST,
	COL_REPLY,
	COL_N,
};

static const struct column cols[COL_N] = {
    [COL_STATE] = {"state", N_("state"), 10, 14, 0, ALIGN_LEFT, COLF_STATE,
	N_("!throttled; ?suspected: first refusals; ~easing: refusals are rare "
	   "again; clear: over since less than an hour")},
    [COL_EGRESS] = {"egress", N_("egress IP"), 14, 39, 0, ALIGN_LEFT, 0,
	N_("whose mail is slowed down")},
    [COL_HOST] = {"host", N_("host"), 8, 24, 3, ALIGN_LEFT, 0,
	N_("host it belongs to")},
    [COL_PROVIDER] = {"provider", N_("provider"), 10, 28, 0, ALIGN_LEFT, 0,
	N_("who slows it down")},
    [COL_SHARE] = {"share_pct", N_("ref%"), 5, 5, 0, ALIGN_RIGHT,
	COLF_NUMBER | COLF_STATE,
	N_("share of the last 10 minutes' attempts refused to slow us down; "
	   "\"-\": no attempts")},
    [COL_PER_MIN] = {"refused_min", N_("ref/m"), 5, 5, 1, ALIGN_RIGHT,
	COLF_NUMBER, N_("such refusals in the last minute")},
    [COL_SENT] = {"sent_min", N_("sent/m"), 6, 6, 2, ALIGN_RIGHT, COLF_NUMBER,
	N_("deliveries to that provider from here in the last minute")},
    [COL_SINCE] = {"since", N_("since"), 5, 5, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("first refusal of this throttle")},
    [COL_START] = {"state_since", N_("turned"), 6, 6, 7, ALIGN_RIGHT,
	COLF_NUMBER, N_("since when it is in this state")},
    [COL_PEAK] = {"peak_pct", N_("peak"), 5, 5, 5, ALIGN_RIGHT, COLF_NUMBER,
	N_("largest share refused during this throttle")},
    [COL_EPISODES] = {"episodes", N_("times"), 5, 5, 8, ALIGN_RIGHT,
	COLF_NUMBER, N_("how many times it was throttled, this one too")},
    [COL_GRAPH] = {"graph", N_("refused each minute"), 8, 30, 4, ALIGN_LEFT,
	COLF_NUMBER | COLF_GRAPH,
	N_("such refusals each minute, newest at the right; |: an act began or "
	   "ended")},
    [COL_LAST] = {"last", N_("last"), 4, 4, 6, ALIGN_RIGHT, COLF_NUMBER,
	N_("how long ago it last refused")},
    [COL_REPLY] = {"reply", N_("it says"), 14, 300, 5, ALIGN_LEFT, 0,
	N_("a reply that proves it")},
};

bool
throttles_shows(const struct model *m, const struct cell *of)
{
	const struct throttle *t = of->throttle;

	if (t == NULL || of->egress >= m->n_egress)
		return false;
	return t->state != THROTTLE_CLEAR ||
	       (t->end_ms != 0 && m->now_ms - t->end_ms < LATELY_MS);
}

static bool
in_scope(const struct model *m, const struct level *l, const struct cell *c)
{
	if (l->egress != EGRESS_NONE && c->egress != l->egress)
		return false;
	if (l->host != HOST_NONE && m->egress[c->egress].host != l->host)
		return false;
	return l->provider[0] == '\0' ||
	       str_eq(intern_text(m->texts, c->provider), str_of(l->provider));
}

static row_key
key_of_cell(const struct cell *c)
{
	uint32_t of[] = {c->egress, c->provider};

	return key_of(VIEW_THROTTLES,
	    str_hash((struct str){(const char *)of, sizeof of}, 0));
}

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	size_t n = 0;

	for (uint32_t i = 0; i < m->n_cells; i++) {
		if (!throttles_shows(m, &m->cells[i]) ||
		    !in_scope(m, ui_top_const(ui), &m->cells[i]))
			continue;
		if (n < cap)
			out[n] = (struct row){key_of_cell(&m->cells[i]), i};
		n++;
	}
	return n;
}

const char *
throttles_mark(enum throttle_state s)
{
	static const char *const marks[THROTTLE_STATES] = {
	    [THROTTLE_CLEAR] = "",
	    [THROTTLE_SUSPECTED] = "?",
	    [THROTTLE_THROTTLED] = "!",
	    [THROTTLE_EASING] = "~"};

	return marks[s];
}

enum role
throttles_role(enum throttle_state s)
{
	static const enum role roles[THROTTLE_STATES] = {
	    [THROTTLE_CLEAR] = ROLE_DIM,
	    [THROTTLE_SUSPECTED] = ROLE_WARN,
	    [THROTTLE_THROTTLED] = ROLE_CRIT,
	    [THROTTLE_EASING] = ROLE_TEXT};

	return roles[s];
}

static void
put_share(struct cellv *c, int milli, const char *mark)
{
	if (milli < 0) {
		fig_none(c);
		return;
	}
	if (milli > 0 && milli < 10)
		fig_printf(c, "%s<1%%", mark);
	else
		fig_printf(c, "%s%d%%", mark, milli / 10);
	c->num = milli / 10.0;
}

void
throttles_cell(
    struct model *m, const struct cell *of, bool live, struct cellv *c)
{
	enum throttle_state s =
	    of->throttle == NULL ? THROTTLE_CLEAR : of->throttle->state;
	struct cell *cell = &m->cells[of - m->cells];

	if (!live) {
		fig_printf(c, "%s?", throttles_mark(s));
		c->role = s == THROTTLE_CLEAR ? ROLE_UNKNOWN : ROLE_STALE;
		c->known = false;
		return;
	}
	if (of->throttle == NULL && m->reader.read == NULL)
		fig_unknown(c);
	else if (of->throttle == NULL)
		put_share(c, cell->tally.last_ms == 0 ? -1 : 0, "");
	else
		put_share(c,
		    throttle_share_milli(
			of->throttle, &cell->tally, WIN_10M, m->now_ms),
		    throttles_mark(s));
	c->role = throttles_role(s);
}

static bool
live_cell(const struct model *m, const struct cell *of)
{
	return host_live(&m->hosts[m->egress[of->egress].host]);
}

const struct reply_group *
throttles_proof(const struct model *m, const struct throttle *t)
{
	return t->reply1 == 0 || t->reply1 > m->n_replies
		   ? NULL
		   : &m->replies[t->reply1 - 1];
}

static void
cell_text(
    const struct model *m, const struct cell *of, int col, struct cellv *c)
{
	const struct egress *e = &m->egress[of->egress];
	const struct reply_group *g = throttles_proof(m, of->throttle);

	switch (col) {
	case COL_STATE:
		fig_printf(c, "%s%s", throttles_mark(of->throttle->state),
		    throttle_state_label(of->throttle->state));
		c->role = throttles_role(of->throttle->state);
		break;
	case COL_EGRESS:
		fig_text(c, str_of(model_egress_label(e)));
		break;
	case COL_HOST:
		fig_text(c, str_of(m->hosts[e->host].name));
		break;
	case COL_PROVIDER:
		fig_text(c, intern_text(m->texts, of->provider));
		break;
	default:
		if (g == NULL)
			fig_none(c);
		else
			fig_text(c, worst_text(m, g));
	}
}

static struct effect_of
acts_on(const struct model *m, const struct cell *of)
{
	const struct egress *e = &m->egress[of->egress];

	return (struct effect_of){
	    e->host, e, intern_text(m->texts, of->provider)};
}

/* Figures of the last minutes: unknown while nobody reads the host's log. */
static void
cell_rate(struct model *m, struct cell *of, int col, struct cellv *c)
{
	if (!live_cell(m, of)) {
		fig_unknown(c);
		return;
	}
	if (col == COL_PER_MIN)
		fig_count(c, series_sum(&of->throttle->refused, 0,
				 m->now_ms - 60000, m->now_ms + 1));
	else if (col == COL_SENT)
		fig_count(
		    c, tally_window(&of->tally, STAT_SENT, WIN_1M, m->now_ms));
	else
		throttles_cell(m, of, true, c);
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	struct cell *of = &m->cells[row.at];
	const struct throttle *t = of->throttle;
	struct effect_of its;

	(void)ui;
	switch (col) {
	case COL_SHARE:
	case COL_PER_MIN:
	case COL_SENT:
		cell_rate(m, of, col, c);
		break;
	case COL_SINCE:
		fig_since(c, m->now_ms, t->start_ms);
		break;
	case COL_START:
		fig_since(c, m->now_ms, t->since_ms);
		break;
	case COL_PEAK:
		put_share(c, throttle_peak_milli(t, &of->tally, m->now_ms), "");
		break;
	case COL_EPISODES:
		fig_count(c, t->episodes);
		break;
	case COL_GRAPH:
		fig_refusals(
		    c, t, &m->hosts[m->egress[of->egress].host], m->now_ms);
		its = acts_on(m, of);
		effect_marks(c, m, &its);
		break;
	case COL_LAST:
		fig_age(c, m->now_ms, t->last_ms);
		break;
	default:
		cell_text(m, of, col, c);
	}
	if (t->state == THROTTLE_CLEAR)
		c->role = ROLE_DIM;
}

/* By state; then by share refused, in steps of a tenth. */
static double
rank(struct model *m, const struct ui *ui, struct row row)
{
	static const double order[THROTTLE_STATES] = {[THROTTLE_CLEAR] = 0,
	    [THROTTLE_EASING] = 100,
	    [THROTTLE_SUSPECTED] = 200,
	    [THROTTLE_THROTTLED] = 300};
	struct cell *of = &m->cells[row.at];
	int milli =
	    throttle_share_milli(of->throttle, &of->tally, WIN_10M, m->now_ms);

	(void)ui;
	return order[of->throttle->state] +
	       (milli > 0 ? floor(milli / 100.0) : 0);
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	unsigned n[THROTTLE_STATES] = {0};

	for (uint32_t i = 0; i < m->n_cells; i++)
		if (throttles_shows(m, &m->cells[i]) &&
		    in_scope(m, ui_top_const(ui), &m->cells[i]))
			n[m->cells[i].throttle->state]++;
	(void)buf_printf(out,
	    _("%u throttled, %u suspected, %u easing, %u over in the last "
	      "hour; "),
	    n[THROTTLE_THROTTLED], n[THROTTLE_SUSPECTED], n[THROTTLE_EASING],
	    n[THROTTLE_CLEAR]);
	hosts_live_text(m, ui, out);
	if (n[THROTTLE_THROTTLED] > 0)
		return ROLE_CRIT;
	if (n[THROTTLE_SUSPECTED] > 0)
		return ROLE_WARN;
	return hosts_live(m) < m->n_hosts || m->reader.read == NULL
		   ? ROLE_UNKNOWN
		   : ROLE_OK;
}

/* Deliveries a minute in a span, in tenths; -1: too short to tell. */
static int64_t
sent_deci(struct cell *of, int64_t from_ms, int64_t to_ms)
{
	if (to_ms - from_ms < LEAST_MS)
		return -1;
	return (int64_t)tally_since(&of->tally, STAT_SENT, from_ms, to_ms) *
	       600000 / (to_ms - from_ms);
}

static int64_t
later(int64_t a_ms, int64_t b_ms)
{
	return a_ms > b_ms ? a_ms : b_ms;
}

/* What went through before it began, and what does since. */
static void
put_effect(const struct model *m, struct cell *of, struct buf *out)
{
	const struct throttle *t = of->throttle;
	const struct host *h = &m->hosts[m->egress[of->egress].host];
	int64_t before = sent_deci(
	    of, later(t->start_ms - SPAN_MS, h->log_from_ms), t->start_ms);
	int64_t since =
	    sent_deci(of, later(m->now_ms - SPAN_MS, t->start_ms), m->now_ms);

	if (!live_cell(m, of)) {
		(void)buf_puts(out,
		    _("The host's log is not read now: nobody knows how it "
		      "goes on. "));
		return;
	}
	if (since < 0)
		return;
	(void)buf_printf(out, _("It takes %d.%d a minute now"),
	    (int)(since / 10), (int)(since % 10));
	if (before >= 0)
		(void)buf_printf(out, _(", took %d.%d before"),
		    (int)(before / 10), (int)(before % 10));
	(void)buf_puts(out, ". ");
}

/* What was done about it, what that did, and what to do next. */
static void
put_acts(struct model *m, const struct cell *of, struct buf *out)
{
	struct effect_of its = acts_on(m, of);
	struct advice next;

	effect_text(m, &its, out);
	acts_advise(m, (uint32_t)(of - m->cells), &next);
	advice_text(&next, true, out);
}

static enum role
pair_detail(struct model *m, struct cell *of, struct buf *out)
{
	const struct throttle *t = of->throttle;
	const struct egress *e = &m->egress[of->egress];
	const struct reply_group *g = throttles_proof(m, t);
	int milli = throttle_share_milli(t, &of->tally, WIN_10M, m->now_ms);
	char start[CLOCK_TEXT], since[CLOCK_TEXT], age[NUM_TEXT];

	(void)buf_str(out, intern_text(m->texts, of->provider));
	if (t->state == THROTTLE_CLEAR)
		(void)buf_printf(out,
		    _(" no longer slows down %s's %s: %s to %s. "),
		    m->hosts[e->host].name, model_egress_label(e),
		    clock_hms(start, t->start_ms), clock_hms(since, t->end_ms));
	else
		(void)buf_printf(out,
		    _(" refuses %d %% of %s's %s in 10 min, since %s (%s "
		      "ago), %s since %s. "),
		    milli < 0 ? 0 : milli / 10, m->hosts[e->host].name,
		    model_egress_label(e), clock_hms(start, t->start_ms),
		    num_age(age, m->now_ms - t->start_ms),
		    throttle_state_label(t->state),
		    fig_since_text(since, m->now_ms, t->since_ms));
	if (t->episodes > 1)
		(void)buf_printf(out, _("It is the %u. time. "), t->episodes);
	put_effect(m, of, out);
	put_acts(m, of, out);
	if (g != NULL) {
		(void)buf_puts(out, _("It says: "));
		(void)buf_str(out, worst_text(m, g));
	}
	return t->state == THROTTLE_THROTTLED || t->state == THROTTLE_SUSPECTED
		   ? ROLE_WARN
		   : ROLE_TEXT;
}

/* The pair a row of the matrix speaks of: the one under the cursor, or the
 * worst of the egress IP. */
static const struct cell *
matrix_pair(const struct model *m, const struct ui *ui, egress_id e)
{
	uint32_t provider = ui_top_const(ui)->cell;
	unsigned n;

	if (provider == 0)
		return worst_throttle(m, e, &n);
	for (uint32_t i = 0; i < m->n_cells; i++)
		if (m->cells[i].egress == e && m->cells[i].provider == provider)
			return &m->cells[i];
	return NULL;
}

static enum role
matrix_detail(
    struct model *m, const struct ui *ui, egress_id e, struct buf *out)
{
	const struct cell *pair = matrix_pair(m, ui, e);
	uint32_t provider = ui_top_const(ui)->cell;

	if (pair != NULL && pair->throttle != NULL)
		return pair_detail(m, &m->cells[pair - m->cells], out);
	if (provider == 0) {
		(void)buf_printf(out, _("%s: no provider slows it down"),
		    model_egress_label(&m->egress[e]));
		return ROLE_DIM;
	}
	(void)buf_str(out, intern_text(m->texts, provider));
	(void)buf_printf(out,
	    pair != NULL ? _(" does not slow down %s")
			 : _(" has had no mail from %s in the log read so far"),
	    model_egress_label(&m->egress[e]));
	return ROLE_DIM;
}

static enum role
detail(struct model *m, const struct ui *ui, struct row row, struct buf *out)
{
	return ui_top_const(ui)->by == THROTTLES_PAIRS
		   ? pair_detail(m, &m->cells[row.at], out)
		   : matrix_detail(m, ui, row.at, out);
}

static const char *
thing(const struct model *m, const struct ui *ui, struct row row,
    struct act_thing *out)
{
	bool matrix = ui_top_const(ui)->by == THROTTLES_MATRIX;
	egress_id e = matrix ? row.at : m->cells[row.at].egress;
	uint32_t provider =
	    matrix ? ui_top_const(ui)->cell : m->cells[row.at].provider;
	const struct cell *worst;

	if (matrix && provider == 0) {
		worst = matrix_pair(m, ui, e);
		if (worst == NULL)
			return _("with which provider? Right and Left choose "
				 "one");
		provider = worst->provider;
	}
	return act_thing_pair(m, e, provider, out);
}

/* A pair opens its replies; an egress IP its pairs. */
static void
enter(struct model *m, struct ui *ui, struct row row)
{
	bool matrix = ui_top(ui)->by == THROTTLES_MATRIX;
	egress_id e = matrix ? row.at : m->cells[row.at].egress;
	struct level *l = ui_push(ui, matrix ? VIEW_THROTTLES : VIEW_DEFERRALS);

	if (l == NULL)
		return;
	l->egress = e;
	l->host = m->egress[e].host;
	if (!matrix)
		str_copy(l->provider, sizeof l->provider,
		    intern_text(m->texts, m->cells[row.at].provider));
}

static void
empty(const struct model *m, const struct ui *ui, struct doc *out)
{
	unsigned live = hosts_live(m);

	(void)ui;
	if (m->reader.read == NULL)
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(_("Replies are not read, so that no throttle can "
			     "be told from other refusals.")));
	else if (live == 0)
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(_("No log is read yet: 1 shows how far each host "
			     "is.")));
	else
		doc_line(out, live < m->n_hosts ? ROLE_UNKNOWN : ROLE_OK, 0,
		    str_of(_("No provider slows down any egress IP of the "
			     "hosts that are read.")));
}

static void
prepare(struct model *m, struct ui *ui)
{
	if (ui_top(ui)->by == THROTTLES_MATRIX && !throttles_matrix_make(m, ui))
		ui_top(ui)->by = THROTTLES_PAIRS;
}

static const struct table_view pairs = {
    .cols = cols, .n_cols = COL_N, .rows = rows, .cell = cell, .rank = rank};

static const struct table_view *
table_by(const struct ui *ui)
{
	return ui_top_const(ui)->by == THROTTLES_MATRIX && ui->matrix != NULL
		   ? &ui->matrix->table
		   : &pairs;
}

const struct view view_throttles = {
    .name = "throttles",
    .title = N_("Throttles"),
    .ctx = CTX_TABLE | CTX_BY | CTX_PAIR,
    .n_by = THROTTLES_BYS,
    .table_by = table_by,
    .prepare = prepare,
    .summary = summary,
    .detail_rows = 5,
    .detail = detail,
    .enter = enter,
    .thing = thing,
    .empty = empty,
};
