/*
 * alert.h - rules that raise: one alert per cause, with hysteresis, members
 * (137 addresses on one list are one alert with 137), acknowledged, muted,
 * closed by themselves. Evaluated by model_update on events and ticks; pure.
 *
 * A rule's condition makes an alert pending; held for the rule's time it opens
 * and rings; gone for clear_ms it closes. What comes back within
 * ALERT_REOPEN_MS is the same alert and does not ring again, unless it is
 * worse: graver, or twice as many members as when it last rang or was
 * acknowledged. Getting worse lifts an acknowledgement. INFO never rings.
 * What cannot be judged (its host is not being read) neither opens nor closes.
 */
#ifndef CORE_ALERT_H
#define CORE_ALERT_H

#include "core/blocklist.h"
#include "core/buf.h"
#include "core/types.h"

enum severity { SEV_INFO, SEV_WARN, SEV_CRIT, SEV_N };

/* id, stable word, title, what the cause is */
#define ALERT_RULE_LIST(X)                                                     \
	X(LISTING, "listing", N_("listed"))	      /* cause: the list */    \
	X(THROTTLE, "throttle", N_("throttled"))      /* the provider */       \
	X(BOUNCE, "bounce-rate", N_("bounces"))	      /* the pool, or host */  \
	X(DEFERRAL, "deferral-rate", N_("deferrals")) /* the provider */       \
	X(QUEUE_GROWTH, "queue-growth", N_("queue grows")) /* the host */      \
	X(QUEUE_AGE, "queue-age", N_("mail waits long"))   /* the host */      \
	X(SENT_FALLEN, "sent-fallen", N_("sends less"))	   /* pool, or host */ \
	X(HOST_DOWN, "host-down", N_("host down")) /* the host, or all */      \
	X(STALE, "stale", N_("data is old"))	   /* the host */              \
	X(UNATTRIBUTABLE, "not-attributable", N_("not attributable")) /* host  \
								       */      \
	X(NO_RESOLVER, "no-resolver", N_("no resolver")) /* all lists */       \
	X(LEAK, "leak", N_("mail leaks"))   /* the host whose act stops it */  \
	X(LEASE, "lease", N_("act undone")) /* the host it is in force on */   \
	X(SPOOL, "spool-full", N_("disk full"))		/* the host */         \
	X(INODES, "spool-inodes", N_("inodes used up")) /* the host */

enum alert_rule {
#define X(id, word, title) RULE_##id,
	ALERT_RULE_LIST(X)
#undef X
	    RULE_N
};

/* What an alert's value and threshold are in. */
enum alert_unit {
	UNIT_IMPACT,  /* enum impact */
	UNIT_MILLI,   /* share in 1/1000 */
	UNIT_COUNT,   /* messages */
	UNIT_MS,      /* a time */
	UNIT_PER_MIN, /* messages a minute */
	UNIT_BYTES
};

/* Where an alert stands; an acknowledged one may be muted: then MUTED. */
enum alert_state {
	ALERT_PENDING,
	ALERT_NEW,
	ALERT_ACKED,
	ALERT_MUTED,
	ALERT_CLOSED
};

enum {
	ALERTS_MAX = 1024,
	ALERT_SUBJECT = 160,
	ALERT_REOPEN_MS = 15 * 60000,
	ALERT_KEEP_MS = 12 * 3600000, /* closed ones: one shift */
	ALERT_MUTE_MS = 30 * 60000,   /* when no time is said */
	ALERT_RERING_MS = 60000, /* more members ring no sooner than this */
};

/* What a cause names. */
enum alert_cause {
	CAUSE_LIST,	 /* list id */
	CAUSE_PROVIDER,	 /* provider */
	CAUSE_PROVIDERS, /* most of them at once; cause is "*" */
	CAUSE_POOL,	 /* pool, on whichever hosts */
	CAUSE_HOST,	 /* host */
	CAUSE_HOSTS,	 /* most of them at once; cause is "*" */
	CAUSE_LISTS	 /* as many as are asked alike; cause is "*" */
};

struct alert {
	uint32_t id; /* grows; never used again */
	enum alert_rule rule;
	enum severity severity;
	enum alert_cause kind;
	char cause[ALERT_SUBJECT]; /* what of that kind */
	host_id host;		   /* HOST_NONE: of none alone */
	egress_id egress;	   /* EGRESS_NONE: of none alone */
	uint16_t list;		   /* index into the catalogue; LIST_NONE */
	uint32_t members, peak; /* addresses, egress IPs, hosts it hits now */
	uint32_t domains;	/* of the members */
	char first[ALERT_SUBJECT]; /* one of them, by name: the worst */
	int64_t value, threshold;  /* in the rule's unit */
	uint64_t base;	   /* what the value stands on: attempts of a share, the
			      usual figure of a count or rate */
	int64_t since_ms;  /* the condition holds since, as far as is known */
	int64_t opened_ms; /* 0: only pending */
	int64_t changed_ms, closed_ms; /* 0: open */
	int64_t quiet_ms;	       /* condition gone since; 0: it holds */
	int64_t ack_ms;		       /* 0: not acknowledged */
	int64_t muted_until_ms;
	uint32_t times; /* opened; 2 and more: it came back */
	/* as it was when it last rang or was acknowledged */
	int64_t rang_ms;
	uint32_t rang_members;
	enum severity rang_severity;
	bool seen; /* private: holds in the evaluation that runs */
};

/* Thresholds, with defaults that suit a shift (alert_rules_default). Every
 * member is a config key under `alerts:` of the same name, without its unit
 * where the value carries one. */
struct alert_rules {
	enum impact listing_impact;	   /* from this on */
	uint32_t bounce_milli, bounce_min; /* share; attempts in the window */
	uint32_t deferral_milli, deferral_min;
	uint32_t queue_growth_milli; /* of the median of the last hours */
	uint32_t queue_growth_min;   /* messages */
	int64_t queue_age_ms;
	uint32_t sent_fallen_milli; /* below this share of its usual rate */
	uint32_t sent_fallen_min;   /* usual rate, a minute */
	int64_t host_down_ms, stale_ms;
	int64_t for_ms;	  /* a rate must hold so long before it raises */
	int64_t clear_ms; /* and be gone so long before it closes */
};
extern const struct alert_rules alert_rules_default;

struct alert_scratch;

struct alerts {
	struct alert *v; /* owned; [n]; open ones and recently closed */
	uint32_t n, next_id;
	uint32_t open[SEV_N]; /* not acknowledged, not muted */
	uint32_t rings;	 /* grows when one opens or worsens unmuted: bell */
	uint32_t beyond; /* found no room among ALERTS_MAX */
	int64_t evaluated_ms;
	struct alert_rules rules;
	struct alert_scratch *scratch; /* owned; private to core/alert*.c */
};

struct model;
const char *alert_rule_name(enum alert_rule r);
const char *alert_rule_title(enum alert_rule r);
enum alert_unit alert_rule_unit(enum alert_rule r);
const char *alert_cause_name(enum alert_cause k); /* "pool" */
const char *severity_name(enum severity s);	  /* "critical" */
const char *severity_label(enum severity s);	  /* for people */
enum alert_state alert_state_of(const struct alert *a, int64_t now_ms);
const char *alert_state_name(enum alert_state s);  /* "acknowledged" */
const char *alert_state_label(enum alert_state s); /* for people */
/* Its condition was met once and it has not closed: to be looked at. */
bool alert_is_open(const struct alert *a);
/* The alert as one sentence for people: subject, fact, since. */
err_t alert_text(
    const struct model *m, const struct alert *a, struct buf *out) NODISCARD;
/* A value in the rule's unit: "12 %", "4h10m", "high". */
void alert_value_text(const struct alert *a, int64_t value, struct buf *out);
/* "2!" open critical ones, or warnings when there are none of these; "" when
 * there are neither. Counts as in alerts.open; returns the gravest. */
enum severity alerts_summary(const struct alerts *a, struct buf *out);
/* Evaluates every rule at the model's now, also those that have their turn
 * later: for one reading (app/). */
void alerts_evaluate(struct model *m);

#endif
