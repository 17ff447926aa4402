/*
 * prober_pace.h - how many questions may be open at once, and when a list may
 * be asked next. Pure; times in microseconds of the monotonic clock.
 */
#ifndef PROBES_PROBER_PACE_H
#define PROBES_PROBER_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	PACE_START = 64, /* also the least */
	PACE_MAX = 1024,
	/* What may be open grows with the time answers take: a resolver that
	 * answers at once has no use for more, and its socket no room. */
	PACE_NEAR = 128,
	PACE_A_MS = 32,
	/* An answer that took as long was lost once, or is as good as that. */
	PACE_LATE_MS = 400,
	/* A list that never answered has at most as many questions open, */
	PACE_PROBATION = 8,
	/* and one that left as many unanswered in a row is asked no more. */
	PACE_BREAK = 8,
	/* A list silent for as long with questions open gets no more of them.
	 */
	PACE_SILENT_US = 300000,
};

struct pace {
	uint32_t window, max;
	uint32_t n, late; /* answers of this window; late ones among them */
	uint32_t sum_ms;  /* of the others */
};

/* max: PACE_MAX, or less when somebody else sets the limit. */
void pace_init(struct pace *c, uint32_t max);
/* Something came back, or was given up, after ms. */
void pace_answer(struct pace *c, uint32_t ms);

/* A list's own pace. */
struct pace_list {
	int64_t next_us;   /* may be asked from then on */
	int64_t step_us;   /* between two questions; 0 = no limit */
	int64_t silent_us; /* no answer since, while questions are open */
	uint32_t open;	   /* questions without an answer */
	uint32_t lost;	   /* given up in a row */
	uint32_t answers;  /* in all */
	bool proven;	   /* has answered at least once */
};

/* rate_per_s 0: no limit. */
void pace_list_rate(struct pace_list *l, uint32_t rate_per_s);
bool pace_list_ready(const struct pace_list *l, int64_t now_us);
bool pace_list_silent(const struct pace_list *l, int64_t now_us);
void pace_list_asked(struct pace_list *l, int64_t now_us);
/* lost: given up. true: that was one too many in a row. */
bool pace_list_answered(struct pace_list *l, int64_t now_us, bool lost);

/*
 * When a subject's turn comes next, for sure within a period from now. Turns
 * lie evenly over the list's period, by the subject's place, so that a sweep of
 * any size is smooth from its second round on. ttl: of the answer just given;
 * so long it is not asked for again, but for half of a period at most: who has
 * been listed or delisted is to be seen within one, and what the resolver
 * still keeps costs the list nothing. now, period, ttl: in any one unit;
 * neither period nor places is 0.
 */
uint64_t pace_turn(uint64_t now, uint64_t period, uint64_t ttl, uint32_t place,
    uint32_t places);

#endif
