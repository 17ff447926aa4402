/*
 * update_listing.c - subjects, what lists answer about them, and how the lists
 * themselves are; see listing.h for what starts and ends a listing.
 */
#include "core/listing_int.h"
#include "core/model_index.h"

/* A list in this state tells nothing about anybody. */
static bool
is_bad(enum verdict v)
{
	return v == VERDICT_DEAD || v == VERDICT_WORLD || v == VERDICT_REFUSED;
}

/* Subjects that were named before and are not now. Those that only a reply
 * told of stay. */
static void
forget_unseen(struct listings *l)
{
	struct listing_index *x = l->index;

	x->free_from = 0;
	x->dropped = false;
	for (uint32_t s = 0; s < l->n_subjects; s++) {
		uint32_t *seen = &x->more[s].seen;

		if (*seen == 0 || *seen == x->generation)
			continue;
		*seen = 0;
		listings_set_ours(l, s, false);
	}
}

static void
on_subjects(struct model *m, const struct str *names, size_t n, int64_t at_ms)
{
	struct listings *l = &m->listings;
	uint32_t now = ++l->index->generation;

	/* Those that are known are marked, so that the others among those that
	 * are there make room. */
	for (size_t i = 0; i < n; i++) {
		uint32_t s = listings_subject(l, names[i]);

		if (s != UINT32_MAX)
			l->index->more[s].seen = now;
	}
	forget_unseen(l);
	l->beyond = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t s = listings_add(l, m->catalogue, names[i], at_ms);

		if (s == UINT32_MAX) {
			l->beyond++;
			continue;
		}
		l->index->more[s].seen = now;
		listings_set_ours(l, s, true);
	}
}

static void
on_use(struct listings *l, const uint16_t *use, size_t n)
{
	l->use_said = true;
	for (uint16_t i = 0; i < l->n_lists; i++)
		l->lists[i].used = false;
	for (size_t i = 0; i < n; i++)
		if (use[i] < l->n_lists)
			l->lists[use[i]].used = true;
}

static void
on_listed(struct listings *l, struct listing *r, const struct list_answer *a,
    int64_t at_ms)
{
	unsigned n = a->n_codes < LISTING_CODES ? a->n_codes : LISTING_CODES;

	if (!r->listed)
		listing_begin(r, at_ms);
	r->sources |= LISTING_DNS;
	listing_set_dns(r, VERDICT_LISTED, at_ms);
	r->checked_ms = at_ms;
	memcpy(r->codes, a->codes, n * sizeof *r->codes);
	r->n_codes = (uint8_t)n;
	r->reason = listings_keep(l, a->reason, at_ms);
}

static void
on_clean(struct listing *r, int64_t at_ms)
{
	listing_set_dns(r, VERDICT_CLEAN, at_ms);
	r->checked_ms = at_ms;
	if (listing_pending(r))
		listing_end(r, at_ms);
	if (!r->listed)
		return;
	if ((r->sources & LISTING_REPLY) != 0)
		r->sources = LISTING_REPLY;
	else
		listing_end(r, at_ms);
}

static void
on_answer(struct model *m, const struct list_answer *a, int64_t at_ms)
{
	struct listings *l = &m->listings;
	enum verdict v = a->verdict;
	struct listing *r;
	uint32_t s;

	if (a->list >= l->n_lists || v >= VERDICT_N)
		return;
	s = listings_add(l, m->catalogue, a->subject, at_ms);
	if (s == UINT32_MAX)
		return;
	/* What it answers while it is known to be wrong is not believed. */
	if (is_bad(l->lists[a->list].verdict) &&
	    (v == VERDICT_LISTED || v == VERDICT_CLEAN))
		v = l->lists[a->list].verdict;
	r = listings_find(l, s, a->list);
	if (r == NULL &&
	    (v == VERDICT_LISTED ||
		(v == VERDICT_CLEAN && listings_was_listed(l, s, a->list)))) {
		r = listings_add_row(l, s, a->list, at_ms);
		if (r == NULL)
			l->rows_beyond++;
	}
	listings_count(l, s, a->list, -1);
	*listings_verdict(l, s, a->list) = (uint8_t)v;
	if (v == VERDICT_LISTED || v == VERDICT_CLEAN) {
		l->subjects[s].checked_ms = at_ms;
		if (l->index->more[s].answered_ms == 0)
			l->index->more[s].answered_ms = at_ms;
	}
	if (r != NULL && v == VERDICT_LISTED)
		on_listed(l, r, a, at_ms);
	else if (r != NULL && v == VERDICT_CLEAN)
		on_clean(r, at_ms);
	else if (r != NULL)
		listing_set_dns(r, v, at_ms);
	listings_count(l, s, a->list, 1);
}

/* Since when DNS says what it says of a listing; 0: it says nothing. */
static int64_t
dns_part_ms(const struct listing *r)
{
	if (!r->listed || (r->sources & LISTING_DNS) == 0)
		return 0;
	return r->sources == LISTING_DNS ? r->since_ms : r->dns_since_ms;
}

/* DNS's part of a listing that never was. */
static void
take_back(struct listing *r, int64_t at_ms)
{
	r->sources = (uint8_t)(r->sources & ~LISTING_DNS);
	r->n_codes = 0;
	r->reason = 0;
	r->dns_sure = VERDICT_UNKNOWN;
	if (r->sources != 0)
		return;
	listing_end(r, at_ms);
	r->times--;
}

/* Nothing that a bad list said is believed any more. */
static void
disbelieve(struct listings *l, uint16_t list, enum verdict v, int64_t at_ms)
{
	int64_t good_ms = l->lists[list].good_ms;

	for (uint32_t s = 0; s < l->n_subjects; s++) {
		uint8_t *byte = listings_verdict(l, s, list);
		struct listing *r = listings_find(l, s, list);

		if (*byte == VERDICT_UNKNOWN && r == NULL)
			continue;
		listings_count(l, s, list, -1);
		if (*byte != VERDICT_UNKNOWN)
			*byte = (uint8_t)v;
		if (r != NULL && r->dns != VERDICT_UNKNOWN) {
			/* What was so before this console is not of now. */
			if (v == VERDICT_WORLD &&
			    (r->past & LISTING_DNS) == 0 &&
			    dns_part_ms(r) > good_ms)
				take_back(r, at_ms);
			listing_set_dns(r, v, at_ms);
		}
		listings_count(l, s, list, 1);
	}
}

static void
on_health(struct model *m, const struct list_health *h, int64_t at_ms)
{
	struct listings *l = &m->listings;
	struct list_state *s;

	if (h->list >= l->n_lists || h->verdict >= VERDICT_N)
		return;
	s = &l->lists[h->list];
	if (s->verdict != h->verdict || s->no_resolver != h->no_resolver)
		s->since_ms = at_ms;
	if (s->verdict != h->verdict && is_bad(h->verdict))
		disbelieve(l, h->list, h->verdict, at_ms);
	s->verdict = h->verdict;
	s->no_resolver = h->no_resolver;
	s->checked_ms = at_ms;
	if (h->verdict == VERDICT_CLEAN)
		s->good_ms = at_ms;
	str_copy(s->text, sizeof s->text, h->text);
}

void
update_listing(struct model *m, const struct event *in)
{
	switch (in->kind) {
	case EVT_TICK:
		update_listing_quiet(m, false);
		break;
	case EVT_SUBJECTS:
		on_subjects(
		    m, in->u.subjects.names, in->u.subjects.n, in->at_ms);
		if (in->u.subjects.use != NULL)
			on_use(&m->listings, in->u.subjects.use,
			    in->u.subjects.n_use);
		break;
	case EVT_LIST_ANSWER:
		on_answer(m, in->u.answer, in->at_ms);
		break;
	case EVT_LIST_HEALTH:
		on_health(m, in->u.health, in->at_ms);
		break;
	case EVT_LISTINGS_PAST:
		listings_remember(
		    &m->listings, in->u.past.v, in->u.past.n, in->at_ms);
		break;
	default: /* none of ours */
		return;
	}
	listings_settle(&m->listings, in->at_ms);
}

void
update_listing_groups(struct model *m, const uint32_t *now_at, uint32_t n)
{
	for (uint32_t i = 0; i < m->listings.n_rows; i++) {
		struct listing *r = &m->listings.rows[i];
		uint32_t at = now_at == NULL || r->reply1 - 1 >= n
				  ? UINT32_MAX
				  : now_at[r->reply1 - 1];

		r->reply1 = at + 1;
	}
}
