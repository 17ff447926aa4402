/*
 * acts_advise.c - what the model knows, put into a case for advice.c: how much
 * a provider took while it refused, from whom, and how much waits.
 */
#include "core/acts_int.h"
#include "core/num.h"

enum {
	MINUTE_MS = 60000,
	RARE_MILLI = 50, /* of what was tried: refusals no longer matter */
	RECENT_MS = 2 * MINUTE_MS,
	LOAD_LEAST_MS = 30000,
};

static unsigned
handles_of(const struct model *m, const struct act_subject *of, host_id host)
{
	unsigned n = 0;

	for (egress_id i = 0; i < m->n_egress; i++) {
		const struct egress *e = &m->egress[i];

		if (e->host != host || e->rest || e->handles[0] == '\0' ||
		    !acts_touch(of, e, (struct str){NULL, 0}))
			continue;
		n++;
		for (const char *p = e->handles; *p != '\0'; p++)
			n += *p == ',';
	}
	return n > 0 ? n : 1;
}

/* Attempts per domain of a provider, scaled to what one egress IP's part of
 * them is: domains are counted over all. */
static void
load_domains(struct model *m, uint32_t provider, uint64_t part, uint64_t whole,
    int64_t from_ms, int64_t to_ms, struct advice_load *l)
{
	for (uint32_t i = 0; i < m->n_domains; i++) {
		uint64_t n;

		if (m->domains[i].provider != provider)
			continue;
		n = acts_tried(&m->domains[i].tally, from_ms, to_ms);
		if (n == 0)
			continue;
		if (whole > part)
			n = (n * part + whole - 1) / whole;
		if (l->n < ADVICE_DOMAINS) {
			l->tried[l->n++] = (uint32_t)n;
		} else {
			l->tried_more += n;
			l->n_more++;
		}
	}
}

static void
load_of(struct model *m, const struct cell *of, int64_t from_ms, int64_t to_ms,
    struct advice_load *l)
{
	struct cell *c = &m->cells[of - m->cells];
	struct keyed *p = NULL;
	uint64_t part, whole = 0;

	from_ms = acts_step_up(acts_later(from_ms, to_ms - EFFECT_SPAN_MS));
	to_ms = acts_step_down(to_ms);
	if (to_ms - from_ms < LOAD_LEAST_MS)
		return;
	for (uint32_t i = 0; i < m->n_providers && p == NULL; i++)
		if (m->providers[i].key == c->provider)
			p = &m->providers[i];
	part = acts_tried(&c->tally, from_ms, to_ms);
	if (p != NULL)
		whole = acts_tried(&p->tally, from_ms, to_ms);
	l->over_ms = to_ms - from_ms;
	l->accepted = tally_since(&c->tally, STAT_SENT, from_ms, to_ms - 1);
	load_domains(m, c->provider, part, whole, from_ms, to_ms, l);
}

/* A pair that refused us something, of an egress IP of that host, and touched
 * by the act. */
static bool
is_refused(const struct model *m, const struct act_subject *of, host_id host,
    const struct cell *c)
{
	return c->throttle != NULL && c->egress < m->n_egress &&
	       m->egress[c->egress].host == host &&
	       acts_touch(of, &m->egress[c->egress],
		   intern_text(m->texts, c->provider));
}

/* The pair that is refused most in a span; NULL none. all: added up. */
static const struct cell *
most_refused(const struct model *m, const struct act_subject *of, host_id host,
    int64_t from_ms, int64_t to_ms, uint64_t *all)
{
	const struct cell *worst = NULL;
	uint64_t most = 0;

	*all = 0;
	for (uint32_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];
		uint64_t n;

		if (!is_refused(m, of, host, c))
			continue;
		n = series_sum(&c->throttle->refused, 0, from_ms, to_ms);
		*all += n;
		if (n > most) {
			most = n;
			worst = c;
		}
	}
	return worst;
}

static int64_t
last_refused_ms(const struct model *m, const struct lease *l)
{
	int64_t last_ms = 0;

	for (uint32_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		if (is_refused(m, &l->of, l->host, c))
			last_ms = acts_later(last_ms, c->throttle->last_ms);
	}
	return last_ms;
}

/* Messages that wait for it; -1: no reading tells. */
static int64_t
waiting_of(const struct model *m, const struct act_subject *of, host_id host)
{
	bool known = false;
	int64_t n = 0;

	if (m->hosts[host].queue == NULL)
		return -1;
	if (of->on == ACT_ON_PROVIDER && of->egress[0] == '\0')
		return (int64_t)model_drain_of_provider(
		    m, host, str_of(of->provider))
		    .waiting;
	for (egress_id i = 0; i < m->n_egress; i++)
		if (m->egress[i].host == host && m->egress[i].queue_known &&
		    acts_touch(of, &m->egress[i], (struct str){NULL, 0})) {
			n += (int64_t)m->egress[i].queue;
			known = true;
		}
	return known ? n : -1;
}

static bool
is_much(uint64_t refused, uint64_t tried)
{
	return refused > 0 && refused * 1000 > tried * RARE_MILLI;
}

static void
look_before(struct model *m, const struct lease *l, const struct effect *e,
    struct act_before *b)
{
	const struct effect_span *s = &e->before;
	uint64_t all;
	const struct cell *worst =
	    most_refused(m, &l->of, l->host, s->from_ms, s->to_ms, &all);

	*b = (struct act_before){
	    .known = true, .refused = worst != NULL && is_much(all, s->tried)};
	if (worst != NULL)
		str_copy(b->provider, sizeof b->provider,
		    intern_text(m->texts, worst->provider));
	b->standing = !b->refused && is_much(s->refused - all, s->tried);
	b->load.handles = handles_of(m, &l->of, l->host);
	if (worst != NULL)
		load_of(m, worst, s->from_ms, s->to_ms, &b->load);
}

/* Those of our egress IPs, of any host, that the act does not touch. */
static const struct cell *
look_elsewhere(struct model *m, const struct act_subject *of, int64_t from_ms,
    int64_t to_ms, struct advice_case *c)
{
	uint32_t provider = intern_find(m->texts, str_of(c->provider));
	const struct cell *worst = NULL;
	uint64_t most = 0;

	for (uint32_t i = 0; i < m->n_cells; i++) {
		struct cell *o = &m->cells[i];
		uint64_t n, tried;

		if (o->provider != provider || o->egress >= m->n_egress ||
		    m->egress[o->egress].rest ||
		    acts_touch(of, &m->egress[o->egress],
			intern_text(m->texts, provider)))
			continue;
		tried = acts_tried(&o->tally, from_ms, to_ms);
		c->others += tried > 0;
		n = o->throttle == NULL
			? 0
			: series_sum(&o->throttle->refused, 0, from_ms, to_ms);
		c->others_refused += is_much(n, tried);
		if (n > most) {
			most = n;
			worst = o;
		}
	}
	return worst;
}

/* A limit works on all of the mail that a pause keeps back from who refused:
 * beside a part's pace the rest would go as before. */
static bool
paces_all(const struct act_subject *limit, const struct act_subject *pause,
    const char *provider)
{
	struct str of = str_of(limit->provider);

	return limit->domain[0] == '\0' &&
	       (limit->egress[0] == '\0' ||
		   strcmp(limit->egress, pause->egress) == 0) &&
	       (of.n == 0 || str_ieq(of, str_of(pause->provider)) ||
		   str_ieq(of, str_of(provider)));
}

/* A pause's end will find such a limit in force. */
static bool
is_paced(const struct model *m, const struct lease *l, const char *provider)
{
	for (size_t i = 0; i < m->acts.n; i++) {
		const struct lease *o = &m->acts.leases[i];

		if (o->host == l->host && o->state == LEASE_IN_FORCE &&
		    acts_limits(o->verb) && o->since_ms >= l->since_ms &&
		    acts_overlap(&o->of, &l->of) &&
		    paces_all(&o->of, &l->of, provider))
			return true;
	}
	return false;
}

static void
advise_pause(struct model *m, const struct lease *l, struct act_effect *x)
{
	const struct effect *e = &x->e;
	struct act_before *b = &x->before;
	struct advice_case c = {.verb = l->verb,
	    .of = &l->of,
	    .lease = l->id,
	    .now_ms = e->after.to_ms,
	    .quiet_ms = e->after.to_ms - e->begin_ms,
	    .known = e->verdict != EFFECT_PENDING};
	/* Meanwhile: what was before it may have been mended since. */
	int64_t from_ms = acts_later(e->begin_ms - EFFECT_DRAIN_MS,
	    acts_step_up(e->after.to_ms - EFFECT_SPAN_MS));
	const struct cell *worst;

	if (acts_is_keyed(&l->of))
		return;
	if (!x->settled || !b->known)
		look_before(m, l, e, b);
	/* Its end is all there is left to do, whatever that act has done. */
	c.paced = is_paced(m, l, b->provider);
	if (e->over ? !c.paced : !e->live || e->verdict != EFFECT_STOPPED)
		return;
	c.known |= c.paced;
	c.refused = b->refused;
	c.standing = b->standing;
	c.load = b->load;
	if (b->refused) {
		c.provider = b->provider;
		worst = look_elsewhere(m, &l->of, from_ms, e->after.to_ms, &c);
		if (worst != NULL && advice_elsewhere(&c)) {
			const struct egress *w = &m->egress[worst->egress];
			struct act_subject of = {.on = ACT_ON_EGRESS};

			str_copy(of.egress, sizeof of.egress, str_of(w->ip));
			c.load = (struct advice_load){
			    .handles = handles_of(m, &of, w->host)};
			load_of(m, worst, from_ms, e->after.to_ms, &c.load);
		}
	}
	advice_make(&x->next, &c);
}

void
acts_advise_lease(struct model *m, const struct lease *l, struct act_effect *x)
{
	const struct effect *e = &x->e;
	struct effect_span recent = {.to_ms = e->after.to_ms,
	    .from_ms = acts_later(e->begin_ms, e->after.to_ms - RECENT_MS)};
	struct advice_case c = {.verb = l->verb,
	    .of = &l->of,
	    .lease = l->id,
	    .now_ms = e->after.to_ms,
	    .known = e->verdict != EFFECT_PENDING,
	    .hurts = e->verdict == EFFECT_WORSE};
	const struct cell *worst;
	struct str value = str_of(l->value);
	uint64_t all;

	x->next = (struct advice){0};
	if (l->verb == VERB_PAUSE)
		advise_pause(m, l, x);
	if (!acts_limits(l->verb) || e->over || !e->live ||
	    acts_is_keyed(&l->of) || e->verdict == EFFECT_NONE ||
	    e->why == EFFECT_NOT_TOLD)
		return;
	if (value.n > 0 && value.p[value.n - 1] == 's')
		value.n--;
	if (num_u32(value, &c.value) != ERR_OK)
		return;
	acts_count(&recent, m, &l->of, l->host);
	c.refused = recent.refused * 1000 > recent.tried * RARE_MILLI;
	c.quiet_ms =
	    e->after.to_ms - acts_later(e->begin_ms, last_refused_ms(m, l));
	c.waiting = waiting_of(m, &l->of, l->host);
	c.load.handles = handles_of(m, &l->of, l->host);
	worst = c.refused ? most_refused(m, &l->of, l->host, recent.from_ms,
				recent.to_ms, &all)
			  : NULL;
	if (worst != NULL)
		load_of(m, worst, e->begin_ms, e->after.to_ms, &c.load);
	advice_make(&x->next, &c);
}

void
acts_advise(struct model *m, uint32_t at, struct advice *out)
{
	const struct cell *cell = &m->cells[at];
	const struct egress *e = &m->egress[cell->egress];
	struct str provider = intern_text(m->texts, cell->provider);
	const struct throttle *t = cell->throttle;
	struct act_subject of = {.on = ACT_ON_PROVIDER};
	struct advice_case c = {.verb = VERB_N, .of = &of, .known = true};
	int64_t clock_ms = update_log_clock(m, e->host);

	*out = (struct advice){0};
	if (t == NULL || t->state != THROTTLE_THROTTLED || e->rest ||
	    e->ip[0] == '\0' || !acts_host_read(&m->hosts[e->host]) ||
	    acts_of_egress(m, e, provider) != NULL)
		return;
	str_copy(of.egress, sizeof of.egress, str_of(e->ip));
	str_copy(of.provider, sizeof of.provider, provider);
	c.refused = true;
	c.now_ms = clock_ms;
	c.load.handles = handles_of(m, &of, e->host);
	load_of(m, cell, t->start_ms, clock_ms, &c.load);
	advice_make(out, &c);
}
