/* journal.c - see journal.h. */
#include "core/journal.h"

#include "core/i18n.h"
#include "core/json.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name, *label;
} rows[JOURNAL_N] = {
#define X(id, word, label) [JOURNAL_##id] = {word, label},
    JOURNAL_KIND_LIST(X)
#undef X
};

const char *
journal_kind_name(enum journal_kind k)
{
	return rows[k].name;
}

const char *
journal_kind_label(enum journal_kind k)
{
	return _(rows[k].label);
}

/* Absent and empty are the same here, so that one form fits each record. */
static err_t
add_text(cJSON *d, const char *name, struct str text)
{
	return text.n == 0 ? ERR_OK : json_add_str(d, name, text);
}

err_t
journal_canonical(struct buf *out, const struct journal_rec *r)
{
	const struct {
		const char *name;
		struct str text;
	} texts[] = {{"who", r->who}, {"from", r->from}, {"host", r->host},
	    {"subject", r->subject}, {"text", r->text}, {"detail", r->detail},
	    {"incident", r->incident}};
	cJSON *d = cJSON_CreateObject();
	err_t err = d == NULL ? ERR_NOMEM : json_add_u64(d, "seq", r->seq);

	if (err == ERR_OK)
		err = json_add_i64(d, "at_ms", r->at_ms);
	if (err == ERR_OK)
		err =
		    json_add_str(d, "kind", str_of(journal_kind_name(r->kind)));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (err == ERR_OK)
			err = add_text(d, texts[i].name, texts[i].text);
	if (err == ERR_OK)
		err = json_write(out, d);
	cJSON_Delete(d);
	return err;
}

/* --- looking for some --- */

static bool
take_kinds(uint32_t *kinds, struct str list)
{
	for (;;) {
		const char *comma =
		    list.n > 0 ? memchr(list.p, ',', list.n) : NULL;
		struct str one = list;
		int k = 0;

		if (comma != NULL)
			one.n = (size_t)(comma - list.p);
		while (k < JOURNAL_N &&
		       !str_ieq(one,
			   str_of(journal_kind_name((enum journal_kind)k))))
			k++;
		if (k == JOURNAL_N)
			return false;
		*kinds |= 1U << k;
		if (comma == NULL)
			return true;
		list = str_from(list, one.n + 1);
	}
}

static void
add_word(char *text, size_t cap, struct str word)
{
	size_t at = strlen(text);

	if (at > 0 && at + 1 < cap)
		text[at++] = ' ';
	str_copy(text + at, cap - at, word);
}

err_t
journal_filter_of(
    struct journal_filter *f, struct str words, char *why, size_t cap)
{
	struct str word;

	*f = (struct journal_filter){0};
	while (str_word(&words, &word)) {
		if (str_starts(word, STR_LIT("host=")))
			str_copy(f->host, sizeof f->host, str_from(word, 5));
		else if (str_starts(word, STR_LIT("who=")))
			str_copy(f->who, sizeof f->who, str_from(word, 4));
		else if (str_starts(word, STR_LIT("plan=")))
			str_copy(f->plan, sizeof f->plan, str_from(word, 5));
		else if (str_starts(word, STR_LIT("incident=")))
			str_copy(
			    f->incident, sizeof f->incident, str_from(word, 9));
		else if (!str_starts(word, STR_LIT("kind=")))
			add_word(f->text, sizeof f->text, word);
		else if (!take_kinds(&f->kinds, str_from(word, 5))) {
			size_t at = (size_t)snprintf(why, cap,
			    _("\"%.*s\" is no kind of record:"),
			    (int)(word.n < 40 ? word.n : 40), word.p);

			for (int k = 0; k < JOURNAL_N && at < cap; k++)
				at += (size_t)snprintf(why + at, cap - at,
				    " %s",
				    journal_kind_name((enum journal_kind)k));
			return ERR_PARSE;
		}
	}
	return ERR_OK;
}

static bool
begins(struct str s, const char *want)
{
	struct str w = str_of(want);

	return s.n >= w.n && str_ieq((struct str){s.p, w.n}, w);
}

/* A plan is of the hosts of its steps, which its document names. */
static bool
of_host(const struct journal_rec *r, const char *want)
{
	char name[80];

	if (begins(r->host, want))
		return true;
	(void)snprintf(name, sizeof name, "\"host\":\"%s", want);
	return str_find(r->detail, str_of(name)) != SIZE_MAX;
}

bool
journal_filter_fits(const struct journal_filter *f, const struct journal_rec *r)
{
	return of_host(r, f->host) && begins(r->who, f->who) &&
	       begins(r->subject, f->plan) && begins(r->incident, f->incident);
}
