/*
 * view.h - a view: a pure function from model and ui to cells. Most are tables
 * (rows, columns, one cell at a time), which gives them sort, filter, tags,
 * freeze, export and the command line's text output for nothing; the others
 * are documents (lines), or draw themselves.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "core/model.h"
#include "tui/action.h"
#include "tui/doc.h"
#include "tui/widget.h"

struct ui;
struct act_thing;

/* A row: its key is stable for a thing as long as it lives; `at` is the view's
 * own index and holds until the model changes. */
typedef uint64_t row_key;
struct row {
	row_key key;
	uint32_t at;
};

enum align { ALIGN_LEFT, ALIGN_RIGHT };
enum {
	GRAPH_POINTS = 120, /* one a minute: two hours */
	MAX_COLS = 24,
	MAX_ROWS = 4096,
};

/* One cell's content. Text is borrowed or in own[]. */
struct cellv {
	struct str text;
	char own[128];
	enum role role;
	double num;  /* sort key when the column is numeric */
	bool known;  /* false: sorts last; text says why ("?", "-") */
	int graph_n; /* braille: values, oldest first; 0 = a text */
	uint32_t graph[GRAPH_POINTS];
};

enum {
	COLF_NUMBER = 1, /* sorts by num, largest first */
	COLF_GRAPH = 2,	 /* no text to filter by */
	COLF_STATE = 4,	 /* may be CRIT: a filter that hides it says so */
};

struct column {
	const char *id;		/* stable: JSON and CSV names, sort option */
	const char *title;	/* N_() */
	int min_cols, max_cols; /* grows from min to max when there is room */
	int prio;		/* 0 stays longest; higher ones go first */
	enum align align;
	unsigned flags;	  /* COLF_ */
	const char *help; /* N_(): what the figure is, unit, window */
};

struct table_view {
	const struct column *cols;
	int n_cols;	  /* at most MAX_COLS */
	int default_sort; /* column index, when there is no rank */
	/* What each column is of, from first_cell on: such cells have a cursor
	 * of their own (Left, Right), which is of that key; NULL: none. */
	const uint32_t *col_keys;
	int first_cell;
	/* All rows (unsorted, unfiltered) into out[cap]; how many there are
	 * (may be more than cap). */
	size_t (*rows)(const struct model *m, const struct ui *ui,
	    struct row *out, size_t cap);
	/* Fills one cell; *out comes empty, known and with ROLE_TEXT. m is not
	 * const: rates are memoised in tallies. */
	void (*cell)(struct model *m, const struct ui *ui, struct row row,
	    int col, struct cellv *out);
	/* The view's own order, largest first ("problems first"): coarse
	 * steps, so that rows do not dance. NULL: default_sort. */
	double (*rank)(struct model *m, const struct ui *ui, struct row row);
};

enum view_id {
	VIEW_FLEET,
	VIEW_EGRESS,
	VIEW_QUEUE,
	VIEW_DEFERRALS,
	VIEW_LOG,
	VIEW_HOST,
	VIEW_LISTINGS,
	VIEW_THROTTLES,
	VIEW_ALERTS,
	VIEW_TABS,			  /* those above are in the top bar */
	VIEW_MESSAGES_OF_KEY = VIEW_TABS, /* messages of a queue row */
	VIEW_MESSAGE,			  /* one message */
	VIEW_LEASES,			  /* acts in force */
	VIEW_JOURNAL,
	VIEW_RECORD, /* one of the journal */
	VIEW_N,
};

/* NULL members are things the view does not do. */
struct view {
	const char *name;  /* "egress" */
	const char *title; /* N_("Egress") */
	unsigned ctx;	   /* enum ctx bits, besides CTX_ANY */
	const struct table_view *table;
	/* Views that show the same in several tables (b): how many, and the
	 * one of the level's `by`; instead of table. */
	unsigned n_by;
	const struct table_view *(*table_by)(const struct ui *ui);
	/* Once before a frame's other calls: indexes over the model in ui. */
	void (*prepare)(struct model *m, struct ui *ui);
	/* The lines of a document view. */
	void (*document)(struct model *m, const struct ui *ui, struct doc *out);
	/* Draws the body into r: views that are neither table nor document. */
	void (*render)(
	    struct model *m, struct ui *ui, struct grid *g, struct rect r);
	/* One line above the body: problem first, what is shown, how old.
	 * Returns how it is meant. */
	enum role (*summary)(
	    struct model *m, const struct ui *ui, struct buf *out);
	/* Rows at the foot for it; 0: the usual three. */
	int detail_rows;
	/* What there is to say about the selected row, whole sentences. */
	enum role (*detail)(struct model *m, const struct ui *ui,
	    struct row row, struct buf *out);
	/* Drills into a row (pushes a view). */
	void (*enter)(struct model *m, struct ui *ui, struct row row);
	/* What a row is of, for acts: NULL, or why nothing can be done to it,
	 * as a sentence. Of a document: row is zero. */
	const char *(*thing)(const struct model *m, const struct ui *ui,
	    struct row row, struct act_thing *out);
	/* The host a row belongs to; HOST_NONE. */
	host_id (*row_host)(const struct model *m, struct row row);
	bool filters; /* its rows are those that fit the filter already */
	/* What to say when there is no row: never an empty screen. */
	void (*empty)(
	    const struct model *m, const struct ui *ui, struct doc *out);
	/* What an export holds, for views that draw themselves. */
	void (*text)(
	    const struct model *m, const struct ui *ui, struct buf *out);
};

extern const struct view *const view_rows[VIEW_N];

#endif
