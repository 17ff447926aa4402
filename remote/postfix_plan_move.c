/*
 * postfix_plan_move.c - evacuation: an egress IP's mail is moved to others.
 * (Shares of a pool: postfix_plan_shares.c.) The order leaks nothing: qmgr(8)
 * keeps what a recipient was resolved to for a while, so the transports are
 * paused before what selects them is edited, and stay so until all is taken
 * back; a retry overrides a pause, so it comes last, once nothing leads to
 * them. See transport(5), postconf(5): transport_maps,
 * sender_dependent_default_transport_maps, default_transport, defer_transports.
 */
#include "remote/postfix_plan_move.h"

#include "core/i18n.h"
#include "core/shquote.h"
#include "remote/postfix_ours.h"

#include <stdio.h>
#include <stdlib.h>

/* They name transports too, but choose no egress IP of a pool: one of them that
 * names ours is for people to change. */
static const char *const others[] = {
    "local_transport", "virtual_transport", "content_filter"};
enum { OTHERS = sizeof others / sizeof *others };

static void
add_kind(void *ctx, plan_add_fn *add, const char *kind, const char *param)
{
	char name[128];

	(void)snprintf(name, sizeof name, "%s:%s", kind, param);
	add(ctx, name);
}

bool
postfix_plan_move_needs(const struct act_request *r, const struct discovery *d,
    void *ctx, plan_add_fn *add)
{
	bool any = false;

	if (r->verb == VERB_SHARES) {
		const struct postfix_selector *s = postfix_move_pool(r, d);

		if (s != NULL)
			add_kind(ctx, add, "main", s->param);
		return s != NULL;
	}
	for (unsigned i = 0; i < d->n_handles; i++)
		any |= postfix_plan_carries(&d->handles[i], r);
	for (int i = 0; i < POSTFIX_SELECTORS; i++) {
		add_kind(ctx, add, "main", postfix_selectors[i].param);
		if (postfix_selectors[i].tables)
			add_kind(
			    ctx, add, "tables", postfix_selectors[i].param);
	}
	for (int i = 0; i < OTHERS; i++)
		add_kind(ctx, add, "main", others[i]);
	return any;
}

static void
warn(const struct plan_host *h, const char *fmt, const char *what,
    const char *whom)
{
	char *dst = h->p->warning;
	size_t at = strlen(dst), cap = sizeof h->p->warning;

	at += (size_t)snprintf(dst + at, cap - at, "%s", at > 0 ? "; " : "");
	if (at < cap)
		(void)snprintf(dst + at, cap - at, fmt, h->name, what, whom);
}

bool
postfix_move_refused(const struct move *m)
{
	return m->h->p->refusal[0] != '\0';
}

/* NULL: refused. */
const struct act_param *
postfix_move_param(const struct move *m, const char *name)
{
	const struct act_param *p = act_state_param(m->h->st, name, false);

	if (p == NULL)
		postfix_plan_refuse(
		    m->h, _("%s did not tell the value of %s"), name);
	return p;
}

/* --- selectors --- */

static unsigned
count_ours(struct move *m)
{
	unsigned n = 0;

	for (unsigned i = 0; i < m->n_from; i++)
		n += postfix_select_count(&m->sel, m->from[i]);
	for (unsigned i = m->n_from; i < m->n_all; i++)
		m->kept |= postfix_select_count(&m->sel, m->from[i]) > 0;
	return n;
}

/* As the drain must find it. */
void
postfix_move_leave(struct move *m, const char *name, const char *value)
{
	struct move_left *l = &m->left[m->n_left++];

	l->name = name;
	str_copy(l->value, sizeof l->value, str_of(value));
}

static void
refuse_unknown(const struct move *m, const char *what)
{
	postfix_plan_refuse(m->h,
	    _("%s: which transports %s leads to cannot be told, so nothing is "
	      "changed"),
	    what);
}

/* "hash:$config_directory/x" as the host names it; false: not to be told. */
static bool
expand(const struct move *m, struct str text, char *dst, size_t cap)
{
	static const char *const forms[] = {
	    "$config_directory", "${config_directory}"};
	int n = -1;

	for (int i = 0; i < 2 && n < 0; i++) {
		size_t at = str_find(text, str_of(forms[i]));

		if (at != SIZE_MAX)
			n = snprintf(dst, cap, "%.*s%s%.*s", (int)at, text.p,
			    m->h->d->config_dir,
			    (int)(text.n - at - strlen(forms[i])),
			    text.p + at + strlen(forms[i]));
	}
	if (n < 0)
		n = snprintf(dst, cap, "%.*s", (int)text.n, text.p);
	return (size_t)n < cap && strchr(dst, '$') == NULL;
}

static void
refuse_table(const struct move *m, const struct act_table *t, const char *path)
{
	/* Its way back would find a file that it did not leave. */
	if (postfix_is_ours(str_of(path)))
		postfix_plan_refuse(m->h,
		    _("%s: another act leads mail to it by %s; end that first"),
		    path);
	else if (m->h->d->privilege != PRIV_ROOT)
		postfix_plan_refuse(m->h,
		    _("%s: %s names it: only root edits files; edit it "
		      "yourself, or log in as root"),
		    path);
	else if (t->stale)
		postfix_plan_refuse(m->h,
		    _("%s: %s has changes that postmap has not seen; run it, "
		      "or take them back"),
		    path);
	else if (m->n_tables == MOVE_TABLES)
		refuse_unknown(m, path);
}

/* A file among the tables: edited when it names one of ours. */
static err_t
move_file(struct move *m, struct str text)
{
	char name[sizeof((struct act_table){0}).name];
	const struct act_table *t = NULL;
	const char *path;
	uint32_t n = 0;

	if (expand(m, text, name, sizeof name))
		t = act_state_table(m->h->st, str_of(name));
	if (t == NULL || t->beyond) {
		char what[128];

		str_copy(what, sizeof what, text);
		refuse_unknown(m, what);
		return ERR_OK;
	}
	for (unsigned i = 0; i < m->n_from; i++)
		n += act_table_count(t, m->from[i]);
	path = strchr(t->name, ':') + 1;
	for (unsigned i = 0; i < m->n_tables; i++)
		if (strcmp(m->tables[i].path, path) == 0)
			return ERR_OK; /* two parameters read it */
	if (n == 0)
		return ERR_OK;
	refuse_table(m, t, path);
	return postfix_move_refused(m) ? ERR_OK
				       : postfix_move_table(m, t, path);
}

err_t
postfix_move_set(struct move *m, const struct postfix_selector *s,
    const struct act_param *old, const struct buf *now)
{
	static const char *const text =
	    N_("lead mail to others, at their shares");

	if (now->failed != ERR_OK || now->n >= ACT_VALUE_BYTES) {
		postfix_plan_refuse(
		    m->h, _("%s: the value of %s is too long"), s->param);
		return ERR_OK;
	}
	return s->tables ? postfix_plan_swap(m->h, old, buf_cstr(now), _(text))
			 : postfix_plan_set(m->h, old, buf_cstr(now), _(text));
}

/* Its value rewritten, when it names one of ours. */
static err_t
move_value(struct move *m, const struct postfix_selector *s,
    const struct act_param *old)
{
	struct buf now;
	err_t err;

	if (!s->tables && m->n_to > 1)
		warn(m->h, _("%s: %s takes one transport only: %s"), s->param,
		    m->to[0]);
	buf_init(&now, ACT_VALUE_BYTES);
	err = postfix_select_replace(
	    &m->sel, m->from, m->n_from, m->to, m->n_to, &m->turn, &now);
	/* Weights that come to too many are a value too long. */
	if (err == ERR_RANGE || err == ERR_LIMIT) {
		now.failed = err;
		err = ERR_OK;
	}
	if (err == ERR_OK)
		err = postfix_move_set(m, s, old, &now);
	if (err == ERR_OK)
		postfix_move_leave(m, s->param, buf_cstr(&now));
	buf_done(&now);
	return err;
}

static err_t
move_selector(struct move *m, const struct postfix_selector *s)
{
	const struct act_param *old = postfix_move_param(m, s->param);
	err_t err = ERR_OK;

	if (old == NULL)
		return ERR_OK;
	postfix_select_read(&m->sel, str_of(old->value), s->tables);
	if (postfix_select_is_unknown(&m->sel)) {
		refuse_unknown(m, s->param);
		return ERR_OK;
	}
	for (unsigned i = 0; i < m->sel.n_parts && err == ERR_OK; i++)
		if (m->sel.parts[i].kind == SELECT_FILE)
			err = move_file(m, m->sel.parts[i].text);
	if (err != ERR_OK || postfix_move_refused(m))
		return err;
	if (count_ours(m) > 0)
		return move_value(m, s, old);
	postfix_move_leave(m, s->param, old->value);
	return ERR_OK;
}

/* What else leads mail to it: the drain would send that through the pause. */
static void
refuse_others(struct move *m)
{
	for (int i = 0; i < OTHERS; i++) {
		const struct act_param *p = postfix_move_param(m, others[i]);

		if (p == NULL)
			return;
		postfix_select_read(&m->sel, str_of(p->value), false);
		if (count_ours(m) > 0)
			postfix_plan_refuse(m->h,
			    _("%s: %s leads mail to it too; change that first"),
			    others[i]);
	}
}

static err_t
move_selectors(struct move *m)
{
	size_t before = m->h->p->n_steps;
	err_t err = ERR_OK;

	for (int i = 0;
	     i < POSTFIX_SELECTORS && err == ERR_OK && !postfix_move_refused(m);
	     i++)
		err = move_selector(m, &postfix_selectors[i]);
	if (err == ERR_OK && !postfix_move_refused(m))
		refuse_others(m);
	if (err == ERR_OK && !postfix_move_refused(m) &&
	    m->h->p->n_steps == before)
		postfix_plan_refuse(m->h,
		    _("%s: nothing leads mail to %s: there is none to move"),
		    m->h->p->request.of.egress);
	return err;
}

/* --- evacuation --- */

static err_t
pause_ours(struct move *m, const struct act_param *old)
{
	char now[ACT_VALUE_BYTES];
	unsigned on = 0;
	err_t err;

	for (unsigned i = 0; i < m->n_all; i++)
		on += postfix_plan_is_listed(old->value, m->from[i]);
	if (on == m->n_all) {
		warn(m->h,
		    _("%s: %s is paused already, and stays so as long as that "
		      "other act says%s"),
		    m->h->p->request.of.egress, "");
		postfix_move_leave(m, old->name, old->value);
		return ERR_OK;
	}
	err = postfix_plan_pause(m->h, old, m->from, m->n_all, now);
	if (err != ERR_OK || postfix_move_refused(m))
		return err;
	postfix_move_leave(m, old->name, now);
	return postfix_plan_reload(m->h);
}

/* Somebody else's pause, which a retry would go through. */
static bool
is_paused_too(const struct move *m, const char *list, char *dst, size_t cap)
{
	struct str rest = str_of(list), word;

	while (postfix_plan_next(&rest, &word)) {
		str_copy(dst, cap, word);
		if (!postfix_move_is_ours(m, dst))
			return true;
	}
	return false;
}

err_t
postfix_move_ask_sudo(const struct move *m)
{
	err_t err = ERR_OK;

	for (unsigned i = 0; i < m->n_left && err == ERR_OK; i++) {
		const struct act_param *old =
		    act_state_param(m->h->st, m->left[i].name, false);

		if (strcmp(m->left[i].value, old->value) != 0 &&
		    strcmp(old->name, "defer_transports") != 0)
			err =
			    postfix_plan_ask_value(m->h, old, m->left[i].value);
	}
	return err;
}

static err_t
drain(struct move *m, const struct act_param *deferred, const struct str *qids,
    size_t n)
{
	char other[SERVICE_MAX_BYTES];

	if (m->kept) {
		warn(m->h,
		    _("%s: another act leads mail to %s too: that waits until "
		      "one of them ends, and nothing is tried again before%s"),
		    m->h->p->request.of.egress, "");
		return ERR_OK;
	}
	if (!is_paused_too(m, deferred->value, other, sizeof other))
		return postfix_move_drain(m, qids, n);
	warn(m->h,
	    _("%s: %s is paused too, so what waits is not tried now but at its "
	      "next attempt%s"),
	    other, "");
	return ERR_OK;
}

static err_t
evacuate(struct move *m, const struct str *qids, size_t n)
{
	const struct act_param *deferred = postfix_move_choose(m);
	err_t err;

	if (deferred == NULL)
		return ERR_OK;
	err = pause_ours(m, deferred);
	if (err == ERR_OK && !postfix_move_refused(m))
		err = move_selectors(m);
	if (err == ERR_OK && !postfix_move_refused(m))
		err = postfix_move_ask_sudo(m);
	if (err == ERR_OK && !postfix_move_refused(m))
		err = postfix_plan_reload(m->h);
	if (err == ERR_OK && !postfix_move_refused(m))
		err = drain(m, deferred, qids, n);
	return err;
}

err_t
postfix_plan_move(const struct plan_host *h, const struct str *qids, size_t n)
{
	struct move *m = calloc(1, sizeof *m);
	err_t err;

	if (m == NULL)
		return ERR_NOMEM;
	m->h = h;
	err = h->p->request.verb == VERB_SHARES ? postfix_move_shares(m)
						: evacuate(m, qids, n);
	free(m);
	return err;
}
