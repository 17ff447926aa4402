/*
 * alert_rate.c - rules over shares of attempts in the last ten minutes:
 * bounces by pool (or host), deferrals by provider. One cause, one alert: when
 * most providers defer at once the trouble is ours, and told once.
 */
#include "core/alert_int.h"

enum {
	BOUNCE_CRIT_TIMES = 3, /* the threshold */
	DEFERRAL_CRIT_MILLI = 800,
	MOST_LEAST = 4, /* providers that can be "most of them" */
};

static bool
is_over(uint64_t bad, uint64_t all, uint32_t milli, uint32_t least)
{
	return all >= least && all > 0 && bad * 1000 >= all * milli;
}

static int64_t
share(uint64_t bad, uint64_t all)
{
	return all == 0 ? 0 : (int64_t)(bad * 1000 / all);
}

/* Attempts of a tally in the window; *what gets those of one figure. */
static uint64_t
attempts(struct tally *t, enum figure what, int64_t now_ms, uint64_t *n)
{
	uint64_t v[] = {alert_window(t, STAT_SENT, now_ms),
	    alert_window(t, STAT_DEFERRED, now_ms),
	    alert_window(t, STAT_BOUNCED, now_ms)};

	*n = what == STAT_DEFERRED ? v[1] : v[2];
	return v[0] + v[1] + v[2];
}

static void
count_bounces(struct model *m, struct egress *e)
{
	const struct alert_rules *r = &m->alerts.rules;
	uint64_t bad, all;
	struct group *g;

	if (!alert_host_live(&m->hosts[e->host]))
		return;
	all = attempts(&e->tally, STAT_BOUNCED, m->now_ms, &bad);
	g = all == 0 ? NULL : alert_group_of_egress(m, e);
	if (g == NULL)
		return;
	g->attempts += all;
	g->bad += bad;
	g->touched += bad > 0;
	if (!is_over(bad, all, r->bounce_milli, r->bounce_min))
		return;
	alert_group_join(
	    g, str_of(model_egress_label(e)), e->host, e->id, share(bad, all));
	g->hit_attempts += all;
	g->hit_bad += bad;
}

/* Single addresses over it; or all of them together, each with too few. */
static void
judge_bounces(struct model *m, const struct group *g)
{
	const struct alert_rules *r = &m->alerts.rules;
	bool single = g->members > 0;
	uint64_t bad = single ? g->hit_bad : g->bad;
	uint64_t all = single ? g->hit_attempts : g->attempts;
	int64_t milli = share(bad, all);
	struct condition c = alert_condition(g);

	if (!single && !is_over(bad, all, r->bounce_milli, r->bounce_min))
		return;
	c.severity = milli >= (int64_t)r->bounce_milli * BOUNCE_CRIT_TIMES
			 ? SEV_CRIT
			 : SEV_WARN;
	if (!single)
		c.members = g->touched;
	c.value = milli;
	c.threshold = r->bounce_milli;
	c.base = all;
	alert_holds(m, RULE_BOUNCE, &c);
}

void
alert_eval_bounce(struct model *m)
{
	struct alert_scratch *x = m->alerts.scratch;

	for (egress_id i = 0; i < m->n_egress; i++)
		count_bounces(m, &m->egress[i]);
	for (uint32_t i = 0; i < x->n_groups; i++)
		judge_bounces(m, &x->groups[i]);
}

/* Providers over the threshold become groups; how many had enough mail. */
static uint32_t
find_deferring(struct model *m)
{
	const struct alert_rules *r = &m->alerts.rules;
	uint32_t enough = 0;

	for (uint32_t i = 0; i < m->n_providers; i++) {
		struct keyed *k = &m->providers[i];
		uint64_t bad, all;
		struct group *g;

		if (k->key == 0 || k->key == INTERN_OTHER)
			continue;
		all = attempts(&k->tally, STAT_DEFERRED, m->now_ms, &bad);
		enough += all >= r->deferral_min;
		if (!is_over(bad, all, r->deferral_milli, r->deferral_min))
			continue;
		g = alert_group(
		    m, CAUSE_PROVIDER, k->key, intern_text(m->texts, k->key));
		if (g == NULL)
			continue;
		g->attempts = all;
		g->bad = bad;
	}
	return enough;
}

/* Where the cause is better known, or told for all: no new alert, and none that
 * closes meanwhile. */
static void
find_told(struct model *m, bool most)
{
	struct alert_scratch *x = m->alerts.scratch;

	for (uint32_t i = 0; i < x->n_groups; i++) {
		struct group *g = &x->groups[i];

		g->told = (most || alert_of_cause(&m->alerts, RULE_THROTTLE,
				       g->kind, g->cause) != NULL) &&
			  alert_of_cause(&m->alerts, RULE_DEFERRAL, g->kind,
			      g->cause) == NULL;
	}
}

/* The egress IPs that meet it. */
static void
find_members(struct model *m)
{
	struct alert_scratch *x = m->alerts.scratch;

	for (uint32_t i = 0; x->n_groups > 0 && i < m->n_cells; i++) {
		struct cell *c = &m->cells[i];
		const struct egress *e;
		uint64_t bad;
		uint32_t at;

		if (c->egress >= m->n_egress ||
		    tally_total(&c->tally, STAT_DEFERRED) == 0)
			continue;
		at = table_find(
		    &x->by, (uint64_t)c->provider << 3 ^ CAUSE_PROVIDER);
		bad = at == TABLE_NONE || x->groups[at].told
			  ? 0
			  : alert_window(&c->tally, STAT_DEFERRED, m->now_ms);
		if (bad == 0)
			continue;
		e = &m->egress[c->egress];
		alert_group_join(&x->groups[at], str_of(model_egress_label(e)),
		    e->host, c->egress, (int64_t)bad);
	}
}

static void
raise_deferral(struct model *m, const struct group *g)
{
	struct condition c = alert_condition(g);

	c.value = share(g->bad, g->attempts);
	c.severity = c.value >= DEFERRAL_CRIT_MILLI ? SEV_CRIT : SEV_WARN;
	c.threshold = m->alerts.rules.deferral_milli;
	c.base = g->attempts;
	alert_holds(m, RULE_DEFERRAL, &c);
}

void
alert_eval_deferral(struct model *m)
{
	struct alert_scratch *x = m->alerts.scratch;
	struct group all = {.kind = CAUSE_PROVIDERS,
	    .cause = STR_LIT("*"),
	    .host = HOST_NONE,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE};
	bool live = false, most;
	uint32_t enough;

	for (host_id i = 0; i < m->n_hosts; i++)
		live |= alert_host_live(&m->hosts[i]);
	if (!live)
		return;
	enough = find_deferring(m);
	most = enough >= MOST_LEAST && x->n_groups * 2 > enough;
	find_told(m, most);
	find_members(m);
	for (uint32_t i = 0; i < x->n_groups; i++) {
		const struct group *g = &x->groups[i];

		all.bad += g->bad;
		all.attempts += g->attempts;
		if (!g->told)
			raise_deferral(m, g);
	}
	all.members = x->n_groups;
	if (most)
		raise_deferral(m, &all);
}
