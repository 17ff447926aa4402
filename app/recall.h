/*
 * recall.h - listings in the journal: what a record of one says to a program,
 * and what earlier consoles knew, read back at the start, so that "since" and
 * "relisted" outlive a console. Reads once, a bounded number of records; what
 * was written by hand or by later versions is passed over.
 */
#ifndef APP_RECALL_H
#define APP_RECALL_H

#include "core/event.h"
#include "core/model.h"
#include "store/journal_db.h"

/* A pause between two consoles that is no gap: no list is asked more often by
 * far, and a restart takes less. */
#define RECALL_GAP_MS ((int64_t)10 * 60000)

/* The detail of a listing's record: {"list":ID,"listed":true,"by":"dns",
 * "since_ms":N,"times":N}, or with "ended_ms" when it is not. */
err_t recall_detail(struct buf *out, const struct blocklists *lists,
    const struct listing *r) NODISCARD;
/* Hands EVT_LISTINGS_PAST, without host and time, to emit, when there is any.
 */
void recall_read(struct journal_db *j, const struct blocklists *lists,
    int64_t now_ms, void *ctx, void (*emit)(void *ctx, struct event *ev));
/* Which listings this console sees to hold now, for those after it. */
void recall_watch(struct journal_db *j, const struct model *m);

#endif
