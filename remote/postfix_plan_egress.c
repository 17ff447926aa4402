/*
 * postfix_plan_egress.c - acts on an egress IP: its handles in or out of
 * defer_transports, their pace and number (postconf(5), transport-specific
 * parameters; master(5), maxproc).
 */
#include "core/i18n.h"
#include "core/num.h"
#include "remote/postfix_plan_int.h"

#include <inttypes.h>
#include <stdio.h>

bool
postfix_plan_is_listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = list; (at = strstr(at, name)) != NULL; at += n) {
		bool begins = at == list || strchr(" ,\t", at[-1]) != NULL;

		if (begins && strchr(" ,\t", at[n]) != NULL)
			return true;
	}
	return false;
}

bool
postfix_plan_next(struct str *list, struct str *name)
{
	size_t at = 0;

	while (at < list->n && strchr(" ,\t", list->p[at]) != NULL)
		at++;
	*name = str_from(*list, at);
	for (at = 0; at < name->n && strchr(" ,\t", name->p[at]) == NULL;)
		at++;
	*list = str_from(*name, at);
	name->n = at;
	return at > 0;
}

void
postfix_plan_take_out(char *list, const char *names)
{
	struct str rest = str_of(names), name;
	bool any = false;
	size_t at = 0;

	while (postfix_plan_next(&rest, &name) && !any) {
		char text[SERVICE_MAX_BYTES];

		any = str_take(text, sizeof text, name) &&
		      postfix_plan_is_listed(list, text);
	}
	if (!any)
		return;
	for (rest = str_of(list); postfix_plan_next(&rest, &name);) {
		char text[SERVICE_MAX_BYTES];

		if (str_take(text, sizeof text, name) &&
		    postfix_plan_is_listed(names, text))
			continue;
		if (at > 0)
			list[at++] = ' ';
		memmove(list + at, name.p, name.n);
		at += name.n;
	}
	list[at] = '\0';
}

bool
postfix_plan_is_double(const struct plan_host *h, const char *name)
{
	for (unsigned i = 0; i < h->d->n_handles; i++)
		if (strcmp(h->d->handles[i].name, name) == 0)
			return h->d->handles[i].clone;
	return false;
}

/* d: with what there is, and what that goes back to. */
static err_t
defer(const struct plan_host *h, struct plan_defer *d, const char *const *names,
    unsigned n, char now[ACT_VALUE_BYTES])
{
	const struct act_param *was = d->was != NULL ? d->was : d->old;
	const char *ours[MAX_HANDLES];

	str_copy(now, ACT_VALUE_BYTES, str_of(d->old->value));
	d->now = now;
	d->names = ours;
	for (unsigned i = 0; i < n; i++) {
		size_t at = strlen(now);

		/* Who was paused before stays so when ours ends. */
		if (!postfix_plan_is_listed(was->value, names[i]))
			ours[d->n++] = names[i];
		if (postfix_plan_is_listed(now, names[i]))
			continue;
		if (at + strlen(names[i]) + 2 > ACT_VALUE_BYTES) {
			postfix_plan_refuse(h,
			    _("%s: the value of %s is too long"),
			    "defer_transports");
			return ERR_OK;
		}
		(void)snprintf(now + at, ACT_VALUE_BYTES - at, "%s%s",
		    at > 0 ? " " : "", names[i]);
	}
	return postfix_plan_defer(h, d);
}

err_t
postfix_plan_pause(const struct plan_host *h, const struct act_param *old,
    const char *const *names, unsigned n, char now[ACT_VALUE_BYTES])
{
	struct plan_defer d = {.old = old};

	return defer(h, &d, names, n, now);
}

/*
 * A pause, over what an earlier one has left when somebody took out a part of
 * it: that one ends, or its end would take back this one's too.
 */
static err_t
plan_pause(const struct plan_host *h, const struct act_param *old,
    const char *const *names, unsigned n)
{
	char now[ACT_VALUE_BYTES];
	struct act_param was = *old;
	struct plan_defer d = {.old = old, .was = &was};
	struct buf line;
	err_t err;

	buf_init(&line, PLAN_LINE_BYTES);
	err = postfix_plan_replaces(h, &line, &was);
	if (err == ERR_OK) {
		d.first = line.n > 0 ? buf_cstr(&line) : NULL;
		err = defer(h, &d, names, n, now);
	}
	buf_done(&line);
	return err;
}

/* What acts on a part of its mail hold stays until they end. */
static void
warn_of_doubles(const struct plan_host *h, const struct act_param *old)
{
	for (unsigned i = 0; i < h->d->n_handles; i++) {
		const struct handle *double_of = &h->d->handles[i];
		char text[SERVICE_MAX_BYTES + 256];

		if (!double_of->clone ||
		    !postfix_plan_carries(double_of, &h->p->request) ||
		    !postfix_plan_is_listed(old->value, double_of->name) ||
		    postfix_plan_ends_hold(h, double_of->name))
			continue;
		(void)snprintf(text, sizeof text,
		    _("%s: what leaves by %s waits until the act ends that "
		      "made it"),
		    h->name, double_of->name);
		postfix_plan_warn(h, text);
	}
}

/* Its own handles only: what a pause did to doubles goes by its way back. */
static err_t
plan_resume(const struct plan_host *h, const struct act_param *old,
    const char *const *names, unsigned n)
{
	char now[ACT_VALUE_BYTES];

	str_copy(now, sizeof now, str_of(old->value));
	for (unsigned i = 0; i < n; i++)
		postfix_plan_take_out(now, names[i]);
	warn_of_doubles(h, old);
	return postfix_plan_set(
	    h, old, now, _("defer these transports no longer"));
}

/* Already so, or well enough. */
static bool
is_set(const struct act_param *old, const struct plan_setting *v)
{
	uint32_t was = 0, want = 0;

	if (strcmp(old->value, v->value) == 0)
		return true;
	return v->at_least && num_u32(str_of(old->value), &was) == ERR_OK &&
	       num_u32(str_of(v->value), &want) == ERR_OK && was >= want;
}

/* How many acts in force set this egress IP's pace. */
static uint32_t
paces_in_force(const struct plan_host *h)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < h->st->n_leases; i++) {
		const struct lease *l = &h->st->leases[i];

		n +=
		    (l->verb == VERB_INTERVAL || l->verb == VERB_CONCURRENCY) &&
		    l->of.on == ACT_ON_EGRESS &&
		    strcmp(l->of.egress, h->p->request.of.egress) == 0;
	}
	return n;
}

/* What is spaced or counted by domain needs deliveries that are, too. Over what
 * other acts may have set for that, one more: so that their ends find a value
 * that is not theirs, and wait for this act's. */
static err_t
plan_by_domain(const struct plan_host *h, const char *handle,
    const struct plan_setting *v, unsigned n, unsigned *changed)
{
	char name[SERVICE_MAX_BYTES + sizeof PLAN_RECIPIENTS];
	char value[16] = PLAN_SOME_RECIPIENTS;
	const struct act_param *old;
	uint32_t was = 0, paces = paces_in_force(h);
	err_t err;

	(void)snprintf(name, sizeof name, "%s" PLAN_RECIPIENTS, handle);
	old = act_state_param(h->st, name, false);
	if (old == NULL)
		return ERR_OK;
	if (!postfix_plan_is_single(h, handle, v, n)) {
		if (!postfix_plan_is_by_domain(v, n) || paces == 0 ||
		    num_u32(str_of(old->value), &was) != ERR_OK ||
		    was != paces + 1)
			return ERR_OK;
		(void)snprintf(value, sizeof value, "%" PRIu32, was + 1);
	}
	(*changed)++;
	err = postfix_plan_set(h, old, value,
	    _("count by domain: with 1 it is by recipient, which limits "
	      "nothing"));
	return err != ERR_OK ? err : postfix_plan_ask_value(h, old, value);
}

/* The settings of one handle; *changed counts its steps. */
static err_t
plan_handle(const struct plan_host *h, const char *handle, unsigned *changed)
{
	struct plan_setting v[PLAN_SETTINGS];
	unsigned n = postfix_plan_settings(&h->p->request, handle, v);
	/* First, so that it is taken back last: see the cohort limit. */
	err_t err = plan_by_domain(h, handle, v, n, changed);

	for (unsigned i = 0; i < n && err == ERR_OK; i++) {
		const struct act_param *old =
		    act_state_param(h->st, v[i].name, v[i].process);

		if (old == NULL || (old->process && old->value[0] == '\0')) {
			postfix_plan_refuse(
			    h, _("%s did not tell the value of %s"), v[i].name);
			return ERR_OK;
		}
		if (is_set(old, &v[i]))
			continue;
		err = postfix_plan_set(h, old, v[i].value,
		    v[i].at_least ? _("let one refused connection not stop a "
				      "whole domain")
				  : _("set it for this transport"));
		(*changed)++;
	}
	return err;
}

static err_t
plan_settings(const struct plan_host *h, const char *const *names, unsigned n)
{
	unsigned changed = 0;
	err_t err = ERR_OK;

	for (unsigned i = 0; i < n && err == ERR_OK; i++)
		err = plan_handle(h, names[i], &changed);
	if (err != ERR_OK || h->p->refusal[0] != '\0')
		return err;
	if (changed > 0)
		return postfix_plan_reload(h);
	postfix_plan_refuse(
	    h, _("%s: %s has that value already"), h->p->request.of.egress);
	return ERR_OK;
}

/* Doubles go, and stay, by the acts that made them and by leases. */
static unsigned
own_handles(const struct plan_host *h, const char **names, unsigned n)
{
	unsigned own = 0;

	for (unsigned i = 0; i < n; i++)
		if (!postfix_plan_is_double(h, names[i]))
			names[own++] = names[i];
	return own;
}

static err_t
plan_list(const struct plan_host *h, const char **names, unsigned n)
{
	const struct act_param *old =
	    act_state_param(h->st, "defer_transports", false);
	bool pause = h->p->request.verb == VERB_PAUSE;
	unsigned on = 0;
	err_t err;

	if (old == NULL) {
		postfix_plan_refuse(h, _("%s did not tell the value of %s"),
		    "defer_transports");
		return ERR_OK;
	}
	if (!pause)
		n = own_handles(h, names, n);
	for (unsigned i = 0; i < n; i++)
		on += postfix_plan_is_listed(old->value, names[i]);
	if (pause ? on == n : on == 0 && !postfix_plan_ends_any(h)) {
		postfix_plan_refuse(h,
		    pause ? _("%s: %s is paused already")
			  : _("%s: %s is not paused"),
		    h->p->request.of.egress);
		return ERR_OK;
	}
	if (postfix_plan_is_evacuated(h))
		return ERR_OK;
	if (!pause && on == 0)
		return postfix_plan_ends(h);
	err = pause ? plan_pause(h, old, names, n)
		    : plan_resume(h, old, names, n);
	if (err == ERR_OK && h->p->refusal[0] == '\0')
		err = postfix_plan_reload(h);
	return err == ERR_OK && !pause ? postfix_plan_ends(h) : err;
}

unsigned
postfix_plan_handles(const struct plan_host *h, const char *names[MAX_HANDLES])
{
	const struct act_request *r = &h->p->request;
	struct plan_setting v[PLAN_SETTINGS];
	bool paces = postfix_plan_settings(r, "", v) > 0;
	unsigned n = 0;

	for (unsigned i = 0; i < h->d->n_handles; i++) {
		const struct handle *handle = &h->d->handles[i];

		/* A double keeps the pace its own act gave it. */
		if (!postfix_plan_carries(handle, r) ||
		    (handle->clone && paces))
			continue;
		if (handle->instance[0] != '\0') {
			postfix_plan_refuse(h,
			    _("%s: %s belongs to a further Postfix instance; "
			      "acts know the main one only"),
			    r->of.egress);
			return 0;
		}
		/* Half an egress IP would go on sending. */
		if (!postfix_plan_is_name(handle)) {
			postfix_plan_refuse(h,
			    _("%s: \"%s\" is no name of a transport that "
			      "could be acted on"),
			    handle->name);
			return 0;
		}
		names[n++] = handle->name;
	}
	if (n == 0)
		postfix_plan_refuse(h, _("%s does not carry %s"), r->of.egress);
	return n;
}

err_t
postfix_plan_egress(const struct plan_host *h)
{
	const struct act_request *r = &h->p->request;
	const char *names[MAX_HANDLES];
	unsigned n = postfix_plan_handles(h, names);

	if (n == 0)
		return ERR_OK;
	return r->verb == VERB_PAUSE || r->verb == VERB_RESUME
		   ? plan_list(h, names, n)
		   : plan_settings(h, names, n);
}
