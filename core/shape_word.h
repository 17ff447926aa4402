/*
 * shape_word.h - what one word of a reply is: an address, a domain, an id, a
 * number, or a word that says something. Predicates over ASCII slices, for
 * shapes and keys of replies only. '#', the mark shapes put for numbers, counts
 * as a digit everywhere, so that a shape's shape is itself.
 */
#ifndef CORE_SHAPE_WORD_H
#define CORE_SHAPE_WORD_H

#include "core/str.h"

enum {
	CH_UPPER = 1,
	CH_LOWER = 2,
	CH_DIGIT = 4, /* and '#' */
	CH_DASH = 8,  /* - _ */
	CH_DOT = 16,
	CH_COLON = 32,
	CH_SLASH = 64,
	CH_EQ = 128,
	CH_AT = 256,
	CH_PLUS = 512,
	CH_OTHER = 1024, /* rest of what may stand inside a word: % $ ~ * */
	CH_SPACE = 2048, /* blanks and control characters */
	CH_HIGH = 4096,	 /* not ASCII */
	CH_ALPHA = CH_UPPER | CH_LOWER,
	CH_WORD = CH_ALPHA | CH_DIGIT | CH_DASH | CH_DOT | CH_COLON | CH_SLASH |
		  CH_EQ | CH_AT | CH_PLUS | CH_OTHER,
};
extern const uint16_t shape_class[256];

static inline unsigned
shape_class_of(char c)
{
	return shape_class[(unsigned char)c];
}

/* Length of the dotted quad s begins with, 0 if none. */
size_t shape_ipv4(struct str s);
/* The whole of s is an IPv6 address, with or without "IPv6:" before it. */
bool shape_is_ipv6(struct str s);
/* Length of the enhanced status code (RFC 3463) s begins with, 0 if none. */
size_t shape_enhanced(struct str s);
/* Three digits of an SMTP reply followed by a blank, '-' or the end. */
bool shape_is_smtp_code(struct str s);
/* At least two labels, the last one looks like a top-level domain. */
bool shape_is_domain(struct str s);
/* A domain whose name says that it is a list of addresses or domains. */
bool shape_is_list(struct str domain);
enum { SHAPE_HEX_ID = 8 }; /* 32 bits: the shortest id there is */

/* Hex digits of one case, SHAPE_HEX_ID of them or more, that are no number. */
bool shape_is_hex_id(struct str s);
/* A receiver's own error code: "S3140", "RP-001", "TSS04", "AUP#1260"; not
 * "BAD01234", which is a hex id. */
bool shape_is_code(struct str s);
/* Letters and digits as ids have them, without being a word or a code. */
bool shape_is_id(struct str s, unsigned mask);
/* How many neighbouring letters differ in case. */
size_t shape_case_changes(struct str s);
/* A date, perhaps with a time behind it: "2026-01-02T03:04:05.6Z". */
bool shape_is_date(struct str s);
/* "Mon" .. "Sun", "Jan" .. "Dec" */
bool shape_is_day_or_month(struct str s);

#endif
