/*
 * worst.h - per egress IP the provider that deferred most of its mail in the
 * last 10 minutes, the newest reply it deferred with, and the worst of the
 * throttles it is under.
 */
#ifndef TUI_WORST_H
#define TUI_WORST_H

#include "core/model.h"

struct ui;

/* Once a frame, before the others. Kept in ui->worst. */
void worst_make(struct model *m, struct ui *ui);
/* NULL: nothing was deferred. Borrowed from the model. */
const struct cell *worst_cell(
    const struct model *m, const struct ui *ui, egress_id e);
const struct reply_group *worst_reply(
    const struct model *m, const struct ui *ui, egress_id e);
/* The worst throttle of an egress IP that is not over, and in *n how many there
 * are; NULL: none. */
const struct cell *worst_throttle(
    const struct model *m, egress_id e, unsigned *n);
/* What the receiver said, without what Postfix wraps around it. */
struct str worst_text(const struct model *m, const struct reply_group *r);

#endif
