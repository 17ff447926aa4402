/*
 * pager.h - moving and finding in views that are not tables: documents, and
 * the log, where a line's number (core/logring.h) says where the screen is.
 */
#ifndef TUI_PAGER_H
#define TUI_PAGER_H

#include "tui/ui.h"

/* Scrolls the view on top by rows (negative: towards older or upper ones);
 * LONG_MIN and LONG_MAX go to the ends. */
void pager_scroll(struct ui *ui, struct model *m, long by);
/* Goes to the next (previous) line that holds level.find. */
void pager_find(struct ui *ui, struct model *m, bool back);

/* The log's part, in view_log.c */
void log_scroll(struct ui *ui, struct model *m, long by);
bool log_find(struct ui *ui, struct model *m, bool back);

#endif
