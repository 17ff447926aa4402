/*
 * console_act.h - the console's acts: wishes of the screen (tui/act_ui.h) to
 * the actor and back; who is armed, and until when; the journal of this run.
 * Without a journal everything is shown all the same and nothing can be done.
 */
#ifndef APP_CONSOLE_ACT_H
#define APP_CONSOLE_ACT_H

#include "app/actor.h"
#include "tui/ui.h"

struct console_act; /* opaque; heap */

struct console_act_opts {
	struct session *s;		  /* borrowed; not of a recording */
	struct ui *ui;			  /* borrowed */
	bool arm;			  /* --arm: from the start */
	const struct site_actions *sites; /* borrowed */
	void *ctx;
	void (*changed)(void *ctx); /* the screen is to be drawn again */
};

/* NULL when out of memory. Opens the journal: why not is said on the screen. */
struct console_act *console_act_new(const struct console_act_opts *o);
/* Fulfils what the screen wishes; after each key. */
void console_act_fulfil(struct console_act *c);
/* Before a frame: what the journal's view is filtered by is looked for, a piece
 * at a time. */
void console_act_look(struct console_act *c);
/* Once a second: disarms, makes old plans again, reads leases. */
void console_act_tick(struct console_act *c);
/* The console ends: what came since the last tick is written down. The session
 * is still there. */
void console_act_end(struct console_act *c);
/* After session_done(). NULL is fine. */
void console_act_free(struct console_act *c);

#endif
