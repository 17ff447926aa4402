/*
 * ssh_trunk.c - a jump host's session that the hosts behind it share: a hundred
 * hosts behind one bastion make few connections to it, where sshd would drop
 * some of a hundred (MaxStartups). Whoever names the same jump hosts hangs from
 * the same trunk; the first makes it, with the last it goes.
 *
 * Its bounds: TRUNK_USERS hosts a trunk, because one connection that breaks
 * takes all its hosts along, one sshd process encrypts for them and one lost
 * packet holds them all (sshd's MaxSessions does not count tunnels). Tunnels
 * open one after the other; while one hangs, those behind it take another
 * trunk, and its host goes alone the next time. A host that does not read has
 * its window of 2 MB, and what it sends waits in front of its tunnel: the
 * others never wait for it.
 */
#include "remote/ssh_int.h"

#include "core/clock.h"
#include "core/i18n.h"

#include <stdlib.h>

enum {
	TRUNK_USERS = 32,
	STALL_MS = 1000,
	/* A tunnel opens in two round trips; what a slow host or network makes
	 * of that, its own key exchange tells, which takes a few more. */
	STALL_KEX = 4,
};

struct ssh_trunk {
	struct ssh_trunk *next; /* of the share's */
	struct ssh_owner o;
	char *list; /* owned; ProxyJump's, as it was written */
	bool alone; /* for its maker only */
	struct ssh_chain *users, *speaker;
	size_t n;
};

struct ssh_session *
ssh_trunk_session(const struct ssh_trunk *t)
{
	return t->o.chain->s;
}

struct ssh_chain *
ssh_trunk_speaker(const struct ssh_trunk *t)
{
	return t->speaker;
}

struct ssh_chain *
ssh_trunk_choose(struct ssh_trunk *t)
{
	t->speaker = t->users;
	return t->speaker;
}

struct ssh_chain *
ssh_trunk_users(const struct ssh_trunk *t)
{
	return t->users;
}

bool
ssh_trunk_stalled(const struct ssh_trunk *t, int64_t now_ms, int64_t *due)
{
	const struct ssh_session *s = t->o.chain->s;
	int64_t ms = s->kex_ms * STALL_KEX;

	*due = 0;
	if (s->state != SS_UP || s->opening == NULL)
		return false;
	if (ms < STALL_MS)
		ms = STALL_MS;
	if (now_ms - s->opening_ms >= ms)
		return true;
	*due = s->opening_ms + ms;
	return false;
}

/* "a,b,c" -> last "c", before "a,b". */
static void
split_last(struct str list, struct str *before, struct str *last)
{
	const char *comma = memrchr(list.p, ',', list.n);

	if (comma == NULL) {
		*before = (struct str){NULL, 0};
		*last = list;
		return;
	}
	*before = (struct str){list.p, (size_t)(comma - list.p)};
	*last = str_from(list, before->n + 1);
}

static void
add_user(struct ssh_trunk *t, struct ssh_chain *c)
{
	struct ssh_chain **at = &t->users;

	while (*at != NULL)
		at = &(*at)->next;
	*at = c;
	c->next = NULL;
	c->trunk = t;
	t->n++;
}

static void
free_trunk(struct ssh_trunk *t)
{
	struct ssh_trunk **at = &t->o.to.share->trunks;

	while (*at != NULL && *at != t)
		at = &(*at)->next;
	if (*at == t)
		*at = t->next;
	free(t->o.config_file);
	free(t->list);
	free(t);
}

/* Does the way of t lead over c? */
static bool
leads_over(const struct ssh_trunk *t, const struct ssh_chain *c)
{
	while (t != NULL && t->o.chain != c)
		t = t->o.chain->trunk;
	return t != NULL;
}

static bool
same_file(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
fits(const struct ssh_trunk *t, const struct ssh_owner *o, const char *list)
{
	int64_t due;

	return !t->alone && !o->alone && t->n < TRUNK_USERS &&
	       !t->o.chain->failed && strcmp(t->list, list) == 0 &&
	       same_file(t->o.config_file, o->config_file) &&
	       (t->o.cb.on_ask == NULL) == (o->cb.on_ask == NULL) &&
	       !ssh_trunk_stalled(t, clock_mono_ms(), &due);
}

static struct ssh_trunk *
make(const struct ssh_owner *o, const char *list)
{
	struct ssh_trunk *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	t->o.loop = o->loop;
	t->o.to = o->to;
	t->o.cb.on_ask = o->cb.on_ask;
	t->alone = o->alone;
	t->list = str_dup(str_of(list));
	if (o->config_file != NULL)
		t->o.config_file = str_dup(str_of(o->config_file));
	if (t->list != NULL &&
	    (t->o.config_file != NULL || o->config_file == NULL))
		t->o.chain = ssh_chain_new(&t->o);
	if (t->o.chain == NULL) {
		free_trunk(t);
		return NULL;
	}
	t->o.chain->carries = t;
	t->next = o->to.share->trunks;
	o->to.share->trunks = t;
	return t;
}

/* Its own session starts: the list's last host, by way of those before. */
static bool
start(struct ssh_trunk *t, struct ssh_chain *user)
{
	struct ssh_session *via = t->o.chain->s;
	struct str before, last;
	char name[2 * NAME_MAX_BYTES];

	t->o.chain->depth = user->depth + 1;
	split_last(str_of(t->list), &before, &last);
	str_copy(name, sizeof name, str_trim(last));
	if (before.n > 0) {
		via->jumps = str_dup(before);
		if (via->jumps == NULL) {
			ssh_fail(user->s, LINK_WAITING, ERR_NOMEM, "%s",
			    _(err_text(ERR_NOMEM)));
			return false;
		}
	}
	if (ssh_spec_parse(&via->to, str_of(name)) != ERR_OK) {
		ssh_fail(user->s, LINK_FAILED, ERR_PARSE,
		    _("ProxyJump names \"%s\", which is no host"), name);
		return false;
	}
	ssh_session_start(via);
	return true;
}

bool
ssh_trunk_join(struct ssh_chain *c, const char *list)
{
	struct ssh_trunk *t = c->t->to.share->trunks;

	while (t != NULL && !fits(t, c->t, list))
		t = t->next;
	if (c->depth >= SSH_JUMPS_MAX || (t != NULL && leads_over(t, c))) {
		ssh_fail(c->s, LINK_FAILED, ERR_LIMIT,
		    _("more than %d jump hosts (%s); does ProxyJump go in a "
		      "circle?"),
		    SSH_JUMPS_MAX, list);
		return false;
	}
	if (t != NULL) {
		add_user(t, c);
		return true;
	}
	t = make(c->t, list);
	if (t == NULL) {
		ssh_fail(c->s, LINK_WAITING, ERR_NOMEM, "%s",
		    _(err_text(ERR_NOMEM)));
		return false;
	}
	add_user(t, c);
	if (start(t, c))
		return true;
	t->alone = true; /* it never starts: nobody else is to wait for it */
	return false;
}

static void
unlink_user(struct ssh_trunk *t, struct ssh_chain *c)
{
	struct ssh_chain **at = &t->users;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (t->o.chain->cursor == c)
		t->o.chain->cursor = c->next;
	if (t->speaker == c)
		t->speaker = NULL;
	c->next = NULL;
	c->trunk = NULL;
	t->n--;
}

void
ssh_trunk_leave(struct ssh_chain *c)
{
	struct ssh_trunk *t = c->trunk;
	struct ssh_session *asking;
	struct ssh_chain *own = t->o.chain;
	bool spoke = t->speaker == c;

	asking = spoke ? ssh_chain_asking(own) : NULL;
	unlink_user(t, c);
	if (t->n == 0) {
		own->carries = NULL;
		ssh_chain_free(own);
		free_trunk(t);
	} else if (asking != NULL && !asking->answered) {
		/* who was asked is gone: the next one is */
		ssh_chain_ask(asking, asking->asks, asking->ask_what);
	}
}

void
ssh_trunk_over(struct ssh_trunk *t, enum link_state st, err_t err,
    struct str who, struct str why)
{
	struct ssh_chain *c;

	t->o.chain->carries = NULL;
	while ((c = t->users) != NULL) {
		unlink_user(t, c);
		c->s->tunnel = NULL; /* freed with the session it is of */
		ssh_chain_fail(c, st, err, who, why);
		/* one that had failed already waited for t's step: no more */
		ssh_chain_kick(c);
	}
	free_trunk(t);
}
