/*
 * hostlink_act.h - acts on a host: reads what a plan is made from, runs a
 * plan's steps, ends and extends the leases it keeps there
 * (remote/scripts/act.sh). A part of the host's link. It changes nothing
 * without an audit ticket, which only the journal's side makes.
 */
#ifndef REMOTE_HOSTLINK_ACT_H
#define REMOTE_HOSTLINK_ACT_H

#include "remote/act_lines.h"
#include "remote/hostlink_port.h"

struct hostlink_act; /* opaque; heap */

/* Proof that the intent is in the journal, synced. */
struct audit_ticket {
	uint64_t journal_seq;
	char plan[PLAN_ID]; /* of the plan, or the lease */
};

struct hostlink_act_cb {
	void *ctx;
	/* st is whole, or err and a sentence say why not. Borrowed. */
	void (*on_state)(void *ctx, host_id host, const struct act_state *st,
	    err_t err, const char *text);
	/* A step of the plan changed its state. */
	void (*on_step)(void *ctx, host_id host);
	/* run, end, extend, settle: over (settle's text: the plan's state on
	 * the host, a word of act.sh). ERR_EXIT: the host refused or a step
	 * failed; ERR_CLOSED, ERR_TIMEOUT: what became of it is not known. */
	void (*on_end)(void *ctx, host_id host, err_t err, const char *text);
};

/*
 * How often a channel is asked for when all of them are in use, before an act
 * gives up: about 5 s. A listing of 20,000 messages takes one.
 */
enum { HOSTLINK_ACT_TRIES = 100, HOSTLINK_ACT_AGAIN_MS = 50 };
/* again_ms: between two tries, HOSTLINK_ACT_AGAIN_MS (tests: less). */
struct hostlink_act *hostlink_act_new(const struct hostlink_port *p,
    uv_loop_t *loop, uint64_t again_ms, host_id host,
    const struct hostlink_act_cb *cb);
/* It waits for a channel. */
bool hostlink_act_waits(const struct hostlink_act *h);
/* One at a time; each calls back later, once. found NULL: the host is not up.
 * Reads what a plan of r needs, and the leases -> on_state. r NULL: leases
 * only. domains: those an act on a provider means, one a line; else empty. */
void hostlink_act_read(struct hostlink_act *h, const struct discovery *found,
    const struct act_request *r, struct str domains);
/* Runs p's steps of this host, in order, until one fails; fills them in. p
 * lives until on_end. */
void hostlink_act_run(struct hostlink_act *h, const struct discovery *found,
    struct plan *p, const struct audit_ticket *t);
/* Ends a lease now, by its own way back; moves its end to so many seconds from
 * now (0: until lifted); reads what became of a plan. */
void hostlink_act_end(struct hostlink_act *h, const struct discovery *found,
    const struct audit_ticket *t);
void hostlink_act_extend(struct hostlink_act *h, const struct discovery *found,
    const struct audit_ticket *t, uint32_t seconds);
void hostlink_act_settle(
    struct hostlink_act *h, const struct discovery *found, struct plan *p);
/* No callback any more; frees itself on the loop. NULL is fine. */
void hostlink_act_free(struct hostlink_act *h);

#endif
