/*
 * view_alerts.c - what rules have raised: one row a cause, what needs a person
 * first, what is over last; where to look, and what was said of it.
 */
#include "tui/alerts_ui.h"
#include "tui/figure.h"
#include "tui/listings_ui.h"
#include "tui/views.h"

#include "core/i18n.h"
#include "core/num.h"

#include <math.h>
#include <stdio.h>

enum {
	COL_SEVERITY,
	COL_STATE,
	COL_SINCE,
	COL_RULE,
	COL_CAUSE,
	COL_MEMBERS,
	COL_VALUE,
	COL_LIMIT,
	COL_FIRST,
	COL_PEAK,
	COL_TIMES,
	COL_RAISED,
	COL_CHANGED,
	COL_TEXT,
	COL_N,
};

static const struct column cols[COL_N] = {
    [COL_SEVERITY] = {"severity", N_("severity"), 10, 10, 0, ALIGN_LEFT,
	COLF_STATE, N_("!!critical, !warning, note; notes never ring")},
    [COL_STATE] = {"state", N_("state"), 11, 13, 0, ALIGN_LEFT, COLF_STATE,
	N_("new; seen: acknowledged, quiet until it gets worse; muted until; "
	   "pending: not long enough yet; ending: holds no longer, closes "
	   "soon; closed")},
    [COL_SINCE] = {"since", N_("since"), 5, 5, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("when it began, as far as is known")},
    [COL_RULE] = {"rule", N_("what"), 12, 18, 0, ALIGN_LEFT, 0,
	N_("the rule that raised it")},
    [COL_CAUSE] = {"cause", N_("cause"), 12, 34, 0, ALIGN_LEFT, 0,
	N_("list, provider, pool or host; one alert for each")},
    [COL_MEMBERS] = {"members", N_("of"), 4, 5, 1, ALIGN_RIGHT, COLF_NUMBER,
	N_("addresses, domains, egress IPs, providers or hosts it hits")},
    [COL_VALUE] = {"value", N_("value"), 7, 8, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("how bad it is, in the rule's unit")},
    [COL_LIMIT] = {"limit", N_("limit"), 7, 8, 2, ALIGN_RIGHT, COLF_NUMBER,
	N_("from when on it is told: alerts in the configuration")},
    [COL_FIRST] = {"first", N_("worst"), 14, 39, 3, ALIGN_LEFT, 0,
	N_("one of those it hits: the worst, or the oldest")},
    [COL_PEAK] = {"peak", N_("peak"), 5, 5, 4, ALIGN_RIGHT, COLF_NUMBER,
	N_("the most it has hit at once")},
    [COL_TIMES] = {"times", N_("times"), 5, 5, 6, ALIGN_RIGHT, COLF_NUMBER,
	N_("2 and more: it had closed and came back")},
    [COL_RAISED] = {"raised", N_("rung"), 5, 5, 5, ALIGN_RIGHT, COLF_NUMBER,
	N_("when it last rang, or was acknowledged")},
    [COL_CHANGED] = {"closed", N_("over"), 5, 5, 7, ALIGN_RIGHT, COLF_NUMBER,
	N_("when it closed")},
    [COL_TEXT] = {"text", N_("in words"), 20, 300, 8, ALIGN_LEFT, 0,
	N_("the alert as a sentence")},
};

/* Where the cause of a rule's alert is seen, and what to do there. */
static const struct {
	enum view_id view; /* that Enter opens */
	const char *next;
} nexts[RULE_N] = {
    [RULE_LISTING] = {VIEW_LISTINGS,
	N_("Enter: its members, the list's reasons and the way off it. Stop "
	   "what got us there before asking for delisting.")},
    [RULE_THROTTLE] = {VIEW_THROTTLES,
	N_("Enter: the egress IPs and the replies that prove it. Send there "
	   "more slowly, and see whether refusals ease off.")},
    [RULE_BOUNCE] = {VIEW_EGRESS,
	N_("Enter: the egress IPs; Enter again: the replies. 7 shows whether "
	   "a listing is the reason.")},
    [RULE_DEFERRAL] = {VIEW_DEFERRALS,
	N_("Enter: what it says. 3 shows what waits.")},
    [RULE_QUEUE_GROWTH] = {VIEW_QUEUE,
	N_("Enter: the queue by domain; b: by provider, sender, reply. 6 "
	   "shows the host's load.")},
    [RULE_QUEUE_AGE] = {VIEW_HOST,
	N_("Enter: the host: in which stage mail waits, load and pressure.")},
    [RULE_SENT_FALLEN] = {VIEW_EGRESS,
	N_("Enter: the egress IPs. Look for warnings about their addresses in "
	   "5, and at the queue in 3.")},
    [RULE_HOST_DOWN] = {VIEW_HOST,
	N_("Enter: the host. R tries to connect now.")},
    [RULE_STALE] = {VIEW_HOST,
	N_("Enter: the host: what could not be read, and why. R reads "
	   "again.")},
    [RULE_UNATTRIBUTABLE] = {VIEW_HOST,
	N_("Enter: the host's findings say what to change in its "
	   "configuration.")},
    [RULE_NO_RESOLVER] = {VIEW_LISTINGS,
	N_("Enter: what the lists last said. Until a resolver answers, nobody "
	   "would see a new listing.")},
    [RULE_LEAK] = {VIEW_LEASES,
	N_("Enter: the acts in force there. H in 3 holds what must not leave; "
	   "ask who flushed.")},
    [RULE_LEASE] = {VIEW_LEASES,
	N_("Enter: the acts in force there, and what was found instead. E "
	   "ends one; what others set stays theirs.")},
    [RULE_SPOOL] = {VIEW_HOST,
	N_("Enter: the host's findings say how to see what fills the disk.")},
    [RULE_INODES] = {VIEW_HOST,
	N_("Enter: the host's findings say how to see where the files are.")},
};

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	(void)ui;
	for (uint32_t i = 0; i < m->alerts.n && i < cap; i++)
		out[i] =
		    (struct row){key_of(VIEW_ALERTS, m->alerts.v[i].id), i};
	return m->alerts.n;
}

static enum role
role_of(const struct alert *a, enum alert_state s)
{
	if (s == ALERT_CLOSED || s == ALERT_MUTED || s == ALERT_PENDING)
		return ROLE_DIM;
	if (s == ALERT_ACKED)
		return ROLE_TEXT;
	return a->severity == SEV_CRIT	 ? ROLE_CRIT
	       : a->severity == SEV_WARN ? ROLE_WARN
					 : ROLE_TEXT;
}

static void
cell_state(const struct model *m, const struct alert *a, enum alert_state s,
    struct cellv *c)
{
	char until[CLOCK_TEXT];

	if (s == ALERT_MUTED)
		fig_printf(
		    c, _("muted %.5s"), clock_hms(until, a->muted_until_ms));
	else if (a->quiet_ms != 0 && s != ALERT_CLOSED)
		fig_printf(c, "%s", _("ending"));
	else
		fig_printf(c, "%s", alert_state_label(s));
	c->role = role_of(a, s);
	(void)m;
}

static void
cell_value(const struct alert *a, int64_t value, struct cellv *c)
{
	struct buf text;

	buf_init(&text, sizeof c->own - 1);
	alert_value_text(a, value, &text);
	fig_printf(c, "%s", buf_cstr(&text));
	buf_done(&text);
	c->num = (double)value;
}

static void
cell_cause(const struct alert *a, struct cellv *c)
{
	if (a->kind == CAUSE_HOSTS)
		fig_printf(c, "%s", _("most hosts"));
	else if (a->kind == CAUSE_PROVIDERS)
		fig_printf(c, "%s", _("most providers"));
	else if (a->kind == CAUSE_LISTS)
		fig_printf(c, "%s", _("the lists"));
	else if (a->kind == CAUSE_POOL)
		fig_printf(c, _("pool %.60s"), a->cause);
	else
		fig_text(c, str_of(a->cause));
}

static void
cell_text(const struct model *m, const struct alert *a, struct cellv *c)
{
	struct buf text;

	buf_init(&text, 4096);
	if (alert_text(m, a, &text) != ERR_OK)
		c->known = false;
	str_copy(c->own, sizeof c->own, buf_view(&text));
	/* What is longer is cut, and looks it; below it stands whole. */
	if (text.n >= sizeof c->own)
		c->own[sizeof c->own - 2] = '~';
	c->text = str_of(c->own);
	buf_done(&text);
}

static void
cell_count(uint64_t n, uint64_t least, struct cellv *c)
{
	if (n < least)
		fig_none(c);
	else
		fig_count(c, n);
}

static void
cell_when(const struct model *m, int64_t at_ms, struct cellv *c)
{
	if (at_ms == 0)
		fig_none(c);
	else
		fig_since(c, m->now_ms, at_ms);
}

static void
cell_severity(const struct alert *a, enum alert_state s, struct cellv *c)
{
	static const char *const marks[SEV_N] = {
	    [SEV_INFO] = "", [SEV_WARN] = "!", [SEV_CRIT] = "!!"};

	fig_printf(c, "%s%s", marks[a->severity], severity_label(a->severity));
	c->role = role_of(a, s);
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	const struct alert *a = &m->alerts.v[row.at];
	enum alert_state s = alert_state_of(a, m->now_ms);

	(void)ui;
	if (s == ALERT_CLOSED || s == ALERT_PENDING)
		c->role = ROLE_DIM;
	switch (col) {
	case COL_SEVERITY:
		cell_severity(a, s, c);
		break;
	case COL_STATE:
		cell_state(m, a, s, c);
		break;
	case COL_SINCE:
		fig_since(c, m->now_ms, a->since_ms);
		break;
	case COL_RULE:
		fig_text(c, str_of(alert_rule_title(a->rule)));
		break;
	case COL_CAUSE:
		cell_cause(a, c);
		break;
	case COL_MEMBERS:
		fig_count(c, a->members);
		break;
	case COL_VALUE:
		cell_value(a, a->value, c);
		break;
	case COL_LIMIT:
		cell_value(a, a->threshold, c);
		break;
	case COL_FIRST:
		if (a->kind != CAUSE_HOST || a->egress < m->n_egress)
			fig_text(c, str_of(a->first));
		break;
	case COL_PEAK:
		cell_count(a->peak, 1, c);
		break;
	case COL_TIMES:
		cell_count(a->times, 1, c);
		break;
	case COL_RAISED:
		cell_when(m, a->rang_ms, c);
		break;
	case COL_CHANGED:
		cell_when(m, a->closed_ms, c);
		break;
	default:
		cell_text(m, a, c);
	}
}

/* What needs a person, what somebody has seen, what is not to be heard, what
 * may come, what is over; many before few, in powers of two; then the newest.
 */
static double
rank(struct model *m, const struct ui *ui, struct row row)
{
	static const double places[] = {[ALERT_NEW] = 5000,
	    [ALERT_ACKED] = 4000,
	    [ALERT_MUTED] = 3000,
	    [ALERT_PENDING] = 2000,
	    [ALERT_CLOSED] = 1000};
	const struct alert *a = &m->alerts.v[row.at];

	(void)ui;
	return places[alert_state_of(a, m->now_ms)] + a->severity * 100 +
	       floor(log2(a->members + 1.0)) + (double)a->id / 1e10;
}

/* ", 3 seen"; nothing of none. */
static void
put_part(struct buf *out, size_t from, const char *fmt, unsigned n)
{
	char text[64];

	if (n == 0)
		return;
	(void)snprintf(text, sizeof text, fmt, n);
	(void)buf_printf(out, "%s%s", out->n > from ? ", " : "", text);
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	const struct alerts *a = &m->alerts;
	unsigned n[ALERT_CLOSED + 1] = {0};
	size_t from = out->n;

	for (uint32_t i = 0; i < a->n; i++)
		n[alert_state_of(&a->v[i], m->now_ms)]++;
	put_part(out, from, _("%u critical"), a->open[SEV_CRIT]);
	put_part(out, from, _("%u warning"), a->open[SEV_WARN]);
	put_part(out, from, _("%u note"), a->open[SEV_INFO]);
	if (n[ALERT_NEW] == 0)
		(void)buf_puts(out, _("nothing new"));
	put_part(out, from, _("%u seen"), n[ALERT_ACKED]);
	put_part(out, from, _("%u muted"), n[ALERT_MUTED]);
	put_part(out, from, _("%u pending"), n[ALERT_PENDING]);
	put_part(out, from, _("%u closed"), n[ALERT_CLOSED]);
	(void)buf_puts(out, "; ");
	hosts_live_text(m, ui, out);
	if (a->beyond > 0)
		(void)buf_printf(out,
		    _("; %u found no room: too much is wrong at once"),
		    a->beyond);
	return a->open[SEV_CRIT] > 0	    ? ROLE_CRIT
	       : a->open[SEV_WARN] > 0	    ? ROLE_WARN
	       : hosts_live(m) < m->n_hosts ? ROLE_UNKNOWN
					    : ROLE_OK;
}

/* What was said of it, or happens to it. */
static void
put_state(const struct model *m, const struct alert *a, struct buf *out)
{
	char at[CLOCK_TEXT], end[CLOCK_TEXT];

	switch (alert_state_of(a, m->now_ms)) {
	case ALERT_CLOSED:
		(void)buf_printf(
		    out, _("Closed at %s. "), clock_hms(at, a->closed_ms));
		return;
	case ALERT_MUTED:
		(void)buf_printf(out, _("Muted until %s; M ends that. "),
		    clock_hms(at, a->muted_until_ms));
		break;
	case ALERT_ACKED:
		(void)buf_printf(out,
		    _("Acknowledged at %s: rings when it gets worse. "),
		    clock_hms(at, a->ack_ms));
		break;
	case ALERT_PENDING:
		(void)buf_puts(
		    out, _("It has not held long enough to be told. "));
		break;
	case ALERT_NEW:
		break;
	}
	if (a->quiet_ms != 0)
		(void)buf_printf(out, _("Not so since %s: closes at %s. "),
		    clock_hms(at, a->quiet_ms),
		    clock_hms(end, a->quiet_ms + m->alerts.rules.clear_ms));
}

static enum role
detail(struct model *m, const struct ui *ui, struct row row, struct buf *out)
{
	const struct alert *a = &m->alerts.v[row.at];
	enum alert_state s = alert_state_of(a, m->now_ms);

	(void)ui;
	if (alert_text(m, a, out) != ERR_OK)
		return ROLE_UNKNOWN;
	(void)buf_putc(out, ' ');
	put_state(m, a, out);
	if (s != ALERT_CLOSED)
		(void)buf_puts(out, _(nexts[a->rule].next));
	return role_of(a, s);
}

/* Goes where the cause is seen, and shows nothing else there. */
static void
enter(struct model *m, struct ui *ui, struct row row)
{
	const struct alert a = m->alerts.v[row.at];
	enum view_id view = nexts[a.rule].view;
	struct level *l;

	if (a.kind == CAUSE_HOSTS)
		view = VIEW_FLEET;
	l = ui_push(ui, view);
	if (l == NULL)
		return;
	l->host = a.kind == CAUSE_HOST ? a.host : HOST_NONE;
	if (l->host < m->n_hosts)
		ui->host = l->host;
	l->list = a.rule == RULE_LISTING ? a.list : LIST_NONE;
	if (a.rule == RULE_LISTING)
		l->by = LISTINGS_BY_SUBJECT;
	else if (a.rule == RULE_NO_RESOLVER)
		l->by = LISTINGS_BY_LIST;
	if (a.kind == CAUSE_PROVIDER)
		str_copy(l->provider, sizeof l->provider, str_of(a.cause));
	if (view == VIEW_LEASES)
		str_copy(l->filter, sizeof l->filter, str_of(a.cause));
	if (view == VIEW_EGRESS && a.members == 1)
		str_copy(l->filter, sizeof l->filter, str_of(a.first));
	else if (view == VIEW_EGRESS && a.kind == CAUSE_POOL)
		str_copy(l->filter, sizeof l->filter, str_of(a.cause));
}

static host_id
row_host(const struct model *m, struct row row)
{
	return m->alerts.v[row.at].host;
}

static void
empty(const struct model *m, const struct ui *ui, struct doc *out)
{
	unsigned live = hosts_live(m);

	(void)ui;
	if (live == 0) {
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(_("No host is read yet, so nothing can be told: 1 "
			     "shows how far each is.")));
		return;
	}
	if (live < m->n_hosts)
		doc_printf(out, ROLE_UNKNOWN, 0,
		    _("Nothing is wrong with the %u of %u hosts that are "
		      "read."),
		    live, (unsigned)m->n_hosts);
	else
		doc_line(out, ROLE_OK, 0,
		    str_of(_("Nothing is wrong, as far as the rules see.")));
	if (blocklists_count(m->lists) == 0)
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(_("No list is known, so listings show in replies "
			     "only.")));
}

void
alerts_wish(
    struct ui *ui, const struct model *m, enum alert_wish what, int64_t mute_ms)
{
	const struct trow *at = wtable_cursor(&ui->table, ui);
	struct ui_wish *w = &ui->wish;

	w->n_alerts = 0;
	for (uint32_t i = 0; i < m->alerts.n; i++) {
		uint32_t id = m->alerts.v[i].id;

		if (ui_tagged(ui, key_of(VIEW_ALERTS, id)))
			w->alerts[w->n_alerts++] = id;
	}
	for (uint32_t i = 0; i < m->alerts.n && w->n_alerts == 0; i++)
		if (at != NULL &&
		    at->row.key == key_of(VIEW_ALERTS, m->alerts.v[i].id))
			w->alerts[w->n_alerts++] = m->alerts.v[i].id;
	w->alert = what;
	w->mute_ms = mute_ms;
}

static const struct table_view table = {
    .cols = cols, .n_cols = COL_N, .rows = rows, .cell = cell, .rank = rank};

const struct view view_alerts = {
    .name = "alerts",
    .title = N_("Alerts"),
    .ctx = CTX_TABLE | CTX_ALERTS,
    .table = &table,
    .summary = summary,
    .detail_rows = 4,
    .detail = detail,
    .enter = enter,
    .row_host = row_host,
    .empty = empty,
};
