/*
 * w_graph.c - braille graphs: a cell holds two values side by side, each a
 * column of four dots (Unicode 15, block 2800, dots 1-8).
 */
#include "tui/widget.h"

enum { DOTS = 4, SCALE_MIN = 4 };

static const uint32_t no_value = UINT32_MAX;

/* Dots of a column, from the ground up, in the left and right half. */
static const uint8_t left_dots[DOTS] = {0x40, 0x04, 0x02, 0x01};
static const uint8_t right_dots[DOTS] = {0x80, 0x20, 0x10, 0x08};

/* How many dots a value is high: 0 for a gap, 1 for a zero. */
static int
height(uint32_t v, uint32_t max)
{
	if (v == no_value)
		return 0;
	return 1 + (int)(((uint64_t)v * (DOTS - 1) + max - 1) / max);
}

static uint8_t
dots(uint32_t v, uint32_t max, const uint8_t half[DOTS])
{
	uint8_t bits = 0;

	for (int i = 0; i < height(v, max); i++)
		bits |= half[i];
	return bits;
}

void
graph_draw(struct grid *g, struct rect r, int row, int col, int cols,
    enum role role, const uint32_t *v, int n)
{
	uint32_t max = SCALE_MIN;
	int skip = n > 2 * cols ? n - 2 * cols : 0;
	int pad = 2 * cols - (n - skip); /* fewer values: to the right */

	for (int i = skip; i < n; i++)
		if (v[i] != no_value && v[i] > max)
			max = v[i];
	for (int x = 0; x < cols; x++) {
		int a = skip + 2 * x - pad, b = a + 1;
		uint8_t bits = 0;

		if (a >= skip)
			bits |= dots(v[a], max, left_dots);
		if (b >= skip)
			bits |= dots(v[b], max, right_dots);
		grid_put(g, r, row, col + x, role,
		    bits == 0 ? ' ' : (char32_t)(0x2800 + bits));
	}
}
