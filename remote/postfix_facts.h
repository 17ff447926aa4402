/*
 * postfix_facts.h - the sections of scripts/discover.sh as slices, and the
 * three steps that turn them into a struct discovery. Private to
 * postfix_discover.c, postfix_handles.c and postfix_findings.c. Pure.
 */
#ifndef REMOTE_POSTFIX_FACTS_H
#define REMOTE_POSTFIX_FACTS_H

#include "core/types.h"

enum { FACTS_INSTANCES = 1 + MAX_FURTHER, FACTS_MAPS = 64 };

/* One Postfix instance: outputs of postconf -x, -M, -Px. */
struct facts_instance {
	struct str dir, main, master, options;
};

/* A table behind a pool selector; text: its lines, indented by a blank. */
struct facts_map {
	unsigned instance;
	struct str param, path, text;
};

/* Slices of the script's output; they live as long as that does. */
struct facts {
	struct str time, time2, host, user, kernel, privilege, nopostfix, log,
	    cron;
	bool ended; /* "== end" was there: nothing is missing */
	unsigned n_instances, n_maps;
	struct facts_instance instances[FACTS_INSTANCES];
	struct facts_map maps[FACTS_MAPS];
};

/* Value of "name = value" in postconf's output, trimmed; empty if absent. */
struct str facts_param(struct str section, const char *name);
/* Like facts_param, of the option "service/unix/name"; false if not given. */
bool facts_option(
    struct str section, const char *service, const char *name, struct str *out);
/* First word of each line is `key`: the rest of the first such line. */
struct str facts_line(struct str section, const char *key);

/* Fills d->further; d->handles: bind addresses, tags, pools, attributable. */
void postfix_handles(struct discovery *d, const struct facts *f);
/* Fills d->findings. offset_err_ms: how far the clock offset may be wrong. */
void postfix_findings(
    struct discovery *d, const struct facts *f, int64_t offset_err_ms);

#endif
