/* config_rules.c - see config_rules.h. */
#include "app/config_rules.h"

#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>

#define TEXT(key)                                                              \
	CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER, \
	    struct raw_throttles, key, 1, 16)

const cyaml_schema_field_t config_throttles_fields[] = {TEXT(suspect_n),
    TEXT(throttled_n), TEXT(throttled_pct), TEXT(easing_pct), TEXT(clear),
    CYAML_FIELD_END};

/* Where errors are said. */
struct saying {
	const char *name;
	char *why;
	size_t cap;
};

/* A whole number in a range, times what it is kept in; NULL leaves it. */
static err_t
take_number(uint32_t *out, const char *text, const char *key, uint32_t max,
    uint32_t unit, const struct saying *s)
{
	uint64_t n = 0;

	if (text == NULL)
		return ERR_OK;
	if (num_u64(str_of(text), &n) != ERR_OK || n < 1 || n > max) {
		(void)snprintf(s->why, s->cap,
		    _("%s: throttles: %s: \"%s\" is not a number from 1 to %u"),
		    s->name, key, text, max);
		return ERR_RANGE;
	}
	*out = (uint32_t)n * unit;
	return ERR_OK;
}

static err_t
take_clear(struct throttle_rules *out, const char *text, const struct saying *s)
{
	int64_t ms = 0;

	if (text == NULL)
		return ERR_OK;
	if (num_duration_ms(str_of(text), &ms) != ERR_OK || ms < 10000 ||
	    ms > 24 * 3600000) {
		(void)snprintf(s->why, s->cap,
		    _("%s: throttles: clear: \"%s\" is not a duration from 10s "
		      "to 24h"),
		    s->name, text);
		return ERR_RANGE;
	}
	out->clear_ms = ms;
	return ERR_OK;
}

err_t
config_throttles_take(struct throttle_rules *out, const struct raw_throttles *r,
    const char *name, char *why, size_t cap)
{
	struct saying s = {name, why, cap};
	err_t err;

	if (r == NULL)
		return ERR_OK;
	err = take_number(
	    &out->suspect_n, r->suspect_n, "suspect_n", 100000, 1, &s);
	if (err == ERR_OK)
		err = take_number(&out->throttled_n, r->throttled_n,
		    "throttled_n", 100000, 1, &s);
	if (err == ERR_OK)
		err = take_number(&out->throttled_milli, r->throttled_pct,
		    "throttled_pct", 100, 10, &s);
	if (err == ERR_OK)
		err = take_number(&out->easing_milli, r->easing_pct,
		    "easing_pct", 100, 10, &s);
	if (err == ERR_OK)
		err = take_clear(out, r->clear, &s);
	return err;
}
