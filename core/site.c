/* site.c - see site.h. */
#include "core/site.h"

#include "core/dname.h"
#include "core/i18n.h"
#include "core/num.h"
#include "core/shquote.h"
#include "core/site_int.h"
#include "core/utf8.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

enum { CHECKED_BYTES = 8 * SITE_LINE, FILLED_BYTES = 16 * SITE_LINE };

static const struct {
	const char *word, *what;
} kinds[SITE_KIND_N] = {
#define X(id, word, what) [SITE_##id] = {word, what},
    SITE_KIND_LIST(X)
#undef X
};

enum site_kind
site_kind_of(struct str word)
{
	int k = 0;

	while (k < SITE_KIND_N && !str_eq(word, str_of(kinds[k].word)))
		k++;
	return (enum site_kind)k;
}

const char *
site_kind_word(enum site_kind k)
{
	return kinds[k].word;
}

bool
site_text_ok(struct str s)
{
	struct buf b;
	bool ok;

	/* What a terminal would not show as it is has been replaced in it. */
	buf_init(&b, CHECKED_BYTES);
	ok = utf8_clean(&b, s) == ERR_OK && str_eq(buf_view(&b), s) &&
	     (s.n == 0 || memchr(s.p, '\n', s.n) == NULL);
	buf_done(&b);
	return ok;
}

/* --- values --- */

static bool
is_ip(struct str s)
{
	char text[ADDR_MAX_BYTES];
	struct in6_addr a;

	return str_take(text, sizeof text, s) &&
	       (inet_pton(AF_INET, text, &a) == 1 ||
		   inet_pton(AF_INET6, text, &a) == 1);
}

static bool
is_choice(const struct site_param *p, struct str value)
{
	struct str rest = str_of(p->choices), word;

	while (str_word(&rest, &word))
		if (str_eq(word, value))
			return true;
	return false;
}

static bool
seconds_of(struct str s, uint64_t *out)
{
	int64_t ms = 0;

	if (num_duration_ms(s, &ms) != ERR_OK || ms % 1000 != 0)
		return false;
	*out = (uint64_t)(ms / 1000);
	return true;
}

bool
site_value_ok(const struct site_param *p, struct str value)
{
	uint64_t n = 0;

	if (value.n == 0 || value.n >= SITE_VALUE || !site_text_ok(value) ||
	    memchr(value.p, ' ', value.n) != NULL)
		return false;
	switch (p->kind) {
	case SITE_WORD:
		return value.p[0] != '-';
	case SITE_NUMBER:
		return num_u64(value, &n) == ERR_OK && n >= p->min &&
		       n <= p->max;
	case SITE_SECONDS:
		return seconds_of(value, &n) && n >= p->min && n <= p->max;
	case SITE_HOST:
		return shquote_is_host(value);
	case SITE_DOMAIN:
		return value.p[0] != '-' && dname_ok(value);
	case SITE_ADDRESS:
		return value.p[0] != '-' && act_is_address(value);
	case SITE_IP:
		return is_ip(value);
	case SITE_PATH:
		return shquote_is_path(value);
	case SITE_CHOICE:
		return is_choice(p, value);
	default:
		return false;
	}
}

/* "1..10", "slow|off", "PATH": what may be given. */
static void
range_text(const struct site_param *p, char *dst, size_t cap)
{
	if (p->kind == SITE_NUMBER || p->kind == SITE_SECONDS) {
		(void)snprintf(
		    dst, cap, "%" PRIu64 "..%" PRIu64, p->min, p->max);
		return;
	}
	str_copy(dst, cap,
	    str_of(p->kind == SITE_CHOICE ? p->choices : kinds[p->kind].word));
	for (char *c = dst; *c != '\0'; c++)
		if (*c == ' ')
			*c = '|';
}

void
site_usage(const struct site_action *a, char *dst, size_t cap)
{
	char range[SITE_CHOICES_BYTES];
	size_t at = 0;

	dst[0] = '\0';
	for (unsigned i = 0; i < a->n_params && at < cap; i++) {
		const struct site_param *p = &a->params[i];

		range_text(p, range, sizeof range);
		at += (size_t)snprintf(dst + at, cap - at, "%s%s%s=%s%s",
		    i > 0 ? " " : "", p->has_fallback ? "[" : "", p->name,
		    range, p->has_fallback ? "]" : "");
	}
}

/* --- a row --- */

static err_t
check_line(const struct site_action *a, const char *name, const char *line,
    unsigned *used, struct site_fault *f)
{
	if (line[0] == '\0')
		return ERR_OK;
	f->line = name;
	return site_line_walk(
	    NULL, a, line, NULL, used, f->text, sizeof f->text);
}

err_t
site_check(const struct site_action *a, struct site_fault *f)
{
	unsigned used = 0;
	err_t err = check_line(a, "command", a->command, &used, f);

	if (err == ERR_OK)
		err = check_line(a, "check", a->check, &used, f);
	if (err == ERR_OK)
		err = check_line(a, "verify", a->verify, &used, f);
	if (err == ERR_OK)
		err = check_line(a, "undo", a->undo, &used, f);
	for (unsigned i = 0; i < a->n_params && err == ERR_OK; i++) {
		if ((used & 1U << i) != 0)
			continue;
		f->line = "params";
		(void)snprintf(f->text, sizeof f->text,
		    _("no line uses the parameter %s"), a->params[i].name);
		err = ERR_PARSE;
	}
	return err;
}

const struct site_action *
site_find(const struct site_actions *all, struct str name)
{
	for (unsigned i = 0; all != NULL && i < all->n; i++)
		if (str_eq(name, str_of(all->v[i].name)))
			return &all->v[i];
	return NULL;
}

bool
site_may_run(const struct site_action *a, const char *host)
{
	const char *at = strrchr(host, '@');

	for (unsigned i = 0; i < a->n_hosts; i++)
		if (strcmp(a->hosts[i], host) == 0 ||
		    (at != NULL && strcmp(a->hosts[i], at + 1) == 0))
			return true;
	return a->n_hosts == 0;
}

/* --- a request --- */

static err_t
no_such(const struct site_actions *all, const char *name, char *why, size_t cap)
{
	size_t at = (size_t)snprintf(why, cap,
	    _("site: the configuration has no action %s; it has:"), name);

	for (unsigned i = 0; all != NULL && i < all->n && at < cap; i++)
		at +=
		    (size_t)snprintf(why + at, cap - at, " %s", all->v[i].name);
	if ((all == NULL || all->n == 0) && at < cap)
		(void)snprintf(why + at, cap - at, _(" none"));
	return ERR_NOTFOUND;
}

static const struct site_param *
param_of(const struct site_action *a, struct str name)
{
	for (unsigned i = 0; i < a->n_params; i++)
		if (str_eq(name, str_of(a->params[i].name)))
			return &a->params[i];
	return NULL;
}

/* "name=value" into its place. */
static err_t
take_value(const struct site_action *a, struct str word, struct str *values,
    char *why, size_t cap)
{
	const char *eq = memchr(word.p, '=', word.n);
	struct str name = {word.p, eq == NULL ? 0 : (size_t)(eq - word.p)};
	const struct site_param *p = param_of(a, name);
	char usage[512], range[SITE_CHOICES_BYTES];
	struct str value;

	if (p == NULL) {
		site_usage(a, usage, sizeof usage);
		(void)snprintf(why, cap,
		    _("site %s: \"%.*s\" is none of its parameters: %s"),
		    a->name, (int)word.n, word.p, usage);
		return ERR_PARSE;
	}
	value = str_from(word, name.n + 1);
	if (values[p - a->params].n > 0) {
		(void)snprintf(why, cap, _("site %s: %s is given twice"),
		    a->name, p->name);
		return ERR_PARSE;
	}
	if (site_value_ok(p, value)) {
		values[p - a->params] = value;
		return ERR_OK;
	}
	range_text(p, range, sizeof range);
	(void)snprintf(why, cap, _("site %s: %s=%.*s: it takes %s (%s)"),
	    a->name, p->name, (int)(value.n < 80 ? value.n : 80),
	    value.n == 0 ? "" : value.p, _(kinds[p->kind].what), range);
	return ERR_RANGE;
}

/* The value of each parameter; they point into text and a. */
static err_t
take_values(const struct site_action *a, const char *text, struct str *values,
    char *why, size_t cap)
{
	struct str rest = str_of(text), word;
	err_t err = ERR_OK;

	for (unsigned i = 0; i < a->n_params; i++)
		values[i] = (struct str){NULL, 0};
	while (err == ERR_OK && str_word(&rest, &word))
		err = take_value(a, word, values, why, cap);
	for (unsigned i = 0; i < a->n_params && err == ERR_OK; i++) {
		const struct site_param *p = &a->params[i];

		if (values[i].n > 0)
			continue;
		if (p->has_fallback) {
			values[i] = str_of(p->fallback);
			continue;
		}
		(void)snprintf(why, cap,
		    _("site %s: %s= is missing: it takes %s"), a->name, p->name,
		    _(kinds[p->kind].what));
		err = ERR_PARSE;
	}
	return err;
}

err_t
site_request(const struct site_actions *all, struct act_request *r, char *why,
    size_t cap)
{
	const struct site_action *a = site_find(all, str_of(r->of.site));
	struct str values[SITE_PARAMS];
	err_t err;

	if (a == NULL)
		return no_such(all, r->of.site, why, cap);
	err = take_values(a, r->value, values, why, cap);
	if (err != ERR_OK)
		return err;
	r->site_flags = a->flags;
	if (r->lease_ms < 0)
		r->lease_ms = a->lease_ms;
	else if ((a->flags & ACTF_LEASE) == 0 && r->lease_ms > 0) {
		(void)snprintf(why, cap,
		    _("site %s: it has no way back (undo), so it cannot end by "
		      "itself"),
		    a->name);
		return ERR_PARSE;
	}
	return ERR_OK;
}

/* --- its plan --- */

/* Of seconds, the line gets how many: "15m" is 900. */
static struct str
seconds_text(struct str value, char dst[NUM_TEXT])
{
	uint64_t n = 0;

	(void)seconds_of(value, &n); /* was held against its kind */
	(void)snprintf(dst, NUM_TEXT, "%" PRIu64, n);
	return str_of(dst);
}

static err_t
fill(char **out, const struct site_action *a, const char *line,
    const struct str *values)
{
	unsigned used = 0;
	struct buf b;
	char why[256];
	err_t err;

	if (line[0] == '\0')
		return ERR_OK;
	buf_init(&b, FILLED_BYTES);
	err = site_line_walk(&b, a, line, values, &used, why, sizeof why);
	if (err == ERR_OK) {
		*out = str_dup(buf_view(&b));
		err = *out == NULL ? ERR_NOMEM : ERR_OK;
	}
	buf_done(&b);
	return err;
}

err_t
site_plan_host(struct plan *p, host_id host, const struct site_action *a)
{
	char number[SITE_PARAMS][NUM_TEXT], why[512];
	struct str values[SITE_PARAMS];
	struct plan_step *s;
	err_t err = take_values(a, p->request.value, values, why, sizeof why);

	if (err != ERR_OK)
		return err;
	for (unsigned i = 0; i < a->n_params; i++)
		if (a->params[i].kind == SITE_SECONDS)
			values[i] = seconds_text(values[i], number[i]);
	s = plan_add(p, host, a->timeout_ms);
	if (s == NULL)
		return ERR_NOMEM;
	(void)snprintf(s->text, sizeof s->text, "%s: %s", a->name, a->help);
	err = fill(&s->check, a, a->check, values);
	if (err == ERR_OK)
		err = fill(&s->command, a, a->command, values);
	if (err == ERR_OK)
		err = fill(&s->verify, a, a->verify, values);
	if (err == ERR_OK)
		err = fill(&s->undo, a, a->undo, values);
	return err;
}
