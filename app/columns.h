/*
 * columns.h - a small table on stdout: a heading, rows of cells, each column
 * as wide as its widest cell. Cells may hold what a list or a host wrote; they
 * are sanitised here. For commands that have no view.
 */
#ifndef APP_COLUMNS_H
#define APP_COLUMNS_H

#include "core/buf.h"

enum { COLUMNS_MAX = 8 };

struct columns {
	int n;
	size_t width[COLUMNS_MAX];
	struct buf text; /* cells, sanitised, each ended by a NUL */
};

/* n headings, which are the first row. */
void columns_init(struct columns *c, int n, const char *const *headings);
void columns_done(struct columns *c);
/* A row of n cells. */
void columns_row(struct columns *c, const struct str *cells);
/* Appends the table; ERR_NOMEM, ERR_LIMIT, also of any row before. */
err_t columns_write(struct columns *c, struct buf *out) NODISCARD;

#endif
