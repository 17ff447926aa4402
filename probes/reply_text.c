/*
 * reply_text.c - keys and plain texts of replies, see reply_text.h. Any byte
 * may come; nothing is read beyond the text. Knows no rule.
 * Forms: RFC 5321 4.2.1 (continuation lines), RFC 3463 2 (enhanced codes).
 */
#include "probes/reply_text.h"

#include "core/shape.h"
#include "core/shape_word.h"

enum { ID_MIN = 12, NUMBER_MIN = 5, QUAD_MIN = 7 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* True when one of the eight bytes is a digit: after the xor digits are 0..9,
 * so that adding 0x76 leaves the top bit alone; bytes of 0x80 and more are
 * kept out first. May say true for a byte that is none; never false for one. */
static bool
may_have_digit(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	v ^= 0x3030303030303030U;
	v = ((v & 0x7f7f7f7f7f7f7f7fU) + 0x7676767676767676U) | v;
	return (~v & 0x8080808080808080U) != 0;
}

static size_t
next_digit(struct str t, size_t i)
{
	while (i + 8 <= t.n && !may_have_digit(t.p + i))
		i += 8;
	while (i < t.n && !is_digit(t.p[i]))
		i++;
	return i;
}

/* Length of the IPv4 address at i; 0 when there is none. */
static size_t
quad_at(struct str t, size_t i)
{
	size_t at = i;

	for (unsigned part = 0; part < 4; part++) {
		size_t run = 0;

		if (part > 0 && (at >= t.n || t.p[at++] != '.'))
			return 0;
		while (at < t.n && run < 4 && is_digit(t.p[at])) {
			at++;
			run++;
		}
		if (run == 0 || run > 3)
			return 0;
	}
	if (at < t.n && is_word(t.p[at]))
		return 0;
	return at - i;
}

/* True for "12" in 10:12:55. */
static bool
is_clock(struct str t, size_t from, size_t end)
{
	return end - from == 2 && ((from > 0 && t.p[from - 1] == ':') ||
				      (end < t.n && t.p[end] == ':'));
}

/* A word with a digit that is an id: letters of one tell nothing. */
static bool
is_id(struct str w)
{
	return w.n >= ID_MIN || shape_is_hex_id(w);
}

size_t
reply_key(char out[REPLY_TEXT_MAX], struct str text)
{
	size_t i = 0, n = 0;

	text = str_trim(text);
	if (text.n > REPLY_TEXT_MAX)
		text.n = REPLY_TEXT_MAX;
	while (i < text.n) {
		size_t digit = next_digit(text, i), from = digit, end = digit;
		bool number = true;
		size_t quad;

		while (
		    digit < text.n && from > i && is_word(text.p[from - 1])) {
			from--;
			number = false;
		}
		memcpy(out + n, text.p + i, from - i);
		n += from - i;
		quad = number ? quad_at(text, from) : 0;
		if (quad > 0) {
			memcpy(out + n, "0.0.0.0", QUAD_MIN);
			n += QUAD_MIN;
			i = from + quad;
			continue;
		}
		while (end < text.n && is_word(text.p[end]))
			number &= is_digit(text.p[end++]);
		if (number
			? end - from >= NUMBER_MIN || is_clock(text, from, end)
			: is_id((struct str){text.p + from, end - from})) {
			out[n++] = '0';
		} else if (end > from) {
			memcpy(out + n, text.p + from, end - from);
			n += end - from;
		}
		i = end;
	}
	return n;
}

static bool
is_code(struct str t, size_t i)
{
	return i + 4 <= t.n && (t.p[i] == '4' || t.p[i] == '5') &&
	       is_digit(t.p[i + 1]) && is_digit(t.p[i + 2]) &&
	       (t.p[i + 3] == ' ' || t.p[i + 3] == '-');
}

/* A reply inside other words begins behind one of these. */
static bool
is_lead(char c)
{
	return c == ':' || c == ';' || c == '=' || c == '(' || c == ']' ||
	       c == '>';
}

/* From the code on, when a wrapping stands before it. */
static struct str
unwrap(struct str t)
{
	bool remote;
	size_t status = str_find(t, STR_LIT(" status="));

	if (status != SIZE_MAX) {
		size_t open = str_find(str_from(t, status), STR_LIT(" ("));

		if (open != SIZE_MAX)
			t = str_from(t, status + open + 2);
		if (str_ends(t, STR_LIT(")")))
			t.n--;
	}
	t = shape_reply(t, &remote);
	if (is_code(t, 0))
		return t;
	for (size_t i = 1; i + 4 <= t.n; i++) {
		size_t before = t.p[i - 1] == ' ' && i > 1 ? i - 2 : i - 1;

		if (is_code(t, i) && is_lead(t.p[before]))
			return str_from(t, i);
	}
	return t;
}

/* Bytes of the code, and of the enhanced code if it is the reply's own, that
 * begin a continuation line at i: "550-5.7.26 " or "550 5.7.26 ". */
static size_t
continuation(struct str t, size_t i, struct str head)
{
	size_t n = 4;
	bool again;

	if (i + 4 > t.n || memcmp(t.p + i, head.p, 3) != 0)
		return 0;
	again = head.n > 4 && str_starts(str_from(t, i + 4), str_from(head, 4));
	if (again)
		n = head.n;
	if (t.p[i + 3] == '-' || (t.p[i + 3] == ' ' && again))
		return n;
	return 0;
}

/* Code and enhanced code with the blank behind, where t begins with them. */
static struct str
head_of(struct str t)
{
	struct str head = {t.p, 0};

	if (!is_code(t, 0))
		return head;
	head.n = 4;
	while (head.n < t.n && (is_digit(t.p[head.n]) || t.p[head.n] == '.'))
		head.n++;
	if (head.n < t.n && t.p[head.n] == ' ' && head.n > 4)
		head.n++;
	else
		head.n = 4;
	return head;
}

static bool
is_local_part(char c)
{
	return is_word(c) || c == '.' || c == '_' || c == '-' || c == '+' ||
	       c == '=' || c == '%';
}

/* Takes the address around the '@' at i: what of it is in out goes, i moves
 * behind its domain. */
static size_t
take_address(char *out, size_t n, struct str t, size_t *i)
{
	size_t end = *i + 1;

	while (n > 0 && is_local_part(out[n - 1]))
		n--;
	while (end < t.n &&
	       (is_word(t.p[end]) || t.p[end] == '-' || t.p[end] == '.'))
		end++;
	while (end > *i + 1 && t.p[end - 1] == '.')
		end--;
	out[n++] = '@';
	*i = end;
	return n;
}

size_t
reply_plain(char out[REPLY_TEXT_MAX], struct str key)
{
	struct str t = unwrap(key);
	struct str head = head_of(t);
	size_t n = 0, i = 0;
	bool multi = head.n > 0 && t.p[3] == '-';

	if (t.n > REPLY_TEXT_MAX)
		t.n = REPLY_TEXT_MAX;
	while (i < t.n) {
		unsigned char c = (unsigned char)t.p[i];
		bool blank = c <= ' ' || c == 0x7f;

		if (i > 0 && head.n > 0 && (unsigned char)t.p[i - 1] <= ' ') {
			size_t skip = continuation(t, i, head);

			/* the last line: "550 text" behind "550-text" */
			if (skip == 0 && multi && is_code(t, i) &&
			    memcmp(t.p + i, head.p, 3) == 0)
				skip = 4;
			if (skip > 0) {
				i += skip;
				continue;
			}
		}
		if (c == '@') {
			n = take_address(out, n, t, &i);
			continue;
		}
		i++;
		if (c == '#' && i == 5 && head.n > 0)
			continue; /* "550 #5.7.1" */
		if (blank || (i == 4 && head.n > 0))
			c = ' ';
		else if (c >= 'A' && c <= 'Z')
			c |= 0x20;
		if (c != ' ' || (n > 0 && out[n - 1] != ' '))
			out[n++] = (char)c;
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	return n;
}
