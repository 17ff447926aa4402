/*
 * model.c - the model's birth and end, and questions about it; what changes
 * it is in update*.c.
 */
#include "core/i18n.h"
#include "core/listing_int.h"
#include "core/model_index.h"
#include "core/pages.h"

#include <stdlib.h>

static void
init_host(struct model *m, host_id id, const char *name)
{
	struct host *h = &m->hosts[id];

	h->id = id;
	str_copy(h->name, sizeof h->name, str_of(name));
	for (int i = 0; i < Q_N; i++)
		h->counts.n[i] = -1;
	m->index->hosts[id].rest = EGRESS_NONE;
}

struct model *
model_new(const struct model_opts *o)
{
	struct model *m = calloc(1, sizeof *m);
	uint32_t keys = o->max_keys == 0 ? KEYS_DEFAULT : o->max_keys;

	if (m == NULL)
		return NULL;
	m->catalogue = o->catalogue;
	m->lists = o->lists;
	m->reader = o->reader;
	m->throttle_rules =
	    o->throttles == NULL ? throttle_rules_default : *o->throttles;
	m->hosts = calloc(o->n_hosts + 1U, sizeof *m->hosts);
	m->texts = intern_new(TEXTS_MAX_IDS, TEXTS_MAX_BYTES);
	m->index = pages_new(sizeof *m->index);
	if (m->index != NULL)
		memset(m->index, 0, sizeof *m->index);
	if (m->hosts == NULL || m->texts == NULL || m->index == NULL)
		goto fail;
	if (!listings_init(&m->listings, m->lists))
		goto fail;
	m->index->max_keys = keys > KEYS_MAX ? KEYS_MAX : keys;
	m->index->hosts = calloc(o->n_hosts + 1U, sizeof *m->index->hosts);
	if (m->index->hosts == NULL)
		goto fail;
	if (o->log_bytes > 0) {
		m->log = logring_new(o->log_bytes);
		if (m->log == NULL)
			goto fail;
	}
	m->n_hosts = o->n_hosts;
	alerts_init(m, o->alerts);
	for (host_id i = 0; i < o->n_hosts; i++)
		init_host(m, i, o->host_names[i]);
	return m;
fail:
	model_free(m);
	return NULL;
}

static void
free_keyed(struct keyed *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		tally_done(&v[i].tally);
	free(v);
}

static void
free_index(struct model *m)
{
	struct model_index *x = m->index;

	if (x == NULL)
		return;
	for (host_id i = 0; i < m->n_hosts; i++) {
		table_done(&x->hosts[i].tags);
		qids_done(&x->hosts[i].qids);
	}
	free(x->hosts);
	keys_done(&x->providers);
	keys_done(&x->domains);
	keys_done(&x->senders);
	keys_done(&x->replies);
	keys_done(&x->cells);
	free(x->throttled.cells);
	free(x);
}

void
model_free(struct model *m)
{
	if (m == NULL)
		return;
	for (host_id i = 0; i < m->n_hosts; i++) {
		struct host *h = &m->hosts[i];

		tally_done(&h->tally);
		gauge_done(&h->deferred_queue);
		free(h->drains);
		queue_free(h->queue);
		queue_free(h->match);
		free(h->found);
	}
	free(m->hosts);
	for (egress_id i = 0; i < m->n_egress; i++)
		tally_done(&m->egress[i].tally);
	free(m->egress);
	free_keyed(m->providers, m->n_providers);
	free_keyed(m->domains, m->n_domains);
	free_keyed(m->senders, m->n_senders);
	for (uint32_t i = 0; i < m->n_replies; i++)
		tally_done(&m->replies[i].tally);
	free(m->replies);
	for (uint32_t i = 0; i < m->n_cells; i++) {
		tally_done(&m->cells[i].tally);
		throttle_free(m->cells[i].throttle);
	}
	free(m->cells);
	listings_done(&m->listings);
	free_index(m);
	intern_free(m->texts);
	logring_free(m->log);
	alerts_done(m);
	acts_done(&m->acts);
	if (m->message != NULL) {
		buf_done(&m->message->text);
		free(m->message);
	}
	free(m);
}

enum fresh
model_fresh(const struct model *m, const struct host *h, int64_t at_ms,
    int64_t period_ms)
{
	if (at_ms == 0)
		return FRESH_NODATA;
	if (h->link != LINK_UP)
		return FRESH_ERROR;
	return m->now_ms - at_ms > 3 * period_ms ? FRESH_STALE : FRESH_LIVE;
}

egress_id
model_egress_of_qid(const struct model *m, host_id h, struct str qid)
{
	const struct qid_entry *e;

	if (h >= m->n_hosts)
		return EGRESS_NONE;
	e = qids_find(&m->index->hosts[h].qids, qids_hash(qid));
	return e == NULL ? EGRESS_NONE : e->egress;
}

struct str
model_provider_of_domain(const struct model *m, struct str domain)
{
	uint32_t id = intern_find(m->texts, domain);
	const struct keyed *k =
	    id == INTERN_OTHER ? NULL : keys_find_domain(m, id);

	if (k != NULL && k->provider != 0)
		return intern_text(m->texts, k->provider);
	return provider_of_domain(m->catalogue, domain);
}

const char *
model_egress_label(const struct egress *e)
{
	if (e->rest)
		return _("not attributable");
	return e->ip[0] != '\0' ? e->ip : _("default");
}

static bool
match_is(const struct host *h, enum queue_dim dim, struct str key)
{
	return h->match_dim == dim && str_eq(str_of(h->match_key), key);
}

const struct queue_snap *
model_messages_of(const struct host *h, enum queue_dim dim, struct str key)
{
	if (h->queue == NULL || !h->queue->aggregated)
		return h->queue;
	return match_is(h, dim, key) ? h->match : NULL;
}

bool
model_match_failed(const struct host *h, enum queue_dim dim, struct str key)
{
	return h->match_err != ERR_OK && match_is(h, dim, key);
}

int64_t
model_count_of(const struct host *h, enum queue_name q)
{
	bool several = h->found != NULL && h->found->n_further > 0;

	/* A lone instance's figures are read or not one by one; a sum over
	 * several does not tell what it lacks. */
	if (h->counts_at_ms == 0 || (several && h->counts.unread != 0))
		return -1;
	return h->counts.n[q];
}
