/*
 * term.h - a terminal: grid out, keys in. term_curses.c is the one that
 * includes curses; tests use a grid alone.
 */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include "tui/grid.h"
#include "tui/theme.h"

enum {
	KEY_NONE = 0,
	/* code points as they are; control keys as 1..31, Esc 27, Enter 13,
	 * Tab 9, Backspace 8 */
	KEYS_SPECIAL = 0x110000,
	KEY_UP_,
	KEY_DOWN_,
	KEY_LEFT_,
	KEY_RIGHT_,
	KEY_PGUP_,
	KEY_PGDN_,
	KEY_HOME_,
	KEY_END_,
	KEY_DEL_,
	KEY_BTAB_,
	KEY_F1_,
	KEY_F12_ = KEY_F1_ + 11,
	KEY_MOUSE_,
	KEY_RESIZE_,
};

struct key {
	int32_t code; /* code point or KEY_... */
	bool alt;
	bool pasted; /* not typed: a terminal that tells sent it as a paste */
	/* KEY_MOUSE_ */
	int row, col;
	enum {
		MOUSE_PRESS,
		MOUSE_DOUBLE,
		MOUSE_WHEEL_UP,
		MOUSE_WHEEL_DOWN
	} mouse;
};

struct term; /* opaque; heap */

struct term_opts {
	const struct theme *theme; /* borrowed */
	bool mouse, no_color;
};

/* Takes the terminal over; ERR_IO with a sentence in why. */
err_t term_open(struct term **out, const struct term_opts *o, char *why,
    size_t why_cap) NODISCARD;
/* Gives it back as it was. Safe to call twice, and from a crash handler by
 * term_restore_raw(). */
void term_close(struct term *t);
void term_restore_raw(void);
void term_size(const struct term *t, int *rows, int *cols);
/* After SIGWINCH. */
void term_resized(struct term *t);
void term_set_theme(struct term *t, const struct theme *theme);
/* Draws what differs from the last frame; never blocks. false: the terminal
 * does not take all bytes now, call again when it does (POLLOUT), with the
 * frame of then. *bytes (may be NULL): what the frame took; 0 when nothing
 * changed. */
bool term_draw(struct term *t, const struct grid *g, int cursor_row,
    int cursor_col, size_t *bytes);
/* The next key that is already there; false when none is. Never blocks. */
bool term_key(struct term *t, struct key *out);
/* Bell; a window title (sanitised), which term_close() takes back. */
void term_bell(struct term *t);
void term_title(struct term *t, struct str title);

#endif
