/*
 * act_match.h - which queued messages a filter means, by the last reading of a
 * host's queue. Pure.
 */
#ifndef CORE_ACT_MATCH_H
#define CORE_ACT_MATCH_H

#include "core/act.h"
#include "core/model.h"

/* The ids of those that match into qids[cap] (borrowed from the reading); how
 * many there are, which may be more. held: only those on hold, else only
 * those that are not. n_shared: how many of them have further recipients, whom
 * it concerns too (a message is known by its first). ERR_NOTFOUND: the queue
 * was not read, or is only counted: nobody knows which. */
err_t act_match(const struct model *m, const struct host *h,
    const struct act_filter *f, bool held, struct str *qids, size_t cap,
    size_t *n, size_t *n_shared) NODISCARD;

#endif
