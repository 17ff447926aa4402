/* gauge.c - one value a minute, in a circle of minutes; see gauge.h. */
#include "core/gauge.h"

#include <stdlib.h>

void
gauge_done(struct gauge *g)
{
	free(g->v);
	*g = (struct gauge){0};
}

/* Nothing is known of the minutes up to a new newest one. */
static void
advance(struct gauge *g, uint32_t minute)
{
	uint32_t n = minute - g->newest;

	if (n > GAUGE_STEPS)
		n = GAUGE_STEPS;
	for (uint32_t i = 0; i < n; i++)
		g->v[(minute - i) % GAUGE_STEPS] = 0;
	g->newest = minute;
}

void
gauge_set(struct gauge *g, int64_t at_ms, uint32_t value)
{
	uint32_t minute;

	if (at_ms < 0 || at_ms / GAUGE_STEP_MS > INT32_MAX)
		return;
	minute = (uint32_t)(at_ms / GAUGE_STEP_MS);
	if (g->v == NULL) {
		g->v = calloc(GAUGE_STEPS, sizeof *g->v);
		if (g->v == NULL)
			return;
		g->newest = minute;
	}
	if (minute > g->newest)
		advance(g, minute);
	if (g->newest - minute < GAUGE_STEPS)
		g->v[minute % GAUGE_STEPS] =
		    value < UINT32_MAX ? value + 1 : value;
}

void
gauge_read(const struct gauge *g, int64_t now_ms, int64_t *out, int n)
{
	int64_t first = now_ms / GAUGE_STEP_MS + 1 - n;

	for (int i = 0; i < n; i++) {
		int64_t back = (int64_t)g->newest - (first + i);

		out[i] = -1;
		if (g->v != NULL && back >= 0 && back < GAUGE_STEPS &&
		    first + i >= 0)
			out[i] = (int64_t)g->v[(first + i) % GAUGE_STEPS] - 1;
	}
}
