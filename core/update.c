/*
 * update.c - model_update(): one function for each kind of event. What an
 * event moves is the model's from here on, also when the event names a host
 * that does not exist.
 */
#include "core/model_index.h"
#include "core/spool.h"

#include <stdlib.h>

static void
copy_text(char *dst, size_t cap, const char *text)
{
	str_copy(dst, cap, str_of(text));
}

static void
on_link(struct host *h, const struct event *in)
{
	if (h->link != in->u.link.state)
		h->link_since_ms = in->at_ms;
	h->link = in->u.link.state;
	if (h->link == LINK_UP || h->link == LINK_IDLE)
		h->down_since_ms = 0;
	else if (h->down_since_ms == 0 &&
		 (h->link == LINK_WAITING || h->link == LINK_FAILED))
		h->down_since_ms = in->at_ms;
	h->retry_at_ms = h->link == LINK_WAITING ? in->u.link.retry_at_ms : 0;
	h->link_err = in->u.link.err;
	/* The last failure is told until the link is up again, and well. */
	if (h->link == LINK_UP && h->link_err == ERR_OK)
		h->link_text[0] = '\0';
	else if (in->u.link.text != NULL)
		copy_text(h->link_text, sizeof h->link_text, in->u.link.text);
	if (in->u.link.transport != NULL)
		copy_text(
		    h->transport, sizeof h->transport, in->u.link.transport);
}

static void
on_gap(struct host *h, const struct event *in)
{
	if (h->n_gaps == MAX_GAPS) {
		memmove(h->gaps, h->gaps + 1, (MAX_GAPS - 1) * sizeof *h->gaps);
		h->n_gaps--;
	}
	h->gaps[h->n_gaps++] = (struct gap){.from_ms = in->u.gap.since_ms,
	    .to_ms = in->at_ms,
	    .bytes = in->u.gap.bytes};
}

static void
on_log_live(struct host *h, const struct event *in)
{
	h->log_live = true;
	h->log_live_ms = in->at_ms;
	h->log_at_ms = in->at_ms;
	/* An empty log: from now on it is covered. */
	if (h->log_from_ms == 0)
		h->log_from_ms = in->at_ms;
}

static void
on_counts(struct host *h, const struct event *in)
{
	int64_t deferred;

	h->counts = *in->u.counts;
	h->counts_at_ms = in->at_ms - in->u.counts->age_ms;
	update_drain_counts(h);
	deferred = model_count_of(h, Q_DEFERRED);
	if (deferred >= 0)
		gauge_set(&h->deferred_queue, in->at_ms,
		    deferred > UINT32_MAX ? UINT32_MAX : (uint32_t)deferred);
}

/* Messages per egress row, from a reading's rows of labels. */
static void
spread_queue(struct model *m, const struct host *h)
{
	const struct queue_table *t = &h->queue->by[QD_EGRESS];

	for (egress_id i = 0; i < m->n_egress; i++) {
		struct egress *e = &m->egress[i];
		struct str label;

		if (e->host != h->id)
			continue;
		label = str_of(model_egress_label(e));
		e->queue = 0;
		/* A reading that could not name it is no reading of zero, nor
		 * is one that lacks an instance's queue. */
		e->queue_known = (e->instances & h->queue->unread) == 0 &&
				 (h->queue->messages == 0 ||
				     (t->n > 0 && !h->queue->early &&
					 (e->attributable || e->rest)));
		for (uint32_t k = 0; k < t->n; k++)
			if (str_eq(intern_text(h->queue->texts, t->rows[k].key),
				label))
				e->queue = t->rows[k].total;
	}
}

static void
on_queue(struct model *m, struct host *h, const struct event *in)
{
	uint64_t gen = h->queue == NULL ? 0 : h->queue->gen;

	queue_free(h->queue);
	h->queue = in->u.queue;
	h->queue->gen = gen + 1;
	h->queue_try_ms = in->at_ms;
	h->queue_err = ERR_OK;
	h->queue_err_text[0] = '\0';
	spread_queue(m, h);
	update_drain_queue(m, h);
}

static void
on_match(struct host *h, const struct event *in)
{
	queue_free(h->match);
	h->match = in->u.match.snap;
	h->match_dim = in->u.match.dim;
	h->match_err = in->u.match.err;
	copy_text(h->match_key, sizeof h->match_key, in->u.match.key);
	copy_text(h->match_text, sizeof h->match_text, in->u.match.text);
}

static void
on_queue_fail(struct host *h, const struct event *in)
{
	h->queue_try_ms = in->at_ms;
	h->queue_err = in->u.queue_fail.err;
	copy_text(
	    h->queue_err_text, sizeof h->queue_err_text, in->u.queue_fail.text);
}

static void
free_message(struct message_detail *d)
{
	if (d == NULL)
		return;
	buf_done(&d->text);
	free(d);
}

/* The event's host is not ours: what it moved must not leak. */
static void
drop(const struct event *in)
{
	if (in->kind == EVT_QUEUE)
		queue_free(in->u.queue);
	else if (in->kind == EVT_QUEUE_MATCH)
		queue_free(in->u.match.snap);
	else if (in->kind == EVT_MESSAGE)
		free_message(in->u.message);
}

static void
on_host_event(struct model *m, struct host *h, const struct event *in)
{
	switch (in->kind) {
	case EVT_LINK:
		on_link(h, in);
		break;
	case EVT_DISCOVERY:
		update_discovery(m, h, in);
		break;
	case EVT_LOG:
		update_log(m, h, in);
		break;
	case EVT_LOG_GAP:
		on_gap(h, in);
		break;
	case EVT_LOG_LIVE:
		on_log_live(h, in);
		/* What the log told is of now from here on. */
		update_throttles(m, true);
		update_listing_quiet(m, true);
		break;
	case EVT_COUNTS:
		on_counts(h, in);
		break;
	case EVT_VITALS:
		h->vitals = *in->u.vitals;
		h->vitals_at_ms = in->at_ms;
		spool_findings(h);
		break;
	case EVT_QUEUE:
		on_queue(m, h, in);
		break;
	case EVT_QUEUE_MATCH:
		on_match(h, in);
		break;
	case EVT_QUEUE_FAIL:
		on_queue_fail(h, in);
		break;
	case EVT_MESSAGE:
		free_message(m->message);
		m->message = in->u.message;
		m->message->host = h->id;
		break;
	case EVT_LEASES:
		update_leases(m, h, in);
		break;
	default: /* those of no host: model_update() */
		break;
	}
}

/* Events that belong to no host; false: this one does. */
static bool
on_own_event(struct model *m, const struct event *in)
{
	switch (in->kind) {
	case EVT_TICK:
		update_throttles(m, false);
		update_listing(m, in);
		update_alerts(m);
		update_acts(m);
		return true;
	case EVT_SUBJECTS:
	case EVT_LIST_ANSWER:
	case EVT_LIST_HEALTH:
	case EVT_LISTINGS_PAST:
		update_listing(m, in);
		if (in->kind == EVT_LIST_ANSWER &&
		    in->u.answer->verdict == VERDICT_LISTED)
			update_alerts_listed(m, in->u.answer->list);
		m->version++;
		return true;
	case EVT_ALERT_ACK:
	case EVT_ALERT_MUTE:
		update_alert(m, in);
		m->version++;
		return true;
	default:
		return false;
	}
}

void
model_update(struct model *m, const struct event *in)
{
	m->now_ms = in->at_ms;
	if (m->started_ms == 0)
		m->started_ms = in->at_ms;
	if (on_own_event(m, in))
		return;
	if (in->host >= m->n_hosts) {
		drop(in);
		return;
	}
	on_host_event(m, &m->hosts[in->host], in);
	m->version++;
}
