/*
 * term_place.h - bytes for a terminal, so that what is drawn stands in the same
 * columns whatever width the terminal gives East Asian Ambiguous characters.
 */
#ifndef TUI_TERM_PLACE_H
#define TUI_TERM_PLACE_H

#include "core/buf.h"
#include "core/str.h"

/* How this terminal puts its cursor by, takes it back, moves it one to the
 * right (terminfo(5): sc, rc, cuf1). */
struct term_place {
	const char *save, *back, *right;
};

/*
 * Appends a frame as curses wrote it, for one column a character, to out. Each
 * ambiguous character is followed by the cursor's way to the column behind it.
 * What comes next cuts the right half of one that took two; a blank that comes
 * next goes first, so that it does not.
 */
void term_place(
    struct buf *out, const struct term_place *how, struct str frame);

#endif
