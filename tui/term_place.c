/* term_place.c - see term_place.h. */
#include "tui/term_place.h"

#include "core/utf8.h"

static void
put_three(struct buf *out, const char *a, const char *b, const char *c)
{
	(void)buf_puts(out, a);
	(void)buf_puts(out, b);
	(void)buf_puts(out, c);
}

/* A character that may take one column or two, and a blank behind it. */
static void
put_placed(
    struct buf *out, const struct term_place *how, struct str glyph, bool blank)
{
	(void)buf_puts(out, how->save);
	if (blank)
		put_three(out, how->right, " ", how->back);
	(void)buf_str(out, glyph);
	put_three(out, how->back, how->right, blank ? how->right : "");
}

void
term_place(struct buf *out, const struct term_place *how, struct str frame)
{
	while (frame.n > 0) {
		struct str glyph = frame;
		struct utf8_glyph g;
		size_t ascii = 0;

		while (ascii < frame.n && (unsigned char)frame.p[ascii] < 0x80)
			ascii++;
		if (ascii > 0) {
			(void)buf_str(out, (struct str){frame.p, ascii});
			frame = str_from(frame, ascii);
			continue;
		}
		(void)utf8_next(&frame, &g);
		glyph.n -= frame.n;
		if (!utf8_is_ambiguous(g.ch)) {
			(void)buf_str(out, glyph);
			continue;
		}
		put_placed(out, how, glyph, frame.n > 0 && frame.p[0] == ' ');
		if (frame.n > 0 && frame.p[0] == ' ')
			frame = str_from(frame, 1);
	}
}
