/*
 * shape.c - reply texts to their shapes; see shape.h. What varies becomes a
 * mark: "#" numbers and times, "ID", "IP", "ADDR", "DOMAIN", "*" in URLs; what
 * says something stays: words, receivers' error codes, names of lists, hosts
 * of URLs. Texts are taken word by word, and a mark is a word like any other,
 * so the shape of a shape is itself. Codes: RFC 5321 4.2, RFC 3463.
 */
#include "core/shape_int.h"

enum { RUN_MAX = 200 };

void
shape_put(struct shaper *s, struct str w)
{
	size_t need = w.n + (s->space && s->n > 0);

	if (w.n == 0)
		return;
	if (need > SHAPE_MAX - s->n) {
		s->full = true;
		return;
	}
	if (need > w.n)
		s->out[s->n++] = ' ';
	s->space = false;
	memcpy(s->out + s->n, w.p, w.n);
	s->n += w.n;
}

/* True when only bytes of `between` were written since the last number. */
static bool
after_number(const struct shaper *s, const char *between)
{
	if (s->number_at == 0)
		return false;
	for (size_t i = s->number_at; i < s->n; i++)
		if (strchr(between, s->out[i]) == NULL)
			return false;
	return true;
}

/* A number; it and the one before it in the same word are one. */
static void
put_number(struct shaper *s)
{
	if (!s->space && after_number(s, ":/.+-")) {
		s->n = s->number_at;
		return;
	}
	shape_put(s, STR_LIT("#"));
	s->number_at = s->n;
}

/* "2 Jan 2026, 03:04" and "5,000" are one number: when all that was written
 * from `from` on is a number, and only blanks and commas lie between it and
 * the one that ends at last, it goes. */
static void
join_numbers(struct shaper *s, size_t last, size_t from)
{
	if (s->n == from || s->n != s->number_at || last == 0 ||
	    s->n - from > 2 || (s->n - from == 2 && s->out[from] != ' '))
		return;
	for (size_t i = last; i < from; i++)
		if (s->out[i] != ' ' && s->out[i] != ',')
			return;
	s->n = s->number_at = last;
}

size_t
shape_span(struct str s, unsigned mask, unsigned *seen)
{
	size_t n = 0;
	unsigned all = 0;

	while (n < s.n) {
		unsigned c = shape_class_of(s.p[n]);

		if ((c & mask) == 0)
			break;
		all |= c;
		n++;
	}
	*seen = all;
	return n;
}

/* A name of a list, or what follows "using": labels with digits, and those
 * before them, are keys or the address asked for; the rest is the zone. */
static void
put_list(struct shaper *s, struct str domain)
{
	char low[128];
	size_t from = 0, dots = 0;
	bool drop = false;

	for (size_t i = 0; i < domain.n; i++) {
		drop |= (shape_class_of(domain.p[i]) & CH_DIGIT) != 0;
		if (domain.p[i] != '.')
			continue;
		dots++;
		if (drop) {
			from = i + 1;
			dots = 0;
			drop = false;
		}
	}
	domain = str_from(domain, from);
	if (dots == 0 || domain.n > sizeof low ||
	    (!s->using && !shape_is_list(domain))) {
		shape_put(s, STR_LIT("DOMAIN"));
		return;
	}
	for (size_t i = 0; i < domain.n; i++) {
		bool up = shape_class_of(domain.p[i]) == CH_UPPER;

		low[i] = (char)(domain.p[i] + (up ? 'a' - 'A' : 0));
	}
	shape_put(s, (struct str){low, domain.n});
}

static void
put_domain(struct shaper *s, struct str domain)
{
	if (s->using || shape_is_list(domain))
		put_list(s, domain);
	else
		shape_put(s, STR_LIT("DOMAIN"));
}

/* Letters, digits, dashes and dots that are no domain: a plain word, an id,
 * or a word with a number in it. */
static void
put_mixed(struct shaper *s, struct str w, unsigned mask)
{
	unsigned head, mid, tail;
	size_t h, m;
	struct str rest;

	if (shape_is_code(w) ||
	    ((mask & CH_DIGIT) == 0 && !shape_is_id(w, mask))) {
		shape_put(s, w);
		return;
	}
	if (shape_is_id(w, mask)) {
		shape_put(s, STR_LIT("ID"));
		return;
	}
	h = shape_span(w, CH_ALPHA, &head);
	rest = str_from(w, h);
	m = shape_span(rest, CH_DIGIT | CH_DOT | CH_DASH, &mid);
	rest = str_from(rest, m);
	if (h > 0 && rest.n == 0) { /* mx114, TLSv1.2, mx-1 */
		h += shape_span(str_from(w, h), CH_DOT | CH_DASH, &mid);
		shape_put(s, (struct str){w.p, h});
		shape_put(s, STR_LIT("#"));
	} else if (h == 0 && rest.n <= 3 &&
		   shape_span(rest, CH_ALPHA, &tail) == rest.n &&
		   (shape_class_of(w.p[m - 1]) & CH_DIGIT) != 0) {
		shape_put(s, STR_LIT("#")); /* 15ms, 4xx */
		shape_put(s, rest);
	} else {
		shape_put(s, STR_LIT("ID"));
	}
}

static bool
is_mark(struct str run)
{
	return str_eq(run, STR_LIT("ID")) || str_eq(run, STR_LIT("IP")) ||
	       str_eq(run, STR_LIT("ADDR")) || str_eq(run, STR_LIT("DOMAIN"));
}

/* 20 letters and digits or more as base64 has them. Marks do not count: what
 * was no id must be none once parts of it became marks. */
static bool
is_base64(struct str w)
{
	struct str run, rest = w;
	size_t n = 0, changes = 0;
	unsigned mask = 0, some;

	while (rest.n > 0) {
		run = (struct str){
		    rest.p, shape_span(rest, CH_ALPHA | CH_DIGIT, &some)};
		rest = str_from(rest, run.n == 0 ? 1 : run.n);
		if (is_mark(run))
			continue;
		n += run.n;
		mask |= some;
		changes += shape_case_changes(run);
	}
	return n >= 20 && (mask & CH_ALPHA) == CH_ALPHA &&
	       ((mask & CH_DIGIT) != 0 || changes >= 4);
}

static void put_core(struct shaper *s, struct str w);

/* w without the punctuation around it, which is written as it is. */
void
shape_put_peeled(struct shaper *s, struct str w)
{
	size_t head = 0, tail = w.n;
	unsigned mask;

	(void)shape_span(w, CH_WORD, &mask);
	if ((mask & (CH_SLASH | CH_PLUS)) != 0 && (mask & CH_AT) == 0 &&
	    w.n >= 20 && is_base64(w)) {
		shape_put(s, STR_LIT("ID"));
		return;
	}
	while (tail > 0 &&
	       (shape_class_of(w.p[tail - 1]) & (CH_ALPHA | CH_DIGIT)) == 0)
		tail--;
	/* an address may begin with anything */
	if (memchr(w.p, '@', tail) == NULL)
		head = shape_span((struct str){w.p, tail},
		    CH_WORD & ~(CH_ALPHA | CH_DIGIT), &mask);
	shape_put(s, (struct str){w.p, head});
	if (tail > head) {
		size_t n = s->n;

		put_core(s, (struct str){w.p + head, tail - head});
		/* base64's padding belongs to the id */
		if (s->n >= n + 2 && memcmp(s->out + s->n - 2, "ID", 2) == 0 &&
		    tail - head > 2)
			while (tail < w.n && w.p[tail] == '=')
				tail++;
	}
	shape_put(s, str_from(w, tail));
}

/* key:value, key=value, a/b: each side for itself. */
static void
put_split(struct shaper *s, struct str w, size_t at)
{
	struct str key = {w.p, at}, value = str_from(w, at + 1);

	if (w.p[at] == '/' && shape_is_domain(key)) {
		/* an address without its scheme: the path varies */
		put_domain(s, key);
		shape_put(s, STR_LIT("/*"));
		return;
	}
	shape_put_peeled(s, key);
	shape_put(s, (struct str){w.p + at, 1});
	shape_put_peeled(s, value);
}

/* Only digits and what may stand between them. */
static void
put_numeric(struct shaper *s, struct str w)
{
	struct str bare = w;
	unsigned mask;
	size_t at = 0;

	if (bare.p[0] == '#') /* "#5.1.0" */
		bare = str_from(bare, 1);
	while (
	    at < w.n && (shape_class_of(w.p[at]) & (CH_COLON | CH_SLASH)) == 0)
		at++;
	if (shape_enhanced(bare) == bare.n && bare.n > 0)
		shape_put(s, bare);
	else if (shape_ipv4(w) > 0 || shape_is_ipv6(w))
		shape_put(s, STR_LIT("IP"));
	else if (w.n >= 9 && shape_span(w, CH_DIGIT, &mask) == w.n)
		shape_put(s, STR_LIT("ID"));
	else if (at < w.n)
		put_split(s, w, at);
	else
		put_number(s);
}

static void
put_core(struct shaper *s, struct str w)
{
	unsigned mask;
	size_t at;

	(void)shape_span(w, CH_WORD, &mask);
	if ((mask & (CH_ALPHA | CH_AT | CH_EQ | CH_OTHER)) == 0) {
		put_numeric(s, w);
		return;
	}
	if ((mask & CH_AT) != 0) {
		shape_put(s, STR_LIT("ADDR"));
		return;
	}
	if ((mask & CH_COLON) != 0 && shape_is_ipv6(w)) {
		shape_put(s, STR_LIT("IP"));
		return;
	}
	if ((mask & CH_DIGIT) != 0 && shape_is_date(w)) {
		put_number(s);
		return;
	}
	for (at = 0; at < w.n; at++)
		if ((shape_class_of(w.p[at]) & (CH_COLON | CH_EQ | CH_SLASH)) !=
		    0)
			break;
	if (at < w.n)
		put_split(s, w, at);
	else if ((mask & CH_DOT) != 0 && shape_is_domain(w))
		put_domain(s, w);
	else
		put_mixed(s, w, mask);
}

/* "Jan 2", "Mon, 2 Jan", "2 Jan": true when the name belongs to a date. */
static bool
in_date(const struct shaper *s, struct str behind)
{
	if (after_number(s, " ,"))
		return true;
	for (;;) {
		size_t n = 0;

		while (n < behind.n &&
		       (behind.p[n] == ',' ||
			   (shape_class_of(behind.p[n]) & CH_SPACE) != 0))
			n++;
		if (n == 0)
			return false;
		behind = str_from(behind, n);
		if (behind.n < 3 ||
		    !shape_is_day_or_month((struct str){behind.p, 3}))
			break;
		behind = str_from(behind, 3);
	}
	return behind.n > 0 && (shape_class_of(behind.p[0]) & CH_DIGIT) != 0;
}

/* The reply's code, also its repeats at the joints of a joined multi-line
 * reply ("550-5.7.1"), which are dropped. */
static bool
take_code(struct shaper *s)
{
	struct str code = {s->rest.p, 3}, next;
	size_t n;

	if (!shape_is_smtp_code(s->rest))
		return false;
	if (s->code.n == 0) {
		if (s->n > 0 && s->out[s->n - 1] != ':')
			return false;
		shape_put(s, code);
		s->code = code;
		s->code_at = s->n;
	} else if (!str_eq(s->code, code)) {
		return false;
	}
	next = str_from(s->rest, 3);
	if (next.n > 0 && next.p[0] == '-')
		next = str_from(next, 1);
	while (next.n > 0 && (shape_class_of(next.p[0]) & CH_SPACE) != 0)
		next = str_from(next, 1);
	s->space = true;
	n = next.n > 0 && next.p[0] == '#' ? 1 : 0;
	code = str_from(next, n);
	code.n = shape_enhanced(code);
	if (code.n > 0 && s->n == s->code_at && s->enhanced.n == 0)
		s->enhanced = code;
	else if (code.n == 0 || !str_eq(code, s->enhanced) ||
		 s->n == s->code_at)
		code.n = 0;
	if (code.n > 0) {
		if (s->n == s->code_at)
			shape_put(s, code);
		next = str_from(next, n + code.n);
		s->space = true;
	}
	s->rest = next;
	return true;
}

/* How much of text can be written as it is: words of letters and punctuation
 * with one blank between them, which most of a reply is. A word that could
 * mean more ends it. */
static size_t
plain_run(struct shaper *s, struct str text)
{
	size_t i = 0, n = 0;

	while (i < text.n && n < RUN_MAX) {
		unsigned c = shape_class_of(text.p[i]), all = c;
		struct str w = {text.p + i, 0};
		bool stop = false;

		if (c == 0) {
			n = ++i;
			continue;
		}
		if (text.p[i] == ' ' && n == i && n > 0) {
			i++;
			continue;
		}
		if ((c & CH_ALPHA) == 0)
			break;
		for (i++; i < text.n; i++) {
			c = shape_class_of(text.p[i]);
			if ((c & (CH_ALPHA | CH_DASH)) == 0)
				break;
			all |= c;
		}
		w.n = (size_t)(text.p + i - w.p);
		if (i < text.n && (c & (CH_DOT | CH_COLON)) != 0) {
			i++;
			c = i < text.n ? shape_class_of(text.p[i]) : 0;
			stop = true;
		}
		if ((i < text.n && (c & CH_WORD) != 0) ||
		    (w.n >= SHAPE_HEX_ID &&
			((all & CH_DASH) != 0 || shape_is_id(w, all))) ||
		    (w.n == 3 && (all & CH_UPPER) != 0 &&
			shape_is_day_or_month(w)))
			break;
		s->using = !stop && str_eq(w, STR_LIT("using"));
		n = i;
	}
	return n;
}

/* One run of word characters, the commonest kinds first. */
static void
take_word(struct shaper *s)
{
	unsigned mask;
	size_t n = shape_span(s->rest, CH_WORD, &mask);
	struct str w = {s->rest.p, n};

	if ((mask & CH_SLASH) != 0 && shape_take_url(s, n))
		return;
	s->rest = str_from(s->rest, n);
	if ((mask & ~(unsigned)CH_ALPHA) == 0) {
		if (shape_is_day_or_month(w) && in_date(s, s->rest))
			put_number(s);
		else if (n >= SHAPE_HEX_ID)
			put_mixed(s, w, mask);
		else
			shape_put(s, w);
		s->using = n == 5 && memcmp(w.p, "using", 5) == 0;
		return;
	}
	if ((mask & CH_SLASH) != 0) {
		/* the path of an address without scheme may go on */
		const char *slash = memchr(w.p, '/', n);

		if (shape_is_domain((struct str){w.p, (size_t)(slash - w.p)}))
			while (s->rest.n > 0 && shape_in_url(s->rest.p[0]))
				s->rest = str_from(s->rest, 1);
	}
	shape_put_peeled(s, w);
	s->using = false;
}

/* Text that is not ASCII stays; what does not fit is cut at a character. */
static void
take_high(struct shaper *s)
{
	unsigned mask;
	size_t n = shape_span(s->rest, CH_HIGH, &mask);
	size_t room = SHAPE_MAX - s->n - (s->space && s->n > 0 ? 1 : 0);
	struct str w = {s->rest.p, n};

	s->rest = str_from(s->rest, n);
	if (s->n + 1 < SHAPE_MAX && n > room) {
		for (w.n = room; w.n > 0; w.n--)
			if (((unsigned char)w.p[w.n] & 0xc0) != 0x80)
				break;
	}
	shape_put(s, w);
	s->full |= w.n < n;
}

size_t
shape_of(char out[SHAPE_MAX], struct str text)
{
	struct shaper s = {.rest = text, .out = out};
	bool start = true; /* at a word's start: a code may stand here */

	while (s.rest.n > 0 && !s.full) {
		unsigned c = shape_class_of(s.rest.p[0]);
		size_t n = s.n, last = s.number_at, word;

		if (c == CH_SPACE) {
			s.space = start = true;
			s.rest = str_from(s.rest, 1);
			continue;
		}
		if (start && (c & CH_DIGIT) != 0 && take_code(&s))
			continue;
		start = false;
		word = plain_run(&s, s.rest);
		if (word > 0 && word < SHAPE_MAX - s.n) {
			shape_put(&s, (struct str){s.rest.p, word});
			s.rest = str_from(s.rest, word);
		} else if ((c & CH_WORD) != 0) {
			take_word(&s);
			if (s.full)
				s.n = n; /* half a word would be another */
			else
				join_numbers(&s, last, n);
		} else if (c == CH_HIGH) {
			take_high(&s);
		} else {
			shape_put(&s, (struct str){s.rest.p, 1});
			s.rest = str_from(s.rest, 1);
		}
	}
	return s.n;
}
