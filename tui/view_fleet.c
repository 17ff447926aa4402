/* view_fleet.c - a row per host: is it up, what does it carry, what is wrong.*/
#include "tui/effect_ui.h"
#include "tui/figure.h"
#include "tui/ui.h"
#include "tui/views.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"

enum {
	COL_HOST,
	COL_STATE,
	COL_SENT,
	COL_DEFERRED_MIN,
	COL_BOUNCED_MIN,
	COL_REJECTED_MIN,
	COL_INCOMING,
	COL_ACTIVE,
	COL_DEFERRED,
	COL_HOLD,
	COL_MAILDROP,
	COL_LOAD,
	COL_FINDINGS,
	COL_AGE,
	COL_MTA,
	COL_PRIVILEGE,
	COL_GRAPH,
	COL_ERROR,
	COL_N,
};

static const struct column cols[COL_N] = {
    [COL_HOST] = {"host", N_("host"), 8, 32, 0, ALIGN_LEFT, 0,
	N_("the host as it was named")},
    [COL_STATE] = {"state", N_("state"), 13, 20, 0, ALIGN_LEFT, COLF_STATE,
	N_("state of the connection, and since when")},
    [COL_SENT] = {"sent_min", N_("sent/m"), 6, 6, 2, ALIGN_RIGHT, COLF_NUMBER,
	N_("deliveries in the last minute")},
    [COL_DEFERRED_MIN] = {"deferred_min", N_("def/m"), 5, 5, 2, ALIGN_RIGHT,
	COLF_NUMBER, N_("deferred by receivers in the last minute")},
    [COL_BOUNCED_MIN] = {"bounced_min", N_("bnc/m"), 5, 5, 3, ALIGN_RIGHT,
	COLF_NUMBER, N_("bounced or expired in the last minute")},
    [COL_REJECTED_MIN] = {"rejected_min", N_("rej/m"), 5, 5, 6, ALIGN_RIGHT,
	COLF_NUMBER, N_("clients we refused in the last minute")},
    [COL_INCOMING] = {"incoming", N_("incom"), 5, 6, 5, ALIGN_RIGHT,
	COLF_NUMBER, N_("messages in the incoming queue")},
    [COL_ACTIVE] = {"active", N_("activ"), 5, 6, 3, ALIGN_RIGHT, COLF_NUMBER,
	N_("messages in the active queue")},
    [COL_DEFERRED] = {"deferred", N_("defer"), 5, 8, 1, ALIGN_RIGHT,
	COLF_NUMBER, N_("messages in the deferred queue")},
    [COL_HOLD] = {"hold", N_("hold"), 4, 6, 4, ALIGN_RIGHT, COLF_NUMBER,
	N_("messages in the hold queue")},
    [COL_MAILDROP] = {"maildrop", N_("drop"), 4, 6, 7, ALIGN_RIGHT, COLF_NUMBER,
	N_("messages in maildrop, not yet picked up")},
    [COL_LOAD] = {"load", N_("load"), 5, 7, 3, ALIGN_RIGHT, COLF_NUMBER,
	N_("load average of one minute; ! from two a core on")},
    [COL_FINDINGS] = {"findings", NC_("findings", "find"), 4, 4, 4, ALIGN_RIGHT,
	COLF_NUMBER, N_("what the readiness check found; 6 shows it")},
    [COL_AGE] = {"age", N_("age"), 4, 4, 1, ALIGN_RIGHT, COLF_NUMBER,
	N_("age of the queue counts")},
    [COL_MTA] = {"mta", N_("mta"), 14, 20, 8, ALIGN_LEFT, 0,
	N_("mail server and version")},
    [COL_PRIVILEGE] = {"privilege", N_("as"), 4, 6, 8, ALIGN_LEFT, 0,
	N_("what we may do there: root, sudo, or none")},
    [COL_GRAPH] = {"sent_graph", N_("sent"), 8, 8, 7, ALIGN_LEFT,
	COLF_NUMBER | COLF_GRAPH,
	N_("sent each minute, newest at the right; empty: nobody looked; |: "
	   "an act began or ended")},
    [COL_ERROR] = {"error", N_("error"), 20, 200, 9, ALIGN_LEFT, 0,
	N_("why it is not up")},
};

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	(void)ui;
	for (host_id i = 0; i < m->n_hosts && i < cap; i++)
		out[i] = (struct row){key_of(VIEW_FLEET, i), i};
	return m->n_hosts;
}

static void
cell_state(const struct model *m, const struct ui *ui, const struct host *h,
    struct cellv *c)
{
	char age[NUM_TEXT];

	fig_printf(c, "%c %s %s", host_mark(h), host_state_seen(ui, h),
	    h->link_since_ms == 0 ? ""
				  : num_age(age, m->now_ms - host_since_ms(h)));
	c->role = host_role(h);
}

/* What the log told in the last minute; unknown while nobody reads it. */
static void
cell_minute(struct model *m, struct host *h, enum figure what, struct cellv *c)
{
	if (!host_live(h))
		fig_unknown(c);
	else
		fig_count(c, tally_window(&h->tally, what, WIN_1M, m->now_ms));
}

static void
cell_queue(const struct model *m, const struct host *h, enum queue_name q,
    struct cellv *c)
{
	int64_t n = model_count_of(h, q);

	if (n < 0)
		fig_unknown(c);
	else
		fig_count(c, (uint64_t)n);
	if (c->known &&
	    model_fresh(m, h, h->counts_at_ms, READ_PERIOD_MS) != FRESH_LIVE)
		c->role = ROLE_STALE;
}

static void
cell_load(const struct model *m, const struct host *h, struct cellv *c)
{
	int64_t load = h->vitals.load_milli[0];
	bool busy;

	if (h->vitals_at_ms == 0 || load < 0) {
		fig_unknown(c);
		return;
	}
	busy = h->vitals.cpus > 0 && load > h->vitals.cpus * 2000LL;
	fig_printf(c, "%s%d.%02d", busy ? "!" : "", (int)(load / 1000),
	    (int)(load % 1000 / 10));
	c->num = (double)load;
	if (busy)
		c->role = ROLE_WARN;
	if (model_fresh(m, h, h->vitals_at_ms, READ_PERIOD_MS) != FRESH_LIVE)
		c->role = ROLE_STALE;
}

static void
cell_found(const struct host *h, int col, struct cellv *c)
{
	static const char *const privileges[] = {
	    [PRIV_UNKNOWN] = "?",
	    [PRIV_NONE] = N_("none"),
	    [PRIV_SUDO] = "sudo",
	    [PRIV_ROOT] = "root",
	};
	const struct discovery *d = h->found;

	if (d == NULL) {
		fig_unknown(c);
	} else if (col == COL_MTA) {
		fig_printf(c, "%.15s %.31s", d->mta, d->version);
	} else if (col == COL_PRIVILEGE) {
		fig_text(c, str_of(_(privileges[d->privilege])));
	} else {
		fig_count(c, d->n_findings);
		if (d->n_findings > 0)
			c->role = ROLE_WARN;
	}
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	static const uint8_t minute[COL_N] = {[COL_SENT] = STAT_SENT,
	    [COL_DEFERRED_MIN] = STAT_DEFERRED,
	    [COL_BOUNCED_MIN] = STAT_BOUNCED,
	    [COL_REJECTED_MIN] = STAT_REJECTED};
	static const uint8_t queue[COL_N] = {[COL_INCOMING] = Q_INCOMING,
	    [COL_ACTIVE] = Q_ACTIVE,
	    [COL_DEFERRED] = Q_DEFERRED,
	    [COL_HOLD] = Q_HOLD,
	    [COL_MAILDROP] = Q_MAILDROP};
	struct host *h = &m->hosts[row.at];

	switch (col) {
	case COL_HOST:
		fig_text(c, str_of(h->name));
		break;
	case COL_STATE:
		cell_state(m, ui, h, c);
		break;
	case COL_SENT:
	case COL_DEFERRED_MIN:
	case COL_BOUNCED_MIN:
	case COL_REJECTED_MIN:
		cell_minute(m, h, (enum figure)minute[col], c);
		break;
	case COL_INCOMING:
	case COL_ACTIVE:
	case COL_DEFERRED:
	case COL_HOLD:
	case COL_MAILDROP:
		cell_queue(m, h, (enum queue_name)queue[col], c);
		break;
	case COL_LOAD:
		cell_load(m, h, c);
		break;
	case COL_GRAPH:
		fig_series(c, ROLE_GRAPH, &h->tally, STAT_SENT, h, m->now_ms);
		effect_marks(c, m, &(struct effect_of){.host = h->id});
		break;
	case COL_AGE:
		fig_age(c, m->now_ms, h->counts_at_ms);
		if (c->known && model_fresh(m, h, h->counts_at_ms,
				    READ_PERIOD_MS) != FRESH_LIVE)
			c->role = ROLE_STALE;
		break;
	case COL_ERROR:
		fig_text(c, str_of(h->link == LINK_UP ? "" : h->link_text));
		c->role = ROLE_CRIT;
		break;
	default:
		cell_found(h, col, c);
	}
}

/* Down first, then what asks, what is on its way, then findings. */
static double
rank(struct model *m, const struct ui *ui, struct row row)
{
	const struct host *h = &m->hosts[row.at];
	double r = 0;

	(void)ui;
	switch (host_down(h) ? 'x' : host_mark(h)) {
	case 'x':
		r = 40;
		break;
	case '!':
		r = 30;
		break;
	case '?':
		r = 20;
		break;
	default:
		break;
	}
	return r + (h->found != NULL && h->found->n_findings > 0);
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	unsigned up = 0, down = 0, asks = 0, coming = 0, counted = 0;
	uint64_t deferred = 0;
	bool lacks = false;
	int64_t oldest = 0;
	char n[NUM_TEXT], age[NUM_TEXT];

	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct host *h = &m->hosts[i];
		int64_t waits = model_count_of(h, Q_DEFERRED);

		up += host_mark(h) == '+';
		down += host_down(h);
		asks += host_mark(h) == '!';
		coming += !host_down(h) && host_mark(h) == '?';
		lacks |= h->counts_at_ms != 0 && waits < 0;
		if (waits < 0)
			continue;
		counted++;
		deferred += (uint64_t)waits;
		if (oldest == 0 || h->counts_at_ms < oldest)
			oldest = h->counts_at_ms;
	}
	if (down > 0)
		(void)buf_printf(out, _("%u down; "), down);
	if (asks > 0)
		(void)buf_printf(out, _("%u waits for your answer; "), asks);
	if (coming > 0)
		(void)buf_printf(out, _("%u on the way; "), coming);
	(void)buf_printf(out,
	    ui_over(ui) ? _("%u of %u hosts were up") : _("%u of %u hosts up"),
	    up, (unsigned)m->n_hosts);
	if (counted > 0)
		(void)buf_printf(out,
		    _("; %s deferred messages, counts at most %s old"),
		    num_count(n, deferred), num_age(age, m->now_ms - oldest));
	if (counted > 0 && lacks)
		(void)buf_printf(out, _("; only %u of %u hosts"), counted,
		    (unsigned)m->n_hosts);
	return down > 0	    ? ROLE_CRIT
	       : asks > 0   ? ROLE_WARN
	       : coming > 0 ? ROLE_UNKNOWN
			    : ROLE_OK;
}

/* How much waits, and what was done lately. */
static void
put_flow(const struct model *m, const struct host *h, struct buf *out)
{
	struct drain_view waits = drain_look(&h->drain);

	effect_drain_text(&waits, m->now_ms, out);
	effect_text(m, &(struct effect_of){.host = h->id}, out);
}

static enum role
detail(struct model *m, const struct ui *ui, struct row row, struct buf *out)
{
	const struct host *h = &m->hosts[row.at];
	char age[NUM_TEXT];

	(void)ui;
	if (host_mark(h) != '+') {
		host_trouble(h, m->now_ms, out);
		return host_role(h);
	}
	if (h->found != NULL && h->found->n_findings > 0) {
		(void)buf_printf(out, _("%s: %s. Mend: %s"), h->name,
		    h->found->findings[0].text, h->found->findings[0].remedy);
		if (h->found->n_findings > 1)
			(void)buf_printf(out, _(" (%u more: Enter)"),
			    h->found->n_findings - 1U);
		(void)buf_puts(out, ". ");
		put_flow(m, h, out);
		return ROLE_WARN;
	}
	(void)buf_printf(out,
	    _("%s: nothing found amiss; newest log line %s ago, through %s. "),
	    h->name, num_age(age, m->now_ms - h->log_last_ms), h->transport);
	put_flow(m, h, out);
	return ROLE_DIM;
}

static void
enter(struct model *m, struct ui *ui, struct row row)
{
	struct level *l = ui_push(ui, VIEW_HOST);

	(void)m;
	if (l != NULL)
		l->host = ui->host = (host_id)row.at;
}

static host_id
row_host(const struct model *m, struct row row)
{
	(void)m;
	return (host_id)row.at;
}

static void
empty(const struct model *m, const struct ui *ui, struct doc *out)
{
	(void)m;
	(void)ui;
	doc_line(out, ROLE_UNKNOWN, 0,
	    str_of(_("No host was named: mtadeck HOST...")));
}

static const struct table_view table = {
    .cols = cols, .n_cols = COL_N, .rows = rows, .cell = cell, .rank = rank};

const struct view view_fleet = {
    .name = "fleet",
    .title = N_("Fleet"),
    .ctx = CTX_TABLE,
    .table = &table,
    .summary = summary,
    .detail = detail,
    .enter = enter,
    .row_host = row_host,
    .empty = empty,
};
