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
	uint64_t word[PIECES], alnum[PIECES], digit[PIECES], at[PIECES];
	uint64_t joint[PIECES]; /* . - _ */
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

		__m128i joint = _mm_or_si128(in(x, '-', 1), is(x, '_'));

		more = _mm_or_si128(more, in(x, '-', ':' - '-'));
		more = _mm_or_si128(more, _mm_or_si128(is(x, '='), joint));
		more = _mm_or_si128(more, _mm_or_si128(is(x, '~'), at));
		k->at[piece] |= mask(at, i);
		k->digit[piece] |= mask(digit, i);
		k->joint[piece] |= mask(joint, i);
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
		if (p[i] != '#' && (c & CH_DIGIT) != 0)
			k->digit[piece] |= bit;
		if ((c & (CH_DOT | CH_DASH)) != 0)
			k->joint[piece] |= bit;
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

/* The classes of all bytes of s. */
static unsigned
classes_of(struct str s)
{
	unsigned seen = 0;

	for (size_t i = 0; i < s.n; i++)
		seen |= shape_class_of(s.p[i]);
	return seen;
}

/* A word of less than 64 bytes, or a piece of one; a bit for each byte. */
struct word {
	struct str s;
	uint64_t alnum, digit, at, joint;
};

static uint64_t
low(size_t n) /* 1 .. 64 */
{
	return ~UINT64_C(0) >> (PIECE - n);
}

static struct word
piece_of(const struct word *w, size_t from, size_t n)
{
	return (struct word){.s = {w->s.p + from, n},
	    .alnum = w->alnum >> from & low(n),
	    .digit = w->digit >> from & low(n),
	    .at = w->at >> from & low(n),
	    .joint = w->joint >> from & low(n)};
}

/* Where the bits of m have a 1 and `more` behind it: 1, 3. */
static uint64_t
runs(uint64_t m, unsigned more)
{
	m &= m >> 1;
	return more == 1 ? m : m & m >> 2;
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

/* What a word's parts, letters and digits between other bytes, are part of. */
enum parts { OF_WORD, OF_NAME, OF_ID };

/* A part with letters and digits. */
static bool
is_id(struct str part, bool name)
{
	return part.n >= SHAPE_HEX_ID &&
	       ((!name && part.n >= ID_MIN) || shape_is_hex_id(part));
}

static void
write_part(char *out, const struct word *part, enum parts of)
{
	size_t n = part->s.n;

	if (part->digit == 0)
		return;
	if (part->digit == low(n)) {
		if (n >= NUMBER_MIN || of == OF_ID)
			memset(out, '0', n);
	} else if (is_id(part->s, of == OF_NAME)) {
		write_id(out, part->s);
	} else if (of == OF_ID) {
		write_numbers(out, part->s, 1);
	} else if (of == OF_NAME && runs(part->digit, 3) != 0) {
		write_numbers(out, part->s, NAME_NUMBER_MIN);
	}
}

/* The first part of those in *alnum, which is taken out. */
static struct word
next_part(const struct word *w, uint64_t *alnum)
{
	unsigned from = (unsigned)__builtin_ctzll(*alnum);
	unsigned n = (unsigned)__builtin_ctzll(~(*alnum >> from));

	*alnum &= ~(low(n) << from);
	return piece_of(w, from, n);
}

static size_t
put_parts(char *out, const struct word *w, enum parts of)
{
	(void)copy(out, w->s);
	for (uint64_t left = w->alnum; left != 0;) {
		struct word part = next_part(w, &left);

		write_part(out + (part.s.p - w->s.p), &part, of);
	}
	return w->s.n;
}

/* Of a word that is no name: is a part of it an id, and so all of it? */
static enum parts
parts_of(const struct word *w)
{
	for (uint64_t left = w->alnum; left != 0;) {
		struct word part = next_part(w, &left);

		if (part.digit != 0 && part.digit != low(part.s.n) &&
		    is_id(part.s, false))
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

	if (w->alnum == w->digit && is_quad(s))
		return copy(out, STR_LIT("0.0.0.0"));
	if (runs(w->alnum, 3) == 0 ||
	    ((w->digit & 1) != 0 && begins_apart(s)) ||
	    (s.n <= SHAPE_HEX_ID && shape_is_code(s)))
		return copy(out, s);
	if (w->joint != 0 && shape_is_domain(s))
		return put_parts(out, w, OF_NAME);
	return put_parts(out, w, parts_of(w));
}

/* One '@' between what may stand beside it. */
static bool
is_address(const struct word *w, unsigned seen)
{
	size_t at = (size_t)__builtin_ctzll(w->at);
	struct str domain = str_from(w->s, at + 1);

	if (at == 0 || domain.n == 0 || (w->at & (w->at - 1)) != 0 ||
	    (seen & (CH_COLON | CH_OTHER)) != 0 || begins_apart(w->s))
		return false;
	return ((w->alnum | w->joint) >> (at + 1)) == low(domain.n) &&
	       memchr(domain.p, '_', domain.n) == NULL;
}

/* "name=mx1.example": a word, and what it says. */
static size_t
put_pair(char *out, const struct word *w)
{
	struct str s = w->s;
	size_t at = (size_t)__builtin_ctzll(~w->alnum);
	struct word value;

	if ((w->digit & low(at)) != 0 ||
	    (shape_class_of(s.p[at]) & (CH_COLON | CH_EQ)) == 0)
		return copy(out, s);
	at++;
	value = piece_of(w, at, s.n - at);
	if ((value.alnum | value.joint) != low(value.s.n) ||
	    (value.alnum & 1) == 0)
		return copy(out, s);
	(void)copy(out, (struct str){s.p, at});
	return at + put_plain(out + at, &value);
}

/* A word without the punctuation around it. */
static size_t
put_core(char *out, const struct word *w)
{
	unsigned seen;

	if ((w->alnum | w->joint) == low(w->s.n))
		return put_plain(out, w);
	seen = classes_of(w->s);
	if (w->at != 0 && is_address(w, seen))
		return copy(
		    out, (w->digit & 1) != 0 ? STR_LIT("0@a") : STR_LIT("a@a"));
	if ((seen & (CH_AT | CH_OTHER)) != 0)
		return copy(out, w->s);
	return put_pair(out, w);
}

/* A page in the web: of its path only words stay in a shape. */
static bool
is_url(const struct word *w)
{
	return (str_starts(w->s, STR_LIT("http://")) ||
		   str_starts(w->s, STR_LIT("https://"))) &&
	       w->at == 0 && memchr(w->s.p, '#', w->s.n) == NULL;
}

static size_t
put_word(char *out, const struct word *w)
{
	struct str s = w->s;
	size_t head, tail, n;
	unsigned seen;
	struct word core;

	if (is_url(w))
		return put_parts(out, w, OF_WORD);
	head = (size_t)__builtin_ctzll(w->alnum);
	tail = PIECE - (size_t)__builtin_clzll(w->alnum);
	core = piece_of(w, head, tail - head);
	if ((w->alnum | w->joint) != low(s.n)) {
		seen = classes_of(s);
		/* what could be base64, or hold an address of the web; an
		 * address may begin with anything; shapes have '#' */
		if ((seen & CH_SLASH) != 0 || (head > 0 && w->at != 0) ||
		    (seen & (CH_PLUS | CH_AT)) == CH_PLUS ||
		    memchr(s.p, '#', s.n) != NULL)
			return copy(out, s);
	}
	n = copy(out, (struct str){s.p, head});
	n += put_core(out + n, &core);
	return n + copy(out + n, str_from(s, tail));
}

/* Can there be something to make alike in a word that stands behind `before`?
 * What follows those may be the rest of an address of the web. */
static bool
is_open(const struct word *w, char before)
{
	if (before == '?' || before == '&' || before == '!' || w->alnum == 0)
		return false;
	return runs(w->alnum, 3) != 0 || w->at != 0 ||
	       (w->alnum == w->digit && w->s.n >= QUAD_MIN &&
		   shape_ipv4(w->s) > 0);
}

/* The next word with a digit or '@' at or behind *i, which moves behind it;
 * false when there is none. Those of 64 bytes and more are passed over. */
static bool
next_word(const struct kinds *k, struct str text, size_t *i, struct word *w)
{
	while (*i < text.n) {
		uint64_t open = bits_from(k->digit, *i) | bits_from(k->at, *i);
		uint64_t before, rest;
		size_t at, head, tail, n;

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
		n = head + tail;
		if (n >= PIECE)
			continue;
		at -= head;
		*w = (struct word){.s = {text.p + at, n},
		    .alnum = bits_from(k->alnum, at) & low(n),
		    .digit = bits_from(k->digit, at) & low(n),
		    .at = bits_from(k->at, at) & low(n),
		    .joint = bits_from(k->joint, at) & low(n)};
		return true;
	}
	return false;
}

size_t
shape_key(char *out, struct str text)
{
	char padded[SHAPE_KEY_MAX + PIECE];
	struct kinds k = {0};
	struct word w;
	size_t done = 0, n = 0, i = 0;

	if (text.n > SHAPE_KEY_MAX)
		return copy(out, text);
	(void)copy(padded, text);
	memset(padded + text.n, 0, PIECE);
	for (size_t piece = 0; piece * PIECE < text.n; piece++)
		take_kinds(&k, piece, padded + piece * PIECE);
	while (next_word(&k, text, &i, &w)) {
		size_t from = (size_t)(w.s.p - text.p);

		if (!is_open(&w, from == 0 ? ' ' : w.s.p[-1]))
			continue;
		n += copy(out + n, (struct str){text.p + done, from - done});
		n += put_word(out + n, &w);
		done = from + w.s.n;
	}
	return n + copy(out + n, str_from(text, done));
}
