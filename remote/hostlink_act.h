/*
 * hostlink_act.h - acts on a host: reads what a plan is made from, runs a
 * plan's steps, keeps the leases there. A part of the host's link. It changes
 * nothing without an audit ticket, which only the journal's side makes.
 */
#ifndef REMOTE_HOSTLINK_ACT_H
#define REMOTE_HOSTLINK_ACT_H

#include "core/lease.h"
#include "remote/hostlink_port.h"

struct act_state;    /* opaque: what a host said of itself; act_state.h */
struct hostlink_act; /* opaque; heap */

/* Proof that the intent is in the journal, synced. */
struct audit_ticket {
	uint64_t journal_seq;
	char plan[PLAN_ID];
};

struct hostlink_act_cb {
	void *ctx;
	/* Read: the state, moved (act_state_free); NULL with err and text. */
	void (*on_state)(void *ctx, host_id host, struct act_state *st,
	    err_t err, const char *text);
	/* A step's state, exit, ms, output were filled. */
	void (*on_step)(void *ctx, struct plan *p, size_t step);
	/* All of this host's steps are told. */
	void (*on_end)(void *ctx, struct plan *p, host_id host, err_t err,
	    const char *text);
};

struct hostlink_act *hostlink_act_new(const struct hostlink_port *p,
    host_id host, const struct hostlink_act_cb *cb);
/* Reads what a plan needs -> on_state. */
void hostlink_act_read(struct hostlink_act *h, const struct discovery *found);
/* Runs the plan's steps of this host, in order, stops at the first that fails.
 * The lease's end is scheduled on the host before the first step. p outlives
 * on_end. */
err_t hostlink_act_run(struct hostlink_act *h, const struct discovery *found,
    struct plan *p, const struct audit_ticket *t) NODISCARD;
/* Ends a lease now (its own way back), or moves its end -> on_end. */
err_t hostlink_act_end(struct hostlink_act *h, const struct discovery *found,
    const char *lease_id, const struct audit_ticket *t) NODISCARD;
err_t hostlink_act_extend(struct hostlink_act *h, const struct discovery *found,
    const char *lease_id, int64_t until_ms,
    const struct audit_ticket *t) NODISCARD;
/* What became of a plan whose result was never written -> on_end. */
void hostlink_act_settle(
    struct hostlink_act *h, const struct discovery *found, struct plan *p);
void hostlink_act_free(struct hostlink_act *h);

#endif
