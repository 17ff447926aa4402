/*
 * alert_acts.c - rules about acts in force: mail leaves all the same through
 * one that stops it; somebody else changed what one set, or the host could not
 * take it back. By host, since there it is looked at.
 */
#include "core/alert_int.h"

#include <stdio.h>

enum { ACT_TEXT = ALERT_SUBJECT };

/* "pause 192.0.2.1" of an act in force. */
static void
name_of(const struct lease *l, char dst[ACT_TEXT])
{
	char subject[ACT_TEXT - 16];

	act_subject_text(&l->of, subject, sizeof subject);
	(void)snprintf(dst, ACT_TEXT, "%.14s %s",
	    l->verb < VERB_N ? verb_rows[l->verb].word : "?", subject);
}

static struct condition
of_host(const struct host *h)
{
	return (struct condition){.severity = SEV_WARN,
	    .kind = CAUSE_HOST,
	    .cause = str_of(h->name),
	    .host = h->id,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE};
}

/* Value: messages that left; the act through which most did is named. */
static void
judge_leaks(struct model *m, const struct host *h)
{
	struct condition c = of_host(h);
	char name[ACT_TEXT];
	uint64_t most = 0;

	c.severity = SEV_CRIT;
	for (size_t i = 0; i < m->acts.n; i++) {
		const struct lease *l = &m->acts.leases[i];
		const struct effect *e = &m->acts.effects[i].e;

		if (l->host != h->id || l->state != LEASE_IN_FORCE ||
		    e->verdict != EFFECT_LEAKS)
			continue;
		if (c.members++ == 0 || e->after.sent > most) {
			most = e->after.sent;
			name_of(l, name);
		}
		c.value += (int64_t)e->after.sent;
	}
	if (c.members == 0)
		return;
	c.first = str_of(name);
	alert_holds(m, RULE_LEAK, &c);
}

void
alert_eval_leak(struct model *m)
{
	for (host_id i = 0; i < m->n_hosts; i++)
		judge_leaks(m, &m->hosts[i]);
}

/* Value: how many acts; one that is stuck comes before one that is undone. */
static void
judge_leases(struct model *m, const struct host *h)
{
	struct condition c = of_host(h);
	char name[ACT_TEXT];

	for (size_t i = 0; i < m->acts.n; i++) {
		const struct lease *l = &m->acts.leases[i];
		bool stuck = l->state == LEASE_STUCK;

		if (l->host != h->id || (!stuck && l->state != LEASE_UNDONE))
			continue;
		if (c.members++ == 0 || (stuck && c.severity != SEV_CRIT))
			name_of(l, name);
		if (stuck)
			c.severity = SEV_CRIT;
	}
	if (c.members == 0)
		return;
	c.value = c.members;
	c.first = str_of(name);
	alert_holds(m, RULE_LEASE, &c);
}

void
alert_eval_lease(struct model *m)
{
	for (host_id i = 0; i < m->n_hosts; i++)
		judge_leases(m, &m->hosts[i]);
}
