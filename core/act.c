/* act.c - see act.h. */
#include "core/act.h"

#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>

#define COUNT_MAX   1000U /* processes or deliveries at once */
#define SECONDS_MAX 3600U

const struct verb_row verb_rows[VERB_N] = {
#define X(id, word, targets, flags, value, help)                               \
	[VERB_##id] = {word, value, help, targets, flags},
    VERB_LIST(X)
#undef X
};

enum verb
verb_of(struct str word)
{
	int v = 0;

	while (v < VERB_N && !str_eq(word, str_of(verb_rows[v].word)))
		v++;
	return (enum verb)v;
}

/* "3s" or "3": whole seconds only. */
static bool
seconds_of(struct str text, uint32_t *out)
{
	if (text.n > 0 && text.p[text.n - 1] == 's')
		text.n--;
	return num_u32(text, out) == ERR_OK;
}

static bool
number_of(const struct act_request *r, uint32_t *out)
{
	struct str text = str_of(r->value);

	return r->verb == VERB_INTERVAL ? seconds_of(text, out)
					: num_u32(text, out) == ERR_OK;
}

static err_t
check_value(const struct act_request *r, char *why, size_t cap)
{
	bool seconds = r->verb == VERB_INTERVAL;
	uint32_t n = 0;

	if ((verb_rows[r->verb].flags & ACTF_VALUE) == 0)
		return ERR_OK;
	if (!number_of(r, &n) || n > (seconds ? SECONDS_MAX : COUNT_MAX) ||
	    (!seconds && n == 0)) {
		(void)snprintf(why, cap, _("%s: \"%s\" is not %s"),
		    verb_rows[r->verb].word, r->value,
		    seconds ? _("whole seconds from 0s to 3600s; Postfix knows "
				"no parts of a second")
			    : _("a number from 1 to 1000"));
		return ERR_RANGE;
	}
	return ERR_OK;
}

static bool
filter_is_empty(const struct act_filter *f)
{
	return f->domain[0] == '\0' && f->provider[0] == '\0' &&
	       f->sender[0] == '\0' && f->recipient[0] == '\0' &&
	       f->reply[0] == '\0' && f->older_ms == 0 && f->younger_ms == 0 &&
	       f->larger_bytes == 0;
}

static err_t
check_target(const struct act_request *r, char *why, size_t cap)
{
	bool egress = (verb_rows[r->verb].targets & ACT_ON_EGRESS) != 0;

	if (egress && r->egress[0] == '\0') {
		(void)snprintf(why, cap, _("%s: which egress IP?"),
		    verb_rows[r->verb].word);
		return ERR_PARSE;
	}
	/* Never all of a queue without a filter that was seen counted. */
	if (!egress && filter_is_empty(&r->filter)) {
		(void)snprintf(why, cap,
		    _("%s: which messages? give domain=, provider=, sender=, "
		      "recipient=, reply=, older=, younger= or larger="),
		    verb_rows[r->verb].word);
		return ERR_PARSE;
	}
	return ERR_OK;
}

err_t
act_check(const struct act_request *r, char *why, size_t cap)
{
	err_t err = check_target(r, why, cap);

	if (err == ERR_OK)
		err = check_value(r, why, cap);
	/* It becomes one line of a file on the host. */
	for (const char *c = r->why; err == ERR_OK && *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == '\x7f') {
			(void)snprintf(why, cap, "%s",
			    _("the reason is one line, without control "
			      "characters"));
			err = ERR_PARSE;
		}
	if (err == ERR_OK && str_trim(str_of(r->why)).n == 0) {
		(void)snprintf(why, cap, "%s",
		    _("why? an act needs a reason, for the journal"));
		err = ERR_PARSE;
	}
	return err;
}

uint32_t
act_number(const struct act_request *r)
{
	uint32_t n = 0;

	return number_of(r, &n) ? n : 0;
}

void
act_target_text(const struct act_request *r, char *dst, size_t cap)
{
	const struct act_filter *f = &r->filter;
	const struct {
		const char *name, *value;
	} parts[] = {{"domain", f->domain}, {"provider", f->provider},
	    {"sender", f->sender}, {"recipient", f->recipient},
	    {"reply", f->reply}};
	char age[NUM_TEXT];
	size_t at = 0;

	if ((verb_rows[r->verb].targets & ACT_ON_EGRESS) != 0) {
		str_copy(dst, cap, str_of(r->egress));
		return;
	}
	dst[0] = '\0';
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i].value[0] != '\0' && at < cap)
			at += (size_t)snprintf(dst + at, cap - at, "%s%s=%s",
			    at > 0 ? " " : "", parts[i].name, parts[i].value);
	if (f->older_ms > 0 && at < cap)
		at += (size_t)snprintf(dst + at, cap - at, "%solder=%s",
		    at > 0 ? " " : "", num_age(age, f->older_ms));
	if (f->younger_ms > 0 && at < cap)
		at += (size_t)snprintf(dst + at, cap - at, "%syounger=%s",
		    at > 0 ? " " : "", num_age(age, f->younger_ms));
	if (f->larger_bytes > 0 && at < cap)
		(void)snprintf(dst + at, cap - at, "%slarger=%lld",
		    at > 0 ? " " : "", (long long)f->larger_bytes);
}

static bool
take_text(char *dst, size_t cap, struct str value)
{
	if (value.n == 0 || value.n >= cap)
		return false;
	str_copy(dst, cap, value);
	return true;
}

bool
act_filter_word(struct act_filter *f, struct str word)
{
	const char *eq = word.n == 0 ? NULL : memchr(word.p, '=', word.n);
	struct str key, value;
	uint64_t n = 0;

	if (eq == NULL)
		return false;
	key = (struct str){word.p, (size_t)(eq - word.p)};
	value = str_from(word, key.n + 1);
	if (str_eq(key, STR_LIT("domain")))
		return take_text(f->domain, sizeof f->domain, value);
	if (str_eq(key, STR_LIT("provider")))
		return take_text(f->provider, sizeof f->provider, value);
	if (str_eq(key, STR_LIT("sender")))
		return take_text(f->sender, sizeof f->sender, value);
	if (str_eq(key, STR_LIT("recipient")))
		return take_text(f->recipient, sizeof f->recipient, value);
	if (str_eq(key, STR_LIT("reply")))
		return take_text(f->reply, sizeof f->reply, value);
	if (str_eq(key, STR_LIT("older")))
		return num_duration_ms(value, &f->older_ms) == ERR_OK;
	if (str_eq(key, STR_LIT("younger")))
		return num_duration_ms(value, &f->younger_ms) == ERR_OK;
	if (!str_eq(key, STR_LIT("larger")) || num_u64(value, &n) != ERR_OK ||
	    n > INT64_MAX)
		return false;
	f->larger_bytes = (int64_t)n;
	return true;
}
