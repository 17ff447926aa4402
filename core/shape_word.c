/* shape_word.c - kinds of words in replies; see shape_word.h. */
#include "core/shape_word.h"

#define D4(c)  c, c, c, c
#define D16(c) D4(c), D4(c), D4(c), D4(c)
#define P      0 /* punctuation: a word of its own */
#define S      CH_SPACE
#define U      CH_UPPER
#define L      CH_LOWER
#define N      CH_DIGIT
#define O      CH_OTHER
#define H      CH_HIGH

const uint16_t shape_class[256] = {
    /* clang-format off */
    D16(S), D16(S),
    S, P, P, N, O, O, P, P, P, P, O, CH_PLUS, P, CH_DASH, CH_DOT, CH_SLASH,
    N, N, N, N, N, N, N, N, N, N, CH_COLON, P, P, CH_EQ, P, P,
    CH_AT, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
    U, U, U, U, U, U, U, U, U, U, U, P, P, P, P, CH_DASH,
    P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
    L, L, L, L, L, L, L, L, L, L, L, P, P, P, O, S,
    D16(H), D16(H), D16(H), D16(H), D16(H), D16(H), D16(H), D16(H)
    /* clang-format on */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alpha(char c)
{
	return (shape_class_of(c) & CH_ALPHA) != 0;
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Digits at s.p[at..], at most max of them. */
static size_t
digits(struct str s, size_t at, size_t max)
{
	size_t n = 0;

	while (at + n < s.n && n <= max && is_digit(s.p[at + n]))
		n++;
	return n > max ? 0 : n;
}

size_t
shape_ipv4(struct str s)
{
	size_t at = 0;

	for (int part = 0; part < 4; part++) {
		size_t n = digits(s, at, 3);

		if (n == 0)
			return 0;
		at += n;
		if (part == 3)
			return at;
		if (at >= s.n || s.p[at] != '.')
			return 0;
		at++;
	}
	return 0;
}

bool
shape_is_ipv6(struct str s)
{
	static const struct str tag = {"ipv6:", 5};
	size_t colons = 0, run = 0;
	bool twice = false;

	if (s.n > tag.n && str_ieq((struct str){s.p, tag.n}, tag))
		s = str_from(s, tag.n);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ':') {
			colons++;
			twice |= i > 0 && s.p[i - 1] == ':';
			run = 0;
		} else if (s.p[i] == '.' || s.p[i] == '/') {
			/* an IPv4 tail, a prefix length */
			return colons >= 2 && run > 0;
		} else if (!is_hex(s.p[i]) || ++run > 4) {
			return false;
		}
	}
	return colons >= 3 || (colons >= 2 && twice);
}

size_t
shape_enhanced(struct str s)
{
	size_t a, b;

	if (s.n < 5 || (s.p[0] != '2' && s.p[0] != '4' && s.p[0] != '5') ||
	    s.p[1] != '.')
		return 0;
	a = digits(s, 2, 3);
	if (a == 0 || 2 + a >= s.n || s.p[2 + a] != '.')
		return 0;
	b = digits(s, 3 + a, 3);
	if (b == 0)
		return 0;
	a += b + 3;
	/* "5.7.1.2" and "4.2.1a" are something else */
	if (a < s.n && (s.p[a] == '#' || is_alpha(s.p[a]) ||
			   (s.p[a] == '.' && a + 1 < s.n &&
			       (shape_class_of(s.p[a + 1]) & CH_DIGIT) != 0)))
		return 0;
	return a;
}

bool
shape_is_smtp_code(struct str s)
{
	return s.n >= 3 && s.p[0] >= '2' && s.p[0] <= '5' && s.p[1] >= '0' &&
	       s.p[1] <= '9' && is_digit(s.p[2]) &&
	       (s.n == 3 || s.p[3] == '-' ||
		   (shape_class_of(s.p[3]) & CH_SPACE) != 0);
}

/* A top-level domain, in one case: "blocked.See" lacks a blank, no more. */
static bool
is_tld(struct str s)
{
	unsigned mask = 0;

	if (s.n >= 4 && str_ieq((struct str){s.p, 4}, STR_LIT("xn--")))
		return true;
	if (s.n < 2 || s.n > 24)
		return false;
	for (size_t i = 0; i < s.n; i++)
		mask |= shape_class_of(s.p[i]);
	return mask == CH_UPPER || mask == CH_LOWER;
}

bool
shape_is_domain(struct str s)
{
	size_t label = 0, labels = 0;

	for (size_t i = 0; i <= s.n; i++) {
		unsigned c = i < s.n ? shape_class_of(s.p[i]) : CH_DOT;

		if (c == CH_DOT) {
			if (i == label)
				return false;
			labels++;
			if (i < s.n)
				label = i + 1;
		} else if ((c & (CH_ALPHA | CH_DIGIT | CH_DASH)) == 0) {
			return false;
		}
	}
	return labels >= 2 && is_tld(str_from(s, label));
}

bool
shape_is_list(struct str domain)
{
	static const struct str marks[] = {{"spam", 4}, {"sorbs", 5},
	    {"dnsbl", 5}, {"abuse", 5}, {"block", 5}, {"barracuda", 9},
	    {"uceprotect", 10}, {"rbl.", 4}, {"reputation", 10}};

	const uint32_t first = 1U << ('s' - 'a') | 1U << ('d' - 'a') |
			       1U << ('a' - 'a') | 1U << ('b' - 'a') |
			       1U << ('u' - 'a') | 1U << ('r' - 'a');

	for (; domain.n >= 4; domain = str_from(domain, 1)) {
		unsigned c = (unsigned char)domain.p[0] - (unsigned)'a';

		if (c > 25 || (first >> c & 1) == 0)
			continue;
		for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
			if (marks[i].p[0] == domain.p[0] &&
			    str_starts(domain, marks[i]))
				return true;
	}
	return false;
}

bool
shape_is_hex_id(struct str s)
{
	unsigned seen = 0;

	if (s.n < SHAPE_HEX_ID)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_hex(s.p[i]))
			return false;
		seen |= shape_class_of(s.p[i]);
	}
	return seen != CH_DIGIT && (seen & CH_ALPHA) != CH_ALPHA;
}

bool
shape_is_code(struct str s)
{
	size_t at = 0, from;

	if (shape_is_hex_id(s))
		return false;
	while (at < s.n && shape_class_of(s.p[at]) == CH_UPPER)
		at++;
	if (at == 0 || at > 5 || s.n > 8)
		return false;
	if (at < s.n && shape_class_of(s.p[at]) == CH_DASH)
		at++;
	from = at;
	while (at < s.n && shape_class_of(s.p[at]) == CH_DIGIT)
		at++;
	return at == s.n && at > from && at - from <= 5;
}

size_t
shape_case_changes(struct str s)
{
	size_t n = 0;

	for (size_t i = 1; i < s.n; i++) {
		unsigned two =
		    shape_class_of(s.p[i - 1]) | shape_class_of(s.p[i]);

		n += (two & CH_ALPHA) == CH_ALPHA;
	}
	return n;
}

bool
shape_is_id(struct str s, unsigned mask)
{
	bool hex = true;

	if ((mask & CH_DIGIT) != 0)
		return s.n > SHAPE_HEX_ID || shape_is_hex_id(s);
	if (s.n > 64 || s.n < SHAPE_HEX_ID)
		return s.n > 64;
	for (size_t i = 0; i < s.n && hex; i++)
		hex = is_hex(s.p[i]);
	return hex || (s.n >= 12 && (mask & CH_ALPHA) == CH_ALPHA &&
			  shape_case_changes(s) >= 4);
}

bool
shape_is_date(struct str s)
{
	if (s.n < 10 || digits(s, 0, 4) != 4 || s.p[4] != s.p[7] ||
	    (s.p[4] != '-' && s.p[4] != '/') || digits(s, 5, 2) != 2 ||
	    digits(s, 8, 2) != 2)
		return false;
	for (size_t i = 10; i < s.n; i++)
		if (!is_digit(s.p[i]) && strchr("TtZz:.+-/", s.p[i]) == NULL)
			return false;
	return true;
}

bool
shape_is_day_or_month(struct str s)
{
	static const char names[] =
	    "MonTueWedThuFriSatSunJanFebMarAprMayJunJulAugSepOctNovDec";

	if (s.n != 3)
		return false;
	for (size_t i = 0; i + 3 < sizeof names; i += 3)
		if (memcmp(names + i, s.p, 3) == 0)
			return true;
	return false;
}
