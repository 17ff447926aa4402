/*
 * postfix_select.c - see postfix_select.h. Cut as Postfix does it: elements are
 * parted by commas and blanks, braces keep them together (mystrtokq(), extpar()
 * of its utilities); anything else is unknown rather than guessed.
 */
#include "remote/postfix_select.h"

#include "core/shquote.h"
#include "remote/postfix_ours.h"

enum { DEEPEST = 4 };

const struct postfix_selector postfix_selectors[POSTFIX_SELECTORS] = {
    {"transport_maps", "transport map", true},
    {"sender_dependent_default_transport_maps", "sender map", true},
    {"default_transport", "default_transport", false},
    {"relay_transport", "relay_transport", false},
};

static bool
is_sep(char c)
{
	return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Like str_from, but an empty end of s is still a place in it. */
static struct str
tail(struct str s, size_t from)
{
	return (struct str){s.p + from, s.n - from};
}

/* The next element of *rest; *whole: its braces are closed. */
static bool
next_element(struct str *rest, struct str *elem, bool *whole)
{
	size_t at = 0, from;
	int depth = 0;

	while (at < rest->n && is_sep(rest->p[at]))
		at++;
	if (at == rest->n)
		return false;
	for (from = at; at < rest->n; at++) {
		char c = rest->p[at];

		if (depth == 0 && is_sep(c))
			break;
		depth += c == '{' ? 1 : c == '}' ? -1 : 0;
		if (depth < 0)
			break;
	}
	*whole = depth == 0;
	/* A brace too many: the rest is no element either. */
	if (!*whole)
		at = rest->n;
	*elem = (struct str){rest->p + from, at - from};
	*rest = str_from(*rest, at);
	return true;
}

/* What is within one pair of braces around all of s. */
static bool
within(struct str s, struct str *inner)
{
	int depth = 0;

	if (s.n < 2 || s.p[0] != '{' || s.p[s.n - 1] != '}')
		return false;
	for (size_t i = 0; i + 1 < s.n; i++) {
		depth += s.p[i] == '{' ? 1 : s.p[i] == '}' ? -1 : 0;
		if (depth == 0)
			return false;
	}
	*inner = str_trim((struct str){s.p + 1, s.n - 2});
	return true;
}

static struct select_part *
add_part(struct selection *s, enum select_kind kind, struct str text)
{
	struct select_part *p = &s->parts[s->n_parts];

	if (s->n_parts == SELECT_PARTS) {
		s->beyond = true;
		return NULL;
	}
	s->n_parts++;
	*p = (struct select_part){
	    .kind = kind, .text = text, .first = s->n_results};
	return p;
}

/* "out1:nexthop" of the part; what is none makes it unknown. */
static void
add_result(struct selection *s, struct select_part *p, struct str text)
{
	struct select_result r = {text, text};
	const char *colon;

	if (p == NULL)
		return;
	text = str_trim(text);
	colon = text.n == 0 ? NULL : memchr(text.p, ':', text.n);
	r.text = r.name = text;
	if (colon != NULL)
		r.name.n = (size_t)(colon - text.p);
	if (text.n == 0 || (r.name.n > 0 && !shquote_is_service(r.name)) ||
	    r.name.n >= SERVICE_MAX_BYTES) {
		p->kind = SELECT_UNKNOWN;
		return;
	}
	if (s->n_results == SELECT_RESULTS) {
		s->beyond = true;
		return;
	}
	s->results[s->n_results++] = r;
	p->n++;
}

/* randmap:{out1:, {out2:nexthop}}; list has its braces. */
static void
read_random(struct selection *s, struct str list)
{
	struct select_part *p = add_part(s, SELECT_RANDOM, list);
	struct str rest, elem;
	bool whole;

	if (p == NULL)
		return;
	if (!within(list, &rest)) {
		p->kind = SELECT_UNKNOWN;
		return;
	}
	while (next_element(&rest, &elem, &whole)) {
		(void)within(elem, &elem);
		add_result(s, p, elem);
	}
	if (p->n == 0)
		p->kind = SELECT_UNKNOWN;
}

/* inline:{ {a = out1:}, b=out2: } */
static void
read_inline(struct selection *s, struct str list)
{
	struct str rest, elem;
	bool whole;

	if (!within(list, &rest)) {
		(void)add_part(s, SELECT_UNKNOWN, list);
		return;
	}
	while (next_element(&rest, &elem, &whole)) {
		struct select_part *p = add_part(s, SELECT_KEYED, elem);
		size_t eq;

		(void)within(elem, &elem);
		eq = str_find(elem, STR_LIT("="));
		if (eq == SIZE_MAX || eq == 0)
			add_result(s, p, (struct str){NULL, 0});
		else
			add_result(s, p, str_from(elem, eq + 1));
	}
}

/* Tables whose source is a text file of "key result" lines (postmap(1)); of
 * those of patterns, the ones that acts wrote. */
static bool
is_file(struct str type, struct str path)
{
	static const char *const types[] = {
	    "hash", "btree", "lmdb", "cdb", "dbm", "texthash"};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_eq(type, str_of(types[i])))
			return true;
	return str_eq(type, STR_LIT("regexp")) && postfix_is_ours(path);
}

static void read_table(struct selection *s, struct str elem, int depth);

/* pipemap:{a:b, c:d}: what the last one says is the result; those before only
 * make its keys. */
static void
read_pipe(struct selection *s, struct str list, int depth)
{
	struct str rest, elem, last = {NULL, 0};
	bool whole;

	if (within(list, &rest))
		while (next_element(&rest, &elem, &whole))
			last = elem;
	if (last.n > 0 && depth < DEEPEST)
		read_table(s, last, depth + 1);
	else
		(void)add_part(s, SELECT_UNKNOWN, list);
}

static void
read_table(struct selection *s, struct str elem, int depth)
{
	size_t colon = str_find(elem, STR_LIT(":"));
	struct str type = elem, name, inner;

	/* Who reads it is not what is read. */
	if (str_starts(elem, STR_LIT("proxy:"))) {
		elem = type = tail(elem, 6);
		colon = str_find(elem, STR_LIT(":"));
	}
	if (colon == SIZE_MAX) {
		(void)add_part(s, SELECT_UNKNOWN, elem);
		return;
	}
	type.n = colon;
	name = tail(elem, colon + 1);
	if (str_eq(type, STR_LIT("randmap"))) {
		read_random(s, name);
	} else if (str_eq(type, STR_LIT("inline"))) {
		read_inline(s, name);
	} else if (str_eq(type, STR_LIT("pipemap"))) {
		read_pipe(s, name, depth);
	} else if (str_eq(type, STR_LIT("static"))) {
		struct select_part *p = add_part(s, SELECT_FIXED, elem);

		if (within(name, &inner))
			name = inner;
		add_result(s, p, name);
	} else {
		(void)add_part(s,
		    is_file(type, name) ? SELECT_FILE : SELECT_UNKNOWN, elem);
	}
}

void
postfix_select_read(struct selection *s, struct str value, bool tables)
{
	struct str rest = value, elem;
	bool whole;

	s->value = value;
	s->n_parts = s->n_results = 0;
	s->beyond = false;
	if (!tables) {
		value = str_trim(value);
		if (value.n > 0)
			add_result(s, add_part(s, SELECT_PLAIN, value), value);
		return;
	}
	while (!s->beyond && next_element(&rest, &elem, &whole))
		if (whole)
			read_table(s, elem, 0);
		else
			(void)add_part(s, SELECT_UNKNOWN, elem);
}

bool
postfix_select_is_unknown(const struct selection *s)
{
	for (unsigned i = 0; i < s->n_parts; i++)
		if (s->parts[i].kind == SELECT_UNKNOWN)
			return true;
	return s->beyond;
}

unsigned
postfix_select_count(const struct selection *s, const char *name)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->n_results; i++)
		n += str_eq(s->results[i].name, str_of(name));
	return n;
}

static bool
is_among(struct str name, const char *const *names, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (str_eq(name, str_of(names[i])))
			return true;
	return false;
}

static bool
part_names(const struct selection *s, const struct select_part *p,
    const char *const *names, unsigned n)
{
	for (unsigned i = 0; i < p->n; i++)
		if (is_among(s->results[p->first + i].name, names, n))
			return true;
	return false;
}

unsigned
postfix_select_random(const struct selection *s, const char *const *names,
    unsigned n, unsigned *part)
{
	unsigned found = 0;

	for (unsigned i = 0; i < s->n_parts; i++)
		if (s->parts[i].kind == SELECT_RANDOM &&
		    part_names(s, &s->parts[i], names, n)) {
			*part = i;
			found++;
		}
	return found;
}

/* --- a randmap's weights --- */

struct weight {
	struct str name, rest; /* rest: ":nexthop" */
	uint32_t n;
};
struct weights {
	struct weight v[2 * SELECT_RESULTS];
	unsigned n;
	bool beyond;
};

static void
add_weight(struct weights *w, struct str name, struct str rest, uint32_t n)
{
	for (unsigned i = 0; i < w->n; i++)
		if (str_eq(w->v[i].name, name) && str_eq(w->v[i].rest, rest)) {
			w->v[i].n += n;
			return;
		}
	if (w->n == sizeof w->v / sizeof *w->v)
		w->beyond = true;
	else
		w->v[w->n++] = (struct weight){name, rest, n};
}

static struct str
rest_of(const struct select_result *r)
{
	return str_from(r->text, r->name.n);
}

static uint32_t
gcd(uint32_t a, uint32_t b)
{
	while (b != 0) {
		uint32_t t = a % b;

		a = b;
		b = t;
	}
	return a;
}

static err_t
put_result(struct buf *out, struct str name, struct str rest)
{
	/* A nexthop with a comma or a blank would be cut in two. */
	bool braces = false;

	for (size_t i = 0; i < rest.n; i++)
		braces |= is_sep(rest.p[i]);
	if (braces)
		(void)buf_putc(out, '{');
	(void)buf_str(out, name);
	(void)buf_str(out, rest);
	if (braces)
		(void)buf_putc(out, '}');
	return out->failed;
}

/* "{out1:,out2:}", in lowest terms. */
static err_t
put_weights(struct buf *out, const struct weights *w)
{
	uint32_t by = 0;
	uint64_t sum = 0;
	bool first = true;

	for (unsigned i = 0; i < w->n; i++) {
		by = gcd(by, w->v[i].n);
		sum += w->v[i].n;
	}
	if (by == 0 || w->beyond || sum / by > SELECT_RESULTS)
		return ERR_RANGE;
	(void)buf_putc(out, '{');
	for (unsigned i = 0; i < w->n; i++)
		for (uint32_t k = 0; k < w->v[i].n / by; k++) {
			if (!first)
				(void)buf_putc(out, ',');
			first = false;
			(void)put_result(out, w->v[i].name, w->v[i].rest);
		}
	return buf_putc(out, '}');
}

/* Whether all that is left without from is in to, and something is. */
static bool
is_covered(const struct selection *s, const struct select_part *p,
    const char *const *from, unsigned n_from, const char *const *to,
    unsigned n_to)
{
	bool any = false;

	for (unsigned i = 0; i < p->n; i++) {
		struct str name = s->results[p->first + i].name;

		if (is_among(name, from, n_from))
			continue;
		any = true;
		if (!is_among(name, to, n_to))
			return false;
	}
	return any;
}

static err_t
replace_random(const struct selection *s, const struct select_part *p,
    const char *const *from, unsigned n_from, const char *const *to,
    unsigned n_to, struct buf *out)
{
	bool covered = is_covered(s, p, from, n_from, to, n_to);
	struct weights w = {.n = 0};

	for (unsigned i = 0; i < p->n; i++) {
		const struct select_result *r = &s->results[p->first + i];

		if (!is_among(r->name, from, n_from))
			add_weight(&w, r->name, rest_of(r), n_to);
		else if (!covered)
			for (unsigned k = 0; k < n_to; k++)
				add_weight(&w, str_of(to[k]), rest_of(r), 1);
	}
	return put_weights(out, &w);
}

/* "static:out1:" has become a randmap of several. */
static err_t
replace_fixed(const struct select_result *r, const char *const *to,
    unsigned n_to, struct buf *out)
{
	struct weights w = {.n = 0};

	for (unsigned k = 0; k < n_to; k++)
		add_weight(&w, str_of(to[k]), rest_of(r), 1);
	(void)buf_puts(out, "randmap:");
	return put_weights(out, &w);
}

/* One result by another of the part's text, which holds it. */
static err_t
replace_one(const struct select_part *p, const struct select_result *r,
    const char *to, struct buf *out)
{
	size_t before = (size_t)(r->name.p - p->text.p);

	(void)buf_str(out, (struct str){p->text.p, before});
	(void)buf_puts(out, to);
	return buf_str(out, str_from(p->text, before + r->name.n));
}

static err_t
replace_part(const struct selection *s, const struct select_part *p,
    const char *const *from, unsigned n_from, const char *const *to,
    unsigned n_to, unsigned *turn, struct buf *out)
{
	const struct select_result *r = &s->results[p->first];

	if (p->kind == SELECT_FILE || p->kind == SELECT_UNKNOWN ||
	    !part_names(s, p, from, n_from))
		return buf_str(out, p->text);
	switch (p->kind) {
	case SELECT_RANDOM:
		return replace_random(s, p, from, n_from, to, n_to, out);
	case SELECT_FIXED:
		return n_to > 1 ? replace_fixed(r, to, n_to, out)
				: replace_one(p, r, to[0], out);
	case SELECT_KEYED:
		return replace_one(p, r, to[(*turn)++ % n_to], out);
	default:
		return replace_one(p, r, to[0], out);
	}
}

err_t
postfix_select_replace(const struct selection *s, const char *const *from,
    unsigned n_from, const char *const *to, unsigned n_to, unsigned *turn,
    struct buf *out)
{
	const char *at = s->value.p;
	err_t err = ERR_OK;

	for (unsigned i = 0; i < s->n_parts && err == ERR_OK; i++) {
		const struct select_part *p = &s->parts[i];

		(void)buf_str(out, (struct str){at, (size_t)(p->text.p - at)});
		err = replace_part(s, p, from, n_from, to, n_to, turn, out);
		at = p->text.p + p->text.n;
	}
	if (err == ERR_OK && at != NULL)
		(void)buf_str(
		    out, str_from(s->value, (size_t)(at - s->value.p)));
	return err != ERR_OK ? err : out->failed;
}

static err_t
set_share(struct weights *w, const struct select_share *share)
{
	struct weight *found = NULL;

	for (unsigned i = 0; i < w->n; i++)
		if (str_eq(w->v[i].name, str_of(share->name))) {
			if (found != NULL)
				return ERR_PARSE;
			found = &w->v[i];
		}
	if (found != NULL)
		found->n = share->n;
	else
		add_weight(w, str_of(share->name), STR_LIT(":"), share->n);
	return ERR_OK;
}

err_t
postfix_select_shares(const struct selection *s, unsigned part,
    const struct select_share *shares, unsigned n, struct buf *out)
{
	const struct select_part *p = &s->parts[part];
	size_t before = (size_t)(p->text.p - s->value.p);
	struct weights w = {.n = 0};
	err_t err = ERR_OK;

	for (unsigned i = 0; i < p->n; i++) {
		const struct select_result *r = &s->results[p->first + i];

		add_weight(&w, r->name, rest_of(r), 1);
	}
	for (unsigned i = 0; i < n && err == ERR_OK; i++)
		err = set_share(&w, &shares[i]);
	if (err != ERR_OK)
		return err;
	(void)buf_str(out, (struct str){s->value.p, before});
	err = put_weights(out, &w);
	if (err == ERR_OK)
		err = buf_str(out, str_from(s->value, before + p->text.n));
	return err;
}
