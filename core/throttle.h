/*
 * throttle.h - the throttle of one egress IP by one provider: a state with a
 * start, a proof and an end. Fed by deliveries as they are counted and by time;
 * pure. Hysteresis: into "throttled" by a share of refused attempts, out of it
 * only after quiet with attempts going through; where none are made nothing is
 * known, and the state waits three times as long.
 */
#ifndef CORE_THROTTLE_H
#define CORE_THROTTLE_H

#include "core/tally.h"

#include <stdbool.h>

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
	uint32_t throttled_milli; /* this share of attempts, of those of the
				     last minute too: throttled */
	uint32_t easing_milli;	  /* share below it in the last minute, or quiet
				     for a quarter of clear_ms (30 s at least)
				     with mail sent since, or for half of it:
				     easing */
	int64_t clear_ms; /* this long without a refusal, and mail sent since:
			     clear; three times as long with none sent */
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
	int peak_milli;	       /* largest share of it, in a minute with enough
				  attempts or in 10; as of the last step */
	uint32_t peak_n;       /* attempts that is a share of */
	struct series refused; /* lane 0: refusals of class throttle */
	int64_t stepped_ms;    /* the state is as of then */
};

/* How throttle words go into JSON, tests ("throttled"), and to people, in their
 * language; both static. s is below THROTTLE_STATES. */
const char *throttle_state_name(enum throttle_state s);
const char *throttle_state_label(enum throttle_state s);
/* A refusal of class throttle at at_ms, the host's clock corrected, which cell
 * counts as deferred or bounced; reply1: reply group + 1, 0 none. Step to at_ms
 * before it, so that what was quiet until then is seen, and after it. A zeroed
 * struct throttle is one that never was. */
void throttle_refusal(struct throttle *t, int64_t at_ms, uint32_t reply1);
/* Time passes, in steps of 5 s, so that the states do not depend on how often
 * this is called; a first refusal is seen at once. cell: all deliveries of the
 * pair, counted up to now_ms. True when the state changed. A now_ms before the
 * last one changes nothing. */
bool throttle_step(struct throttle *t, struct tally *cell, int64_t now_ms,
    const struct throttle_rules *r);
/* Refused of all attempts in a window, in 1/1000; -1: no attempts. cell: of the
 * same pair as t; attempts are what was sent, deferred or bounced in it. */
int throttle_share_milli(const struct throttle *t, struct tally *cell,
    enum window w, int64_t now_ms);
/* The largest share of the episode, or of the last one, in 1/1000: for people,
 * so never below throttle_share_milli of WIN_10M, which stands beside it. */
int throttle_peak_milli(
    const struct throttle *t, struct tally *cell, int64_t now_ms);
/* t and all it owns; NULL is fine. */
void throttle_free(struct throttle *t);

#endif
