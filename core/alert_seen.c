/*
 * alert_seen.c - rules over states that are kept elsewhere and have their own
 * hysteresis: listings (one alert a list), throttles (one a provider), lists
 * that cannot be asked as the resolver is gone (one for all).
 */
#include "core/alert_int.h"

/* From this share on refused, little gets through any more. */
enum { THROTTLE_CRIT_MILLI = 500 };

/* The subject is on the list that holds all of this one: told there. */
static bool
is_covered(const struct model *m, const struct listing *r)
{
	const struct blocklist *b = blocklists_at(m->lists, r->list);
	const struct listing *whole;

	if (b->covered_by.n == 0)
		return false;
	whole = listings_row(
	    &m->listings, r->subject, blocklists_find(m->lists, b->covered_by));
	return whole != NULL && whole != r && whole->listed;
}

static void
count_listing(struct model *m, const struct listing *r)
{
	const struct blocklist *b = blocklists_at(m->lists, r->list);
	const struct subject *s = &m->listings.subjects[r->subject];
	struct group *g;

	if (b->impact < m->alerts.rules.listing_impact || !s->ours ||
	    is_covered(m, r))
		return;
	g = alert_group(m, CAUSE_LIST, r->list, b->id);
	if (g == NULL)
		return;
	/* The one listed first gives its name. */
	alert_group_join(g, listings_text(&m->listings, s->name), HOST_NONE,
	    EGRESS_NONE, INT64_MAX - r->since_ms);
	g->list = r->list;
	g->domains += s->domain;
	if (g->since_ms == 0 || r->since_ms < g->since_ms)
		g->since_ms = r->since_ms;
}

static enum severity
severity_of(enum impact i)
{
	return i == IMPACT_HIGH	    ? SEV_CRIT
	       : i == IMPACT_MEDIUM ? SEV_WARN
				    : SEV_INFO;
}

void
alert_eval_listing(struct model *m)
{
	const struct listings *l = &m->listings;
	struct alert_scratch *x = m->alerts.scratch;
	uint16_t n = blocklists_count(m->lists);

	for (uint32_t i = 0; i < l->n_rows; i++)
		if (l->rows[i].listed && l->rows[i].list < n)
			count_listing(m, &l->rows[i]);
	for (uint32_t i = 0; i < x->n_groups; i++) {
		const struct group *g = &x->groups[i];
		const struct blocklist *b = blocklists_at(m->lists, g->list);
		struct condition c = alert_condition(g);

		c.severity = severity_of(b->impact);
		c.value = b->impact;
		c.threshold = m->alerts.rules.listing_impact;
		alert_holds(m, RULE_LISTING, &c);
	}
}

/* Refusals that ease off are not over yet. */
static bool
is_throttled(const struct model *m, const struct cell *c)
{
	return c->throttle != NULL && c->egress < m->n_egress &&
	       (c->throttle->state == THROTTLE_THROTTLED ||
		   c->throttle->state == THROTTLE_EASING) &&
	       alert_host_live(&m->hosts[m->egress[c->egress].host]);
}

static void
count_throttle(struct model *m, const struct cell *c)
{
	const struct egress *e = &m->egress[c->egress];
	struct group *g = alert_group(
	    m, CAUSE_PROVIDER, c->provider, intern_text(m->texts, c->provider));

	if (g == NULL)
		return;
	alert_group_join(g, str_of(model_egress_label(e)), e->host, c->egress,
	    c->throttle->peak_milli);
	g->bad += c->throttle->refusals;
	g->touched += c->throttle->state == THROTTLE_THROTTLED;
	if (g->since_ms == 0 || c->throttle->start_ms < g->since_ms)
		g->since_ms = c->throttle->start_ms;
}

void
alert_eval_throttle(struct model *m)
{
	struct alert_scratch *x = m->alerts.scratch;

	for (uint32_t i = 0; i < m->n_cells; i++)
		if (is_throttled(m, &m->cells[i]))
			count_throttle(m, &m->cells[i]);
	for (uint32_t i = 0; i < x->n_groups; i++) {
		const struct group *g = &x->groups[i];
		struct condition c = alert_condition(g);

		/* Easing alone keeps an alert, and opens none. */
		if (g->touched == 0 && alert_of_cause(&m->alerts, RULE_THROTTLE,
					   g->kind, g->cause) == NULL)
			continue;
		c.severity =
		    g->worst >= THROTTLE_CRIT_MILLI ? SEV_CRIT : SEV_WARN;
		c.value = g->worst;
		c.threshold = m->throttle_rules.throttled_milli;
		c.base = g->bad;
		alert_holds(m, RULE_THROTTLE, &c);
	}
}

/* Whoever asks is blind, and a listing would not be seen. */
void
alert_eval_no_resolver(struct model *m)
{
	const struct listings *l = &m->listings;
	struct condition c = {.severity = SEV_WARN,
	    .kind = CAUSE_LISTS,
	    .cause = STR_LIT("*"),
	    .host = HOST_NONE,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE,
	    .threshold = m->alerts.rules.host_down_ms};

	for (uint16_t i = 0; i < l->n_lists; i++) {
		const struct list_state *s = &l->lists[i];

		if (!s->no_resolver || (l->use_said && !s->used))
			continue;
		if (c.members++ == 0 || s->since_ms < c.since_ms) {
			c.since_ms = s->since_ms;
			c.list = i;
			c.first = blocklists_at(m->lists, i)->id;
		}
	}
	c.value = m->now_ms - c.since_ms;
	if (c.members > 0)
		alert_holds(m, RULE_NO_RESOLVER, &c);
}
