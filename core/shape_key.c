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
};

/* True when one of the eight bytes is a digit or '@': after the xor digits are
 * 0..9, so that adding 0x76 leaves the top bit alone, and '@' is 0, so that
 * adding 0x7f does; bytes of 0x80 and more are kept out first. */
static bool
may_begin(const char *p)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7fU, top = 0x8080808080808080U;
	uint64_t v, digit, at;

	memcpy(&v, p, sizeof v);
	digit = v ^ 0x3030303030303030U;
	at = v ^ 0x4040404040404040U;
	digit = ((digit & low) + 0x7676767676767676U) | v;
	at = ((at & low) + low) | v;
	return ((digit & at) & top) != top;
}

/* The next digit or '@' at or behind i; t.n if there is none. */
static size_t
next_place(struct str t, size_t i)
{
	while (i + 8 <= t.n && !may_begin(t.p + i))
		i += 8;
	while (i < t.n && ((shape_class_of(t.p[i]) & (CH_DIGIT | CH_AT)) == 0 ||
			      t.p[i] == '#'))
		i++;
	return i;
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
	return s.n >= 7 && s.n <= 15 && shape_ipv4(s) == s.n;
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
is_open(const struct word *w, char before)
{
	if (before == '?' || before == '&' || before == '!')
		return false;
	return w->longest >= NAME_NUMBER_MIN || (w->seen & CH_AT) != 0 ||
	       (w->seen & (CH_ALPHA | CH_DOT)) == CH_DOT;
}

size_t
shape_key(char *out, struct str text)
{
	size_t i = 0, n = 0;

	while (i < text.n) {
		size_t from = next_place(text, i), end = from;
		struct word w;

		while (from > i &&
		       (shape_class_of(text.p[from - 1]) & CH_WORD) != 0)
			from--;
		while (end < text.n &&
		       (shape_class_of(text.p[end]) & CH_WORD) != 0)
			end++;
		w = word_of((struct str){text.p + from, end - from});
		if (is_open(&w, from == 0 ? ' ' : text.p[from - 1])) {
			n += copy(out + n, (struct str){text.p + i, from - i});
			n += put_word(out + n, &w);
		} else {
			n += copy(out + n, (struct str){text.p + i, end - i});
		}
		i = end;
	}
	return n;
}
