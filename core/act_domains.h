/*
 * act_domains.h - which recipient domains an act on a provider or a domain
 * means, by what the log showed so far. Pure.
 */
#ifndef CORE_ACT_DOMAINS_H
#define CORE_ACT_DOMAINS_H

#include "core/act.h"
#include "core/model.h"

enum { ACT_DOMAINS = 5000 }; /* of one act */

/*
 * Appends them to out, "NAME\n" each, in small letters, each once; *n: how
 * many. A domain is itself; a provider, the domains it was seen to serve.
 * *left: names of the provider that could stand in no table. ERR_LIMIT beyond
 * ACT_DOMAINS.
 */
err_t act_domains(struct buf *out, size_t *n, size_t *left,
    const struct model *m, const struct act_subject *of) NODISCARD;

#endif
