/*
 * hosts.h - which hosts a run is about: the command line's, else those of the
 * configuration file; and the session's options that follow from both.
 */
#ifndef APP_HOSTS_H
#define APP_HOSTS_H

#include "app/config.h"
#include "app/session.h"

struct hosts {
	const char *names[MAX_HOSTS]; /* borrowed from argv or config */
	enum transport_kind kinds[MAX_HOSTS];
	int n;
};

/* ERR_PARSE with a sentence when there is no host, or one is named twice or
 * is no host name. */
err_t hosts_collect(struct hosts *h, const struct options *o,
    const struct config *c, char *why, size_t why_cap) NODISCARD;
/* What ssh is told to read (-F); NULL = its own. Borrowed. */
const char *hosts_ssh_config(const struct options *o, const struct config *c);
/* Everything of so that does not depend on the command; h must outlive it. */
void hosts_session(const struct hosts *h, const struct options *o,
    const struct config *c, struct session_opts *so);

#endif
