/*
 * hostlink.c - one host's life; see hostlink.h. Owns timers and the order of
 * things; what bytes mean is the parsers' business, how they travel the
 * transport's.
 */
#include "remote/hostlink.h"

#include "core/i18n.h"
#include "core/shquote.h"
#include "remote/hostlink_match.h"
#include "remote/hostlink_dns.h"
#include "remote/hostlink_message.h"
#include "remote/hostlink_queue.h"
#include "remote/logfollow.h"
#include "remote/poll.h"
#include "remote/postfix_discover.h"
#include "remote/postfix_log.h"
#include "remote/record.h"
#include "remote/replay.h"
#include "remote/script.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	DISCOVER_TIMEOUT_MS = 20000,
	DISCOVER_MAX_BYTES = 4 << 20,
	RETRY_FIRST_MS = 1000,
	RETRY_MOST_MS = 60000,
	STREAM_RETRY_MS = 5000, /* a stream that ended on a living link */
	LOG_CLOCK_MS = 60000,	/* how old "now" may be when a year is told */
	CLOSING_HANDLES = 2,
};

struct hostlink {
	struct hostlink_opts o;
	struct transport *transport; /* owned */
	enum link_state state;
	bool stopped;
	int closing; /* timers whose close callback is still to come */

	uv_timer_t retry;   /* reconnect */
	uv_timer_t streams; /* start again a stream that ended */
	int64_t retry_ms;   /* the next wait */
	uint64_t jitter;    /* state of a small generator */

	struct discovery found;
	bool discovered;
	struct exec *discover;
	struct buf discover_out;
	int64_t discover_sent_ms;

	struct logfollow *follow;
	struct postfix_log *log;
	int64_t log_from_ms;		 /* newest line, for gaps */
	int64_t log_clock_ms;		 /* when `log` was last told the time */
	bool log_failed, log_complained; /* the latter: told as the link's */

	struct exec *poll;
	struct poll *poll_parser;

	struct hostlink_queue *queue;
	struct hostlink_match *match;
	struct hostlink_message *message;
	struct hostlink_dns *dns; /* made when first asked */
	struct hostlink_act *act; /* the same */
};

static void
emit(struct hostlink *l, struct event *ev)
{
	ev->host = l->o.id;
	ev->at_ms = l->o.now_ms(l->o.ctx);
	l->o.emit(l->o.ctx, ev);
}

static void
say_state(struct hostlink *l, enum link_state st, err_t err, const char *text,
    int64_t retry_at_ms)
{
	struct event ev = {.kind = EVT_LINK};

	l->state = st;
	ev.u.link.state = st;
	ev.u.link.err = err;
	ev.u.link.text = text != NULL ? text : "";
	ev.u.link.retry_at_ms = retry_at_ms;
	ev.u.link.transport = l->transport->vt->name;
	emit(l, &ev);
}

/* Up to a quarter more or less, so that a fleet does not return as one. */
static int64_t
jittered(struct hostlink *l, int64_t ms)
{
	l->jitter = l->jitter * 6364136223846793005U + 1442695040888963407U;
	return ms - ms / 4 + (int64_t)(l->jitter >> 33) % (ms / 2 + 1);
}

/* ---- log ---- */

static void
on_records(void *ctx, const struct log_rec *recs, size_t n)
{
	struct hostlink *l = ctx;
	struct event ev = {.kind = EVT_LOG};

	ev.u.log.recs = recs;
	ev.u.log.n = n;
	emit(l, &ev);
	if (n > 0 && recs[n - 1].at_ms != 0)
		l->log_from_ms = recs[n - 1].at_ms - l->found.clock_offset_ms;
}

/* Lines have no year: what it is, they are told by what now is. */
static void
tell_log_clock(struct hostlink *l)
{
	l->log_clock_ms = l->o.now_ms(l->o.ctx);
	postfix_log_clock(l->log, l->log_clock_ms + l->found.clock_offset_ms,
	    l->found.utc_offset_s);
}

static void
on_log_bytes(void *ctx, struct str bytes)
{
	struct hostlink *l = ctx;

	/* A console is left running for weeks. */
	if (l->o.now_ms(l->o.ctx) - l->log_clock_ms >= LOG_CLOCK_MS)
		tell_log_clock(l);
	postfix_log_feed(l->log, bytes);
}

static void
on_log_break(void *ctx)
{
	postfix_log_reset(((struct hostlink *)ctx)->log);
}

static void
on_log_gap(void *ctx, uint64_t bytes, const char *why)
{
	struct hostlink *l = ctx;
	struct event ev = {.kind = EVT_LOG_GAP};

	ev.u.gap.bytes = bytes;
	ev.u.gap.since_ms = l->log_from_ms;
	ev.u.gap.why = why;
	emit(l, &ev);
}

static void
start_queue(struct hostlink *l)
{
	if (l->o.want_queue && l->queue != NULL)
		hostlink_queue_up(l->queue, &l->found);
}

static void
on_log_live(void *ctx)
{
	struct hostlink *l = ctx;
	struct event ev = {.kind = EVT_LOG_LIVE};

	/* What was told of it is over. */
	if (l->log_complained)
		say_state(l, LINK_UP, ERR_OK, NULL, 0);
	l->log_complained = false;
	emit(l, &ev);
	if (l->queue != NULL)
		hostlink_queue_log_live(l->queue);
	if (l->o.queue_after_log)
		start_queue(l);
}

/* An act outranks what is only read. */
static bool
is_claimed(void *ctx)
{
	const struct hostlink *l = ctx;

	return l->act != NULL && hostlink_act_waits(l->act);
}

static void start_streams(struct hostlink *l);
static void streams_later(struct hostlink *l);

static void
on_streams_timer(uv_timer_t *t)
{
	struct hostlink *l = t->data;

	if (l->state != LINK_UP)
		return;
	if (is_claimed(l))
		streams_later(l);
	else
		start_streams(l);
}

static void
streams_later(struct hostlink *l)
{
	(void)uv_timer_start(&l->streams, on_streams_timer,
	    l->o.replay != NULL ? 1 : STREAM_RETRY_MS, 0);
}

static void
on_log_fail(void *ctx, err_t err, const char *why)
{
	struct hostlink *l = ctx;

	l->log_failed = true;
	/* The link lives; what is missing is the log. It is said as a fact of
	 * the link, tried again, and figures grow old meanwhile. */
	if (l->state == LINK_UP) {
		l->log_complained = true;
		say_state(l, LINK_UP, err, why, 0);
		if (l->o.queue_after_log)
			start_queue(l);
	}
	streams_later(l);
}

static void
start_log(struct hostlink *l)
{
	struct logfollow_opts fo = {
	    .transport = l->transport,
	    .loop = l->o.loop,
	    .found = &l->found,
	    .history_ms = l->o.history_ms,
	    .max_bytes = l->o.history_max_bytes,
	    .ctx = l,
	    .on_bytes = on_log_bytes,
	    .on_break = on_log_break,
	    .on_gap = on_log_gap,
	    .on_live = on_log_live,
	    .on_fail = on_log_fail,
	};
	err_t err;

	if (l->follow == NULL)
		l->follow = logfollow_new(&fo);
	if (l->log == NULL)
		l->log = postfix_log_new(on_records, l);
	if (l->follow == NULL || l->log == NULL) {
		on_log_fail(l, ERR_NOMEM, err_text(ERR_NOMEM));
		return;
	}
	tell_log_clock(l);
	l->log_failed = false;
	err = logfollow_start(l->follow);
	if (err != ERR_OK)
		on_log_fail(l, err, err_text(err));
}

/* ---- poll ---- */

static void
on_reading(void *ctx, const struct poll_reading *r)
{
	struct hostlink *l = ctx;
	struct queue_counts counts = r->counts;
	struct event ev = {.kind = EVT_COUNTS};

	if (r->has_zone && r->utc_offset_s != l->found.utc_offset_s) {
		l->found.utc_offset_s = r->utc_offset_s;
		if (l->log != NULL)
			tell_log_clock(l);
	}
	counts.age_ms = r->counts_age_ms;
	ev.u.counts = &counts;
	emit(l, &ev);
	ev = (struct event){.kind = EVT_VITALS};
	ev.u.vitals = &r->vitals;
	emit(l, &ev);
	if (l->queue != NULL)
		hostlink_queue_counts(l->queue, &r->counts);
}

static void
on_poll_out(void *ctx, struct str bytes)
{
	poll_feed(((struct hostlink *)ctx)->poll_parser, bytes);
}

static void
on_poll_end(void *ctx, err_t err, int status, const char *signal)
{
	struct hostlink *l = ctx;

	(void)err;
	(void)status;
	(void)signal;
	l->poll = NULL;
	/* Its figures grow old on screen; the loop on the host is started
	 * again while the link lives. */
	streams_later(l);
}

static void
start_poll(struct hostlink *l)
{
	struct buf cmd;
	struct exec_opts eo = {.name = "poll",
	    .ctx = l,
	    .on_out = on_poll_out,
	    .on_end = on_poll_end};

	if (l->poll_parser != NULL)
		poll_free(l->poll_parser);
	l->poll_parser = poll_new(on_reading, l);
	buf_init(&cmd, SCRIPT_MAX_BYTES);
	if (l->poll_parser != NULL &&
	    poll_command(&cmd, &l->found, l->o.poll_ms) == ERR_OK) {
		/* Three periods and a bit without a block is a dead stream. */
		eo.silence_ms = l->o.poll_ms * 4 + 30000;
		eo.command = buf_cstr(&cmd);
		if (transport_exec(l->transport, &eo, &l->poll) != ERR_OK)
			on_poll_end(l, ERR_CLOSED, 0, "");
	}
	buf_done(&cmd);
}

static void
start_streams(struct hostlink *l)
{
	if (l->o.want_log && (l->follow == NULL || l->log_failed))
		start_log(l);
	if (l->o.want_poll && l->poll == NULL)
		start_poll(l);
}

/* ---- discovery ---- */

static void
on_retry(uv_timer_t *t)
{
	struct hostlink *l = t->data;

	transport_start(l->transport);
}

static void
wait_and_retry(struct hostlink *l, err_t err, const char *why)
{
	/* A recording holds its own next connection. */
	int64_t wait_ms = l->o.replay != NULL ? 1 : jittered(l, l->retry_ms);

	l->retry_ms =
	    l->retry_ms * 2 > RETRY_MOST_MS ? RETRY_MOST_MS : l->retry_ms * 2;
	(void)uv_timer_start(&l->retry, on_retry, (uint64_t)wait_ms, 0);
	say_state(l, LINK_WAITING, err, why, l->o.now_ms(l->o.ctx) + wait_ms);
}

/* A host that was never seen to have a Postfix will not grow one in a second.
 * One that is too busy to answer, or is being upgraded, comes back. */
static void
fail_discovery(struct hostlink *l, err_t err, const char *why, bool for_good)
{
	/* A recording goes on by itself. */
	if (l->o.replay == NULL)
		transport_stop(l->transport);
	if (for_good && !l->discovered)
		say_state(l, LINK_FAILED, err, why, 0);
	else
		wait_and_retry(l, err, why);
}

static void
on_discover_out(void *ctx, struct str bytes)
{
	(void)buf_str(&((struct hostlink *)ctx)->discover_out, bytes);
}

static void
on_discover_end(void *ctx, err_t err, int status, const char *signal)
{
	struct hostlink *l = ctx;
	struct event ev = {.kind = EVT_DISCOVERY};
	struct discovery *d;
	char why[512];
	bool again = l->discovered, ended = err == ERR_OK;

	(void)status;
	(void)signal;
	l->discover = NULL;
	if (err == ERR_CLOSED)
		return; /* the transport says why, and starts over */
	d = malloc(sizeof *d);
	if (d == NULL) {
		fail_discovery(l, ERR_NOMEM, err_text(ERR_NOMEM), false);
		return;
	}
	if (ended)
		err = postfix_discover(d, buf_view(&l->discover_out),
		    l->discover_sent_ms, l->o.now_ms(l->o.ctx), why,
		    sizeof why);
	else
		(void)snprintf(why, sizeof why,
		    _("%s: asking what runs there: %s"), l->o.target.name,
		    err_text(err));
	buf_done(&l->discover_out);
	if (err != ERR_OK) {
		free(d);
		fail_discovery(l, err, why, ended);
		return;
	}
	discovery_copy(&l->found, d);
	l->discovered = true;
	free(d);
	ev.u.discovery = &l->found;
	emit(l, &ev);
	l->retry_ms = RETRY_FIRST_MS;
	l->log_complained = false;
	say_state(l, LINK_UP, ERR_OK, NULL, 0);
	if (again && l->follow != NULL)
		l->log_failed = true; /* resume where it stopped */
	start_streams(l);
	if (!l->o.queue_after_log || !l->o.want_log)
		start_queue(l);
}

static void
start_discovery(struct hostlink *l)
{
	struct exec_opts eo = {.name = "discover",
	    .ctx = l,
	    .timeout_ms = DISCOVER_TIMEOUT_MS,
	    .on_out = on_discover_out,
	    .on_end = on_discover_end};
	struct buf cmd;

	buf_done(&l->discover_out); /* of a connection that broke */
	buf_init(&l->discover_out, DISCOVER_MAX_BYTES);
	buf_init(&cmd, SCRIPT_MAX_BYTES);
	l->discover_sent_ms = l->o.now_ms(l->o.ctx);
	if (postfix_discover_command(&cmd) == ERR_OK) {
		eo.command = buf_cstr(&cmd);
		if (transport_exec(l->transport, &eo, &l->discover) != ERR_OK)
			fail_discovery(l, ERR_IO, err_text(ERR_IO), false);
	}
	buf_done(&cmd);
}

/* ---- the link ---- */

/* The connection is gone: the transport has ended every command. */
static void
down(struct hostlink *l)
{
	if (l->follow != NULL)
		logfollow_pause(l->follow);
	if (l->queue != NULL)
		hostlink_queue_down(l->queue);
	if (l->match != NULL)
		hostlink_match_down(l->match);
	(void)uv_timer_stop(&l->streams);
	l->poll = l->discover = NULL;
}

/* A host that was reached once is there: its name is not known while our VPN
 * is down, ssh's configuration is being edited. Keys and log-ins are a person's
 * business; trying them again and again gets one banned. */
static bool
comes_back(const struct hostlink *l, err_t err)
{
	return l->discovered && err != ERR_AUTH && err != ERR_KEYCHANGED &&
	       err != ERR_KEYUNKNOWN && err != ERR_UNSUPPORTED;
}

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct hostlink *l = ctx;

	if (l->stopped)
		return;
	if (st == LINK_FAILED && comes_back(l, err))
		st = LINK_WAITING;
	if (st == LINK_WAITING || st == LINK_FAILED)
		down(l);
	if (st == LINK_WAITING)
		wait_and_retry(l, err, text);
	else
		say_state(l, st, err, text, 0);
	if (st == LINK_DISCOVERY)
		start_discovery(l);
}

static void
on_ask(void *ctx, const struct ask *ask)
{
	struct hostlink *l = ctx;

	l->o.on_ask(l->o.ctx, l->o.id, ask);
}

static struct transport *
make_live(struct hostlink *l, const struct transport_cb *cb)
{
	switch (l->o.kind) {
	case TR_AUTO:
		break;
	case TR_LIBSSH2:
		return transport_new_ssh(l->o.loop, &l->o.target, cb);
	case TR_OPENSSH:
		return transport_new_openssh(l->o.loop, &l->o.target, cb);
	case TR_LOCAL:
		return transport_new_local(l->o.loop, cb);
	}
	return transport_new_auto(l->o.loop, &l->o.target, cb);
}

static struct transport *
make_transport(struct hostlink *l)
{
	struct transport_cb cb = {.ctx = l,
	    .on_state = on_state,
	    .on_ask = l->o.on_ask != NULL ? on_ask : NULL};
	struct transport *t, *outer;

	if (l->o.replay != NULL)
		return transport_new_replay(l->o.replay, l->o.id, &cb);
	t = make_live(l, &cb);
	if (t == NULL || l->o.recorder == NULL)
		return t;
	outer = transport_new_record(t, l->o.recorder, l->o.target.name);
	if (outer == NULL)
		transport_free(t);
	return outer;
}

static void
emit_of_port(void *ctx, struct event *ev)
{
	emit(ctx, ev);
}

static int64_t
now_of_port(void *ctx)
{
	struct hostlink *l = ctx;

	return l->o.now_ms(l->o.ctx);
}

static void
name_users(void *ctx, struct buf *out)
{
	const struct hostlink *l = ctx;
	const struct {
		bool runs;
		const char *name;
	} v[] = {
	    {l->follow != NULL && !l->log_failed, _("the log")},
	    {l->poll != NULL, _("the counts")},
	    {l->queue != NULL && hostlink_queue_runs(l->queue),
		_("the queue's listing")},
	    {l->match != NULL && hostlink_match_runs(l->match),
		_("messages looked for")},
	    {l->message != NULL && hostlink_message_runs(l->message),
		_("a message")},
	    {l->dns != NULL && hostlink_dns_runs(l->dns),
		_("questions to its resolver")},
	};

	/* What does not fit is not named. */
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		if (v[i].runs)
			(void)buf_printf(
			    out, "%s%s", out->n > 0 ? ", " : "", v[i].name);
}

/* What the parts of the link are given of it. */
static struct hostlink_port
port_of(struct hostlink *l)
{
	return (struct hostlink_port){.transport = l->transport,
	    .lookup = l->o.lookup,
	    .ctx = l,
	    .now_ms = now_of_port,
	    .emit = emit_of_port,
	    .is_claimed = is_claimed,
	    .name_users = name_users};
}

/* Parts that only some runs need; NULL when out of memory: never asked. */
static void
make_parts(struct hostlink *l)
{
	struct hostlink_port port = port_of(l);

	if (l->o.want_queue)
		l->queue = hostlink_queue_new(
		    &(struct hostlink_queue_opts){.port = port,
			.loop = l->o.loop,
			.raw_max = l->o.queue_raw_max,
			.replayed = l->o.replay != NULL});
	l->match = hostlink_match_new(&port);
	l->message = hostlink_message_new(&port);
}

struct hostlink *
hostlink_new(const struct hostlink_opts *o)
{
	struct hostlink *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->o = *o;
	l->retry_ms = RETRY_FIRST_MS;
	l->jitter = str_hash(str_of(o->target.name), (uint64_t)o->id + 1);
	l->transport = make_transport(l);
	if (l->transport == NULL) {
		free(l);
		return NULL;
	}
	(void)uv_timer_init(o->loop, &l->retry);
	(void)uv_timer_init(o->loop, &l->streams);
	l->retry.data = l->streams.data = l;
	make_parts(l);
	return l;
}

const struct discovery *
hostlink_askable(const struct hostlink *l)
{
	return l->state == LINK_UP ? &l->found : NULL;
}

void
hostlink_match(struct hostlink *l, enum queue_dim dim, struct str key)
{
	if (l->match != NULL)
		hostlink_match_ask(l->match, hostlink_askable(l), dim, key);
}

void
hostlink_message(struct hostlink *l, uint8_t instance, struct str qid)
{
	if (l->message != NULL)
		hostlink_message_ask(
		    l->message, hostlink_askable(l), instance, qid);
}

void
hostlink_dns(struct hostlink *l, const char *name, enum dns_type type,
    dns_answer_fn fn, void *fn_ctx)
{
	struct hostlink_port port = port_of(l);
	struct dns_answer down = {.status = DNS_DOWN};

	if (l->dns == NULL)
		l->dns = hostlink_dns_new(&port, l->o.loop);
	if (l->dns == NULL)
		fn(fn_ctx, &down);
	else
		hostlink_dns_ask(l->dns, hostlink_askable(l) != NULL, name,
		    type, fn, fn_ctx);
}

struct hostlink_act *
hostlink_acts(struct hostlink *l, const struct hostlink_act_cb *cb)
{
	struct hostlink_port port = port_of(l);

	if (l->act == NULL)
		l->act = hostlink_act_new(&port, l->o.loop,
		    l->o.replay != NULL ? 1 : HOSTLINK_ACT_AGAIN_MS, l->o.id,
		    cb);
	return l->act;
}

void
hostlink_start(struct hostlink *l)
{
	transport_start(l->transport);
}

void
hostlink_refresh(struct hostlink *l)
{
	if (l->state == LINK_WAITING || l->state == LINK_FAILED) {
		(void)uv_timer_stop(&l->retry);
		l->retry_ms = RETRY_FIRST_MS;
		transport_start(l->transport);
	} else if (l->state == LINK_UP && l->queue != NULL) {
		hostlink_queue_now(l->queue);
	}
}

void
hostlink_answer(struct hostlink *l, bool yes, const char *secret)
{
	transport_answer(l->transport, yes, secret);
}

static void
on_closed(uv_handle_t *h)
{
	struct hostlink *l = h->data;

	if (--l->closing == 0)
		free(l);
}

void
hostlink_free(struct hostlink *l)
{
	if (l == NULL)
		return;
	l->stopped = true;
	logfollow_free(l->follow);
	hostlink_queue_free(l->queue);
	hostlink_match_free(l->match);
	hostlink_message_free(l->message);
	hostlink_dns_free(l->dns);
	hostlink_act_free(l->act);
	transport_stop(l->transport);
	transport_free(l->transport);
	postfix_log_free(l->log);
	poll_free(l->poll_parser);
	buf_done(&l->discover_out);
	l->closing = CLOSING_HANDLES;
	uv_close((uv_handle_t *)&l->retry, on_closed);
	uv_close((uv_handle_t *)&l->streams, on_closed);
}
