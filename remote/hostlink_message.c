/* hostlink_message.c - see hostlink_message.h. */
#include "remote/hostlink_message.h"

#include "core/shquote.h"
#include "remote/message.h"
#include "remote/script.h"
#include "scripts/message.h"

#include <stdlib.h>

enum { MESSAGE_TIMEOUT_MS = 15000, MESSAGE_MAX_BYTES = 128 << 10 };

struct hostlink_message {
	struct hostlink_port port;
	struct exec *exec;
	struct buf out;
	char qid[64];
	uint8_t instance;
	int64_t clock_offset_ms;
};

static void
done(struct hostlink_message *h, err_t err)
{
	struct message_detail *d = calloc(1, sizeof *d);
	struct event ev = {.kind = EVT_MESSAGE};

	if (d == NULL)
		return;
	str_copy(d->qid, sizeof d->qid, str_of(h->qid));
	d->instance = h->instance;
	d->read_at_ms = h->port.now_ms(h->port.ctx);
	message_parse(d, buf_view(&h->out), h->clock_offset_ms);
	if (err != ERR_OK) {
		d->err = err;
		str_copy(d->error, sizeof d->error, str_of(err_text(err)));
	}
	buf_done(&h->out);
	ev.u.message = d;
	h->port.emit(h->port.ctx, &ev);
}

static void
on_out(void *ctx, struct str bytes)
{
	(void)buf_str(&((struct hostlink_message *)ctx)->out, bytes);
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct hostlink_message *h = ctx;

	(void)status;
	(void)signal;
	h->exec = NULL;
	done(h, err);
}

struct hostlink_message *
hostlink_message_new(const struct hostlink_port *p)
{
	struct hostlink_message *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	h->port = *p;
	buf_init(&h->out, MESSAGE_MAX_BYTES);
	return h;
}

void
hostlink_message_ask(struct hostlink_message *h, const struct discovery *found,
    uint8_t instance, struct str qid)
{
	struct exec_opts eo = {.name = "message",
	    .ctx = h,
	    .timeout_ms = MESSAGE_TIMEOUT_MS,
	    .on_out = on_out,
	    .on_end = on_end};
	struct buf cmd;
	err_t err = ERR_CLOSED;

	if (!shquote_is_qid(qid))
		return;
	if (h->exec != NULL)
		exec_cancel(h->port.transport, h->exec);
	h->exec = NULL;
	buf_done(&h->out);
	str_copy(h->qid, sizeof h->qid, qid);
	h->instance = instance;
	buf_init(&cmd, SCRIPT_MAX_BYTES);
	if (found != NULL && instance <= found->n_further) {
		const struct instance *in =
		    instance == 0 ? NULL : &found->further[instance - 1];

		h->clock_offset_ms = found->clock_offset_ms;
		err = script_command(&cmd, script_message, "mtadeck-message",
		    (const char *const[]){h->qid,
			in != NULL ? in->queue_dir : found->queue_dir,
			script_sudo(found->privilege),
			in != NULL ? in->config_dir : "", NULL});
	}
	if (err == ERR_OK) {
		eo.command = buf_cstr(&cmd);
		err = transport_exec(h->port.transport, &eo, &h->exec);
	}
	if (err != ERR_OK)
		done(h, err);
	buf_done(&cmd);
}

bool
hostlink_message_runs(const struct hostlink_message *h)
{
	return h->exec != NULL;
}

void
hostlink_message_free(struct hostlink_message *h)
{
	if (h == NULL)
		return;
	buf_done(&h->out);
	free(h);
}
