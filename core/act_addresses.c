/*
 * act_addresses.c - a set of envelope addresses, as a file or a paste has it,
 * into one that may become a table: small letters, sorted, each once, nothing
 * that means more than itself to a table's reader (postmap(1)). See act.h.
 */
#include "core/act.h"

#include "core/i18n.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 32 << 20 };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
act_is_address(struct str s)
{
	static const char local[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "!#$%&'*+-/=?^_`{|}~.";
	static const char domain[] = "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
	size_t at = 0;

	/* '#' in front makes a line of a table a comment. */
	if (s.n == 0 || s.n >= NAME_MAX_BYTES || s.p[0] == '#')
		return false;
	while (at < s.n && s.p[at] != '@' && s.p[at] != '\0' &&
	       strchr(local, s.p[at]) != NULL)
		at++;
	if (at == 0 || at > 64 || at + 1 >= s.n || s.p[at] != '@')
		return false;
	for (at++; at < s.n; at++)
		if (s.p[at] == '\0' || strchr(domain, s.p[at]) == NULL)
			return false;
	return s.p[s.n - 1] != '.' && s.p[s.n - 1] != '@';
}

static int
by_text(const void *a, const void *b)
{
	const struct str *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;
	int c = memcmp(x->p, y->p, n);

	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

/* Lines into v[ACT_ADDRESSES], folded into own. */
static err_t
collect(struct str text, struct buf *own, size_t *ends, size_t *n, char *why,
    size_t cap)
{
	struct str line;
	size_t number = 0;

	while (str_line(&text, &line)) {
		number++;
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!act_is_address(line)) {
			(void)snprintf(why, cap,
			    _("line %zu is no address that could be acted on"),
			    number);
			return ERR_PARSE;
		}
		if (*n == ACT_ADDRESSES) {
			(void)snprintf(why, cap,
			    _("more than %d addresses: split the set"),
			    ACT_ADDRESSES);
			return ERR_LIMIT;
		}
		for (size_t i = 0; i < line.n; i++)
			(void)buf_putc(own, lower(line.p[i]));
		ends[(*n)++] = own->n;
	}
	return own->failed;
}

err_t
act_addresses(
    struct buf *out, size_t *n, struct str text, char *why, size_t cap)
{
	size_t *ends = calloc(ACT_ADDRESSES, sizeof *ends), all = 0;
	struct str *v = calloc(ACT_ADDRESSES, sizeof *v);
	struct buf own;
	err_t err = ends == NULL || v == NULL ? ERR_NOMEM : ERR_OK;

	*n = 0;
	buf_init(&own, TEXT_MAX);
	if (err == ERR_OK)
		err = collect(text, &own, ends, &all, why, cap);
	for (size_t i = 0; err == ERR_OK && i < all; i++) {
		size_t from = i == 0 ? 0 : ends[i - 1];

		v[i] = (struct str){own.p + from, ends[i] - from};
	}
	if (err == ERR_OK && all > 0)
		qsort(v, all, sizeof *v, by_text);
	for (size_t i = 0; err == ERR_OK && i < all; i++) {
		if (i > 0 && str_eq(v[i], v[i - 1]))
			continue;
		(*n)++;
		err = buf_str(out, v[i]);
		if (err == ERR_OK)
			err = buf_putc(out, '\n');
	}
	buf_done(&own);
	free(ends);
	free(v);
	return err;
}
