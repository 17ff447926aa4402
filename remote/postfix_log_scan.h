/*
 * postfix_log_scan.h - lines, and fields of them, found by looking at 16 to 64
 * bytes at once. They are short and differ in length from one to the next: a
 * loop over them guesses its end wrong nearly every time, and that costs more
 * than the bytes behind it. Masks have a bit for each byte, the first one
 * lowest. With SSE2 (all of x86-64); elsewhere the functions say that they
 * cannot tell, as they do where too few bytes may be looked at (cur.safe), and
 * the callers' loops do all.
 */
#ifndef REMOTE_POSTFIX_LOG_SCAN_H
#define REMOTE_POSTFIX_LOG_SCAN_H

#include "remote/postfix_log_parts.h"

/* Where the parts of "tag/program[pid]: " are. */
struct program_at {
	const char *space; /* behind it */
	const char *end;   /* behind the program; NULL: it has not this form */
	const char *slash; /* behind the last '/' before that; else the begin */
};

/* scan_lines() one by one, behind the n there are. */
static inline size_t
scan_lines_on(
    const char *at, const char *end, const char **lf, size_t n, size_t most)
{
	while (n < most && at < end) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (at == NULL)
			break;
		lf[n++] = at++;
	}
	return n;
}

#ifdef __SSE2__
#include <emmintrin.h>

enum { SCAN_BYTES = 32, SCAN_LINES_BYTES = 64 };

/* The bits below bit n, n < 32. */
static inline uint32_t
scan_below(unsigned n)
{
	return (UINT32_C(1) << n) - 1;
}

/* May 32 bytes at p, in c's line, be looked at? */
static inline bool
scan_near(const struct cur *c, const char *p)
{
	return c->safe - p >= SCAN_BYTES;
}

/* Of what was found in 32 bytes at p, what is the line's. */
static inline uint32_t
scan_own(const struct cur *c, const char *p, uint32_t found)
{
	size_t left = (size_t)(c->end - p);

	return found &
	       (left < SCAN_BYTES ? scan_below((unsigned)left) : UINT32_MAX);
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

/* The first ch from p on, or NULL. */
static inline const char *
scan_find(const struct cur *c, const char *p, char ch)
{
	for (; scan_near(c, p) && p < c->end; p += SCAN_BYTES) {
		uint32_t found = scan_char(p, ch);

		if (found != 0) {
			p += scan_first(found);
			return p < c->end ? p : NULL;
		}
	}
	return p < c->end ? memchr(p, ch, (size_t)(c->end - p)) : NULL;
}

/* The same of either of two bytes; NULL, too, where it cannot tell. */
static inline const char *
scan_either(const struct cur *c, const char *p, char one, char two)
{
	for (; scan_near(c, p) && p < c->end; p += SCAN_BYTES) {
		uint32_t found = scan_char(p, one) | scan_char(p, two);

		if (found != 0) {
			p += scan_first(found);
			return p < c->end ? p : NULL;
		}
	}
	return NULL;
}

/* memchr() for up to `most` ends of lines at once: their number. */
static inline size_t
scan_lines(const char *at, const char *end, const char **lf, size_t most)
{
	size_t n = 0;

	for (; end - at >= SCAN_LINES_BYTES && n < most;
	     at += SCAN_LINES_BYTES) {
		uint64_t found = scan_char(at, '\n') |
				 (uint64_t)scan_char(at + 32, '\n') << 32;

		/* Whether there is one is anyone's guess, so none is made; a
		 * second one is rare. */
		lf[n] = at + __builtin_ctzll(found | UINT64_C(1) << 63);
		n += found != 0;
		found &= found - 1;
		for (; found != 0 && n < most; found &= found - 1)
			lf[n++] = at + __builtin_ctzll(found);
	}
	return scan_lines_on(at, end, lf, n, most);
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
scan_program(const struct cur *c, struct program_at *at)
{
	const char *p = c->p;
	uint32_t found =
	    scan_near(c, p) ? scan_own(c, p, scan_char(p, ' ')) : 0;
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
scan_qid(const struct cur *c)
{
	__m128i x, no;

	if (c->safe - c->p < 16)
		return 0;
	x = scan_load(c->p);
	no = _mm_or_si128(
	    scan_is(scan_small(x), 'i'), scan_is(scan_small(x), 'o'));
	no = _mm_or_si128(no, scan_is(scan_small(x), 'u'));
	no = _mm_or_si128(no, _mm_or_si128(scan_is(x, 'a'), scan_is(x, 'e')));
	no = _mm_andnot_si128(no, scan_in(scan_small(x), 'a', 25));
	return scan_first(
	    ~(uint32_t)_mm_movemask_epi8(_mm_or_si128(scan_in(x, '0', 9), no)));
}

/* How many of 32 bytes at p may stand in an address, up to the first that may
 * not, and whether one of them is a point or a colon; false: cannot tell. */
static inline bool
scan_address(const struct cur *c, const char *p, unsigned *n, bool *between)
{
	uint32_t apart, other;

	if (!scan_near(c, p))
		return false;
	apart = scan_char(p, '.') | scan_char(p, ':');
	other = ~(apart | scan_mask(scan_hex16(scan_load(p)),
			      scan_hex16(scan_load(p + 16))));
	if (other == 0)
		return false;
	*n = scan_first(other);
	*between = (apart & scan_below(*n)) != 0;
	return true;
}

#else

static inline const char *
scan_find(const struct cur *c, const char *p, char ch)
{
	return p < c->end ? memchr(p, ch, (size_t)(c->end - p)) : NULL;
}

static inline const char *
scan_either(const struct cur *c, const char *p, char one, char two)
{
	(void)c, (void)p, (void)one, (void)two;
	return NULL;
}

static inline size_t
scan_lines(const char *at, const char *end, const char **lf, size_t most)
{
	return scan_lines_on(at, end, lf, 0, most);
}

static inline bool
scan_same(const char *a, const char *b, size_t n)
{
	return memcmp(a, b, n) == 0;
}

static inline bool
scan_program(const struct cur *c, struct program_at *at)
{
	(void)c, (void)at;
	return false;
}

static inline unsigned
scan_qid(const struct cur *c)
{
	(void)c;
	return 0;
}

static inline bool
scan_address(const struct cur *c, const char *p, unsigned *n, bool *between)
{
	(void)c, (void)p, (void)n, (void)between;
	return false;
}

#endif
#endif
