/*
 * update_acts.c - leases as hosts tell them become marks, and each act in force
 * is measured: which mail it touches, from when to when it is looked at. What
 * the counts mean is in effect.c, what to do next in advice.c.
 */
#include "core/acts_int.h"

#include <stdlib.h>

enum {
	/* Counts of 5 s are kept for an hour: what was before an act is taken
	 * while they reach back that far, and then stays. */
	FINE_MS = 55 * 60000,
};

/* Times of a host on our clock. */
static int64_t
our_ms(const struct host *h, int64_t host_ms)
{
	return h->found == NULL ? host_ms : host_ms - h->found->clock_offset_ms;
}

/* --- marks --- */

static bool
marked(const struct acts *a, const struct lease *l, host_id host, bool end)
{
	for (size_t i = 0; i < a->n_marks; i++)
		if (a->marks[i].end == end && a->marks[i].host == host &&
		    strcmp(a->marks[i].id, l->id) == 0)
			return true;
	return false;
}

static void
mark(struct acts *a, const struct lease *l, host_id host, bool end,
    int64_t at_ms)
{
	struct act_mark k = {.at_ms = at_ms,
	    .host = host,
	    .end = end,
	    .verb = l->verb,
	    .of = l->of};
	size_t i;

	if (a->marks == NULL)
		a->marks = calloc(ACTS_MARKS, sizeof *a->marks);
	if (a->marks == NULL || marked(a, l, host, end))
		return;
	str_copy(k.id, sizeof k.id, str_of(l->id));
	str_copy(k.value, sizeof k.value, str_of(l->value));
	str_copy(k.who, sizeof k.who, str_of(l->who));
	if (a->n_marks == ACTS_MARKS) {
		a->n_marks--;
		memmove(a->marks, a->marks + 1, a->n_marks * sizeof *a->marks);
	}
	for (i = a->n_marks; i > 0 && a->marks[i - 1].at_ms > at_ms; i--)
		a->marks[i] = a->marks[i - 1];
	a->marks[i] = k;
	a->n_marks++;
}

static const struct lease *
find(const struct lease *v, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].id, id) == 0)
			return &v[i];
	return NULL;
}

/* The host no longer has it: since when? */
static void
mark_end(struct model *m, const struct lease *l)
{
	int64_t until_ms = our_ms(&m->hosts[l->host], l->until_ms);

	mark(&m->acts, l, l->host, true,
	    l->until_ms != 0 && until_ms < m->now_ms ? until_ms : m->now_ms);
}

/* --- what hosts tell --- */

/* Room for n in both arrays; false: memory ends, all stays as it is. */
static bool
make_room(struct acts *a, size_t n)
{
	struct lease *l = realloc(a->leases, (n + 1) * sizeof *l);
	struct act_effect *e;

	if (l == NULL)
		return false;
	a->leases = l;
	e = realloc(a->effects, (n + 1) * sizeof *e);
	if (e == NULL)
		return false;
	a->effects = e;
	return true;
}

/* The place of a lease known before; n: of none. */
static size_t
place_of(const struct acts *a, host_id host, const char *id)
{
	size_t i = 0;

	while (i < a->n &&
	       (a->leases[i].host != host || strcmp(a->leases[i].id, id) != 0))
		i++;
	return i;
}

/* Those of the host that it no longer tells. */
static void
drop_ended(struct model *m, const struct host *h, const struct event *in)
{
	struct acts *a = &m->acts;
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (a->leases[i].host == h->id &&
		    find(in->u.leases.v, in->u.leases.n, a->leases[i].id) ==
			NULL) {
			mark_end(m, &a->leases[i]);
			continue;
		}
		a->leases[n] = a->leases[i];
		a->effects[n++] = a->effects[i];
	}
	a->n = n;
}

void
update_leases(struct model *m, struct host *h, const struct event *in)
{
	struct acts *a = &m->acts;

	h->leases_ms = m->now_ms;
	drop_ended(m, h, in);
	if (!make_room(a, a->n + in->u.leases.n))
		return;
	for (size_t i = 0; i < in->u.leases.n && a->n < ACTS_LEASES; i++) {
		const struct lease *l = &in->u.leases.v[i];
		size_t at = place_of(a, h->id, l->id);

		if (at == a->n) {
			a->effects[a->n++] = (struct act_effect){0};
			mark(a, l, h->id, false, our_ms(h, l->since_ms));
		}
		a->leases[at] = *l;
		a->leases[at].host = h->id;
	}
	a->step = 0;
	update_acts(m);
}

/* --- from when to when --- */

/* The nearest act on the same mail before and after an act's beginning. */
static void
neighbours(const struct acts *a, const struct lease *l, int64_t at_ms,
    int64_t *before_ms, int64_t *after_ms)
{
	*before_ms = 0;
	*after_ms = INT64_MAX;
	for (size_t i = 0; i < a->n_marks; i++) {
		const struct act_mark *k = &a->marks[i];

		if (k->host != l->host || strcmp(k->id, l->id) == 0 ||
		    !acts_overlap(&k->of, &l->of))
			continue;
		if (k->at_ms < at_ms)
			*before_ms = acts_later(*before_ms, k->at_ms);
		else if (k->at_ms < *after_ms)
			*after_ms = k->at_ms;
	}
}

/* When the trouble began that was on as the act began: what was before it was
 * well is no measure. 0: there was none. */
static int64_t
trouble_ms(const struct model *m, const struct lease *l, int64_t at_ms)
{
	int64_t first_ms = 0;

	for (uint32_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];
		const struct throttle *t = c->throttle;

		if (t == NULL || c->egress >= m->n_egress ||
		    m->egress[c->egress].host != l->host || t->start_ms == 0 ||
		    t->start_ms >= at_ms ||
		    (t->state == THROTTLE_CLEAR && t->end_ms < at_ms) ||
		    !acts_touch(&l->of, &m->egress[c->egress],
			intern_text(m->texts, c->provider)))
			continue;
		if (first_ms == 0 || t->start_ms < first_ms)
			first_ms = t->start_ms;
	}
	return first_ms;
}

/* What stops mail is asked for nothing but that it does. */
static bool
stops(enum verb v)
{
	return v == VERB_PAUSE || v == VERB_EVACUATE || v == VERB_ISOLATE;
}

static void
set_spans(struct model *m, const struct lease *l, struct act_effect *x)
{
	const struct host *h = &m->hosts[l->host];
	int64_t at_ms = our_ms(h, l->since_ms), prev_ms, next_ms, first_ms;
	int64_t clock_ms = update_log_clock(m, l->host);
	struct effect *e = &x->e;

	neighbours(&m->acts, l, at_ms, &prev_ms, &next_ms);
	if (!x->settled) {
		x->trouble_ms = trouble_ms(m, l, at_ms);
		first_ms = acts_later(at_ms - EFFECT_SPAN_MS, h->log_from_ms);
		first_ms = acts_later(first_ms, x->trouble_ms);
		if (prev_ms != 0)
			first_ms =
			    acts_later(first_ms, prev_ms + EFFECT_SETTLE_MS);
		e->before.from_ms = acts_step_up(first_ms);
		e->before.to_ms = acts_step_down(at_ms);
		if (h->log_from_ms == 0)
			e->before.from_ms = e->before.to_ms;
	}
	e->live = acts_host_read(h);
	e->over = next_ms != INT64_MAX;
	e->begin_ms = acts_step_up(
	    at_ms + (stops(l->verb) ? EFFECT_DRAIN_MS : EFFECT_SETTLE_MS));
	e->after.to_ms =
	    acts_step_down(clock_ms < next_ms ? clock_ms : next_ms);
	e->after.from_ms =
	    acts_later(e->begin_ms, e->after.to_ms - EFFECT_SPAN_MS);
}

/* --- all of them --- */

/* What leaks of a figure of all hosts may be that of a host it is not on. */
static void
judge_stop(const struct model *m, const struct lease *l, struct effect *e)
{
	host_id n = 0;

	effect_judge_stop(e);
	if (e->verdict != EFFECT_LEAKS || !acts_is_keyed(&l->of))
		return;
	for (size_t i = 0; i < m->acts.n; i++)
		if (m->acts.leases[i].verb == l->verb &&
		    act_subject_eq(&m->acts.leases[i].of, &l->of))
			n++;
	if (n < m->n_hosts) {
		e->verdict = EFFECT_UNKNOWN;
		e->why = EFFECT_NOT_TOLD;
	}
}

static void
measure(struct model *m, const struct lease *l, struct act_effect *x)
{
	struct effect *e = &x->e;

	if ((!stops(l->verb) && !acts_limits(l->verb) &&
		l->verb != VERB_SHARES) ||
	    !acts_overlap(&l->of, &l->of)) {
		e->verdict = EFFECT_NONE;
		return;
	}
	set_spans(m, l, x);
	if (!acts_is_told(m, l)) {
		e->verdict = EFFECT_UNKNOWN;
		e->why = EFFECT_NOT_TOLD;
		return;
	}
	if (!x->settled)
		acts_count(&e->before, m, &l->of, l->host);
	acts_count(&e->after, m, &l->of, l->host);
	/* Late lines are in, or what is older is about to be forgotten. */
	x->settled = m->now_ms - e->before.from_ms > FINE_MS;
	if (stops(l->verb))
		judge_stop(m, l, e);
	else
		effect_judge(e);
	acts_advise_lease(m, l, x);
}

void
update_acts(struct model *m)
{
	struct acts *a = &m->acts;
	uint32_t step = (uint32_t)(m->now_ms / SERIES_FINE_MS);

	if (a->n == 0 || a->step == step)
		return;
	a->step = step;
	for (size_t i = 0; i < a->n; i++)
		measure(m, &a->leases[i], &a->effects[i]);
	m->version++;
}

void
acts_done(struct acts *a)
{
	free(a->leases);
	free(a->effects);
	free(a->marks);
	*a = (struct acts){0};
}
