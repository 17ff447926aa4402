/*
 * effect.h - what an act has done: refusals and deliveries a minute before it
 * and after it, and whether the difference is more than chance. Pure; counts
 * and times come from core/acts.c.
 *
 * The rule. Counts of refusals are taken as Poisson; x1 in an exposure t1 and
 * x2 in t2 differ when z = 2 (sqrt(x2+3/8) - sqrt((x1+3/8) d)) / sqrt(1+d),
 * d = t2/t1 (Huffman's form of Anscombe's root transform, good for small
 * counts too) is beyond EFFECT_Z, and they differ by a third at least. The
 * bound of 3, where 2.6 would be 1 %, allows for refusals that come in clumps.
 * Both must have changed: refusals a minute, and refusals an attempt; fewer a
 * minute only because less was tried, or between two retries, is no effect.
 * It is looked at again and again, so that what is seen before its time must
 * be beyond EFFECT_Z_EARLY.
 */
#ifndef CORE_EFFECT_H
#define CORE_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

enum effect_verdict {
	EFFECT_NONE,	/* nothing is measured of such an act */
	EFFECT_PENDING, /* not enough seen yet: known_at_ms */
	EFFECT_BETTER,
	EFFECT_SAME,
	EFFECT_WORSE,
	EFFECT_STOPPED, /* of what stops mail: none leaves */
	EFFECT_LEAKS,	/* of the same: some does */
	EFFECT_UNKNOWN, /* and it will not be known: why */
	EFFECT_VERDICTS
};

/* Why it is not known. */
enum effect_why {
	EFFECT_WHY_NONE,
	EFFECT_NOT_TOLD,  /* the log does not tell the subject's mail apart */
	EFFECT_BLIND,	  /* the host's log is not read */
	EFFECT_NO_BEFORE, /* too little was seen before it */
	EFFECT_UNTRIED,	  /* nothing was tried since */
	EFFECT_TOO_FEW,	  /* too few refusals for a difference to show */
	EFFECT_REPLACED,  /* the next act came before it was known */
	EFFECT_WHYS
};

enum {
	EFFECT_SPAN_MS = 10 * 60000,   /* before and after: at most */
	EFFECT_SETTLE_MS = 10000,      /* a reload, and what was in flight */
	EFFECT_DRAIN_MS = 30000,       /* the same of what stops mail */
	EFFECT_BEFORE_MS = 20000,      /* before: at least */
	EFFECT_EARLY_MS = 20000,       /* after, at least, should it be clear */
	EFFECT_LEAST_MS = 60000,       /* and should it not be */
	EFFECT_NO_REFUSAL_MS = 120000, /* the same, had none been refused */
};

/* Counts of [from_ms, to_ms), whole steps of 5 s. */
struct effect_span {
	int64_t from_ms, to_ms;
	int64_t blind_ms; /* of it: the log was not seen */
	uint64_t refused, sent, tried;
};

struct effect {
	enum effect_verdict verdict;
	enum effect_why why;
	struct effect_span before, after;
	int64_t begin_ms;    /* `after` counts from here, or its last 10 min */
	int64_t known_at_ms; /* PENDING: about then; 0 nobody can say */
	bool over;	     /* another act on the subject came after it */
	bool live;	     /* the host's log is read now */
};

/* The verdict of e's spans, which are filled in, as of to_ms of `after`. */
void effect_judge(struct effect *e);
/* The same of an act that stops mail. */
void effect_judge_stop(struct effect *e);
/* How long of a span was seen. */
int64_t effect_seen_ms(const struct effect_span *s);
/* A count of a span a minute, in tenths; -1: nothing of it was seen. */
int64_t effect_per_min_deci(const struct effect_span *s, uint64_t n);

/* "better", for JSON; its word for people; why, as a sentence for people (""
 * for EFFECT_WHY_NONE). */
const char *effect_verdict_name(enum effect_verdict v);
const char *effect_verdict_label(enum effect_verdict v);
const char *effect_why_text(enum effect_why w);

#endif
