/*
 * postfix_log_scan.h - fields of log lines, found by looking at 16 or 32 bytes
 * at once. They are short and differ in length from line to line: a loop over
 * them guesses its end wrong nearly every time, and that costs more than the
 * bytes behind it. Masks have a bit for each byte, the first one lowest. With
 * SSE2 (all of x86-64); elsewhere the functions say that they cannot tell, as
 * they do near a line's end, and the callers' loops do all.
 */
#ifndef REMOTE_POSTFIX_LOG_SCAN_H
#define REMOTE_POSTFIX_LOG_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Where the parts of "tag/program[pid]: " are. */
struct program_at {
	const char *space; /* behind it */
	const char *end;   /* behind the program; NULL: it has not this form */
	const char *slash; /* behind the last '/' before that; else the begin */
};

#ifdef __SSE2__
#include <emmintrin.h>

enum { SCAN_BYTES = 32 };

/* The bits below bit n, n < 32. */
static inline uint32_t
scan_below(unsigned n)
{
	return (UINT32_C(1) << n) - 1;
}

static inline unsigned
scan_first(uint32_t mask) /* not 0 */
{
	return (unsigned)__builtin_ctz(mask);
}

static inline unsigned
scan_last(uint32_t mask) /* not 0 */
{
	return 31U - (unsigned)__builtin_clz(mask);
}

static inline __m128i
scan_load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m128i
scan_is(__m128i bytes, char ch)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(ch));
}

/* from .. from + more */
static inline __m128i
scan_in(__m128i bytes, char from, char more)
{
	__m128i off = _mm_sub_epi8(bytes, _mm_set1_epi8(from));

	return _mm_cmpeq_epi8(_mm_min_epu8(off, _mm_set1_epi8(more)), off);
}

/* Letters in small. */
static inline __m128i
scan_small(__m128i bytes)
{
	return _mm_or_si128(bytes, _mm_set1_epi8(0x20));
}

static inline uint32_t
scan_mask(__m128i low, __m128i high)
{
	return (uint32_t)_mm_movemask_epi8(low) |
	       (uint32_t)_mm_movemask_epi8(high) << 16;
}

/* Which of 32 bytes are ch. */
static inline uint32_t
scan_char(const char *p, char ch)
{
	return scan_mask(
	    scan_is(scan_load(p), ch), scan_is(scan_load(p + 16), ch));
}

static inline uint32_t
scan_digits(const char *p)
{
	return scan_mask(
	    scan_in(scan_load(p), '0', 9), scan_in(scan_load(p + 16), '0', 9));
}

static inline __m128i
scan_hex16(__m128i x)
{
	return _mm_or_si128(scan_in(x, '0', 9), scan_in(scan_small(x), 'a', 5));
}

/* memchr() for what is usually near; end - p may be 0. */
static inline const char *
scan_find(const char *p, const char *end, char ch)
{
	uint32_t mask;

	if (end - p >= SCAN_BYTES) {
		mask = scan_char(p, ch);
		if (mask != 0)
			return p + scan_first(mask);
		p += SCAN_BYTES;
	}
	return memchr(p, ch, (size_t)(end - p));
}

static inline bool
scan_same16(const char *a, const char *b)
{
	return _mm_movemask_epi8(_mm_cmpeq_epi8(scan_load(a), scan_load(b))) ==
	       0xffff;
}

/* Are these n bytes the same? For what is about as long as a line's head. */
static inline bool
scan_same(const char *a, const char *b, size_t n)
{
	if (n < 16 || n > SCAN_BYTES)
		return memcmp(a, b, n) == 0;
	return scan_same16(a, b) && scan_same16(a + n - 16, b + n - 16);
}

/* The program of a line; false: cannot tell. */
static inline bool
scan_program(const char *p, const char *line_end, struct program_at *at)
{
	uint32_t found = line_end - p >= SCAN_BYTES ? scan_char(p, ' ') : 0;
	unsigned n, end;

	if (found == 0)
		return false;
	n = scan_first(found);
	*at = (struct program_at){p + n, NULL, p};
	if (n < 2 || p[n - 1] != ':')
		return true;
	end = n - 1;
	if (p[end - 1] == ']') {
		found = ~scan_digits(p) & scan_below(end - 1);
		if (found == 0 || p[scan_last(found)] != '[')
			return true;
		end = scan_last(found);
	}
	at->end = p + end;
	found = scan_char(p, '/') & scan_below(end);
	if (found != 0)
		at->slash = p + scan_last(found) + 1;
	return true;
}

/* How many of the next 16 bytes may stand in a queue id, up to the first that
 * may not: digits, and letters but vowels, of which A and E are hex digits. */
static inline unsigned
scan_qid(const char *p, const char *line_end)
{
	__m128i x, no;

	if (line_end - p < 16)
		return 0;
	x = scan_load(p);
	no = _mm_or_si128(
	    scan_is(scan_small(x), 'i'), scan_is(scan_small(x), 'o'));
	no = _mm_or_si128(no, scan_is(scan_small(x), 'u'));
	no = _mm_or_si128(no, _mm_or_si128(scan_is(x, 'a'), scan_is(x, 'e')));
	no = _mm_andnot_si128(no, scan_in(scan_small(x), 'a', 25));
	return scan_first(
	    ~(uint32_t)_mm_movemask_epi8(_mm_or_si128(scan_in(x, '0', 9), no)));
}

/* *close: the ']' before `end` that ends the address at p, NULL if there is
 * none; false: cannot tell. */
static inline bool
scan_address(
    const char *p, const char *end, const char *line_end, const char **close)
{
	uint32_t between, other;
	unsigned n;

	if (line_end - p < SCAN_BYTES)
		return false;
	between = scan_char(p, '.') | scan_char(p, ':');
	other = ~(between | scan_mask(scan_hex16(scan_load(p)),
				scan_hex16(scan_load(p + 16))));
	if (other == 0)
		return false;
	n = scan_first(other);
	between &= scan_below(n);
	*close = p + n < end && p[n] == ']' && between != 0 ? p + n : NULL;
	return true;
}

#else

static inline const char *
scan_find(const char *p, const char *end, char ch)
{
	return memchr(p, ch, (size_t)(end - p));
}

static inline bool
scan_same(const char *a, const char *b, size_t n)
{
	return memcmp(a, b, n) == 0;
}

static inline bool
scan_program(const char *p, const char *line_end, struct program_at *at)
{
	(void)p, (void)line_end, (void)at;
	return false;
}

static inline unsigned
scan_qid(const char *p, const char *line_end)
{
	(void)p, (void)line_end;
	return 0;
}

static inline bool
scan_address(
    const char *p, const char *end, const char *line_end, const char **close)
{
	(void)p, (void)end, (void)line_end, (void)close;
	return false;
}

#endif
#endif
