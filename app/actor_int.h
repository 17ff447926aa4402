/*
 * actor_int.h - what actor.c (planning, running) and actor_lease.c (leases,
 * settling) share: the actor itself, and the steps of the path they hand over.
 */
#ifndef APP_ACTOR_INT_H
#define APP_ACTOR_INT_H

#include "app/actor.h"
#include "app/settle.h"

enum doing {
	DOING_NOTHING,
	DOING_PLAN,
	DOING_SHOW,
	DOING_RUN,
	DOING_LEASE,
	DOING_SETTLE
};

struct actor {
	struct actor_opts o;
	enum doing doing;
	struct plan *plan; /* owned; the last one */
	uint64_t salt;
	unsigned waiting; /* hosts still to be read */
	bool *meant;	  /* owned; [n_hosts] the plan is of them */
	bool *reading;	  /* owned; [n_hosts] their leases are being read */
	bool *held;	  /* owned; [n_hosts] what waits for that reading */
	struct audit_ticket ticket;
	struct act_request request; /* of ending or extending a lease */
	char lease[PLAN_ID];
	host_id lease_host;
	bool extend;
	uint32_t seconds; /* of extending */
	struct settle settle;
	unsigned settle_at, unsettled;
	void *settle_ctx;
	void (*on_settled)(void *ctx, const char *text);
	err_t err; /* of the hosts so far */
	char text[512];
};

struct hostlink_act *actor_acts(struct actor *a, host_id host);
const struct discovery *actor_found(struct actor *a, host_id host);
bool actor_is_busy(const struct actor *a);
/* Waits for a reading of the host's leases, if one is under way. */
bool actor_must_wait(struct actor *a, host_id host);
/* Appends a record; why gets a sentence when the journal takes none. */
err_t actor_journal(struct actor *a, enum journal_kind kind,
    const struct act_request *r, const char *host, const char *subject,
    const char *text, struct str detail, bool synced, char *why,
    size_t why_cap) NODISCARD;
/* What a host's end of a lease, or of settling, goes to. */
void actor_lease_ended(struct actor *a, err_t err, const char *text);
void actor_settle_told(
    struct actor *a, host_id host, err_t err, const char *text);
/* What to know before an evacuation of a host is confirmed: how much moves, and
 * how those are who take it (actor_move.c). waiting: messages. */
void actor_warn_of_move(
    struct actor *a, host_id host, const struct act_state *st, size_t waiting);
/* Goes on with what waited for a host. */
void actor_lease_go(struct actor *a);
void actor_settle_go(struct actor *a);

#endif
