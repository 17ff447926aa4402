/*
 * standing.h - how an egress IP stands with the world, for its row: the worst
 * list it is on and the worst throttle it is under. What nobody has asked is
 * said to be not asked; clean is only who was found clean.
 */
#ifndef TUI_STANDING_H
#define TUI_STANDING_H

#include "tui/ui.h"

/* "!!spamhaus-zen", "clean", "clean 3/41", "not asked". */
void standing_listed(
    const struct model *m, const struct egress *e, struct cellv *c);
/* Lists it is on, of those that told something: "3/41". */
void standing_lists(
    const struct model *m, const struct egress *e, struct cellv *c);
/* How much the worst of them hurts, and since when. */
void standing_impact(
    const struct model *m, const struct egress *e, struct cellv *c);
void standing_listed_since(
    const struct model *m, const struct egress *e, struct cellv *c);
/* "!43% google +1": after worst_make(). */
void standing_throttled(
    struct model *m, const struct egress *e, struct cellv *c);
void standing_throttled_since(
    struct model *m, const struct egress *e, struct cellv *c);
/* Both as sentences; nothing when there is nothing. How bad it is. */
enum role standing_text(
    struct model *m, const struct egress *e, struct buf *out);
/* What is known of an address that is on no list, as a sentence. */
void standing_clean(
    const struct model *m, const struct egress *e, struct buf *out);
/* How bad it is, as a number for ranks: 0 well. */
double standing_rank(const struct model *m, const struct egress *e);

#endif
