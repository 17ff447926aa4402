/*
 * view_egress.c - the home screen: a row per egress IP, what it sends, what is
 * refused and by whom, who lists it and who slows it down. Problems come first,
 * in coarse steps of how much mail they hold up.
 */
#include "tui/effect_ui.h"
#include "tui/egress_ui.h"
#include "tui/figure.h"
#include "tui/listing_sum.h"
#include "tui/standing.h"
#include "tui/ui.h"
#include "tui/views.h"
#include "tui/worst.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"

#include <math.h>

enum {
	COL_IP,
	COL_HOST,
	COL_POOL,
	COL_HANDLES,
	COL_SENT,
	COL_DEFERRED,
	COL_BOUNCED,
	COL_LISTED,
	COL_LISTED_SINCE,
	COL_THROTTLED,
	COL_THROTTLED_SINCE,
	COL_QUEUE,
	COL_LISTS,
	COL_IMPACT,
	COL_SENT_TOTAL,
	COL_DEFERRED_TOTAL,
	COL_BOUNCED_TOTAL,
	COL_SLOWEST,
	COL_SENT_GRAPH,
	COL_DEFERRED_GRAPH,
	COL_WORST,
	COL_AGE,
	COL_REPLY,
	COL_N,
};

static const struct column cols[COL_N] = {
    [COL_IP] = {"ip", N_("egress IP"), 16, 39, 0, ALIGN_LEFT, COLF_STATE,
	N_("source address mail leaves from")},
    [COL_HOST] = {"host", N_("host"), 8, 24, 1, ALIGN_LEFT, 0,
	N_("host it belongs to")},
    [COL_POOL] = {"pool", N_("pool"), 5, 16, 4, ALIGN_LEFT, 0,
	N_("egress IPs that share its work")},
    [COL_HANDLES] = {"handles", N_("handles"), 7, 24, 9, ALIGN_LEFT, 0,
	N_("MTA transports that use it")},
    [COL_SENT] = {"sent_min", N_("sent/m"), 6, 6, 1, ALIGN_RIGHT, COLF_NUMBER,
	N_("deliveries in the last minute")},
    [COL_DEFERRED] = {"deferred_pct", N_("def%"), 5, 6, 0, ALIGN_RIGHT,
	COLF_NUMBER | COLF_STATE,
	N_("share of the last minute's attempts that receivers deferred; "
	   "! from 10, !! from 50")},
    [COL_BOUNCED] = {"bounced_pct", N_("bnc%"), 5, 6, 2, ALIGN_RIGHT,
	COLF_NUMBER | COLF_STATE,
	N_("share of the last minute's attempts that bounced or expired")},
    [COL_LISTED] = {"listed", N_("listed on"), 14, 30, 0, ALIGN_LEFT,
	COLF_STATE,
	N_("the list with most impact it is on: !! high, ! medium; \"clean "
	   "3/41\": only 3 of 41 lists told anything")},
    [COL_LISTED_SINCE] = {"listed_since", N_("since"), 5, 5, 3, ALIGN_RIGHT,
	COLF_NUMBER, N_("since when it is on that list")},
    [COL_THROTTLED] = {"throttled", N_("throttled by"), 13, 30, 0, ALIGN_LEFT,
	COLF_STATE,
	N_("share that a provider refuses to slow it down, and who: ! "
	   "throttled, ? suspected, ~ easing; +1: one provider more")},
    [COL_THROTTLED_SINCE] = {"throttled_since", N_("since"), 5, 5, 3,
	ALIGN_RIGHT, COLF_NUMBER, N_("first refusal of that throttle")},
    [COL_LISTS] = {"lists", N_("lists"), 5, 7, 4, ALIGN_RIGHT, COLF_NUMBER,
	N_("lists it is on, of those that told something")},
    [COL_IMPACT] = {"impact", N_("impact"), 8, 8, 8, ALIGN_LEFT, 0,
	N_("how much mail the worst listing costs")},
    [COL_QUEUE] = {"queue", NC_("count", "queue"), 5, 7, 3, ALIGN_RIGHT,
	COLF_NUMBER, N_("queued messages last tried from here")},
    [COL_SENT_TOTAL] = {"sent_total", N_("sent"), 6, 6, 10, ALIGN_RIGHT,
	COLF_NUMBER,
	N_("deliveries since the log is read, its history included")},
    [COL_DEFERRED_TOTAL] = {"deferred_total", N_("def"), 5, 6, 10, ALIGN_RIGHT,
	COLF_NUMBER, N_("attempts deferred since the log is read")},
    [COL_BOUNCED_TOTAL] = {"bounced_total", N_("bnc"), 5, 6, 10, ALIGN_RIGHT,
	COLF_NUMBER, N_("attempts bounced or expired since the log is read")},
    [COL_SLOWEST] = {"slowest", N_("slowest"), 12, 14, 5, ALIGN_LEFT,
	COLF_NUMBER,
	N_("stage that takes longest, its 90th percentile over 10 to 20 "
	   "minutes")},
    [COL_SENT_GRAPH] = {"sent_graph", N_("sent"), 8, 30, 4, ALIGN_LEFT,
	COLF_NUMBER | COLF_GRAPH,
	N_("sent each minute, newest at the right; empty: nobody looked; |: "
	   "an act began or ended")},
    [COL_DEFERRED_GRAPH] = {"deferred_graph", N_("deferred"), 8, 20, 6,
	ALIGN_LEFT, COLF_NUMBER | COLF_GRAPH,
	N_("deferred each minute, newest at the right")},
    [COL_WORST] = {"worst", N_("worst provider"), 14, 32, 5, ALIGN_LEFT,
	COLF_NUMBER,
	N_("provider that deferred most from here in 10 minutes, and how "
	   "much")},
    [COL_AGE] = {"age", N_("age"), 4, 4, 2, ALIGN_RIGHT, COLF_NUMBER,
	N_("live: read as it happens; stop, slow: by an act in force (L); "
	   "LEAK: a pause that still sends; else how old it is")},
    [COL_REPLY] = {"reply", N_("its latest reply"), 44, 200, 8, ALIGN_LEFT, 0,
	N_("what that provider said last")},
};

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	host_id host = ui_top_const(ui)->host;
	size_t n = 0;

	for (egress_id i = 0; i < m->n_egress; i++) {
		if (host != HOST_NONE && m->egress[i].host != host)
			continue;
		if (n < cap)
			out[n] = (struct row){key_of(VIEW_EGRESS, i), i};
		n++;
	}
	return n;
}

static void
cell_slowest(const struct model *m, const struct egress *e, struct cellv *c)
{
	static const char *const stages[STAGE_N] = {
	    N_("intake"), N_("queue"), N_("connect"), N_("send")};
	int64_t ms = 0;
	int stage = delays_slowest(&e->delays, m->now_ms, &ms);
	char text[NUM_TEXT];

	if (stage < 0) {
		fig_none(c);
		return;
	}
	fig_printf(c, "%s %s", _(stages[stage]), num_age(text, ms));
	c->num = (double)ms;
}

/* The count comes first: a narrow column must not cut a figure. */
static void
cell_worst(const struct model *m, const struct ui *ui, egress_id e, int col,
    struct cellv *c)
{
	const struct cell *worst = worst_cell(m, ui, e);
	const struct reply_group *r = worst_reply(m, ui, e);
	char count[NUM_TEXT];
	struct str name;

	if (worst == NULL || (col == COL_REPLY && r == NULL)) {
		fig_none(c);
		return;
	}
	if (col == COL_REPLY) {
		fig_text(c, worst_text(m, r));
		return;
	}
	name = intern_text(m->texts, worst->provider);
	fig_printf(c, "%s %.*s", num_count(count, ui->worst[e].refused),
	    (int)(name.n > 80 ? 80 : name.n), name.n == 0 ? "" : name.p);
	c->num = ui->worst[e].refused;
}

static void
cell_age(struct model *m, const struct ui *ui, const struct egress *e,
    struct cellv *c)
{
	const struct host *h = &m->hosts[e->host];
	const struct lease *l = act_ui_lease_of(ui, e->host, e->ip);

	if (host_live(h) && l != NULL && act_ui_leaked(m, l) > 0) {
		fig_text(c, str_of(_("LEAK")));
		c->role = ROLE_CRIT;
		return;
	}
	if (host_live(h) && l != NULL) {
		fig_text(
		    c, str_of(l->verb == VERB_PAUSE || l->verb == VERB_EVACUATE
				  ? _("stop")
				  : _("slow")));
		c->role = ROLE_FROZEN;
		return;
	}
	if (host_live(h) && !ui_over(ui)) {
		fig_text(c, str_of(_("live")));
		c->role = ROLE_DIM;
		return;
	}
	fig_age(c, m->now_ms, h->log_at_ms);
	c->role = h->log_at_ms == 0 ? ROLE_UNKNOWN : ROLE_STALE;
}

/* The log cannot say what this address did: its host's rest row has it. */
static bool
untold(const struct egress *e)
{
	return !e->attributable && !e->rest;
}

/* Shares and rates speak of the last minute: unknown while nobody reads. */
static void
cell_minute(struct model *m, struct egress *e, int col, struct cellv *c)
{
	static const uint8_t what[COL_N] = {[COL_SENT] = STAT_SENT,
	    [COL_DEFERRED] = STAT_DEFERRED,
	    [COL_BOUNCED] = STAT_BOUNCED};
	enum figure f = (enum figure)what[col];
	uint32_t n;

	if (!host_live(&m->hosts[e->host]) || untold(e)) {
		fig_unknown(c);
		return;
	}
	n = tally_window(&e->tally, f, WIN_1M, m->now_ms);
	if (col == COL_DEFERRED || col == COL_BOUNCED)
		fig_share(
		    c, tally_share_milli(&e->tally, f, WIN_1M, m->now_ms), n);
	else
		fig_count(c, n);
}

/* Totals stay known when a host is lost: they are of what was read. */
static void
cell_total(const struct egress *e, int col, struct cellv *c)
{
	static const uint8_t what[COL_N] = {[COL_SENT_TOTAL] = STAT_SENT,
	    [COL_DEFERRED_TOTAL] = STAT_DEFERRED,
	    [COL_BOUNCED_TOTAL] = STAT_BOUNCED};

	if (untold(e))
		fig_unknown(c);
	else
		fig_count(c, tally_total(&e->tally, what[col]));
}

static void
cell_names(
    const struct model *m, const struct egress *e, int col, struct cellv *c)
{
	switch (col) {
	case COL_IP:
		fig_text(c, str_of(model_egress_label(e)));
		if (egress_bind_lost(m, e))
			c->role = ROLE_CRIT;
		else if (!e->attributable)
			c->role = ROLE_UNKNOWN;
		break;
	case COL_HOST:
		fig_text(c, str_of(m->hosts[e->host].name));
		break;
	case COL_POOL:
		fig_text(c, str_of(e->pool));
		break;
	default:
		fig_text(c, str_of(e->handles));
	}
}

static void
cell_graph(const struct model *m, struct egress *e, int col, struct cellv *c)
{
	bool sent = col == COL_SENT_GRAPH;
	struct effect_of of = {.host = e->host, .egress = e};

	if (untold(e)) {
		fig_unknown(c);
		return;
	}
	fig_series(c, sent ? ROLE_GRAPH : ROLE_GRAPH_BAD, &e->tally,
	    sent ? STAT_SENT : STAT_DEFERRED, &m->hosts[e->host], m->now_ms);
	effect_marks(c, m, &of);
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	struct egress *e = &m->egress[row.at];

	switch (col) {
	case COL_SENT:
	case COL_DEFERRED:
	case COL_BOUNCED:
		cell_minute(m, e, col, c);
		break;
	case COL_SENT_TOTAL:
	case COL_DEFERRED_TOTAL:
	case COL_BOUNCED_TOTAL:
		cell_total(e, col, c);
		break;
	case COL_QUEUE:
		if (e->queue_known)
			fig_count(c, e->queue);
		else
			fig_unknown(c);
		break;
	case COL_LISTED:
		standing_listed(m, e, c);
		break;
	case COL_LISTED_SINCE:
		standing_listed_since(m, e, c);
		break;
	case COL_THROTTLED:
		standing_throttled(m, e, c);
		break;
	case COL_THROTTLED_SINCE:
		standing_throttled_since(m, e, c);
		break;
	case COL_LISTS:
		standing_lists(m, e, c);
		break;
	case COL_IMPACT:
		standing_impact(m, e, c);
		break;
	case COL_SLOWEST:
		cell_slowest(m, e, c);
		break;
	case COL_SENT_GRAPH:
	case COL_DEFERRED_GRAPH:
		cell_graph(m, e, col, c);
		break;
	case COL_WORST:
	case COL_REPLY:
		cell_worst(m, ui, e->id, col, c);
		break;
	case COL_AGE:
		cell_age(m, ui, e, c);
		break;
	default:
		cell_names(m, e, col, c);
	}
}

/* Mail that leaves from a wrong address; then listings and throttles; then
 * deferred share times deferred volume of 10 minutes, in powers of two; then
 * what nobody sees; last what sends nothing or cannot be told. */
static double
rank(struct model *m, const struct ui *ui, struct row row)
{
	struct egress *e = &m->egress[row.at];
	int share =
	    tally_share_milli(&e->tally, STAT_DEFERRED, WIN_10M, m->now_ms);
	uint32_t n = tally_window(&e->tally, STAT_DEFERRED, WIN_10M, m->now_ms);
	double standing = standing_rank(m, e) * 10;

	(void)ui;
	if (egress_bind_lost(m, e))
		return 1000;
	if (share > 0 && n >= 1)
		return standing + 2 +
		       floor(log2(1 + (double)n * share / 1000.0));
	if (standing > 0)
		return standing;
	if (!host_live(&m->hosts[e->host]))
		return 1;
	return untold(e) || e->tally.last_ms == 0 ? -1 : 0;
}

struct total {
	unsigned n, bad, warned, blind, unattributable, lost;
	unsigned listed, throttled, unasked;
	uint64_t sent, deferred, tried;
};

static void
count_standing(const struct model *m, const struct egress *e, struct total *t)
{
	struct listing_known k;
	unsigned n = 0;
	const struct cell *of = worst_throttle(m, e->id, &n);
	int64_t on = listings_worst(&m->listings, m->lists, str_of(e->ip), &n);

	t->throttled += of != NULL && of->throttle->state == THROTTLE_THROTTLED;
	if (on != LISTING_NONE)
		t->listed += listing_counts(&m->listings.rows[on]);
	else if (!e->rest && e->ip[0] != '\0' &&
		 (!listing_known(m, str_of(e->ip), &k) || k.told == 0))
		t->unasked++;
}

static struct total
count(struct model *m, const struct ui *ui)
{
	host_id host = ui_top_const(ui)->host;
	struct total t = {0};
	struct cellv c;

	for (egress_id i = 0; i < m->n_egress; i++) {
		struct egress *e = &m->egress[i];

		if (host != HOST_NONE && e->host != host)
			continue;
		t.n += !e->rest;
		t.lost += egress_bind_lost(m, e);
		count_standing(m, e, &t);
		if (untold(e)) {
			t.unattributable++;
			continue;
		}
		if (!host_live(&m->hosts[e->host])) {
			t.blind++;
			continue;
		}
		c.role = ROLE_TEXT;
		cell_minute(m, e, COL_DEFERRED, &c);
		t.bad += c.role == ROLE_CRIT;
		t.warned += c.role == ROLE_WARN;
		t.sent += tally_window(&e->tally, STAT_SENT, WIN_1M, m->now_ms);
		t.deferred +=
		    tally_window(&e->tally, STAT_DEFERRED, WIN_1M, m->now_ms);
		t.tried +=
		    tally_window(&e->tally, STAT_BOUNCED, WIN_1M, m->now_ms);
	}
	t.tried += t.sent + t.deferred;
	return t;
}

/* "1 refused, " when there is any. */
static void
part(struct buf *out, unsigned n, const char *one)
{
	if (n > 0)
		(void)buf_printf(out, "%s%u %s",
		    out->n > 0 && out->p[out->n - 1] != ' ' ? ", " : "", n,
		    one);
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	struct total t = count(m, ui);
	char sent[NUM_TEXT];

	if (t.n == 0) {
		(void)buf_puts(out, _("no egress IP is known yet"));
		return ROLE_UNKNOWN;
	}
	(void)buf_printf(out, _("IPs %u: "), t.n);
	part(out, t.lost, _("gone from their host"));
	part(out, t.listed, _("listed"));
	part(out, t.throttled, _("throttled"));
	part(out, t.bad + t.warned, _("refused"));
	part(out, t.blind, _("not seen"));
	if (t.bad + t.warned + t.blind + t.lost + t.listed + t.throttled == 0)
		(void)buf_puts(
		    out, t.unasked == 0 ? _("all well") : _("none refused"));
	(void)buf_printf(out, _("; %s sent/min"), num_count(sent, t.sent));
	if (t.tried > 0)
		(void)buf_printf(out, _(", %d.%d %% deferred"),
		    (int)(t.deferred * 100 / t.tried),
		    (int)(t.deferred * 1000 / t.tried % 10));
	if (t.unasked > 0)
		(void)buf_printf(out, _("; %u not asked"), t.unasked);
	if (t.unattributable > 0)
		(void)buf_printf(
		    out, _("; %u not attributable"), t.unattributable);
	return t.bad + t.lost > 0		       ? ROLE_CRIT
	       : t.warned + t.listed + t.throttled > 0 ? ROLE_WARN
	       : t.blind > 0			       ? ROLE_UNKNOWN
						       : ROLE_OK;
}

static void
enter(struct model *m, struct ui *ui, struct row row)
{
	struct level *l = ui_push(ui, VIEW_DEFERRALS);

	if (l == NULL)
		return;
	l->egress = row.at;
	l->host = m->egress[row.at].host;
}

static const char *
thing(const struct model *m, const struct ui *ui, struct row row,
    struct act_thing *out)
{
	(void)ui;
	return act_thing_egress(m, row.at, out);
}

static host_id
row_host(const struct model *m, struct row row)
{
	return m->egress[row.at].host;
}

static void
empty(const struct model *m, const struct ui *ui, struct doc *out)
{
	struct buf why;

	(void)ui;
	buf_init(&why, 2048);
	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct host *h = &m->hosts[i];

		buf_reset(&why);
		if (h->found != NULL)
			(void)buf_printf(&why,
			    _("%s: no client transport in master.cf"), h->name);
		else
			host_trouble(h, m->now_ms, &why);
		doc_line(out, host_role(h), 4, buf_view(&why));
	}
	buf_done(&why);
}

static const struct table_view table = {
    .cols = cols, .n_cols = COL_N, .rows = rows, .cell = cell, .rank = rank};

const struct view view_egress = {
    .name = "egress",
    .title = N_("Egress"),
    .ctx = CTX_TABLE | CTX_EGRESS,
    .table = &table,
    .prepare = worst_make,
    .summary = summary,
    .detail = egress_detail,
    .enter = enter,
    .thing = thing,
    .row_host = row_host,
    .empty = empty,
};
