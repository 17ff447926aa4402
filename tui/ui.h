/*
 * ui.h - the state of the screen: which view, cursor, filter, sort, tags,
 * overlay, frozen or not. Changed by ui_key() only; views read it. Knows no
 * terminal: keys come in as struct key, cells go out in a struct grid.
 */
#ifndef TUI_UI_H
#define TUI_UI_H

#include "tui/act_ui.h"
#include "tui/keymap.h"
#include "tui/listing_sum.h"
#include "tui/queue_sum.h"
#include "tui/w_table.h"

enum { SORT_DEFAULT = -1 };
enum {
	UI_STACK = 16,
	UI_FILTER = 128,
	UI_TAGS = 4096,
	UI_MESSAGES = 100,
	UI_HINTS = 24,
	UI_INPUT = 16384, /* a paste of some hundred addresses */
};

/* A level of drilling: a view with its own cursor, filter, sort and scope. */
struct level {
	enum view_id view;
	bool moved;	  /* false: the cursor stays on the first row */
	row_key cursor;	  /* key of the selected row; kept as rows move */
	size_t cursor_at; /* its place, for when the row has gone */
	size_t scroll;
	int scroll_col;
	uint32_t cell; /* key of the column the cursor is in; 0: none */
	int sort;      /* column; SORT_DEFAULT = the view's own order */
	bool invert;
	char filter[UI_FILTER];
	char find[UI_FILTER];
	/* scope of a drill-down: only what belongs to these */
	host_id host;	  /* HOST_NONE = all */
	egress_id egress; /* EGRESS_NONE = all */
	char provider[128],
	    key[SHAPE_MAX + 1]; /* "" = all; key of a queue row */
	enum queue_dim dim;
	uint16_t list; /* index into the catalogue; LIST_NONE = all */
	unsigned by;   /* which of the view's tables */
	char qid[64];
	uint8_t instance; /* of the queue id, as queue_msg's */
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
	OV_ASK,	 /* yes or no, or a secret */
	OV_WHY,	 /* the reason of an act */
	OV_ACT,	 /* its plan, and what becomes of it */
	OV_MENU, /* the acts for the row */
};

/* The provider an egress IP fares worst with, and the reply that shows it. */
struct worst {
	uint32_t cell, reply; /* index into model + 1; 0 none */
	uint32_t refused;     /* deferred in the last 10 minutes */
};

/* Of what is shown. */
enum ui_play {
	UI_NOW,	     /* what is */
	UI_PLAYING,  /* what was: a recording */
	UI_PLAY_END, /* the last moment of one */
	UI_PLAY_CUT, /* the same, and there was more to come */
};

/* What a key asks of the app; the app empties it after each key. */
struct ui_wish {
	bool quit, refresh, theme_next, answer, answer_yes;
	char theme[32];		 /* a theme by name; "" none */
	char answer_secret[256]; /* wiped by the app */
	char message_qid[64];	 /* fetch details of this message */
	host_id message_host;
	uint8_t message_instance;
	/* fetch the messages of a key of queues that are only counted */
	bool match;
	enum queue_dim match_dim;
	char match_key[SHAPE_MAX + 1];
	char export_kind[8], export_path[256];
	/* tell the model of these alerts */
	enum alert_wish { ALERT_WISH_ACK, ALERT_WISH_MUTE } alert;
	int64_t mute_ms; /* for how long; 0: no longer */
	uint32_t alerts[ALERTS_MAX], n_alerts;
};

struct ui {
	struct level stack[UI_STACK];
	struct level roots[VIEW_TABS]; /* each tab as it was left */
	int depth;		       /* index of the level on top */
	enum overlay overlay;
	char input[UI_INPUT];
	size_t input_n;
	row_key tags[UI_TAGS];
	size_t n_tags;
	bool stale;  /* a key changed what the rows depend on */
	bool frozen; /* the display; collection goes on */
	int64_t frozen_at_ms;
	bool frozen_follow; /* the log followed when it was frozen */
	char frozen_summary[512];
	enum role frozen_role;
	int64_t now_ms; /* of the frame; of a recording: its own */
	enum ui_play play;
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
	int overlay_scroll, pick; /* line scrolled to; completion picked */
	bool overlay_typing;	  /* the filter of a text, which is in input */
	struct keymap keys;
	struct ui_wish wish;
	struct act_ui act;
	host_id host;	     /* the one looked at last, for the Host view */
	struct wtable table; /* of the view on top */
	struct doc doc;	     /* of a document view on top */
	int doc_rows;	     /* screen rows it takes */
	/* indexes over the model that views prepare for their frame */
	struct worst *worst; /* owned; [n_worst], by egress id */
	size_t n_worst;
	struct queue_sum queue;		/* queue rows across hosts */
	struct listing_sum listings;	/* rows of the Listings view */
	struct throttle_matrix *matrix; /* owned; of the Throttles view */
	uint64_t log_top;		/* first line drawn */
	/* geometry of the last frame, for the mouse */
	int rows, cols;
	struct rect body;
	struct {
		int at, cols;
	} tabs[VIEW_TABS];
	struct {
		int at, cols;
		enum action action;
	} hints[UI_HINTS];
	int n_hints;
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
/* The host of the row under the cursor, or the one in scope; HOST_NONE. */
host_id ui_host_in_view(const struct ui *ui, const struct model *m);
/* Why an action cannot be done here and now, as a sentence; NULL: it can. */
const char *ui_refusal(struct ui *ui, const struct model *m, enum action a);
/* Does an action as if its key had been pressed. */
void ui_act(struct ui *ui, struct model *m, enum action a);
/* Nothing comes any more: what is shown is as it was at a recording's end. */
static inline bool
ui_over(const struct ui *ui)
{
	return ui->play == UI_PLAY_END || ui->play == UI_PLAY_CUT;
}
/* The view on top. */
const struct view *ui_view(const struct ui *ui);
/* Its table as it is shown now; NULL: it is none. */
const struct table_view *ui_table(const struct ui *ui);
/* Builds the frame's rows or lines; ui_render() and ui_key() call it. */
void ui_build(struct ui *ui, struct model *m);
bool ui_tagged(const struct ui *ui, row_key key);
/* Tags a row or takes the tag off; false when there are UI_TAGS already. */
bool ui_tag(struct ui *ui, row_key key, bool on);
/* Asks for an export; path "": a name of its own in the current folder. */
void ui_wish_export(struct ui *ui, const char *kind, struct str path);
/* Ends a freeze. */
void ui_thaw(struct ui *ui);
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
