/*
 * alerts_ui.h - what an operator says of alerts: seen, not to be heard for a
 * time. The view fills the wish; the app makes events of it.
 */
#ifndef TUI_ALERTS_UI_H
#define TUI_ALERTS_UI_H

#include "tui/ui.h"

/* Of the tagged rows, or else the one under the cursor. mute_ms: for how long,
 * 0 = no longer; of ALERT_WISH_MUTE only. */
void alerts_wish(struct ui *ui, const struct model *m, enum alert_wish what,
    int64_t mute_ms);

#endif
