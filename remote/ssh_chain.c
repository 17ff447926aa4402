/*
 * ssh_chain.c - one connection: the socket, the clock and the sessions over it,
 * stepped from the jump host nearest to us outwards. Whoever finds that it
 * is over only says so (ssh_fail); it is taken down here, when the step is done
 * and nobody is inside libssh2 any more.
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

static struct ssh_session *
root_of(const struct ssh_chain *c)
{
	struct ssh_session *s = c->target;

	while (s != NULL && s->via != NULL)
		s = s->via;
	return s;
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

/* Frees all but the handles; the sessions first, they may still send. */
static void
take_down(struct ssh_chain *c)
{
	ssh_session_free(c->target);
	c->target = NULL;
	ssh_sock_free(c->sock);
	c->sock = NULL;
	buf_done(&c->why);
	uv_close((uv_handle_t *)&c->timer, on_close);
	uv_close((uv_handle_t *)&c->idle, on_close);
}

/* Ends the connection as ssh_fail() said, and tells the owner last. */
static void
give_up(struct ssh_chain *c)
{
	struct ssh_transport *t = c->t;
	enum link_state st = c->fail_state;
	err_t err = c->fail_err;
	struct buf why = c->why;

	c->why = (struct buf){.cap_bytes = SSH_WHY_MAX};
	c->stepping = true; /* execs' ends may call in */
	for (struct ssh_session *s = c->target; s != NULL; s = s->via)
		ssh_chans_end(s, ERR_CLOSED);
	c->stepping = false;
	if (c->t != NULL)
		c->t->chain = NULL;
	else
		t = NULL;
	c->t = NULL;
	take_down(c);
	if (t != NULL)
		t->base.cb.on_state(t->base.cb.ctx, st, err, buf_cstr(&why));
	buf_done(&why);
}

void
ssh_fail(
    struct ssh_session *s, enum link_state st, err_t err, const char *fmt, ...)
{
	struct ssh_chain *c = s->chain;
	char text[SSH_WHY_MAX / 2];
	va_list ap;

	if (c->failed)
		return;
	c->failed = true;
	c->fail_state = st;
	c->fail_err = err;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	buf_reset(&c->why);
	(void)utf8_clean(&c->why, str_of(s->to.host));
	if (s != c->target)
		(void)buf_printf(
		    &c->why, _(" (jump host for %s)"), c->target->to.host);
	(void)buf_puts(&c->why, ": ");
	(void)utf8_clean(&c->why, str_of(text));
	if (!c->stepping)
		ssh_chain_kick(c);
}

void
ssh_chain_tell(struct ssh_chain *c, err_t err, const char *text)
{
	enum link_state st = ssh_link_state(c->target);

	for (const struct ssh_session *s = c->target->via; s != NULL;
	     s = s->via)
		if (ssh_link_state(s) == LINK_ASKING)
			st = LINK_ASKING;
	if (c->t == NULL || c->failed || (st == c->told && text[0] == '\0'))
		return;
	c->told = st;
	c->t->base.cb.on_state(c->t->base.cb.ctx, st, err, text);
}

struct ssh_session *
ssh_chain_asking(const struct ssh_chain *c)
{
	for (struct ssh_session *s = c->target; s != NULL; s = s->via)
		if (ssh_link_state(s) == LINK_ASKING)
			return s;
	return NULL;
}

void
ssh_chain_ask(struct ssh_session *s, enum ask_kind kind, const char *what)
{
	struct ssh_transport *t = s->chain->t;
	struct ask ask = {.kind = kind, .host = s->to.host, .subject = what};

	s->answered = false;
	if (t != NULL)
		t->base.cb.on_ask(t->base.cb.ctx, &ask);
}

/* Nobody reads while a person or the agent is at it: what the host says
 * meanwhile, and that it hung up, is seen afterwards. Without a channel nobody
 * can read at all: libssh2 reads only for somebody who waits for something. */
static int
wanted(const struct ssh_chain *c)
{
	const struct ssh_session *root = root_of(c);
	int events = UV_READABLE;

	for (const struct ssh_session *s = c->target; s != NULL; s = s->via)
		if (ssh_auth_away(s))
			return 0;
	if (c->target->state == SS_UP && ssh_chans_none(c->target))
		events = UV_DISCONNECT;
	return root->out.n > 0 ? events | UV_WRITABLE : events;
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
	if (c->sock != NULL && root_of(c)->state != SS_TCP)
		ssh_sock_want(c->sock, wanted(c));
	if (c->budget_bytes == 0)
		ssh_chain_kick(c);
}

void
ssh_chain_step(struct ssh_chain *c)
{
	int64_t due = 0;

	if (c->stepping || c->working)
		return;
	c->stepping = true;
	c->budget_bytes = SSH_STEP_BYTES;
	for (struct ssh_session *s = root_of(c); s != NULL; s = s->child) {
		if (c->failed || c->t == NULL || c->working)
			break;
		ssh_session_advance(s);
	}
	for (struct ssh_session *s = c->target; s != NULL; s = s->via) {
		if (c->failed || c->t == NULL || c->working)
			break;
		sooner(&due, s->deadline_ms);
		if (s->state == SS_UP)
			sooner(&due, ssh_chans_due(s, clock_mono_ms()));
	}
	c->stepping = false;
	settle(c, due);
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
	if (!uv_is_closing((uv_handle_t *)&c->idle))
		(void)uv_idle_start(&c->idle, on_idle);
}

static void
on_timer(uv_timer_t *h)
{
	struct ssh_chain *c = h->data;
	int64_t now = clock_mono_ms();

	if (c->working)
		return; /* what is due then is seen afterwards */
	c->stepping = true;
	for (struct ssh_session *s = c->target; s != NULL; s = s->via)
		if (s->deadline_ms != 0 && s->deadline_ms <= now && !c->failed)
			ssh_session_timeout(s);
	c->stepping = false;
	ssh_chain_step(c);
}

void
ssh_chain_on_sock(void *ctx, int status, int events)
{
	struct ssh_chain *c = ctx;
	struct ssh_session *root = root_of(c);
	int e = 0;
	socklen_t n = sizeof e;

	c->drained = false;
	/* libuv knows of an error, not of which: the socket does */
	if (status < 0 && (getsockopt(ssh_sock_fd(c->sock), SOL_SOCKET,
			       SO_ERROR, &e, &n) != 0 ||
			      e == 0))
		e = ECONNRESET;
	if (status < 0)
		root->io_errno = e;
	if (status < 0 ||
	    (events & (UV_DISCONNECT | UV_READABLE)) == UV_DISCONNECT)
		ssh_lost(root);
	ssh_chain_step(c);
}

struct ssh_chain *
ssh_chain_new(struct ssh_transport *t)
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
	buf_init(&c->why, SSH_WHY_MAX);
	c->target = ssh_session_new(c);
	if (c->target == NULL) {
		free(c);
		libssh2_exit();
		return NULL;
	}
	c->hops = 1;
	(void)uv_timer_init(t->loop, &c->timer);
	(void)uv_idle_init(t->loop, &c->idle);
	c->timer.data = c->idle.data = c;
	c->open = 2;
	return c;
}

void
ssh_chain_free(struct ssh_chain *c)
{
	if (c == NULL)
		return;
	c->t = NULL;
	/* inside a step settle() does it, or who comes back from the thread */
	if (!c->stepping && !c->working)
		take_down(c);
}
