/*
 * ui.h - the state of the screen: which view, cursor, filter, sort, tags,
 * overlay, frozen or not. Changed by ui_key() only; views read it. Knows no
 * terminal: keys come in as struct key, cells go out in a struct grid.
 */
#ifndef TUI_UI_H
#define TUI_UI_H

#include "tui/keymap.h"
#include "tui/view.h"

enum { UI_STACK = 16, UI_FILTER = 128, UI_TAGS = 4096, UI_MESSAGES = 100 };

/* A level of drilling: a view with its own cursor, filter, sort and scope. */
struct level {
	enum view_id view;
	row_key cursor;	  /* key of the selected row; kept as rows move */
	size_t cursor_at; /* its place, for when the row has gone */
	size_t scroll;
	int scroll_col;
	int sort; /* column; -1 = the view's default */
	bool invert;
	char filter[UI_FILTER];
	char find[UI_FILTER];
	/* scope of a drill-down: only what belongs to these */
	host_id host;		      /* HOST_NONE = all */
	egress_id egress;	      /* EGRESS_NONE = all */
	char provider[128], key[256]; /* "" = all; key of a queue row */
	enum queue_dim dim;
	char qid[64];
	uint64_t log_seq; /* log: line at the bottom when it does not follow */
	bool follow;
};

enum overlay {
	OV_NONE,
	OV_HELP,
	OV_PALETTE,
	OV_FILTER,
	OV_FIND,
	OV_MESSAGES,
	OV_ASK /* yes or no, or a secret */
};

/* What a key asks of the app; the app empties it after each key. */
struct ui_wish {
	bool quit, refresh, theme_next, answer, answer_yes, mouse_off;
	char theme[32];		 /* a theme by name; "" none */
	char answer_secret[256]; /* wiped by the app */
	char message_qid[64];	 /* fetch details of this message */
	host_id message_host;
	char export_kind[8], export_path[256];
};

struct ui {
	struct level stack[UI_STACK];
	int depth; /* index of the level on top */
	enum overlay overlay;
	char input[UI_FILTER * 2];
	size_t input_n;
	row_key tags[UI_TAGS];
	size_t n_tags;
	bool frozen;
	int64_t frozen_at_ms;
	int64_t now_ms; /* of the frame */
	const char *version;
	char status[512]; /* one sentence in the hints line; "" none */
	int64_t status_until_ms;
	bool status_error;
	struct {
		int64_t at_ms;
		char text[512];
	} messages[UI_MESSAGES]; /* ring */
	unsigned n_messages;
	char ask_text[1024]; /* OV_ASK */
	bool ask_secret;
	int help_scroll;
	struct keymap keys;
	struct ui_wish wish;
	/* geometry of the last frame, for the mouse */
	struct rect body, tabs, hints;
	int head_row;
	/* last frame's rows, sorted and filtered: keys and how many of all */
	row_key *shown; /* owned */
	size_t n_shown, n_all, room_shown;
};

err_t ui_init(struct ui *ui, char *why, size_t why_cap) NODISCARD;
void ui_done(struct ui *ui);
/* The level on top. */
struct level *ui_top(struct ui *ui);
const struct level *ui_top_const(const struct ui *ui);
/* Goes to a view of the top bar (the stack restarts there). */
void ui_goto(struct ui *ui, enum view_id view);
/* Drills in: pushes a copy of the level's scope with another view; false when
 * the stack is full. */
struct level *ui_push(struct ui *ui, enum view_id view);
/* A sentence for the status line; kept in the messages. */
void ui_say(struct ui *ui, bool error, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A key: may change ui and fill ui->wish. */
void ui_key(struct ui *ui, struct model *m, const struct key *k);
/* A question to the person (host key, passphrase). */
void ui_ask(struct ui *ui, bool secret, const char *text);
/* The whole screen: title bar, tabs, summary, body, hints, overlay. Cursor
 * place in *row, *col (-1 none). */
void ui_render(
    struct ui *ui, struct model *m, struct grid *g, int *row, int *col);
/* The table of a view as text, "csv" or "json", all rows that pass the filter,
 * no width limits. ERR_NOTFOUND when the view is not a table. */
err_t ui_export(struct ui *ui, struct model *m, const char *kind,
    struct buf *out) NODISCARD;

#endif
