/*
 * doc.h - lines of text with a role each, bounded: what document views, help
 * and the messages overlay are made of. Lines are wrapped when drawn.
 */
#ifndef TUI_DOC_H
#define TUI_DOC_H

#include "tui/grid.h"

enum { DOC_LINES = 4096, DOC_BYTES = 1 << 20 };

struct doc_line {
	uint32_t off, n;
	uint8_t role, indent; /* indent: columns of wrapped lines */
};

struct doc {
	struct buf text;	/* owned */
	struct doc_line *lines; /* owned; [n] */
	size_t n, room;
};

void doc_init(struct doc *d);
void doc_done(struct doc *d);
void doc_reset(struct doc *d);
/* Adds a line; beyond the bounds lines are dropped. */
void doc_line(struct doc *d, enum role role, int indent, struct str text);
void doc_printf(struct doc *d, enum role role, int indent, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* A name and what there is to say of it, which begins `cols` columns further
 * (after the name, if that is wider) and is wrapped to there. */
void doc_named(struct doc *d, enum role role, int cols, const char *name,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
struct str doc_text(const struct doc *d, size_t line);
/* Screen rows the document takes at a width. */
int doc_rows(const struct doc *d, int cols);
/* Draws from screen row `scroll` on, marking what matches find ("" none).
 * Returns the screen rows in all. */
int doc_draw(const struct doc *d, struct grid *g, struct rect r, int scroll,
    struct str find);
/* Screen row, at this width, of the next line after (before) `from` that
 * holds the text, ignoring ASCII case; -1 none. */
int doc_find(
    const struct doc *d, int cols, int from, bool back, struct str text);

#endif
