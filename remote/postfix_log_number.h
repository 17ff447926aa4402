/*
 * postfix_log_number.h - numbers of log lines. Most are short and alike from
 * line to line (a port, "0.04"): a loop over their digits ends where it did
 * before, and what follows is read meanwhile. A message's size is like no
 * other: the loop would guess its end wrong nearly every time, so its digits
 * are turned eight at once, the first one in the lowest byte.
 */
#ifndef REMOTE_POSTFIX_LOG_NUMBER_H
#define REMOTE_POSTFIX_LOG_NUMBER_H

#include "remote/postfix_log_parts.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NUMBER_AT_ONCE 1
#else
#define NUMBER_AT_ONCE 0
#endif

/* Each of a word's bytes. */
#define EACH_BYTE(v) (UINT64_C(0x0101010101010101) * (v))

/* Eight bytes, a digit as its value. */
static inline uint64_t
number_load(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w ^ EACH_BYTE(0x30);
}

/* How many of them are digits, up to the first that is not. */
static inline unsigned
number_digits(uint64_t w)
{
	uint64_t no = ((w & EACH_BYTE(0x7f)) + EACH_BYTE(0x76)) | w;

	no &= EACH_BYTE(0x80);
	return no == 0 ? 8 : (unsigned)__builtin_ctzll(no) / 8;
}

/* Eight digits to a number: pairs, pairs of pairs, and these. */
static inline uint64_t
number_value(uint64_t w)
{
	w = (w * 10 + (w >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	w = (w * 100 + (w >> 16)) & UINT64_C(0x0000ffff0000ffff);
	return (w * 10000 + (w >> 32)) & UINT32_MAX;
}

/* Decimal digits; -1 when there is none or more than 18. */
static inline int64_t
cur_number(struct cur *c)
{
	const char *from = c->p, *p = from;
	uint64_t v = 0;

	for (; p < c->end && is_digit(*p); p++)
		v = v * 10 + (uint64_t)(*p - '0');
	c->p = p;
	return p == from || p - from > 18 ? -1 : (int64_t)v;
}

/* The same, for what has another length each time. */
static inline int64_t
cur_number_any(struct cur *c)
{
	uint64_t w;
	unsigned n;

	if (!NUMBER_AT_ONCE || c->safe - c->p < 8)
		return cur_number(c);
	w = number_load(c->p);
	n = number_digits(w);
	if (n == 0 || n > 7 || n > cur_left(c))
		return cur_number(c);
	c->p += n;
	return (int64_t)number_value(w << (64 - 8 * n));
}

/* 100, 10, 1, 0 */
static inline uint64_t
unit_below(uint64_t unit)
{
	return unit * 103 >> 10;
}

/* "0.35", "12" to milliseconds; -1 when there is no number, or one of more
 * than 15 digits. */
static inline int64_t
cur_ms(struct cur *c)
{
	const char *from = c->p, *p = from, *end = c->end;
	uint64_t v = 0;

	for (; p < end && is_digit(*p); p++)
		v = v * 10 + (uint64_t)(*p - '0'); /* too many may wrap */
	c->p = p;
	if (p == from || p - from > 15)
		return -1;
	v *= 1000;
	if (p == end || *p != '.')
		return (int64_t)v;
	p++;
	for (uint64_t unit = 100; p < end && is_digit(*p);
	     unit = unit_below(unit))
		v += unit * (uint64_t)(*p++ - '0');
	c->p = p;
	return (int64_t)v;
}

#endif
