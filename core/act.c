/* act.c - see act.h. */
#include "core/act.h"

#include "core/i18n.h"
#include "core/num.h"
#include "core/shquote.h"

#include <stdio.h>

#define COUNT_MAX   1000U /* processes or deliveries at once */
#define SECONDS_MAX 3600U
#define SHARE_MAX   100U

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

enum verb
verb_ends(enum verb v)
{
	switch (v) {
	case VERB_RESUME:
		return VERB_PAUSE;
	case VERB_RETURN:
		return VERB_EVACUATE;
	case VERB_READMIT:
		return VERB_ISOLATE;
	default:
		return VERB_N;
	}
}

bool
act_is_lease_ms(int64_t ms)
{
	return ms <= (int64_t)ACT_LEASE_MOST_DAYS * 86400000;
}

int64_t
act_lease_ms(enum verb v)
{
	return (verb_rows[v].flags & ACTF_LASTS) != 0 ? 0
						      : ACT_LEASE_DEFAULT_MS;
}

unsigned
act_flags(const struct act_request *r)
{
	return verb_rows[r->verb].flags |
	       (r->verb == VERB_SITE ? r->site_flags : 0);
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

/* "ADDRESS=N ..": at least one share is not 0. */
static err_t
check_shares(const struct act_request *r, char *why, size_t cap)
{
	struct str rest = str_of(r->value), word;
	uint32_t n = 0, sum = 0;

	while (str_word(&rest, &word)) {
		const char *eq = memchr(word.p, '=', word.n);

		if (eq == NULL || eq == word.p ||
		    num_u32(str_from(word, (size_t)(eq - word.p) + 1), &n) !=
			ERR_OK ||
		    n > SHARE_MAX) {
			(void)snprintf(why, cap,
			    _("%s: \"%.*s\" is no share: ADDRESS=N, N from 0 "
			      "to 100"),
			    verb_rows[r->verb].word, (int)word.n, word.p);
			return ERR_RANGE;
		}
		sum += n;
	}
	if (sum > 0)
		return ERR_OK;
	(void)snprintf(why, cap, _("%s: no egress IP would have a share"),
	    verb_rows[r->verb].word);
	return ERR_RANGE;
}

static err_t
check_value(const struct act_request *r, char *why, size_t cap)
{
	bool seconds = r->verb == VERB_INTERVAL;
	uint32_t n = 0;

	if ((verb_rows[r->verb].flags & ACTF_VALUE) == 0)
		return ERR_OK;
	if (r->verb == VERB_SHARES)
		return check_shares(r, why, cap);
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
	       f->reply[0] == '\0' && f->egress[0] == '\0' &&
	       f->older_ms == 0 && f->younger_ms == 0 && f->larger_bytes == 0 &&
	       f->qids[0] == '\0';
}

/* What there is to say of a subject that is missing, or none. */
static const char *
wrong_subject(const struct act_request *r)
{
	const struct act_subject *of = &r->of;

	if (((unsigned)of->on & verb_rows[r->verb].targets) == 0 &&
	    (verb_rows[r->verb].targets & ACT_ON_PROVIDER) != 0)
		return _("%s: which egress IP? or give provider=, domain=");
	switch (verb_rows[r->verb].targets & (unsigned)of->on) {
	case ACT_ON_EGRESS:
		return of->egress[0] != '\0' ? NULL : _("%s: which egress IP?");
	case ACT_ON_PROVIDER:
		if (of->domain[0] != '\0' &&
		    !shquote_is_host(str_of(of->domain)))
			return _("%s: the domain is none that could be acted "
				 "on");
		return of->provider[0] != '\0' || of->domain[0] != '\0'
			   ? NULL
			   : _("%s: which provider? give provider= or domain=");
	case ACT_ON_MESSAGES:
		/* Never all of a queue without a filter that was counted. */
		return !filter_is_empty(&r->filter)
			   ? NULL
			   : _("%s: which messages? give domain=, provider=, "
			       "sender=, recipient=, reply=, older=, younger=, "
			       "larger= or qid=");
	case ACT_ON_POOL:
		return of->pool[0] != '\0' ? NULL : _("%s: which pool?");
	case ACT_ON_SENDER:
		return act_is_address(str_of(of->sender))
			   ? NULL
			   : _("%s: which sender? give its whole address");
	case ACT_ON_ADDRESSES:
		return r->addresses != NULL && r->addresses[0] != '\0'
			   ? NULL
			   : _("%s: which addresses? give them, or a file of "
			       "them");
	case ACT_ON_LEASE:
		return of->lease[0] != '\0' ? NULL
					    : _("%s: which act? give its id");
	case ACT_ON_SITE:
		return of->site[0] != '\0'
			   ? NULL
			   : _("%s: which action of the configuration?");
	default:
		return _("%s: which egress IP?");
	}
}

static err_t
check_target(const struct act_request *r, char *why, size_t cap)
{
	const char *fmt = wrong_subject(r);

	if (fmt == NULL)
		return ERR_OK;
	(void)snprintf(why, cap, fmt, verb_rows[r->verb].word);
	return ERR_PARSE;
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
	if (err == ERR_OK && !act_is_lease_ms(r->lease_ms)) {
		(void)snprintf(why, cap,
		    _("%s: at most %dd, or 0s: until lifted"),
		    verb_rows[r->verb].word, (int)ACT_LEASE_MOST_DAYS);
		err = ERR_RANGE;
	}
	if (err == ERR_OK && str_trim(str_of(r->why)).n == 0) {
		(void)snprintf(why, cap, "%s",
		    _("why? an act needs a reason, for the journal"));
		err = ERR_PARSE;
	}
	return err;
}

bool
act_is_of_messages(const struct act_request *r, struct act_filter *f)
{
	*f = (struct act_filter){0};
	if (r->of.on == ACT_ON_MESSAGES)
		*f = r->filter;
	else if (r->verb == VERB_ISOLATE)
		str_copy(f->sender, sizeof f->sender, str_of(r->of.sender));
	else if (r->verb == VERB_EVACUATE)
		str_copy(f->egress, sizeof f->egress, str_of(r->of.egress));
	else
		return false;
	return true;
}

unsigned
act_needs(const struct act_request *r)
{
	struct act_filter f;
	unsigned needs = act_is_of_messages(r, &f) ? ACT_NEEDS_QUEUE : 0;

	/* Whose mail leaves by which address, and who serves which domain, is
	 * known from the log alone. */
	if (f.egress[0] != '\0' || f.provider[0] != '\0' ||
	    (r->of.on == ACT_ON_PROVIDER && r->of.provider[0] != '\0' &&
		verb_ends(r->verb) == VERB_N))
		needs |= ACT_NEEDS_LOG;
	return needs;
}

uint32_t
act_number(const struct act_request *r)
{
	uint32_t n = 0;

	return number_of(r, &n) ? n : 0;
}

void
act_subject_text(const struct act_subject *s, char *dst, size_t cap)
{
	const char *by = s->provider[0] != '\0' ? "provider" : "domain";
	const char *key = s->provider[0] != '\0' ? s->provider : s->domain;
	const char *text = "";

	if (s->on == ACT_ON_PROVIDER) {
		(void)snprintf(dst, cap, "%s=%s%s%s", by, key,
		    s->egress[0] != '\0' ? " egress=" : "", s->egress);
		return;
	}
	if (s->on == ACT_ON_EGRESS)
		text = s->egress;
	else if (s->on == ACT_ON_POOL)
		text = s->pool;
	else if (s->on == ACT_ON_SENDER)
		text = s->sender;
	else if (s->on == ACT_ON_LEASE)
		text = s->lease;
	else if (s->on == ACT_ON_SITE)
		text = s->site;
	str_copy(dst, cap, str_of(text));
}

bool
act_is_pool(const char *word, const char *pool)
{
	size_t n = strlen(pool);

	if (strlen(word) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (word[i] != pool[i] && (word[i] != '-' || pool[i] != ' '))
			return false;
	return true;
}

bool
act_subject_eq(const struct act_subject *a, const struct act_subject *b)
{
	/* Postfix looks addresses up in small letters. */
	return a->on == b->on && strcmp(a->egress, b->egress) == 0 &&
	       strcmp(a->provider, b->provider) == 0 &&
	       str_ieq(str_of(a->domain), str_of(b->domain)) &&
	       strcmp(a->pool, b->pool) == 0 &&
	       str_ieq(str_of(a->sender), str_of(b->sender)) &&
	       strcmp(a->lease, b->lease) == 0 && strcmp(a->site, b->site) == 0;
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; text != NULL && *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void
filter_text(const struct act_filter *f, char *dst, size_t cap)
{
	const struct {
		const char *name, *value;
	} parts[] = {{"domain", f->domain}, {"provider", f->provider},
	    {"sender", f->sender}, {"recipient", f->recipient},
	    {"reply", f->reply}, {"egress", f->egress}, {"qid", f->qids}};
	char age[NUM_TEXT];
	size_t at = 0;

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

void
act_target_text(const struct act_request *r, char *dst, size_t cap)
{
	if (r->of.on == ACT_ON_MESSAGES)
		filter_text(&r->filter, dst, cap);
	else if (r->of.on == ACT_ON_ADDRESSES)
		(void)snprintf(
		    dst, cap, _("%zu addresses"), count_lines(r->addresses));
	else
		act_subject_text(&r->of, dst, cap);
}

/* "qid=A,B": more each time it is given. */
static bool
take_qids(struct act_filter *f, struct str value)
{
	size_t at = strlen(f->qids);
	struct str rest = value, qid;

	while (act_next_qid(&rest, &qid))
		if (!shquote_is_qid(qid))
			return false;
	if (value.n == 0 || at + value.n + 2 > sizeof f->qids)
		return false;
	if (at > 0)
		f->qids[at++] = ',';
	str_copy(f->qids + at, sizeof f->qids - at, value);
	return true;
}

bool
act_next_qid(struct str *rest, struct str *qid)
{
	const char *comma;

	if (rest->n == 0)
		return false;
	comma = memchr(rest->p, ',', rest->n);
	*qid = *rest;
	if (comma != NULL)
		qid->n = (size_t)(comma - rest->p);
	*rest = str_from(*rest, qid->n + 1);
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
		return str_take(f->domain, sizeof f->domain, value);
	if (str_eq(key, STR_LIT("provider")))
		return str_take(f->provider, sizeof f->provider, value);
	if (str_eq(key, STR_LIT("sender")))
		return str_take(f->sender, sizeof f->sender, value);
	if (str_eq(key, STR_LIT("recipient")))
		return str_take(f->recipient, sizeof f->recipient, value);
	if (str_eq(key, STR_LIT("reply")))
		return str_take(f->reply, sizeof f->reply, value);
	if (str_eq(key, STR_LIT("egress")))
		return act_take_ip(f->egress, value);
	if (str_eq(key, STR_LIT("older")))
		return num_duration_ms(value, &f->older_ms) == ERR_OK;
	if (str_eq(key, STR_LIT("younger")))
		return num_duration_ms(value, &f->younger_ms) == ERR_OK;
	if (str_eq(key, STR_LIT("qid")))
		return take_qids(f, value);
	if (!str_eq(key, STR_LIT("larger")) || num_u64(value, &n) != ERR_OK ||
	    n > INT64_MAX)
		return false;
	f->larger_bytes = (int64_t)n;
	return true;
}
