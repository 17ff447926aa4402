/*
 * postfix_plan_targets.c - whose mail an evacuation moves and who takes it: the
 * others of its pool that are not paused, or those that were named. See
 * postfix_plan_move.h.
 */
#include "core/i18n.h"
#include "remote/postfix_plan_move.h"

#include <stdlib.h>

bool
postfix_move_is_ours(const struct move *m, const char *name)
{
	for (unsigned i = 0; i < m->n_from; i++)
		if (strcmp(m->from[i], name) == 0)
			return true;
	return false;
}

static bool
shares_pool(const struct plan_host *h, const struct handle *with)
{
	for (unsigned i = 0; i < h->d->n_handles; i++) {
		const struct handle *o = &h->d->handles[i];

		if (postfix_plan_carries(o, &h->p->request) && !o->clone &&
		    o->pool[0] != '\0' && strcmp(o->pool, with->pool) == 0)
			return true;
	}
	return false;
}

static bool
may_take(const struct move *m, const struct handle *h, const char *paused)
{
	return h->instance[0] == '\0' && !h->clone && postfix_plan_is_name(h) &&
	       !postfix_move_is_ours(m, h->name) &&
	       !postfix_plan_is_listed(paused, h->name);
}

/* The others of its pool that are not paused. */
static void
default_targets(struct move *m, const char *paused)
{
	const struct discovery *d = m->h->d;

	for (unsigned i = 0; i < d->n_handles; i++)
		if (may_take(m, &d->handles[i], paused) &&
		    shares_pool(m->h, &d->handles[i]))
			m->to[m->n_to++] = d->handles[i].name;
	if (m->n_to == 0)
		postfix_plan_refuse(m->h,
		    _("%s: no other egress IP of the pool of %s could take its "
		      "mail; name some with to="),
		    m->h->p->request.of.egress);
}

/* Carried by exactly one handle, which is not paused; NULL: refused. */
static const char *
handle_of(const struct move *m, const char *ip, const char *paused)
{
	const struct discovery *d = m->h->d;
	const char *name = NULL;

	for (unsigned i = 0; i < d->n_handles; i++) {
		const struct handle *h = &d->handles[i];

		if (h->clone ||
		    (strcmp(h->ip, ip) != 0 && strcmp(h->ip6, ip) != 0))
			continue;
		if (name != NULL) {
			postfix_plan_refuse(m->h,
			    _("%s: more than one transport carries %s"), ip);
			return NULL;
		}
		if (!may_take(m, h, paused)) {
			postfix_plan_refuse(m->h,
			    _("%s: %s is paused, or none that could take mail"),
			    ip);
			return NULL;
		}
		name = h->name;
	}
	if (name == NULL)
		postfix_plan_refuse(m->h, _("%s does not carry %s"), ip);
	return name;
}

/* "192.0.2.2,192.0.2.3" */
static void
named_targets(struct move *m, const char *paused)
{
	struct str rest = str_of(m->h->p->request.value), ip;

	while (act_next_qid(&rest, &ip) && !postfix_move_refused(m)) {
		char text[ADDR_MAX_BYTES];
		const char *name = NULL;

		if (!str_take(text, sizeof text, str_trim(ip)))
			postfix_plan_refuse(m->h,
			    _("%s: \"%s\" is no list of egress IPs"),
			    m->h->p->request.value);
		else
			name = handle_of(m, text, paused);
		for (unsigned i = 0; name != NULL && i < m->n_to; i++)
			if (strcmp(m->to[i], name) == 0)
				name = NULL;
		if (name != NULL && m->n_to < MAX_HANDLES)
			m->to[m->n_to++] = name;
	}
}

/* Its own lease says who has its mail. */
bool
postfix_plan_is_evacuated(const struct plan_host *h)
{
	for (unsigned i = 0; i < h->st->n_leases; i++) {
		const struct lease *l = &h->st->leases[i];

		if (l->verb == VERB_EVACUATE &&
		    act_subject_eq(&l->of, &h->p->request.of)) {
			postfix_plan_refuse(h,
			    _("%s: %s is evacuated already; return it first"),
			    h->p->request.of.egress);
			return true;
		}
	}
	return false;
}

/* What other acts made is theirs to lead mail to: it is paused, not moved. */
static void
doubles_last(struct move *m)
{
	m->n_from = 0;
	for (unsigned i = 0; i < m->n_all; i++) {
		const char *name = m->from[i];

		if (postfix_plan_is_double(m->h, name))
			continue;
		m->from[i] = m->from[m->n_from];
		m->from[m->n_from++] = name;
	}
}

const struct act_param *
postfix_move_choose(struct move *m)
{
	const struct act_param *deferred =
	    postfix_move_param(m, "defer_transports");

	if (deferred == NULL || postfix_plan_is_evacuated(m->h))
		return NULL;
	m->n_all = postfix_plan_handles(m->h, m->from);
	if (m->n_all == 0)
		return NULL;
	doubles_last(m);
	if (m->h->p->request.value[0] != '\0')
		named_targets(m, deferred->value);
	else
		default_targets(m, deferred->value);
	return postfix_move_refused(m) ? NULL : deferred;
}

/* The address of a handle, each once. */
static unsigned
add_ip(const struct discovery *d, const char *name, char (*ips)[ADDR_MAX_BYTES],
    unsigned n)
{
	const char *ip = "";

	for (unsigned i = 0; i < d->n_handles; i++)
		if (strcmp(d->handles[i].name, name) == 0)
			ip = d->handles[i].ip[0] != '\0' ? d->handles[i].ip
							 : d->handles[i].ip6;
	for (unsigned i = 0; i < n; i++)
		if (strcmp(ips[i], ip) == 0)
			return n;
	str_copy(ips[n], ADDR_MAX_BYTES, str_of(ip));
	return n + 1;
}

unsigned
postfix_plan_targets(struct plan *p, const struct discovery *d,
    const struct act_state *st, char (*ips)[ADDR_MAX_BYTES], unsigned cap)
{
	struct plan_host h = {.p = p, .name = "", .sudo = "", .d = d, .st = st};
	struct move *m = calloc(1, sizeof *m);
	unsigned n = 0;

	if (m == NULL)
		return 0;
	m->h = &h;
	if (postfix_move_choose(m) != NULL)
		for (unsigned i = 0; i < m->n_to && n < cap; i++)
			n = add_ip(d, m->to[i], ips, n);
	free(m);
	return n;
}
