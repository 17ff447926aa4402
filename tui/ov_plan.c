/*
 * ov_plan.c - a plan as lines for people: whom it concerns, how much mail, when
 * and how it ends, then every line that a host will get, with what it reads and
 * how it is undone; while it runs and after, what became of each. What hosts
 * said is cleaned on its way to the grid.
 */
#include "core/act_match.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"
#include "tui/overlay.h"

#include <stdio.h>

enum { LABEL_COLS = 10, INPUT_SHOWN = 6, STEP_LINES = 64 };

static const char *
host_name(const struct model *m, host_id host)
{
	return host < m->n_hosts ? m->hosts[host].name : "?";
}

static void
put_field(struct doc *d, enum role role, const char *label, const char *text)
{
	doc_named(d, role, LABEL_COLS, label, "%s", text);
}

/* --- how much mail it is about --- */

/* Messages of a queue row by its name; false: nobody knows. */
static bool
in_table(const struct host *h, enum queue_dim dim, const char *key, uint64_t *n)
{
	const struct queue_table *t = &h->queue->by[dim];
	uint32_t id = intern_find(h->queue->texts, str_of(key));

	if (h->queue->cut || h->queue->unread != 0)
		return false;
	for (uint32_t i = 0; i < t->n; i++)
		if (t->rows[i].key == id)
			*n += t->rows[i].total;
	return true;
}

/* What waits on a host that the subject is about. */
static bool
host_waiting(const struct model *m, const struct host *h,
    const struct act_subject *of, uint64_t *n)
{
	struct act_filter f = {0};
	size_t found = 0, shared;

	if (h->queue == NULL)
		return false;
	memcpy(f.provider, of->provider, sizeof f.provider);
	memcpy(f.domain, of->domain, sizeof f.domain);
	memcpy(f.egress, of->egress, sizeof f.egress);
	if (act_match(m, h, &f, false, NULL, 0, &found, &shared) == ERR_OK) {
		*n += found;
		return true;
	}
	/* Only counted: over one address of several nobody knows, nor of the
	 * main instance alone, which the act is on. */
	if (of->egress[0] != '\0' ||
	    (h->found != NULL && h->found->n_further > 0))
		return false;
	return of->provider[0] != '\0'
		   ? in_table(h, QD_PROVIDER, of->provider, n)
		   : in_table(h, QD_DOMAIN, of->domain, n);
}

/* The same of an egress IP, or of a pool's. */
static bool
egress_waiting(const struct model *m, const struct act_subject *of, uint64_t *n)
{
	bool known = false;

	for (egress_id i = 0; i < m->n_egress; i++) {
		const struct egress *e = &m->egress[i];

		if (of->on == ACT_ON_POOL ? !act_is_pool(of->pool, e->pool)
					  : strcmp(e->ip, of->egress) != 0)
			continue;
		known |= e->queue_known;
		*n += e->queue_known ? e->queue : 0;
	}
	return known;
}

/* Once a plan: queues are large and screens are drawn often. */
static void
count_waiting(const struct model *m, struct act_ui *a)
{
	const struct plan *p = a->plan;
	const struct act_subject *of = &p->request.of;
	host_id last = HOST_NONE;

	if (strcmp(a->waiting.plan, p->id) == 0)
		return;
	str_copy(a->waiting.plan, sizeof a->waiting.plan, str_of(p->id));
	a->waiting.n = 0;
	a->waiting.known = true;
	if (of->on != ACT_ON_PROVIDER)
		a->waiting.known = egress_waiting(m, of, &a->waiting.n);
	for (size_t i = 0; of->on == ACT_ON_PROVIDER && i < p->n_steps; i++) {
		if (p->steps[i].host != last && p->steps[i].host < m->n_hosts)
			a->waiting.known &= host_waiting(
			    m, &m->hosts[p->steps[i].host], of, &a->waiting.n);
		last = p->steps[i].host;
	}
}

/* Is there a reading of every host the plan is about? */
static bool
is_read(const struct model *m, const struct plan *p)
{
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].host >= m->n_hosts ||
		    m->hosts[p->steps[i].host].queue == NULL)
			return false;
	return p->n_steps > 0;
}

static void
put_mail(struct doc *d, const struct model *m, struct act_ui *a)
{
	const struct plan *p = a->plan;
	unsigned on = p->request.of.on;
	bool mail = (on & (ACT_ON_EGRESS | ACT_ON_PROVIDER | ACT_ON_POOL)) != 0;
	char text[NUM_TEXT];

	if (mail)
		count_waiting(m, a);
	if (mail && !a->waiting.known && on == ACT_ON_PROVIDER && is_read(m, p))
		put_field(d, ROLE_UNKNOWN, _("mail"), "?");
	else if (mail && !a->waiting.known)
		put_field(d, ROLE_UNKNOWN, _("mail"),
		    _("not known how many wait: no queue is read yet"));
	else if (mail)
		doc_named(d, ROLE_TEXT, LABEL_COLS, _("mail"),
		    on == ACT_ON_PROVIDER
			? _("%s wait for it")
			: _("%s wait that were last tried from it"),
		    num_count(text, a->waiting.n));
	if (p->messages > 0 ||
	    (!mail && on != ACT_ON_LEASE && on != ACT_ON_SITE))
		doc_named(d, p->irreversible ? ROLE_CRIT : ROLE_TEXT,
		    LABEL_COLS, mail ? _("touches") : _("mail"),
		    _("%llu messages"), (unsigned long long)p->messages);
}

/* When and how it ends. */
static void
put_end(struct doc *d, const struct plan *p)
{
	char until[CLOCK_TEXT], age[NUM_TEXT];
	bool lease = (act_flags(&p->request) & ACTF_LEASE) != 0;

	if (p->irreversible)
		put_field(d, ROLE_CRIT, _("ends"), _("there is no way back"));
	else if (!lease)
		put_field(d, ROLE_TEXT, _("ends"),
		    _("it does not end: it is done once"));
	else if (p->lease_until_ms == 0)
		put_field(d, ROLE_WARN, _("ends"),
		    _("not by itself: when somebody lifts it"));
	else
		doc_named(d, ROLE_TEXT, LABEL_COLS, _("ends"),
		    _("by itself at %s (%s), on the host, also without this "
		      "console"),
		    clock_day_hms(until, p->lease_until_ms, p->made_ms),
		    num_age(age, p->request.lease_ms));
}

/* How many first: a long row of names may be cut. */
static void
put_hosts(struct doc *d, const struct model *m, const struct plan *p)
{
	struct buf names;
	host_id last = HOST_NONE;
	unsigned n = 0;

	buf_init(&names, 1024);
	for (size_t i = 0; i < p->n_steps; i++) {
		if (p->steps[i].host == last)
			continue;
		(void)buf_printf(&names, "%s%s", n++ == 0 ? "" : ", ",
		    host_name(m, p->steps[i].host));
		last = p->steps[i].host;
	}
	if (n > 1)
		doc_named(d, ROLE_TEXT, LABEL_COLS, _("hosts"), "%u: %s", n,
		    buf_cstr(&names));
	else
		put_field(d, ROLE_TEXT, _("hosts"), buf_cstr(&names));
	buf_done(&names);
}

static enum role
step_role(enum step_state s)
{
	switch (s) {
	case STEP_DONE:
		return ROLE_OK;
	case STEP_FAILED:
	case STEP_UNKNOWN:
		return ROLE_CRIT;
	case STEP_RUNNING:
		return ROLE_KEY;
	default:
		return ROLE_TEXT;
	}
}

/* Whole, however long: it is what the host gets. */
static void
put_lines(struct doc *d, enum role role, const char *label, struct str text)
{
	struct str line;
	struct buf b;

	while (str_line(&text, &line)) {
		buf_init(&b, strlen(label) + line.n + 1);
		(void)buf_puts(&b, label);
		(void)buf_str(&b, line);
		doc_line(d, role, 6, buf_view(&b));
		buf_done(&b);
	}
}

/* What it reads: the first ids or lines, and how many more. */
static void
put_input(struct doc *d, struct str text)
{
	struct str line;
	size_t n = 0;

	for (; str_line(&text, &line); n++)
		if (n < INPUT_SHOWN)
			put_lines(d, ROLE_DIM, "     < ", line);
	if (n > INPUT_SHOWN)
		doc_printf(
		    d, ROLE_DIM, 5, _("     < .. %zu more"), n - INPUT_SHOWN);
}

static void
put_step(
    struct doc *d, const struct plan_step *s, unsigned n, bool ran, bool says)
{
	char ms[NUM_TEXT];

	if (!ran)
		doc_printf(d, ROLE_HEAD, 5, "%3u. %s", n, s->text);
	else if (s->state == STEP_DONE || s->state == STEP_FAILED)
		doc_printf(d, step_role(s->state), 5,
		    _("%3u. %s: %s, exit %d, %s"), n, step_state_name(s->state),
		    s->text, s->exit, num_age(ms, s->ms));
	else
		doc_printf(d, step_role(s->state), 5, "%3u. %s: %s", n,
		    step_state_name(s->state), s->text);
	if (ran && (says || s->state != STEP_DONE))
		put_lines(d, ROLE_WARN, "     | ", buf_view(&s->output));
	put_lines(d, ROLE_KEY, "     $ ", str_of(s->command));
	if (s->input != NULL && !ran)
		put_input(d, str_of(s->input));
	if (ran)
		return;
	if (s->undo != NULL)
		put_lines(d, ROLE_DIM, _("     undo: "), str_of(s->undo));
	else
		doc_line(d, ROLE_DIM, 5, str_of(_("     undo: none")));
}

/* Of a host whose steps are all done, one line says so. */
static size_t
put_done(
    struct doc *d, const struct model *m, const struct plan *p, size_t from)
{
	size_t n = 0;

	while (from + n < p->n_steps &&
	       p->steps[from + n].host == p->steps[from].host) {
		if (p->steps[from + n].state != STEP_DONE)
			return 0;
		n++;
	}
	doc_printf(d, ROLE_OK, 0, _("%s: done, %zu steps"),
	    host_name(m, p->steps[from].host), n);
	return n;
}

static void
put_steps(struct doc *d, const struct model *m, const struct plan *p, bool ran)
{
	bool says = p->request.verb == VERB_SITE;
	host_id host = HOST_NONE;
	unsigned n = 0;
	size_t skip = 0;

	for (size_t i = 0; i<p->n_steps; i += skip> 0 ? skip : 1) {
		const struct plan_step *s = &p->steps[i];

		if (d->n > DOC_LINES - STEP_LINES) {
			doc_printf(d, ROLE_WARN, 0,
			    _(".. %zu further steps: the journal has them "
			      "whole"),
			    p->n_steps - i);
			return;
		}
		skip = 0;
		if (s->host != host) {
			n = 0;
			skip = ran && !says && p->n_hosts > 1
				   ? put_done(d, m, p, i)
				   : 0;
		}
		if (s->host != host && skip == 0)
			doc_printf(
			    d, ROLE_HEAD_SORT, 0, "%s:", host_name(m, s->host));
		host = s->host;
		/* What a command of the site's own says is what it is for. */
		if (skip == 0)
			put_step(d, s, ++n, ran, says);
	}
}

void
ov_plan(struct doc *d, const struct model *m, struct act_ui *a)
{
	const struct plan *p = a->plan;
	bool ran = a->stage >= ACT_STAGE_RUNNING;

	if (p->refusal[0] != '\0') {
		doc_line(d, ROLE_CRIT, 0, str_of(p->refusal));
		return;
	}
	if (!ran) {
		put_hosts(d, m, p);
		put_mail(d, m, a);
		put_end(d, p);
	}
	put_field(d, ROLE_TEXT, _("why"), p->request.why);
	if (p->warning[0] != '\0')
		put_field(d, ROLE_WARN, _("mind"), p->warning);
	put_steps(d, m, p, ran);
}

/* An act in force that is to be ended, or to end later. */
void
ov_plan_lease(struct doc *d, const struct model *m, const struct act_ui *a)
{
	const struct lease *l = &a->lease;
	char at[CLOCK_TEXT], age[NUM_TEXT];

	put_field(d, ROLE_TEXT, _("host"), host_name(m, l->host));
	doc_named(d, ROLE_TEXT, LABEL_COLS, _("by"), _("%s since %s: %s"),
	    l->who, clock_day_hms(at, l->since_ms, m->now_ms), l->why);
	if (l->until_ms == 0)
		put_field(d, ROLE_TEXT, _("now"), _("until lifted"));
	else
		doc_named(d, ROLE_TEXT, LABEL_COLS, _("now"), _("until %s"),
		    clock_day_hms(at, l->until_ms, m->now_ms));
	if (a->job == ACT_JOB_END)
		put_field(d, ROLE_TEXT, _("then"),
		    _("the host restores what was before, if nobody changed "
		      "it since; there is no lease any more"));
	else if (a->extend_ms == 0)
		put_field(
		    d, ROLE_WARN, _("then"), _("it does not end by itself"));
	else
		doc_named(d, ROLE_TEXT, LABEL_COLS, _("then"),
		    _("it ends by itself %s from now"),
		    num_age(age, a->extend_ms));
	put_field(d, ROLE_TEXT, _("why"), a->request.why);
}
