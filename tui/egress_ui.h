/*
 * egress_ui.h - what the files of the Egress view share.
 */
#ifndef TUI_EGRESS_UI_H
#define TUI_EGRESS_UI_H

#include "tui/view.h"

/* The host does not have the address now: mail leaves from another. */
bool egress_bind_lost(const struct model *m, const struct egress *e);
/* What there is to say about an egress IP: its host's trouble, an address that
 * went away, mail that cannot be told apart; listings, throttles, refusals. */
enum role egress_detail(
    struct model *m, const struct ui *ui, struct row row, struct buf *out);

#endif
