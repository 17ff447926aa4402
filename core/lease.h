/*
 * lease.h - acts in force: what hosts say they will end, by whom, until when,
 * and whether the effect still holds. Hosts are the truth (EVT_LEASES); pure.
 */
#ifndef CORE_LEASE_H
#define CORE_LEASE_H

#include "core/act.h"
#include "core/plan.h"

enum lease_state {
	LEASE_IN_FORCE,
	LEASE_UNDONE,  /* somebody else took the change back */
	LEASE_CHANGED, /* or made another: ending it will be refused */
	LEASE_LEAKING, /* a pause that still sends */
	LEASE_ENDING,  /* its time is over, the host has not said so yet */
	LEASE_STUCK,   /* the host tried to end it and could not */
};

enum { LEASES_MAX = 256 };

struct lease {
	char id[PLAN_ID];
	host_id host;
	enum verb verb;
	char target[NAME_MAX_BYTES], over[ADDR_MAX_BYTES], value[64];
	char who[64], why[ACT_WHY_BYTES];
	int64_t since_ms, until_ms; /* until 0: until lifted */
	enum lease_state state;
	int64_t state_ms; /* since when */
	char text[256];	  /* of the state: what was found instead; "" */
	int64_t leak_ms;  /* last delivery through the pause; 0 none */
	bool ours;	  /* made by this console's operator */
};

struct leases {
	struct lease *v; /* owned; [n] */
	uint32_t n;
	uint32_t beyond; /* that found no room */
};

const char *lease_state_name(enum lease_state s); /* "in-force" */
const char *lease_state_label(enum lease_state s);
const struct lease *leases_find(const struct leases *l, struct str id);

#endif
