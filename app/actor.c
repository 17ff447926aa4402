/* actor.c - see actor.h. */
#include "app/actor.h"

#include "app/actor_int.h"
#include "app/docs_act.h"
#include "core/act_domains.h"
#include "core/act_match.h"
#include "core/i18n.h"
#include "core/num.h"
#include "remote/postfix_plan.h"

#include <stdio.h>
#include <stdlib.h>

enum { QIDS_MAX = 100000 };

static void go_on(struct actor *a, host_id host);

bool
actor_is_busy(const struct actor *a)
{
	return a->doing != DOING_NOTHING && a->doing != DOING_SHOW;
}

const struct discovery *
actor_found(struct actor *a, host_id host)
{
	return hostlink_askable(a->o.s->links[host]);
}

/* --- planning --- */

static bool
carries(const struct model *m, host_id host, const char *ip)
{
	for (egress_id i = 0; i < m->n_egress; i++)
		if (m->egress[i].host == host &&
		    strcmp(m->egress[i].ip, ip) == 0)
			return true;
	return false;
}

static bool
has_pool(const struct model *m, host_id host, const char *pool)
{
	for (egress_id i = 0; i < m->n_egress; i++)
		if (m->egress[i].host == host &&
		    act_is_pool(pool, m->egress[i].pool))
			return true;
	return false;
}

static void
refuse(struct plan *p, const char *fmt, const char *what)
{
	if (p->refusal[0] == '\0')
		(void)snprintf(p->refusal, sizeof p->refusal, fmt, what);
}

/* Postfix holds, deletes or retries a message for all its recipients. */
static void
warn_of_shared(struct plan *p, const char *host, size_t n)
{
	size_t at = strlen(p->warning);

	if (n > 0 && at < sizeof p->warning)
		(void)snprintf(p->warning + at, sizeof p->warning - at,
		    _("%s%s: %zu of them have further recipients, whom it "
		      "concerns too"),
		    at > 0 ? "; " : "", host, n);
}

/* The site's own action of a request; NULL: it is another verb. */
static const struct site_action *
site_of(struct actor *a, const struct act_request *r)
{
	return r->verb == VERB_SITE ? site_find(a->o.sites, str_of(r->of.site))
				    : NULL;
}

/* The steps of one host, once it has said how it is. */
static err_t
plan_host(struct actor *a, host_id host, const struct act_state *st)
{
	const struct model *m = a->o.s->m;
	const struct host *h = &m->hosts[host];
	const struct discovery *d = actor_found(a, host);
	struct act_request *r = &a->plan->request;
	const struct site_action *site = site_of(a, r);
	struct act_filter filter;
	struct str *qids = NULL;
	size_t n = 0, shared = 0;
	err_t err = ERR_OK;

	if (d == NULL) {
		refuse(a->plan, _("%s is not connected any more"), h->name);
		return ERR_OK;
	}
	/* The site's own commands, whatever MTA is there. */
	if (site != NULL)
		return site_plan_host(a->plan, host, site);
	if (act_is_of_messages(r, &filter)) {
		qids = calloc(QIDS_MAX, sizeof *qids);
		if (qids == NULL)
			return ERR_NOMEM;
		err = act_match(m, h, &filter, r->verb == VERB_RELEASE, qids,
		    QIDS_MAX, &n, &shared);
	}
	if (err == ERR_NOTFOUND)
		refuse(a->plan,
		    _("%s: its queue is not read message by message: raise "
		      "queue_limit, or wait for the reading"),
		    h->name);
	else if (n > QIDS_MAX)
		refuse(a->plan,
		    _("%s: more than 100,000 messages match: narrow the "
		      "filter"),
		    h->name);
	else
		err = postfix_plan_host(a->plan, host, h->name, d, st, qids, n);
	a->plan->messages += n;
	warn_of_shared(a->plan, h->name, shared);
	if (r->verb == VERB_EVACUATE && a->plan->refusal[0] == '\0')
		actor_warn_of_move(a, host, st, n);
	free(qids);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* Why no host has a step of a plan that none refused. */
static const char *
nothing_text(const struct act_request *r)
{
	if (r->of.on == ACT_ON_MESSAGES)
		return _("no message matches %s");
	if (r->verb == VERB_LIFT)
		return _("no act %s is in force on the hosts that are "
			 "connected");
	if (r->verb == VERB_ISOLATE)
		return _("%s is isolated already on the hosts that are "
			 "connected");
	switch (verb_ends(r->verb)) {
	case VERB_PAUSE:
		return _("%s is not paused on the hosts that are connected");
	case VERB_EVACUATE:
		return _("%s is not evacuated on the hosts that are connected");
	case VERB_ISOLATE:
		return _("%s is not isolated on the hosts that are connected");
	default:
		return _("no host that is connected can do that to %s");
	}
}

static void
show_plan(struct actor *a)
{
	struct plan *p = a->plan;
	char target[2 * NAME_MAX_BYTES];

	act_target_text(&p->request, target, sizeof target);
	if (p->refusal[0] == '\0' && p->n_steps == 0)
		refuse(p, nothing_text(&p->request), target);
	if (p->refusal[0] != '\0')
		plan_clear(p);
	a->doing = DOING_SHOW;
	a->o.on_plan(a->o.ctx, p);
}

static void
on_state(void *ctx, host_id host, const struct act_state *st, err_t err,
    const char *text)
{
	struct actor *a = ctx;

	if (a->reading[host]) {
		a->reading[host] = false;
		a->o.on_leases(a->o.ctx, host, st, err, text);
		if (a->held[host])
			go_on(a, host);
		return;
	}
	if (err == ERR_OK)
		err = plan_host(a, host, st);
	if (err != ERR_OK && a->plan->refusal[0] == '\0')
		(void)snprintf(a->plan->refusal, sizeof a->plan->refusal,
		    "%s: %s", a->o.s->m->hosts[host].name,
		    text[0] != '\0' ? text : _(err_text(err)));
	if (--a->waiting == 0)
		show_plan(a);
}

/* What is done to an egress IP is done on all hosts that carry it, a site's
 * action on its own hosts; else on those that are up. */
static bool
concerns(struct actor *a, const struct act_request *r, host_id host)
{
	bool up = actor_found(a, host) != NULL;
	const struct site_action *site = site_of(a, r);

	if (r->host != HOST_NONE && r->host != host)
		return false;
	if (site != NULL)
		return r->host == host ||
		       site_may_run(site, a->o.s->m->hosts[host].name);
	if (r->of.egress[0] != '\0')
		return carries(a->o.s->m, host, r->of.egress);
	if (r->of.on == ACT_ON_POOL && r->host == HOST_NONE)
		return has_pool(a->o.s->m, host, r->of.pool);
	return up || r->host == host;
}

/* Which hosts the request is about; false: one of them cannot be asked. */
static bool
choose(struct actor *a, const struct act_request *r, char *why, size_t cap)
{
	const struct model *m = a->o.s->m;

	a->waiting = 0;
	for (host_id i = 0; i < m->n_hosts; i++) {
		bool up = actor_found(a, i) != NULL;

		a->meant[i] = concerns(a, r, i);
		if (!a->meant[i])
			continue;
		a->waiting++;
		/* Half a pause is none: all that carry it, or nothing. */
		if (!up) {
			(void)snprintf(why, cap,
			    _("%s is not connected: nothing can be planned "
			      "for it (--host names others)"),
			    m->hosts[i].name);
			return false;
		}
	}
	if (a->waiting == 0 && r->verb == VERB_SITE)
		(void)snprintf(why, cap,
		    _("site %s: none of its hosts is watched here"),
		    r->of.site);
	else if (a->waiting == 0)
		(void)snprintf(why, cap,
		    r->of.egress[0] != '\0'
			? _("no host that is connected carries the egress IP "
			    "%s")
			: _("no host is connected%s"),
		    r->of.egress);
	return a->waiting > 0;
}

/* A site's action runs where its row says, or else on the host that is named:
 * never on all there are because nobody said. */
static err_t
check_site(struct actor *a, struct act_request *r, char *why, size_t cap)
{
	const struct site_action *site;
	err_t err = site_request(a->o.sites, r, why, cap);

	if (err != ERR_OK)
		return err;
	site = site_of(a, r);
	if (r->host == HOST_NONE && site->n_hosts > 0)
		return ERR_OK;
	if (r->host == HOST_NONE) {
		(void)snprintf(why, cap,
		    _("site %s: on which host? name one (--host)"), site->name);
		return ERR_PARSE;
	}
	if (site_may_run(site, a->o.s->m->hosts[r->host].name))
		return ERR_OK;
	(void)snprintf(why, cap, _("site %s: its row does not allow it on %s"),
	    site->name, a->o.s->m->hosts[r->host].name);
	return ERR_PARSE;
}

/* Hosts that cannot be asked: what they carry and hold is not touched. */
static void
warn_of_missing(struct actor *a)
{
	struct plan *p = a->plan;
	size_t at = strlen(p->warning);
	bool first = true;

	if (p->request.host != HOST_NONE || p->request.verb == VERB_SITE)
		return;
	for (host_id i = 0; i < a->o.s->m->n_hosts; i++) {
		if (actor_found(a, i) != NULL || at >= sizeof p->warning)
			continue;
		at += (size_t)snprintf(p->warning + at, sizeof p->warning - at,
		    "%s%s%s", at > 0 && first ? "; " : "",
		    first ? _("not connected, so left as they are: ") : ", ",
		    a->o.s->m->hosts[i].name);
		first = false;
	}
}

/* Waits for a reading of the host's leases, if one is under way. */
bool
actor_must_wait(struct actor *a, host_id host)
{
	if (a->reading[host])
		a->held[host] = true;
	return a->reading[host];
}

static void
ask_plan(struct actor *a, host_id host)
{
	if (!actor_must_wait(a, host))
		hostlink_act_read(actor_acts(a, host), actor_found(a, host),
		    site_of(a, &a->plan->request) != NULL ? NULL
							  : &a->plan->request,
		    str_of(a->plan->domains));
}

/* The domains an act on a provider means; false: none, or too many. */
static bool
take_domains(struct actor *a, char *why, size_t cap)
{
	struct plan *p = a->plan;
	struct act_subject *of = &p->request.of;
	const char *name = of->provider[0] != '\0' ? of->provider : of->domain;
	size_t n = 0, left = 0;
	struct buf b;
	err_t err;

	if (of->on != ACT_ON_PROVIDER || verb_ends(p->request.verb) != VERB_N)
		return true;
	buf_init(&b, ACT_DOMAINS * (size_t)NAME_MAX_BYTES);
	err = act_domains(&b, &n, &left, a->o.s->m, of);
	if (err == ERR_OK && n > 0)
		p->domains = str_dup(buf_view(&b));
	buf_done(&b);
	if (err == ERR_LIMIT)
		(void)snprintf(why, cap,
		    _("%s serves more than %d domains: too many for one table"),
		    name, ACT_DOMAINS);
	else if (err == ERR_PARSE)
		(void)snprintf(why, cap,
		    _("\"%s\" is no domain that could be acted on"), name);
	else if (err == ERR_OK && n == 0)
		(void)snprintf(why, cap,
		    _("no domain was seen that %s serves: no mail to it is in "
		      "the log that was read"),
		    name);
	else if (p->domains == NULL)
		(void)snprintf(why, cap, "%s", _(err_text(ERR_NOMEM)));
	else if (of->provider[0] != '\0')
		(void)snprintf(p->warning, sizeof p->warning,
		    left > 0 ? _("concerns the %zu domains that were seen to "
				 "be served by %s, not those it serves "
				 "besides, nor %zu with odd names")
			     : _("concerns the %zu domains that were seen to "
				 "be served by %s, not those it serves "
				 "besides"),
		    n, name, left);
	return p->domains != NULL;
}

err_t
actor_plan(struct actor *a, const struct act_request *r, char *why, size_t cap)
{
	const struct model *m = a->o.s->m;
	struct act_request request = *r;
	err_t err = act_check(r, why, cap);

	if (actor_is_busy(a)) {
		(void)snprintf(why, cap, "%s", _("another act is under way"));
		return ERR_LIMIT;
	}
	if (err == ERR_OK && r->verb == VERB_SITE)
		err = check_site(a, &request, why, cap);
	if (err != ERR_OK)
		return err;
	r = &request;
	if (!choose(a, r, why, cap))
		return ERR_CLOSED;
	plan_free(a->plan);
	a->salt = str_hash(
	    str_of(r->why), a->salt + (uint64_t)session_now_ms(a->o.s));
	a->plan = plan_new(r, session_now_ms(a->o.s), a->salt);
	if (a->plan == NULL) {
		(void)snprintf(why, cap, "%s", _(err_text(ERR_NOMEM)));
		a->doing = DOING_NOTHING;
		return ERR_NOMEM;
	}
	a->doing = DOING_NOTHING;
	if (!take_domains(a, why, cap))
		return ERR_NOTFOUND;
	a->doing = DOING_PLAN;
	warn_of_missing(a);
	for (host_id i = 0; i < m->n_hosts; i++)
		if (a->meant[i])
			ask_plan(a, i);
	return ERR_OK;
}

/* --- running --- */

err_t
actor_journal(struct actor *a, enum journal_kind kind,
    const struct act_request *r, const char *host, const char *subject,
    const char *text, struct str detail, bool synced, char *why, size_t cap)
{
	struct journal_rec rec = {.at_ms = session_now_ms(a->o.s),
	    .kind = kind,
	    .who = str_of(r->who),
	    .from = str_of(r->from),
	    .host = str_of(host),
	    .subject = str_of(subject),
	    .text = str_of(text),
	    .detail = detail,
	    .incident = str_of(r->incident)};
	err_t err = journal_db_append(a->o.journal, &rec, synced);

	if (err != ERR_OK)
		(void)snprintf(why, cap,
		    _("the journal takes no record, so nothing is done: %s"),
		    journal_db_why(a->o.journal));
	else
		a->ticket.journal_seq = rec.seq;
	return err;
}

/* "pause 192.0.2.1: why" */
static void
sentence(const struct act_request *r, char *dst, size_t cap)
{
	char target[NAME_MAX_BYTES * 2];

	act_target_text(r, target, sizeof target);
	(void)snprintf(dst, cap, "%s %s%s%s: %s", verb_rows[r->verb].word,
	    target, r->value[0] != '\0' ? " " : "", r->value, r->why);
}

static void
finish(struct actor *a)
{
	struct plan *p = a->plan;
	char text[2048], why[512] = "";
	struct buf detail;

	p->verified = a->err == ERR_OK;
	for (size_t i = 0; i < p->n_steps; i++)
		p->verified &= p->steps[i].state == STEP_DONE;
	sentence(&p->request, text, sizeof text);
	buf_init(&detail, JOURNAL_DETAIL_MAX);
	if (docs_act_plan_text(&detail, a->o.s->m, p) != ERR_OK)
		buf_reset(&detail); /* the sentence is kept all the same */
	if (actor_journal(a, JOURNAL_RESULT, &p->request, "", p->id, text,
		buf_view(&detail), true, why, sizeof why) != ERR_OK &&
	    a->text[0] == '\0')
		(void)snprintf(a->text, sizeof a->text,
		    _("it was done, but its result is not in the journal: %s"),
		    journal_db_why(a->o.journal));
	buf_done(&detail);
	a->doing = DOING_NOTHING;
	if (a->err == ERR_OK && !p->verified)
		a->err = ERR_EXIT;
	a->o.on_done(a->o.ctx, p, a->err, a->text);
}

/* The next host, one after the other: what fails on one stops the rest. */
static void
run_next(struct actor *a)
{
	const struct plan *p = a->plan;

	for (size_t i = 0; i < p->n_steps && a->err == ERR_OK; i++) {
		host_id host = p->steps[i].host;

		if (p->steps[i].state != STEP_PLANNED)
			continue;
		if (actor_must_wait(a, host))
			return;
		hostlink_act_run(actor_acts(a, host), actor_found(a, host),
		    a->plan, &a->ticket);
		return;
	}
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].state == STEP_PLANNED)
			a->plan->steps[i].state = STEP_SKIPPED;
	finish(a);
}

static void
on_step(void *ctx, host_id host)
{
	struct actor *a = ctx;

	(void)host;
	a->o.on_progress(a->o.ctx, a->plan);
}

static void
on_end(void *ctx, host_id host, err_t err, const char *text)
{
	struct actor *a = ctx;

	if (a->doing == DOING_LEASE) {
		actor_lease_ended(a, err, text);
		return;
	}
	if (a->doing == DOING_SETTLE) {
		actor_settle_told(a, host, err, text);
		return;
	}
	if (err != ERR_OK) {
		a->err = err;
		(void)snprintf(a->text, sizeof a->text, "%s: %s",
		    a->o.s->m->hosts[host].name, text);
	}
	run_next(a);
}

struct hostlink_act *
actor_acts(struct actor *a, host_id host)
{
	struct hostlink_act_cb cb = {.ctx = a,
	    .on_state = on_state,
	    .on_step = on_step,
	    .on_end = on_end};

	return hostlink_acts(a->o.s->links[host], &cb);
}

err_t
actor_confirm(struct actor *a, const char *id, char *why, size_t cap)
{
	struct plan *p = a->plan;
	struct buf detail;
	char text[2048];
	err_t err;

	if (a->doing != DOING_SHOW || strcmp(p->id, id) != 0 ||
	    p->refusal[0] != '\0' ||
	    session_now_ms(a->o.s) - p->made_ms > ACTOR_PLAN_MS) {
		(void)snprintf(why, cap, "%s",
		    _("the plan is too old, or another: make it again"));
		return ERR_CLOSED;
	}
	sentence(&p->request, text, sizeof text);
	buf_init(&detail, JOURNAL_DETAIL_MAX);
	err = docs_act_plan_text(&detail, a->o.s->m, p);
	if (err == ERR_OK)
		err = actor_journal(a, JOURNAL_INTENT, &p->request, "", p->id,
		    text, buf_view(&detail), true, why, cap);
	else
		(void)snprintf(why, cap, "%s", _(err_text(err)));
	buf_done(&detail);
	if (err != ERR_OK)
		return err;
	str_copy(a->ticket.plan, sizeof a->ticket.plan, str_of(p->id));
	a->doing = DOING_RUN;
	a->err = ERR_OK;
	a->text[0] = '\0';
	run_next(a);
	return ERR_OK;
}

/* The reading of leases that something waited for is over. */
static void
go_on(struct actor *a, host_id host)
{
	a->held[host] = false;
	if (a->doing == DOING_PLAN)
		ask_plan(a, host);
	else if (a->doing == DOING_RUN)
		run_next(a);
	else if (a->doing == DOING_LEASE)
		actor_lease_go(a);
	else if (a->doing == DOING_SETTLE)
		actor_settle_go(a);
}

struct actor *
actor_new(const struct actor_opts *o)
{
	struct actor *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	a->o = *o;
	a->meant = calloc((size_t)o->s->m->n_hosts + 1, sizeof *a->meant);
	a->reading = calloc((size_t)o->s->m->n_hosts + 1, sizeof *a->reading);
	a->held = calloc((size_t)o->s->m->n_hosts + 1, sizeof *a->held);
	if (a->meant != NULL && a->reading != NULL && a->held != NULL)
		return a;
	actor_free(a);
	return NULL;
}

void
actor_free(struct actor *a)
{
	if (a == NULL)
		return;
	settle_done(&a->settle);
	plan_free(a->plan);
	free(a->meant);
	free(a->reading);
	free(a->held);
	free(a);
}
