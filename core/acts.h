/*
 * acts.h - the acts in force as hosts tell them, and a mark for each beginning
 * and end of one, whoever's it was. Part of the model: changed by EVT_LEASES
 * and by time only (update_acts.c); what each has done is in its effect.
 */
#ifndef CORE_ACTS_H
#define CORE_ACTS_H

#include "core/advice.h"
#include "core/effect.h"
#include "core/lease.h"
#include "core/num.h"

struct egress;
struct model;

enum {
	ACTS_LEASES = 4096, /* of all hosts */
	ACTS_MARKS = 256,   /* the newest ones */
};

struct act_mark {
	int64_t at_ms; /* our clock */
	host_id host;
	bool end;
	enum verb verb; /* VERB_N: of another version */
	struct act_subject of;
	char id[PLAN_ID], value[32], who[64];
};

/* How it was before a pause: nothing shows while it lasts. */
struct act_before {
	bool known, refused, standing; /* as in struct advice_case */
	char provider[NAME_MAX_BYTES]; /* who refused most */
	struct advice_load load;
};

/* What an act has done, and what to do next. */
struct act_effect {
	struct effect e;
	struct advice next;
	struct act_before before;
	int64_t trouble_ms; /* the throttle it is about began; 0 none */
	bool settled;	    /* `before` no longer changes */
};

struct acts {
	struct lease *leases;	    /* owned; [n] */
	struct act_effect *effects; /* owned; [n] */
	size_t n;
	struct act_mark *marks; /* owned; [n_marks] by time, oldest first */
	size_t n_marks;
	uint32_t step; /* effects are as of this step of 5 s */
};

/* The effect of an act in force; NULL: the model does not know it. */
const struct act_effect *acts_effect_of(
    const struct model *m, const struct lease *l);
/* Mail that leaves by e for provider ("": any) may be touched by an act on
 * `of` on e's host. */
bool acts_touch(
    const struct act_subject *of, const struct egress *e, struct str provider);
/* Acts on both may touch the same mail. */
bool acts_overlap(const struct act_subject *a, const struct act_subject *b);
/* The newest act in force that touches it, and is measured; NULL none. */
const struct lease *acts_of_egress(
    const struct model *m, const struct egress *e, struct str provider);
/* What to do about a throttle that no act in force touches: of an egress IP by
 * a provider (text id). */
void acts_advise(struct model *m, uint32_t cell, struct advice *out);

/* "12:03 interval 3s by ann", "12:33 end of pause" for people. */
void acts_mark_text(const struct act_mark *k, struct buf *out);
/* The same of an act in force. */
void acts_lease_text(
    const struct model *m, const struct lease *l, struct buf *out);
/* What it has done with the figures, when it will be known, and the next step,
 * as sentences; whole: also how they came to be. */
void acts_effect_text(const struct act_effect *x, bool whole, struct buf *out);
/* A count of a span a minute: "4.2", "42"; "?" when it is too short to tell.
 * Returns dst. */
char *acts_rate(char dst[NUM_TEXT], const struct effect_span *s, uint64_t n);

#endif
