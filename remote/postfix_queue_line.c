/*
 * postfix_queue_line.c - the hand tokenizer; see postfix_queue_line.h. It
 * takes a subset of JSON (whole numbers, no control characters in strings,
 * little nesting): all that Postfix writes. Strings without escapes are
 * borrowed from the line, others are unescaped into the scratch memory.
 */
#include "remote/postfix_queue_line.h"

#include <stdlib.h>

#include "core/utf8.h"

enum { NESTING_MAX = 16, DIGITS_MAX = 15 };

struct cur {
	const char *p, *end;
	struct postfix_queue_line *l;
};

static void
blanks(struct cur *c)
{
	while (
	    c->p < c->end && (*c->p == ' ' || *c->p == '\t' || *c->p == '\r'))
		c->p++;
}

/* Takes one character, blanks before it passed over. */
static inline bool
take(struct cur *c, char want)
{
	if (c->p >= c->end || *c->p != want) {
		blanks(c);
		if (c->p >= c->end || *c->p != want)
			return false;
	}
	c->p++;
	return true;
}

/* A comparison the compiler knows the length of. */
#define IS(s, text)                                                            \
	((s).n == sizeof(text) - 1 &&                                          \
	    memcmp((s).p, text, sizeof(text) - 1) == 0)

/* The next byte that is '"', '\\' or a control character, eight at a time:
 * (v - 1) & ~v has the high bit where a byte of v is 0. */
static const char *
plain_end(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101U, high = ones << 7;

	while (end - p >= 8) {
		uint64_t v, quote, slash, hit;

		memcpy(&v, p, sizeof v);
		quote = v ^ (ones * '"');
		slash = v ^ (ones * '\\');
		hit = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
		      ((v - ones * 0x20) & ~v);
		if ((hit & high) != 0)
			break;
		p += 8;
	}
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

/* Four hex digits; -1 when they are not. */
static int32_t
hex4(struct cur *c)
{
	int32_t v = 0;

	if (c->end - c->p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char h = *c->p++;

		if (h >= '0' && h <= '9')
			v = v * 16 + (h - '0');
		else if (h >= 'a' && h <= 'f')
			v = v * 16 + (h - 'a' + 10);
		else if (h >= 'A' && h <= 'F')
			v = v * 16 + (h - 'A' + 10);
		else
			return -1;
	}
	return v;
}

/* Behind "\u": one code point, of a surrogate pair too (RFC 8259 7), as UTF-8
 * into dst; how many bytes, 0 when it is none. NUL becomes '?'. */
static size_t
code_point(struct cur *c, char dst[4])
{
	int32_t hi = hex4(c), lo;

	if (hi < 0 || (hi >= 0xdc00 && hi <= 0xdfff))
		return 0;
	if (hi >= 0xd800 && hi <= 0xdbff) {
		if (c->end - c->p < 2 || c->p[0] != '\\' || c->p[1] != 'u')
			return 0;
		c->p += 2;
		lo = hex4(c);
		if (lo < 0xdc00 || lo > 0xdfff)
			return 0;
		hi = 0x10000 + ((hi - 0xd800) << 10) + (lo - 0xdc00);
	}
	if (hi == 0)
		hi = '?';
	return utf8_encode(dst, (char32_t)hi);
}

/* One escape, c->p behind its backslash; bytes written to dst, 0: none. */
static size_t
escape(struct cur *c, char dst[4])
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (c->p >= c->end || *c->p == '\0')
		return 0;
	if (*c->p == 'u') {
		c->p++;
		return code_point(c, dst);
	}
	at = strchr(from, *c->p);
	if (at == NULL)
		return 0;
	c->p++;
	dst[0] = to[at - from];
	return 1;
}

/* Text with escapes from start into dst; quoted: up to its closing quote, else
 * all there is. */
static bool
unescape(
    struct cur *c, const char *start, bool quoted, char *dst, struct str *out)
{
	const char *p = start;
	char *q = dst;

	for (;;) {
		const char *stop = plain_end(p, c->end);
		size_t n = (size_t)(stop - p);

		if (n > 0)
			memcpy(q, p, n);
		q += n;
		*out = (struct str){dst, (size_t)(q - dst)};
		if (stop >= c->end)
			return !quoted;
		if ((unsigned char)*stop < 0x20)
			return false;
		c->p = stop + 1;
		if (*stop == '"')
			return quoted;
		n = escape(c, q);
		if (n == 0)
			return false;
		q += n;
		p = c->p;
	}
}

bool
postfix_queue_text(struct str text, char *room, struct str *out)
{
	struct cur c = {text.p, text.p, NULL};

	*out = (struct str){NULL, 0};
	if (text.n == 0)
		return true;
	c.end += text.n;
	return unescape(&c, text.p, false, room, out);
}

/* A string with escapes; start is its first byte. */
static bool
string_slow(struct cur *c, const char *start, struct str *out)
{
	struct postfix_queue_line *l = c->l;

	if (!unescape(c, start, true, l->scratch + l->scratch_used, out))
		return false;
	l->scratch_used += out->n;
	return true;
}

static bool
string(struct cur *c, struct str *out)
{
	const char *start, *stop;

	if (!take(c, '"'))
		return false;
	start = c->p;
	stop = plain_end(start, c->end);
	if (stop >= c->end)
		return false;
	if (*stop != '"')
		return string_slow(c, start, out);
	*out = (struct str){start, (size_t)(stop - start)};
	c->p = stop + 1;
	return true;
}

/* A whole number of at most DIGITS_MAX digits, as JSON writes it. */
static bool
number(struct cur *c, int64_t *out)
{
	bool minus = take(c, '-');
	const char *start = c->p;
	int64_t v = 0;

	while (c->p < c->end && *c->p >= '0' && *c->p <= '9') {
		if (c->p - start >= DIGITS_MAX)
			return false;
		v = v * 10 + (*c->p++ - '0');
	}
	if (c->p == start || (*start == '0' && c->p - start > 1))
		return false;
	if (c->p < c->end && (*c->p == '.' || *c->p == 'e' || *c->p == 'E'))
		return false;
	*out = minus ? -v : v;
	return true;
}

static bool
word(struct cur *c, struct str want)
{
	if (!str_starts((struct str){c->p, (size_t)(c->end - c->p)}, want))
		return false;
	c->p += want.n;
	return true;
}

static bool value(struct cur *c, int depth);

/* Members of an object, or items of an array, that nobody asked for. */
static bool
nested(struct cur *c, int depth, bool object)
{
	char close = object ? '}' : ']';
	struct str key;

	if (depth >= NESTING_MAX)
		return false;
	if (take(c, close))
		return true;
	do {
		if (object && (!string(c, &key) || !take(c, ':')))
			return false;
		if (!value(c, depth + 1))
			return false;
	} while (take(c, ','));
	return take(c, close);
}

/* Any value, passed over. */
static bool
value(struct cur *c, int depth)
{
	struct str s;
	int64_t v;

	blanks(c);
	if (c->p >= c->end)
		return false;
	switch (*c->p) {
	case '"':
		return string(c, &s);
	case '{':
		c->p++;
		return nested(c, depth, true);
	case '[':
		c->p++;
		return nested(c, depth, false);
	case 't':
		return word(c, STR_LIT("true"));
	case 'f':
		return word(c, STR_LIT("false"));
	case 'n':
		return word(c, STR_LIT("null"));
	default:
		return number(c, &v);
	}
}

static bool
recipient(struct cur *c, struct queue_rcpt *r)
{
	bool has_address = false, has_reason = false;
	struct str key;

	*r = (struct queue_rcpt){{NULL, 0}, {NULL, 0}};
	if (!take(c, '{'))
		return false;
	if (take(c, '}'))
		return true;
	do {
		bool ok;

		if (!string(c, &key) || !take(c, ':'))
			return false;
		if (!has_address && IS(key, "address"))
			ok = has_address = string(c, &r->address);
		else if (!has_reason && IS(key, "delay_reason"))
			ok = has_reason = string(c, &r->reason);
		else
			ok = value(c, 2);
		if (!ok)
			return false;
	} while (take(c, ','));
	return take(c, '}');
}

static bool
recipients(struct cur *c)
{
	struct queue_item *it = &c->l->item;

	it->rcpt = c->l->rcpt;
	if (!take(c, '['))
		return false;
	if (take(c, ']'))
		return true;
	do {
		struct queue_rcpt rest, *r = &rest;

		if (it->n_rcpt < POSTFIX_QUEUE_RCPT_MAX)
			r = &c->l->rcpt[it->n_rcpt++];
		if (!recipient(c, r))
			return false;
	} while (take(c, ','));
	return take(c, ']');
}

bool
postfix_queue_name(struct str name, enum queue_name *out)
{
	static const struct str names[Q_N] = {
	    [Q_INCOMING] = {"incoming", 8},
	    [Q_ACTIVE] = {"active", 6},
	    [Q_DEFERRED] = {"deferred", 8},
	    [Q_HOLD] = {"hold", 4},
	    [Q_MAILDROP] = {"maildrop", 8},
	};

	for (int i = 0; i < Q_N; i++)
		if (str_eq(name, names[i])) {
			*out = (enum queue_name)i;
			return true;
		}
	return false;
}

enum member {
	HAS_QUEUE = 1,
	HAS_ID = 2,
	HAS_TIME = 4,
	HAS_SIZE = 8,
	HAS_SENDER = 16,
	HAS_RCPT = 32,
	HAS_NEEDED = HAS_QUEUE | HAS_ID | HAS_TIME,
};

/* Which member key names; 0 for one nobody asked for. */
static unsigned
member_of(struct str key)
{
	if (IS(key, "queue_name"))
		return HAS_QUEUE;
	if (IS(key, "queue_id"))
		return HAS_ID;
	if (IS(key, "arrival_time"))
		return HAS_TIME;
	if (IS(key, "message_size"))
		return HAS_SIZE;
	if (IS(key, "sender"))
		return HAS_SENDER;
	return IS(key, "recipients") ? HAS_RCPT : 0;
}

/* The first of a key counts, as with cJSON. */
static bool
take_member(struct cur *c, struct str key, unsigned *has)
{
	struct queue_item *it = &c->l->item;
	unsigned m = member_of(key);
	struct str name;
	int64_t v;

	if ((*has & m) != 0)
		m = 0;
	*has |= m;
	switch (m) {
	case HAS_QUEUE:
		return string(c, &name) && postfix_queue_name(name, &it->queue);
	case HAS_ID:
		return string(c, &it->qid) && it->qid.n > 0;
	case HAS_TIME:
		if (!number(c, &v))
			return false;
		it->arrival_ms = v * 1000;
		return true;
	case HAS_SIZE:
		return number(c, &it->size_bytes);
	case HAS_SENDER:
		return string(c, &it->sender);
	case HAS_RCPT:
		return recipients(c);
	default:
		return value(c, 1);
	}
}

/* Unescaped text is never longer than its line. */
static bool
make_scratch(struct postfix_queue_line *l, size_t n)
{
	char *p;

	l->scratch_used = 0;
	if (n <= l->scratch_room)
		return true;
	p = realloc(l->scratch, n);
	if (p == NULL)
		return false;
	l->scratch = p;
	l->scratch_room = n;
	return true;
}

bool
postfix_queue_line_fast(struct postfix_queue_line *l, struct str line)
{
	struct cur c = {line.p, line.p + line.n, l};
	struct str key;
	unsigned has = 0;

	l->item = (struct queue_item){0};
	if (line.n == 0 || !make_scratch(l, line.n))
		return false;
	if (!take(&c, '{'))
		return false;
	if (!take(&c, '}')) {
		do {
			if (!string(&c, &key) || !take(&c, ':') ||
			    !take_member(&c, key, &has))
				return false;
		} while (take(&c, ','));
		if (!take(&c, '}'))
			return false;
	}
	blanks(&c);
	return c.p == c.end && (has & HAS_NEEDED) == HAS_NEEDED;
}
