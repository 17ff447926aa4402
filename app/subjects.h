/*
 * subjects.h - what lists are asked about: the egress IPs and HELO names found
 * on the hosts, the domains mail is sent from, and what the configuration adds.
 * Reads the model; asks nothing.
 */
#ifndef APP_SUBJECTS_H
#define APP_SUBJECTS_H

#include "app/config_lists.h"
#include "core/model.h"

enum {
	SUBJECTS_BLOCK_MAX = 256,  /* addresses of a block */
	SUBJECTS_SENDERS_MAX = 256 /* domains of senders, busiest first */
};

/* A set of names, each once, in order of arrival. */
struct subjects {
	struct intern *texts; /* owned */
	struct str *names;    /* owned; [n], into texts */
	size_t n;
};

err_t subjects_init(struct subjects *s) NODISCARD;
void subjects_done(struct subjects *s);
/* Adds a name that is not there yet; ERR_LIMIT beyond SUBJECTS_MAX. */
err_t subjects_add(struct subjects *s, struct str name) NODISCARD;
/* All that is to be asked now. ERR_LIMIT: some found no room. */
err_t subjects_collect(struct subjects *s, const struct model *m,
    const struct list_config *c) NODISCARD;

/* Each address of "192.0.2.1", "192.0.2.0/24", "2001:db8::/120" to fn (NULL:
 * only counted); *n how many. ERR_PARSE, ERR_LIMIT: a block of more. */
err_t subjects_block(struct str text, void (*fn)(void *ctx, struct str address),
    void *ctx, size_t *n) NODISCARD;
/* A host name of at least two labels (RFC 1123), ASCII. */
bool subjects_is_domain(struct str text);
/* Names that nobody owns or everybody has: .example, .test, .invalid, .local,
 * .localhost .. (RFC 2606, 6761, 6762). */
bool subjects_is_reserved(struct str domain);

#endif
