/* listing_sum.c - see listing_sum.h. */
#include "tui/listing_sum.h"

#include <stdlib.h>

void
listing_sum_done(struct listing_sum *s)
{
	table_done(&s->at);
	table_done(&s->segments);
	free(s->rows);
	free(s->counts);
	*s = (struct listing_sum){0};
}

static bool
grow(void **v, uint32_t *room, uint32_t n, size_t size)
{
	uint32_t want = *room == 0 ? 64 : *room * 2;
	void *p;

	if (n < *room)
		return true;
	p = realloc(*v, want * size);
	if (p == NULL)
		return false;
	*v = p;
	*room = want;
	return true;
}

/* Keys of rows: a whole segment on a list, a subject on one, a list. */
enum row_kind { ROW_SEGMENT = 1, ROW_SUBJECT, ROW_LIST };

static uint64_t
row_hash(enum row_kind kind, uint32_t id, uint16_t list)
{
	uint32_t of[] = {(uint32_t)kind, id, list};

	return str_hash((struct str){(const char *)of, sizeof of}, 0);
}

static struct listing_sum_row *
row_of(struct listing_sum *s, uint64_t hash)
{
	uint32_t at = table_find(&s->at, hash);
	void *v = s->rows;

	if (at != TABLE_NONE)
		return &s->rows[at];
	if (s->n == LISTING_SUM_ROWS ||
	    !grow(&v, &s->room, s->n, sizeof *s->rows))
		return NULL;
	s->rows = v;
	if (!table_put(&s->at, hash, s->n))
		return NULL;
	s->rows[s->n] =
	    (struct listing_sum_row){.hash = hash, .first = UINT32_MAX};
	return &s->rows[s->n++];
}

static bool
in_scope(const struct listings *l, const struct listing *r,
    const struct listing_scope *scope)
{
	const struct subject *of = &l->subjects[r->subject];

	if (scope->list != LIST_NONE && r->list != scope->list)
		return false;
	return scope->key.n == 0 ||
	       str_eq(scope->key, listings_text(l, of->segment)) ||
	       str_eq(scope->key, listings_text(l, of->name));
}

static bool
shows(const struct listing *r, int64_t now_ms)
{
	return r->listed ||
	       (r->ended_ms != 0 && now_ms - r->ended_ms < LISTING_LATELY_MS);
}

/* Is a the better one to stand for both? */
static bool
stands_before(const struct listing *a, const struct listing *b)
{
	if (a->listed != b->listed)
		return a->listed;
	return a->since_ms < b->since_ms;
}

static void
add_provider(struct listing_sum_row *to, uint32_t provider)
{
	for (uint32_t i = 0; i < to->n_providers && i < LISTING_PROVIDERS; i++)
		if (to->providers[i] == provider)
			return;
	if (to->n_providers < LISTING_PROVIDERS)
		to->providers[to->n_providers++] = provider;
	else
		to->more_providers = true;
}

static void
add_member(struct listing_sum_row *to, const struct listings *l, uint32_t at)
{
	const struct listing *r = &l->rows[at];
	bool first = to->members++ == 0;

	to->list = r->list;
	to->segment = l->subjects[r->subject].segment;
	to->listed += r->listed;
	to->counting += listing_counts(r);
	to->dns[r->dns]++;
	to->proofs[listing_proof(r)]++;
	for (unsigned i = 0; i < r->n_said; i++)
		add_provider(to, r->said[i].provider);
	to->replies += r->replies;
	if (r->times > to->times)
		to->times = r->times;
	if (r->ended_ms > to->ended_ms)
		to->ended_ms = r->ended_ms;
	if (r->dns_since_ms > to->dns_ms)
		to->dns_ms = r->dns_since_ms;
	if (r->reply_last_ms > to->reply_last_ms)
		to->reply_last_ms = r->reply_last_ms;
	if (first || stands_before(r, &l->rows[to->first]))
		to->first = at;
	to->since_ms = l->rows[to->first].since_ms;
	to->unwatched_ms = l->rows[to->first].unwatched_ms;
}

static uint64_t
member_hash(const struct listings *l, const struct listing *r, bool grouped)
{
	const struct subject *of = &l->subjects[r->subject];

	return grouped ? row_hash(ROW_SEGMENT, of->segment, r->list)
		       : row_hash(ROW_SUBJECT, of->name, r->list);
}

static void
count_segments(struct listing_sum *s, const struct listings *l)
{
	s->n_counts = 0;
	table_clear(&s->segments);
	for (uint32_t i = 0; i < l->n_subjects; i++) {
		uint32_t at = table_find(&s->segments, l->subjects[i].segment);
		void *v = s->counts;

		if (!l->subjects[i].ours)
			continue;
		if (at == TABLE_NONE) {
			if (!grow(&v, &s->room_counts, s->n_counts,
				sizeof *s->counts))
				return;
			s->counts = v;
			at = s->n_counts++;
			s->counts[at] = 0;
			if (!table_put(
				&s->segments, l->subjects[i].segment, at))
				return;
		}
		s->counts[at]++;
	}
	for (uint32_t i = 0; i < s->n; i++) {
		uint32_t at = table_find(&s->segments, s->rows[i].segment);

		s->rows[i].subjects = at == TABLE_NONE ? 0 : s->counts[at];
	}
}

bool
listing_list_in_trouble(const struct model *m, uint16_t list)
{
	if (list >= m->listings.n_lists || list >= blocklists_count(m->lists))
		return false;
	switch (m->listings.lists[list].verdict) {
	case VERDICT_REFUSED:
	case VERDICT_UNREACHABLE:
	case VERDICT_DEAD:
	case VERDICT_WORLD:
		return true;
	default:
		return false;
	}
}

bool
listing_is_wanted(const struct model *m, uint16_t list, bool domain, bool ipv6)
{
	const struct blocklist *b;

	if (list >= blocklists_count(m->lists) || list >= m->listings.n_lists)
		return false;
	b = blocklists_at(m->lists, list);
	if (b->kind == LIST_PRIVATE || (b->kind == LIST_DOMAIN) != domain)
		return false;
	if (!domain && !(ipv6 ? b->ipv6 : b->ipv4))
		return false;
	if (m->listings.use_said)
		return m->listings.lists[list].used;
	return (b->watch && !b->closed && b->zone.n > 0) ||
	       m->listings.lists[list].verdict != VERDICT_UNKNOWN;
}

bool
listing_known(const struct model *m, struct str name, struct listing_known *out)
{
	const struct listings *l = &m->listings;
	uint32_t s = name.n == 0 ? UINT32_MAX : listings_subject(l, name);
	bool ipv6 = memchr(name.p == NULL ? "" : name.p, ':', name.n) != NULL;

	*out = (struct listing_known){0};
	if (s == UINT32_MAX)
		return false;
	for (uint16_t i = 0; i < l->n_lists; i++) {
		uint8_t v = l->verdicts[(size_t)s * l->n_lists + i];

		if (!listing_is_wanted(m, i, l->subjects[s].domain, ipv6))
			continue;
		out->wanted++;
		out->asked += v != VERDICT_UNKNOWN;
		out->told += v == VERDICT_CLEAN || v == VERDICT_LISTED;
	}
	return true;
}

egress_id
listing_egress(const struct model *m, struct str name)
{
	for (egress_id i = 0; i < m->n_egress; i++)
		if (name.n > 0 && str_eq(str_of(m->egress[i].ip), name))
			return i;
	return EGRESS_NONE;
}

static void
add_troubled(struct listing_sum *s, const struct model *m)
{
	for (uint16_t i = 0; i < m->listings.n_lists; i++) {
		struct listing_sum_row *to;

		if (!listing_list_in_trouble(m, i) ||
		    blocklists_at(m->lists, i)->impact == IMPACT_LOW)
			continue;
		to = row_of(s, row_hash(ROW_LIST, 0, i));
		if (to == NULL)
			return;
		to->list = i;
		to->since_ms = m->listings.lists[i].since_ms;
	}
}

static uint64_t
signature_of(const struct model *m, const struct listing_scope *scope)
{
	uint64_t of[] = {m->version, (uint64_t)(m->now_ms / 1000),
	    scope->grouped, scope->list, str_hash(scope->key, 0), 1};

	return str_hash((struct str){(const char *)of, sizeof of}, 0);
}

/* Should there be more than can be shown: what hurts most comes first. */
enum { PASSES = IMPACT_N + 1 };

static unsigned
pass_of(const struct model *m, const struct listing *r)
{
	if (!r->listed)
		return IMPACT_N;
	return r->list < blocklists_count(m->lists)
		   ? IMPACT_HIGH - blocklists_at(m->lists, r->list)->impact
		   : IMPACT_HIGH;
}

static void
add_rows(struct listing_sum *s, const struct model *m,
    const struct listing_scope *scope, unsigned pass, bool all)
{
	const struct listings *l = &m->listings;

	for (uint32_t i = 0; i < l->n_rows; i++) {
		const struct listing *r = &l->rows[i];
		struct listing_sum_row *to;

		if (!all && pass_of(m, r) != pass)
			continue;
		if (r->list < LISTS_MAX)
			s->by_list[r->list] += r->listed;
		if (!shows(r, m->now_ms) || !in_scope(l, r, scope))
			continue;
		to = row_of(s, member_hash(l, r, scope->grouped));
		if (to != NULL)
			add_member(to, l, i);
		else
			s->beyond++;
	}
}

void
listing_sum_make(struct listing_sum *s, const struct model *m,
    const struct listing_scope *scope)
{
	uint64_t signature = signature_of(m, scope);
	bool few = m->listings.n_rows <= LISTING_SUM_ROWS;

	if (s->signature == signature)
		return;
	s->signature = signature;
	s->n = s->beyond = 0;
	memset(s->by_list, 0, sizeof s->by_list);
	table_clear(&s->at);
	for (unsigned pass = 0; pass < (few ? 1 : PASSES); pass++)
		add_rows(s, m, scope, pass, few);
	count_segments(s, &m->listings);
	if (scope->grouped && scope->key.n == 0 && scope->list == LIST_NONE)
		add_troubled(s, m);
}
