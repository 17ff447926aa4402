/*
 * queue.c - building a reading of a queue; see queue.h. Every table is
 * bounded: a key beyond the bound is counted as "(others)" and in `others`,
 * so that totals stay true however hostile the listing is.
 */
#include "core/queue.h"

#include <stdlib.h>

#include "core/shape.h"

enum {
	KEYS_MAX = 50000,    /* a dimension; the rest is one row */
	TEXTS_MAX = 1000000, /* different strings of a reading */
	TEXTS_MAX_BYTES = 32 * 1024 * 1024,
	SEEN_MAX = 4 * 1024 * 1024, /* queue ids the duplicate check holds */
	ITEM_KEYS_MAX = 64, /* a message and dimension; the rest is one */
	DOMAIN_MAX = 255,   /* RFC 1035 2.3.4 */
	SENDER_MAX = 320,   /* RFC 5321 4.5.3.1: 64 + 1 + 255 */
};

struct queue_snap *
queue_new(uint32_t max_msgs)
{
	struct queue_snap *q = calloc(1, sizeof *q);

	if (q == NULL)
		return NULL;
	q->max_msgs = max_msgs;
	q->texts = intern_new(TEXTS_MAX, TEXTS_MAX_BYTES);
	if (q->texts == NULL) {
		queue_free(q);
		return NULL;
	}
	return q;
}

void
queue_free(struct queue_snap *q)
{
	if (q == NULL)
		return;
	for (int d = 0; d < QD_N; d++) {
		free(q->by[d].rows);
		free(q->by[d].slots);
	}
	intern_free(q->texts);
	free(q->msgs);
	free(q->seen);
	free(q);
}

/* Ids are small and dense: a multiplication spreads them enough. */
static uint32_t
slot_of(const struct queue_table *t, uint32_t key)
{
	uint32_t at = (key * 0x9e3779b1U) & (t->n_slots - 1);

	while (t->slots[at] != 0 && t->rows[t->slots[at] - 1].key != key)
		at = (at + 1) & (t->n_slots - 1);
	return at;
}

static bool
grow(struct queue_table *t)
{
	uint32_t room = t->room == 0 ? 64 : t->room * 2, *slots;
	struct queue_row *rows = realloc(t->rows, room * sizeof *rows);

	if (rows == NULL)
		return false;
	t->rows = rows;
	slots = calloc(room * 2U, sizeof *slots);
	if (slots == NULL)
		return false;
	free(t->slots);
	t->slots = slots;
	t->n_slots = room * 2;
	t->room = room;
	for (uint32_t i = 0; i < t->n; i++)
		t->slots[slot_of(t, t->rows[i].key)] = i + 1;
	return true;
}

/* The row of key, or of "(others)" when the table is full; NULL: no memory
 * even for that. */
static struct queue_row *
row_of(struct queue_table *t, uint32_t key)
{
	uint32_t at;

	if (t->n_slots > 0) {
		at = slot_of(t, key);
		if (t->slots[at] != 0)
			return &t->rows[t->slots[at] - 1];
	}
	if (t->n >= KEYS_MAX && key != INTERN_OTHER)
		return row_of(t, INTERN_OTHER);
	if (t->n == t->room && !grow(t))
		return key == INTERN_OTHER ? NULL : row_of(t, INTERN_OTHER);
	at = slot_of(t, key);
	t->rows[t->n] = (struct queue_row){.key = key};
	t->slots[at] = ++t->n;
	return &t->rows[t->n - 1];
}

static err_t
count(struct queue_snap *q, enum queue_dim dim, uint32_t key, unsigned age,
    uint32_t messages)
{
	struct queue_row *row = row_of(&q->by[dim], key);

	if (row == NULL)
		return ERR_NOMEM;
	if (row->key == INTERN_OTHER)
		q->others += messages;
	row->total += messages;
	row->age[age] += messages;
	return ERR_OK;
}

/* The id to count s under: its own, or "(others)" once the table is full, so
 * that hostile keys do not fill the texts either. */
static uint32_t
key_of(struct queue_snap *q, enum queue_dim dim, struct str s)
{
	uint32_t id = intern_find(q->texts, s);

	if (id == INTERN_OTHER && q->by[dim].n < KEYS_MAX)
		id = intern_id(q->texts, s);
	return id;
}

/* Makes room for one more id; false: no memory, or the bound is reached. */
static bool
seen_room(struct queue_snap *q)
{
	uint32_t n = q->seen_slots == 0 ? 1024 : q->seen_slots * 2;
	uint64_t *slots;

	if (q->n_seen < q->seen_slots / 4 * 3)
		return true;
	if (q->n_seen >= SEEN_MAX)
		return false;
	slots = calloc(n, sizeof *slots);
	if (slots == NULL)
		return false;
	for (uint32_t i = 0; i < q->seen_slots; i++) {
		uint32_t at = (uint32_t)q->seen[i] & (n - 1);

		if (q->seen[i] == 0)
			continue;
		while (slots[at] != 0)
			at = (at + 1) & (n - 1);
		slots[at] = q->seen[i];
	}
	free(q->seen);
	q->seen = slots;
	q->seen_slots = n;
	return true;
}

/* True when qid was there before in that instance, in which alone it is of one
 * message; else it is from now on. Kept as a 64-bit
 * hash: a million ids collide once in 36 million readings. */
static bool
seen_before(struct queue_snap *q, uint8_t instance, struct str qid)
{
	uint64_t hash = str_hash(qid, (uint64_t)(uintptr_t)q + instance);
	bool room = seen_room(q);
	uint32_t at;

	if (q->seen_slots == 0)
		return false;
	if (hash == 0)
		hash = 1;
	at = (uint32_t)hash & (q->seen_slots - 1);
	while (q->seen[at] != 0) {
		if (q->seen[at] == hash)
			return true;
		at = (at + 1) & (q->seen_slots - 1);
	}
	if (room) {
		q->seen[at] = hash;
		q->n_seen++;
	}
	return false;
}

/* The different keys of one message in one dimension: each counts once. */
struct item_keys {
	uint32_t id[ITEM_KEYS_MAX];
	uint32_t n;
};

static void
keys_add(struct item_keys *k, uint32_t id)
{
	for (uint32_t i = 0; i < k->n; i++)
		if (k->id[i] == id)
			return;
	if (k->n < ITEM_KEYS_MAX - 1)
		k->id[k->n++] = id;
	else if (id != INTERN_OTHER && k->n < ITEM_KEYS_MAX)
		k->id[k->n++] = INTERN_OTHER;
}

static err_t
count_keys(struct queue_snap *q, enum queue_dim dim, const struct item_keys *k,
    unsigned age)
{
	err_t err = ERR_OK;

	for (uint32_t i = 0; i < k->n && err == ERR_OK; i++)
		err = count(q, dim, k->id[i], age, 1);
	return err;
}

/* What is behind the last '@', in lower case; low[DOMAIN_MAX] is its home. */
static struct str
domain_of(struct str address, char low[DOMAIN_MAX])
{
	size_t at = address.n;

	while (at > 0 && address.p[at - 1] != '@')
		at--;
	if (at == 0)
		return (struct str){NULL, 0};
	address = str_from(address, at);
	if (address.n > DOMAIN_MAX)
		address.n = DOMAIN_MAX;
	for (size_t i = 0; i < address.n; i++) {
		char c = address.p[i];

		low[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	return (struct str){low, address.n};
}

static uint32_t
reply_of(struct queue_snap *q, struct str reason)
{
	char shape[SHAPE_MAX];
	bool remote;
	size_t n = shape_of(shape, shape_reply(reason, &remote));

	return key_of(q, QD_REPLY, (struct str){shape, n});
}

/* Recipients in their three dimensions; first[] gets the first recipient's
 * ids of domain and reply. */
static err_t
count_recipients(struct queue_snap *q, const struct queue_item *it,
    unsigned age, const struct queue_lookup *lookup, uint32_t first[2])
{
	struct item_keys domains = {.n = 0}, providers = {.n = 0},
			 replies = {.n = 0};
	struct str last_domain = {NULL, 0}, last_reason = {NULL, 0};
	char low[2][DOMAIN_MAX];
	err_t err;

	for (uint32_t i = 0; i < it->n_rcpt; i++) {
		const struct queue_rcpt *r = &it->rcpt[i];
		struct str domain = domain_of(r->address, low[i & 1]);

		/* neighbours mostly share both */
		if (i == 0 || !str_eq(domain, last_domain)) {
			keys_add(&domains, key_of(q, QD_DOMAIN, domain));
			if (lookup != NULL && lookup->provider_of != NULL)
				keys_add(
				    &providers, key_of(q, QD_PROVIDER,
						    lookup->provider_of(
							lookup->ctx, domain)));
		}
		last_domain = domain;
		if (r->reason.n > 0 && !str_eq(r->reason, last_reason)) {
			last_reason = r->reason;
			keys_add(&replies, reply_of(q, r->reason));
		}
		if (i == 0) {
			first[0] = domains.id[0];
			first[1] = replies.n > 0 ? replies.id[0] : 0;
		}
	}
	err = count_keys(q, QD_DOMAIN, &domains, age);
	if (err == ERR_OK)
		err = count_keys(q, QD_PROVIDER, &providers, age);
	if (err == ERR_OK)
		err = count_keys(q, QD_REPLY, &replies, age);
	return err;
}

/* Keeps the message for drilling down, if there is room. */
static void
keep_msg(
    struct queue_snap *q, const struct queue_item *it, const uint32_t first[2])
{
	struct str rcpt =
	    it->n_rcpt > 0 ? it->rcpt[0].address : (struct str){NULL, 0};
	int64_t size = it->size_bytes < 0 ? 0 : it->size_bytes;

	if (q->n_msgs >= q->max_msgs)
		return;
	if (q->n_msgs == q->room_msgs) {
		uint32_t room = q->room_msgs == 0 ? 64 : q->room_msgs * 2;
		struct queue_msg *m;

		if (room > q->max_msgs)
			room = q->max_msgs;
		m = realloc(q->msgs, room * sizeof *m);
		if (m == NULL)
			return;
		q->msgs = m;
		q->room_msgs = room;
	}
	q->msgs[q->n_msgs++] = (struct queue_msg){
	    .qid = intern_id(q->texts, it->qid),
	    .sender = intern_id(q->texts, it->sender),
	    .domain = first[0],
	    .reply = first[1],
	    .rcpt = intern_id(q->texts, rcpt),
	    .nrcpt = it->n_rcpt,
	    .size_bytes = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size,
	    .arrival_ms = it->arrival_ms,
	    .queue = (uint8_t)it->queue,
	    .instance = it->instance,
	};
}

err_t
queue_add(struct queue_snap *q, const struct queue_item *it, int64_t at_ms,
    const struct queue_lookup *lookup)
{
	unsigned age = age_bucket(at_ms - it->arrival_ms);
	uint32_t first[2] = {0, 0};
	struct str sender = it->sender;
	err_t err;

	if (seen_before(q, it->instance, it->qid)) {
		q->duplicates++;
		return ERR_OK;
	}
	q->messages++;
	q->by_queue[it->queue]++;
	if (it->size_bytes > 0)
		q->bytes += (uint64_t)it->size_bytes;
	if (sender.n > SENDER_MAX)
		sender.n = SENDER_MAX;
	err = count(q, QD_SENDER, key_of(q, QD_SENDER, sender), age, 1);
	if (err == ERR_OK)
		err = count_recipients(q, it, age, lookup, first);
	if (err == ERR_OK && lookup != NULL && lookup->egress_of != NULL) {
		struct str egress = lookup->egress_of(lookup->ctx, it->qid);

		err = count(q, QD_EGRESS, key_of(q, QD_EGRESS, egress), age, 1);
	}
	if (err == ERR_OK)
		keep_msg(q, it, first);
	return err;
}

err_t
queue_add_row(struct queue_snap *q, enum queue_dim dim, struct str key,
    unsigned age, uint32_t messages)
{
	char shape[SHAPE_MAX];
	uint32_t id;

	if (age >= AGE_BUCKETS)
		return ERR_RANGE;
	if (str_eq(key, intern_text(q->texts, INTERN_OTHER))) {
		id = INTERN_OTHER;
	} else {
		if (dim == QD_REPLY)
			key = (struct str){shape, shape_of(shape, key)};
		else if (key.n > SENDER_MAX)
			key.n = SENDER_MAX;
		id = key_of(q, dim, key);
	}
	return count(q, dim, id, age, messages);
}

static int
by_total(const void *a, const void *b)
{
	const struct queue_row *x = a, *y = b;

	if (x->total != y->total)
		return x->total < y->total ? 1 : -1;
	return (x->key > y->key) - (x->key < y->key);
}

void
queue_derive_providers(struct queue_snap *q, const struct queue_lookup *lookup)
{
	if (lookup == NULL || lookup->provider_of == NULL)
		return;
	for (uint32_t i = 0; i < q->by[QD_DOMAIN].n; i++) {
		const struct queue_row *r = &q->by[QD_DOMAIN].rows[i];
		struct str provider = lookup->provider_of(
		    lookup->ctx, intern_text(q->texts, r->key));

		for (unsigned age = 0; age < AGE_BUCKETS; age++)
			if (r->age[age] > 0)
				(void)queue_add_row(
				    q, QD_PROVIDER, provider, age, r->age[age]);
	}
}

void
queue_finish(struct queue_snap *q, int64_t at_ms, int64_t took_ms)
{
	q->at_ms = at_ms;
	q->took_ms = took_ms;
	for (int d = 0; d < QD_N; d++) {
		struct queue_table *t = &q->by[d];

		if (t->n > 1)
			qsort(t->rows, t->n, sizeof *t->rows, by_total);
		free(t->slots);
		t->slots = NULL;
		t->n_slots = 0;
	}
	free(q->seen);
	q->seen = NULL;
	q->n_seen = q->seen_slots = 0;
}
