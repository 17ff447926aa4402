/*
 * view_throttles_matrix.c - throttles as a matrix: a row for each egress IP, a
 * column for each provider that matters, worst first: those that throttle, then
 * those that most mail goes to.
 */
#include "tui/figure.h"
#include "tui/throttles_ui.h"
#include "tui/worst.h"

#include "core/i18n.h"

#include <stdlib.h>

enum {
	FILL = 8, /* so many providers, should fewer throttle */
	/* Names begin alike ("microsoft-..."): they are not cut. */
	MATRIX_COLS_MIN = 6,
	MATRIX_COLS_MAX = 18,
};

enum { COL_EGRESS, COL_HOST };

/* A provider that may get a column. */
struct candidate {
	uint32_t provider, throttled;
	uint64_t mail;
};

static int
worse_first(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->throttled != b->throttled)
		return a->throttled < b->throttled ? 1 : -1;
	if (a->mail != b->mail)
		return a->mail < b->mail ? 1 : -1;
	return (a->provider > b->provider) - (a->provider < b->provider);
}

/* Where each pair's figures are, in one pass. False: out of memory. */
static bool
find_cells(struct throttle_matrix *x, const struct model *m)
{
	uint32_t *p =
	    realloc(x->cells, ((size_t)m->n_egress + 1) * MAX_COLS * sizeof *p);

	if (p == NULL)
		return false;
	x->cells = p;
	x->n_egress = m->n_egress;
	memset(p, 0, (size_t)m->n_egress * MAX_COLS * sizeof *p);
	for (uint32_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		for (int at = MATRIX_FIRST; at < x->table.n_cols; at++)
			if (c->egress < m->n_egress &&
			    x->providers[at] == c->provider)
				p[(size_t)c->egress * MAX_COLS + (size_t)at] =
				    i + 1;
	}
	return true;
}

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	host_id host = ui_top_const(ui)->host;
	size_t n = 0;

	for (egress_id i = 0; i < m->n_egress; i++) {
		if (host != HOST_NONE && m->egress[i].host != host)
			continue;
		if (!m->egress[i].attributable && !m->egress[i].rest)
			continue;
		if (n < cap)
			out[n] = (struct row){key_of(VIEW_THROTTLES, i), i};
		n++;
	}
	return n;
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	const struct egress *e = &m->egress[row.at];
	const struct throttle_matrix *x = ui->matrix;
	uint32_t at;

	if (col == COL_EGRESS) {
		fig_text(c, str_of(model_egress_label(e)));
		return;
	}
	if (col == COL_HOST) {
		fig_text(c, str_of(m->hosts[e->host].name));
		return;
	}
	at = row.at < x->n_egress
		 ? x->cells[(size_t)row.at * MAX_COLS + (size_t)col]
		 : 0;
	if (at == 0)
		fig_none(c);
	else
		throttles_cell(
		    m, &m->cells[at - 1], host_live(&m->hosts[e->host]), c);
}

/* Egress IPs by their worst throttle; the others stay as they are. */
static double
rank(struct model *m, const struct ui *ui, struct row row)
{
	static const double order[THROTTLE_STATES] = {[THROTTLE_CLEAR] = 0,
	    [THROTTLE_EASING] = 1,
	    [THROTTLE_SUSPECTED] = 2,
	    [THROTTLE_THROTTLED] = 3};
	unsigned n;
	const struct cell *worst = worst_throttle(m, row.at, &n);

	(void)ui;
	if (worst == NULL)
		return m->egress[row.at].tally.last_ms == 0 ? -1 : 0;
	return order[worst->throttle->state] * 1000 + n * 11 +
	       worst->throttle->peak_milli / 100;
}

static size_t
candidates(struct model *m, struct candidate *all, size_t cap)
{
	size_t n = 0;

	for (uint32_t i = 0; i < m->n_providers && n < cap; i++) {
		const struct keyed *p = &m->providers[i];

		all[n++] = (struct candidate){.provider = p->key,
		    .mail = tally_total(&p->tally, STAT_SENT) +
			    tally_total(&p->tally, STAT_DEFERRED)};
	}
	for (uint32_t i = 0; i < m->n_cells; i++) {
		if (!throttles_shows(m, &m->cells[i]))
			continue;
		for (size_t k = 0; k < n; k++)
			if (all[k].provider == m->cells[i].provider)
				all[k].throttled +=
				    m->cells[i].throttle->state ==
					    THROTTLE_CLEAR
					? 1
					: 1000;
	}
	if (n > 1)
		qsort(all, n, sizeof *all, worse_first);
	return n;
}

static void
add_column(struct throttle_matrix *x, const struct model *m, uint32_t provider)
{
	int at = x->table.n_cols++, cols;

	x->providers[at] = provider;
	str_copy(x->names[at], MATRIX_NAME, intern_text(m->texts, provider));
	cols = (int)utf8_cols(str_of(x->names[at]));
	x->cols[at] = (struct column){x->names[at], x->names[at],
	    cols > MATRIX_COLS_MAX   ? MATRIX_COLS_MAX
	    : cols > MATRIX_COLS_MIN ? cols
				     : MATRIX_COLS_MIN,
	    MATRIX_COLS_MAX, at, ALIGN_RIGHT, COLF_NUMBER | COLF_STATE,
	    N_("share of the last 10 minutes' attempts this provider refused "
	       "to slow us down; ! throttled, ? suspected, ~ easing")};
}

bool
throttles_matrix_make(struct model *m, struct ui *ui)
{
	static const struct column fixed[] = {
	    [COL_EGRESS] = {"egress", N_("egress IP"), 16, 39, 0, ALIGN_LEFT, 0,
		N_("whose mail is slowed down")},
	    [COL_HOST] = {"host", N_("host"), 8, 24, 1, ALIGN_LEFT, 0,
		N_("host it belongs to")},
	};
	struct candidate *all = calloc(m->n_providers + 1U, sizeof *all);
	struct throttle_matrix *x = ui->matrix;
	size_t n;

	if (x == NULL)
		x = ui->matrix = calloc(1, sizeof *x);
	if (x == NULL || all == NULL) {
		free(all);
		return false;
	}
	n = candidates(m, all, m->n_providers);
	x->table = (struct table_view){.cols = x->cols,
	    .col_keys = x->providers,
	    .first_cell = MATRIX_FIRST,
	    .n_cols = MATRIX_FIRST,
	    .rows = rows,
	    .cell = cell,
	    .rank = rank};
	memcpy(x->cols, fixed, sizeof fixed);
	for (size_t i = 0; i < n && x->table.n_cols < MAX_COLS; i++)
		if (all[i].throttled > 0 || i < FILL)
			add_column(x, m, all[i].provider);
	free(all);
	return find_cells(x, m);
}

void
throttles_matrix_free(struct throttle_matrix *x)
{
	if (x != NULL)
		free(x->cells);
	free(x);
}
