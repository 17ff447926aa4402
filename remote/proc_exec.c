/* proc_exec.c - commands as child processes; see proc_exec.h. */
#include "remote/proc_exec.h"

#include "remote/proc.h"

#include <signal.h>
#include <stdlib.h>

struct exec {
	struct proc_execs *x; /* borrowed; NULL once it is off the list */
	struct exec *next;
	struct proc *proc; /* NULL when it has ended */
	uv_timer_t hold;   /* for a status kept back; its close frees us */
	int held_status;
	bool gone;	    /* the child is reaped */
	bool closed;	    /* the timer is closed */
	struct exec_opts o; /* callbacks only; texts are not kept */
};

static void
release(struct exec *e)
{
	if (e->gone && e->closed)
		free(e);
}

static void
on_timer_closed(uv_handle_t *h)
{
	struct exec *e = h->data;

	e->closed = true;
	release(e);
}

static void
on_proc_gone(void *ctx)
{
	struct exec *e = ctx;

	e->gone = true;
	release(e);
}

/* Off the list; memory goes when child and timer are gone. */
static void
detach(struct exec *e)
{
	struct exec **at;

	for (at = &e->x->head; *at != e; at = &(*at)->next)
		;
	*at = e->next;
	e->x->n--;
	e->x = NULL;
	if (e->proc != NULL)
		proc_cancel(e->proc);
	e->proc = NULL;
	uv_close((uv_handle_t *)&e->hold, on_timer_closed);
}

static void
tell_end(struct exec *e, err_t err, int status, const char *signal)
{
	struct exec_opts o = e->o;

	detach(e);
	o.on_end(o.ctx, err, status, signal);
}

static void
on_held(uv_timer_t *t)
{
	struct exec *e = t->data;
	err_t err = e->x->explain(e->x->ctx);

	tell_end(e, err, err == ERR_OK ? e->held_status : -1, "");
}

static void
on_proc_end(void *ctx, err_t err, int status, int signum)
{
	struct exec *e = ctx;
	const char *signal = signum == 0 ? "" : sigabbrev_np(signum);

	e->proc = NULL;
	if (err == ERR_OK && status != 0 && status == e->x->hold_status &&
	    uv_timer_start(&e->hold, on_held, (uint64_t)e->x->hold_ms, 0) ==
		0) {
		e->held_status = status;
		return;
	}
	tell_end(e, err, status, signal == NULL ? "" : signal);
}

static void
on_proc_out(void *ctx, struct str bytes)
{
	struct exec *e = ctx;

	if (e->o.on_out != NULL)
		e->o.on_out(e->o.ctx, bytes);
}

static void
on_proc_err(void *ctx, struct str bytes)
{
	struct exec *e = ctx;

	if (e->o.on_err != NULL)
		e->o.on_err(e->o.ctx, bytes);
}

err_t
proc_execs_start(struct proc_execs *x, const char *const *argv,
    const struct exec_opts *o, struct exec **out)
{
	struct exec *e;
	struct proc_opts po;
	err_t err;

	if (x->n >= TRANSPORT_MAX_CHANNELS)
		return ERR_LIMIT;
	e = calloc(1, sizeof(*e));
	if (e == NULL)
		return ERR_NOMEM;
	e->o = *o;
	e->o.name = e->o.command = NULL;
	e->o.input = (struct str){NULL, 0};
	po = (struct proc_opts){
	    .argv = argv,
	    .input = o->input,
	    .timeout_ms = o->timeout_ms,
	    .silence_ms = o->silence_ms,
	    .ctx = e,
	    .on_out = on_proc_out,
	    .on_err = on_proc_err,
	    .on_end = on_proc_end,
	    .gone_ctx = e,
	    .on_gone = on_proc_gone,
	};
	err = proc_start(x->loop, &po, &e->proc);
	if (err != ERR_OK) {
		free(e);
		return err;
	}
	(void)uv_timer_init(x->loop, &e->hold);
	e->hold.data = e;
	e->x = x;
	e->next = x->head;
	x->head = e;
	x->n++;
	*out = e;
	return ERR_OK;
}

void
proc_execs_cancel(struct exec *e)
{
	/* What its status meant is for no other. */
	if (e->proc == NULL)
		(void)e->x->explain(e->x->ctx);
	detach(e);
}

void
proc_execs_end_all(struct proc_execs *x, err_t err)
{
	struct exec *mine[TRANSPORT_MAX_CHANNELS];

	/* A callback may cancel others and start new ones: only those of now
	 * end, and each only while it is still on the list. */
	unsigned n = 0;

	for (struct exec *e = x->head; e != NULL; e = e->next)
		mine[n++] = e;
	for (unsigned i = 0; i < n; i++)
		for (struct exec *e = x->head; e != NULL; e = e->next)
			if (e == mine[i]) {
				tell_end(e, err, -1, "");
				break;
			}
}

void
proc_execs_drop_all(struct proc_execs *x)
{
	while (x->head != NULL)
		detach(x->head);
}
