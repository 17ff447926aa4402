/*
 * throttle.h - the throttle of one egress IP by one provider: a state with a
 * start, a proof and an end. Fed by deliveries as they are counted and by time;
 * pure. Hysteresis: into "throttled" by a share of refused attempts, out of it
 * only after quiet with attempts going through.
 */
#ifndef CORE_THROTTLE_H
#define CORE_THROTTLE_H

#include "core/tally.h"

enum throttle_state {
	THROTTLE_CLEAR,
	THROTTLE_SUSPECTED, /* first refusals; share still small or few */
	THROTTLE_THROTTLED,
	THROTTLE_EASING, /* refusals rare again, or none: may be over */
	THROTTLE_STATES
};

struct throttle_rules {
	uint32_t suspect_n;	  /* refusals in a minute: suspected */
	uint32_t throttled_n;	  /* and so many in 10 min with */
	uint32_t throttled_milli; /* this share of attempts: throttled */
	uint32_t easing_milli; /* share below it in the last minute: easing */
	int64_t clear_ms;      /* this long without a refusal: clear */
};
extern const struct throttle_rules throttle_rules_default;

struct throttle {
	enum throttle_state state;
	int64_t since_ms; /* of this state */
	int64_t start_ms; /* first refusal of this episode; 0 never any */
	int64_t end_ms;	  /* when the last episode was clear; 0 none ended */
	int64_t last_ms;  /* last refusal */
	uint32_t reply1;  /* reply group + 1 that proves it; 0 its row went */
	uint32_t episodes;
	uint64_t refusals;     /* of this episode, or the last one */
	int peak_milli;	       /* largest share of it */
	struct series refused; /* refusals of class throttle */
};

/* How throttle words go into JSON, tests ("throttled"), and to people. */
const char *throttle_state_name(enum throttle_state s);
const char *throttle_state_label(enum throttle_state s);
/* A refusal of class throttle (or greylist-like slow down). */
void throttle_refusal(struct throttle *t, int64_t at_ms, uint32_t reply1);
/* Time passes; cell: all deliveries of the pair. True when the state changed.
 */
bool throttle_step(struct throttle *t, struct tally *cell, int64_t now_ms,
    const struct throttle_rules *r);
/* Refused of all attempts in a window, in 1/1000; -1: no attempts. */
int throttle_share_milli(const struct throttle *t, struct tally *cell,
    enum window w, int64_t now_ms);
void throttle_free(struct throttle *t);

#endif
