/*
 * ui_head.h - the two rows on top of every screen: what is wrong in numbers,
 * and the tabs or the way here with the filter at the right.
 */
#ifndef TUI_UI_HEAD_H
#define TUI_UI_HEAD_H

#include "tui/ui.h"

void head_draw(struct ui *ui, const struct model *m, struct grid *g);
/* Hosts that are up, and those that are lost. */
void head_hosts(const struct model *m, unsigned *up, unsigned *bad);
/* What is wrong, a line for each kind, from a row on: where no title fits. */
void head_wrong(const struct model *m, struct grid *g, int row);

#endif
