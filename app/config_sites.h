/*
 * config_sites.h - the `actions:` section of the configuration: what the site
 * itself wants done to its hosts, with typed parameters, as rows of
 * core/site.h. Every error names file and line.
 */
#ifndef APP_CONFIG_SITES_H
#define APP_CONFIG_SITES_H

#include "app/yamldoc.h"
#include "core/site.h"

/* One action as libcyaml gives it: scalars as text, NULL when left out. */
struct raw_site {
	char *name, *help, *command, *check, *verify, *undo, *lease, *timeout;
	char *safe, *irreversible; /* libcyaml takes any text for yes */
	char **hosts;
	unsigned hosts_count;
	struct raw_site_param {
		char *name, *kind, *min, *max, *fallback;
		char **choices;
		unsigned choices_count;
	} * params;
	unsigned params_count;
};
extern const cyaml_schema_value_t config_sites_schema;

/* Takes and checks the rows; text is the file's, for the line that an error
 * names, name what errors call it. ERR_PARSE, ERR_RANGE with a sentence. */
err_t config_sites_take(struct site_actions *out, const struct raw_site *rows,
    unsigned n, struct str text, const char *name, char *why,
    size_t why_cap) NODISCARD;

#endif
