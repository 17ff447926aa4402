/*
 * view_messages.c - the queued messages of one key, as far as readings keep
 * them: all of a small queue, the first of a large one.
 */
#include "tui/figure.h"
#include "tui/ui.h"
#include "tui/views.h"

#include "core/i18n.h"
#include "core/num.h"
#include "core/shquote.h"

enum {
	COL_QID,
	COL_HOST,
	COL_QUEUE,
	COL_AGE,
	COL_SIZE,
	COL_NRCPT,
	COL_SENDER,
	COL_RCPT,
	COL_REPLY,
	COL_N,
};

static const struct column cols[COL_N] = {
    [COL_QID] = {"qid", N_("queue id"), 16, 20, 0, ALIGN_LEFT, 0,
	N_("Postfix queue id")},
    [COL_HOST] = {"host", N_("host"), 6, 24, 2, ALIGN_LEFT, 0,
	N_("where it waits")},
    [COL_QUEUE] = {"queue", N_("queue"), 8, 8, 5, ALIGN_LEFT, 0,
	N_("in which queue")},
    [COL_AGE] = {"age", N_("age"), 4, 4, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("since it arrived")},
    [COL_SIZE] = {"size", N_("size"), 5, 6, 4, ALIGN_RIGHT, COLF_NUMBER,
	N_("bytes")},
    [COL_NRCPT] = {"nrcpt", N_("rcpt"), 4, 5, 4, ALIGN_RIGHT, COLF_NUMBER,
	N_("recipients left")},
    [COL_SENDER] = {"sender", N_("sender"), 12, 40, 1, ALIGN_LEFT, 0,
	N_("envelope sender")},
    [COL_RCPT] = {"recipient", N_("first recipient"), 16, 40, 1, ALIGN_LEFT, 0,
	N_("its first recipient")},
    [COL_REPLY] = {"reply", N_("reply"), 12, 200, 3, ALIGN_LEFT, 0,
	N_("why it waits")},
};

enum { HOST_SHIFT = 21, MSG_MASK = (1 << HOST_SHIFT) - 1 };

static const struct host *
host_at(const struct model *m, struct row row)
{
	return &m->hosts[row.at >> HOST_SHIFT];
}

/* The reading the rows are of: the host's, or what was fetched for the key. */
static const struct queue_snap *
snap_of(const struct host *h, const struct ui *ui)
{
	const struct level *l = ui_top_const(ui);

	return model_messages_of(h, l->dim, str_of(l->key));
}

static const struct queue_msg *
msg_at(const struct model *m, const struct ui *ui, struct row row)
{
	return &snap_of(host_at(m, row), ui)->msgs[row.at & MSG_MASK];
}

static bool
of_key(const struct model *m, const struct level *l, const struct host *h,
    const struct intern *t, const struct queue_msg *msg, uint32_t key)
{
	egress_id e;

	switch (l->dim) {
	case QD_DOMAIN:
		return msg->domain == key;
	case QD_SENDER:
		return msg->sender == key;
	case QD_REPLY:
		return msg->reply == key;
	case QD_PROVIDER:
		return str_eq(
		    model_provider_of_domain(m, intern_text(t, msg->domain)),
		    str_of(l->key));
	default:
		e = model_egress_of_qid(m, h->id, intern_text(t, msg->qid));
		return str_eq(e < m->n_egress
				  ? str_of(model_egress_label(&m->egress[e]))
				  : (struct str){NULL, 0},
		    str_of(l->key));
	}
}

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	const struct level *l = ui_top_const(ui);
	size_t n = 0;

	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct host *h = &m->hosts[i];
		const struct queue_snap *q = snap_of(h, ui);
		uint32_t key;

		if (q == NULL || (l->host != HOST_NONE && l->host != h->id))
			continue;
		key = intern_find(q->texts, str_of(l->key));
		for (uint32_t k = 0; k < q->n_msgs && k <= MSG_MASK; k++) {
			const struct queue_msg *msg = &q->msgs[k];

			if (!of_key(m, l, h, q->texts, msg, key))
				continue;
			if (n < cap)
				out[n] = (struct row){
				    key_of(VIEW_MESSAGES_OF_KEY,
					str_hash(
					    intern_text(q->texts, msg->qid),
					    (uint64_t)msg->instance << 16 | i)),
				    (uint32_t)i << HOST_SHIFT | k};
			n++;
		}
	}
	return n;
}

static void
cell_text(const struct intern *t, uint32_t id, struct cellv *c)
{
	struct str text = intern_text(t, id);

	if (text.n == 0)
		fig_none(c);
	else
		fig_text(c, text);
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	static const char *const queues[Q_N] = {N_("incoming"), N_("active"),
	    N_("deferred"), N_("hold"), N_("maildrop")};
	const struct host *h = host_at(m, row);
	const struct queue_msg *msg = msg_at(m, ui, row);
	const struct intern *t = snap_of(h, ui)->texts;
	char text[NUM_TEXT];

	switch (col) {
	case COL_QID:
		cell_text(t, msg->qid, c);
		break;
	case COL_HOST:
		fig_text(c, str_of(h->name));
		break;
	case COL_QUEUE:
		fig_text(
		    c, str_of(msg->queue < Q_N ? _(queues[msg->queue]) : "?"));
		break;
	case COL_AGE:
		fig_age(c, m->now_ms, msg->arrival_ms);
		break;
	case COL_SIZE:
		fig_printf(c, "%s", num_bytes(text, msg->size_bytes));
		c->num = msg->size_bytes;
		break;
	case COL_NRCPT:
		fig_count(c, msg->nrcpt);
		break;
	case COL_SENDER:
		if (intern_text(t, msg->sender).n == 0)
			fig_text(c, STR_LIT("<>"));
		else
			cell_text(t, msg->sender, c);
		break;
	case COL_RCPT:
		cell_text(t, msg->rcpt, c);
		break;
	default:
		cell_text(t, msg->reply, c);
	}
}

/* How whole and how old what is shown is. */
struct view_of {
	bool partial;	/* of a large queue only some are kept */
	bool cut;	/* a listing ended early, or lacks an instance's */
	unsigned asked; /* hosts that still have to answer */
	const struct host *failed;
	int64_t oldest_ms;
};

static struct view_of
look(const struct model *m, const struct ui *ui)
{
	const struct level *l = ui_top_const(ui);
	struct view_of v = {0};

	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct host *h = &m->hosts[i];
		const struct queue_snap *q = snap_of(h, ui);

		if (h->queue == NULL ||
		    (l->host != HOST_NONE && l->host != h->id))
			continue;
		if (q == NULL) {
			if (model_match_failed(h, l->dim, str_of(l->key)))
				v.failed = h;
			else
				v.asked++;
			continue;
		}
		v.partial |= q->n_msgs < q->messages || h->queue->aggregated;
		v.cut |= q->cut || q->unread != 0;
		if (v.oldest_ms == 0 || q->at_ms < v.oldest_ms)
			v.oldest_ms = q->at_ms;
	}
	return v;
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	const struct level *l = ui_top_const(ui);
	struct view_of v = look(m, ui);
	char n[NUM_TEXT], age[NUM_TEXT];

	(void)buf_printf(out, _("%s messages of %s"),
	    num_count(n, ui->table.n_all),
	    l->key[0] == '\0' ? _("(not known)") : l->key);
	if (v.oldest_ms != 0)
		(void)buf_printf(out, _("; read %s ago"),
		    num_age(age, m->now_ms - v.oldest_ms));
	if (v.asked > 0)
		(void)buf_printf(out, _("; hosts asked now: %u"), v.asked);
	if (v.failed != NULL)
		(void)buf_printf(
		    out, "; %s: %s", v.failed->name, v.failed->match_text);
	else if (v.partial)
		(void)buf_puts(
		    out, _("; of large queues only the first are kept"));
	if (v.cut)
		(void)buf_puts(out, _("; a listing was cut short"));
	return v.asked > 0 || v.failed != NULL || v.partial || v.cut
		   ? ROLE_STALE
		   : ROLE_TEXT;
}

static enum role
detail(struct model *m, const struct ui *ui, struct row row, struct buf *out)
{
	const struct queue_snap *q = snap_of(host_at(m, row), ui);
	struct str reply = intern_text(q->texts, msg_at(m, ui, row)->reply);

	if (reply.n == 0)
		(void)buf_puts(out, _("no reason is given"));
	(void)buf_str(out, reply);
	return reply.n == 0 ? ROLE_DIM : ROLE_WARN;
}

static void
enter(struct model *m, struct ui *ui, struct row row)
{
	const struct host *h = host_at(m, row);
	const struct queue_msg *msg = msg_at(m, ui, row);
	struct str qid = intern_text(snap_of(h, ui)->texts, msg->qid);
	uint8_t instance = msg->instance;
	struct level *l = ui_push(ui, VIEW_MESSAGE);

	if (l == NULL)
		return;
	l->host = h->id;
	str_copy(l->qid, sizeof l->qid, qid);
	l->instance = instance;
	ui->wish.message_host = h->id;
	ui->wish.message_instance = instance;
	str_copy(ui->wish.message_qid, sizeof ui->wish.message_qid, qid);
}

static const char *
thing(const struct model *m, const struct ui *ui, struct row row,
    struct act_thing *out)
{
	const struct host *h = host_at(m, row);
	const struct queue_msg *msg = msg_at(m, ui, row);
	const struct intern *t = snap_of(h, ui)->texts;
	struct str qid = intern_text(t, msg->qid);

	/* An id alone may be of two messages on two hosts. */
	*out = (struct act_thing){.host = h->id};
	/* Acts know the main instance only. */
	if (msg->instance != 0)
		return _("it waits in a further Postfix instance; acts know "
			 "the main one only");
	if (!shquote_is_qid(qid) ||
	    !str_take(out->f.qids, sizeof out->f.qids, qid))
		return _("this is no queue id that could be acted on");
	str_copy(
	    out->f.sender, sizeof out->f.sender, intern_text(t, msg->sender));
	return NULL;
}

static host_id
row_host(const struct model *m, struct row row)
{
	return host_at(m, row)->id;
}

static void
empty(const struct model *m, const struct ui *ui, struct doc *out)
{
	doc_line(out, ROLE_UNKNOWN, 0,
	    str_of(
		look(m, ui).asked > 0
		    ? _("Asking the hosts for the messages of this key: their "
			"queues are large and only counted.")
		    : _("The last reading holds no message of this key: the "
			"queue moved on.")));
}

static const struct table_view table = {.cols = cols,
    .n_cols = COL_N,
    .default_sort = COL_AGE,
    .rows = rows,
    .cell = cell};

const struct view view_messages = {
    .name = "messages-of-key",
    .title = N_("Messages"),
    .ctx = CTX_TABLE | CTX_MESSAGES,
    .table = &table,
    .summary = summary,
    .detail = detail,
    .enter = enter,
    .thing = thing,
    .row_host = row_host,
    .empty = empty,
};
