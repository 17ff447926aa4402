/*
 * throttles_ui.h - what the two tables of the Throttles view share: states as
 * mark and word, shares, and the matrix egress IP x provider.
 */
#ifndef TUI_THROTTLES_UI_H
#define TUI_THROTTLES_UI_H

#include "tui/ui.h"

enum throttles_by { THROTTLES_PAIRS, THROTTLES_MATRIX, THROTTLES_BYS };

/* Providers of the matrix, worst first, as columns of a table. */
enum { MATRIX_NAME = 32, MATRIX_FIRST = 2 }; /* columns before them */

struct throttle_matrix {
	struct column cols[MAX_COLS];
	struct table_view table;
	uint32_t providers[MAX_COLS]; /* of a column; id in model.texts */
	char names[MAX_COLS][MATRIX_NAME];
	uint32_t *cells; /* owned; [n_egress * MAX_COLS] index + 1; 0 none */
	egress_id n_egress;
};

/* "!!43%": mark and share of the last 10 minutes; what it stands for. */
void throttles_cell(
    struct model *m, const struct cell *of, bool live, struct cellv *c);
/* '!' throttled, '?' suspected, '~' easing, ' ' clear. */
const char *throttles_mark(enum throttle_state s);
enum role throttles_role(enum throttle_state s);
/* The reply that proves a throttle; NULL when its row made room. */
const struct reply_group *throttles_proof(
    const struct model *m, const struct throttle *t);
/* A throttle that shows: it is one, or ended lately. */
bool throttles_shows(const struct model *m, const struct cell *of);

/* Once a frame: which providers the matrix has. False: out of memory. */
bool throttles_matrix_make(struct model *m, struct ui *ui);
void throttles_matrix_free(struct throttle_matrix *x); /* NULL is fine */

#endif
