/* complete.c - see complete.h. */
#include "app/complete.h"

#include "app/oneshot.h"
#include "app/options_rows.h"
#include "app/shells.h"
#include "app/theme_load.h"
#include "core/act.h"

#include <stdio.h>

/* Where the last word stands. */
struct place {
	enum command command;
	const struct option_row *option; /* whose value it is; NULL: none's */
	size_t nth; /* operands before it, the command's name not counted */
};

static const struct option_row *
row_of(struct str word)
{
	const struct option_row *r;

	for (int i = 0; (r = option_row(i)) != NULL; i++)
		if (str_starts(word, STR_LIT("--"))
			? str_eq(str_from(word, 2), str_of(r->o.name))
			: word.n == 2 && word.p[0] == '-' &&
			      word.p[1] == r->o.val)
			return r;
	return NULL;
}

/* Goes over all words but the last. */
static struct place
find_place(const char *const *words, size_t n)
{
	struct place p = {CMD_CONSOLE, NULL, 0};

	for (size_t i = 0; i + 1 < n; i++) {
		struct str word = str_of(words[i]);

		if (p.option != NULL) {
			p.option = NULL;
		} else if (str_eq(word, STR_LIT("--"))) {
			p.nth = 1; /* hosts alone stand behind it */
		} else if (word.n > 1 && word.p[0] == '-') {
			/* "--name=value" needs no further word. */
			p.option = memchr(word.p, '=', word.n) == NULL
				       ? row_of(word)
				       : NULL;
			if (p.option != NULL && p.option->arg == NULL)
				p.option = NULL;
		} else if (p.command == CMD_CONSOLE && p.nth == 0) {
			p.command = command_of(word);
			p.nth = p.command == CMD_CONSOLE;
		} else {
			p.nth++;
		}
	}
	return p;
}

const char *
complete_value(const char *const *words, size_t n, const char *option)
{
	for (size_t i = 0; i + 2 < n; i++) {
		const struct option_row *r = row_of(str_of(words[i]));

		if (r != NULL && strcmp(r->o.name, option) == 0)
			return words[i + 1];
	}
	return NULL;
}

static void
offer(struct buf *out, struct str typed, struct str name)
{
	if (str_starts(name, typed))
		(void)buf_printf(out, "%.*s\n", (int)name.n, name.p);
}

static void
offer_options(struct buf *out, struct str typed, enum command c)
{
	const struct option_row *r;
	char text[64];

	for (int i = 0; (r = option_row(i)) != NULL; i++) {
		(void)snprintf(text, sizeof text, "--%s", r->o.name);
		if (option_is_of(r, c))
			offer(out, typed, str_of(text));
	}
}

/* Of "a,b" the last counts. */
static void
offer_lists(struct buf *out, struct str typed, const struct blocklists *lists)
{
	size_t at = typed.n;

	while (at > 0 && typed.p[at - 1] != ',')
		at--;
	for (uint16_t i = 0; i < blocklists_count(lists); i++) {
		struct str id = blocklists_at(lists, i)->id;

		if (str_starts(id, str_from(typed, at)))
			(void)buf_printf(out, "%.*s%.*s\n", (int)at, typed.p,
			    (int)id.n, id.p);
	}
}

/* Names that a function tells one by one. */
static void
offer_told(struct buf *out, struct str typed, const char *(*name)(size_t i))
{
	for (size_t i = 0; name(i) != NULL; i++)
		offer(out, typed, str_of(name(i)));
}

static void
offer_themes(struct buf *out, struct str typed)
{
	const char *first = theme_next(""), *name = first;

	do {
		offer(out, typed, str_of(name));
		name = theme_next(name);
	} while (strcmp(name, first) != 0);
}

static const char *
word_of_verb(size_t i)
{
	return i < VERB_N ? verb_rows[i].word : NULL;
}

static void
offer_values(struct buf *out, const struct complete_known *k, struct str typed,
    enum value_kind kind, enum command c)
{
	const char *name;

	switch (kind) {
	case VALUE_ANY:
		break;
	case VALUE_FILE:
		(void)buf_puts(out, COMPLETE_FILES "\n");
		break;
	case VALUE_HOST:
		for (size_t i = 0; i < k->n_hosts; i++)
			offer(out, typed, str_of(k->hosts[i]));
		break;
	case VALUE_LIST:
		offer_lists(out, typed, k->lists);
		break;
	case VALUE_VERB:
		offer_told(out, typed, word_of_verb);
		break;
	case VALUE_TRANSPORT:
		offer_told(out, typed, options_transport_name);
		break;
	case VALUE_THEME:
		offer_themes(out, typed);
		break;
	case VALUE_BY:
		for (size_t i = 0; (name = oneshot_by_name(c, i)) != NULL; i++)
			offer(out, typed, str_of(name));
		break;
	case VALUE_FORMAT:
		offer_told(out, typed, options_format_name);
		break;
	case VALUE_SHELL:
		offer_told(out, typed, shell_name);
		break;
	case VALUE_CHECK:
		offer(out, typed, STR_LIT("check"));
		break;
	}
}

err_t
complete_words(struct buf *out, const struct complete_known *k,
    const char *const *words, size_t n)
{
	struct place p = find_place(words, n);
	struct str typed = str_of(words[n - 1]);
	enum value_kind operand = command_rows[p.command].operand;
	bool only_one = operand != VALUE_HOST && operand != VALUE_LIST;

	if (p.option != NULL) {
		offer_values(out, k, typed, p.option->value, p.command);
	} else if (typed.n > 0 && typed.p[0] == '-') {
		offer_options(out, typed, p.command);
	} else {
		for (int i = 1;
		     p.command == CMD_CONSOLE && p.nth == 0 && i < CMD_N; i++)
			offer(out, typed, str_of(command_rows[i].name));
		if (p.nth == 0 || !only_one)
			offer_values(out, k, typed, operand, p.command);
	}
	return out->failed;
}

err_t
complete_ssh_hosts(struct buf *out, struct str config)
{
	struct str line, word;

	while (str_line(&config, &line)) {
		if (!str_word(&line, &word) || !str_ieq(word, STR_LIT("host")))
			continue;
		while (str_word(&line, &word))
			if (memchr(word.p, '*', word.n) == NULL &&
			    memchr(word.p, '?', word.n) == NULL &&
			    memchr(word.p, '"', word.n) == NULL &&
			    word.p[0] != '!' && word.p[0] != '#')
				offer(out, STR_LIT(""), word);
	}
	return out->failed;
}
