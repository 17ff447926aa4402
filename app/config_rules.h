/*
 * config_rules.h - the `throttles:` section of the configuration: from when on
 * refusals are a throttle, and when it is over.
 */
#ifndef APP_CONFIG_RULES_H
#define APP_CONFIG_RULES_H

#include "app/yamldoc.h"
#include "core/throttle.h"

/* The section as libcyaml gives it: scalars as text, NULL when left out. */
struct raw_throttles {
	char *suspect_n, *throttled_n, *throttled_pct, *easing_pct, *clear;
};
extern const cyaml_schema_field_t config_throttles_fields[];

/* Takes and checks the section over what *out holds (NULL: the file has none);
 * name is what errors call the file. ERR_RANGE with a sentence. */
err_t config_throttles_take(struct throttle_rules *out,
    const struct raw_throttles *r, const char *name, char *why,
    size_t why_cap) NODISCARD;

#endif
