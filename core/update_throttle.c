/*
 * update_throttle.c - throttles of egress IP x provider: refusals as they are
 * counted, and time. Time is that of the host's log: while its history is
 * read, or nobody reads it, hours of ours say nothing about it.
 */
#include "core/model_index.h"

#include <stdlib.h>

enum { TICK_MS = 1000 };

int64_t
update_log_clock(const struct model *m, host_id host)
{
	const struct host *h = &m->hosts[host];

	/* After a lost link the lines that were missed come before it is told
	 * that the log is followed again. */
	if (!h->log_live || h->link_err != ERR_OK ||
	    h->log_live_ms < h->link_since_ms)
		return h->log_last_ms;
	return m->now_ms;
}

/* Where those of egress IP e begin, or end. */
static uint32_t
bound(const struct model *m, egress_id e, bool end)
{
	const struct throttled *l = &m->index->throttled;
	uint32_t low = 0, high = l->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		egress_id at = m->cells[l->cells[mid]].egress;

		if (end ? at <= e : at < e)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The cell's throttle, made and remembered when it has none. */
static struct throttle *
throttle_of(struct model *m, struct cell *c)
{
	struct throttled *l = &m->index->throttled;
	uint32_t at;

	if (c->throttle != NULL)
		return c->throttle;
	if (l->n == l->room) {
		uint32_t room = l->room == 0 ? 16 : l->room * 2;
		uint32_t *more = realloc(l->cells, room * sizeof *more);

		if (more == NULL)
			return NULL;
		l->cells = more;
		l->room = room;
	}
	c->throttle = calloc(1, sizeof *c->throttle);
	if (c->throttle == NULL)
		return NULL;
	at = bound(m, c->egress, true);
	memmove(
	    l->cells + at + 1, l->cells + at, (l->n - at) * sizeof *l->cells);
	l->cells[at] = (uint32_t)(c - m->cells);
	l->n++;
	return c->throttle;
}

void
update_throttle_refusal(struct model *m, const struct refusal *r)
{
	struct cell *c = keys_find_cell(m, r->egress, r->provider);
	struct throttle *t = c == NULL ? NULL : throttle_of(m, c);

	if (t == NULL)
		return;
	(void)throttle_step(t, &c->tally, r->at_ms, &m->throttle_rules);
	throttle_refusal(t, r->at_ms, r->group + 1);
	(void)throttle_step(t, &c->tally, r->at_ms, &m->throttle_rules);
}

static int
by_egress(const void *a, const void *b, void *cells)
{
	const struct cell *v = cells;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (v[x].egress != v[y].egress)
		return v[x].egress < v[y].egress ? -1 : 1;
	return (x > y) - (x < y);
}

void
update_throttle_cells(struct model *m)
{
	struct throttled *l = &m->index->throttled;

	/* There is room: rows only went. */
	l->n = 0;
	for (uint32_t i = 0; i < m->n_cells; i++)
		if (m->cells[i].throttle != NULL)
			l->cells[l->n++] = i;
	if (l->n > 1)
		qsort_r(l->cells, l->n, sizeof *l->cells, by_egress, m->cells);
}

void
update_throttle_groups(struct model *m, const uint32_t *now_at, uint32_t n)
{
	struct throttled *l = &m->index->throttled;

	for (uint32_t i = 0; i < l->n; i++) {
		struct throttle *t = m->cells[l->cells[i]].throttle;
		uint32_t at = now_at == NULL || t->reply1 - 1 >= n
				  ? UINT32_MAX
				  : now_at[t->reply1 - 1];

		t->reply1 = at + 1;
	}
}

void
update_throttles(struct model *m, bool at_once)
{
	struct throttled *l = &m->index->throttled;
	bool changed = false;

	if (!at_once && m->now_ms - l->ticked_ms < TICK_MS &&
	    m->now_ms >= l->ticked_ms)
		return;
	l->ticked_ms = m->now_ms;
	for (uint32_t i = 0; i < l->n; i++) {
		struct cell *c = &m->cells[l->cells[i]];

		if (c->throttle->state != THROTTLE_CLEAR)
			changed |= throttle_step(c->throttle, &c->tally,
			    update_log_clock(m, m->egress[c->egress].host),
			    &m->throttle_rules);
	}
	if (changed)
		m->version++;
}

/* Which of two throttles is worse: what holds before what may be over, and
 * that before what may begin; then by share, then the older one. */
static bool
is_worse(const struct throttle *a, const struct throttle *b)
{
	static const int rank[THROTTLE_STATES] = {[THROTTLE_CLEAR] = 0,
	    [THROTTLE_SUSPECTED] = 1,
	    [THROTTLE_EASING] = 2,
	    [THROTTLE_THROTTLED] = 3};

	if (a->state != b->state)
		return rank[a->state] > rank[b->state];
	if (a->peak_milli != b->peak_milli)
		return a->peak_milli > b->peak_milli;
	return a->start_ms < b->start_ms;
}

unsigned
model_throttles_of_egress(const struct model *m, egress_id e, uint32_t *worst)
{
	const struct throttled *l = &m->index->throttled;
	unsigned n = 0;

	*worst = m->n_cells;
	for (uint32_t i = bound(m, e, false); i < l->n; i++) {
		const struct cell *c = &m->cells[l->cells[i]];

		if (c->egress != e)
			break;
		if (c->throttle->state == THROTTLE_CLEAR)
			continue;
		n++;
		if (*worst == m->n_cells ||
		    is_worse(c->throttle, m->cells[*worst].throttle))
			*worst = l->cells[i];
	}
	return n;
}
