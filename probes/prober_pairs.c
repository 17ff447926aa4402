/*
 * prober_pairs.c - the subjects, and which pair of subject and list comes next.
 * A list's pairs are walked by a cursor; a full circle that found nothing says
 * when to look again. Urgent ones go first.
 */
#include "core/clock.h"
#include "core/table.h"
#include "probes/prober_int.h"

#include <stdlib.h>

enum {
	URGENT_AGAIN_S = 10,
	POLITE_PER_S = 50, /* of a list without a rate, when nobody waits */
};

static uint32_t
sooner(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t
next_urgent(struct prober *p, struct probe_list *l)
{
	for (uint32_t i = 0; i < p->n_subjects && l->n_urgent > 0; i++) {
		uint32_t at = l->urgent_cursor;

		l->urgent_cursor = at + 1 < p->n_subjects ? at + 1 : 0;
		if ((l->state[at] & PAIR_URGENT) == 0 ||
		    (l->state[at] & PAIR_OPEN) != 0)
			continue;
		l->state[at] &= (uint8_t)~PAIR_URGENT;
		l->n_urgent--;
		return at;
	}
	return NO_PLACE;
}

uint32_t
pairs_next(struct prober *p, struct probe_list *l, uint32_t now)
{
	uint32_t least = DUE_NEVER, n = p->n_subjects, at;

	at = l->n_urgent > 0 ? next_urgent(p, l) : NO_PLACE;
	if (at != NO_PLACE || now < l->earliest)
		return at;
	at = l->cursor < n ? l->cursor : 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t due = l->due[at], here = at;

		at = at + 1 < n ? at + 1 : 0;
		if (due > now) {
			least = sooner(least, due);
			continue;
		}
		if ((l->state[here] & PAIR_OPEN) != 0)
			continue;
		l->cursor = at;
		return here;
	}
	l->earliest = least;
	return NO_PLACE;
}

static void
set_due(struct probe_list *l, uint32_t place, uint32_t due)
{
	l->due[place] = due;
	l->earliest = sooner(l->earliest, due);
}

void
pairs_never(struct probe_list *l, uint32_t place)
{
	l->due[place] = DUE_NEVER;
}

void
pairs_again(struct probe_list *l, uint32_t place)
{
	set_due(l, place, 0);
}

void
pairs_later(
    struct prober *p, struct probe_list *l, uint32_t place, uint32_t ttl_s)
{
	uint64_t per_s = 1000 / TICK_MS;
	uint64_t at;

	if (p->o.once) {
		pairs_never(l, place);
		return;
	}
	at = pace_turn(prober_tick(p), l->l->period_s * per_s, ttl_s * per_s,
	    place, p->n_subjects);
	set_due(l, place, at < DUE_NEVER ? (uint32_t)at : DUE_NEVER - 1);
}

void
pairs_all_due(struct prober *p, struct probe_list *l)
{
	for (uint32_t i = 0; i < p->n_subjects; i++) {
		if ((l->state[i] & PAIR_OURS) == 0)
			continue;
		if ((l->state[i] & PAIR_TOLD) != 0 &&
		    (p->o.once || p->subjects[i].withheld))
			continue;
		l->due[i] = 0;
	}
	l->earliest = 0;
}

/* A set of subjects before it takes the place of the old one. */
struct set {
	struct probe_subject *subjects;
	char *names;
	uint32_t *due, *from; /* from: old place, NO_PLACE: new */
	uint8_t *state;
	struct table old, seen;
	uint32_t n, lists;
};

static void
set_done(struct set *s)
{
	table_done(&s->old);
	table_done(&s->seen);
	free(s->from);
	free(s->subjects);
	free(s->names);
	free(s->due);
	free(s->state);
}

static err_t
set_names(struct prober *p, struct set *s, const struct str *names)
{
	size_t bytes = 0, at = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		if (names[i].n >= DNS_NAME_MAX)
			return ERR_LIMIT;
		bytes += names[i].n;
	}
	s->names = malloc(bytes + 1);
	if (s->names == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < s->n; i++) {
		struct probe_subject *u = &s->subjects[i];

		if (names[i].n > 0)
			memcpy(s->names + at, names[i].p, names[i].n);
		u->name_at = (uint32_t)at;
		u->name_n = (uint32_t)names[i].n;
		at += names[i].n;
		u->what = dnsbl_what(names[i]);
		u->withheld = !p->o.allow_private && !dnsbl_public(&u->what);
	}
	return ERR_OK;
}

/* Where each was before; what is there twice counts once. */
static err_t
set_match(struct prober *p, struct set *s, const struct str *names)
{
	for (uint32_t i = 0; i < p->n_subjects; i++) {
		uint64_t key = str_hash(prober_name(p, i), 0);

		if (table_find(&s->old, key) == TABLE_NONE &&
		    !table_put(&s->old, key, i))
			return ERR_NOMEM;
	}
	for (uint32_t i = 0; i < s->n; i++) {
		uint64_t key = str_hash(names[i], 0);
		uint32_t old = table_find(&s->old, key);

		s->from[i] = NO_PLACE;
		if (table_find(&s->seen, key) != TABLE_NONE) {
			s->subjects[i].what.kind = DNSBL_BAD;
			continue;
		}
		if (!table_put(&s->seen, key, i))
			return ERR_NOMEM;
		if (old == TABLE_NONE || !str_eq(prober_name(p, old), names[i]))
			continue;
		s->from[i] = old;
		s->subjects[i].urgent = p->subjects[old].urgent;
	}
	return ERR_OK;
}

/* A list that names no rate is asked gently, but twice as fast as a sweep in
 * its period needs, so that none falls behind. */
static void
set_rate(const struct prober *p, struct probe_list *l)
{
	uint32_t rate = l->l->rate_per_s;
	uint32_t sweep =
	    l->l->period_s == 0 ? 0 : 2 * l->n_pairs / l->l->period_s;

	if (rate == 0 && !p->o.once)
		rate = sweep > POLITE_PER_S ? sweep : POLITE_PER_S;
	pace_list_rate(&l->pace, rate);
}

/* The pairs of list number k as they were, or to be asked. */
static void
set_pairs(struct prober *p, struct set *s, uint16_t k)
{
	struct probe_list *l = &p->lists[k];
	uint32_t *due = s->due + (size_t)k * s->n;
	uint8_t *state = s->state + (size_t)k * s->n;

	l->n_pairs = l->n_urgent = 0;
	for (uint32_t i = 0; i < s->n; i++) {
		uint32_t old = s->from[i];

		due[i] = DUE_NEVER;
		if (!dnsbl_takes(l->l, &s->subjects[i].what))
			continue;
		state[i] = PAIR_OURS;
		due[i] = 0;
		l->n_pairs++;
		if (old == NO_PLACE)
			continue;
		state[i] = l->state[old];
		due[i] = l->due[old];
		l->n_urgent += (state[i] & PAIR_URGENT) != 0;
		p->stats.told += (state[i] & PAIR_TOLD) != 0;
	}
	p->stats.pairs += l->n_pairs;
	set_rate(p, l);
	l->due = due;
	l->state = state;
	l->cursor = l->urgent_cursor = l->earliest = 0;
}

static void
set_take(struct prober *p, struct set *s)
{
	uint32_t *to = s->from; /* turned round below: old place to new */

	p->stats.pairs = p->stats.told = 0;
	for (uint16_t k = 0; k < p->n_lists; k++)
		set_pairs(p, s, k);
	for (size_t i = 0; i < PACE_MAX; i++) {
		struct slot *q = &p->slots[i];
		uint32_t at = 0;

		if (!q->open || q->place == NO_PLACE)
			continue;
		while (at < s->n && to[at] != q->place)
			at++;
		q->place = at < s->n ? at : NO_PLACE;
	}
	pairs_free(p);
	p->subjects = s->subjects;
	p->names = s->names;
	p->due = s->due;
	p->state = s->state;
	p->n_subjects = s->n;
	s->subjects = NULL;
	s->names = NULL;
	s->due = NULL;
	s->state = NULL;
}

err_t
prober_subjects(struct prober *p, const struct str *names, size_t n)
{
	struct set s = {.n = (uint32_t)n, .lists = p->n_lists};
	size_t pairs = n * p->n_lists;
	err_t err = ERR_NOMEM;

	if (n > SUBJECTS_MAX)
		return ERR_LIMIT;
	s.subjects = calloc(n + 1, sizeof *s.subjects);
	s.from = calloc(n + 1, sizeof *s.from);
	s.due = calloc(pairs + 1, sizeof *s.due);
	s.state = calloc(pairs + 1, 1);
	if (s.subjects != NULL && s.from != NULL && s.due != NULL &&
	    s.state != NULL)
		err = set_names(p, &s, names);
	if (err == ERR_OK)
		err = set_match(p, &s, names);
	if (err == ERR_OK) {
		set_take(p, &s);
		p->subjects_set = true;
		p->done = false;
		prober_wake(p);
	}
	set_done(&s);
	return err;
}

void
pairs_free(struct prober *p)
{
	free(p->subjects);
	free(p->names);
	free(p->due);
	free(p->state);
	p->subjects = NULL;
	p->names = NULL;
	p->due = NULL;
	p->state = NULL;
	p->n_subjects = 0;
}

void
prober_now(struct prober *p)
{
	for (uint16_t k = 0; k < p->n_lists && !p->o.once; k++) {
		struct probe_list *l = &p->lists[k];

		if (!l->for_good && !p->res.told)
			l->test_us = 0;
		if (l->health != HEALTH_BAD)
			pairs_all_due(p, l);
	}
	p->res.next_us = 0;
	prober_wake(p);
}

static void
make_urgent(struct prober *p, uint32_t place)
{
	if (p->subjects[place].withheld)
		return;
	for (uint16_t k = 0; k < p->n_lists; k++) {
		struct probe_list *l = &p->lists[k];

		if ((l->state[place] & PAIR_OURS) == 0 ||
		    (l->state[place] & PAIR_URGENT) != 0 ||
		    l->health == HEALTH_BAD)
			continue;
		l->state[place] |= PAIR_URGENT;
		l->n_urgent++;
	}
}

void
prober_urgent(struct prober *p, struct str subject)
{
	struct dnsbl_what w = dnsbl_what(subject);
	uint32_t now;

	p->now_us = clock_mono_us();
	now = prober_tick(p);

	for (uint32_t i = 0; i < p->n_subjects && !p->o.once; i++) {
		struct probe_subject *u = &p->subjects[i];

		if (u->what.kind != DNSBL_DOMAIN &&
		    !dnsbl_neighbours(&u->what, &w))
			continue;
		/* 137 alarms of one segment are one. */
		if (u->urgent != 0 &&
		    now - u->urgent < URGENT_AGAIN_S * (1000 / TICK_MS))
			continue;
		u->urgent = now;
		make_urgent(p, i);
	}
	prober_wake(p);
}
