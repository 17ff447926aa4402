/*
 * ssh_config_run.c - runs `ssh -G` as a child without a shell, bounded in time
 * and bytes, and hands its output over. ssh(1), -G. The child itself is
 * proc.c's business.
 */
#include "remote/ssh_config.h"

#include "core/i18n.h"
#include "remote/proc.h"

#include <stdio.h>
#include <stdlib.h>

struct ssh_config_run {
	struct proc *child;   /* NULL when it could not be started */
	uv_timer_t timer;     /* tells of a failed start from the loop */
	struct buf out, said; /* stdout, stderr */
	err_t failed;	      /* why there is no child */
	int64_t timeout_ms;
	void *ctx;
	ssh_config_fn fn; /* NULL once cancelled */
};

static void
on_close(uv_handle_t *h)
{
	struct ssh_config_run *r = h->data;

	buf_done(&r->out);
	buf_done(&r->said);
	free(r);
}

static void
report(struct ssh_config_run *r, err_t err, struct str text)
{
	ssh_config_fn fn = r->fn;

	r->fn = NULL;
	if (fn != NULL)
		fn(r->ctx, err, text);
	uv_close((uv_handle_t *)&r->timer, on_close);
}

static void
on_end(void *ctx, err_t err, int status, int signum)
{
	struct ssh_config_run *r = ctx;
	struct str said = str_trim(buf_view(&r->said));
	char why[512];

	r->child = NULL;
	if (err == ERR_TIMEOUT) {
		(void)snprintf(why, sizeof why,
		    _("ssh -G gave no answer within %lld s; look for a Match "
		      "exec that hangs in the ssh configuration"),
		    ((long long)r->timeout_ms + 999) / 1000);
	} else if (err == ERR_OK && status == 0 && signum == 0) {
		report(r, ERR_OK, buf_view(&r->out));
		return;
	} else {
		err = err == ERR_OK ? ERR_PARSE : err;
		(void)snprintf(why, sizeof why,
		    _("ssh -G refuses the configuration: %.*s"),
		    (int)(said.n < 300 ? said.n : 300),
		    said.n > 0 ? said.p : _(err_text(err)));
	}
	report(r, err, str_of(why));
}

static void
on_failed_start(uv_timer_t *t)
{
	struct ssh_config_run *r = t->data;
	char why[512];

	(void)snprintf(why, sizeof why,
	    _("the ssh program cannot be started (%s); it resolves names and "
	      "keys: install openssh-client"),
	    _(err_text(r->failed)));
	report(r, r->failed, str_of(why));
}

static void
on_out(void *ctx, struct str bytes)
{
	(void)buf_str(&((struct ssh_config_run *)ctx)->out, bytes);
}

/* What is over the cap is only more of a complaint. */
static void
on_said(void *ctx, struct str bytes)
{
	(void)buf_str(&((struct ssh_config_run *)ctx)->said, bytes);
}

struct ssh_config_run *
ssh_config_run(uv_loop_t *loop, const struct ssh_spec *spec,
    const char *config_file, int64_t timeout_ms, void *ctx, ssh_config_fn fn)
{
	struct ssh_config_run *r = calloc(1, sizeof *r);
	const char *argv[12] = {"ssh", "-G"};
	char port[8];
	size_t n = 2;
	struct proc_opts o = {.argv = argv,
	    .timeout_ms = timeout_ms,
	    .max_bytes = SSH_CONFIG_TEXT_MAX,
	    .ctx = r,
	    .on_out = on_out,
	    .on_err = on_said,
	    .on_end = on_end};

	if (r == NULL)
		return NULL;
	r->ctx = ctx;
	r->fn = fn;
	r->timeout_ms = timeout_ms;
	buf_init(&r->out, SSH_CONFIG_TEXT_MAX);
	buf_init(&r->said, 4096);
	(void)uv_timer_init(loop, &r->timer);
	r->timer.data = r;
	if (config_file != NULL) {
		argv[n++] = "-F";
		argv[n++] = config_file;
	}
	if (spec->user[0] != '\0') {
		argv[n++] = "-l";
		argv[n++] = spec->user;
	}
	if (spec->port != 0) {
		(void)snprintf(port, sizeof port, "%u", spec->port);
		argv[n++] = "-p";
		argv[n++] = port;
	}
	argv[n++] = "--";
	argv[n++] = spec->host;
	r->failed = proc_start(loop, &o, &r->child);
	if (r->failed != ERR_OK)
		(void)uv_timer_start(&r->timer, on_failed_start, 0, 0);
	return r;
}

void
ssh_config_cancel(struct ssh_config_run *r)
{
	if (r == NULL || r->fn == NULL)
		return;
	r->fn = NULL;
	if (r->child != NULL)
		proc_cancel(r->child);
	uv_close((uv_handle_t *)&r->timer, on_close);
}
