/* yamldoc.c - see yamldoc.h. */
#include "app/yamldoc.h"

#include "core/buf.h"
#include "core/i18n.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const cyaml_strval_t yamldoc_bools[YAMLDOC_BOOLS] = {
    {"true", 1}, {"yes", 1}, {"on", 1}, {"false", 0}, {"no", 0}, {"off", 0}};

/* libcyaml says what is wrong in its first line, where in the ones after. */
static void
on_log(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
	struct buf *out = ctx;
	char line[256];

	if (level < CYAML_LOG_ERROR)
		return;
	(void)vsnprintf(line, sizeof line, fmt, args);
	if (out->n > 0)
		(void)buf_puts(out, " ");
	(void)buf_str(out, str_trim(str_of(line)));
}

/* An upper bound on what a configuration or theme may cost us. */
static void *
on_mem(void *ctx, void *p, size_t size)
{
	(void)ctx;
	if (size == 0) {
		free(p);
		return NULL;
	}
	return size > (16U << 20) ? NULL : realloc(p, size);
}

static cyaml_config_t
config_for(struct buf *log)
{
	return (cyaml_config_t){.log_fn = on_log,
	    .log_ctx = log,
	    .log_level = CYAML_LOG_ERROR,
	    .mem_fn = on_mem,
	    .flags = CYAML_CFG_NO_ALIAS};
}

/* Blanks before what a line says; SIZE_MAX: it says nothing. */
static size_t
indent(struct str line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == ' ')
		n++;
	return n == line.n || line.p[n] == '#' ? SIZE_MAX : n;
}

/* True: the escape behind a backslash is of the character NUL. */
static bool
is_nul(struct str s)
{
	size_t zeros = str_starts(s, STR_LIT("x"))   ? 2
		       : str_starts(s, STR_LIT("u")) ? 4
		       : str_starts(s, STR_LIT("U")) ? 8
						     : 0;

	if (zeros == 0)
		return str_starts(s, STR_LIT("0"));
	return str_starts(str_from(s, 1), (struct str){"00000000", zeros});
}

/*
 * The line of the first text in double quotes that holds a NUL; 0: none does.
 * libcyaml would end the text there without a word, and a command cut short is
 * another command.
 */
static unsigned
nul_line(struct str text)
{
	bool quoted = false;
	unsigned at = 0;
	struct str line;

	while (str_line(&text, &line)) {
		size_t i = 0;

		at++;
		if (!quoted && indent(line) == SIZE_MAX)
			continue;
		if (!quoted) {
			size_t colon = str_find(line, STR_LIT(": \""));
			size_t dash = str_find(line, STR_LIT("- \""));

			i = (colon < dash ? colon : dash);
			if (i == SIZE_MAX)
				continue;
			i += 3;
			quoted = true;
		}
		for (; i < line.n && quoted; i++) {
			if (line.p[i] == '"')
				quoted = false;
			else if (line.p[i] == '\\' && ++i < line.n &&
				 is_nul(str_from(line, i)))
				return at;
		}
	}
	return 0;
}

err_t
yamldoc_load(void **out, const cyaml_schema_value_t *schema, struct str text,
    const char *name, char *why, size_t cap)
{
	struct buf log;
	cyaml_config_t cfg;
	cyaml_data_t *data = NULL;
	cyaml_err_t err;
	unsigned nul = nul_line(text);

	if (nul > 0) {
		(void)snprintf(why, cap,
		    _("%s:%u: a text with a NUL byte (\\0) in it"), name, nul);
		return ERR_PARSE;
	}
	buf_init(&log, 1024);
	cfg = config_for(&log);
	/* libyaml asserts that there is an input, even of no bytes. */
	err = cyaml_load_data((const uint8_t *)(text.n == 0 ? "" : text.p),
	    text.n, &cfg, schema, &data, NULL);
	/* words to choose from: yamldoc_bools is the only such table */
	if (err == CYAML_ERR_INVALID_VALUE &&
	    str_find(buf_view(&log), STR_LIT("ENUM")) != SIZE_MAX)
		(void)snprintf(why, cap, _("%s: neither true nor false: %s"),
		    name, buf_cstr(&log));
	else if (err != CYAML_OK)
		(void)snprintf(why, cap, "%s: %s", name,
		    log.n > 0 ? buf_cstr(&log) : cyaml_strerror(err));
	buf_done(&log);
	if (err != CYAML_OK)
		return ERR_PARSE;
	*out = data;
	return ERR_OK;
}

static bool
is_key(struct str line, size_t at, const char *key)
{
	struct str name = str_of(key);

	line = str_from(line, at);
	return str_starts(line, name) && line.n > name.n &&
	       line.p[name.n] == ':';
}

unsigned
yamldoc_line(
    struct str text, const char *section, unsigned item, const char *key)
{
	unsigned at = 0, found = 0, items = 0;
	size_t dash = SIZE_MAX; /* where the items' dashes stand */
	size_t keys = SIZE_MAX; /* and this item's keys */
	struct str line;

	while (str_line(&text, &line)) {
		size_t n = indent(line);
		bool dashed = n != SIZE_MAX && line.p[n] == '-';

		at++;
		if (n == SIZE_MAX)
			continue;
		if (found == 0) {
			if (is_key(line, 0, section))
				found = at;
			continue;
		}
		if (n == 0 && !dashed)
			break; /* the next section */
		if (dash == SIZE_MAX && dashed)
			dash = n;
		if (dashed && n == dash && items++ == item)
			found = at;
		if (items != item + 1)
			continue;
		if (n == dash)
			n = keys =
			    line.n < dash + 3
				? dash + 2
				: dash + 1 + indent(str_from(line, dash + 1));
		if (n == keys && is_key(line, n, key))
			return at;
	}
	return found;
}

void
yamldoc_free(const cyaml_schema_value_t *schema, void *data)
{
	struct buf log;
	cyaml_config_t cfg;

	buf_init(&log, 1024);
	cfg = config_for(&log);
	(void)cyaml_free(&cfg, schema, data, 0);
	buf_done(&log);
}
