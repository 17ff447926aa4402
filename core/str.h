/*
 * str.h - a borrowed slice of bytes. Not NUL-terminated, may hold any byte.
 * Whoever holds one must know how long the bytes behind it live.
 */
#ifndef CORE_STR_H
#define CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p; /* borrowed; may be NULL only when n is 0 */
	size_t n;      /* bytes */
};

#define STR_LIT(s) ((struct str){"" s, sizeof(s) - 1})

static inline struct str
str_of(const char *z)
{
	return (struct str){z, z == NULL ? 0 : strlen(z)};
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
str_starts(struct str a, struct str head)
{
	return a.n >= head.n &&
	       (head.n == 0 || memcmp(a.p, head.p, head.n) == 0);
}

static inline bool
str_ends(struct str a, struct str tail)
{
	return a.n >= tail.n &&
	       (tail.n == 0 || memcmp(a.p + a.n - tail.n, tail.p, tail.n) == 0);
}

/* The slice from byte `from` on; empty when from is past the end. */
static inline struct str
str_from(struct str a, size_t from)
{
	return from >= a.n ? (struct str){NULL, 0}
			   : (struct str){a.p + from, a.n - from};
}

/* Equal but for ASCII case. */
bool str_ieq(struct str a, struct str b);
/* Offset of the first `needle` in `hay`, or SIZE_MAX. */
size_t str_find(struct str hay, struct str needle);
/* Without leading and trailing blanks, tabs, CR and LF. */
struct str str_trim(struct str a);
/*
 * The next line of *rest without its LF (and CR); *rest moves behind it.
 * false when nothing is left. The last line needs no LF.
 */
bool str_line(struct str *rest, struct str *line);
/* The next blank-separated word of *rest; false when none is left. */
bool str_word(struct str *rest, struct str *word);
/* 64-bit hash of the bytes, with a seed; not for hostile-proof tables alone:
 * tables cap their probe length. */
uint64_t str_hash(struct str a, uint64_t seed);
/* Copies into dst[cap], always NUL-terminated, cut at cap-1; NULs become '?'.
 */
void str_copy(char *dst, size_t cap, struct str a);
/* The same for what must be whole: false, and dst as it was, when it is empty
 * or does not fit. */
bool str_take(char *dst, size_t cap, struct str a);
/* A heap copy, NUL-terminated, owned by the caller; NULL when out of memory. */
char *str_dup(struct str a);

#endif
