/* hostlink_match.c - see hostlink_match.h. */
#include "remote/hostlink_match.h"

#include "core/i18n.h"
#include "core/shape.h"
#include "remote/postfix_queue.h"
#include "remote/postfix_queue_agg.h"
#include "remote/script.h"

#include <stdio.h>
#include <stdlib.h>

enum { MATCH_MAX = 500, MATCH_TIMEOUT_MS = 5 * 60000 };

struct hostlink_match {
	struct hostlink_port port;
	struct exec *exec;
	struct queue_snap *snap; /* being built */
	struct postfix_queue *list;
	enum queue_dim dim;
	char key[SHAPE_MAX + 1];
	int64_t started_ms;
};

static int64_t
now(struct hostlink_match *h)
{
	return h->port.now_ms(h->port.ctx);
}

static void
drop(struct hostlink_match *h)
{
	postfix_queue_free(h->list);
	queue_free(h->snap);
	h->list = NULL;
	h->snap = NULL;
}

/* Hands over what was read; snap NULL: why not. */
static void
tell(struct hostlink_match *h, err_t err, const char *why)
{
	struct event ev = {.kind = EVT_QUEUE_MATCH};

	ev.u.match.snap = err == ERR_OK ? h->snap : NULL;
	ev.u.match.dim = h->dim;
	ev.u.match.key = h->key;
	ev.u.match.err = err;
	ev.u.match.text = why;
	if (err == ERR_OK)
		h->snap = NULL;
	drop(h);
	h->port.emit(h->port.ctx, &ev);
}

static void
on_out(void *ctx, struct str bytes)
{
	postfix_queue_feed(((struct hostlink_match *)ctx)->list, bytes);
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct hostlink_match *h = ctx;

	(void)status;
	h->exec = NULL;
	if (err == ERR_OK && signal[0] != '\0')
		err = ERR_EXIT;
	if (err != ERR_OK) {
		tell(h, err, err_text(err));
		return;
	}
	err = postfix_queue_end(h->list);
	if (err != ERR_OK) {
		tell(h, err, err_text(err));
		return;
	}
	queue_finish(h->snap, now(h), now(h) - h->started_ms);
	tell(h, ERR_OK, "");
}

struct hostlink_match *
hostlink_match_new(const struct hostlink_port *p)
{
	struct hostlink_match *h = calloc(1, sizeof *h);

	if (h != NULL)
		h->port = *p;
	return h;
}

void
hostlink_match_ask(struct hostlink_match *h, const struct discovery *found,
    enum queue_dim dim, struct str key)
{
	struct exec_opts eo = {.name = "match",
	    .timeout_ms = MATCH_TIMEOUT_MS,
	    .ctx = h,
	    .on_out = on_out,
	    .on_end = on_end};
	struct buf cmd;
	err_t err = ERR_CLOSED;

	if (h->exec != NULL)
		exec_cancel(h->port.transport, h->exec);
	h->exec = NULL;
	drop(h);
	h->dim = dim;
	str_copy(h->key, sizeof h->key, key);
	h->started_ms = now(h);
	buf_init(&cmd, SCRIPT_MAX_BYTES);
	if (found != NULL)
		err = postfix_queue_match_command(
		    &cmd, found, dim, key, MATCH_MAX);
	if (err == ERR_PARSE) {
		tell(h, ERR_UNSUPPORTED,
		    _("a host does not know this key: look by domain, sender "
		      "or reply"));
	} else if (err == ERR_OK) {
		h->snap = queue_new(MATCH_MAX);
		if (h->snap != NULL)
			h->list = postfix_queue_new(h->snap,
			    now(h) + found->clock_offset_ms, &h->port.lookup);
		eo.command = buf_cstr(&cmd);
		err = h->list == NULL
			  ? ERR_NOMEM
			  : transport_exec(h->port.transport, &eo, &h->exec);
		if (err != ERR_OK)
			tell(h, err, err_text(err));
	} else {
		tell(h, err, err_text(err));
	}
	buf_done(&cmd);
}

bool
hostlink_match_runs(const struct hostlink_match *h)
{
	return h->exec != NULL;
}

void
hostlink_match_down(struct hostlink_match *h)
{
	h->exec = NULL;
	drop(h);
}

void
hostlink_match_free(struct hostlink_match *h)
{
	if (h == NULL)
		return;
	hostlink_match_down(h);
	free(h);
}
