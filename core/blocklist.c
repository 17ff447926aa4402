/*
 * blocklist.c - looks up lists, zones and codes in the catalogue; see
 * blocklist.h. Answers are read as RFC 5782 2.1 and 2.3 have them: a listing
 * is an address in 127/8.
 */
#include "core/blocklist.h"

#include "core/blocklist_int.h"
#include "core/i18n.h"

uint16_t
blocklists_count(const struct blocklists *c)
{
	return c == NULL ? 0 : c->n;
}

const struct blocklist *
blocklists_at(const struct blocklists *c, uint16_t i)
{
	return &c->rows[i];
}

int
blocklist_order(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return d != 0 ? d : (a.n > b.n) - (a.n < b.n);
}

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : (unsigned char)c;
}

int
blocklist_zone_order(struct str a, struct str b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return lower(a.p[i]) - lower(b.p[i]);
	return (a.n > b.n) - (a.n < b.n);
}

uint16_t
blocklists_find(const struct blocklists *c, struct str id)
{
	uint16_t lo = 0, hi = blocklists_count(c);

	while (lo < hi) {
		uint16_t mid = (uint16_t)((lo + hi) / 2);
		int d = blocklist_order(id, c->rows[c->by_id[mid]].id);

		if (d == 0)
			return c->by_id[mid];
		if (d < 0)
			hi = mid;
		else
			lo = (uint16_t)(mid + 1);
	}
	return LIST_NONE;
}

static uint16_t
find_zone(const struct blocklists *c, struct str zone)
{
	uint32_t lo = 0, hi = c->n_zones;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;
		int d = blocklist_zone_order(zone, c->zones[mid].zone);

		if (d == 0)
			return c->zones[mid].list;
		if (d < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return LIST_NONE;
}

uint16_t
blocklists_private(const struct blocklists *c, struct str provider)
{
	static const struct str head = {"private-", 8};

	for (uint16_t i = 0; provider.n > 0 && i < blocklists_count(c); i++) {
		const struct blocklist *l = &c->rows[i];

		if (l->kind != LIST_PRIVATE)
			continue;
		if (l->provider.n > 0
			? str_eq(l->provider, provider)
			: str_starts(l->id, head) &&
			      str_eq(str_from(l->id, head.n), provider))
			return i;
	}
	return LIST_NONE;
}

uint16_t
blocklists_by_zone(const struct blocklists *c, struct str zone)
{
	uint16_t found = LIST_NONE;

	if (zone.n > 0 && zone.p[zone.n - 1] == '.')
		zone.n--;
	while (c != NULL && found == LIST_NONE && zone.n > 0) {
		size_t dot = str_find(zone, STR_LIT("."));

		found = find_zone(c, zone);
		zone = dot == SIZE_MAX ? (struct str){NULL, 0}
				       : str_from(zone, dot + 1);
	}
	return found;
}

bool
list_code_fits(const struct list_code *c, uint32_t code)
{
	return code >= c->from && code <= c->to &&
	       (c->mask == 0 || (code & c->mask & 0xff) != 0);
}

/* The row that speaks for a code: what is no listing before what is one, an
 * address before a range before a bit. */
static const struct list_code *
best_code(const struct blocklist *l, uint32_t code)
{
	const struct list_code *best = NULL;
	uint64_t best_rank = UINT64_MAX;

	for (uint16_t i = 0; i < l->n_codes; i++) {
		const struct list_code *c = &l->codes[i];
		uint64_t rank = (uint64_t)(c->to - c->from);

		if (c->mask != 0)
			rank += 1ULL << 32;
		if (!c->error && !c->good)
			rank += 1ULL << 34;
		if (rank < best_rank && list_code_fits(c, code)) {
			best = c;
			best_rank = rank;
		}
	}
	return best;
}

static bool
always_error(uint32_t code)
{
	return code >> 8 == 0x7fffff;
}

struct str
blocklist_code(const struct blocklist *l, uint32_t code, bool *error)
{
	const struct list_code *c = best_code(l, code);

	*error = always_error(code) || (c != NULL && c->error);
	return c == NULL ? (struct str){NULL, 0} : c->meaning;
}

enum verdict
blocklist_verdict(const struct blocklist *l, uint32_t code)
{
	const struct list_code *c = best_code(l, code);

	if (code >> 24 != 127)
		return VERDICT_UNKNOWN;
	if (always_error(code) || (c != NULL && c->error))
		return VERDICT_REFUSED;
	if (c != NULL)
		return c->good ? VERDICT_CLEAN : VERDICT_LISTED;
	return code == 0x7f000001 ? VERDICT_UNKNOWN : VERDICT_LISTED;
}

bool
blocklist_askable(const struct blocklist *l, bool have_key)
{
	return !l->closed && l->kind != LIST_PRIVATE &&
	       (l->zone.n > 0 || (have_key && l->zone_key.n > 0));
}

static const char *const verdict_names[] = {
#define X(id, word, label) word,
    VERDICT_LIST(X)
#undef X
};

static const char *const verdict_labels[] = {
#define X(id, word, label) label,
    VERDICT_LIST(X)
#undef X
};

const char *
verdict_name(enum verdict v)
{
	return verdict_names[(unsigned)v < VERDICT_N ? v : VERDICT_UNKNOWN];
}

const char *
verdict_label(enum verdict v)
{
	return _(verdict_labels[(unsigned)v < VERDICT_N ? v : VERDICT_UNKNOWN]);
}

const char *
impact_name(enum impact i)
{
	static const char *const names[] = {
	    [IMPACT_LOW] = "low",
	    [IMPACT_MEDIUM] = "medium",
	    [IMPACT_HIGH] = "high",
	};

	return names[(unsigned)i < IMPACT_N ? i : IMPACT_LOW];
}

const char *
list_kind_name(enum list_kind k)
{
	static const char *const names[] = {
	    [LIST_IP] = "ip",
	    [LIST_DOMAIN] = "domain",
	    [LIST_PRIVATE] = "private",
	};

	return names[(unsigned)k <= LIST_PRIVATE ? k : LIST_PRIVATE];
}
