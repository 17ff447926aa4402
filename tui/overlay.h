/*
 * overlay.h - what lies over a view: drawing it, and the keys it takes before
 * the view sees them. State is in struct ui (overlay, input, overlay_scroll,
 * pick).
 */
#ifndef TUI_OVERLAY_H
#define TUI_OVERLAY_H

#include "tui/ui.h"

/* Opens one with an empty input. */
void overlay_open(struct ui *ui, enum overlay which);
/* Closes it; what was typed is wiped. */
void overlay_close(struct ui *ui);
/* Draws the overlay over a finished screen; caret in *row, *col. */
void overlay_draw(
    struct ui *ui, const struct model *m, struct grid *g, int *row, int *col);
/* Editing keys of every input line; true when it was one. */
bool overlay_edit(struct ui *ui, int32_t code);
/* A key while an overlay is open. */
void overlay_key(struct ui *ui, struct model *m, const struct key *k);

/* ov_help.c */
void ov_help(struct ui *ui, const struct model *m, struct doc *out);
/* ov_menu.c */
void ov_menu_open(struct ui *ui, struct model *m);
/* How many acts it has in the view on top. */
int ov_menu_count(const struct ui *ui);
void ov_menu_draw(struct ui *ui, const struct model *m, struct grid *g);
void ov_menu_key(struct ui *ui, struct model *m, int32_t code);
/* ov_palette.c: runs a line typed behind ':' */
void ov_palette_run(struct ui *ui, struct model *m, struct str line);
void ov_palette_complete(struct ui *ui, const struct model *m);
void ov_palette_draw(struct ui *ui, const struct model *m, struct grid *g);
/* How many completions there are for what is typed. */
int ov_palette_count(const struct ui *ui, const struct model *m);

/* ov_complete.c: what the word behind a command that is being typed may
 * become, from what the model holds */
enum { COMPLETE_SHOWN = 10, COMPLETE_WORD = 2 * NAME_MAX_BYTES };
struct completion {
	char shown[COMPLETE_SHOWN][COMPLETE_WORD]; /* the first of them */
	size_t n_shown, n;			   /* n: there are */
	char common[COMPLETE_WORD]; /* what they all begin with */
	size_t from;		    /* where the word begins in ui->input */
};
/* A command's name and a blank are typed. */
bool ov_completing(const struct ui *ui);
void ov_complete(
    const struct ui *ui, const struct model *m, struct completion *out);

#endif
