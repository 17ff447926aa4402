/* w_input.c - an input line and a box; see widget.h. */
#include "tui/widget.h"

int
input_draw(struct grid *g, struct rect r, int row, const char *label,
    struct str text, bool hidden)
{
	struct utf8_glyph gl;
	int col, room, cols = (int)utf8_cols(text);

	grid_fill(
	    g, (struct rect){r.row + row, r.col, 1, r.cols}, ROLE_INPUT, ' ');
	col = grid_puts(g, r, row, 0, ROLE_KEY, label);
	room = r.cols - col - 1;
	/* Too long: its head goes, its end stays. */
	while (cols > room && utf8_next(&text, &gl))
		cols -= gl.cols;
	if (hidden)
		for (int i = 0; i < cols; i++)
			grid_put(g, r, row, col + i, ROLE_INPUT, '*');
	else
		(void)grid_text(g, r, row, col, room, ROLE_INPUT, false, text);
	return col + cols;
}

size_t
input_backspace(const char *s, size_t n)
{
	while (n > 0) {
		n--;
		if (((unsigned char)s[n] & 0xc0) != 0x80)
			break;
	}
	return n;
}

struct rect
box_draw(struct grid *g, struct rect r, const char *title)
{
	int right = r.cols - 1, bottom = r.rows - 1;

	/* No lines of Unicode: some terminals draw them two columns wide. */
	grid_fill(g, r, ROLE_TEXT, ' ');
	for (int x = 1; x < right; x++) {
		grid_put(g, r, 0, x, ROLE_BORDER, '-');
		grid_put(g, r, bottom, x, ROLE_BORDER, '-');
	}
	for (int y = 1; y < bottom; y++) {
		grid_put(g, r, y, 0, ROLE_BORDER, '|');
		grid_put(g, r, y, right, ROLE_BORDER, '|');
	}
	for (int corner = 0; corner < 4; corner++)
		grid_put(g, r, corner < 2 ? 0 : bottom,
		    corner % 2 == 0 ? 0 : right, ROLE_BORDER, '+');
	if (title[0] != '\0')
		(void)grid_printf(g, r, 0, 2, ROLE_HEAD, " %s ", title);
	return (struct rect){r.row + 1, r.col + 2, r.rows - 2, r.cols - 4};
}
