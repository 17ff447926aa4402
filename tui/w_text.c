/* w_text.c - text wrapped by columns, and found in; see widget.h. */
#include "tui/widget.h"

bool
text_wrap(struct str *rest, int cols, struct str *line)
{
	struct str ahead = *rest, before = ahead;
	struct utf8_glyph g;
	size_t fits = 0, blank = 0;
	int used = 0;

	if (rest->n == 0)
		return false;
	while (utf8_next(&ahead, &g)) {
		if (used + g.cols > cols)
			break;
		used += g.cols;
		if (g.ch == ' ')
			blank = (size_t)(before.p - rest->p);
		before = ahead;
		fits = rest->n - ahead.n;
	}
	if (fits == rest->n) {
		*line = *rest;
		*rest = (struct str){NULL, 0};
		return true;
	}
	if (fits == 0) /* a glyph wider than the line: take it all the same */
		fits = rest->n - ahead.n;
	if (rest->p[fits] != ' ' && blank > 0)
		fits = blank;
	*line = (struct str){rest->p, fits};
	*rest = str_from(*rest, fits);
	while (rest->n > 0 && rest->p[0] == ' ')
		*rest = str_from(*rest, 1);
	return true;
}

int
text_draw(struct grid *g, struct rect r, enum role role, struct str text)
{
	struct str line;
	int row = 0;

	while (row < r.rows && text_wrap(&text, r.cols, &line)) {
		bool last = row + 1 == r.rows && text.n > 0;

		(void)grid_text(g, r, row, 0, -1, role, false, line);
		if (last)
			grid_put(g, r, row, r.cols - 1, role, '~');
		row++;
	}
	return row;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

size_t
text_find(struct str hay, struct str needle)
{
	char first, other;

	if (needle.n == 0 || needle.n > hay.n)
		return SIZE_MAX;
	first = lower(needle.p[0]);
	other = first >= 'a' && first <= 'z' ? (char)(first - 32) : first;
	for (size_t i = 0; i + needle.n <= hay.n; i++) {
		size_t k = 1;

		if (hay.p[i] != first && hay.p[i] != other)
			continue;
		while (
		    k < needle.n && lower(hay.p[i + k]) == lower(needle.p[k]))
			k++;
		if (k == needle.n)
			return i;
	}
	return SIZE_MAX;
}

void
text_mark(struct grid *g, struct rect r, int row, int col, int max_cols,
    struct str text, struct str find)
{
	size_t at, done = 0;

	for (;;) {
		struct str rest = str_from(text, done);
		int from, cols;

		at = text_find(rest, find);
		if (at == SIZE_MAX)
			return;
		from = (int)utf8_cols((struct str){text.p, done + at});
		cols = (int)utf8_cols((struct str){rest.p + at, find.n});
		if (from >= max_cols)
			return;
		if (cols > max_cols - from)
			cols = max_cols - from;
		grid_over(g, r, row, col + from, cols, ROLE_MATCH);
		done += at + find.n;
	}
}
