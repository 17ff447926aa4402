/* theme_load.c - see theme_load.h. */
#include "app/theme_load.h"

#include "app/files.h"
#include "app/yamldoc.h"
#include "core/i18n.h"

#include <stddef.h>
#include <stdio.h>

struct raw_style {
	char *fg, *bg, *fg16, *bg16, *attrs, *mono;
};

/* The mapping of roles is a struct of its own to libcyaml. */
struct raw_roles {
	struct raw_style *of[ROLE_N];
};
struct raw_theme {
	char *name, *title;
	bool light, mono;
	struct raw_roles roles;
};

#define OPT (CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER)
#define STYLE(key)                                                             \
	CYAML_FIELD_STRING_PTR(#key, OPT, struct raw_style, key, 1, 32)

static const cyaml_schema_field_t style_fields[] = {STYLE(fg), STYLE(bg),
    STYLE(fg16), STYLE(bg16), STYLE(attrs), STYLE(mono), CYAML_FIELD_END};

#define X(name, id)                                                            \
	{                                                                      \
	    .key = #id,                                                        \
	    .data_offset = offsetof(struct raw_roles, of) +                    \
			   ROLE_##name * sizeof(struct raw_style *),           \
	    .value = {CYAML_VALUE_MAPPING(                                     \
		OPT, struct raw_style, style_fields)},                         \
	},
static const cyaml_schema_field_t role_fields[] = {
    ROLE_LIST(X) CYAML_FIELD_END};
#undef X

static const cyaml_schema_field_t theme_fields[] = {
    CYAML_FIELD_STRING_PTR(
	"name", CYAML_FLAG_POINTER, struct raw_theme, name, 1, 31),
    CYAML_FIELD_STRING_PTR("title", OPT, struct raw_theme, title, 1, 63),
    YAMLDOC_BOOL("light", CYAML_FLAG_OPTIONAL, struct raw_theme, light),
    YAMLDOC_BOOL("mono", CYAML_FLAG_OPTIONAL, struct raw_theme, mono),
    CYAML_FIELD_MAPPING(
	"roles", CYAML_FLAG_OPTIONAL, struct raw_theme, roles, role_fields),
    CYAML_FIELD_END};
static const cyaml_schema_value_t schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_theme, theme_fields)};

/* Where an error is and what the word was. */
struct place {
	const char *file, *role;
	char *why;
	size_t cap;
};

static err_t
wrong(const struct place *at, const char *key, const char *word,
    const char *right)
{
	(void)snprintf(at->why, at->cap, _("%s: role %s: %s: \"%s\" is not %s"),
	    at->file, at->role, key, word, right);
	return ERR_PARSE;
}

static err_t
take_color(const struct place *at, const char *key, const char *word,
    int32_t *rgb, int16_t *c16)
{
	if (word == NULL || theme_color(str_of(word), rgb, c16) == ERR_OK)
		return ERR_OK;
	return wrong(at, key, word, _("a colour (\"#rrggbb\", \"red\")"));
}

static err_t
take_attrs(
    const struct place *at, const char *key, const char *word, uint8_t *attrs)
{
	if (word == NULL || theme_attrs(str_of(word), attrs) == ERR_OK)
		return ERR_OK;
	return wrong(at, key, word, _("attributes (\"bold,underline\")"));
}

static err_t
take_style(const struct place *at, const struct raw_style *r, struct style *s)
{
	int32_t unused;
	err_t err = take_color(at, "fg", r->fg, &s->fg, &s->fg16);

	if (err == ERR_OK)
		err = take_color(at, "bg", r->bg, &s->bg, &s->bg16);
	if (err == ERR_OK)
		err = take_color(at, "fg16", r->fg16, &unused, &s->fg16);
	if (err == ERR_OK)
		err = take_color(at, "bg16", r->bg16, &unused, &s->bg16);
	if (err == ERR_OK)
		err = take_attrs(at, "attrs", r->attrs, &s->attrs);
	return err == ERR_OK ? take_attrs(at, "mono", r->mono, &s->mono_attrs)
			     : err;
}

static err_t
take(struct theme *out, const struct raw_theme *r, struct place *at)
{
	struct theme t = {.light = r->light, .mono = r->mono};

	str_copy(t.name, sizeof t.name, str_of(r->name));
	str_copy(t.title, sizeof t.title,
	    str_of(r->title != NULL ? r->title : r->name));
	for (int i = 0; i < ROLE_N; i++) {
		t.roles[i] = (struct style){.fg = COLOR_DEFAULT,
		    .bg = COLOR_DEFAULT,
		    .fg16 = -1,
		    .bg16 = -1};
		at->role = theme_role_name((enum role)i);
		if (r->roles.of[i] != NULL &&
		    take_style(at, r->roles.of[i], &t.roles[i]) != ERR_OK)
			return ERR_PARSE;
	}
	*out = t;
	return ERR_OK;
}

err_t
theme_parse(
    struct theme *out, struct str text, const char *file, char *why, size_t cap)
{
	struct place at = {.file = file, .why = why, .cap = cap};
	void *raw = NULL;
	err_t err = yamldoc_load(&raw, &schema, text, file, why, cap);

	if (err != ERR_OK)
		return err;
	if (raw == NULL) {
		(void)snprintf(why, cap, _("%s: is empty"), file);
		return ERR_PARSE;
	}
	err = take(out, raw, &at);
	yamldoc_free(&schema, raw);
	return err;
}

/* The file of a theme by name; a person's own goes before ours. */
static err_t
find(struct buf *path, const char *name, char *why, size_t cap)
{
	char file[300];
	err_t err;

	if (strchr(name, '/') != NULL)
		return buf_puts(path, name);
	(void)snprintf(file, sizeof file, "themes/%.250s.yaml", name);
	err = files_own_path(path, file);
	if (err != ERR_OK)
		err = files_data_path(path, file);
	if (err != ERR_OK)
		(void)snprintf(why, cap,
		    _("theme %s: not found; there are dark, light, mono, "
		      "colorblind, contrast, or give a file"),
		    name);
	return err;
}

err_t
theme_load(struct theme *out, const char *name, char *why, size_t cap)
{
	struct buf path, text;
	err_t err;

	buf_init(&path, 8192);
	buf_init(&text, 256U << 10);
	err = find(&path, name, why, cap);
	if (err == ERR_OK)
		err = files_read(&text, buf_cstr(&path), why, cap);
	if (err == ERR_OK)
		err = theme_parse(
		    out, buf_view(&text), buf_cstr(&path), why, cap);
	buf_done(&path);
	buf_done(&text);
	return err;
}

const char *
theme_next(const char *name)
{
	static const char *const round[] = {
	    "dark", "light", "contrast", "colorblind", "mono"};
	enum { N = sizeof round / sizeof *round };

	for (int i = 0; i < N; i++)
		if (strcmp(round[i], name) == 0)
			return round[(i + 1) % N];
	return round[0];
}
