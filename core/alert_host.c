/*
 * alert_host.c - rules about a host as such: it is down, what we have of it is
 * old, mail waits long in it, its log does not tell by which address mail
 * left, its queue's disk is full. When most hosts are down at once, the trouble
 * is ours, and told once.
 */
#include "core/alert_int.h"

#include "core/model_index.h"
#include "core/spool.h"

enum {
	MOST_LEAST = 3, /* hosts that can be "most of them" */
	AGE_CRIT_TIMES = 4,
	AGE_SENT_LEAST = 20, /* sent messages that the delay stands on */
	AGE_WAIT_LEAST = 5,  /* messages not picked up */
	QUEUE_FRESH_MS = 600000,
	RESTS_LEAST = 20,  /* attempts */
	RESTS_MILLI = 100, /* that cannot be told, of all */
	BUSY_LEAST = 60,   /* log lines of an hour that make it busy */
	SILENT_TIMES = 20, /* of the usual time between two lines */
	HOUR_MS = 3600000,
};

static struct condition
of_host(const struct host *h, enum severity s)
{
	return (struct condition){.severity = s,
	    .kind = CAUSE_HOST,
	    .cause = str_of(h->name),
	    .host = h->id,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE,
	    .members = 1};
}

/* ---- down ---- */

/* Since when it is not up; 0: it is, or is on its way, or nobody asked. Trying
 * to connect again and again changes the link's state, and not that. */
static int64_t
down_since(const struct model *m, const struct host *h)
{
	int64_t *down_ms = &m->alerts.scratch->down_ms[h->id];

	if (h->link == LINK_UP || h->link == LINK_IDLE)
		*down_ms = 0;
	else if (*down_ms == 0)
		*down_ms = h->link_since_ms;
	if (h->link == LINK_WAITING || h->link == LINK_FAILED ||
	    h->link == LINK_ASKING ||
	    m->now_ms - *down_ms >= m->alerts.rules.host_down_ms)
		return *down_ms;
	return 0;
}

void
alert_eval_host_down(struct model *m)
{
	uint32_t down = 0;
	const struct alert *own;
	struct condition all = {.severity = SEV_CRIT,
	    .kind = CAUSE_HOSTS,
	    .cause = STR_LIT("*"),
	    .host = HOST_NONE,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE,
	    .threshold = m->alerts.rules.host_down_ms};
	bool most;

	for (host_id i = 0; i < m->n_hosts; i++)
		down += down_since(m, &m->hosts[i]) != 0;
	most = m->n_hosts >= MOST_LEAST && down * 2 > m->n_hosts;
	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct host *h = &m->hosts[i];
		struct condition c = of_host(h, SEV_CRIT);

		c.since_ms = down_since(m, h);
		if (c.since_ms == 0)
			continue;
		c.value = m->now_ms - c.since_ms;
		c.threshold = m->alerts.rules.host_down_ms;
		/* The latest one: before it went it was not most of them. */
		if (c.since_ms > all.since_ms) {
			all.since_ms = c.since_ms;
			all.first = c.cause;
		}
		own =
		    alert_of_cause(&m->alerts, RULE_HOST_DOWN, c.kind, c.cause);
		/* What was told before goes on; what was about to be is told
		 * with the others. */
		if (!most || (own != NULL && alert_is_open(own)))
			alert_holds(m, RULE_HOST_DOWN, &c);
	}
	all.members = down;
	all.value = m->now_ms - all.since_ms;
	if (most)
		alert_holds(m, RULE_HOST_DOWN, &all);
}

/* ---- old ---- */

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* How long its log is silent, when it is a log that is never that silent. */
static int64_t
log_silent_ms(const struct model *m, struct host *h)
{
	int64_t silent_ms = m->now_ms - later(h->log_at_ms, h->link_since_ms);
	uint64_t lines = 0;

	if (!h->log_live)
		return m->now_ms - h->link_since_ms;
	for (int f = 0; f < STAT_N; f++)
		lines += tally_since(&h->tally, (enum figure)f,
		    h->log_at_ms - HOUR_MS, h->log_at_ms);
	if (lines < BUSY_LEAST ||
	    silent_ms < SILENT_TIMES * HOUR_MS / (int64_t)lines)
		return 0;
	return silent_ms;
}

static void
judge_stale(struct model *m, struct host *h)
{
	int64_t limit_ms = m->alerts.rules.stale_ms;
	struct condition c = of_host(h, SEV_WARN);

	if (h->link != LINK_UP)
		return;
	c.value = m->now_ms - later(h->counts_at_ms, h->link_since_ms);
	c.first = STR_LIT("counts");
	if (c.value < limit_ms) {
		c.value = log_silent_ms(m, h);
		c.first = STR_LIT("log");
	}
	if (c.value < limit_ms && h->queue_err != ERR_OK) {
		c.value =
		    m->now_ms - later(h->queue == NULL ? 0 : h->queue->at_ms,
				    h->link_since_ms);
		c.first = STR_LIT("queue");
	}
	if (c.value < limit_ms)
		return;
	c.threshold = limit_ms;
	c.since_ms = m->now_ms - c.value;
	alert_holds(m, RULE_STALE, &c);
}

void
alert_eval_stale(struct model *m)
{
	for (host_id i = 0; i < m->n_hosts; i++)
		judge_stale(m, &m->hosts[i]);
}

/* ---- long ---- */

/* Messages that nothing picked up since limit_ms; *oldest gets the age. */
static uint32_t
not_picked_up(const struct model *m, const struct host *h, int64_t *oldest_ms)
{
	const struct queue_snap *q = h->queue;
	int64_t limit_ms = m->alerts.rules.queue_age_ms;
	uint32_t n = 0;

	*oldest_ms = 0;
	if (q == NULL || m->now_ms - q->at_ms > QUEUE_FRESH_MS ||
	    q->by_queue[Q_INCOMING] + q->by_queue[Q_MAILDROP] == 0)
		return 0;
	for (uint32_t i = 0; i < q->n_msgs; i++) {
		int64_t age_ms = q->at_ms - q->msgs[i].arrival_ms;

		if ((q->msgs[i].queue != Q_INCOMING &&
			q->msgs[i].queue != Q_MAILDROP) ||
		    age_ms < limit_ms)
			continue;
		n++;
		*oldest_ms = later(*oldest_ms, age_ms);
	}
	return n;
}

/* Mail that leaves late, or that nobody fetches. What lies in the deferred
 * queue for days is no sign: some of it always does. */
static void
judge_age(struct model *m, const struct host *h)
{
	int64_t limit_ms = m->alerts.rules.queue_age_ms, oldest_ms;
	struct condition c = of_host(h, SEV_WARN);

	if (h->link != LINK_UP)
		return;
	c.threshold = limit_ms;
	c.base = hist_count(&h->delays.all, m->now_ms);
	if (h->log_live && c.base >= AGE_SENT_LEAST)
		c.value = hist_quantile(&h->delays.all, m->now_ms, 0.5);
	c.first = STR_LIT("sent");
	if (c.value <= limit_ms) {
		c.base = not_picked_up(m, h, &oldest_ms);
		c.value = c.base >= AGE_WAIT_LEAST ? oldest_ms : 0;
		c.first = STR_LIT("incoming");
	}
	if (c.value <= limit_ms)
		return;
	if (c.value >= limit_ms * AGE_CRIT_TIMES)
		c.severity = SEV_CRIT;
	alert_holds(m, RULE_QUEUE_AGE, &c);
}

void
alert_eval_queue_age(struct model *m)
{
	for (host_id i = 0; i < m->n_hosts; i++)
		judge_age(m, &m->hosts[i]);
}

/* ---- not attributable ---- */

static uint64_t
deliveries(struct tally *t, int64_t now_ms)
{
	return alert_window(t, STAT_SENT, now_ms) +
	       alert_window(t, STAT_DEFERRED, now_ms) +
	       alert_window(t, STAT_BOUNCED, now_ms);
}

/* A matter of set-up, for the day: it never rings. */
void
alert_eval_unattributable(struct model *m)
{
	for (host_id i = 0; i < m->n_hosts; i++) {
		struct host *h = &m->hosts[i];
		egress_id rest = m->index->hosts[i].rest;
		struct condition c = of_host(h, SEV_INFO);
		uint64_t n;

		if (rest == EGRESS_NONE || !alert_host_live(h))
			continue;
		n = deliveries(&m->egress[rest].tally, m->now_ms);
		c.base = deliveries(&h->tally, m->now_ms);
		if (n < RESTS_LEAST || n * 1000 < c.base * RESTS_MILLI)
			continue;
		c.value = (int64_t)(n * 1000 / c.base);
		c.threshold = RESTS_MILLI;
		c.egress = rest;
		alert_holds(m, RULE_UNATTRIBUTABLE, &c);
	}
}

/* ---- its disk ---- */

static void
judge_room(struct model *m, const struct host *h, enum alert_rule rule,
    const struct spool_room *r)
{
	struct condition c =
	    of_host(h, r->room == ROOM_NONE ? SEV_CRIT : SEV_WARN);

	if ((r->room != ROOM_LOW && r->room != ROOM_NONE) ||
	    m->now_ms - h->vitals_at_ms > m->alerts.rules.stale_ms)
		return;
	c.value = r->free;
	c.threshold = r->room == ROOM_NONE ? r->none : r->low;
	c.base = (uint64_t)r->total;
	alert_holds(m, rule, &c);
}

void
alert_eval_spool(struct model *m)
{
	for (host_id i = 0; i < m->n_hosts; i++) {
		struct spool_room r = spool_bytes(&m->hosts[i]);

		judge_room(m, &m->hosts[i], RULE_SPOOL, &r);
	}
}

void
alert_eval_inodes(struct model *m)
{
	for (host_id i = 0; i < m->n_hosts; i++) {
		struct spool_room r = spool_inodes(&m->hosts[i]);

		judge_room(m, &m->hosts[i], RULE_INODES, &r);
	}
}
