/* act_domains.c - see act_domains.h. */
#include "core/act_domains.h"

#include "core/dname.h"
#include "core/intern.h"
#include "core/shquote.h"

#include <stdlib.h>

struct names {
	struct str v[ACT_DOMAINS];
	size_t n;
};

static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* By small letters; a shorter one that another begins with comes first. */
static int
compare(const void *pa, const void *pb)
{
	const struct str *a = pa, *b = pb;
	size_t n = a->n < b->n ? a->n : b->n;

	for (size_t i = 0; i < n; i++)
		if (small(a->p[i]) != small(b->p[i]))
			return small(a->p[i]) < small(b->p[i]) ? -1 : 1;
	return a->n == b->n ? 0 : a->n < b->n ? -1 : 1;
}

/* What may be the key of a table, and a word behind a command. */
static bool
is_name(struct str s)
{
	return dname_ok(s) && shquote_is_host(s);
}

static err_t
collect(struct names *t, size_t *left, const struct model *m,
    const struct act_subject *of)
{
	if (of->provider[0] == '\0') {
		t->v[t->n++] = str_of(of->domain);
		return is_name(t->v[0]) ? ERR_OK : ERR_PARSE;
	}
	for (uint32_t i = 0; i < m->n_domains; i++) {
		uint32_t key = m->domains[i].key;
		struct str name = intern_text(m->texts, key);

		if (key == INTERN_OTHER ||
		    !str_ieq(model_provider_of_domain(m, name),
			str_of(of->provider)))
			continue;
		if (!is_name(name))
			(*left)++;
		else if (t->n == ACT_DOMAINS)
			return ERR_LIMIT;
		else
			t->v[t->n++] = name;
	}
	return ERR_OK;
}

err_t
act_domains(struct buf *out, size_t *n, size_t *left, const struct model *m,
    const struct act_subject *of)
{
	struct names *t = calloc(1, sizeof *t);
	err_t err;

	*n = *left = 0;
	if (t == NULL)
		return ERR_NOMEM;
	err = collect(t, left, m, of);
	if (err == ERR_OK)
		qsort(t->v, t->n, sizeof t->v[0], compare);
	for (size_t i = 0; err == ERR_OK && i < t->n; i++) {
		if (i > 0 && compare(&t->v[i], &t->v[i - 1]) == 0)
			continue;
		for (size_t k = 0; k < t->v[i].n; k++)
			(void)buf_putc(out, small(t->v[i].p[k]));
		(void)buf_putc(out, '\n');
		(*n)++;
		err = out->failed;
	}
	free(t);
	return err;
}
