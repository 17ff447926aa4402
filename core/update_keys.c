/*
 * update_keys.c - the model's keyed rows: found by key, made when new, bounded.
 * When an array is three quarters full, rows that were quiet for an hour go;
 * what still finds no room is counted in the row of INTERN_OTHER and told in
 * m->lumped. "An hour" is in log time, so that a history read in a second is
 * treated like the hours it speaks of.
 */
#include "core/model_index.h"
#include "core/pages.h"

#include <assert.h>
#include <stdlib.h>

/* Odd, with bits everywhere: different lists come out far apart. */
#define LIST_MIX UINT64_C(0x9e3779b97f4a7c15)

/* Where the parts of a row lie, so that one piece of code serves all. */
struct row_kind {
	size_t size, tally;
	uint64_t (*key)(const void *row);
	void (*done)(void *row); /* of what it owns beside the tally; NULL */
	bool by_text;		 /* the key is a text id */
};

static uint64_t
keyed_key(const void *row)
{
	return ((const struct keyed *)row)->key;
}

static uint64_t
cell_key(const void *row)
{
	const struct cell *c = row;

	return (uint64_t)c->egress << 32 | c->provider;
}

static uint64_t
reply_key_of(const struct reply_facts *f, uint32_t provider, egress_id egress,
    host_id host)
{
	uint32_t who =
	    egress != EGRESS_NONE ? egress : 1U << 31 | (uint32_t)host;
	uint64_t key = (uint64_t)f->shape << 48 | (uint64_t)provider << 32 |
		       who | (uint32_t)f->local << 30 |
		       (uint32_t)f->remote << 29;

	/* All bits are taken: the list is mixed in. */
	return f->list == LIST_NONE ? key : key ^ (f->list + 1U) * LIST_MIX;
}

static uint64_t
reply_key(const void *row)
{
	const struct reply_group *g = row;
	struct reply_facts f = {.shape = g->shape,
	    .local = g->local,
	    .remote = g->remote,
	    .list = g->list};

	return reply_key_of(&f, g->provider, g->egress, g->host);
}

static void
cell_done(void *row)
{
	throttle_free(((struct cell *)row)->throttle);
}

static const struct row_kind keyed_kind = {.size = sizeof(struct keyed),
    .tally = offsetof(struct keyed, tally),
    .key = keyed_key,
    .by_text = true};
static const struct row_kind cell_kind = {.size = sizeof(struct cell),
    .tally = offsetof(struct cell, tally),
    .key = cell_key,
    .done = cell_done};
static const struct row_kind reply_kind = {.size = sizeof(struct reply_group),
    .tally = offsetof(struct reply_group, tally),
    .key = reply_key};

/* So that what is added to is one cache line, see struct tally. */
static_assert(offsetof(struct keyed, tally) == 8 &&
		  offsetof(struct cell, tally) == 8 &&
		  offsetof(struct reply_group, tally) == 8,
    "a key of eight bytes before the tally");

static struct tally *
tally_of(const struct row_kind *k, char *row)
{
	return (struct tally *)(void *)(row + k->tally);
}

static inline uint32_t
find_text(const struct rows *rows, uint32_t id)
{
	return id < rows->n_row1 ? rows->row1[id] - 1 : TABLE_NONE;
}

static uint32_t
find(const struct row_kind *k, const struct rows *rows, uint64_t key)
{
	return k->by_text ? find_text(rows, (uint32_t)key)
			  : table_find(&rows->at, key);
}

/* Room in row1 for id; ids are dense, because they come in order. */
static bool
reserve_text(struct rows *rows, uint32_t id)
{
	uint32_t n = rows->n_row1 == 0 ? 64 : rows->n_row1;
	uint32_t *more;

	if (id < rows->n_row1)
		return true;
	while (n <= id)
		n *= 2;
	more = realloc(rows->row1, n * sizeof *more);
	if (more == NULL)
		return false;
	memset(more + rows->n_row1, 0, (n - rows->n_row1) * sizeof *more);
	rows->row1 = more;
	rows->n_row1 = n;
	return true;
}

static bool
put(const struct row_kind *k, struct rows *rows, uint64_t key, uint32_t row)
{
	if (!k->by_text)
		return table_put(&rows->at, key, row);
	if (!reserve_text(rows, (uint32_t)key))
		return false;
	rows->row1[key] = row + 1;
	return true;
}

static void
forget_keys(struct rows *rows)
{
	table_clear(&rows->at);
	if (rows->row1 != NULL)
		memset(rows->row1, 0, rows->n_row1 * sizeof *rows->row1);
}

void
keys_done(struct rows *rows)
{
	table_done(&rows->at);
	free(rows->row1);
	rows->row1 = NULL;
	rows->n_row1 = 0;
}

/* Whoever knows rows by their index hears where they are now. */
static void
tell_moved(struct model *m, const struct rows *rows, const uint32_t *now_at,
    uint32_t n)
{
	if (rows == &m->index->cells)
		update_throttle_cells(m);
	if (rows != &m->index->replies)
		return;
	update_throttle_groups(m, now_at, n);
	update_listing_groups(m, now_at, n);
}

/* Drops idle rows, keeps the order of the others. */
static void
compact(struct model *m, const struct row_kind *k, char *v, uint32_t *n,
    struct rows *rows)
{
	int64_t before = m->index->log_ms - IDLE_MS, oldest = INT64_MAX;
	uint32_t to = 0, was = *n;
	uint32_t *now_at;

	rows->compacted_ms = m->index->log_ms;
	if (rows->oldest_ms >= before)
		return;
	now_at = malloc(was * sizeof *now_at);
	for (uint32_t i = 0; i < was; i++) {
		char *row = v + i * k->size;
		int64_t last_ms = tally_of(k, row)->last_ms;
		bool idle = last_ms < before;

		if (now_at != NULL)
			now_at[i] = idle ? UINT32_MAX : to;
		if (idle) {
			if (k->done != NULL)
				k->done(row);
			tally_done(tally_of(k, row));
			m->lumped.rows_dropped++;
			continue;
		}
		if (last_ms < oldest)
			oldest = last_ms;
		if (to != i)
			memcpy(v + to * k->size, row, k->size);
		to++;
	}
	*n = to;
	rows->oldest_ms = oldest;
	if (to < was) {
		forget_keys(rows);
		for (uint32_t i = 0; i < to; i++)
			/* Cannot fail: there was room for more before. */
			(void)put(k, rows, k->key(v + i * k->size), i);
		tell_moved(m, rows, now_at, was);
	}
	free(now_at);
}

/* Appends a copy of `fresh`, which counts the line at once; NULL when memory
 * ends. */
static void *
append(const struct model *m, const struct row_kind *k, void **v, uint32_t *n,
    struct rows *rows, const void *fresh)
{
	char *row;

	if (*n == rows->room) {
		uint32_t room = rows->room == 0 ? 16 : rows->room * 2;
		void *more = pages_new(room * k->size);

		if (more == NULL)
			return NULL;
		if (*n > 0)
			memcpy(more, *v, *n * k->size);
		free(*v);
		*v = more;
		rows->room = room;
	}
	if (!put(k, rows, k->key(fresh), *n))
		return NULL;
	if (m->index->line_ms < rows->oldest_ms)
		rows->oldest_ms = m->index->line_ms;
	row = (char *)*v + *n * k->size;
	memcpy(row, fresh, k->size);
	++*n;
	return row;
}

/* The most rows an array may have, but for the row of the others. Reply groups
 * are the largest rows, with a sample each: half as many. */
static uint32_t
bound(const struct model *m, const struct rows *rows)
{
	uint32_t n = m->index->max_keys;

	return rows == &m->index->replies ? n / 2 : n;
}

/* A row for fresh's key, which has none: made if there is room, else the row
 * of `other`, for which room is always made. */
static void *
add(struct model *m, const struct row_kind *k, void **v, uint32_t *n,
    struct rows *rows, const void *fresh, const void *other)
{
	uint32_t at;

	if (*n >= bound(m, rows) / 4 * 3 &&
	    m->index->log_ms - rows->compacted_ms >= COMPACT_MS)
		compact(m, k, *v, n, rows);
	if (*n < bound(m, rows))
		return append(m, k, v, n, rows, fresh);
	at = find(k, rows, k->key(other));
	if (at != TABLE_NONE)
		return (char *)*v + at * k->size;
	return append(m, k, v, n, rows, other);
}

static struct keyed *
add_keyed(struct model *m, struct keyed **v, uint32_t *n, struct rows *rows,
    uint32_t id)
{
	struct keyed fresh = {.key = id}, other = {.key = INTERN_OTHER};
	void *p = *v;
	struct keyed *row = add(m, &keyed_kind, &p, n, rows, &fresh, &other);

	*v = p;
	return row;
}

/* Memory begins to bring what the caller will add to. */
static inline void
expect(const void *row)
{
	__builtin_prefetch(row);
}

static inline struct keyed *
get_keyed(struct model *m, struct keyed **v, uint32_t *n, struct rows *rows,
    uint32_t id, uint64_t *lumped)
{
	uint32_t at = find_text(rows, id);
	struct keyed *row =
	    at != TABLE_NONE ? &(*v)[at] : add_keyed(m, v, n, rows, id);

	expect(row);
	/* Known rows are not read here: they may still be on their way. */
	if (row != NULL && (id == INTERN_OTHER ||
			       (at == TABLE_NONE && row->key == INTERN_OTHER)))
		++*lumped;
	return row;
}

struct keyed *
keys_find_domain(const struct model *m, uint32_t id)
{
	uint32_t at = find_text(&m->index->domains, id);

	return at == TABLE_NONE ? NULL : &m->domains[at];
}

struct keyed *
keys_provider(struct model *m, uint32_t id)
{
	return get_keyed(m, &m->providers, &m->n_providers,
	    &m->index->providers, id, &m->lumped.providers);
}

struct keyed *
keys_domain(struct model *m, uint32_t id)
{
	return get_keyed(m, &m->domains, &m->n_domains, &m->index->domains, id,
	    &m->lumped.domains);
}

struct keyed *
keys_sender(struct model *m, uint32_t id)
{
	return get_keyed(m, &m->senders, &m->n_senders, &m->index->senders, id,
	    &m->lumped.senders);
}

static struct cell *
add_cell(struct model *m, egress_id egress, uint32_t provider)
{
	struct cell fresh = {.egress = egress, .provider = provider};
	struct cell other = {.egress = EGRESS_NONE, .provider = INTERN_OTHER};
	void *p = m->cells;
	struct cell *row = add(
	    m, &cell_kind, &p, &m->n_cells, &m->index->cells, &fresh, &other);

	m->cells = p;
	if (row != NULL && row->egress == EGRESS_NONE)
		m->lumped.cells++;
	return row;
}

struct cell *
keys_cell(struct model *m, egress_id egress, uint32_t provider)
{
	uint32_t at =
	    table_find(&m->index->cells.at, (uint64_t)egress << 32 | provider);
	struct cell *row =
	    at != TABLE_NONE ? &m->cells[at] : add_cell(m, egress, provider);

	expect(row);
	return row;
}

struct cell *
keys_find_cell(const struct model *m, egress_id egress, uint32_t provider)
{
	uint32_t at =
	    table_find(&m->index->cells.at, (uint64_t)egress << 32 | provider);

	return at == TABLE_NONE ? NULL : &m->cells[at];
}

static struct reply_group *
add_reply(struct model *m, const struct reply_group *fresh)
{
	static const struct reply_group other = {.shape = INTERN_OTHER,
	    .sample = INTERN_OTHER,
	    .provider = INTERN_OTHER,
	    .egress = EGRESS_NONE,
	    .host = HOST_NONE,
	    .list = LIST_NONE};
	void *p = m->replies;
	struct reply_group *row = add(m, &reply_kind, &p, &m->n_replies,
	    &m->index->replies, fresh, &other);

	m->replies = p;
	if (row != NULL && row->host == HOST_NONE)
		m->lumped.replies++;
	return row;
}

void
keys_expect_reply(const struct model *m, const struct reply_facts *f,
    uint32_t provider, egress_id egress, host_id host)
{
	table_expect(
	    &m->index->replies.at, reply_key_of(f, provider, egress, host));
}

struct reply_group *
keys_reply(struct model *m, const struct reply_facts *f, uint32_t provider,
    egress_id egress, host_id host)
{
	uint32_t at = table_find(
	    &m->index->replies.at, reply_key_of(f, provider, egress, host));
	struct reply_group fresh;

	if (at != TABLE_NONE) {
		expect(&m->replies[at]);
		return &m->replies[at];
	}
	fresh = (struct reply_group){.shape = f->shape,
	    .provider = provider,
	    .egress = egress,
	    .host = host,
	    .code = f->code,
	    .enhanced = {f->enhanced[0], f->enhanced[1], f->enhanced[2]},
	    .local = f->local,
	    .remote = f->remote,
	    .cls = (enum reply_class)f->cls,
	    .blames = (enum blames)f->blames,
	    .scope = (enum scope)f->scope,
	    .list = f->list};
	return add_reply(m, &fresh);
}

/* The id of a text that is a key in `rows`, or may become one. */
static uint32_t
key_id(struct model *m, const struct rows *rows, uint32_t n, struct str s)
{
	uint32_t id;

	if (s.n > KEY_MAX_BYTES)
		return INTERN_OTHER;
	id = intern_find(m->texts, s);
	if (id != INTERN_OTHER)
		return id;
	/* Only a compaction brings room back, and not before it is due. */
	if (n >= bound(m, rows) &&
	    m->index->log_ms - rows->compacted_ms < COMPACT_MS)
		return INTERN_OTHER;
	return intern_id(m->texts, s);
}

uint32_t
keys_provider_id(struct model *m, struct str provider)
{
	return key_id(m, &m->index->providers, m->n_providers, provider);
}

uint32_t
keys_domain_id(struct model *m, struct str domain)
{
	return key_id(m, &m->index->domains, m->n_domains, domain);
}

uint32_t
keys_sender_id(struct model *m, struct str sender)
{
	return key_id(m, &m->index->senders, m->n_senders, sender);
}

uint32_t
keys_shape_id(struct model *m, struct str shape)
{
	return key_id(m, &m->index->replies, m->n_replies, shape);
}

static void
keep_keyed(uint8_t *keep, const struct keyed *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		keep[v[i].key] = 1;
		keep[v[i].provider] = 1;
	}
}

static void
keep_qids(uint8_t *keep, const struct qids *q)
{
	for (uint32_t i = 0; i < q->used; i++) {
		const struct qid_entry *e = qids_at(q, i);

		if (e->hash == 0)
			continue;
		keep[e->domain] = 1;
		if (e->sender != QID_NO_SENDER)
			keep[e->sender] = 1;
	}
}

static void
keep_all(const struct model *m, uint8_t *keep)
{
	const struct model_index *x = m->index;

	keep_keyed(keep, m->providers, m->n_providers);
	keep_keyed(keep, m->domains, m->n_domains);
	keep_keyed(keep, m->senders, m->n_senders);
	for (uint32_t i = 0; i < m->n_cells; i++)
		keep[m->cells[i].provider] = 1;
	for (uint32_t i = 0; i < m->n_replies; i++) {
		const struct reply_group *g = &m->replies[i];

		keep[g->shape] = keep[g->sample] = keep[g->provider] = 1;
	}
	for (uint32_t i = 0; i < m->listings.n_rows; i++) {
		const struct listing *row = &m->listings.rows[i];

		for (int k = 0; k < row->n_said; k++)
			keep[row->said[k].provider] = 1;
	}
	for (host_id i = 0; i < m->n_hosts; i++)
		keep_qids(keep, &x->hosts[i].qids);
}

void
keys_sweep_texts(struct model *m)
{
	struct model_index *x = m->index;
	uint8_t *keep;

	if (!intern_tight(m->texts) || x->log_ms - x->swept_ms < COMPACT_MS)
		return;
	x->swept_ms = x->log_ms;
	keep = calloc(intern_count(m->texts), 1);
	if (keep == NULL)
		return;
	keep_all(m, keep);
	/* Without memory all stays as it is. The memories hold ids that are
	 * no longer kept: they start anew. */
	if (intern_sweep(m->texts, keep) == ERR_OK) {
		memset(x->names, 0, sizeof x->names);
		memset(x->replies_known.hash, 0, sizeof x->replies_known.hash);
	}
	free(keep);
}

void
keys_expect_domain(const struct model *m, uint32_t id)
{
	const struct keyed *row = keys_find_domain(m, id);

	if (row != NULL)
		expect(row);
}

void
keys_expect_sender(const struct model *m, uint32_t id)
{
	uint32_t at = find_text(&m->index->senders, id);

	if (at != TABLE_NONE)
		expect(&m->senders[at]);
}
