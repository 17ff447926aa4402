/*
 * actor.h - the one path of every act, for console and command line alike:
 * request -> read the hosts -> plan -> (a person confirms) -> journal the
 * intent, synced -> run -> verify -> journal the result -> watch. No journal,
 * no act.
 */
#ifndef APP_ACTOR_H
#define APP_ACTOR_H

#include "app/session.h"
#include "core/plan.h"
#include "store/journal_db.h"

struct actor; /* opaque; heap */

struct actor_opts {
	struct session *s;	    /* borrowed */
	struct journal_db *journal; /* borrowed; NULL: nothing can be done */
	const char *journal_why;    /* why it is NULL */
	const char *who, *from;
	void *ctx;
	/* A plan is ready to be shown (or refused: plan->refusal). */
	void (*on_plan)(void *ctx, const struct plan *p);
	/* A step was told. */
	void (*on_progress)(void *ctx, const struct plan *p);
	/* It is over; p lives until the next request. err: it did not begin. */
	void (*on_done)(
	    void *ctx, const struct plan *p, err_t err, const char *text);
};

struct actor *actor_new(const struct actor_opts *o);
/* One at a time: ERR_BUSY while another is under way. */
err_t actor_plan(struct actor *a, const struct act_request *r) NODISCARD;
/* Goes on with the plan shown; id: its id, so that nothing else is confirmed.
 * ERR_CLOSED: it expired (120 s) or is another. */
err_t actor_confirm(struct actor *a, const char *id) NODISCARD;
void actor_cancel(struct actor *a);
/* Of a lease in force: end it now, or move its end. */
err_t actor_end(
    struct actor *a, const char *lease_id, const char *why) NODISCARD;
err_t actor_extend(struct actor *a, const char *lease_id, int64_t until_ms,
    const char *why) NODISCARD;
void actor_free(struct actor *a);

#endif
