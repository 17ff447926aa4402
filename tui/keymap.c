/* keymap.c - key names and the (context, key) table; see keymap.h. */
#include "tui/keymap.h"

#include "core/i18n.h"

#include <stdio.h>

static const struct {
	const char *name;
	int32_t code;
} names[] = {
    {"Space", ' '},
    {"Enter", 13},
    {"Esc", 27},
    {"Tab", 9},
    {"Backspace", 8},
    {"S-Tab", KEY_BTAB_},
    {"Up", KEY_UP_},
    {"Down", KEY_DOWN_},
    {"Left", KEY_LEFT_},
    {"Right", KEY_RIGHT_},
    {"PgUp", KEY_PGUP_},
    {"PgDn", KEY_PGDN_},
    {"Home", KEY_HOME_},
    {"End", KEY_END_},
    {"Del", KEY_DEL_},
};
enum { N_NAMES = sizeof names / sizeof *names };

static bool
function_key(struct str s, int32_t *code)
{
	int n = 0;

	if (s.n < 2 || s.n > 3 || s.p[0] != 'F')
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (s.p[i] - '0');
	}
	if (n < 1 || n > 12)
		return false;
	*code = KEY_F1_ + n - 1;
	return true;
}

err_t
keymap_parse_key(struct str name, int32_t *code)
{
	struct utf8_glyph g;
	struct str rest = name;

	for (int i = 0; i < N_NAMES; i++) {
		if (str_eq(name, str_of(names[i].name))) {
			*code = names[i].code;
			return ERR_OK;
		}
	}
	if (function_key(name, code))
		return ERR_OK;
	if (name.n == 2 && name.p[0] == '^' && name.p[1] >= 'A' &&
	    name.p[1] <= 'Z') {
		*code = name.p[1] - '@';
		return ERR_OK;
	}
	if (!utf8_next(&rest, &g) || rest.n != 0 || g.mark != 0 ||
	    g.ch == 0xfffd || g.ch == ' ')
		return ERR_PARSE;
	*code = (int32_t)g.ch;
	return ERR_OK;
}

char *
keymap_key_name(char dst[16], int32_t code)
{
	char bytes[5] = "";

	for (int i = 0; i < N_NAMES; i++) {
		if (names[i].code == code) {
			(void)snprintf(dst, 16, "%s", names[i].name);
			return dst;
		}
	}
	if (code >= KEY_F1_ && code <= KEY_F12_)
		(void)snprintf(dst, 16, "F%d", (int)(code - KEY_F1_ + 1));
	else if (code > 0 && code < 27)
		(void)snprintf(dst, 16, "^%c", (char)(code + '@'));
	else {
		bytes[utf8_encode(bytes, (char32_t)code)] = '\0';
		(void)snprintf(dst, 16, "%s", bytes);
	}
	return dst;
}

/* The row that already has this key in one of these contexts. */
static struct keymap_row *
taken(struct keymap *k, unsigned ctx, int32_t code)
{
	for (unsigned i = 0; i < k->n; i++)
		if (k->rows[i].code == code &&
		    (action_rows[k->rows[i].action].ctx & ctx) != 0)
			return &k->rows[i];
	return NULL;
}

static err_t
add(struct keymap *k, int32_t code, enum action action)
{
	if (k->n == sizeof k->rows / sizeof *k->rows)
		return ERR_LIMIT;
	k->rows[k->n++] = (struct keymap_row){code, action};
	return ERR_OK;
}

static err_t
add_keys(struct keymap *k, enum action a, char *why, size_t why_cap)
{
	struct str rest = str_of(action_rows[a].keys), word;
	const struct keymap_row *other;
	int32_t code;

	while (str_word(&rest, &word)) {
		if (keymap_parse_key(word, &code) != ERR_OK) {
			(void)snprintf(why, why_cap,
			    _("action %s: \"%.*s\" is not a key"),
			    action_rows[a].name, (int)word.n, word.p);
			return ERR_PARSE;
		}
		other = taken(k, action_rows[a].ctx, code);
		if (other != NULL || add(k, code, a) != ERR_OK) {
			(void)snprintf(why, why_cap,
			    _("key %.*s: both %s and %s want it"), (int)word.n,
			    word.p, action_rows[a].name,
			    other == NULL ? "?"
					  : action_rows[other->action].name);
			return ERR_PARSE;
		}
	}
	return ERR_OK;
}

err_t
keymap_init(struct keymap *k, char *why, size_t why_cap)
{
	k->n = 0;
	for (unsigned a = ACT_NONE + 1; a < ACT_N; a++) {
		err_t err = add_keys(k, (enum action)a, why, why_cap);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

err_t
keymap_bind(struct keymap *k, struct str key, struct str action, char *why,
    size_t why_cap)
{
	enum action a = action_by_name(action);
	struct keymap_row *row;
	int32_t code;

	if (a == ACT_NONE) {
		(void)snprintf(why, why_cap, _("no action is called \"%.*s\""),
		    (int)action.n, action.p);
		return ERR_PARSE;
	}
	if (keymap_parse_key(key, &code) != ERR_OK) {
		(void)snprintf(why, why_cap, _("\"%.*s\" is not a key"),
		    (int)key.n, key.p);
		return ERR_PARSE;
	}
	row = taken(k, action_rows[a].ctx, code);
	if (row != NULL)
		row->action = a;
	else if (add(k, code, a) != ERR_OK) {
		(void)snprintf(why, why_cap, _("too many keys are bound"));
		return ERR_LIMIT;
	}
	return ERR_OK;
}

enum action
keymap_find(const struct keymap *k, unsigned ctx, const struct key *key)
{
	enum action any = ACT_NONE;

	for (unsigned i = 0; i < k->n; i++) {
		unsigned have = action_rows[k->rows[i].action].ctx;

		if (k->rows[i].code != key->code)
			continue;
		if ((have & ctx & ~(unsigned)CTX_ANY) != 0)
			return k->rows[i].action;
		if ((have & CTX_ANY) != 0)
			any = k->rows[i].action;
	}
	return any;
}
