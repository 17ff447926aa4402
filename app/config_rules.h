/*
 * config_rules.h - the `throttles:` and `alerts:` sections of the
 * configuration: thresholds, over the defaults of core/throttle.h and
 * core/alert.h.
 */
#ifndef APP_CONFIG_RULES_H
#define APP_CONFIG_RULES_H

#include "app/yamldoc.h"
#include "core/alert.h"
#include "core/throttle.h"

enum { CONFIG_THROTTLES = 5, CONFIG_ALERTS = 14 };

/* A section as libcyaml gives it: texts in the order of its keys, NULL when
 * left out. */
struct raw_throttles {
	char *text[CONFIG_THROTTLES];
};
struct raw_alerts {
	char *text[CONFIG_ALERTS];
};
extern const cyaml_schema_field_t config_throttles_fields[];
extern const cyaml_schema_field_t config_alerts_fields[];

/* Takes and checks a section over what *out holds (NULL: the file has none);
 * name is what errors call the file. ERR_RANGE with a sentence. */
err_t config_throttles_take(struct throttle_rules *out,
    const struct raw_throttles *r, const char *name, char *why,
    size_t why_cap) NODISCARD;
err_t config_alerts_take(struct alert_rules *out, const struct raw_alerts *r,
    const char *name, char *why, size_t why_cap) NODISCARD;

#endif
