/* doc.c - bounded lines of text, wrapped when drawn; see doc.h. */
#include "tui/doc.h"

#include "tui/widget.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_BYTES = 2048 };

void
doc_init(struct doc *d)
{
	*d = (struct doc){0};
	buf_init(&d->text, DOC_BYTES);
}

void
doc_done(struct doc *d)
{
	buf_done(&d->text);
	free(d->lines);
	*d = (struct doc){0};
}

void
doc_reset(struct doc *d)
{
	buf_reset(&d->text);
	d->n = 0;
}

void
doc_line(struct doc *d, enum role role, int indent, struct str text)
{
	if (d->n == d->room) {
		size_t room = d->room == 0 ? 64 : d->room * 2;
		struct doc_line *p;

		if (room > DOC_LINES)
			return;
		p = realloc(d->lines, room * sizeof *p);
		if (p == NULL)
			return;
		d->lines = p;
		d->room = room;
	}
	d->lines[d->n] = (struct doc_line){(uint32_t)d->text.n,
	    (uint32_t)text.n, (uint8_t)role, (uint8_t)indent};
	if (buf_str(&d->text, text) == ERR_OK)
		d->n++;
}

void
doc_printf(struct doc *d, enum role role, int indent, const char *fmt, ...)
{
	char text[LINE_BYTES];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	doc_line(d, role, indent, str_of(text));
}

void
doc_named(struct doc *d, enum role role, int cols, const char *name,
    const char *fmt, ...)
{
	int used = (int)utf8_cols(str_of(name));
	char text[LINE_BYTES];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	doc_printf(d, role, cols, "%s%*s%s", name,
	    used < cols ? cols - used : 1, "", text);
}

struct str
doc_text(const struct doc *d, size_t line)
{
	return (struct str){d->text.p + d->lines[line].off, d->lines[line].n};
}

/* What goes over the lines of a document as they are wrapped. */
struct walk {
	const struct doc *doc;
	int cols, row; /* row: of the piece in hand */
	size_t line;
	struct str rest;
	bool fresh; /* the next piece begins a line */
};

/* The next wrapped piece and its indent; an empty line is a piece too. */
static bool
next_piece(struct walk *w, struct str *piece, int *indent)
{
	const struct doc_line *l;

	if (w->rest.n == 0 && !w->fresh) {
		w->line++;
		w->fresh = true;
	}
	if (w->line >= w->doc->n)
		return false;
	l = &w->doc->lines[w->line];
	*indent = 0;
	if (w->fresh) {
		w->rest = doc_text(w->doc, w->line);
		w->fresh = false;
		if (!text_wrap(&w->rest, w->cols, piece))
			*piece = (struct str){NULL, 0};
	} else {
		*indent = l->indent < w->cols / 2 ? l->indent : 0;
		(void)text_wrap(&w->rest, w->cols - *indent, piece);
	}
	w->row++;
	return true;
}

static struct walk
walk_begin(const struct doc *d, int cols)
{
	return (struct walk){
	    .doc = d, .cols = cols < 1 ? 1 : cols, .row = -1, .fresh = true};
}

int
doc_rows(const struct doc *d, int cols)
{
	struct walk w = walk_begin(d, cols);
	struct str piece;
	int indent;

	while (next_piece(&w, &piece, &indent))
		continue;
	return w.row + 1;
}

int
doc_draw(const struct doc *d, struct grid *g, struct rect r, int scroll,
    struct str find)
{
	struct walk w = walk_begin(d, r.cols);
	struct str piece;
	int indent;

	while (next_piece(&w, &piece, &indent)) {
		int row = w.row - scroll;

		if (row < 0 || row >= r.rows)
			continue;
		(void)grid_text(g, r, row, indent, -1,
		    (enum role)d->lines[w.line].role, false, piece);
		if (find.n > 0)
			text_mark(
			    g, r, row, indent, r.cols - indent, piece, find);
	}
	return w.row + 1;
}

int
doc_find(const struct doc *d, int cols, int from, bool back, struct str text)
{
	struct walk w = walk_begin(d, cols);
	struct str piece;
	int indent, best = -1;

	while (next_piece(&w, &piece, &indent)) {
		if (text_find(piece, text) == SIZE_MAX)
			continue;
		if (back && w.row < from)
			best = w.row;
		if (!back && w.row > from)
			return w.row;
	}
	return best;
}
