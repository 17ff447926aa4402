/*
 * view_queue.c - what waits, by one dimension and by age, over all hosts or
 * one. Ages are qshape(1)'s classes, in minutes.
 */
#include "tui/effect_ui.h"
#include "tui/figure.h"
#include "tui/ui.h"
#include "tui/views.h"

#include "core/i18n.h"
#include "core/num.h"

enum { COL_KEY, COL_TOTAL, COL_AGE, COL_HOSTS = COL_AGE + AGE_BUCKETS, COL_N };

#define AGE_COL(id, title, help)                                               \
	{                                                                      \
		id, title, 4, 6, 0, ALIGN_RIGHT, COLF_NUMBER, help             \
	}

static const struct column cols[COL_N] = {
    [COL_KEY] = {"key", N_("key"), 21, 200, 0, ALIGN_LEFT, 0,
	N_("what the queue is split by: b changes it")},
    [COL_TOTAL] = {"total", N_("total"), 6, 8, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("messages; one with recipients in two domains is in both rows")},
    [COL_AGE] =
	AGE_COL("5", N_("5min"), N_("messages that wait up to 5 minutes")),
    AGE_COL("10", "10", N_("messages that wait up to 10 minutes")),
    AGE_COL("20", "20", N_("messages that wait up to 20 minutes")),
    AGE_COL("40", "40", N_("messages that wait up to 40 minutes")),
    AGE_COL("80", "80", N_("messages that wait up to 80 minutes")),
    AGE_COL("160", "160", N_("messages that wait up to 160 minutes")),
    AGE_COL("320", "320", N_("messages that wait up to 320 minutes")),
    AGE_COL("640", "640", N_("messages that wait up to 640 minutes")),
    AGE_COL("1280", "1280", N_("messages that wait up to 1280 minutes")),
    AGE_COL(
	"1280+", N_("more"), N_("messages that wait more than 1280 minutes")),
    [COL_HOSTS] = {"hosts", NC_("count", "hosts"), 5, 5, 3, ALIGN_RIGHT,
	COLF_NUMBER, N_("on how many hosts")},
};

static const char *const dims[QD_N] = {[QD_DOMAIN] = N_("recipient domain"),
    [QD_PROVIDER] = N_("provider"),
    [QD_SENDER] = N_("sender"),
    [QD_REPLY] = N_("reply"),
    [QD_EGRESS] = N_("egress IP")};

static void
prepare(struct model *m, struct ui *ui)
{
	const struct level *l = ui_top_const(ui);

	queue_sum_make(&ui->queue, m, l->host, l->dim);
}

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	(void)m;
	for (size_t i = 0; i < ui->queue.n && i < cap; i++)
		out[i] = (struct row){
		    key_of(VIEW_QUEUE, ui->queue.rows[i].hash), (uint32_t)i};
	return ui->queue.n;
}

static void
cell_key(const struct ui *ui, const struct queue_sum_row *r, struct cellv *c)
{
	if (r->key.n > 0) {
		fig_text(c, r->key);
	} else if (ui_top_const(ui)->dim == QD_SENDER) {
		fig_text(c, STR_LIT("<>"));
	} else {
		fig_text(c, str_of(_("(not known)")));
		c->role = ROLE_UNKNOWN;
	}
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	const struct queue_sum_row *r = &ui->queue.rows[row.at];

	(void)m;
	if (col == COL_KEY) {
		cell_key(ui, r, c);
	} else if (col == COL_TOTAL) {
		fig_count(c, r->total);
	} else if (col == COL_HOSTS) {
		fig_count(c, r->n_hosts);
	} else if (r->ages_unknown) {
		fig_unknown(c);
	} else {
		fig_count(c, r->age[col - COL_AGE]);
		/* Older than five hours and a third: somebody notices. */
		if (col - COL_AGE >= 7 && c->num > 0)
			c->role = ROLE_WARN;
	}
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	const struct level *l = ui_top_const(ui);
	const struct queue_sum *q = &ui->queue;
	char n[NUM_TEXT], age[NUM_TEXT], took[NUM_TEXT];

	if (l->host < m->n_hosts)
		(void)buf_printf(out, "%s ", m->hosts[l->host].name);
	(void)buf_printf(out, _("by %s: "), _(dims[l->dim]));
	if (q->n_read == 0) {
		(void)buf_puts(out, _("no queue has been read yet"));
		return ROLE_UNKNOWN;
	}
	(void)buf_printf(out, _("%s messages; read %s ago, took %s"),
	    num_count(n, q->messages), num_age(age, m->now_ms - q->oldest_ms),
	    num_age(took, q->slowest_ms));
	if (q->n_read < q->n_hosts)
		(void)buf_printf(
		    out, _("; only %u of %u hosts"), q->n_read, q->n_hosts);
	if (q->cut)
		(void)buf_puts(out, _("; a listing was cut short"));
	if (q->aggregated)
		(void)buf_puts(
		    out, _("; aggregated: messages are fetched when opened"));
	return q->cut || q->n_read < q->n_hosts ? ROLE_WARN : ROLE_TEXT;
}

/* Of the row, where readings are kept for it, and of all that waits. */
static void
put_forecast(const struct model *m, const struct level *l, struct str key,
    struct buf *out)
{
	struct drain_view v = {0};

	if (l->dim == QD_PROVIDER)
		v = model_drain_of_provider(m, l->host, key);
	else if (l->dim == QD_EGRESS)
		v = model_drain_of_egress(m, l->host, key);
	effect_drain_text(&v, m->now_ms, out);
	v = model_drain_of_host(m, l->host);
	if (v.state == DRAIN_UNREAD)
		return;
	(void)buf_puts(out, _("In all: "));
	effect_drain_text(&v, m->now_ms, out);
}

static enum role
detail(struct model *m, const struct ui *ui, struct row row, struct buf *out)
{
	const struct queue_sum_row *r = &ui->queue.rows[row.at];
	struct cellv c = {0};

	cell_key(ui, r, &c);
	(void)buf_str(out, c.text);
	if (r->n_hosts > 1)
		(void)buf_printf(out, _(" (on %u hosts)"), r->n_hosts);
	else if (r->host < m->n_hosts)
		(void)buf_printf(out, _(" (on %s)"), m->hosts[r->host].name);
	(void)buf_puts(out, ". ");
	put_forecast(m, ui_top_const(ui), r->key, out);
	return ROLE_TEXT;
}

/* The keys of an unknown or an empty name are not those of anybody. */
static const char *
thing(const struct model *m, const struct ui *ui, struct row row,
    struct act_thing *out)
{
	const struct queue_sum_row *r = &ui->queue.rows[row.at];
	const struct level *l = ui_top_const(ui);
	struct act_filter *f = &out->f;
	bool fits = false;

	*out = (struct act_thing){.host = l->host};
	if (r->key.n == 0)
		return l->dim == QD_SENDER
			   ? _("mail without a sender has no name to act on: "
			       "Enter, then tag messages")
			   : _("it is not known what this row is of: Enter, "
			       "then tag messages");
	if (l->dim == QD_DOMAIN)
		fits = str_take(f->domain, sizeof f->domain, r->key);
	else if (l->dim == QD_PROVIDER)
		fits = str_take(f->provider, sizeof f->provider, r->key);
	else if (l->dim == QD_SENDER)
		fits = str_take(f->sender, sizeof f->sender, r->key);
	else if (l->dim == QD_REPLY)
		fits = str_take(f->reply, sizeof f->reply, r->key);
	for (egress_id i = 0; l->dim == QD_EGRESS && !fits && i < m->n_egress;
	     i++)
		fits = str_eq(str_of(m->egress[i].ip), r->key) &&
		       str_take(f->egress, sizeof f->egress, r->key);
	return fits ? NULL
		    : _("this row's name cannot be acted on: Enter, then tag "
			"messages");
}

static void
enter(struct model *m, struct ui *ui, struct row row)
{
	struct str key = ui->queue.rows[row.at].key;
	struct level *l = ui_push(ui, VIEW_MESSAGES_OF_KEY);

	(void)m;
	if (l == NULL)
		return;
	str_copy(l->key, sizeof l->key, key);
	ui->wish.match = ui->queue.aggregated;
	ui->wish.match_dim = l->dim;
	str_copy(ui->wish.match_key, sizeof ui->wish.match_key, key);
}

static void
empty(const struct model *m, const struct ui *ui, struct doc *out)
{
	(void)m;
	if (ui->queue.n_read == 0)
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(_("No queue has been read yet: 1 shows how far "
			     "each host is, R reads now.")));
	else
		doc_line(out, ROLE_OK, 0, str_of(_("Nothing waits.")));
}

static const struct table_view table = {.cols = cols,
    .n_cols = COL_N,
    .default_sort = COL_TOTAL,
    .rows = rows,
    .cell = cell};

const struct view view_queue = {
    .name = "queue",
    .title = N_("Queue"),
    .ctx = CTX_TABLE | CTX_QUEUE,
    .table = &table,
    .prepare = prepare,
    .summary = summary,
    .detail = detail,
    .enter = enter,
    .thing = thing,
    .empty = empty,
};
