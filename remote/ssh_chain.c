/*
 * ssh_chain.c - one connection: its session, the clock, and what carries it. A
 * tree of them is stepped from the root, which has the socket, outwards; a
 * branch only when there is something for it. Whoever finds that it is over
 * only says so (ssh_fail); it is taken down here, when the step is done and
 * nobody is inside libssh2 any more.
 */
#include "remote/ssh_int.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static struct ssh_chain *
carrier(const struct ssh_chain *c)
{
	return c->trunk == NULL ? NULL : ssh_trunk_session(c->trunk)->chain;
}

struct ssh_chain *
ssh_chain_root(struct ssh_chain *c)
{
	while (c->trunk != NULL)
		c = carrier(c);
	return c;
}

static void
on_close(uv_handle_t *h)
{
	struct ssh_chain *c = h->data;

	if (--c->open > 0)
		return;
	free(c);
	libssh2_exit();
}

static void
leave(struct ssh_chain *c)
{
	if (c->trunk != NULL)
		ssh_trunk_leave(c);
}

/* Frees all but the handles; the session first, it may still send. */
static void
take_down(struct ssh_chain *c)
{
	ssh_session_free(c->s);
	c->s = NULL;
	leave(c);
	ssh_sock_free(c->sock);
	c->sock = NULL;
	buf_done(&c->who);
	buf_done(&c->why);
	uv_close((uv_handle_t *)&c->timer, on_close);
	uv_close((uv_handle_t *)&c->idle, on_close);
}

/* "mta3: why", "bastion (jump host for mta3): why" */
static void
sentence(struct buf *out, const struct ssh_chain *c)
{
	buf_init(out, SSH_WHY_MAX);
	(void)buf_str(out, buf_view(&c->who));
	if (!c->why_own)
		(void)buf_printf(out, _(" (jump host for %s)"), c->s->to.host);
	(void)buf_puts(out, ": ");
	(void)buf_str(out, buf_view(&c->why));
}

/* Ends the connection as ssh_fail() said, and tells the owner last. */
static void
give_up(struct ssh_chain *c)
{
	struct ssh_owner *t = c->t;
	enum link_state st = c->fail_state;
	err_t err = c->fail_err;
	struct buf text;

	if (c->carries != NULL) {
		ssh_trunk_over(
		    c->carries, st, err, buf_view(&c->who), buf_view(&c->why));
		c->t = t = NULL;
	}
	sentence(&text, c);
	c->stepping = true; /* execs' ends may call in */
	ssh_chans_end(c->s, ERR_CLOSED);
	c->stepping = false;
	if (c->t != NULL)
		c->t->chain = NULL;
	else
		t = NULL;
	c->t = NULL;
	take_down(c);
	if (t != NULL)
		t->cb.on_state(t->cb.ctx, st, err, buf_cstr(&text));
	buf_done(&text);
}

void
ssh_chain_fail(struct ssh_chain *c, enum link_state st, err_t err,
    struct str who, struct str why)
{
	if (c->failed)
		return;
	c->failed = true;
	c->fail_state = st;
	c->fail_err = err;
	(void)utf8_clean(&c->who, who);
	(void)utf8_clean(&c->why, why);
	if (!c->stepping)
		ssh_chain_kick(c);
}

void
ssh_fail(
    struct ssh_session *s, enum link_state st, err_t err, const char *fmt, ...)
{
	char text[SSH_WHY_MAX / 2];
	va_list ap;

	if (s->chain->failed)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	s->chain->why_own = true;
	ssh_chain_fail(s->chain, st, err, str_of(s->to.host), str_of(text));
}

struct ssh_session *
ssh_chain_asking(struct ssh_chain *c)
{
	if (ssh_link_state(c->s) == LINK_ASKING)
		return c->s;
	if (c->trunk == NULL || ssh_trunk_speaker(c->trunk) != c)
		return NULL;
	return ssh_chain_asking(carrier(c));
}

void
ssh_chain_tell(struct ssh_chain *c, err_t err, const char *text)
{
	enum link_state st;

	while (c != NULL && c->carries != NULL) {
		c = text[0] == '\0' ? ssh_trunk_speaker(c->carries)
				    : ssh_trunk_users(c->carries);
	}
	if (c == NULL || c->t == NULL || c->failed)
		return;
	st = ssh_chain_asking(c) != NULL ? LINK_ASKING : ssh_link_state(c->s);
	if (st == c->told && text[0] == '\0')
		return;
	c->told = st;
	c->t->cb.on_state(c->t->cb.ctx, st, err, text);
}

void
ssh_chain_ask(struct ssh_session *s, enum ask_kind kind, const char *what)
{
	struct ssh_chain *c = s->chain;
	char *copy = str_dup(str_of(what));
	struct ask ask = {.kind = kind, .host = s->to.host, .subject = copy};

	free(s->ask_what);
	s->ask_what = copy;
	s->asks = kind;
	s->answered = false;
	if (copy == NULL) {
		ssh_fail(
		    s, LINK_WAITING, ERR_NOMEM, "%s", _(err_text(ERR_NOMEM)));
		return;
	}
	while (c != NULL && c->carries != NULL)
		c = ssh_trunk_choose(c->carries);
	if (c == NULL || c->t == NULL)
		return;
	ssh_chain_tell(c, ERR_OK, "");
	if (c->t != NULL)
		c->t->cb.on_ask(c->t->cb.ctx, &ask);
}

/* Nobody reads while a person or the agent is at it: what the host says
 * meanwhile, and that it hung up, is seen afterwards. */
static bool
reads(const struct ssh_chain *c)
{
	return !c->working && !ssh_auth_away(c->s);
}

/* Without a channel nobody can read at all: libssh2 reads only for somebody who
 * waits for something. */
static bool
idles(const struct ssh_chain *c)
{
	return c->s->state == SS_UP && ssh_chans_none(c->s);
}

static int
wanted(const struct ssh_chain *c)
{
	int events = idles(c) ? UV_DISCONNECT : UV_READABLE;

	if (!reads(c))
		return 0;
	return c->s->out.n > 0 ? events | UV_WRITABLE : events;
}

/* Is there something in its tunnel that it would take? */
static bool
fed(const struct ssh_chain *c)
{
	LIBSSH2_CHANNEL *lib;

	if (c->s->tunnel == NULL || c->s->state <= SS_TUNNEL || c->failed ||
	    idles(c) || !reads(c))
		return false;
	lib = ssh_chan_lib(c->s->tunnel);
	return libssh2_poll_channel_read(lib, 0) == 1 ||
	       libssh2_channel_eof(lib) == 1;
}

static bool
due_for_step(const struct ssh_chain *c)
{
	return !c->working &&
	       (c->kicked || c->failed || c->t == NULL ||
		   c->s->state == SS_VIA || c->s->state == SS_TUNNEL ||
		   c->s->out.n > 0 || fed(c));
}

/* Its users took all they were allowed, and there is more. */
static bool
users_fed(const struct ssh_chain *c)
{
	struct ssh_chain *u =
	    c->carries == NULL ? NULL : ssh_trunk_users(c->carries);

	while (u != NULL && !fed(u))
		u = u->next;
	return u != NULL;
}

static void
sooner(int64_t *due, int64_t at)
{
	if (at != 0 && (*due == 0 || at < *due))
		*due = at;
}

static void on_timer(uv_timer_t *h);

static void
settle(struct ssh_chain *c, int64_t due)
{
	int64_t now = clock_mono_ms();

	if (c->working) {
		if (c->sock != NULL)
			ssh_sock_want(c->sock, 0);
		return;
	}
	if (c->failed) {
		give_up(c);
		return;
	}
	if (c->t == NULL) {
		take_down(c);
		return;
	}
	if (due == 0)
		(void)uv_timer_stop(&c->timer);
	else
		(void)uv_timer_start(&c->timer, on_timer,
		    due > now ? (uint64_t)(due - now) : 0, 0);
	if (c->sock != NULL && c->s->state != SS_TCP)
		ssh_sock_want(c->sock, wanted(c));
	if (c->budget_bytes == 0 || users_fed(c))
		ssh_chain_kick(c);
}

static bool
over(const struct ssh_chain *c)
{
	return c->working || ssh_over(c->s);
}

/* Who has a socket reads as much as the others leave it. */
static struct link_share *
reads_with(const struct ssh_chain *c)
{
	return c->t == NULL || c->sock == NULL ? NULL : c->t->to.share;
}

/* When it wants to be stepped again; 0 = when something happens. */
static int64_t
step_session(struct ssh_chain *c)
{
	struct link_share *with = reads_with(c);
	size_t share =
	    with == NULL ? LINK_STEP_MAX_BYTES : link_share_step_bytes(with);
	int64_t due = 0, stall;

	c->stepping = true;
	c->kicked = false;
	c->budget_bytes = share;
	if (!over(c))
		ssh_session_advance(c->s);
	if (!over(c)) {
		sooner(&due, c->s->deadline_ms);
		if (c->s->state == SS_UP)
			sooner(&due, ssh_chans_due(c->s, clock_mono_ms()));
	}
	if (!over(c) && c->carries != NULL) {
		(void)ssh_trunk_stalled(c->carries, clock_mono_ms(), &stall);
		sooner(&due, stall);
	}
	c->stepping = false;
	with = reads_with(c); /* callbacks may have let it go */
	if (with != NULL && c->budget_bytes < share)
		with->readers++;
	return due;
}

static void
step_tree(struct ssh_chain *c)
{
	struct ssh_chain *u;
	int64_t due = 0;

	if (!c->working)
		due = step_session(c);
	c->walking = true;
	u = c->carries == NULL || c->failed ? NULL
					    : ssh_trunk_users(c->carries);
	while (u != NULL) {
		c->cursor = u->next; /* kept right by who leaves */
		if (due_for_step(u))
			step_tree(u);
		u = c->cursor;
	}
	c->walking = false;
	settle(c, due);
}

void
ssh_chain_step(struct ssh_chain *c)
{
	struct ssh_chain *root = ssh_chain_root(c);

	for (struct ssh_chain *x = c; x != NULL; x = carrier(x))
		x->kicked = true;
	if (root->stepping || root->walking)
		ssh_chain_kick(c);
	else
		step_tree(root);
}

void
ssh_chain_worked(struct ssh_chain *c)
{
	c->working = false;
	if (c->t == NULL)
		take_down(c);
	else
		ssh_chain_step(c);
}

static void
on_idle(uv_idle_t *h)
{
	struct ssh_chain *c = h->data;

	(void)uv_idle_stop(h);
	ssh_chain_step(c);
}

void
ssh_chain_kick(struct ssh_chain *c)
{
	struct ssh_chain *root = ssh_chain_root(c);

	for (struct ssh_chain *x = c; x != NULL; x = carrier(x))
		x->kicked = true;
	if (!uv_is_closing((uv_handle_t *)&root->idle))
		(void)uv_idle_start(&root->idle, on_idle);
}

static void
on_timer(uv_timer_t *h)
{
	struct ssh_chain *c = h->data;
	struct ssh_session *s = c->s;

	if (c->working)
		return; /* what is due then is seen afterwards */
	c->stepping = true;
	if (s->deadline_ms != 0 && s->deadline_ms <= clock_mono_ms() &&
	    !c->failed)
		ssh_session_timeout(s);
	c->stepping = false;
	ssh_chain_step(c);
}

void
ssh_chain_on_sock(void *ctx, int status, int events)
{
	struct ssh_chain *c = ctx;
	int e = 0;
	socklen_t n = sizeof e;

	c->drained = false;
	/* libuv knows of an error, not of which: the socket does */
	if (status < 0 && (getsockopt(ssh_sock_fd(c->sock), SOL_SOCKET,
			       SO_ERROR, &e, &n) != 0 ||
			      e == 0))
		e = ECONNRESET;
	if (status < 0)
		c->s->io_errno = e;
	if (status < 0 ||
	    (events & (UV_DISCONNECT | UV_READABLE)) == UV_DISCONNECT)
		ssh_lost(c->s);
	ssh_chain_step(c);
}

struct ssh_chain *
ssh_chain_new(struct ssh_owner *t)
{
	struct ssh_chain *c = calloc(1, sizeof *c);

	/* libssh2 counts: every chain has a pair of its own */
	if (c == NULL || libssh2_init(0) != 0) {
		free(c);
		return NULL;
	}
	c->t = t;
	c->loop = t->loop;
	c->told = LINK_IDLE;
	buf_init(&c->who, SSH_WHY_MAX);
	buf_init(&c->why, SSH_WHY_MAX);
	c->s = ssh_session_new(c);
	if (c->s == NULL) {
		free(c);
		libssh2_exit();
		return NULL;
	}
	(void)uv_timer_init(t->loop, &c->timer);
	(void)uv_idle_init(t->loop, &c->idle);
	c->timer.data = c->idle.data = c;
	c->open = 2;
	return c;
}

/* A thread needs nothing but the session: who shares its way goes at once. */
static void
let_go(struct ssh_chain *c)
{
	if (c->s->tunnel != NULL)
		ssh_chan_drop(c->s->tunnel);
	c->s->tunnel = NULL;
	leave(c);
}

void
ssh_chain_free(struct ssh_chain *c)
{
	if (c == NULL)
		return;
	c->t = NULL;
	if (c->working)
		let_go(c);
	/* inside a step settle() does it, or who comes back from the thread */
	else if (!c->stepping && !c->walking)
		take_down(c);
}
