/* actor_lease.c - see actor.h: leases in force, their ends, and the settling of
 * intents that have no result. */
#include "app/actor_int.h"
#include "core/i18n.h"

#include <stdio.h>

void
actor_lease_ended(struct actor *a, err_t err, const char *text)
{
	char line[1024], why[512] = "";

	(void)snprintf(line, sizeof line, _("lease %s: %s"), a->lease,
	    err == ERR_OK ? _("done") : text);
	/* What happened happened; that it is not kept is said. */
	if (actor_journal(a, JOURNAL_RESULT, &a->request,
		a->o.s->m->hosts[a->lease_host].name, a->lease, line,
		(struct str){NULL, 0}, true, why, sizeof why) != ERR_OK &&
	    err == ERR_OK)
		text = why;
	a->doing = DOING_NOTHING;
	a->o.on_done(a->o.ctx, NULL, err, text);
}

/* The intent of what is done to a lease. */
static err_t
begin_lease(struct actor *a, host_id host, const char *lease,
    const struct act_request *r, const char *what, char *why, size_t cap)
{
	char text[1024];
	err_t err;

	if (actor_is_busy(a)) {
		(void)snprintf(why, cap, "%s", _("another act is under way"));
		return ERR_LIMIT;
	}
	(void)snprintf(text, sizeof text, _("%s: %s lease %s: %s"),
	    a->o.s->m->hosts[host].name, what, lease, r->why);
	err = actor_journal(a, JOURNAL_INTENT, r, a->o.s->m->hosts[host].name,
	    lease, text, (struct str){NULL, 0}, true, why, cap);
	if (err != ERR_OK)
		return err;
	a->request = *r;
	a->lease_host = host;
	str_copy(a->lease, sizeof a->lease, str_of(lease));
	str_copy(a->ticket.plan, sizeof a->ticket.plan, str_of(lease));
	a->doing = DOING_LEASE;
	return ERR_OK;
}

void
actor_lease_go(struct actor *a)
{
	host_id host = a->lease_host;
	struct hostlink_act *acts = actor_acts(a, host);

	if (actor_must_wait(a, host))
		return;
	if (a->extend)
		hostlink_act_extend(
		    acts, actor_found(a, host), &a->ticket, a->seconds);
	else
		hostlink_act_end(acts, actor_found(a, host), &a->ticket);
}

err_t
actor_end(struct actor *a, host_id host, const char *lease,
    const struct act_request *r, char *why, size_t cap)
{
	err_t err = begin_lease(a, host, lease, r, _("end"), why, cap);

	if (err == ERR_OK) {
		a->extend = false;
		actor_lease_go(a);
	}
	return err;
}

err_t
actor_extend(struct actor *a, host_id host, const char *lease, uint32_t seconds,
    const struct act_request *r, char *why, size_t cap)
{
	err_t err = begin_lease(a, host, lease, r, _("extend"), why, cap);

	if (err == ERR_OK) {
		a->extend = true;
		a->seconds = seconds;
		actor_lease_go(a);
	}
	return err;
}

void
actor_leases(struct actor *a, host_id host)
{
	if (a->reading[host])
		return; /* on_leases follows */
	if (actor_is_busy(a)) {
		a->o.on_leases(a->o.ctx, host, NULL, ERR_LIMIT,
		    _("another act is under way"));
		return;
	}
	a->reading[host] = true;
	hostlink_act_read(actor_acts(a, host), actor_found(a, host), NULL,
	    (struct str){NULL, 0});
}

/* --- settling --- */

/* One intent is told of: its result, when every host told. */
static void
settle_record(struct actor *a, const struct settle_item *i)
{
	char text[1024], why[512] = "";

	if (i->open) {
		a->unsettled++;
		return;
	}
	(void)snprintf(
	    text, sizeof text, _("outcome as the hosts tell: %s"), i->text);
	if (actor_journal(a, JOURNAL_RESULT, &a->request, "", i->plan->id, text,
		(struct str){NULL, 0}, true, why, sizeof why) == ERR_OK)
		a->on_settled(a->settle_ctx, text);
}

void
actor_settle_go(struct actor *a)
{
	for (; a->settle_at < a->settle.n; a->settle_at++) {
		struct settle_item *item = &a->settle.v[a->settle_at];
		const struct plan *p = item->plan;

		for (size_t i = 0; i < p->n_steps && !item->open; i++) {
			host_id host = p->steps[i].host;

			if (p->steps[i].state != STEP_PLANNED)
				continue;
			if (!actor_must_wait(a, host))
				hostlink_act_settle(actor_acts(a, host),
				    actor_found(a, host), item->plan);
			return;
		}
		settle_record(a, item);
	}
	settle_done(&a->settle);
	a->doing = DOING_NOTHING;
	a->on_settled(a->settle_ctx, NULL);
}

void
actor_settle(struct actor *a, const struct act_request *r, void *ctx,
    void (*fn)(void *ctx, const char *text))
{
	if (actor_is_busy(a) || a->o.journal == NULL ||
	    settle_collect(&a->settle, a->o.journal, a->o.s->m,
		session_now_ms(a->o.s)) != ERR_OK) {
		if (!actor_is_busy(a))
			settle_done(&a->settle);
		fn(ctx, NULL);
		return;
	}
	a->request = *r;
	a->unsettled = 0;
	a->settle_ctx = ctx;
	a->on_settled = fn;
	a->settle_at = 0;
	a->doing = DOING_SETTLE;
	actor_settle_go(a);
}

unsigned
actor_unsettled(const struct actor *a)
{
	return a->unsettled;
}

void
actor_settle_told(struct actor *a, host_id host, err_t err, const char *text)
{
	settle_told(
	    &a->settle.v[a->settle_at], a->o.s->m->hosts[host].name, err, text);
	actor_settle_go(a);
}
