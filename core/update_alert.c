/*
 * update_alert.c - how alerts come and go: conditions that rules found become
 * pending, open, worse, quiet and closed alerts; and what the operator says
 * of them. The rules are in alert_*.c. No clock: time is the model's.
 */
#include "core/alert_int.h"
#include "core/model_index.h"

#include <stdlib.h>

/* Ticks come every second, never quite. */
enum { EVALUATE_MS = 900 };

void
alerts_init(struct model *m, const struct alert_rules *rules)
{
	m->alerts.rules = rules != NULL ? *rules : alert_rules_default;
	m->alerts.next_id = 1;
}

void
alerts_done(struct model *m)
{
	struct alert_scratch *x = m->alerts.scratch;

	free(m->alerts.v);
	if (x == NULL)
		return;
	free(x->down_ms);
	free(x->usual);
	free(x->groups);
	table_done(&x->by);
	free(x);
}

/* ---- what is kept between evaluations ---- */

static bool
scratch_ready(struct model *m)
{
	struct alert_scratch *x = m->alerts.scratch;
	struct usual *more;

	if (x == NULL) {
		x = calloc(1, sizeof *x);
		if (x == NULL)
			return false;
		m->alerts.scratch = x;
		x->down_ms = calloc(m->n_hosts + 1U, sizeof *x->down_ms);
	}
	if (x->down_ms == NULL)
		return false;
	if (x->n_usual < m->n_egress) {
		more = realloc(x->usual, m->n_egress * sizeof *more);
		if (more == NULL)
			return false;
		x->usual = more;
		for (; x->n_usual < m->n_egress; x->n_usual++)
			x->usual[x->n_usual] = (struct usual){.n = -1};
	}
	return true;
}

void
alert_groups_clear(struct model *m)
{
	struct alert_scratch *x = m->alerts.scratch;

	x->n_groups = 0;
	table_clear(&x->by);
}

struct group *
alert_group(
    struct model *m, enum alert_cause kind, uint64_t key, struct str cause)
{
	struct alert_scratch *x = m->alerts.scratch;
	uint64_t full = key << 3 ^ kind;
	uint32_t at = table_find(&x->by, full);

	if (at != TABLE_NONE)
		return &x->groups[at];
	if (x->n_groups == x->room_groups) {
		uint32_t room = x->room_groups == 0 ? 16 : x->room_groups * 2;
		struct group *more = realloc(x->groups, room * sizeof *more);

		if (more == NULL)
			return NULL;
		x->groups = more;
		x->room_groups = room;
	}
	if (!table_put(&x->by, full, x->n_groups))
		return NULL;
	x->groups[x->n_groups] = (struct group){.kind = kind,
	    .cause = cause,
	    .host = HOST_NONE,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE,
	    .worst = -1};
	return &x->groups[x->n_groups++];
}

struct group *
alert_group_of_egress(struct model *m, const struct egress *e)
{
	if (e->pool[0] != '\0')
		return alert_group(m, CAUSE_POOL, str_hash(str_of(e->pool), 0),
		    str_of(e->pool));
	return alert_group(
	    m, CAUSE_HOST, e->host, str_of(m->hosts[e->host].name));
}

void
alert_group_join(struct group *g, struct str name, host_id host,
    egress_id egress, int64_t how_bad)
{
	if (g->members == 0)
		g->host = host;
	else if (g->host != host)
		g->host = HOST_NONE;
	if (how_bad > g->worst) {
		g->worst = how_bad;
		g->first = name;
		g->egress = egress;
	}
	g->members++;
}

struct condition
alert_condition(const struct group *g)
{
	return (struct condition){.kind = g->kind,
	    .cause = g->cause,
	    .first = g->first,
	    .host = g->host,
	    .egress = g->egress,
	    .list = g->list,
	    .members = g->members,
	    .domains = g->domains,
	    .since_ms = g->since_ms};
}

bool
alert_host_live(const struct host *h)
{
	return h->link == LINK_UP && h->log_live;
}

uint64_t
alert_window(struct tally *t, enum figure f, int64_t now_ms)
{
	if (t->last_ms <= now_ms - ALERT_WINDOW_MS)
		return 0;
	return tally_since(t, f, now_ms + 1 - ALERT_WINDOW_MS, now_ms);
}

/* ---- finding, making, letting go ---- */

static bool
is_of(const struct alert *a, enum alert_rule rule, enum alert_cause kind,
    struct str cause)
{
	return a->rule == rule && a->kind == kind &&
	       str_eq(str_of(a->cause), cause);
}

struct alert *
alert_of_cause(struct alerts *a, enum alert_rule rule, enum alert_cause kind,
    struct str cause)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (a->v[i].closed_ms == 0 &&
		    is_of(&a->v[i], rule, kind, cause))
			return &a->v[i];
	return NULL;
}

/* A closed one that is the same trouble, should it be back. */
static struct alert *
reopen(struct model *m, enum alert_rule rule, const struct condition *c)
{
	struct alerts *a = &m->alerts;

	for (uint32_t i = a->n; i-- > 0;) {
		struct alert *v = &a->v[i];

		if (v->closed_ms == 0 || !is_of(v, rule, c->kind, c->cause) ||
		    (m->now_ms - v->closed_ms > ALERT_REOPEN_MS &&
			v->muted_until_ms <= m->now_ms))
			continue;
		v->closed_ms = 0;
		v->changed_ms = m->now_ms;
		v->times++;
		m->version++;
		return v;
	}
	return NULL;
}

static void
drop_at(struct alerts *a, uint32_t i)
{
	a->n--;
	memmove(a->v + i, a->v + i + 1, (a->n - i) * sizeof *a->v);
}

/* The one that is missed least: closed longest ago, or else only pending. */
static bool
make_room(struct alerts *a)
{
	uint32_t least = UINT32_MAX;

	for (uint32_t i = 0; i < a->n; i++)
		if (a->v[i].closed_ms != 0 &&
		    (least == UINT32_MAX ||
			a->v[i].closed_ms < a->v[least].closed_ms))
			least = i;
	for (uint32_t i = 0; i < a->n && least == UINT32_MAX; i++)
		if (a->v[i].opened_ms == 0 && !a->v[i].seen)
			least = i;
	if (least == UINT32_MAX)
		return false;
	drop_at(a, least);
	return true;
}

static struct alert *
make(struct model *m, enum alert_rule rule, const struct condition *c)
{
	struct alerts *a = &m->alerts;
	struct alert *v = a->v;

	if (v == NULL)
		v = a->v = malloc(ALERTS_MAX * sizeof *v);
	if (v == NULL || (a->n == ALERTS_MAX && !make_room(a))) {
		a->beyond++;
		return NULL;
	}
	v = &a->v[a->n++];
	*v = (struct alert){.id = a->next_id++,
	    .rule = rule,
	    .kind = c->kind,
	    .since_ms = c->since_ms != 0 ? c->since_ms : m->now_ms,
	    .changed_ms = m->now_ms};
	str_copy(v->cause, sizeof v->cause, c->cause);
	m->version++;
	return v;
}

/* ---- one alert's life ---- */

static bool
is_muted(const struct model *m, const struct alert *v)
{
	return v->muted_until_ms > m->now_ms;
}

static void
ring(struct model *m, struct alert *v)
{
	v->rang_ms = m->now_ms;
	v->rang_members = v->members;
	if (v->severity > v->rang_severity)
		v->rang_severity = v->severity;
	v->ack_ms = 0;
	if (v->severity > SEV_INFO)
		m->alerts.rings++;
}

static void
take_facts(struct model *m, struct alert *v, const struct condition *c)
{
	if (v->members != c->members || v->severity != c->severity) {
		v->changed_ms = m->now_ms;
		m->version++;
	}
	v->severity = c->severity;
	v->host = c->host;
	v->egress = c->egress;
	v->list = c->list;
	v->members = c->members;
	v->domains = c->domains;
	if (c->members > v->peak)
		v->peak = c->members;
	str_copy(v->first, sizeof v->first, c->first);
	v->value = c->value;
	v->threshold = c->threshold;
	v->base = c->base;
	if (c->since_ms != 0 && c->since_ms < v->since_ms)
		v->since_ms = c->since_ms;
}

static bool
is_worse(const struct model *m, const struct alert *v)
{
	return v->severity > v->rang_severity ||
	       (v->members >= 2 * v->rang_members &&
		   m->now_ms - v->rang_ms >= ALERT_RERING_MS);
}

void
alert_holds(struct model *m, enum alert_rule rule, const struct condition *c)
{
	int64_t (*wait_ms)(const struct alert_rules *) =
	    alert_rule_rows[rule].wait_ms;
	struct alert *v = alert_of_cause(&m->alerts, rule, c->kind, c->cause);

	if (v == NULL)
		v = reopen(m, rule, c);
	if (v == NULL)
		v = make(m, rule, c);
	if (v == NULL)
		return;
	take_facts(m, v, c);
	v->seen = true;
	v->quiet_ms = 0;
	if (v->opened_ms != 0) {
		if (!is_muted(m, v) && is_worse(m, v))
			ring(m, v);
		return;
	}
	if (wait_ms != NULL &&
	    m->now_ms - v->since_ms < wait_ms(&m->alerts.rules))
		return;
	v->opened_ms = m->now_ms;
	v->times = 1;
	m->version++;
	ring(m, v);
}

/* Can its rule say anything of it now? */
static bool
is_judged(const struct model *m, const struct alert *v)
{
	enum alert_source s = alert_rule_rows[v->rule].source;

	if (s == SOURCE_NONE)
		return true;
	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct host *h = &m->hosts[i];

		if ((v->host == HOST_NONE || v->host == i) &&
		    h->link == LINK_UP && (s == SOURCE_LINK || h->log_live))
			return true;
	}
	return false;
}

/* Its condition does not hold now; false: it is nothing any more. */
static bool
gone(struct model *m, struct alert *v)
{
	if (v->closed_ms != 0 || !is_judged(m, v))
		return true;
	if (v->opened_ms == 0) {
		m->version++;
		return false;
	}
	if (v->quiet_ms == 0)
		v->quiet_ms = m->now_ms;
	if (m->now_ms - v->quiet_ms >= m->alerts.rules.clear_ms) {
		v->closed_ms = v->changed_ms = m->now_ms;
		m->version++;
	}
	return true;
}

static void
run_rule(struct model *m, enum alert_rule rule)
{
	struct alerts *a = &m->alerts;

	for (uint32_t i = 0; i < a->n; i++)
		a->v[i].seen = false;
	alert_groups_clear(m);
	alert_rule_rows[rule].evaluate(m);
	for (uint32_t i = a->n; i-- > 0;)
		if (a->v[i].rule == rule && !a->v[i].seen && !gone(m, &a->v[i]))
			drop_at(a, i);
}

/* Mutes that end, closed ones that are history; what is open in all. */
static void
settle(struct model *m)
{
	struct alerts *a = &m->alerts;
	uint32_t open[SEV_N] = {0};

	for (uint32_t i = a->n; i-- > 0;) {
		struct alert *v = &a->v[i];

		if (v->muted_until_ms != 0 && !is_muted(m, v)) {
			v->muted_until_ms = 0;
			m->version++;
			if (alert_is_open(v) && v->ack_ms == 0 &&
			    v->quiet_ms == 0)
				ring(m, v);
		}
		if (v->closed_ms != 0 && v->muted_until_ms == 0 &&
		    m->now_ms - v->closed_ms > ALERT_KEEP_MS) {
			drop_at(a, i);
			continue;
		}
		open[v->severity] += alert_state_of(v, m->now_ms) == ALERT_NEW;
	}
	memcpy(a->open, open, sizeof open);
}

static void
evaluate(struct model *m, bool all)
{
	struct alert_scratch *x;

	if (!scratch_ready(m))
		return;
	x = m->alerts.scratch;
	x->all = all;
	x->turn++;
	m->alerts.evaluated_ms = m->now_ms;
	for (unsigned r = 0; r < RULE_N; r++)
		if (all || x->turn % alert_rule_rows[r].every ==
			       r % alert_rule_rows[r].every)
			run_rule(m, (enum alert_rule)r);
	settle(m);
}

void
update_alerts(struct model *m)
{
	int64_t since_ms = m->now_ms - m->alerts.evaluated_ms;

	if (since_ms >= EVALUATE_MS || since_ms < 0)
		evaluate(m, false);
}

void
alerts_evaluate(struct model *m)
{
	evaluate(m, true);
}

void
update_alerts_listed(struct model *m, uint16_t list)
{
	const struct blocklist *l;

	if (list >= blocklists_count(m->lists) || !scratch_ready(m))
		return;
	l = blocklists_at(m->lists, list);
	if (l->impact < m->alerts.rules.listing_impact ||
	    alert_of_cause(&m->alerts, RULE_LISTING, CAUSE_LIST, l->id) != NULL)
		return;
	run_rule(m, RULE_LISTING);
	settle(m);
}

void
update_alert(struct model *m, const struct event *in)
{
	struct alert *v = NULL;

	for (uint32_t i = 0; i < m->alerts.n; i++)
		if (m->alerts.v[i].id == in->u.alert.id)
			v = &m->alerts.v[i];
	if (v == NULL)
		return;
	if (in->kind == EVT_ALERT_MUTE) {
		v->muted_until_ms = in->u.alert.until_ms;
	} else if (alert_is_open(v)) {
		v->ack_ms = m->now_ms;
		v->rang_ms = m->now_ms;
		v->rang_members = v->members;
	}
	settle(m);
}
