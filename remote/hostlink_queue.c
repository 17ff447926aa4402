/* hostlink_queue.c - see hostlink_queue.h. */
#include "remote/hostlink_queue.h"

#include "core/i18n.h"
#include "remote/postfix_queue.h"
#include "remote/postfix_queue_agg.h"
#include "remote/script.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	PERIOD_LEAST_MS = 15000,
	PERIOD_MOST_MS = 30 * 60000,
	RUN_TIMEOUT_MS = 10 * 60000,
	COST_FACTOR = 100,   /* 1 % of a core */
	US_PER_MESSAGE = 48, /* host CPU for `postqueue -j` (measured) */
	KEEP_MESSAGES = 20000,
	BEHIND_ACT_MS = 1000,
};

struct hostlink_queue {
	struct hostlink_queue_opts o;
	uv_timer_t timer;
	const struct discovery *found; /* NULL while the link is down */
	struct exec *exec;
	struct queue_snap *snap;    /* being built */
	struct postfix_queue *list; /* one of these two parses */
	struct postfix_queue_agg *agg;
	int64_t known;	 /* messages by the cheap counts; -1 */
	bool overflowed; /* the listing grew past raw_max */
	bool log_live;
	bool early; /* the last reading; see core/queue.h */
	uint64_t gen;
	int64_t started_ms;
	char err_text[256];
	size_t err_n;
};

static int64_t
now(struct hostlink_queue *q)
{
	return q->o.port.now_ms(q->o.port.ctx);
}

static void
drop(struct hostlink_queue *q)
{
	postfix_queue_free(q->list);
	postfix_queue_agg_free(q->agg);
	queue_free(q->snap);
	q->list = NULL;
	q->agg = NULL;
	q->snap = NULL;
}

static void on_timer(uv_timer_t *t);

static void
next_in(struct hostlink_queue *q, int64_t ms)
{
	if (q->o.replayed)
		ms = 1;
	(void)uv_timer_start(&q->timer, on_timer, (uint64_t)ms, 0);
}

static void
failed(struct hostlink_queue *q, err_t err, const char *why)
{
	struct event ev = {.kind = EVT_QUEUE_FAIL};

	drop(q);
	ev.u.queue_fail.err = err;
	ev.u.queue_fail.text = why;
	q->o.port.emit(q->o.port.ctx, &ev);
	next_in(q, PERIOD_LEAST_MS * 4);
}

static void
on_out(void *ctx, struct str bytes)
{
	struct hostlink_queue *q = ctx;

	if (q->agg != NULL) {
		postfix_queue_agg_feed(q->agg, bytes);
		return;
	}
	postfix_queue_feed(q->list, bytes);
	if (q->snap->messages > q->o.raw_max) {
		/* More than was counted, or nobody could count: start over
		 * with the far side doing the work. */
		exec_cancel(q->o.port.transport, q->exec);
		q->exec = NULL;
		drop(q);
		q->overflowed = true;
		next_in(q, 1);
	}
}

/* The first line of what a command complains about. */
static void
on_err(void *ctx, struct str bytes)
{
	struct hostlink_queue *q = ctx;

	for (size_t i = 0; i < bytes.n && q->err_n + 1 < sizeof q->err_text;
	     i++) {
		if (bytes.p[i] == '\n' && q->err_n > 0)
			break;
		if (bytes.p[i] != '\n')
			q->err_text[q->err_n++] = bytes.p[i];
	}
	q->err_text[q->err_n] = '\0';
}

/* A listing of no instance; the host's own words tell why. */
static void
complain(struct hostlink_queue *q, err_t err, const char *signal)
{
	char why[512];

	(void)snprintf(why, sizeof why, _("queue listing failed: %s%s%s"),
	    err != ERR_EXIT	? err_text(err)
	    : signal[0] != '\0' ? _("killed on the host")
				: _("status not 0"),
	    q->err_n > 0 ? ": " : "", q->err_text);
	failed(q, err, why);
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct hostlink_queue *q = ctx;
	struct event ev = {.kind = EVT_QUEUE};
	int64_t took_ms = now(q) - q->started_ms, cost_ms, period_ms;

	q->exec = NULL;
	if (err == ERR_CLOSED) {
		drop(q);
		return;
	}
	/* A listing whose command was killed is no listing: it would show
	 * an empty queue. */
	if (err != ERR_OK || status != 0 || signal[0] != '\0') {
		complain(q, err != ERR_OK ? err : ERR_EXIT, signal);
		return;
	}
	if (q->agg != NULL)
		err = postfix_queue_agg_end(q->agg);
	else
		err = postfix_queue_end(q->list);
	if (err != ERR_OK) {
		complain(q, err, "");
		return;
	}
	if (q->agg != NULL) {
		queue_derive_providers(q->snap, &q->o.port.lookup);
		if (q->snap->messages <= q->o.raw_max)
			q->overflowed = false;
	}
	q->snap->gen = ++q->gen;
	queue_finish(q->snap, now(q), took_ms);
	cost_ms = (int64_t)(q->snap->messages * US_PER_MESSAGE / 1000);
	if (took_ms < cost_ms)
		cost_ms = took_ms;
	period_ms = cost_ms * COST_FACTOR;
	if (period_ms < PERIOD_LEAST_MS)
		period_ms = PERIOD_LEAST_MS;
	if (period_ms > PERIOD_MOST_MS)
		period_ms = PERIOD_MOST_MS;
	q->early = q->snap->early;
	ev.u.queue = q->snap;
	q->snap = NULL;
	drop(q);
	q->o.port.emit(q->o.port.ctx, &ev);
	next_in(q, q->early && q->log_live ? 1 : period_ms);
}

/* The parser of a listing, or of counts; and the command that makes it. */
static err_t
prepare(struct hostlink_queue *q, bool aggregate, struct buf *cmd)
{
	int64_t host_ms = now(q) + q->found->clock_offset_ms;

	q->snap = queue_new(aggregate ? 0 : KEEP_MESSAGES);
	if (q->snap == NULL)
		return ERR_NOMEM;
	if (aggregate) {
		q->agg = postfix_queue_agg_new(q->snap);
		return q->agg == NULL ? ERR_NOMEM
				      : postfix_queue_agg_command(cmd, q->found,
					    POSTFIX_QUEUE_AGG_KEYS);
	}
	q->snap->early = !q->log_live;
	q->list = postfix_queue_new(q->snap, host_ms, &q->o.port.lookup);
	return q->list == NULL ? ERR_NOMEM
			       : postfix_queue_all_command(cmd, q->found);
}

static void
read_now(struct hostlink_queue *q)
{
	bool aggregate = q->overflowed ||
			 (q->known >= 0 && (uint64_t)q->known > q->o.raw_max);
	struct exec_opts eo = {.name = "queue",
	    .timeout_ms = RUN_TIMEOUT_MS,
	    .ctx = q,
	    .on_out = on_out,
	    .on_err = on_err,
	    .on_end = on_end};
	struct buf cmd;
	err_t err;

	if (q->found == NULL || q->exec != NULL)
		return;
	(void)uv_timer_stop(&q->timer);
	if (q->o.port.is_claimed(q->o.port.ctx)) {
		next_in(q, BEHIND_ACT_MS);
		return;
	}
	q->err_n = 0;
	q->err_text[0] = '\0';
	q->started_ms = now(q);
	buf_init(&cmd, SCRIPT_MAX_BYTES);
	err = prepare(q, aggregate, &cmd);
	if (err == ERR_OK) {
		eo.command = buf_cstr(&cmd);
		err = transport_exec(q->o.port.transport, &eo, &q->exec);
	}
	buf_done(&cmd);
	if (err != ERR_OK)
		failed(q, err, err_text(err));
}

static void
on_timer(uv_timer_t *t)
{
	read_now(t->data);
}

struct hostlink_queue *
hostlink_queue_new(const struct hostlink_queue_opts *o)
{
	struct hostlink_queue *q = calloc(1, sizeof *q);

	if (q == NULL)
		return NULL;
	q->o = *o;
	q->known = -1;
	(void)uv_timer_init(o->loop, &q->timer);
	q->timer.data = q;
	return q;
}

void
hostlink_queue_up(struct hostlink_queue *q, const struct discovery *found)
{
	q->found = found;
	read_now(q);
}

void
hostlink_queue_down(struct hostlink_queue *q)
{
	(void)uv_timer_stop(&q->timer);
	q->found = NULL;
	q->exec = NULL;
	q->log_live = q->early = false;
	drop(q);
}

void
hostlink_queue_now(struct hostlink_queue *q)
{
	read_now(q);
}

void
hostlink_queue_log_live(struct hostlink_queue *q)
{
	q->log_live = true;
	if (q->early)
		read_now(q);
}

void
hostlink_queue_counts(struct hostlink_queue *q, const struct queue_counts *c)
{
	q->known = 0;
	for (int i = 0; i < Q_N; i++) {
		if (c->n[i] < 0) {
			q->known = -1;
			return;
		}
		q->known += c->n[i];
	}
}

bool
hostlink_queue_runs(const struct hostlink_queue *q)
{
	return q->exec != NULL;
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

void
hostlink_queue_free(struct hostlink_queue *q)
{
	if (q == NULL)
		return;
	hostlink_queue_down(q);
	uv_close((uv_handle_t *)&q->timer, on_closed);
}
