/*
 * listing_past.c - what earlier consoles wrote down of listings, until a list
 * or a reply says something of the pair. It makes no subject and no row by
 * itself: the journal may be that of other hosts too, and nobody has asked.
 */
#include "core/listing_int.h"

#include <stdlib.h>

static uint64_t
past_key(struct str name, uint16_t list)
{
	return str_hash(name, list);
}

static struct listing_memory *
find(const struct listing_index *x, struct str name, uint16_t list)
{
	uint32_t at = table_find(&x->past_at, past_key(name, list));

	return at == TABLE_NONE ? NULL : &x->past[at];
}

/* The place for a pair's past; NULL when there is no room. */
static struct listing_memory *
place(struct listing_index *x, struct str name, uint16_t list)
{
	struct listing_memory *m = find(x, name, list);
	uint32_t room = x->room_past == 0 ? 64 : x->room_past * 2;

	if (m != NULL)
		return m;
	if (x->n_past == LISTINGS_MAX)
		return NULL;
	if (x->n_past == x->room_past) {
		m = realloc(x->past, room * sizeof *m);
		if (m == NULL)
			return NULL;
		x->past = m;
		x->room_past = room;
	}
	if (!table_put(&x->past_at, past_key(name, list), x->n_past))
		return NULL;
	return &x->past[x->n_past++];
}

void
listings_remember(
    struct listings *l, const struct listing_past *v, size_t n, int64_t at_ms)
{
	l->index->past_ms = at_ms;
	for (size_t i = 0; i < n; i++) {
		const struct listing_past *p = &v[i];
		int64_t was_ms = p->listed ? p->since_ms : p->ended_ms;
		char own[LISTING_NAME_BYTES];
		struct listing_memory *m;
		bool domain;

		/* A clock that went back tells nothing. */
		if (p->list >= l->n_lists || was_ms <= 0 || was_ms > at_ms ||
		    (p->listed && p->sources == 0) ||
		    !listings_name(p->subject, own, &domain))
			continue;
		m = place(l->index, str_of(own), p->list);
		if (m == NULL)
			return;
		*m = (struct listing_memory){
		    .times = p->times > 0 ? p->times : 1,
		    .sources = p->listed ? p->sources : 0,
		    .at_ms = was_ms,
		    .unwatched_ms = p->unwatched_ms};
	}
}

static struct listing_memory *
memory_of(const struct listings *l, uint32_t subject, uint16_t list)
{
	return find(
	    l->index, listings_text(l, l->subjects[subject].name), list);
}

bool
listings_was_listed(const struct listings *l, uint32_t subject, uint16_t list)
{
	const struct listing_memory *m = memory_of(l, subject, list);

	return m != NULL && m->times > 0 && (m->sources & LISTING_DNS) != 0;
}

bool
listings_told_before(
    const struct listings *l, uint32_t subject, uint16_t list, int64_t at_ms)
{
	const struct listing *r = listings_find(l, subject, list);
	const struct listing_memory *m = memory_of(l, subject, list);

	if (r != NULL)
		return !r->listed && r->times > 0 && at_ms <= r->ended_ms;
	if (m == NULL || m->times == 0)
		return false;
	return m->sources == 0 ? at_ms <= m->at_ms : at_ms < m->at_ms;
}

void
listing_recall(const struct listings *l, struct listing *r)
{
	struct listing_memory *m = memory_of(l, r->subject, r->list);

	if (m == NULL || m->times == 0)
		return;
	r->times = m->times;
	m->times = 0;
	if (m->sources == 0) {
		r->ended_ms = m->at_ms;
		return;
	}
	r->recalled = true;
	r->past = m->sources;
	r->since_ms = m->at_ms;
	r->unwatched_ms = m->unwatched_ms;
	/* Else it is not known which of the two came first. */
	if (m->sources == LISTING_DNS) {
		r->dns_sure = VERDICT_LISTED;
		r->sure_since_ms = m->at_ms;
	}
}

bool
listing_pending(const struct listing *r)
{
	return r->recalled && !r->listed && r->ended_ms == 0;
}
