/*
 * ssh_config_run.c - runs `ssh -G` as a child without a shell, bounded in time
 * and bytes, and hands its output over. Owns the child and its pipes until
 * their close callbacks have come. ssh(1), -G.
 */
#include "remote/ssh_config.h"

#include "core/i18n.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { RUN_OUT, RUN_ERR, RUN_STREAMS };

struct ssh_config_run {
	uv_process_t child;
	uv_timer_t timer;
	uv_pipe_t pipe[RUN_STREAMS];
	struct buf text[RUN_STREAMS]; /* what came from each pipe */
	char chunk[4096];	      /* libuv reads into this */
	unsigned open;		      /* handles not yet closed */
	unsigned waiting; /* child's end and pipes' ends still to come */
	int64_t status;
	int signal;
	int spawn_err; /* libuv's; 0 when the child was started */
	bool timed_out, done;
	bool alive; /* the child: closed only after it was waited for */
	int64_t timeout_ms;
	void *ctx;
	ssh_config_fn fn; /* NULL once cancelled */
};

static void
on_close(uv_handle_t *h)
{
	struct ssh_config_run *r = h->data;

	if (--r->open > 0)
		return;
	for (int i = 0; i < RUN_STREAMS; i++)
		buf_done(&r->text[i]);
	free(r);
}

static void
close_one(uv_handle_t *h)
{
	if (!uv_is_closing(h))
		uv_close(h, on_close);
}

static void
close_all(struct ssh_config_run *r)
{
	if (!r->alive)
		close_one((uv_handle_t *)&r->child);
	close_one((uv_handle_t *)&r->timer);
	for (int i = 0; i < RUN_STREAMS; i++)
		close_one((uv_handle_t *)&r->pipe[i]);
}

static void
report(struct ssh_config_run *r, err_t err, struct str text)
{
	ssh_config_fn fn = r->fn;

	r->fn = NULL;
	if (fn != NULL)
		fn(r->ctx, err, text);
}

static void
finish(struct ssh_config_run *r)
{
	char why[512];
	struct str said = str_trim(buf_view(&r->text[RUN_ERR]));

	if (r->done)
		return;
	r->done = true;
	if (r->spawn_err != 0) {
		(void)snprintf(why, sizeof why,
		    _("the ssh program cannot be started (%s); it resolves "
		      "names and keys: install openssh-client"),
		    uv_strerror(r->spawn_err));
		report(r, ERR_NOCOMMAND, str_of(why));
	} else if (r->timed_out) {
		(void)snprintf(why, sizeof why,
		    _("ssh -G gave no answer within %lld s; look for a Match "
		      "exec that hangs in the ssh configuration"),
		    (long long)(r->timeout_ms + 999) / 1000);
		report(r, ERR_TIMEOUT, str_of(why));
	} else if (r->status != 0 || r->signal != 0) {
		(void)snprintf(why, sizeof why,
		    _("ssh -G refuses the configuration: %.*s"),
		    (int)(said.n < 300 ? said.n : 300), said.p ? said.p : "");
		report(r, ERR_PARSE, str_of(why));
	} else {
		report(r, ERR_OK, buf_view(&r->text[RUN_OUT]));
	}
	close_all(r);
}

static void
one_ended(struct ssh_config_run *r)
{
	if (r->waiting > 0 && --r->waiting == 0)
		finish(r);
}

static void
on_exit_(uv_process_t *p, int64_t status, int sig)
{
	struct ssh_config_run *r = p->data;

	r->status = status;
	r->signal = sig;
	r->alive = false;
	if (r->done)
		close_one((uv_handle_t *)p);
	one_ended(r);
}

static void
on_alloc(uv_handle_t *h, size_t want, uv_buf_t *out)
{
	struct ssh_config_run *r = h->data;

	(void)want;
	*out = uv_buf_init(r->chunk, sizeof r->chunk);
}

static void
on_read(uv_stream_t *st, ssize_t n, const uv_buf_t *b)
{
	struct ssh_config_run *r = st->data;
	struct buf *text = &r->text[st == (uv_stream_t *)&r->pipe[RUN_ERR]];

	if (n > 0) {
		/* past the cap the rest is dropped; keys come first */
		(void)buf_add(text, b->base, (size_t)n);
		return;
	}
	if (n < 0) {
		(void)uv_read_stop(st);
		one_ended(r);
	}
}

/* Either the time is over, or (0 ms) the child never started. */
static void
on_timer(uv_timer_t *t)
{
	struct ssh_config_run *r = t->data;

	r->timed_out = r->spawn_err == 0;
	if (r->alive)
		(void)uv_process_kill(&r->child, SIGKILL);
	finish(r);
}

static int
spawn(struct ssh_config_run *r, uv_loop_t *loop, const struct ssh_spec *spec,
    const char *config_file)
{
	char port[8], *argv[12];
	size_t n = 0;
	uv_stdio_container_t io[3] = {{.flags = UV_IGNORE}};
	uv_process_options_t o = {.file = "ssh", .exit_cb = on_exit_};

	argv[n++] = (char *)(uintptr_t) "ssh";
	argv[n++] = (char *)(uintptr_t) "-G";
	if (config_file != NULL) {
		argv[n++] = (char *)(uintptr_t) "-F";
		argv[n++] = (char *)(uintptr_t)config_file;
	}
	if (spec->user[0] != '\0') {
		argv[n++] = (char *)(uintptr_t) "-l";
		argv[n++] = (char *)(uintptr_t)spec->user;
	}
	if (spec->port != 0) {
		(void)snprintf(port, sizeof port, "%u", spec->port);
		argv[n++] = (char *)(uintptr_t) "-p";
		argv[n++] = port;
	}
	argv[n++] = (char *)(uintptr_t) "--";
	argv[n++] = (char *)(uintptr_t)spec->host;
	argv[n] = NULL;
	for (int i = 0; i < RUN_STREAMS; i++) {
		io[i + 1].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
		io[i + 1].data.stream = (uv_stream_t *)&r->pipe[i];
	}
	o.args = argv;
	o.stdio = io;
	o.stdio_count = 3;
	return uv_spawn(loop, &r->child, &o);
}

struct ssh_config_run *
ssh_config_run(uv_loop_t *loop, const struct ssh_spec *spec,
    const char *config_file, int64_t timeout_ms, void *ctx, ssh_config_fn fn)
{
	struct ssh_config_run *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->ctx = ctx;
	r->fn = fn;
	r->timeout_ms = timeout_ms;
	buf_init(&r->text[RUN_OUT], SSH_CONFIG_TEXT_MAX);
	buf_init(&r->text[RUN_ERR], 4096);
	(void)uv_timer_init(loop, &r->timer);
	r->timer.data = r;
	for (int i = 0; i < RUN_STREAMS; i++) {
		(void)uv_pipe_init(loop, &r->pipe[i], 0);
		r->pipe[i].data = r;
	}
	r->open = 2 + RUN_STREAMS;
	r->waiting = 1 + RUN_STREAMS;
	r->spawn_err = spawn(r, loop, spec, config_file);
	r->child.data = r;
	r->alive = r->spawn_err == 0;
	(void)uv_timer_start(&r->timer, on_timer,
	    r->spawn_err != 0 || timeout_ms < 0 ? 0 : (uint64_t)timeout_ms, 0);
	if (r->spawn_err == 0)
		for (int i = 0; i < RUN_STREAMS; i++)
			(void)uv_read_start(
			    (uv_stream_t *)&r->pipe[i], on_alloc, on_read);
	return r;
}

void
ssh_config_cancel(struct ssh_config_run *r)
{
	if (r == NULL || r->done)
		return;
	r->fn = NULL;
	r->done = true;
	if (r->alive)
		(void)uv_process_kill(&r->child, SIGKILL);
	close_all(r);
}
