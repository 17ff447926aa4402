/*
 * update_drain.c - queue readings as they come, for the forecasts of a host, of
 * its egress IPs and of the providers most of its mail waits for.
 */
#include "core/model_index.h"

#include <stdlib.h>

void
update_drain_counts(struct host *h)
{
	static const enum queue_name waits[] = {
	    Q_INCOMING, Q_ACTIVE, Q_DEFERRED};
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		int64_t known = model_count_of(h, waits[i]);

		if (known < 0)
			return; /* not all is known */
		n += (uint64_t)known;
	}
	drain_add(&h->drain, h->counts_at_ms, n);
}

static struct drain_row *
find_row(const struct host *h, struct str name)
{
	for (unsigned i = 0; i < h->n_drains; i++)
		if (str_eq(str_of(h->drains[i].name), name))
			return &h->drains[i];
	return NULL;
}

/* A new one; in place of one that waits for nothing when there are many. */
static struct drain_row *
add_row(struct host *h, struct str name)
{
	struct drain_row *d = NULL;

	if (name.n >= sizeof d->name)
		return NULL;
	if (h->drains == NULL)
		h->drains = calloc(HOST_DRAINS, sizeof *h->drains);
	if (h->drains == NULL)
		return NULL;
	if (h->n_drains < HOST_DRAINS)
		d = &h->drains[h->n_drains++];
	for (unsigned i = 0; d == NULL && i < HOST_DRAINS; i++)
		if (h->drains[i].drain.state == DRAIN_EMPTY)
			d = &h->drains[i];
	if (d != NULL) {
		*d = (struct drain_row){0};
		str_copy(d->name, sizeof d->name, name);
	}
	return d;
}

static void
add_providers(struct host *h)
{
	const struct queue_table *t = &h->queue->by[QD_PROVIDER];
	int64_t at_ms = h->queue->at_ms;

	/* Largest first. */
	for (uint32_t i = 0; i < t->n && i < HOST_DRAINS; i++) {
		struct str name = intern_text(h->queue->texts, t->rows[i].key);
		struct drain_row *d;

		if (name.n == 0)
			continue;
		d = find_row(h, name);
		if (d == NULL)
			d = add_row(h, name);
		if (d != NULL)
			drain_add(&d->drain, at_ms, t->rows[i].total);
	}
	/* Those that are no longer among them: none waits, unless there are
	 * more keys than were looked at. */
	for (unsigned i = 0; t->n <= HOST_DRAINS && i < h->n_drains; i++)
		drain_add(&h->drains[i].drain, at_ms, 0);
}

void
update_drain_queue(struct model *m, struct host *h)
{
	/* What was cut in the middle, or lacks an instance, would look like
	 * mail that left. */
	if (h->queue->cut || h->queue->unread != 0)
		return;
	if (h->counts_at_ms == 0)
		drain_add(&h->drain, h->queue->at_ms,
		    h->queue->messages - h->queue->by_queue[Q_HOLD]);
	for (egress_id i = 0; i < m->n_egress; i++)
		if (m->egress[i].host == h->id && m->egress[i].queue_known)
			drain_add(&m->egress[i].drain, h->queue->at_ms,
			    m->egress[i].queue);
	add_providers(h);
}

struct drain_view
model_drain_of_provider(const struct model *m, host_id host, struct str name)
{
	struct drain_view v = {0};

	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct drain_row *d;

		if (host != HOST_NONE && i != host)
			continue;
		d = find_row(&m->hosts[i], name);
		if (d != NULL)
			drain_join(&v, &d->drain);
	}
	return v;
}

struct drain_view
model_drain_of_host(const struct model *m, host_id host)
{
	struct drain_view v = {0};

	for (host_id i = 0; i < m->n_hosts; i++)
		if (host == HOST_NONE || i == host)
			drain_join(&v, &m->hosts[i].drain);
	return v;
}

struct drain_view
model_drain_of_egress(const struct model *m, host_id host, struct str label)
{
	struct drain_view v = {0};

	for (egress_id i = 0; i < m->n_egress; i++)
		if ((host == HOST_NONE || m->egress[i].host == host) &&
		    str_eq(str_of(model_egress_label(&m->egress[i])), label))
			drain_join(&v, &m->egress[i].drain);
	return v;
}
