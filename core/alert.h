/*
 * alert.h - rules that raise: one alert per cause, with hysteresis, members
 * (137 addresses on one list are one alert with 137), acknowledged, muted,
 * closed by themselves. Evaluated by model_update on events and ticks; pure.
 */
#ifndef CORE_ALERT_H
#define CORE_ALERT_H

#include "core/buf.h"
#include "core/types.h"

enum severity { SEV_INFO, SEV_WARN, SEV_CRIT };

/* id, stable word, title, what the cause is */
#define ALERT_RULE_LIST(X)                                                     \
	X(LISTING, "listing", N_("listed"))	      /* cause: the list */    \
	X(THROTTLE, "throttle", N_("throttled"))      /* the provider */       \
	X(BOUNCE, "bounce-rate", N_("bounces"))	      /* the pool or IP */     \
	X(DEFERRAL, "deferral-rate", N_("deferrals")) /* the provider */       \
	X(QUEUE_GROWTH, "queue-growth", N_("queue grows")) /* the host */      \
	X(QUEUE_AGE, "queue-age", N_("mail waits long"))   /* the host */      \
	X(SENT_FALLEN, "sent-fallen", N_("sends less"))	   /* egress IP */     \
	X(HOST_DOWN, "host-down", N_("host down"))	   /* the host */      \
	X(STALE, "stale", N_("data is old"))		   /* the host */      \
	X(UNATTRIBUTABLE, "not-attributable", N_("not attributable")) /* host  \
								       */

enum alert_rule {
#define X(id, word, title) RULE_##id,
	ALERT_RULE_LIST(X)
#undef X
	    RULE_N
};

enum { ALERTS_MAX = 1024, ALERT_SUBJECT = 160 };

struct alert {
	uint32_t id; /* grows; never used again */
	enum alert_rule rule;
	enum severity severity;
	char cause[ALERT_SUBJECT]; /* list id, provider, host or egress IP */
	host_id host;		   /* HOST_NONE: of none alone */
	egress_id egress;	   /* EGRESS_NONE: of none alone */
	uint32_t members, peak; /* addresses, egress IPs, hosts it hits now */
	char first[ALERT_SUBJECT]; /* one of them, by name */
	int64_t value, threshold;  /* in the rule's unit (alert.c's table) */
	int64_t pending_ms; /* condition holds since, not yet raised; 0 */
	int64_t opened_ms;  /* 0: only pending */
	int64_t changed_ms, closed_ms; /* 0: open */
	int64_t quiet_ms;	       /* condition gone since; 0: it holds */
	int64_t ack_ms;		       /* 0: not acknowledged */
	int64_t muted_until_ms;
};

/* Thresholds, with defaults that suit a shift (alert_rules_default). Every
 * member is a config key under `alerts:` of the same name. */
struct alert_rules {
	enum impact_floor {
		FLOOR_LOW,
		FLOOR_MEDIUM,
		FLOOR_HIGH
	} listing_impact;
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

struct alerts {
	struct alert *v; /* owned; [n]; open ones and recently closed */
	uint32_t n, next_id;
	uint32_t open[SEV_CRIT + 1]; /* not acknowledged, not muted */
	uint32_t rings; /* grows when one opens or worsens unmuted: bell */
	int64_t evaluated_ms;
	struct alert_rules rules;
};

struct model;
const char *alert_rule_name(enum alert_rule r);
const char *alert_rule_title(enum alert_rule r);
const char *severity_name(enum severity s); /* "critical" */
/* The alert as one sentence for people: subject, fact, since. */
err_t alert_text(
    const struct model *m, const struct alert *a, struct buf *out) NODISCARD;
const struct alert *alerts_find(const struct alerts *a, uint32_t id);

#endif
