/*
 * listing_subject.c - the addresses and domains that lists are asked about:
 * their names in one form (RFC 5952 for IPv6, as inet_ntop writes it), their
 * segment, and room for them. Names come from hosts: hostile.
 */
#include "core/dname.h"
#include "core/listing_int.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	SWEEP_MS = 60000, /* between two sweeps of texts */
	SUBJECTS_FIRST = 16,
	TEXT_BYTES = 255, /* of a reason; the rest is cut */
};

static bool
address_name(struct str name, char out[LISTING_NAME_BYTES])
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr a;
	struct in_addr v4;

	if (name.n >= sizeof text)
		return false;
	str_copy(text, sizeof text, name);
	if (inet_pton(AF_INET, text, &v4) == 1) {
		/* It takes these in their one form only. */
		memcpy(out, text, name.n + 1);
		return true;
	}
	if (inet_pton(AF_INET6, text, &a) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&a))
		return inet_ntop(AF_INET, &a.s6_addr[12], out,
			   LISTING_NAME_BYTES) != NULL;
	return inet_ntop(AF_INET6, &a, out, LISTING_NAME_BYTES) != NULL;
}

bool
listings_name(struct str name, char out[LISTING_NAME_BYTES], bool *domain)
{
	*domain = false;
	if (address_name(name, out))
		return true;
	*domain = true;
	if (name.n > 0 && name.p[name.n - 1] == '.')
		name.n--;
	if (!dname_ok(name))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		out[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	out[name.n] = '\0';
	return true;
}

uint32_t
listings_subject(const struct listings *l, struct str name)
{
	char own[LISTING_NAME_BYTES];
	bool domain;
	uint32_t id;

	if (l->n_subjects == 0 || !listings_name(name, own, &domain))
		return UINT32_MAX;
	id = intern_find(l->texts, str_of(own));
	if (id == INTERN_OTHER || id >= l->index->n_subject1)
		return UINT32_MAX;
	return l->index->subject1[id] - 1;
}

/* Lets go of texts that nothing needs, when they run short. */
static void
sweep(struct listings *l, int64_t at_ms)
{
	uint8_t *keep;

	if (!intern_tight(l->texts) || at_ms - l->index->swept_ms < SWEEP_MS)
		return;
	l->index->swept_ms = at_ms;
	keep = calloc(intern_count(l->texts), 1);
	if (keep == NULL)
		return;
	for (uint32_t i = 0; i < l->n_subjects; i++)
		keep[l->subjects[i].name] = keep[l->subjects[i].segment] = 1;
	for (uint32_t i = 0; i < l->n_rows; i++)
		keep[l->rows[i].reason] = 1;
	/* Without memory all stays as it is. */
	(void)!intern_sweep(l->texts, keep);
	free(keep);
}

uint32_t
listings_keep(struct listings *l, struct str text, int64_t at_ms)
{
	uint32_t id;

	if (text.n > TEXT_BYTES)
		text.n = TEXT_BYTES;
	sweep(l, at_ms);
	id = intern_id(l->texts, text);
	return id == INTERN_OTHER ? 0 : id;
}

/* "192.0.2.0/24", "2001:db8::/64", or the registered domain. */
static struct str
segment_of(const struct provider_catalogue *c, struct str name, bool domain,
    char out[LISTING_NAME_BYTES])
{
	struct in6_addr a;
	size_t n;

	if (domain)
		return provider_registered(c, name);
	if (inet_pton(AF_INET, name.p, &a) == 1) {
		a.s6_addr[3] = 0;
		(void)inet_ntop(AF_INET, &a, out, LISTING_NAME_BYTES);
		n = strlen(out);
		(void)snprintf(out + n, LISTING_NAME_BYTES - n, "/24");
	} else {
		(void)inet_pton(AF_INET6, name.p, &a);
		memset(&a.s6_addr[8], 0, 8);
		(void)inet_ntop(AF_INET6, &a, out, LISTING_NAME_BYTES);
		n = strlen(out);
		(void)snprintf(out + n, LISTING_NAME_BYTES - n, "/64");
	}
	return str_of(out);
}

static bool
reserve_subjects(struct listings *l)
{
	struct listing_index *x = l->index;
	uint32_t was = x->room_subjects;
	uint32_t room = was == 0 ? SUBJECTS_FIRST : was * 2;
	struct subject *subjects;
	struct subject_more *more;
	uint8_t *verdicts;

	if (l->n_subjects < was)
		return true;
	subjects = realloc(l->subjects, room * sizeof *subjects);
	if (subjects == NULL)
		return false;
	l->subjects = subjects;
	more = realloc(x->more, room * sizeof *more);
	if (more == NULL)
		return false;
	x->more = more;
	/* One byte more, so that no lists at all are no failure. */
	verdicts = realloc(l->verdicts, (size_t)room * l->n_lists + 1);
	if (verdicts == NULL)
		return false;
	l->verdicts = verdicts;
	x->room_subjects = room;
	return true;
}

/* Room to find a subject by its text id. */
static bool
reserve_id(struct listing_index *x, uint32_t id)
{
	uint32_t n = x->n_subject1 == 0 ? 64 : x->n_subject1;
	uint32_t *more;

	if (id < x->n_subject1)
		return true;
	while (n <= id)
		n *= 2;
	more = realloc(x->subject1, n * sizeof *more);
	if (more == NULL)
		return false;
	memset(more + x->n_subject1, 0, (n - x->n_subject1) * sizeof *more);
	x->subject1 = more;
	x->n_subject1 = n;
	return true;
}

/* The place of a subject that is not ours any more and on no list;
 * UINT32_MAX. */
static uint32_t
free_place(struct listings *l)
{
	for (uint32_t *i = &l->index->free_from; *i < l->n_subjects; ++*i)
		if (!l->subjects[*i].ours && l->index->more[*i].row1 == 0)
			return *i;
	return UINT32_MAX;
}

/* A place for one more subject; UINT32_MAX. */
static uint32_t
place(struct listings *l)
{
	uint32_t at;

	if (l->n_subjects < SUBJECTS_MAX)
		return reserve_subjects(l) ? l->n_subjects++ : UINT32_MAX;
	at = free_place(l);
	if (at == UINT32_MAX && !l->index->dropped) {
		l->index->dropped = true;
		l->index->free_from = 0;
		if (listings_drop_ended(l, true))
			at = free_place(l);
	}
	if (at != UINT32_MAX)
		l->index->subject1[l->subjects[at].name] = 0;
	return at;
}

uint32_t
listings_add(struct listings *l, const struct provider_catalogue *c,
    struct str name, int64_t at_ms)
{
	char own[LISTING_NAME_BYTES], segment[LISTING_NAME_BYTES];
	uint32_t at = listings_subject(l, name), id;
	bool domain;

	if (at != UINT32_MAX || !listings_name(name, own, &domain))
		return at;
	id = listings_keep(l, str_of(own), at_ms);
	if (id == 0 || !reserve_id(l->index, id))
		return UINT32_MAX;
	at = place(l);
	if (at == UINT32_MAX)
		return at;
	l->index->subject1[id] = at + 1;
	l->subjects[at] =
	    (struct subject){.name = id, .domain = domain, .ours = true};
	l->index->more[at] = (struct subject_more){0};
	if (l->n_lists > 0)
		memset(listings_verdict(l, at, 0), VERDICT_UNKNOWN, l->n_lists);
	l->subjects[at].segment = listings_keep(
	    l, segment_of(c, str_of(own), domain, segment), at_ms);
	return at;
}

void
listings_set_ours(struct listings *l, uint32_t subject, bool ours)
{
	struct subject *s = &l->subjects[subject];

	if (s->ours == ours)
		return;
	/* What it counts for depends on it being ours. */
	for (uint16_t i = 0; i < l->n_lists; i++)
		listings_count(l, subject, i, -1);
	s->ours = ours;
	for (uint16_t i = 0; i < l->n_lists; i++)
		listings_count(l, subject, i, 1);
}
