/*
 * advice.h - the next step against a throttle, in as few as can be: not a
 * guess, but the interval at which no more is sent than the provider took while
 * it refused. Pure.
 */
#ifndef CORE_ADVICE_H
#define CORE_ADVICE_H

#include "core/act.h"

enum advice_kind {
	ADVICE_NONE, /* nothing to say */
	ADVICE_WAIT, /* its effect is not known yet */
	ADVICE_KEEP, /* it does its work: leave it */
	ADVICE_TRY,  /* words */
	ADVICE_END,  /* it is no longer needed: words lift it */
};

enum advice_why {
	ADVICE_WHY_NONE,
	ADVICE_TAKES,	   /* accepted, domains, handles: what it took */
	ADVICE_TAKES_NONE, /* it took nothing at all while it refused */
	ADVICE_STILL,  /* refused still; what it took says no more than now */
	ADVICE_QUIET,  /* none refused for a while, and mail waits */
	ADVICE_WELL,   /* none refused for a while, and none waits */
	ADVICE_HURTS,  /* none is refused, and less goes through than before */
	ADVICE_RARE,   /* refusals are rare; or none, not for long yet */
	ADVICE_PAUSED, /* nothing is tried: nobody knows whether it would be
			  refused still */
	ADVICE_ELSEWHERE, /* paused here, and others of ours are refused too */
	ADVICE_STANDING,  /* it was refused for a list, or its standing */
	ADVICE_PACED,	  /* paused, and the pace for afterwards is set */
};

enum {
	ADVICE_INTERVAL_MOST_S = 300, /* longer: better a pause */
	ADVICE_PROBE_S = 60,	      /* one a minute finds out */
	ADVICE_QUIET_MS = 5 * 60000,  /* so long without a refusal: come down */
	ADVICE_BACKLOG = 10,	      /* so many wait */
	ADVICE_DOMAINS = 256,
};

/* Who tried how much while it was refused: what an interval works upon. */
struct advice_load {
	int64_t over_ms; /* counted over so long; 0: not known */
	uint64_t accepted;
	uint32_t n; /* domains */
	uint32_t tried[ADVICE_DOMAINS];
	uint64_t tried_more; /* of the domains beyond these, and their number */
	uint32_t n_more;
	unsigned handles; /* each keeps an interval of its own */
};

struct advice {
	enum advice_kind kind;
	enum advice_why why;
	char words[2 * NAME_MAX_BYTES]; /* of the palette: "interval IP 6s" */
	char then[2 * NAME_MAX_BYTES];	/* a second line of it; "" */
	int64_t accepted_deci;		/* a minute, in tenths */
	int64_t over_ms;
	unsigned domains, handles;
	int64_t until_ms; /* KEEP: come down then */
	int64_t quiet_ms; /* PAUSED: for so long nothing was tried */
	unsigned others, others_refused; /* ELSEWHERE: egress IPs */
};

/* What is so of an act in force, or of a throttle without one (verb VERB_N). */
struct advice_case {
	enum verb verb;
	uint32_t value;
	const struct act_subject *of;
	const char *lease;
	bool known;	  /* its effect is */
	bool hurts;	  /* its effect: worse */
	bool refused;	  /* still, more than rarely */
	int64_t quiet_ms; /* for so long none was refused */
	int64_t now_ms;
	int64_t waiting; /* messages; -1 not known */
	struct advice_load load;
	/* Of a pause: refused is whether it was before it, quiet_ms its age. */
	bool standing;	      /* refused before it, and not by a throttle */
	bool paced;	      /* a limit on the same mail is set since */
	const char *provider; /* who refused it; "" not known */
	/* Egress IPs that are not paused and were tried by the provider
	 * lately; load: of the one refused most, if half of them are. */
	unsigned others, others_refused;
};
/* So many of the others are refused that it is no matter of one address. */
bool advice_elsewhere(const struct advice_case *c);

/*
 * The shortest interval in whole seconds at which these domains, over all
 * handles, are tried at most nine times for ten messages that were accepted:
 * the sum over domains of min(tried, handles * 60 / s) a minute. 1 to
 * ADVICE_INTERVAL_MOST_S; 0: over_ms says nothing.
 */
uint32_t advice_interval(const struct advice_load *l);
void advice_make(struct advice *out, const struct advice_case *c);
/* A sentence for people: what to do next;
 * nothing for ADVICE_NONE; whole: and where its figure is from. */
void advice_text(const struct advice *a, bool whole, struct buf *out);

#endif
