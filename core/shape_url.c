/*
 * shape_url.c - URLs inside replies: scheme and host stay, and the parts of
 * the path that tell one page from another; see shape.c. RFC 3986 3.
 */
#include "core/shape_int.h"

/* The part of a URL that tells one page from another for people: letters. */
static bool
is_page(struct str seg)
{
	static const char *const ext[] = {
	    "html", "htm", "shtml", "php", "asp", "aspx", "jsp", "cgi"};
	size_t dot = SIZE_MAX;
	unsigned mask;

	if (shape_span(seg, CH_ALPHA | CH_DASH | CH_DOT, &mask) != seg.n ||
	    shape_is_id(seg, mask))
		return false;
	for (size_t i = 0; i < seg.n; i++)
		if (seg.p[i] == '.')
			dot = i;
	if (dot == SIZE_MAX)
		return true;
	for (size_t i = 0; i < sizeof ext / sizeof ext[0]; i++)
		if (str_eq(str_from(seg, dot + 1), str_of(ext[i])))
			return true;
	return false;
}

/* Up to the first a, b or c. */
static size_t
until(struct str s, char a, char b, char c)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != a && s.p[n] != b && s.p[n] != c)
		n++;
	return n;
}

bool
shape_in_url(char c)
{
	return (shape_class_of(c) & CH_WORD) != 0 || c == '?' || c == '&' ||
	       c == '!';
}

/* Labels of letters stay; others become one "*". */
static void
put_url_host(struct shaper *s, struct str host)
{
	bool star = false;

	if (shape_ipv4(host) == host.n && host.n > 0) {
		shape_put(s, STR_LIT("IP"));
		return;
	}
	while (host.n > 0) {
		size_t n = until(host, '.', '.', '.');
		struct str label = {host.p, n};
		unsigned mask;

		if (n > 0 &&
		    (shape_span(label, CH_ALPHA | CH_DASH, &mask) != n ||
			shape_is_id(label, mask))) {
			if (star) {
				host = str_from(host, n + 1);
				continue;
			}
			label = STR_LIT("*");
			star = true;
		} else {
			star = false;
		}
		shape_put(s, label);
		if (n < host.n)
			shape_put(s, STR_LIT("."));
		host = str_from(host, n + 1);
	}
}

/* scheme://host/path; user, port, query and fragment go. */
static void
put_url(struct shaper *s, struct str scheme, struct str rest)
{
	size_t n = until(rest, '/', '?', '#');
	struct str host = {rest.p, n};

	shape_put(s, scheme);
	n = until(host, ':', '@', '@');
	put_url_host(s, (struct str){host.p, n});
	rest = str_from(rest, host.n);
	rest.n = until(rest, '?', '#', '#');
	while (rest.n > 0) { /* at a '/' */
		struct str seg = str_from(rest, 1);

		seg.n = until(seg, '/', '/', '/');
		shape_put(s, STR_LIT("/"));
		shape_put(s, is_page(seg) ? seg : STR_LIT("*"));
		rest = str_from(rest, seg.n + 1);
	}
}

/* Where "http://" or "https://" begins, *end behind it; SIZE_MAX: not here. */
static size_t
find_scheme(struct str w, size_t *end)
{
	size_t at = 0, from, next;

	for (;; at += 3) {
		struct str scheme;

		next = str_find(str_from(w, at), STR_LIT("://"));
		if (next == SIZE_MAX)
			return SIZE_MAX;
		at += next;
		from = at;
		while (from > 0 && (shape_class_of(w.p[from - 1]) & CH_ALPHA))
			from--;
		scheme = (struct str){w.p + from, at - from};
		if (from > 0 && (shape_class_of(w.p[from - 1]) & CH_DIGIT))
			continue;
		if (str_ieq(scheme, STR_LIT("http")) ||
		    str_ieq(scheme, STR_LIT("https")))
			break;
	}
	*end = at + 3;
	return from;
}

bool
shape_take_url(struct shaper *s, size_t word)
{
	struct str w = {s->rest.p, word}, url;
	size_t scheme_end = 0, from = find_scheme(w, &scheme_end), n, tail;

	if (from == SIZE_MAX)
		return false;
	n = word;
	while (n < s->rest.n && shape_in_url(s->rest.p[n]))
		n++;
	tail = n;
	while (tail > scheme_end && strchr(".:", s->rest.p[tail - 1]) != NULL)
		tail--;
	if (from > 0) {
		shape_put_peeled(s, (struct str){w.p, from});
		/* a mark must not grow into the scheme's name */
		s->space |= s->n > 0 && (shape_class_of(s->out[s->n - 1]) &
					    (CH_ALPHA | CH_DIGIT)) != 0;
	}
	url = (struct str){s->rest.p + scheme_end, tail - scheme_end};
	put_url(s, (struct str){w.p + from, scheme_end - from}, url);
	shape_put(s, (struct str){s->rest.p + tail, n - tail});
	s->rest = str_from(s->rest, n);
	return true;
}
