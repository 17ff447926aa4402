/* json.c - cJSON behind caps; see json.h. */
#include "core/json.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/utf8.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* cJSON recurses: nesting is counted before it sees the text. */
static bool
too_deep(struct str s)
{
	int depth = 0;
	bool in = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (in) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in = false;
		} else if (c == '"') {
			in = true;
		} else if (c == '{' || c == '[') {
			if (++depth > 64)
				return true;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return false;
}

err_t
json_parse(cJSON **out, struct str text, size_t max_bytes)
{
	const char *end = NULL;
	cJSON *doc;

	if (text.n > max_bytes || too_deep(text))
		return ERR_LIMIT;
	doc = cJSON_ParseWithLengthOpts(text.p, text.n, &end, false);
	if (doc == NULL)
		return ERR_PARSE;
	/* cJSON does not mind what follows the document */
	if (str_trim(str_from(text, (size_t)(end - text.p))).n > 0) {
		cJSON_Delete(doc);
		return ERR_PARSE;
	}
	*out = doc;
	return ERR_OK;
}

/* Where cJSON gave up, or what it did not read begins. */
static unsigned
bad_line(struct str text)
{
	const char *end = text.p;
	cJSON *doc = cJSON_ParseWithLengthOpts(text.p, text.n, &end, false);
	unsigned line = 1;

	if (doc != NULL)
		while (end < text.p + text.n && isspace((unsigned char)*end))
			end++;
	cJSON_Delete(doc);
	for (const char *p = text.p; p != NULL && p < end; p++)
		line += *p == '\n';
	return line;
}

void
json_say(
    err_t err, struct str text, size_t max_bytes, char *why, size_t why_cap)
{
	if (err == ERR_PARSE)
		(void)snprintf(
		    why, why_cap, _("line %u: not JSON"), bad_line(text));
	else if (err == ERR_LIMIT)
		(void)snprintf(why, why_cap,
		    _("larger than %u MiB, or nested too deeply"),
		    (unsigned)(max_bytes >> 20));
	else
		(void)snprintf(why, why_cap, "%s", _("out of memory"));
}

err_t
json_add_str(cJSON *object, const char *name, struct str s)
{
	struct buf b;
	err_t err;

	buf_init(&b, s.n * 3 + 1);
	err = utf8_clean(&b, s);
	if (err == ERR_OK &&
	    cJSON_AddStringToObject(object, name, buf_cstr(&b)) == NULL)
		err = ERR_NOMEM;
	buf_done(&b);
	return err;
}

err_t
json_add_opt(cJSON *object, const char *name, struct str s)
{
	if (s.n > 0)
		return json_add_str(object, name, s);
	return cJSON_AddNullToObject(object, name) == NULL ? ERR_NOMEM : ERR_OK;
}

/* cJSON writes large numbers with 15 figures: its own are used only while they
 * are exact. */
static err_t
add_number(cJSON *object, const char *name, double v, const char *exact)
{
	const cJSON *item = v > -2147483648.0 && v < 2147483647.0
				? cJSON_AddNumberToObject(object, name, v)
				: cJSON_AddRawToObject(object, name, exact);

	return item == NULL ? ERR_NOMEM : ERR_OK;
}

err_t
json_add_u64(cJSON *object, const char *name, uint64_t v)
{
	char exact[24];

	(void)snprintf(exact, sizeof exact, "%" PRIu64, v);
	return add_number(object, name, (double)v, exact);
}

err_t
json_add_i64(cJSON *object, const char *name, int64_t v)
{
	char exact[24];

	(void)snprintf(exact, sizeof exact, "%" PRId64, v);
	return add_number(object, name, (double)v, exact);
}

int64_t
json_i64(const cJSON *object, const char *name)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsNumber(v) && v->valuedouble >= 0 && v->valuedouble < 1e15
		   ? (int64_t)v->valuedouble
		   : 0;
}

struct str
json_text(const cJSON *object, const char *name)
{
	return str_of(cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(object, name)));
}

err_t
json_add_time(cJSON *object, const char *name, int64_t wall_ms)
{
	char text[CLOCK_TEXT];

	if (wall_ms == 0)
		return json_add_opt(object, name, (struct str){NULL, 0});
	return json_add_str(object, name, str_of(clock_rfc3339(text, wall_ms)));
}

err_t
json_write_text(struct buf *out, const cJSON *doc)
{
	char *text = cJSON_PrintUnformatted(doc);
	err_t err;

	if (text == NULL)
		return ERR_NOMEM;
	err = buf_puts(out, text);
	cJSON_free(text);
	return err;
}

err_t
json_write(struct buf *out, const cJSON *doc)
{
	err_t err = json_write_text(out, doc);

	return err == ERR_OK ? buf_putc(out, '\n') : err;
}
