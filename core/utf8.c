/* utf8.c - sanitising and measuring; utf8proc decodes, we refuse. */
#include "core/utf8.h"

#include <utf8proc.h>

/* Code points that would steer the terminal or hide what is there. */
static bool
refused(utf8proc_int32_t c)
{
	utf8proc_category_t cat = utf8proc_category(c);

	/* Hangul fillers are letters that show nothing. */
	if (c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0)
		return true;
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       cat == UTF8PROC_CATEGORY_CF || cat == UTF8PROC_CATEGORY_CC ||
	       cat == UTF8PROC_CATEGORY_CN || cat == UTF8PROC_CATEGORY_CS ||
	       cat == UTF8PROC_CATEGORY_CO || cat == UTF8PROC_CATEGORY_ZL ||
	       cat == UTF8PROC_CATEGORY_ZP;
}

/* Marks that show nothing themselves but change their base's width or break
 * comparisons: variation selectors and the grapheme joiner. */
static bool
is_silent_mark(utf8proc_int32_t c)
{
	return c == 0x34f || (c >= 0x180b && c <= 0x180f) ||
	       (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

static bool
is_mark(utf8proc_int32_t c)
{
	utf8proc_category_t cat = utf8proc_category(c);

	return cat == UTF8PROC_CATEGORY_MN || cat == UTF8PROC_CATEGORY_ME;
}

/* Decodes one code point; -1 and one byte taken when it is not valid. */
static utf8proc_int32_t
take(struct str *rest)
{
	utf8proc_int32_t c = -1;
	utf8proc_ssize_t n;

	if ((unsigned char)rest->p[0] < 0x80) {
		c = (unsigned char)rest->p[0];
		n = 1;
	} else {
		utf8proc_ssize_t have =
		    (utf8proc_ssize_t)(rest->n > 4 ? 4 : rest->n);

		n = utf8proc_iterate(
		    (const utf8proc_uint8_t *)rest->p, have, &c);
		if (n <= 0) {
			n = 1;
			c = -1;
		}
	}
	*rest = str_from(*rest, (size_t)n);
	return c;
}

bool
utf8_next(struct str *rest, struct utf8_glyph *out)
{
	utf8proc_int32_t c;
	int w;

	if (rest->n == 0)
		return false;
	*out = (struct utf8_glyph){.ch = 0xfffd, .cols = 1};
	if (rest->p[0] >= 0x20 && rest->p[0] < 0x7f) {
		out->ch = (char32_t)rest->p[0];
		*rest = str_from(*rest, 1);
	} else {
		c = take(rest);
		if (c < 0 || refused(c))
			return true;
		w = utf8proc_charwidth(c);
		/* A mark without a base would hang on the cell before. */
		if (w < 1 || is_mark(c))
			return true;
		out->ch = (char32_t)c;
		out->cols = w == 2 ? 2 : 1;
	}
	/* Marks that follow: the first stays, further ones are dropped. */
	while (rest->n > 0 && (unsigned char)rest->p[0] >= 0x80) {
		struct str ahead = *rest;

		c = take(&ahead);
		if (c < 0 || !is_mark(c) || refused(c))
			break;
		if (out->mark == 0 && !is_silent_mark(c))
			out->mark = (char32_t)c;
		*rest = ahead;
	}
	return true;
}

size_t
utf8_cols(struct str s)
{
	struct utf8_glyph g;
	size_t n = 0;

	while (utf8_next(&s, &g))
		n += g.cols;
	return n;
}

size_t
utf8_encode(char dst[4], char32_t ch)
{
	return (size_t)utf8proc_encode_char(
	    (utf8proc_int32_t)ch, (utf8proc_uint8_t *)dst);
}

err_t
utf8_clean(struct buf *out, struct str s)
{
	struct utf8_glyph g;
	char bytes[8];
	size_t n;

	while (utf8_next(&s, &g)) {
		n = utf8_encode(bytes, g.ch);
		if (g.mark != 0)
			n += utf8_encode(bytes + n, g.mark);
		if (buf_add(out, bytes, n) != ERR_OK)
			return out->failed;
	}
	return ERR_OK;
}
