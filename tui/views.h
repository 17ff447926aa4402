/* views.h - the views there are; rows of view.c. */
#ifndef TUI_VIEWS_H
#define TUI_VIEWS_H

#include "tui/view.h"

extern const struct view view_fleet, view_egress, view_queue, view_deferrals,
    view_log, view_host, view_listings, view_throttles, view_alerts,
    view_messages, view_message, view_leases, view_journal, view_record;

#endif
