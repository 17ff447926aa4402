/* postfix_plan.c - see postfix_plan.h. What a plan needs to know, and who
 * plans it. */
#include "remote/postfix_plan.h"

#include "core/i18n.h"
#include "core/shquote.h"
#include "remote/postfix_plan_int.h"

#include <stdio.h>
#include <stdlib.h>

/* One refused connection would else defer the whole destination when
 * deliveries are spaced (postconf(5), .._failed_cohort_limit). */
enum { COHORT_LEAST = 10 };

static void
add_setting(struct plan_setting *v, const char *handle, const char *suffix,
    uint32_t n, const char *unit)
{
	(void)snprintf(v->name, sizeof v->name, "%s%s", handle, suffix);
	(void)snprintf(v->value, sizeof v->value, "%u%s", n, unit);
	v->process = suffix[0] == '\0';
	v->at_least = false;
}

unsigned
postfix_plan_settings(
    const struct act_request *r, const char *handle, struct plan_setting *v)
{
	uint32_t n = act_number(r);

	switch (r->verb) {
	case VERB_INTERVAL:
		if (n == 0) { /* none: nothing is spaced */
			add_setting(
			    &v[0], handle, "_destination_rate_delay", n, "s");
			return 1;
		}
		/* Taken back last: where another interval lies over this one,
		 * that stops at the delay, and the other keeps the limit. */
		add_setting(&v[0], handle,
		    "_destination_concurrency_failed_cohort_limit",
		    COHORT_LEAST, "");
		v[0].at_least = true;
		add_setting(&v[1], handle, "_destination_rate_delay", n, "s");
		return 2;
	case VERB_CONCURRENCY:
		add_setting(v, handle, "_destination_concurrency_limit", n, "");
		return 1;
	case VERB_PROCESSES:
		add_setting(v, handle, "", n, "");
		return 1;
	default:
		return 0;
	}
}

bool
postfix_plan_is_by_domain(const struct plan_setting *v, unsigned n)
{
	for (unsigned i = 0; i < n && i < PLAN_SETTINGS; i++)
		if ((strstr(v[i].name, "_destination_rate_delay") != NULL &&
			strcmp(v[i].value, "0s") != 0) ||
		    strstr(v[i].name, "_destination_concurrency_limit") != NULL)
			return true;
	return false;
}

bool
postfix_plan_is_single(const struct plan_host *h, const char *handle,
    const struct plan_setting *v, unsigned n)
{
	char name[SERVICE_MAX_BYTES + sizeof PLAN_RECIPIENTS];
	const struct act_param *p;

	(void)snprintf(name, sizeof name, "%s" PLAN_RECIPIENTS, handle);
	p = act_state_param(h->st, name, false);
	if (p == NULL || strcmp(p->value, "$" PLAN_DEFAULT_RECIPIENTS) == 0)
		p = act_state_param(h->st, PLAN_DEFAULT_RECIPIENTS, false);
	return p != NULL && strcmp(p->value, "1") == 0 &&
	       postfix_plan_is_by_domain(v, n);
}

bool
postfix_plan_carries(const struct handle *h, const struct act_request *r)
{
	return strcmp(h->ip, r->of.egress) == 0 ||
	       strcmp(h->ip6, r->of.egress) == 0;
}

bool
postfix_plan_is_name(const struct handle *h)
{
	return shquote_is_service(str_of(h->name));
}

static bool
egress_needs(const struct act_request *r, const struct discovery *d, void *ctx,
    plan_add_fn *add)
{
	struct plan_setting v[PLAN_SETTINGS];
	char name[192];
	bool any = false;

	for (unsigned i = 0; i < d->n_handles; i++) {
		const struct handle *h = &d->handles[i];
		unsigned n;

		if (!postfix_plan_carries(h, r) || h->clone)
			continue;
		any = true;
		/* A name with a blank or a leading '-' is asked for by nobody;
		 * the plan is refused. */
		if (!postfix_plan_is_name(h))
			continue;
		n = postfix_plan_settings(r, h->name, v);
		for (unsigned k = 0; k < n; k++) {
			(void)snprintf(name, sizeof name, "%s:%.159s",
			    v[k].process ? "process" : "main", v[k].name);
			add(ctx, name);
		}
		if (!postfix_plan_is_by_domain(v, n))
			continue;
		(void)snprintf(
		    name, sizeof name, "main:%.127s" PLAN_RECIPIENTS, h->name);
		add(ctx, name);
		add(ctx, "main:" PLAN_DEFAULT_RECIPIENTS);
	}
	return any;
}

/* Ends acts in force: nothing is asked for but the leases. */
static bool
is_end(const struct act_request *r)
{
	return r->verb == VERB_LIFT ||
	       (verb_ends(r->verb) != VERB_N &&
		   (r->verb != VERB_RESUME || r->of.on == ACT_ON_PROVIDER));
}

bool
postfix_plan_needs(const struct act_request *r, const struct discovery *d,
    void *ctx, plan_add_fn *add)
{
	add(ctx, "main:defer_transports");
	if (is_end(r) || r->of.on == ACT_ON_MESSAGES)
		return true;
	switch (r->of.on) {
	case ACT_ON_PROVIDER:
		return postfix_plan_provider_needs(r, d, ctx, add);
	case ACT_ON_SENDER:
	case ACT_ON_ADDRESSES:
		return postfix_plan_people_needs(r, d, ctx, add);
	case ACT_ON_POOL:
		return postfix_plan_move_needs(r, d, ctx, add);
	default:
		return r->verb == VERB_EVACUATE
			   ? postfix_plan_move_needs(r, d, ctx, add)
			   : egress_needs(r, d, ctx, add);
	}
}

static err_t
plan_subject(const struct plan_host *h, const struct str *qids, size_t n)
{
	const struct act_request *r = &h->p->request;

	if (is_end(r))
		return postfix_plan_ends(h);
	switch (r->of.on) {
	case ACT_ON_MESSAGES:
		return postfix_plan_messages(h, qids, n);
	case ACT_ON_PROVIDER:
		return postfix_plan_provider(h);
	case ACT_ON_SENDER:
	case ACT_ON_ADDRESSES:
		return postfix_plan_people(h, qids, n);
	case ACT_ON_POOL:
		return postfix_plan_move(h, qids, n);
	default:
		return r->verb == VERB_EVACUATE ? postfix_plan_move(h, qids, n)
						: postfix_plan_egress(h);
	}
}

void
postfix_plan_refuse(
    const struct plan_host *h, const char *fmt, const char *what)
{
	if (h->p->refusal[0] == '\0')
		(void)snprintf(
		    h->p->refusal, sizeof h->p->refusal, fmt, h->name, what);
}

void
postfix_plan_warn(const struct plan_host *h, const char *sentence)
{
	char *dst = h->p->warning;
	size_t at = strlen(dst), cap = sizeof h->p->warning;

	if (strstr(dst, sentence) != NULL)
		return;
	if (at > 0) {
		str_copy(dst + at, cap - at, STR_LIT("; "));
		at = strlen(dst);
	}
	str_copy(dst + at, cap - at, str_of(sentence));
}

/* Doubles that acts in force made go by the addresses of what they double. */
static void
add_clone(struct discovery *d, const struct act_clone *c)
{
	struct handle *to = &d->handles[d->n_handles];

	if (d->n_handles == MAX_HANDLES)
		return;
	*to = (struct handle){.clone = true};
	for (unsigned i = 0; i < d->n_handles; i++)
		if (!d->handles[i].clone && d->handles[i].instance[0] == '\0' &&
		    strcmp(d->handles[i].tag, c->tag) == 0) {
			*to = d->handles[i];
			break;
		}
	to->clone = true;
	str_copy(to->name, sizeof to->name, str_of(c->name));
	if (c->ip[0] != '\0')
		str_copy(to->ip, sizeof to->ip, str_of(c->ip));
	if (c->ip6[0] != '\0')
		str_copy(to->ip6, sizeof to->ip6, str_of(c->ip6));
	d->n_handles++;
}

/* What was discovered, with the doubles there are now; NULL: no memory. */
static struct discovery *
as_it_is_now(const struct discovery *d, const struct act_state *st)
{
	struct discovery *now = calloc(1, sizeof *now);
	uint16_t n = 0;

	if (now == NULL)
		return NULL;
	*now = *d;
	for (unsigned i = 0; i < d->n_handles; i++)
		if (!d->handles[i].clone)
			now->handles[n++] = d->handles[i];
	now->n_handles = n;
	for (unsigned i = 0; i < st->n_clones; i++)
		add_clone(now, &st->clones[i]);
	return now;
}

/* postconf(1) reads and edits all entries of a service, and master(8) uses the
 * last: values could be set, but not put back. What gives a transport back is
 * done all the same. */
static bool
is_ambiguous(const struct plan_host *h)
{
	const struct act_request *r = &h->p->request;

	if (is_end(r) || r->verb == VERB_RESUME ||
	    r->of.on == ACT_ON_MESSAGES || r->of.on == ACT_ON_ADDRESSES)
		return false;
	for (unsigned i = 0; i < h->d->n_handles; i++) {
		const struct handle *handle = &h->d->handles[i];

		if (!handle->twice || handle->instance[0] != '\0' ||
		    (r->of.on == ACT_ON_EGRESS && r->verb != VERB_EVACUATE &&
			!postfix_plan_carries(handle, r)))
			continue;
		postfix_plan_refuse(h,
		    _("%s: master.cf lists %s more than once, and Postfix "
		      "uses the last entry only: take the others out first"),
		    handle->name);
		return true;
	}
	return false;
}

err_t
postfix_plan_host(struct plan *p, host_id host, const char *host_name,
    const struct discovery *d, const struct act_state *st,
    const struct str *qids, size_t n_qids)
{
	struct discovery *now;
	err_t err;
	bool needs_root = p->request.verb != VERB_RETRY;
	struct plan_host h = {.p = p,
	    .id = host,
	    .name = host_name,
	    .sudo = d->privilege == PRIV_ROOT ? "" : "sudo -n ",
	    .d = d,
	    .st = st};

	/* Hosts where nothing would end are not asked for anything. */
	if (is_end(&p->request) && !postfix_plan_ends_any(&h))
		return ERR_OK;
	if (needs_root && d->privilege != PRIV_ROOT && !st->may_sudo) {
		postfix_plan_refuse(&h,
		    _("%s: changing %s needs root or sudo without a password; "
		      "mtadeck sudoers prints the lines for it"),
		    "Postfix");
		return ERR_OK;
	}
	if (st->missing[0] != '\0') {
		postfix_plan_refuse(&h, _("%s has no %s"), st->missing);
		return ERR_OK;
	}
	if (is_ambiguous(&h))
		return ERR_OK;
	now = as_it_is_now(d, st);
	h.d = now;
	err = now == NULL ? ERR_NOMEM : plan_subject(&h, qids, n_qids);
	free(now);
	/* Refused by one host is refused by all: what was planned goes. */
	if (p->refusal[0] != '\0')
		plan_clear(p);
	return err;
}
