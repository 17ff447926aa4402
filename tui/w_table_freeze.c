/*
 * wtable_freeze.c - a table's cells as they were at one moment, so that a
 * frozen screen can be scrolled, sorted, filtered and exported without a
 * single figure moving. Bounded by MAX_ROWS and FROZEN_BYTES.
 */
#include "tui/w_table.h"

#include "tui/ui.h"

#include <stdlib.h>

enum { FROZEN_BYTES = 32 << 20 };

struct frozen_cell {
	uint32_t text, text_n; /* in bytes */
	uint32_t graph, graph_n;
	double num;
	uint8_t role;
	bool known;
};

struct frozen {
	size_t n, n_all, n_cols;
	struct row *rows;	   /* owned; [n] */
	struct frozen_cell *cells; /* owned; [n * n_cols] */
	struct buf bytes;	   /* texts */
	struct buf points;	   /* graph values */
};

static void
frozen_free(struct frozen *f)
{
	if (f == NULL)
		return;
	free(f->rows);
	free(f->cells);
	buf_done(&f->bytes);
	buf_done(&f->points);
	free(f);
}

void
wtable_thaw(struct wtable *t)
{
	frozen_free(t->frozen);
	t->frozen = NULL;
}

static void
keep_cell(struct frozen *f, struct frozen_cell *to, const struct cellv *c)
{
	*to = (struct frozen_cell){.num = c->num,
	    .role = (uint8_t)c->role,
	    .known = c->known,
	    .text = (uint32_t)f->bytes.n,
	    .graph = (uint32_t)(f->points.n / sizeof *c->graph)};
	if (buf_str(&f->bytes, c->text) == ERR_OK)
		to->text_n = (uint32_t)c->text.n;
	if (c->graph_n > 0 &&
	    buf_add(&f->points, c->graph,
		(size_t)c->graph_n * sizeof *c->graph) == ERR_OK)
		to->graph_n = (uint32_t)c->graph_n;
}

static struct frozen *
frozen_new(size_t n, size_t n_all, size_t n_cols)
{
	struct frozen *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->n = n;
	f->n_all = n_all;
	f->n_cols = n_cols;
	buf_init(&f->bytes, FROZEN_BYTES);
	buf_init(&f->points, FROZEN_BYTES);
	f->rows = calloc(n + 1, sizeof *f->rows);
	f->cells = calloc(n * n_cols + 1, sizeof *f->cells);
	if (f->rows != NULL && f->cells != NULL)
		return f;
	frozen_free(f);
	return NULL;
}

err_t
wtable_freeze(struct wtable *t, const struct table_view *tv, struct model *m,
    struct ui *ui)
{
	struct level *l = ui_top(ui);
	char filter[UI_FILTER];
	struct frozen *f;
	struct cellv c;

	/* All rows are kept, those too that the filter hides just now. */
	memcpy(filter, l->filter, sizeof filter);
	l->filter[0] = '\0';
	wtable_thaw(t);
	wtable_build(t, tv, m, ui);
	f = frozen_new(t->n, t->n_all, (size_t)tv->n_cols);
	memcpy(l->filter, filter, sizeof filter);
	if (f == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < f->n; i++) {
		f->rows[i] = t->shown[i].row;
		for (int col = 0; col < tv->n_cols; col++) {
			wtable_cell(t, tv, m, ui, &t->shown[i], col, &c);
			keep_cell(
			    f, &f->cells[i * f->n_cols + (size_t)col], &c);
		}
	}
	if (f->bytes.failed != ERR_OK || f->points.failed != ERR_OK) {
		frozen_free(f);
		return ERR_LIMIT;
	}
	t->frozen = f;
	return ERR_OK;
}

size_t
frozen_rows(const struct frozen *f, const struct row **rows)
{
	*rows = f->rows;
	return f->n_all;
}

void
frozen_cell(const struct frozen *f, uint32_t src, int col, struct cellv *out)
{
	const struct frozen_cell *c = &f->cells[src * f->n_cols + (size_t)col];

	out->num = c->num;
	out->role = (enum role)c->role;
	out->known = c->known;
	if (c->text_n > 0)
		out->text = (struct str){f->bytes.p + c->text, c->text_n};
	out->graph_n = (int)c->graph_n;
	if (c->graph_n > 0)
		memcpy(out->graph,
		    f->points.p + (size_t)c->graph * sizeof *out->graph,
		    c->graph_n * sizeof *out->graph);
}
