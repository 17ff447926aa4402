/*
 * alert_usual.c - rules that hold a figure against its own usual one: the
 * deferred queue against the median of the last hours, what an egress IP sends
 * against the median of its ten-minute windows.
 *
 * Mail is little at night, and that is no trouble. So an address that sends
 * less raises only where the mail is there: it waits, new, in its host's
 * incoming and active queues; or at most half of its pool sends less, so that
 * the others still have work. A fall that holds does not become usual before
 * ALERT_USUAL_KEEP_MS have passed.
 */
#include "core/alert_int.h"

#include <stdlib.h>

enum {
	GAUGE_MIN = 180,  /* minutes of the queue that are looked at */
	GAUGE_RECENT = 5, /* the last ones of them are judged, not counted */
	GAUGE_LEAST = 10, /* readings that make a usual figure */
	GROWTH_CRIT_TIMES = 3, /* the threshold */
	COUNTS_FRESH_MS = 60000,
	WINDOW_MIN = ALERT_WINDOW_MS / 60000,
};

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* v is sorted; the lower one of two in the middle. */
static int64_t
median(int64_t *v, size_t n)
{
	qsort(v, n, sizeof *v, by_size);
	return v[(n - 1) / 2];
}

/* ---- the deferred queue ---- */

/* -1: too little was seen. */
static int64_t
usual_queue(const struct host *h, int64_t now_ms)
{
	int64_t v[GAUGE_MIN];
	size_t n = 0;

	gauge_read(&h->deferred_queue, now_ms, v, GAUGE_MIN);
	for (int i = 0; i < GAUGE_MIN - GAUGE_RECENT; i++)
		if (v[i] >= 0)
			v[n++] = v[i];
	return n < GAUGE_LEAST ? -1 : median(v, n);
}

static void
judge_queue(struct model *m, const struct host *h)
{
	const struct alert_rules *r = &m->alerts.rules;
	int64_t now = model_count_of(h, Q_DEFERRED), usual, limit;

	if (h->link != LINK_UP || now < (int64_t)r->queue_growth_min || now < 0)
		return;
	usual = usual_queue(h, m->now_ms);
	if (usual < 0)
		return;
	limit = usual * r->queue_growth_milli / 1000;
	if (limit < usual + r->queue_growth_min)
		limit = usual + r->queue_growth_min;
	if (now < limit)
		return;
	alert_holds(m, RULE_QUEUE_GROWTH,
	    &(struct condition){.severity = now >= limit * GROWTH_CRIT_TIMES
						? SEV_CRIT
						: SEV_WARN,
		.kind = CAUSE_HOST,
		.cause = str_of(h->name),
		.host = h->id,
		.egress = EGRESS_NONE,
		.list = LIST_NONE,
		.members = 1,
		.value = now,
		.threshold = limit,
		.base = (uint64_t)usual});
}

void
alert_eval_queue_growth(struct model *m)
{
	for (host_id i = 0; i < m->n_hosts; i++)
		judge_queue(m, &m->hosts[i]);
}

/* ---- what an egress IP sends ---- */

/* Did anybody watch all of [from, to)? */
static bool
is_covered(const struct host *h, int64_t from_ms, int64_t to_ms)
{
	if (h->log_from_ms == 0 || from_ms < h->log_from_ms)
		return false;
	for (unsigned i = 0; i < h->n_gaps && i < MAX_GAPS; i++)
		if (h->gaps[i].from_ms < to_ms && h->gaps[i].to_ms > from_ms)
			return false;
	return true;
}

static int64_t
usual_sent(const struct model *m, struct egress *e)
{
	uint32_t sent[ALERT_USUAL_WINDOWS + 1];
	int64_t v[ALERT_USUAL_WINDOWS];
	int64_t end_ms = m->now_ms / ALERT_WINDOW_MS * ALERT_WINDOW_MS;
	size_t n = 0;

	/* The window that runs is the last one read, and left out. */
	tally_read(&e->tally, STAT_SENT, m->now_ms, ALERT_WINDOW_MS, sent,
	    ALERT_USUAL_WINDOWS + 1);
	for (int i = 0; i < ALERT_USUAL_WINDOWS; i++) {
		int64_t from_ms = end_ms - (ALERT_USUAL_WINDOWS - i) *
					       (int64_t)ALERT_WINDOW_MS;

		if (is_covered(
			&m->hosts[e->host], from_ms, from_ms + ALERT_WINDOW_MS))
			v[n++] = sent[i];
	}
	return n < ALERT_USUAL_LEAST ? -1 : median(v, n);
}

static bool
has_fallen(const struct model *m, int64_t now, int64_t usual)
{
	const struct alert_rules *r = &m->alerts.rules;

	return usual >= (int64_t)r->sent_fallen_min * WINDOW_MIN &&
	       now * 1000 < usual * r->sent_fallen_milli;
}

/* A few each turn, and at once when there is only this turn. */
static void
refresh_usual(struct model *m, struct egress *e, int64_t now)
{
	struct alert_scratch *x = m->alerts.scratch;
	struct usual *u = &x->usual[e->id];
	uint32_t turn = x->turn / alert_rule_rows[RULE_SENT_FALLEN].every;

	if (!x->all && e->id % ALERT_USUAL_SLICES != turn % ALERT_USUAL_SLICES)
		return;
	if (has_fallen(m, now, u->n) &&
	    m->now_ms - u->at_ms < ALERT_USUAL_KEEP_MS)
		return;
	*u = (struct usual){usual_sent(m, e), m->now_ms};
}

/* Mail that was not tried yet is there, a minute's work at least. */
static bool
mail_waits(const struct model *m, const struct host *h, int64_t usual)
{
	int64_t n = 0;

	if (h->counts_at_ms == 0 ||
	    m->now_ms - h->counts_at_ms > COUNTS_FRESH_MS)
		return false;
	if (h->counts.n[Q_INCOMING] > 0)
		n += h->counts.n[Q_INCOMING];
	if (h->counts.n[Q_ACTIVE] > 0)
		n += h->counts.n[Q_ACTIVE];
	return n * WINDOW_MIN >= usual;
}

static void
count_sent(struct model *m, struct egress *e)
{
	const struct host *h = &m->hosts[e->host];
	int64_t now, usual;
	struct group *g;

	if (e->rest || !alert_host_live(h))
		return;
	now = (int64_t)alert_window(&e->tally, STAT_SENT, m->now_ms);
	refresh_usual(m, e, now);
	usual = m->alerts.scratch->usual[e->id].n;
	if (usual < (int64_t)m->alerts.rules.sent_fallen_min * WINDOW_MIN)
		return;
	g = alert_group_of_egress(m, e);
	if (g == NULL)
		return;
	g->all++;
	if (!has_fallen(m, now, usual))
		return;
	alert_group_join(
	    g, str_of(model_egress_label(e)), e->host, e->id, usual - now);
	g->hit_bad += (uint64_t)now;
	g->hit_attempts += (uint64_t)usual;
	g->waits |= mail_waits(m, h, usual);
}

void
alert_eval_sent_fallen(struct model *m)
{
	struct alert_scratch *x = m->alerts.scratch;
	uint32_t milli = m->alerts.rules.sent_fallen_milli;

	for (egress_id i = 0; i < m->n_egress; i++)
		count_sent(m, &m->egress[i]);
	for (uint32_t i = 0; i < x->n_groups; i++) {
		const struct group *g = &x->groups[i];
		struct condition c = alert_condition(g);

		if (g->members == 0 || (!g->waits && g->members * 2 > g->all))
			continue;
		c.severity = g->hit_bad == 0 ? SEV_CRIT : SEV_WARN;
		c.value = (int64_t)(g->hit_bad / WINDOW_MIN);
		c.threshold =
		    (int64_t)(g->hit_attempts * milli / 1000 / WINDOW_MIN);
		c.base = g->hit_attempts / WINDOW_MIN;
		alert_holds(m, RULE_SENT_FALLEN, &c);
	}
}
