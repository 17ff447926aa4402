/*
 * postfix_plan_shares.c - how a pool's mail is spread over its egress IPs: how
 * often each is named in the randmap:{..} that chooses (DATABASE_README). See
 * postfix_plan_move.h.
 */
#include "core/i18n.h"
#include "core/num.h"
#include "remote/postfix_plan_move.h"

static bool
has_pool(const struct discovery *d, const char *pool)
{
	for (unsigned i = 0; i < d->n_handles; i++)
		if (strcmp(d->handles[i].pool, pool) == 0)
			return true;
	return false;
}

const struct postfix_selector *
postfix_move_pool(const struct act_request *r, const struct discovery *d)
{
	for (int i = 0; i < POSTFIX_SELECTORS; i++)
		if (act_is_pool(r->of.pool, postfix_selectors[i].pool) &&
		    has_pool(d, postfix_selectors[i].pool))
			return &postfix_selectors[i];
	return NULL;
}

/* Which of the pool's transports carries an address; NULL: refused. A pool may
 * have one that it gives nothing to at present. */
static const char *
member(const struct move *m, const struct select_part *part, const char *ip)
{
	const struct discovery *d = m->h->d;
	const char *in = NULL, *out = NULL;
	unsigned n_in = 0, n_out = 0;

	for (unsigned i = 0; i < d->n_handles; i++) {
		const struct handle *h = &d->handles[i];
		bool found = false;

		if (h->clone ||
		    (strcmp(h->ip, ip) != 0 && strcmp(h->ip6, ip) != 0))
			continue;
		for (unsigned k = 0; k < part->n; k++)
			found |= str_eq(m->sel.results[part->first + k].name,
			    str_of(h->name));
		if (found)
			in = h->name;
		else if (h->instance[0] == '\0' && postfix_plan_is_name(h))
			out = h->name;
		n_in += found;
		n_out += !found;
	}
	if (n_in == 1)
		return in;
	if (n_in == 0 && n_out == 1 && out != NULL)
		return out;
	postfix_plan_refuse(m->h,
	    n_in + n_out == 0 ? _("%s does not carry %s")
			      : _("%s: more than one transport carries %s"),
	    ip);
	return NULL;
}

/* "192.0.2.1=3 192.0.2.2=1", checked by act_check; how many. */
static unsigned
read_shares(const struct move *m, const struct select_part *part,
    struct select_share *v, unsigned cap)
{
	struct str rest = str_of(m->h->p->request.value), word;
	unsigned n = 0;

	while (str_word(&rest, &word) && n < cap && !postfix_move_refused(m)) {
		size_t eq = str_find(word, STR_LIT("="));
		char ip[ADDR_MAX_BYTES] = "";

		if (eq != SIZE_MAX)
			(void)str_take(ip, sizeof ip, (struct str){word.p, eq});
		v[n].name = member(m, part, ip);
		if (eq == SIZE_MAX ||
		    num_u32(str_from(word, eq + 1), &v[n].n) != ERR_OK)
			v[n].n = 0;
		n++;
	}
	return n;
}

/* The pool's transports, for finding its randmap. */
static unsigned
pool_names(const struct discovery *d, const char *pool, const char **names)
{
	unsigned n = 0;

	for (unsigned i = 0; i < d->n_handles; i++)
		if (!d->handles[i].clone &&
		    strcmp(d->handles[i].pool, pool) == 0)
			names[n++] = d->handles[i].name;
	return n;
}

static err_t
set_shares(struct move *m, const struct postfix_selector *s,
    const struct act_param *old, unsigned part)
{
	struct select_share v[MAX_HANDLES];
	unsigned n = read_shares(m, &m->sel.parts[part], v, MAX_HANDLES);
	struct buf now;
	err_t err = ERR_OK;

	if (postfix_move_refused(m))
		return ERR_OK;
	buf_init(&now, ACT_VALUE_BYTES);
	if (postfix_select_shares(&m->sel, part, v, n, &now) != ERR_OK)
		postfix_plan_refuse(m->h,
		    _("%s: with these shares %s would have none left, too many "
		      "parts, or two ways to one egress IP"),
		    m->h->p->request.of.pool);
	else if (strcmp(buf_cstr(&now), old->value) == 0)
		postfix_plan_refuse(m->h, _("%s: %s has these shares already"),
		    m->h->p->request.of.pool);
	else
		err = postfix_move_set(m, s, old, &now);
	if (err == ERR_OK && !postfix_move_refused(m)) {
		postfix_move_leave(m, s->param, buf_cstr(&now));
		err = postfix_move_ask_sudo(m);
	}
	buf_done(&now);
	return err == ERR_OK && !postfix_move_refused(m)
		   ? postfix_plan_reload(m->h)
		   : err;
}

err_t
postfix_move_shares(struct move *m)
{
	const struct postfix_selector *s =
	    postfix_move_pool(&m->h->p->request, m->h->d);
	const struct act_param *old;
	const char *names[MAX_HANDLES];
	unsigned part = 0, n;

	if (s == NULL) {
		postfix_plan_refuse(m->h,
		    _("%s has no pool \"%s\"; pools are sender-map, "
		      "transport-map"),
		    m->h->p->request.of.pool);
		return ERR_OK;
	}
	old = postfix_move_param(m, s->param);
	if (old == NULL)
		return ERR_OK;
	postfix_select_read(&m->sel, str_of(old->value), s->tables);
	n = pool_names(m->h->d, s->pool, names);
	if (postfix_select_random(&m->sel, names, n, &part) == 1)
		return set_shares(m, s, old, part);
	postfix_plan_refuse(m->h,
	    _("%s: shares need one randmap:{..}, and %s has none or several "
	      "of its pool"),
	    s->param);
	return ERR_OK;
}
