/*
 * journal_view.h - what of the journal the screen shows: the last records,
 * those that fit a filter, one whole. Reads only, a bounded piece at a time.
 */
#ifndef APP_JOURNAL_VIEW_H
#define APP_JOURNAL_VIEW_H

#include "store/journal_db.h"
#include "tui/ui.h"

struct journal_view; /* opaque; heap */

/* Both are borrowed. NULL when out of memory. */
struct journal_view *journal_view_new(struct journal_db *j, struct ui *ui);
/* What has come since the last time, others' records too; true: something. */
bool journal_view_read(struct journal_view *v);
/* Looks a piece further for what the view on top is filtered by, or reads the
 * record that is shown. True: the screen is to be drawn, and this to be called
 * again. */
bool journal_view_look(struct journal_view *v);
void journal_view_free(struct journal_view *v); /* NULL is fine */

#endif
