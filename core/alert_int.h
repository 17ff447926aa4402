/*
 * alert_int.h - between the files that evaluate rules (core/alert*.c) and the
 * one that keeps alerts (update_alert.c): what a rule says, and what is kept
 * between evaluations. Nobody else includes this.
 */
#ifndef CORE_ALERT_INT_H
#define CORE_ALERT_INT_H

#include "core/model.h"
#include "core/table.h"

enum {
	ALERT_WINDOW_MS = 600000, /* rates are of the last ten minutes */
	ALERT_USUAL_WINDOWS = 36, /* six hours of such windows */
	ALERT_USUAL_LEAST = 5,	  /* windows that make a usual figure */
	ALERT_USUAL_SLICES = 12,  /* turns to go round all egress IPs */
	ALERT_USUAL_KEEP_MS = 6 * 3600000,
};

/* A condition that holds now. */
struct condition {
	enum severity severity;
	enum alert_cause kind;
	struct str cause, first;
	host_id host;
	egress_id egress;
	uint16_t list;
	uint32_t members, domains;
	int64_t value, threshold;
	uint64_t base;
	int64_t since_ms; /* 0: from now on */
};

/* Egress IPs, rows of a list .. that share a cause. */
struct group {
	enum alert_cause kind;
	struct str cause, first;
	host_id host; /* of all members; HOST_NONE: of several */
	egress_id egress;
	uint16_t list;
	bool waits; /* mail waits where a member sends from */
	bool told;  /* by another alert: raises none of its own */
	uint32_t all, members, domains, touched;
	uint64_t bad, attempts;		/* of all */
	uint64_t hit_bad, hit_attempts; /* of the members */
	int64_t worst;			/* of the member that is `first` */
	int64_t since_ms;		/* of the oldest member */
};

/* Deliveries that an egress IP usually makes in ALERT_WINDOW_MS. */
struct usual {
	int64_t n;     /* -1: not known */
	int64_t at_ms; /* when worked out; 0 never */
};

/* Kept between evaluations; grows, is never shrunk. */
struct alert_scratch {
	int64_t *down_ms;    /* owned; [n_hosts]: not up since; 0: it is up */
	struct usual *usual; /* owned; [n_usual], by egress id */
	egress_id n_usual;
	struct group *groups; /* owned; of the rule that runs */
	uint32_t n_groups, room_groups;
	struct table by; /* key -> groups */
	uint32_t turn;	 /* evaluations made */
	bool all;	 /* every rule has its turn */
};

/* What must be read for a rule to be judged. */
enum alert_source {
	SOURCE_NONE, /* nothing of the hosts */
	SOURCE_LINK, /* its host is up */
	SOURCE_LOG,  /* and its log is being read, history in */
};

/* One rule. */
struct alert_rule_row {
	enum alert_unit unit;
	enum alert_source source;
	uint8_t every; /* evaluations from one turn to the next */
	void (*evaluate)(struct model *m);
	/* how long its condition must hold; NULL: opens at once */
	int64_t (*wait_ms)(const struct alert_rules *r);
};
extern const struct alert_rule_row alert_rule_rows[RULE_N];

/* A rule's condition holds: makes, keeps or worsens its alert. */
void alert_holds(
    struct model *m, enum alert_rule rule, const struct condition *c);
/* The alert of a cause that is pending or open; NULL. */
struct alert *alert_of_cause(struct alerts *a, enum alert_rule rule,
    enum alert_cause kind, struct str cause);
/* Its log is being read, and the history is in. */
bool alert_host_live(const struct host *h);
/* The group of a cause, made when new; NULL when memory ends. */
struct group *alert_group(
    struct model *m, enum alert_cause kind, uint64_t key, struct str cause);
/* The group an egress IP's trouble counts for: its pool, or its host. */
struct group *alert_group_of_egress(struct model *m, const struct egress *e);
void alert_groups_clear(struct model *m);
/* A member joins; the worst one gives its name. */
void alert_group_join(struct group *g, struct str name, host_id host,
    egress_id egress, int64_t how_bad);
/* What a group makes of a condition: its cause and members; what is measured,
 * and how grave it is, is the rule's to add. */
struct condition alert_condition(const struct group *g);
/* Counted in the last ALERT_WINDOW_MS. */
uint64_t alert_window(struct tally *t, enum figure f, int64_t now_ms);

/* alert_seen.c: states kept elsewhere */
void alert_eval_listing(struct model *m);
void alert_eval_throttle(struct model *m);
void alert_eval_no_resolver(struct model *m);
/* alert_rate.c */
void alert_eval_bounce(struct model *m);
void alert_eval_deferral(struct model *m);
/* alert_usual.c */
void alert_eval_queue_growth(struct model *m);
void alert_eval_sent_fallen(struct model *m);
/* alert_acts.c */
void alert_eval_leak(struct model *m);
void alert_eval_lease(struct model *m);
/* alert_host.c */
void alert_eval_queue_age(struct model *m);
void alert_eval_host_down(struct model *m);
void alert_eval_stale(struct model *m);
void alert_eval_unattributable(struct model *m);
void alert_eval_spool(struct model *m);
void alert_eval_inodes(struct model *m);

#endif
