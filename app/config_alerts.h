/*
 * config_alerts.h - the `alerts:` section of the configuration: from when on
 * something is told, over the defaults of core/alert.h, and how it is heard.
 */
#ifndef APP_CONFIG_ALERTS_H
#define APP_CONFIG_ALERTS_H

#include "app/yamldoc.h"
#include "core/alert.h"

/* visual: the alert's sentence in the last line. */
enum bell { BELL_NONE, BELL_AUDIBLE, BELL_VISUAL, BELL_BOTH };

struct alert_config {
	struct alert_rules rules;
	enum bell bell;
	bool title; /* the terminal's title says how many are open */
};

/* The section as libcyaml gives it: scalars as text, NULL when left out. */
struct raw_alerts {
	char *listing_impact, *bounce_pct, *bounce_min, *deferral_pct,
	    *deferral_min, *queue_growth_pct, *queue_growth_min, *queue_age,
	    *sent_fallen_pct, *sent_fallen_min, *host_down, *stale, *for_,
	    *clear, *bell;
	bool *title;
};
extern const cyaml_schema_field_t config_alerts_fields[];

void config_alerts_init(struct alert_config *c);
/* Takes and checks the section over what *c holds (NULL: the file has none);
 * name is what errors call the file. ERR_RANGE, ERR_PARSE with a sentence. */
err_t config_alerts_take(struct alert_config *c, const struct raw_alerts *r,
    const char *name, char *why, size_t why_cap) NODISCARD;

#endif
