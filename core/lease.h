/*
 * lease.h - an act in force: what a host says it will end, by whom, until when,
 * and whether the effect still holds. Hosts are the truth. Pure data.
 */
#ifndef CORE_LEASE_H
#define CORE_LEASE_H

#include "core/act.h"
#include "core/plan.h"

enum lease_state {
	LEASE_IN_FORCE,
	LEASE_UNDONE, /* the host's values are others: somebody else's act */
	LEASE_ENDING, /* its time is over, the host has not ended it yet */
	LEASE_STUCK,  /* the host found others' values and left them */
};

struct lease {
	char id[PLAN_ID];
	host_id host;
	enum verb verb; /* VERB_N: of another version */
	struct act_subject of;
	char value[512];
	char who[64], why[ACT_WHY_BYTES];
	char holds[1024]; /* its plan_step.holds, as far as it fits */
	char user[33];	  /* of the host, whose home keeps it; "" = ours */
	int64_t since_ms, until_ms; /* host's clock; until 0: until lifted */
	enum lease_state state;
	char text[256]; /* what was found instead; "" */
};

const char *lease_state_name(enum lease_state s); /* "in-force" */
const char *lease_state_label(enum lease_state s);

#endif
