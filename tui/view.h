/*
 * view.h - a view: a pure function from model and ui to cells. Most are tables
 * (rows, columns, one cell at a time), which gives them sort, filter, tags,
 * export and the command line's text output for nothing.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "core/model.h"
#include "tui/action.h"

struct ui;

typedef uint64_t row_key; /* stable for a thing as long as it lives */

enum align { ALIGN_LEFT, ALIGN_RIGHT };

/* One cell's content. Text is borrowed or in own[]. */
struct cellv {
	struct str text;
	char own[128];
	enum role role;
	double num;	       /* sort key when the column is numeric */
	bool known;	       /* false: sorts last; text says why ("?", "-") */
	const uint32_t *graph; /* braille: values, oldest first; or NULL */
	int graph_n;
	uint32_t graph_own[120];
};

struct column {
	const char *id;		/* stable: JSON and CSV names, sort option */
	const char *title;	/* N_() */
	int min_cols, max_cols; /* grows from min to max when there is room */
	int prio;		/* 0 stays longest; higher ones go first */
	enum align align;
	bool numeric;	  /* sorts by num, descending first */
	const char *help; /* N_(): what the figure is, unit, window */
};

struct table_view {
	const struct column *cols;
	int n_cols;
	int default_sort; /* column index */
	/* Keys of all rows (unsorted, unfiltered) into out[cap]; how many there
	 * are (may be more than cap). */
	size_t (*rows)(const struct model *m, const struct ui *ui, row_key *out,
	    size_t cap);
	/* Fills one cell. m is not const: rates are memoised in tallies. */
	void (*cell)(struct model *m, const struct ui *ui, row_key key, int col,
	    struct cellv *out);
};

enum view_id {
	VIEW_FLEET,
	VIEW_EGRESS,
	VIEW_QUEUE,
	VIEW_DEFERRALS,
	VIEW_LOG,
	VIEW_HOST,
	VIEW_MESSAGES_OF_KEY, /* drill-down: messages of a queue row */
	VIEW_MESSAGE,	      /* one message */
	VIEW_N,
};

struct view {
	const char *name;		/* "egress" */
	const char *title;		/* N_("Egress IPs") */
	unsigned ctx;			/* enum ctx bits, besides CTX_ANY */
	const struct table_view *table; /* or NULL */
	/* Draws the body into r. NULL for plain tables. */
	void (*render)(
	    struct model *m, struct ui *ui, struct grid *g, struct rect r);
	/* One line above the body: what is shown, of how many, how old. */
	void (*summary)(struct model *m, const struct ui *ui, struct buf *out);
	/* Takes a drill-down on a row (changes ui: pushes a view); NULL none */
	void (*enter)(struct model *m, struct ui *ui, row_key key);
	/* What to say when there is no row: never an empty screen. */
	const char *(*empty)(const struct model *m, const struct ui *ui);
};

extern const struct view *const view_rows[VIEW_N];

#endif
