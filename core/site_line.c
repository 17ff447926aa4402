/*
 * site_line.c - where a value may stand in a shell line: only where the shell
 * takes it as a word of its own, never inside quotes, which would end its own
 * quotes early. What is not understood for sure is refused. Token recognition
 * and quoting: IEEE 1003.1 XCU 2.2, 2.3, 2.6.
 */
#include "core/site_int.h"

#include "core/i18n.h"
#include "core/shquote.h"

#include <stdio.h>

enum { DEPTH = 32, WORD_BYTES = 8 };

/* What encloses the next character. */
enum within {
	IN_CODE,
	IN_SINGLE, /* '..' */
	IN_DOUBLE, /* ".." */
	IN_SUB,	   /* $(..), (..): code again */
	IN_BRACE,  /* ${..} */
	IN_SUM,	   /* $((..)) */
};

struct walk {
	const struct site_action *a;
	enum within stack[DEPTH];
	unsigned depth;
	bool escaped;	       /* behind a backslash */
	bool dollar;	       /* behind a $ */
	bool place;	       /* behind a place, so > would take its number */
	bool eval;	       /* the line evaluates its words again */
	char word[WORD_BYTES]; /* of code, as far as it is plain */
	size_t word_n;
	unsigned used;
	char *why;
	size_t cap;
};

static err_t
fault(struct walk *w, const char *text)
{
	(void)snprintf(w->why, w->cap, "%s", text);
	return ERR_PARSE;
}

static enum within
top(const struct walk *w)
{
	return w->depth == 0 ? IN_CODE : w->stack[w->depth - 1];
}

static err_t
push(struct walk *w, enum within in)
{
	if (w->depth == DEPTH)
		return fault(w, _("too many brackets within each other"));
	w->stack[w->depth++] = in;
	return ERR_OK;
}

/* A word of code has ended. */
static err_t
end_word(struct walk *w)
{
	struct str word = {w->word, w->word_n};

	w->word_n = 0;
	if (str_eq(word, STR_LIT("eval")))
		w->eval = true;
	/* The ) of its patterns looks like the end of $(..). */
	if (str_eq(word, STR_LIT("case")) && top(w) == IN_SUB)
		return fault(
		    w, _("case within $(..) is not understood: put it before"));
	return ERR_OK;
}

static err_t
take_word(struct walk *w, char c)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '_' || c == '-';

	if (!letter)
		return end_word(w);
	/* One that is too long is none of those looked for. */
	if (w->word_n < WORD_BYTES)
		w->word[w->word_n++] = c;
	return ERR_OK;
}

static err_t
open_quote(struct walk *w, enum within in)
{
	enum within at = top(w);

	if (at == IN_BRACE || at == IN_SUM)
		return fault(
		    w, _("quotes within ${..} or $((..)) are not understood"));
	if (w->dollar)
		return fault(w, _("$ before a quote means something else in "
				  "each shell"));
	return push(w, in);
}

/* One character as the shell reads it. */
static err_t
shell_char(struct walk *w, char c, char next)
{
	enum within at = top(w);

	if (at == IN_CODE || at == IN_SUB) {
		err_t err = take_word(w, c);

		if (err != ERR_OK)
			return err;
	}
	switch (c) {
	case '\'':
		return at == IN_DOUBLE ? ERR_OK : open_quote(w, IN_SINGLE);
	case '"':
		if (at != IN_DOUBLE)
			return open_quote(w, IN_DOUBLE);
		w->depth--;
		return ERR_OK;
	case '`':
		return fault(w, _("write $(..) instead of backquotes"));
	case '(':
		if (at == IN_SUM || (w->dollar && next == '('))
			return push(
			    w, w->dollar && next != '(' ? IN_SUB : IN_SUM);
		if (w->dollar || at == IN_CODE || at == IN_SUB)
			return push(w, IN_SUB);
		return ERR_OK;
	case ')':
		if (at == IN_SUB || at == IN_SUM)
			w->depth--;
		return ERR_OK;
	case '{':
		return w->dollar ? push(w, IN_BRACE) : ERR_OK;
	case '}':
		if (at == IN_BRACE)
			w->depth--;
		return ERR_OK;
	default:
		return ERR_OK;
	}
}

static err_t
step(struct walk *w, char c, char next)
{
	bool escaped = w->escaped;
	err_t err = ERR_OK;

	if (w->place && (c == '<' || c == '>'))
		return fault(w, _("a blank is needed between a parameter and "
				  "< or >"));
	w->place = w->escaped = false;
	if (top(w) == IN_SINGLE) {
		if (c == '\'')
			w->depth--;
		return ERR_OK;
	}
	if (escaped) {
		w->dollar = false;
		return ERR_OK;
	}
	if (c == '\\')
		w->escaped = true;
	else
		err = shell_char(w, c, next);
	w->dollar = c == '$';
	return err;
}

/* The parameter between the braces, s.p[0] being the first. */
static err_t
find_param(struct walk *w, struct str s, unsigned *k)
{
	const char *end = memchr(s.p, '}', s.n);
	struct str name = {s.p + 1, end == NULL ? 0 : (size_t)(end - s.p) - 1};

	for (*k = 0; end != NULL && *k < w->a->n_params; ++*k)
		if (str_eq(name, str_of(w->a->params[*k].name)))
			return ERR_OK;
	if (end != NULL && shquote_is_service(name))
		(void)snprintf(w->why, w->cap,
		    _("{%.*s}: there is no such parameter ({{ stands for a "
		      "brace)"),
		    (int)name.n, name.p);
	else
		(void)snprintf(w->why, w->cap, "%s",
		    _("a brace that begins no {parameter}: write {{ for it"));
	return ERR_PARSE;
}

/* May a value stand here? */
static err_t
place(struct walk *w, const struct site_param *p)
{
	enum within at = top(w);
	const char *fmt = NULL;

	if (at == IN_SINGLE || at == IN_DOUBLE)
		fmt = _("{%s} stands within quotes: it brings its own");
	else if (at == IN_BRACE || at == IN_SUM)
		fmt = _("{%s} stands within ${..} or $((..)), which take no "
			"quoted word");
	else if (w->dollar || w->escaped)
		fmt = _("{%s} stands behind $ or \\, which change what its "
			"quotes mean");
	if (fmt == NULL) {
		w->place = true;
		return end_word(w);
	}
	(void)snprintf(w->why, w->cap, fmt, p->name);
	return ERR_PARSE;
}

static err_t
finish(struct walk *w)
{
	err_t err = end_word(w);

	if (err != ERR_OK)
		return err;
	if (w->depth > 0 || w->escaped)
		return fault(w, _("a quote or bracket is not closed"));
	if (w->eval && w->used != 0)
		return fault(w, _("eval would take what is in a value for "
				  "commands"));
	return ERR_OK;
}

err_t
site_line_walk(struct buf *out, const struct site_action *a, const char *line,
    const struct str *values, unsigned *used, char *why, size_t cap)
{
	struct walk w = {.a = a, .why = why, .cap = cap};
	struct str s = str_of(line);
	err_t err = ERR_OK;
	unsigned k;

	if (!site_text_ok(s))
		return fault(
		    &w, _("it is one line of plain text (YAML's >- makes one "
			  "of several)"));
	while (s.n > 0 && err == ERR_OK) {
		if (s.p[0] == '{' && (s.n == 1 || s.p[1] != '{')) {
			err = find_param(&w, s, &k);
			if (err == ERR_OK)
				err = place(&w, &a->params[k]);
			if (err == ERR_OK && out != NULL)
				err = shquote_word(out, values[k]);
			if (err != ERR_OK)
				break;
			w.used |= 1U << k;
			s = str_from(s, strlen(a->params[k].name) + 2);
			continue;
		}
		if (s.p[0] == '{')
			s = str_from(s, 1);
		err = step(&w, s.p[0], s.n > 1 ? s.p[1] : '\0');
		if (err == ERR_OK && out != NULL)
			err = buf_putc(out, s.p[0]);
		s = str_from(s, 1);
	}
	if (err == ERR_OK)
		err = finish(&w);
	*used |= w.used;
	return err;
}
