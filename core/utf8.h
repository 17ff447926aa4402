/*
 * utf8.h - hostile bytes to printable code points and their columns.
 * Control, C1, DEL, bidi controls, zero-width joiners, unassigned and invalid
 * sequences come out as U+FFFD. Decoding and width are utf8proc's; what is
 * refused is ours. An East Asian Ambiguous character (UAX #11) takes one
 * column: on terminals that give it two, tui/term_place.h keeps the columns.
 */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include "core/buf.h"
#include "core/str.h"

#include <stdint.h>
#include <uchar.h>

struct utf8_glyph {
	char32_t ch;   /* base character, U+FFFD for anything refused */
	char32_t mark; /* one combining mark (width 0) that follows, or 0 */
	uint8_t cols;  /* 1 or 2 */
};

/* Terminals differ in whether it takes one column or two. */
bool utf8_is_ambiguous(char32_t ch);
/* Takes one glyph off *rest; false at the end. */
bool utf8_next(struct str *rest, struct utf8_glyph *out);
/* Columns the slice takes on screen, after sanitising. */
size_t utf8_cols(struct str s);
/* Appends the sanitised text as UTF-8 (exports, reports). */
err_t utf8_clean(struct buf *out, struct str s);
/* Bytes of ch as UTF-8 in dst[4]; how many. */
size_t utf8_encode(char dst[4], char32_t ch);

#endif
