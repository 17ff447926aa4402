/*
 * hostlink.h - one host's life: connect, discover, stream, read the queue,
 * lose the connection, wait, resume. Turns what transports and parsers say
 * into events. Owns the host's transport and parsers; knows nothing of the
 * model but the few look-ups it is given.
 */
#ifndef REMOTE_HOSTLINK_H
#define REMOTE_HOSTLINK_H

#include "core/dns_answer.h"
#include "core/event.h"
#include "remote/hostlink_act.h"
#include "remote/transport.h"

enum transport_kind { TR_AUTO, TR_LIBSSH2, TR_OPENSSH, TR_LOCAL };

struct hostlink; /* opaque; heap */
struct recorder; /* remote/record.h */

struct hostlink_opts {
	host_id id;
	uv_loop_t *loop;
	struct target target;
	enum transport_kind kind;
	int64_t history_ms; /* default 60 min */
	uint64_t history_max_bytes;
	int64_t poll_ms;	/* default 5 s */
	uint64_t queue_raw_max; /* more queued messages than this are counted
				   on the far side */
	bool want_log, want_poll, want_queue; /* one-shot commands want less */
	/* The log tells what the queue's messages wait for: it is read first,
	 * where there is one reading only. */
	bool queue_after_log;
	struct recorder *recorder;  /* NULL = not recorded */
	struct replay *replay;	    /* NULL = live */
	struct queue_lookup lookup; /* from the model */
	void *ctx;
	int64_t (*now_ms)(
	    void *ctx); /* wall clock; replay's own when replayed */
	void (*emit)(void *ctx, const struct event *ev);
	/* NULL: nobody to ask. */
	void (*on_ask)(void *ctx, host_id id, const struct ask *ask);
};

struct hostlink *hostlink_new(const struct hostlink_opts *o);
void hostlink_start(struct hostlink *l);
/* Reconnect now; read the queue now. */
void hostlink_refresh(struct hostlink *l);
void hostlink_answer(struct hostlink *l, bool yes, const char *secret);
/* The messages of one key, when the queue is only counted over there ->
 * EVT_QUEUE_MATCH. */
void hostlink_match(struct hostlink *l, enum queue_dim dim, struct str key);
/* Envelope, reasons and next attempt of one message -> EVT_MESSAGE. */
void hostlink_message(struct hostlink *l, uint8_t instance, struct str qid);
/* Has the host's own resolver asked; see hostlink_dns.h. */
void hostlink_dns(struct hostlink *l, const char *name, enum dns_type type,
    dns_answer_fn fn, void *fn_ctx);
/* What acts on the host go through, and calls back to cb from now on; NULL
 * when out of memory. */
struct hostlink_act *hostlink_acts(
    struct hostlink *l, const struct hostlink_act_cb *cb);
/* What can be asked of the host now: NULL while it is not up. */
const struct discovery *hostlink_askable(const struct hostlink *l);
/* Stops; close callbacks run on the loop afterwards. */
void hostlink_free(struct hostlink *l);

#endif
