/*
 * plan.h - an act's exact steps before they run, and what became of each. Made
 * of a request, the model and what hosts just said of themselves; const once it
 * is confirmed. Pure.
 */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "core/act.h"
#include "core/buf.h"

enum {
	PLAN_ID = 20, /* "20261121-a1b2c3" and its NUL */
	PLAN_STEPS = 4096,
	PLAN_OUTPUT = 4096, /* bytes of a step's output that are kept */
};

enum step_state {
	STEP_PLANNED,
	STEP_RUNNING,
	STEP_DONE,
	STEP_FAILED,  /* and nothing after it ran on that host */
	STEP_SKIPPED, /* an earlier one failed */
	STEP_UNKNOWN, /* the connection went while it ran */
};

/* Shell lines are exactly what the host's shell gets, values quoted. */
struct plan_step {
	host_id host;
	char text[160]; /* for people: "pause out1: add it to ..." */
	char *check;	/* owned; must hold before: nobody changed it since it
			   was read; NULL = none */
	char *command;	/* owned */
	char *undo;	/* owned; NULL = there is no way back */
	char *verify;	/* owned; must hold after; NULL = none */
	char *input;	/* owned; queue ids or map lines for its stdin, and for
			   verify's and undo's; NULL */
	char *after;	/* owned; run on the host when its lease ends, once all
			   is taken back; NULL */
	char *holds;	/* owned; names it puts into defer_transports, by
			   blanks, which its way back takes out; NULL */
	char *sets;	/* owned; what it gives a value of its own, and its way
			   back the old one: where acts in force have set the same,
			   the later ends first; NULL */
	const char *file; /* the configuration file it edits, "main.cf": put
			     back to the byte when it still is as left; NULL */
	bool unlocked;	  /* edits nothing and may take long: neither for it nor
			     for what follows need others wait; what came before
			     is in force meanwhile */
	uint32_t timeout_ms;
	enum step_state state;
	int exit;
	int64_t ms;
	struct buf output; /* owned; hostile text */
};

struct plan {
	char id[PLAN_ID];
	struct act_request request;
	char *addresses; /* owned; request.addresses is this */
	char *domains; /* owned; ACT_ON_PROVIDER: those it means, one a line */
	int64_t made_ms, lease_until_ms; /* 0 = until lifted, or no lease */
	struct plan_step *steps;	 /* owned; [n_steps], host after host */
	size_t n_steps;
	uint64_t messages; /* it touches, as counted */
	bool irreversible;
	unsigned n_hosts;
	char refusal[512]; /* why it cannot run: then there are no steps; "" */
	char warning[512]; /* what to know before: volume, repeats; "" */
	bool verified;	   /* every step done and verified */
};

void plan_free(struct plan *p);
/* Takes all steps out: of a plan that is refused. */
void plan_clear(struct plan *p);
/* A new one of a request, without steps; salt tells plans of one second apart.
 * NULL when out of memory. */
struct plan *plan_new(
    const struct act_request *r, int64_t now_ms, uint64_t salt);
/* A further step of a host, its lines to be set by the caller; NULL when
 * memory ends or there are PLAN_STEPS. */
struct plan_step *plan_add(struct plan *p, host_id host, uint32_t timeout_ms);
/* What a person types to confirm: "y", or the count when it is irreversible or
 * concerns more than 100 messages; the name of a site's action that is.
 * dst[NUM_TEXT]. */
const char *plan_confirm_word(const struct plan *p, char *dst);
const char *step_state_name(enum step_state s); /* "done" */

#endif
