/*
 * session.h - the hosts being watched: the loop, the model and a link per
 * host, for the console and the one-shot commands alike. Every event of the
 * links passes through here into the model.
 */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/knowledge.h"
#include "app/listrec.h"
#include "app/listwatch.h"
#include "core/model.h"
#include "remote/hostlink.h"
#include "remote/replay.h"
#include "store/journal_db.h"

#include <uv.h>

struct session_opts {
	const char *const
	    *hosts; /* [n_hosts]; of the recording when replayed */
	int n_hosts;
	const enum transport_kind *kinds; /* [n_hosts] */
	const char *ssh_config;
	const char *record;    /* file to record to; NULL = none */
	struct replay *replay; /* borrowed; NULL = live */
	int64_t history_ms, poll_ms, connect_timeout_ms;
	uint64_t queue_limit, log_bytes;
	const struct throttle_rules *throttles; /* NULL = the defaults */
	const struct alert_rules *alerts;	/* the same */
	bool want_log, want_poll, want_queue, queue_after_log;
	/* Whom lists are asked about; NULL = none is asked. Borrowed. */
	const struct list_config *lists;
	bool lists_once; /* only after session_ask_lists(), each pair once */
	void *ctx;
	/* After every event, once the model has taken it; may be NULL. */
	void (*changed)(void *ctx, const struct event *ev);
	/* lists_once: the lists have told everything; may be NULL. */
	void (*on_lists_told)(void *ctx);
	/* A recording ended by itself (disk full): a sentence; may be NULL. */
	void (*on_record_stop)(void *ctx, const char *why);
	/* A host wants an answer; NULL: nobody is there to ask. */
	void (*on_ask)(void *ctx, host_id id, const struct ask *ask);
};

struct session {
	uv_loop_t loop;
	struct model *m;
	struct session_opts o;
	struct hostlink **links; /* owned; [n_hosts] */
	struct link_ctx *ctxs;	 /* owned; [n_hosts] */
	struct recorder *recorder;
	struct link_share *share;
	struct knowledge know;
	struct listwatch *watch; /* owned; NULL: no list is asked */
	struct listrec *notes;	 /* owned; of a recording played */
	struct dns_asker via;	 /* the host that asks lists for us */
};

/* why gets a sentence on error. Links are made, not started. */
err_t session_init(struct session *s, const struct session_opts *o, char *why,
    size_t why_cap) NODISCARD;
void session_start(struct session *s);
/* Time as the session sees it: the recording's when replayed. */
int64_t session_now_ms(const struct session *s);
/* A host told what is in force there: [n], all of it. */
void session_tell_leases(
    struct session *s, host_id host, const struct lease *v, size_t n);
/* What earlier consoles knew of listings: before anything is asked. */
void session_recall(struct session *s, struct journal_db *j);
/* Lets time pass in the model; has the lists asked about what is new. */
void session_tick(struct session *s);
/* lists_once: asks the lists about what is known now; session_lists_told():
 * everything was answered (or no list is asked). */
void session_ask_lists(struct session *s);
bool session_lists_told(const struct session *s);
/* Stops the links, runs the loop until its handles are closed, frees. */
void session_done(struct session *s);

#endif
