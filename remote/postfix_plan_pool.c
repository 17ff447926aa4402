/*
 * postfix_plan_pool.c - the ways a host's mail leaves by, when they do not
 * depend on who sends it: what a rule by recipient has to keep. Precedence:
 * transport_maps, then the sender map, then default_transport (postconf(5),
 * trivial-rewrite(8)). randmap: DATABASE_README.
 */
#include "core/i18n.h"
#include "remote/postfix_plan_int.h"

#include <stdio.h>

#define SENDER_MAP "sender_dependent_default_transport_maps"

void
postfix_plan_pool_needs(void *ctx, plan_add_fn *add)
{
	add(ctx, "main:transport_maps");
	add(ctx, "main:" SENDER_MAP);
	add(ctx, "main:default_transport");
	add(ctx, "main:relayhost");
	add(ctx, "main:sender_dependent_relayhost_maps");
}

/* The next entry of a list of tables; those in braces are one. */
static bool
next_entry(struct str *rest, struct str *entry)
{
	size_t n = 0, deep = 0;

	while (rest->n > 0 && strchr(" ,\t", rest->p[0]) != NULL)
		*rest = str_from(*rest, 1);
	for (; n < rest->n; n++) {
		if (deep == 0 && strchr(" ,\t", rest->p[n]) != NULL)
			break;
		deep += rest->p[n] == '{';
		deep -= rest->p[n] == '}' && deep > 0;
	}
	*entry = (struct str){rest->p, n};
	*rest = str_from(*rest, n);
	return n > 0;
}

static void
no_pool(struct plan_pool *pool, const char *why, struct str what)
{
	pool->n = 0;
	pool->why = why;
	str_copy(pool->what, sizeof pool->what, what);
}

/* "out1" or "out1:"; false: pool->why says what it is instead. */
static bool
add_way(const struct plan_host *h, struct plan_pool *pool, struct str word)
{
	struct str name = word;

	if (name.n > 0 && name.p[name.n - 1] == ':')
		name.n--;
	if (name.n > 0 && memchr(name.p, ':', name.n) != NULL) {
		no_pool(pool,
		    _("%s sends by \"%s\", which has a next hop of its own"),
		    word);
		return false;
	}
	for (unsigned i = 0; i < h->d->n_handles; i++) {
		const struct handle *way = &h->d->handles[i];

		if (way->instance[0] != '\0' ||
		    !str_eq(str_of(way->name), name) ||
		    !postfix_plan_is_name(way))
			continue;
		if (pool->n == POOL_WAYS)
			break;
		pool->ways[pool->n++] = way;
		return true;
	}
	no_pool(pool,
	    _("%s sends by \"%s\", which is no transport that could be "
	      "doubled"),
	    word);
	return false;
}

/* "randmap:{out1:,out2:}", the only kind of table that picks by nothing. */
static bool
is_randmap(struct str entry, struct str *inner)
{
	struct str head = STR_LIT("randmap:{");

	if (!str_starts(entry, head) || entry.p[entry.n - 1] != '}')
		return false;
	*inner = str_from(entry, head.n);
	inner->n--;
	return true;
}

static void
add_randmap(const struct plan_host *h, struct plan_pool *pool, struct str list)
{
	struct str word;

	while (next_entry(&list, &word) && add_way(h, pool, word))
		;
}

/* The value of a parameter that was asked for; NULL: pool->why. */
static const char *
value_of(const struct plan_host *h, struct plan_pool *pool, const char *name)
{
	const struct act_param *p = act_state_param(h->st, name, false);

	if (p == NULL)
		no_pool(
		    pool, _("%s did not tell the value of %s"), str_of(name));
	return p == NULL ? NULL : p->value;
}

/* Selectors that make the next hop another than the recipient's domain. */
static bool
is_relayed(const struct plan_host *h, struct plan_pool *pool)
{
	static const char *const names[] = {
	    "relayhost", "sender_dependent_relayhost_maps"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *v = value_of(h, pool, names[i]);

		if (v != NULL && v[0] != '\0')
			no_pool(pool, _("%s sends through a relay (%s)"),
			    str_of(names[i]));
		if (v == NULL || v[0] != '\0')
			return true;
	}
	return false;
}

/* True: its randmap picks for all mail; or pool->why is set. */
static bool
by_transport_maps(const struct plan_host *h, struct plan_pool *pool)
{
	const char *v = value_of(h, pool, "transport_maps");
	struct str rest = str_of(v), entry, inner;

	while (v != NULL && next_entry(&rest, &entry))
		if (is_randmap(entry, &inner)) {
			add_randmap(h, pool, inner);
			return true;
		}
	return v == NULL;
}

static bool
by_sender_map(const struct plan_host *h, struct plan_pool *pool)
{
	const char *v = value_of(h, pool, SENDER_MAP);
	struct str rest = str_of(v), entry, more, inner;

	if (v == NULL)
		return true;
	if (!next_entry(&rest, &entry))
		return false;
	if (is_randmap(entry, &inner) && !next_entry(&rest, &more))
		add_randmap(h, pool, inner);
	else
		no_pool(pool,
		    _("%s picks the way by the sender (%s); a rule by "
		      "recipient would send all senders' mail the same way"),
		    STR_LIT(SENDER_MAP));
	return true;
}

void
postfix_plan_pool(const struct plan_host *h, struct plan_pool *pool)
{
	const char *v;

	*pool = (struct plan_pool){0};
	if (is_relayed(h, pool) || by_transport_maps(h, pool) ||
	    by_sender_map(h, pool))
		return;
	v = value_of(h, pool, "default_transport");
	if (v != NULL)
		(void)add_way(h, pool, str_of(v));
}
