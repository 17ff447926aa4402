/* act_match.c - see act_match.h. */
#include "core/act_match.h"

static bool
is(const struct queue_snap *q, uint32_t id, const char *want)
{
	return want[0] == '\0' ||
	       str_ieq(intern_text(q->texts, id), str_of(want));
}

static bool
of_provider(const struct model *m, const struct queue_snap *q, uint32_t domain,
    const char *want)
{
	if (want[0] == '\0')
		return true;
	return str_ieq(
	    model_provider_of_domain(m, intern_text(q->texts, domain)),
	    str_of(want));
}

/* Queue ids are few: those that were tagged. */
static bool
is_among(const char *qids, struct str qid)
{
	struct str rest = str_of(qids), one;

	while (act_next_qid(&rest, &one))
		if (str_eq(one, qid))
			return true;
	return qids[0] == '\0';
}

static bool
of_egress(const struct model *m, const struct host *h, struct str qid,
    const char *want)
{
	egress_id e = EGRESS_NONE;

	if (want[0] == '\0')
		return true;
	e = model_egress_of_qid(m, h->id, qid);
	return e != EGRESS_NONE && strcmp(m->egress[e].ip, want) == 0;
}

static bool
matches(const struct model *m, const struct host *h, const struct queue_snap *q,
    const struct queue_msg *msg, const struct act_filter *f)
{
	int64_t age_ms = m->now_ms - msg->arrival_ms;

	return is(q, msg->domain, f->domain) && is(q, msg->sender, f->sender) &&
	       is(q, msg->rcpt, f->recipient) &&
	       of_egress(m, h, intern_text(q->texts, msg->qid), f->egress) &&
	       of_provider(m, q, msg->domain, f->provider) &&
	       (f->reply[0] == '\0' ||
		   str_find(intern_text(q->texts, msg->reply),
		       str_of(f->reply)) != SIZE_MAX) &&
	       is_among(f->qids, intern_text(q->texts, msg->qid)) &&
	       (f->older_ms == 0 || age_ms >= f->older_ms) &&
	       (f->younger_ms == 0 || age_ms < f->younger_ms) &&
	       (f->larger_bytes == 0 || msg->size_bytes > f->larger_bytes);
}

err_t
act_match(const struct model *m, const struct host *h,
    const struct act_filter *f, bool held, struct str *qids, size_t cap,
    size_t *n, size_t *n_shared)
{
	const struct queue_snap *q = h->queue;

	/* A reading that keeps fewer than it counted cannot say which. */
	if (q == NULL || q->aggregated || q->cut ||
	    (q->unread & INSTANCE_MAIN) != 0 || q->n_msgs < q->messages)
		return ERR_NOTFOUND;
	*n = *n_shared = 0;
	for (uint32_t i = 0; i < q->n_msgs; i++) {
		const struct queue_msg *msg = &q->msgs[i];

		/* Acts know the main instance only. */
		if (msg->instance != 0)
			continue;
		if ((msg->queue == Q_HOLD) != held || !matches(m, h, q, msg, f))
			continue;
		if (*n < cap)
			qids[*n] = intern_text(q->texts, msg->qid);
		(*n)++;
		*n_shared += msg->nrcpt > 1;
	}
	return ERR_OK;
}
