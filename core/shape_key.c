/*
 * shape_key.c - keys of replies; see shape_key.h. Only words with a digit or an
 * '@' are looked at, each for itself. But for addresses, which have one form
 * for each kind, what changes keeps its length and, outside of ids, the kind of
 * each byte. A word that shapes take apart in some other way stays as it is.
 */
#include "core/shape_key.h"

#include "core/shape_word.h"

enum {
	NUMBER_MIN = 5,	     /* digits; fewer may say something */
	NAME_NUMBER_MIN = 4, /* the same in a host's name */
	ID_MIN = 12,	     /* letters and digits that are not all hex */
	QUAD_MIN = 7,
};

/* Bytes of a text by kind, a bit for each, the first one lowest. There is one
 * piece more than bytes, which is 0. */
enum { PIECE = 64, PIECES = SHAPE_KEY_MAX / PIECE + 1 };
struct kinds {
	uint64_t word[PIECES], alnum[PIECES], open[PIECES], at[PIECES];
};

#ifdef __SSE2__
#include <emmintrin.h>

/* from .. from + more */
static inline __m128i
in(__m128i bytes, char from, char more)
{
	__m128i off = _mm_sub_epi8(bytes, _mm_set1_epi8(from));

	return _mm_cmpeq_epi8(_mm_min_epu8(off, _mm_set1_epi8(more)), off);
}

static inline __m128i
is(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

static inline uint64_t
mask(__m128i bytes, unsigned shift)
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(bytes) << shift;
}

/* The kinds of 64 bytes; as shape_class has them. */
static void
take_kinds(struct kinds *k, size_t piece, const char *p)
{
	for (unsigned i = 0; i < PIECE; i += 16) {
		__m128i x =
		    _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i digit = in(x, '0', 9), at = is(x, '@');
		__m128i alnum = _mm_or_si128(
		    digit, in(_mm_or_si128(x, _mm_set1_epi8(0x20)), 'a', 25));
		/* "#$%", "*+", "-./" and ':', which stands behind '9' */
		__m128i more = _mm_or_si128(in(x, '#', 2), in(x, '*', 1));

		more = _mm_or_si128(more, in(x, '-', ':' - '-'));
		more = _mm_or_si128(more, _mm_or_si128(is(x, '='), is(x, '_')));
		more = _mm_or_si128(more, _mm_or_si128(is(x, '~'), at));
		k->at[piece] |= mask(at, i);
		k->open[piece] |= mask(_mm_or_si128(digit, at), i);
		k->alnum[piece] |= mask(alnum, i);
		k->word[piece] |= mask(_mm_or_si128(alnum, more), i);
	}
}

#else

static void
take_kinds(struct kinds *k, size_t piece, const char *p)
{
	for (unsigned i = 0; i < PIECE; i++) {
		unsigned c = shape_class_of(p[i]);
		uint64_t bit = UINT64_C(1) << i;

		if ((c & CH_WORD) != 0)
			k->word[piece] |= bit;
		if ((c & CH_AT) != 0)
			k->at[piece] |= bit;
		if (p[i] != '#' && (c & (CH_ALPHA | CH_DIGIT)) != 0)
			k->alnum[piece] |= bit;
		if (p[i] != '#' && (c & (CH_AT | CH_DIGIT)) != 0)
			k->open[piece] |= bit;
	}
}

#endif

/* The 64 bits from `at` on. */
static uint64_t
bits_from(const uint64_t *map, size_t at)
{
	size_t k = at / PIECE, s = at % PIECE;

	return map[k] >> s | map[k + 1] << 1 << (PIECE - 1 - s);
}

/* The 64 bits before `at`, the last one highest. */
static uint64_t
bits_before(const uint64_t *map, size_t at)
{
	if (at >= PIECE)
		return bits_from(map, at - PIECE);
	return at == 0 ? 0 : map[0] << (PIECE - at);
}

static bool
is_alnum(char c)
{
	return (shape_class_of(c) & (CH_ALPHA | CH_DIGIT)) != 0;
}

/* A word, or a piece of one. */
struct word {
	struct str s;
	unsigned seen;	/* classes of its bytes */
	size_t longest; /* letters and digits that stand together */
	bool mark;	/* a '#' is in it */
};

static struct word
word_of(struct str s)
{
	struct word w = {.s = s};
	size_t run = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned c = shape_class_of(s.p[i]);

		w.seen |= c;
		w.mark |= s.p[i] == '#';
		run = (c & (CH_ALPHA | CH_DIGIT)) != 0 ? run + 1 : 0;
		w.longest = run > w.longest ? run : w.longest;
	}
	return w;
}

static size_t
copy(char *out, struct str s)
{
	if (s.n > 0)
		memcpy(out, s.p, s.n);
	return s.n;
}

/* "a0a0.." or "0a0a..", as s begins with a letter or a digit. */
static void
write_id(char *out, struct str s)
{
	size_t odd = (shape_class_of(s.p[0]) & CH_DIGIT) != 0;

	for (size_t i = 0; i < s.n; i++)
		out[i] = (i + odd) % 2 == 0 ? 'a' : '0';
}

/* Digits become 0 where `least` of them and more stand together. */
static void
write_numbers(char *out, struct str s, size_t least)
{
	size_t run = 0;

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && (shape_class_of(s.p[i]) & CH_DIGIT) != 0) {
			run++;
		} else {
			if (run >= least)
				memset(out + i - run, '0', run);
			run = 0;
		}
	}
}

static bool
is_id(struct str part, bool name)
{
	return shape_is_hex_id(part) || (!name && part.n >= ID_MIN);
}

/* What a word's parts, letters and digits between other bytes, are part of. */
enum parts { OF_WORD, OF_NAME, OF_ID };

static void
write_part(char *out, struct str part, enum parts of)
{
	unsigned seen = word_of(part).seen;

	if ((seen & CH_DIGIT) == 0)
		return;
	if (seen != CH_DIGIT && is_id(part, of == OF_NAME))
		write_id(out, part);
	else if (of == OF_ID)
		write_numbers(out, part, 1);
	else if (seen == CH_DIGIT)
		write_numbers(out, part, NUMBER_MIN);
	else if (of == OF_NAME)
		write_numbers(out, part, NAME_NUMBER_MIN);
}

/* The next part at or behind *i; false when there is none. */
static bool
next_part(struct str s, size_t *i, struct str *part)
{
	size_t from;

	while (*i < s.n && !is_alnum(s.p[*i]))
		++*i;
	from = *i;
	while (*i < s.n && is_alnum(s.p[*i]))
		++*i;
	*part = (struct str){s.p + from, *i - from};
	return *i > from;
}

static size_t
put_parts(char *out, struct str s, enum parts of)
{
	struct str part;

	(void)copy(out, s);
	for (size_t i = 0; next_part(s, &i, &part);)
		if (part.n >= NAME_NUMBER_MIN || of == OF_ID)
			write_part(out + (part.p - s.p), part, of);
	return s.n;
}

/* Of a word that is no name: is a part of it an id, and so all of it? */
static enum parts
parts_of(struct str s)
{
	struct str part;

	for (size_t i = 0; next_part(s, &i, &part);) {
		unsigned seen;

		if (part.n < SHAPE_HEX_ID)
			continue;
		seen = word_of(part).seen;
		if ((seen & CH_DIGIT) != 0 && seen != CH_DIGIT &&
		    is_id(part, false))
			return OF_ID;
	}
	return OF_WORD;
}

static bool
is_quad(struct str s)
{
	return s.n >= QUAD_MIN && shape_ipv4(s) == s.n;
}

/* Three digits and a dash may be a reply's code, four a year; a code of three
 * numbers goes before what else is in its word. */
static bool
begins_apart(struct str s)
{
	size_t n = 0;

	while (n < s.n && (shape_class_of(s.p[n]) & CH_DIGIT) != 0)
		n++;
	return (n >= 3 && n <= 4 && n < s.n && s.p[n] == '-') ||
	       (n == 1 && shape_enhanced(s) > 0);
}

/* A word of letters, digits, dots and dashes, with letters or digits at both
 * ends. */
static size_t
put_plain(char *out, const struct word *w)
{
	struct str s = w->s;

	if ((w->seen & CH_ALPHA) == 0 && is_quad(s))
		return copy(out, STR_LIT("0.0.0.0"));
	if (w->longest < NAME_NUMBER_MIN || begins_apart(s) || shape_is_code(s))
		return copy(out, s);
	if ((w->seen & CH_DOT) != 0 &&
	    (shape_class_of(s.p[s.n - 1]) & CH_ALPHA) != 0 &&
	    shape_is_domain(s))
		return put_parts(out, s, OF_NAME);
	return put_parts(out, s, parts_of(s));
}

/* One '@' between what may stand beside it. */
static bool
is_address(const struct word *w)
{
	const char *at = memchr(w->s.p, '@', w->s.n);
	struct str domain = str_from(w->s, (size_t)(at + 1 - w->s.p));

	return (w->seen & (CH_COLON | CH_OTHER)) == 0 && !w->mark &&
	       at > w->s.p && domain.n > 0 && !begins_apart(w->s) &&
	       (word_of(domain).seen &
		   ~(unsigned)(CH_ALPHA | CH_DIGIT | CH_DASH | CH_DOT)) == 0 &&
	       memchr(domain.p, '_', domain.n) == NULL;
}

/* "name=mx1.example": a word, and what it says. */
static size_t
put_pair(char *out, struct str s)
{
	struct word value;
	size_t at = 0;

	while ((shape_class_of(s.p[at]) & CH_ALPHA) != 0)
		at++;
	if (at == 0 || (shape_class_of(s.p[at]) & (CH_COLON | CH_EQ)) == 0)
		return copy(out, s);
	at++;
	value = word_of(str_from(s, at));
	if ((value.seen & (CH_COLON | CH_EQ)) != 0 || !is_alnum(s.p[at]))
		return copy(out, s);
	(void)copy(out, (struct str){s.p, at});
	return at + put_plain(out + at, &value);
}

/* A word without the punctuation around it. */
static size_t
put_core(char *out, const struct word *w)
{
	if ((w->seen & CH_AT) != 0 && is_address(w))
		return copy(out, (shape_class_of(w->s.p[0]) & CH_DIGIT) != 0
				     ? STR_LIT("0@a")
				     : STR_LIT("a@a"));
	if ((w->seen & (CH_AT | CH_OTHER)) != 0 || w->mark)
		return copy(out, w->s);
	if ((w->seen & (CH_COLON | CH_EQ)) != 0)
		return put_pair(out, w->s);
	return put_plain(out, w);
}

/* A page in the web: of its path only words stay in a shape. */
static bool
is_url(const struct word *w)
{
	return (str_starts(w->s, STR_LIT("http://")) ||
		   str_starts(w->s, STR_LIT("https://"))) &&
	       (w->seen & CH_AT) == 0 && !w->mark;
}

static size_t
put_word(char *out, const struct word *w)
{
	struct str s = w->s;
	size_t head = 0, tail = s.n, n;
	struct word core;

	if ((w->seen & CH_SLASH) != 0 && is_url(w))
		return put_parts(out, s, OF_WORD);
	/* what could be base64, or hold an address of the web */
	if ((w->seen & CH_SLASH) != 0 ||
	    (w->seen & (CH_PLUS | CH_AT)) == CH_PLUS)
		return copy(out, s);
	while (tail > 0 && !is_alnum(s.p[tail - 1]))
		tail--;
	while (head < tail && !is_alnum(s.p[head]))
		head++;
	if (head == 0 && tail == s.n)
		return put_core(out, w);
	/* an address may begin with anything */
	if (head == tail || (head > 0 && (w->seen & CH_AT) != 0))
		return copy(out, s);
	core = word_of((struct str){s.p + head, tail - head});
	n = copy(out, (struct str){s.p, head});
	n += put_core(out + n, &core);
	return n + copy(out + n, str_from(s, tail));
}

/* Can there be something to make alike in a word that stands behind `before`?
 * What follows those may be the rest of an address of the web. */
static bool
is_open(const struct kinds *k, struct str w, size_t from, char before)
{
	uint64_t low = ~UINT64_C(0) >> (PIECE - w.n);
	uint64_t four = bits_from(k->alnum, from) & low;

	if (before == '?' || before == '&' || before == '!')
		return false;
	four &= four >> 1;
	four &= four >> 2; /* where four stand together */
	return (four | (bits_from(k->at, from) & low)) != 0 ||
	       (w.n >= QUAD_MIN && shape_ipv4(w) > 0);
}

/* The next word with a digit or '@' at or behind *i, which moves behind it;
 * false when there is none. Those of 64 bytes and more are passed over. */
static bool
next_word(const struct kinds *k, struct str text, size_t *i, struct str *w)
{
	while (*i < text.n) {
		uint64_t open = bits_from(k->open, *i), before, rest;
		size_t at, head, tail;

		if (open == 0) {
			*i += PIECE;
			continue;
		}
		at = *i + (size_t)__builtin_ctzll(open);
		before = ~bits_before(k->word, at);
		rest = ~bits_from(k->word, at);
		head = before == 0 ? PIECE : (size_t)__builtin_clzll(before);
		tail = rest == 0 ? PIECE : (size_t)__builtin_ctzll(rest);
		*i = at + tail;
		if (head + tail >= PIECE)
			continue;
		*w = (struct str){text.p + at - head, head + tail};
		return true;
	}
	return false;
}

size_t
shape_key(char *out, struct str text)
{
	char padded[SHAPE_KEY_MAX + PIECE];
	struct kinds k = {0};
	struct str w;
	size_t done = 0, n = 0, i = 0;

	if (text.n > SHAPE_KEY_MAX)
		return copy(out, text);
	(void)copy(padded, text);
	memset(padded + text.n, 0, PIECE);
	for (size_t piece = 0; piece * PIECE < text.n; piece++)
		take_kinds(&k, piece, padded + piece * PIECE);
	while (next_word(&k, text, &i, &w)) {
		size_t from = (size_t)(w.p - text.p);
		struct word parts;

		if (!is_open(&k, w, from, from == 0 ? ' ' : w.p[-1]))
			continue;
		parts = word_of(w);
		n += copy(out + n, (struct str){text.p + done, from - done});
		n += put_word(out + n, &parts);
		done = from + w.n;
	}
	return n + copy(out + n, str_from(text, done));
}
