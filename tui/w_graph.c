/*
 * w_graph.c - braille graphs: a cell holds two values side by side, each a
 * column of four dots (Unicode 15, block 2800, dots 1-8).
 */
#include "tui/widget.h"

enum { DOTS = 4, SCALE_MIN = 4, BRAILLE = 0x2800 };

/* The top bit marks; a gap that is marked is the value below it. */
#define MARK	   (UINT32_C(1) << 31)
#define MARKED_GAP (MARK - 2)

/* Dots of a column, from the ground up, in the left and right half. */
static const uint8_t left_dots[DOTS] = {0x40, 0x04, 0x02, 0x01};
static const uint8_t right_dots[DOTS] = {0x80, 0x20, 0x10, 0x08};

void
graph_mark(uint32_t *v)
{
	if (*v == GRAPH_GAP)
		*v = MARKED_GAP;
	*v |= MARK;
}

bool
graph_is_marked(uint32_t v)
{
	return v != GRAPH_GAP && (v & MARK) != 0;
}

uint32_t
graph_value(uint32_t v)
{
	if (!graph_is_marked(v))
		return v;
	v &= ~MARK;
	return v == MARKED_GAP ? GRAPH_GAP : v;
}

/* How many dots a value is high: 0 for a gap, 1 for a zero. */
static int
height(uint32_t v, uint32_t max)
{
	v = graph_value(v);
	if (v == GRAPH_GAP)
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

static uint32_t
largest(const uint32_t *v, int n)
{
	uint32_t max = SCALE_MIN;

	for (int i = 0; i < n; i++) {
		uint32_t value = graph_value(v[i]);

		if (value != GRAPH_GAP && value > max)
			max = value;
	}
	return max;
}

void
graph_draw(struct grid *g, struct rect r, int row, int col, int cols,
    enum role role, const uint32_t *v, int n)
{
	int skip = n > 2 * cols ? n - 2 * cols : 0;
	int pad = 2 * cols - (n - skip); /* fewer values: to the right */
	uint32_t max = largest(v + skip, n - skip);

	for (int x = 0; x < cols; x++) {
		int a = skip + 2 * x - pad, b = a + 1;
		uint8_t bits = 0;

		if ((a >= skip && graph_is_marked(v[a])) ||
		    (b >= skip && graph_is_marked(v[b]))) {
			grid_put(g, r, row, col + x, ROLE_KEY, '|');
			continue;
		}
		if (a >= skip)
			bits |= dots(v[a], max, left_dots);
		if (b >= skip)
			bits |= dots(v[b], max, right_dots);
		grid_put(g, r, row, col + x, role,
		    bits == 0 ? ' ' : (char32_t)(BRAILLE + bits));
	}
}

void
graph_text(struct buf *out, const uint32_t *v, int n)
{
	uint32_t max = largest(v, n);
	char utf8[4];

	for (int i = 0; i + 1 < n; i += 2) {
		uint8_t bits = dots(v[i], max, left_dots) |
			       dots(v[i + 1], max, right_dots);

		(void)buf_add(
		    out, utf8, utf8_encode(utf8, (char32_t)(BRAILLE + bits)));
	}
}
