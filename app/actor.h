/*
 * actor.h - the one path of every act, for console and command line alike:
 * request -> read the hosts -> plan -> (a person confirms) -> journal the
 * intent, synced -> run -> verify -> journal the result. No journal, no act.
 */
#ifndef APP_ACTOR_H
#define APP_ACTOR_H

#include "app/session.h"
#include "core/plan.h"
#include "core/site.h"
#include "store/journal_db.h"

enum { ACTOR_PLAN_MS = 120000 }; /* a plan older than this is made again */

struct actor; /* opaque; heap */

struct actor_opts {
	struct session *s;		  /* borrowed */
	struct journal_db *journal;	  /* borrowed */
	const struct site_actions *sites; /* borrowed; NULL: none */
	void *ctx;
	/* A plan is ready to be shown, or refused (p->refusal). */
	void (*on_plan)(void *ctx, const struct plan *p);
	/* A step was told. */
	void (*on_progress)(void *ctx, const struct plan *p);
	/* It is over; p lives until the next request (NULL: of a lease).
	 * ERR_OK: all was done and verified; else text says why not. */
	void (*on_done)(
	    void *ctx, const struct plan *p, err_t err, const char *text);
	/* Leases of a host, or why they are not known (err, text). */
	void (*on_leases)(void *ctx, host_id host, const struct act_state *st,
	    err_t err, const char *text);
};

struct actor *actor_new(const struct actor_opts *o);
/* One at a time; ERR_LIMIT while another is under way. ERR_PARSE, ERR_RANGE:
 * the request is wrong, why says how. on_plan follows, later. */
err_t actor_plan(struct actor *a, const struct act_request *r, char *why,
    size_t why_cap) NODISCARD;
/* Goes on with the plan shown; id: its id, so that nothing else is confirmed.
 * ERR_CLOSED: it is too old, or another; the journal's errors. on_done
 * follows, later. */
err_t actor_confirm(
    struct actor *a, const char *id, char *why, size_t why_cap) NODISCARD;
/* Ends a lease of a host now, or moves its end to so many seconds from now (0:
 * until lifted). on_done follows. */
err_t actor_end(struct actor *a, host_id host, const char *lease,
    const struct act_request *r, char *why, size_t why_cap) NODISCARD;
err_t actor_extend(struct actor *a, host_id host, const char *lease,
    uint32_t seconds, const struct act_request *r, char *why,
    size_t why_cap) NODISCARD;
/* Asks a host for its leases -> on_leases; ERR_LIMIT while an act is under way.
 * An act that is asked for meanwhile waits for the answer. */
void actor_leases(struct actor *a, host_id host);
/*
 * Settles intents without a result by reading their hosts: each gets the result
 * "outcome as the hosts tell", by r's who and from; those of hosts that do not
 * tell stay open. fn: each sentence, and NULL when it is over (at once, when
 * there is none or an act is under way). To be done at start, once hosts are
 * up, and again while actor_unsettled() says that some were left open.
 */
void actor_settle(struct actor *a, const struct act_request *r, void *ctx,
    void (*fn)(void *ctx, const char *text));
/* Intents that the last settling left open. */
unsigned actor_unsettled(const struct actor *a);
void actor_free(struct actor *a);

#endif
