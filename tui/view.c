/* view.c - the views there are, one row each; the first ones are tabs. */
#include "tui/view.h"

#include "tui/views.h"

const struct view *const view_rows[VIEW_N] = {
    [VIEW_FLEET] = &view_fleet,
    [VIEW_EGRESS] = &view_egress,
    [VIEW_QUEUE] = &view_queue,
    [VIEW_DEFERRALS] = &view_deferrals,
    [VIEW_LOG] = &view_log,
    [VIEW_HOST] = &view_host,
    [VIEW_LISTINGS] = &view_listings,
    [VIEW_THROTTLES] = &view_throttles,
    [VIEW_ALERTS] = &view_alerts,
    [VIEW_MESSAGES_OF_KEY] = &view_messages,
    [VIEW_MESSAGE] = &view_message,
    [VIEW_LEASES] = &view_leases,
    [VIEW_JOURNAL] = &view_journal,
    [VIEW_RECORD] = &view_record,
};
