/* config_sites.c - see config_sites.h. */
#include "app/config_sites.h"

#include "core/i18n.h"
#include "core/num.h"
#include "core/shquote.h"

#include <stdarg.h>
#include <stdio.h>

#define OPT (CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER)

enum { NUMBER_MOST = 1000000000, NUMBER_TEXT = 16, LEASE_MOST_S = 7 * 86400 };

static const cyaml_schema_value_t word_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 63)};
static const cyaml_schema_value_t host_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, NAME_MAX_BYTES - 1)};

#define PARAM(key, member, flags, most)                                        \
	CYAML_FIELD_STRING_PTR(                                                \
	    key, flags, struct raw_site_param, member, 1, most)

static const cyaml_schema_field_t param_fields[] = {
    PARAM("name", name, CYAML_FLAG_POINTER, SITE_NAME - 1),
    PARAM("kind", kind, CYAML_FLAG_POINTER, 16),
    PARAM("min", min, OPT, NUMBER_TEXT), PARAM("max", max, OPT, NUMBER_TEXT),
    PARAM("default", fallback, OPT, SITE_VALUE - 1),
    CYAML_FIELD_SEQUENCE(
	"choices", OPT, struct raw_site_param, choices, &word_schema, 1, 16),
    CYAML_FIELD_END};
static const cyaml_schema_value_t param_schema = {CYAML_VALUE_MAPPING(
    CYAML_FLAG_DEFAULT, struct raw_site_param, param_fields)};

#define TEXT(key, flags, most)                                                 \
	CYAML_FIELD_STRING_PTR(#key, flags, struct raw_site, key, 1, most)

static const cyaml_schema_field_t site_fields[] = {
    TEXT(name, CYAML_FLAG_POINTER, SITE_NAME - 1), TEXT(help, OPT, 127),
    TEXT(command, CYAML_FLAG_POINTER, SITE_LINE - 1),
    TEXT(check, OPT, SITE_LINE - 1), TEXT(verify, OPT, SITE_LINE - 1),
    TEXT(undo, OPT, SITE_LINE - 1), TEXT(lease, OPT, 16),
    TEXT(timeout, OPT, 16), TEXT(safe, OPT, 8), TEXT(irreversible, OPT, 8),
    CYAML_FIELD_SEQUENCE(
	"hosts", OPT, struct raw_site, hosts, &host_schema, 1, SITE_HOSTS),
    CYAML_FIELD_SEQUENCE(
	"params", OPT, struct raw_site, params, &param_schema, 0, SITE_PARAMS),
    CYAML_FIELD_END};
const cyaml_schema_value_t config_sites_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_site, site_fields)};

/* Where errors are said, and of what. */
struct saying {
	const char *name;
	struct str text;
	unsigned item;
	const char *action;
	char *why;
	size_t cap;
};

/* "config.yaml:12: actions: rules-back: command: .." */
static err_t __attribute__((format(printf, 4, 5)))
wrong(const struct saying *s, err_t err, const char *key, const char *fmt, ...)
{
	size_t at = (size_t)snprintf(s->why, s->cap,
	    "%s:%u: actions: %s: %s: ", s->name,
	    yamldoc_line(s->text, "actions", s->item, key), s->action, key);
	va_list args;

	va_start(args, fmt);
	if (at < s->cap)
		(void)vsnprintf(s->why + at, s->cap - at, fmt, args);
	va_end(args);
	return err;
}

/* --- parameters --- */

static err_t
take_bound(uint64_t *out, const char *text, const struct site_param *p,
    const char *which, const struct saying *s)
{
	if (text == NULL)
		return ERR_OK;
	if (num_u64(str_of(text), out) != ERR_OK || *out > NUMBER_MOST)
		return wrong(s, ERR_RANGE, "params",
		    _("%s: %s: \"%s\" is not a number up to %d"), p->name,
		    which, text, (int)NUMBER_MOST);
	return ERR_OK;
}

static err_t
take_choices(struct site_param *p, const struct raw_site_param *r,
    const struct saying *s)
{
	const struct site_param word = {.kind = SITE_WORD};
	size_t at = 0;

	if ((p->kind == SITE_CHOICE) != (r->choices_count > 0))
		return wrong(s, ERR_PARSE, "params",
		    _("%s: choices belong to the kind choice, and it needs "
		      "them"),
		    p->name);
	for (unsigned i = 0; i < r->choices_count; i++) {
		struct str c = str_of(r->choices[i]);

		if (!site_value_ok(&word, c) ||
		    at + c.n + 2 > sizeof p->choices)
			return wrong(s, ERR_PARSE, "params",
			    _("%s: the choice \"%s\" is no plain word, or "
			      "there are too many"),
			    p->name, r->choices[i]);
		if (at > 0)
			p->choices[at++] = ' ';
		str_copy(p->choices + at, sizeof p->choices - at, c);
		at += c.n;
	}
	return ERR_OK;
}

static err_t
take_range(struct site_param *p, const struct raw_site_param *r,
    const struct saying *s)
{
	bool number = p->kind == SITE_NUMBER || p->kind == SITE_SECONDS;
	err_t err;

	p->max = NUMBER_MOST;
	if (!number && (r->min != NULL || r->max != NULL))
		return wrong(s, ERR_PARSE, "params",
		    _("%s: min and max belong to the kinds number and "
		      "seconds"),
		    p->name);
	err = take_bound(&p->min, r->min, p, "min", s);
	if (err == ERR_OK)
		err = take_bound(&p->max, r->max, p, "max", s);
	if (err == ERR_OK && p->min > p->max)
		err = wrong(s, ERR_RANGE, "params",
		    _("%s: min is larger than max"), p->name);
	return err;
}

static err_t
take_param(struct site_action *a, const struct raw_site_param *r,
    const struct saying *s)
{
	struct site_param *p = &a->params[a->n_params];
	err_t err;

	if (!shquote_is_service(str_of(r->name)))
		return wrong(s, ERR_PARSE, "params",
		    _("\"%s\" is no name: letters, digits, - _ ."), r->name);
	for (unsigned i = 0; i < a->n_params; i++)
		if (strcmp(a->params[i].name, r->name) == 0)
			return wrong(s, ERR_PARSE, "params",
			    _("the parameter %s is there twice"), r->name);
	str_copy(p->name, sizeof p->name, str_of(r->name));
	p->kind = site_kind_of(str_of(r->kind));
	if (p->kind == SITE_KIND_N)
		return wrong(s, ERR_PARSE, "params",
		    _("%s: \"%s\" is no kind: word, number, seconds, host, "
		      "domain, address, ip, path, choice"),
		    p->name, r->kind);
	err = take_choices(p, r, s);
	if (err == ERR_OK)
		err = take_range(p, r, s);
	if (err == ERR_OK && r->fallback != NULL) {
		if (!site_value_ok(p, str_of(r->fallback)))
			return wrong(s, ERR_PARSE, "params",
			    _("%s: the default \"%s\" is not of its kind, or "
			      "out of its range"),
			    p->name, r->fallback);
		str_copy(p->fallback, sizeof p->fallback, str_of(r->fallback));
		p->has_fallback = true;
	}
	a->n_params += err == ERR_OK;
	return err;
}

/* --- an action --- */

static err_t
take_time(int64_t *out, const char *text, const char *key, int64_t max_s,
    const struct saying *s)
{
	if (num_duration_ms(str_of(text), out) != ERR_OK || *out < 1000 ||
	    *out > max_s * 1000)
		return wrong(s, ERR_RANGE, key,
		    _("\"%s\" is not a duration from 1s to %llds"), text,
		    (long long)max_s);
	return ERR_OK;
}

/* What has a way back is a lease: for a time, or until it is lifted. */
static err_t
take_lease(
    struct site_action *a, const struct raw_site *r, const struct saying *s)
{
	struct str text = str_of(r->lease);

	if (r->undo == NULL && r->lease != NULL && !str_eq(text, STR_LIT("no")))
		return wrong(s, ERR_PARSE, "lease",
		    _("without undo there is no way back, so no end"));
	if (r->undo == NULL)
		return ERR_OK;
	a->flags |= ACTF_LEASE;
	a->lease_ms = ACT_LEASE_DEFAULT_MS;
	if (str_eq(text, STR_LIT("no")))
		a->lease_ms = 0;
	else if (r->lease != NULL && !str_eq(text, STR_LIT("yes")))
		return take_time(
		    &a->lease_ms, r->lease, "lease", LEASE_MOST_S, s);
	return ERR_OK;
}

static err_t
take_yes(bool *out, const char *text, const char *key, const struct saying *s)
{
	struct str word = str_of(text);

	*out = text != NULL && (str_ieq(word, STR_LIT("yes")) ||
				   str_ieq(word, STR_LIT("true")));
	if (text == NULL || *out || str_ieq(word, STR_LIT("no")) ||
	    str_ieq(word, STR_LIT("false")))
		return ERR_OK;
	return wrong(
	    s, ERR_PARSE, key, _("\"%s\" is neither yes nor no"), text);
}

static err_t
take_flags(
    struct site_action *a, const struct raw_site *r, const struct saying *s)
{
	bool safe = false, irreversible = false;
	err_t err = take_yes(&safe, r->safe, "safe", s);

	if (err == ERR_OK)
		err =
		    take_yes(&irreversible, r->irreversible, "irreversible", s);
	if (err != ERR_OK)
		return err;
	if (safe && (irreversible || r->undo != NULL))
		return wrong(s, ERR_PARSE, "safe",
		    _("what is safe changes nothing: it has no undo and is "
		      "not irreversible"));
	if (irreversible && r->undo != NULL)
		return wrong(s, ERR_PARSE, "irreversible",
		    _("it has an undo, so it is not"));
	a->flags |= (safe ? ACTF_SAFE : 0U) |
		    (irreversible ? (unsigned)ACTF_IRREVERSIBLE : 0U);
	return ERR_OK;
}

static err_t
take_hosts(
    struct site_action *a, const struct raw_site *r, const struct saying *s)
{
	for (unsigned i = 0; i < r->hosts_count; i++) {
		const char *at = strrchr(r->hosts[i], '@');

		if (!shquote_is_host(str_of(at == NULL ? r->hosts[i] : at + 1)))
			return wrong(s, ERR_PARSE, "hosts",
			    _("\"%s\" is no host"), r->hosts[i]);
		str_copy(a->hosts[i], sizeof a->hosts[i], str_of(r->hosts[i]));
	}
	a->n_hosts = r->hosts_count;
	return ERR_OK;
}

static void
take_line(char dst[SITE_LINE], const char *text)
{
	if (text != NULL)
		str_copy(dst, SITE_LINE, str_of(text));
}

static err_t
take_name(
    struct site_action *a, const struct raw_site *r, const struct saying *s)
{
	/* One letter alone may be the "y" that confirms. */
	if (!shquote_is_service(str_of(r->name)) || r->name[1] == '\0')
		return wrong(s, ERR_PARSE, "name",
		    _("\"%s\" is no name of two or more letters, digits, - _ "
		      "."),
		    r->name);
	str_copy(a->name, sizeof a->name, str_of(r->name));
	str_copy(a->help, sizeof a->help,
	    str_of(r->help != NULL ? r->help : r->name));
	return ERR_OK;
}

static err_t
take_action(
    struct site_action *a, const struct raw_site *r, const struct saying *s)
{
	struct site_fault fault = {.line = "command"};
	int64_t timeout_ms = SITE_TIMEOUT_S * 1000;
	err_t err = take_name(a, r, s);

	if (err == ERR_OK)
		err = take_hosts(a, r, s);
	for (unsigned i = 0; i < r->params_count && err == ERR_OK; i++)
		err = take_param(a, &r->params[i], s);
	if (err == ERR_OK)
		err = take_flags(a, r, s);
	if (err == ERR_OK)
		err = take_lease(a, r, s);
	if (err == ERR_OK && r->timeout != NULL)
		err = take_time(
		    &timeout_ms, r->timeout, "timeout", SITE_TIMEOUT_MAX_S, s);
	if (err != ERR_OK)
		return err;
	a->timeout_ms = (uint32_t)timeout_ms;
	take_line(a->command, r->command);
	take_line(a->check, r->check);
	take_line(a->verify, r->verify);
	take_line(a->undo, r->undo);
	err = site_check(a, &fault);
	return err == ERR_OK ? ERR_OK
			     : wrong(s, err, fault.line, "%s", fault.text);
}

err_t
config_sites_take(struct site_actions *out, const struct raw_site *rows,
    unsigned n, struct str text, const char *name, char *why, size_t cap)
{
	err_t err = ERR_OK;

	for (unsigned i = 0; i < n && err == ERR_OK; i++) {
		struct saying s = {name, text, i, rows[i].name, why, cap};

		if (site_find(out, str_of(rows[i].name)) != NULL)
			return wrong(
			    &s, ERR_PARSE, "name", _("it is there twice"));
		out->v[i] = (struct site_action){0};
		err = take_action(&out->v[i], &rows[i], &s);
		out->n = i + 1;
	}
	return err;
}
