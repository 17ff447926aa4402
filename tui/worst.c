/*
 * worst.c - per egress IP the provider it fares worst with, the reply that
 * shows it and its throttles, in one pass over the model's cells and one over
 * its replies.
 */
#include "tui/worst.h"

#include "tui/ui.h"

#include "core/shape.h"

#include <stdlib.h>

static bool
make_room(struct ui *ui, size_t n)
{
	struct worst *p;

	if (n > ui->n_worst) {
		p = realloc(ui->worst, n * sizeof *p);
		if (p == NULL)
			return false;
		ui->worst = p;
	}
	ui->n_worst = n;
	memset(ui->worst, 0, n * sizeof *ui->worst);
	return true;
}

static void
find_cells(struct model *m, struct worst *worst)
{
	for (uint32_t i = 0; i < m->n_cells; i++) {
		struct cell *c = &m->cells[i];
		uint32_t refused;

		if (c->egress >= m->n_egress || c->tally.last_ms == 0)
			continue;
		refused =
		    tally_window(&c->tally, STAT_DEFERRED, WIN_10M, m->now_ms);
		if (refused > worst[c->egress].refused) {
			worst[c->egress].refused = refused;
			worst[c->egress].cell = i + 1;
		}
	}
}

/* The newest thing that provider deferred mail with there. */
static void
find_replies(const struct model *m, struct worst *worst)
{
	for (uint32_t i = 0; i < m->n_replies; i++) {
		const struct reply_group *r = &m->replies[i];
		struct worst *w;

		if (r->local || r->egress >= m->n_egress ||
		    tally_total(&r->tally, STAT_DEFERRED) == 0)
			continue;
		w = &worst[r->egress];
		if (w->cell == 0 ||
		    m->cells[w->cell - 1].provider != r->provider)
			continue;
		if (w->reply == 0 ||
		    m->replies[w->reply - 1].tally.last_ms < r->tally.last_ms)
			w->reply = i + 1;
	}
}

void
worst_make(struct model *m, struct ui *ui)
{
	if (m->n_egress == 0 || !make_room(ui, m->n_egress))
		return;
	find_cells(m, ui->worst);
	find_replies(m, ui->worst);
}

const struct cell *
worst_cell(const struct model *m, const struct ui *ui, egress_id e)
{
	return e < ui->n_worst && ui->worst[e].cell != 0
		   ? &m->cells[ui->worst[e].cell - 1]
		   : NULL;
}

const struct reply_group *
worst_reply(const struct model *m, const struct ui *ui, egress_id e)
{
	return e < ui->n_worst && ui->worst[e].reply != 0
		   ? &m->replies[ui->worst[e].reply - 1]
		   : NULL;
}

const struct cell *
worst_throttle(const struct model *m, egress_id e, unsigned *n)
{
	uint32_t at;

	*n = model_throttles_of_egress(m, e, &at);
	return *n == 0 ? NULL : &m->cells[at];
}

struct str
worst_text(const struct model *m, const struct reply_group *r)
{
	bool remote;

	return shape_reply(intern_text(m->texts, r->sample), &remote);
}
