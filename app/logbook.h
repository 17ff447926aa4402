/*
 * logbook.h - what the console sees, for the journal: links up and lost,
 * throttles, listings, alerts that begin and end, and what an operator said of
 * alerts. Compares the model with what it was at the last look; writes only
 * changes, not synced, and so many at a time.
 */
#ifndef APP_LOGBOOK_H
#define APP_LOGBOOK_H

#include "core/model.h"
#include "store/journal_db.h"

struct logbook; /* opaque; heap */

/* who, from: of what the operator says of alerts; borrowed. What began before
 * now_ms is not news. NULL when out of memory. */
struct logbook *logbook_new(
    struct journal_db *j, const char *who, const char *from, int64_t now_ms);
/* True when records were written. What the journal does not take is tried
 * again at the next look. */
bool logbook_look(struct logbook *l, const struct model *m);
void logbook_free(struct logbook *l);

#endif
