/*
 * auto.c - the default way to a host: libssh2, until it finds that it cannot
 * serve this host (ERR_UNSUPPORTED: key types, ProxyCommand ..); then, for
 * good, the ssh program. The one sentence why is told as a state's text. The
 * name of the transport is that of the one in use.
 */
#include "remote/transport.h"

#include <stdlib.h>

struct auto_transport {
	struct transport t; /* first */
	uv_loop_t *loop;
	struct target target;
	struct transport *inner; /* owned */
	bool openssh;		 /* libssh2 cannot serve */
	bool swapped;		 /* inner is openssh */
	uv_timer_t swap;	 /* no transport is freed in its own callback */
};

static const struct transport_vt libssh2_vt, openssh_vt;

static struct auto_transport *
self(struct transport *t)
{
	return (struct auto_transport *)t;
}

static void
on_ask(void *ctx, const struct ask *ask)
{
	struct auto_transport *a = ctx;

	a->t.cb.on_ask(a->t.cb.ctx, ask);
}

static void on_state(
    void *ctx, enum link_state st, err_t err, const char *text);

static struct transport_cb
inner_cb(struct auto_transport *a)
{
	return (struct transport_cb){.ctx = a,
	    .on_state = on_state,
	    .on_ask = a->t.cb.on_ask == NULL ? NULL : on_ask};
}

static void
on_swap(uv_timer_t *timer)
{
	struct auto_transport *a = timer->data;
	struct transport_cb cb = inner_cb(a);
	struct transport *next =
	    transport_new_openssh(a->loop, &a->target, &cb);

	if (next == NULL) {
		a->t.cb.on_state(
		    a->t.cb.ctx, LINK_WAITING, ERR_NOMEM, err_text(ERR_NOMEM));
		return;
	}
	transport_stop(a->inner);
	transport_free(a->inner);
	a->inner = next;
	a->swapped = true;
	a->t.vt = &openssh_vt;
	transport_start(a->inner);
}

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct auto_transport *a = ctx;

	if (st != LINK_FAILED || err != ERR_UNSUPPORTED || a->openssh) {
		a->t.cb.on_state(a->t.cb.ctx, st, err, text);
		return;
	}
	a->openssh = true;
	(void)uv_timer_start(&a->swap, on_swap, 0, 0);
	a->t.cb.on_state(a->t.cb.ctx, LINK_CONNECTING, ERR_OK, text);
}

static void
auto_start(struct transport *t)
{
	struct auto_transport *a = self(t);

	if (a->openssh && !a->swapped)
		(void)uv_timer_start(&a->swap, on_swap, 0, 0);
	else
		transport_start(a->inner);
}

static void
auto_stop(struct transport *t)
{
	struct auto_transport *a = self(t);

	(void)uv_timer_stop(&a->swap);
	transport_stop(a->inner);
}

static err_t
auto_exec(struct transport *t, const struct exec_opts *o, struct exec **out)
{
	return transport_exec(self(t)->inner, o, out);
}

static void
auto_cancel(struct transport *t, struct exec *e)
{
	exec_cancel(self(t)->inner, e);
}

static void
auto_answer(struct transport *t, bool yes, const char *secret)
{
	transport_answer(self(t)->inner, yes, secret);
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void
auto_free(struct transport *t)
{
	struct auto_transport *a = self(t);

	auto_stop(t);
	transport_free(a->inner);
	uv_close((uv_handle_t *)&a->swap, on_closed);
}

#define AUTO_VT(in_use, surely)                                                \
	{                                                                      \
		.name = in_use, .refuses_surely = surely, .exec = auto_exec,   \
		.cancel = auto_cancel, .start = auto_start, .stop = auto_stop, \
		.answer = auto_answer, .free = auto_free,                      \
	}

static const struct transport_vt libssh2_vt = AUTO_VT("libssh2", true);
static const struct transport_vt openssh_vt = AUTO_VT("openssh", false);

struct transport *
transport_new_auto(
    uv_loop_t *loop, const struct target *to, const struct transport_cb *cb)
{
	struct auto_transport *a = calloc(1, sizeof(*a));
	struct transport_cb mine;

	if (a == NULL)
		return NULL;
	a->t.vt = &libssh2_vt;
	a->t.cb = *cb;
	a->loop = loop;
	a->target = *to;
	mine = inner_cb(a);
	a->inner = transport_new_ssh(loop, to, &mine);
	if (a->inner == NULL) {
		free(a);
		return NULL;
	}
	(void)uv_timer_init(loop, &a->swap);
	a->swap.data = a;
	return &a->t;
}
