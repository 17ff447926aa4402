/* queue_sum.c - queue rows of all hosts as one table; see queue_sum.h. */
#include "tui/queue_sum.h"

#include <stdlib.h>

enum { SUM_MAX = 1 << 20 };

void
queue_sum_done(struct queue_sum *q)
{
	free(q->rows);
	free(q->slots);
	*q = (struct queue_sum){0};
}

static bool
in_scope(const struct host *h, host_id host)
{
	return host == HOST_NONE || h->id == host;
}

/* Changes whenever the rows would. */
static uint64_t
signature_of(const struct model *m, host_id host, enum queue_dim dim)
{
	uint64_t sig = str_hash(STR_LIT("q"), (uint64_t)dim << 32 | host);

	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct host *h = &m->hosts[i];
		uint64_t v[3];

		if (!in_scope(h, host) || h->queue == NULL)
			continue;
		v[0] = i;
		v[1] = h->queue->gen;
		v[2] = (uint64_t)(uintptr_t)h->queue;
		sig = str_hash((struct str){(const char *)v, sizeof v}, sig);
	}
	return sig;
}

static bool
make_room(struct queue_sum *q, size_t rows)
{
	size_t slots = 64;

	if (rows > SUM_MAX)
		rows = SUM_MAX;
	while (slots < rows * 2)
		slots *= 2;
	queue_sum_done(q);
	q->rows = calloc(rows + 1, sizeof *q->rows);
	q->slots = calloc(slots, sizeof *q->slots);
	if (q->rows == NULL || q->slots == NULL) {
		queue_sum_done(q);
		return false;
	}
	q->room = rows;
	q->n_slots = slots;
	return true;
}

static struct queue_sum_row *
row_of(struct queue_sum *q, struct str key, host_id host)
{
	uint64_t hash = str_hash(key, 0);
	size_t mask = q->n_slots - 1, at = hash & mask;

	for (; q->slots[at] != 0; at = (at + 1) & mask) {
		struct queue_sum_row *r = &q->rows[q->slots[at] - 1];

		if (r->hash == hash && str_eq(r->key, key))
			return r;
	}
	if (q->n == q->room)
		return NULL;
	q->rows[q->n] =
	    (struct queue_sum_row){.hash = hash, .key = key, .host = host};
	q->slots[at] = (uint32_t)++q->n;
	return &q->rows[q->n - 1];
}

/* A reading that was added up over there may not be split by everything: its
 * messages are there all the same, their ages are not known. */
static void
add_unsplit(struct queue_sum *q, const struct host *h)
{
	struct queue_sum_row *to = row_of(q, (struct str){NULL, 0}, h->id);

	if (to == NULL)
		return;
	to->total += h->queue->messages;
	to->ages_unknown = true;
	to->n_hosts++;
}

static void
add_host(struct queue_sum *q, const struct host *h, enum queue_dim dim)
{
	const struct queue_table *t = &h->queue->by[dim];

	if (t->n == 0 && h->queue->messages > 0)
		add_unsplit(q, h);

	for (uint32_t i = 0; i < t->n; i++) {
		const struct queue_row *from = &t->rows[i];
		struct queue_sum_row *to =
		    row_of(q, intern_text(h->queue->texts, from->key), h->id);

		if (to == NULL)
			continue;
		to->total += from->total;
		for (int a = 0; a < AGE_BUCKETS; a++)
			to->age[a] += from->age[a];
		to->n_hosts++;
	}
}

static void
note_reading(struct queue_sum *q, const struct queue_snap *s)
{
	q->n_read++;
	q->messages += s->messages;
	q->aggregated |= s->aggregated;
	q->cut |= s->cut || s->unread != 0;
	if (q->oldest_ms == 0 || s->at_ms < q->oldest_ms)
		q->oldest_ms = s->at_ms;
	if (s->took_ms > q->slowest_ms)
		q->slowest_ms = s->took_ms;
}

void
queue_sum_make(struct queue_sum *q, const struct model *m, host_id host,
    enum queue_dim dim)
{
	uint64_t sig = signature_of(m, host, dim);
	size_t rows = 0;

	if (q->rows != NULL && q->signature == sig)
		return;
	for (host_id i = 0; i < m->n_hosts; i++)
		if (in_scope(&m->hosts[i], host) && m->hosts[i].queue != NULL)
			rows += 1 + m->hosts[i].queue->by[dim].n;
	if (!make_room(q, rows))
		return;
	q->signature = sig;
	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct host *h = &m->hosts[i];

		if (!in_scope(h, host))
			continue;
		q->n_hosts++;
		if (h->queue == NULL)
			continue;
		note_reading(q, h->queue);
		add_host(q, h, dim);
	}
}
