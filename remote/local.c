/*
 * local.c - the transport to this machine: commands through /bin/sh, no SSH, no
 * other process between. Logged in as soon as it is started.
 */
#include "remote/proc_exec.h"

#include <stdlib.h>

struct local {
	struct transport t; /* first */
	struct proc_execs execs;
	uv_timer_t soon; /* on_state comes from the loop, never from start() */
	bool up;
};

static void
on_soon(uv_timer_t *timer)
{
	struct local *l = timer->data;

	l->up = true;
	l->t.cb.on_state(l->t.cb.ctx, LINK_DISCOVERY, ERR_OK, "");
}

static void
local_start(struct transport *t)
{
	struct local *l = (struct local *)t;

	if (!l->up)
		(void)uv_timer_start(&l->soon, on_soon, 0, 0);
}

static void
local_stop(struct transport *t)
{
	struct local *l = (struct local *)t;

	l->up = false;
	(void)uv_timer_stop(&l->soon);
	proc_execs_drop_all(&l->execs);
}

static err_t
local_exec(struct transport *t, const struct exec_opts *o, struct exec **out)
{
	struct local *l = (struct local *)t;
	const char *argv[] = {"/bin/sh", "-c", o->command, NULL};

	if (!l->up)
		return ERR_CLOSED;
	return proc_execs_start(&l->execs, argv, o, out);
}

static void
local_answer(struct transport *t, bool yes, const char *secret)
{
	/* It never asks. */
	(void)t;
	(void)yes;
	(void)secret;
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void
local_free(struct transport *t)
{
	local_stop(t);
	uv_close((uv_handle_t *)&((struct local *)t)->soon, on_closed);
}

static void
local_cancel(struct transport *t, struct exec *e)
{
	(void)t;
	proc_execs_cancel(e);
}

static const struct transport_vt local_vt = {
    .name = "local",
    .exec = local_exec,
    .cancel = local_cancel,
    .start = local_start,
    .stop = local_stop,
    .answer = local_answer,
    .free = local_free,
};

struct transport *
transport_new_local(uv_loop_t *loop, const struct transport_cb *cb)
{
	struct local *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->t.vt = &local_vt;
	l->t.cb = *cb;
	l->execs.loop = loop;
	(void)uv_timer_init(loop, &l->soon);
	l->soon.data = l;
	return &l->t;
}
