/* str.c - slices of bytes; see str.h. */
#include "core/str.h"

#include <stdlib.h>

static unsigned char
lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

bool
str_ieq(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

size_t
str_find(struct str hay, struct str needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	if (hay.n < needle.n)
		return SIZE_MAX;
	at = memmem(hay.p, hay.n, needle.p, needle.n);
	return at == NULL ? SIZE_MAX : (size_t)(at - hay.p);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str a)
{
	while (a.n > 0 && is_space(a.p[0])) {
		a.p++;
		a.n--;
	}
	while (a.n > 0 && is_space(a.p[a.n - 1]))
		a.n--;
	return a;
}

bool
str_line(struct str *rest, struct str *line)
{
	const char *lf;

	if (rest->n == 0)
		return false;
	lf = memchr(rest->p, '\n', rest->n);
	if (lf == NULL) {
		*line = *rest;
		*rest = (struct str){NULL, 0};
	} else {
		*line = (struct str){rest->p, (size_t)(lf - rest->p)};
		*rest = str_from(*rest, line->n + 1);
	}
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool
str_word(struct str *rest, struct str *word)
{
	struct str s = *rest;
	size_t n = 0;

	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (n < s.n && !is_space(s.p[n]))
		n++;
	*rest = str_from(s, n);
	*word = (struct str){s.p, n};
	return n > 0;
}

static uint64_t
load8(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

/* Up to 8 bytes. */
static uint64_t
load_few(const char *p, size_t n)
{
	uint32_t a, b;

	if (n >= 4) { /* two halves that may overlap */
		memcpy(&a, p, sizeof a);
		memcpy(&b, p + n - 4, sizeof b);
		return (uint64_t)a << 32 | b;
	}
	if (n == 0)
		return 0;
	return (uint64_t)(unsigned char)p[0] << 16 |
	       (uint64_t)(unsigned char)p[n / 2] << 8 | (unsigned char)p[n - 1];
}

__extension__ typedef unsigned __int128 wide_t;

/* Both halves of the product of all bits with all bits. */
static uint64_t
mix(uint64_t a, uint64_t b)
{
	wide_t wide = (wide_t)a * b;

	return (uint64_t)wide ^ (uint64_t)(wide >> 64);
}

#define HASH_A UINT64_C(0x9e3779b97f4a7c15)
#define HASH_B UINT64_C(0xff51afd7ed558ccd)
#define HASH_C UINT64_C(0xc4ceb9fe1a85ec53)

/* 16 bytes at a time, the last 16 whatever of them was read before. */
uint64_t
str_hash(struct str a, uint64_t seed)
{
	uint64_t key = (seed ^ HASH_B) * HASH_A; /* bytes cannot undo it */
	uint64_t h = key ^ a.n * HASH_C, first, last;
	const char *p = a.n == 0 ? "" : a.p, *end = p + a.n;

	if (a.n > 16) {
		for (; end - p > 16; p += 16)
			h = mix(load8(p) ^ h, load8(p + 8) ^ key);
		first = load8(end - 16);
		last = load8(end - 8);
	} else if (a.n > 8) {
		first = load8(p);
		last = load8(end - 8);
	} else {
		first = load_few(p, a.n);
		last = 0;
	}
	return mix(mix(first ^ h, last ^ key), HASH_A);
}

void
str_copy(char *dst, size_t cap, struct str a)
{
	size_t n = a.n < cap - 1 ? a.n : cap - 1;

	for (size_t i = 0; i < n; i++)
		dst[i] = a.p[i] == '\0' ? '?' : a.p[i];
	dst[n] = '\0';
}

bool
str_take(char *dst, size_t cap, struct str a)
{
	if (a.n == 0 || a.n >= cap)
		return false;
	str_copy(dst, cap, a);
	return true;
}

char *
str_dup(struct str a)
{
	char *p = malloc(a.n + 1);

	if (p != NULL)
		str_copy(p, a.n + 1, a);
	return p;
}
