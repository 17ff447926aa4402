/*
 * act_words.c - the words behind a verb, as people type them in the palette
 * and on the command line: one grammar for both. See act.h.
 */
#include "core/act.h"

#include "core/i18n.h"
#include "core/num.h"

#include <arpa/inet.h>
#include <stdio.h>

/* What follows "name=" in word; false: it is another word. */
static bool
named(struct str word, const char *name, struct str *value)
{
	struct str head = str_of(name);

	if (!str_starts(word, head) || word.n <= head.n ||
	    word.p[head.n] != '=')
		return false;
	*value = str_from(word, head.n + 1);
	return true;
}

static err_t
wrong(struct str word, const char *fmt, char *why, size_t cap)
{
	(void)snprintf(why, cap, fmt, (int)(word.n < 200 ? word.n : 200),
	    word.n > 0 ? word.p : "");
	return ERR_PARSE;
}

/* Appends a word of a value made of several. */
static bool
add_value(struct act_request *r, struct str word)
{
	size_t at = strlen(r->value);

	if (at + word.n + 2 > sizeof r->value)
		return false;
	if (at > 0)
		r->value[at++] = ' ';
	str_copy(r->value + at, sizeof r->value - at, word);
	return true;
}

/* It would be taken apart into several again. */
static bool
has_blank(struct str word)
{
	struct str rest = word, first;

	return !str_word(&rest, &first) || first.n != word.n;
}

bool
act_take_ip(char dst[ADDR_MAX_BYTES], struct str word)
{
	unsigned char raw[sizeof(struct in6_addr)];
	char text[ADDR_MAX_BYTES];
	struct str bare = word;

	if (bare.n > 2 && bare.p[0] == '[' && bare.p[bare.n - 1] == ']')
		bare = (struct str){bare.p + 1, bare.n - 2};
	if (str_take(text, sizeof text, bare) &&
	    inet_pton(AF_INET6, text, raw) == 1)
		return inet_ntop(AF_INET6, raw, dst, ADDR_MAX_BYTES) != NULL;
	return str_take(dst, ADDR_MAX_BYTES, word);
}

/* "IP,IP": a list of them; none of them empty, for no list means all. */
static bool
take_ips(struct act_request *r, struct str list)
{
	struct buf b;
	struct str ip;
	bool ok = true;

	buf_init(&b, sizeof r->value);
	while (ok && act_next_qid(&list, &ip)) {
		char text[ADDR_MAX_BYTES];

		ok = ip.n > 0 && act_take_ip(text, str_trim(ip)) &&
		     buf_printf(&b, "%s%s", b.n > 0 ? "," : "", text) == ERR_OK;
	}
	ok = ok && str_take(r->value, sizeof r->value, buf_view(&b));
	buf_done(&b);
	return ok;
}

/* "IP=N", behind others. */
static bool
add_share(struct act_request *r, struct str word)
{
	size_t eq = str_find(word, STR_LIT("="));
	char text[ADDR_MAX_BYTES + NUM_TEXT];
	size_t n;

	if (!act_take_ip(text, (struct str){word.p, eq}))
		return false;
	n = strlen(text);
	return str_take(text + n, sizeof text - n, str_from(word, eq)) &&
	       add_value(r, str_of(text));
}

/* A word that is no name=value: the subject first, then the value. */
static err_t
take_bare(
    struct act_request *r, struct str word, bool last, char *why, size_t cap)
{
	struct act_subject *of = &r->of;
	unsigned targets = verb_rows[r->verb].targets;
	bool value = (verb_rows[r->verb].flags & ACTF_VALUE) != 0;
	bool ok = true;

	if (value && last && (targets & ACT_ON_POOL) == 0) {
		ok = r->value[0] == '\0' &&
		     str_take(r->value, sizeof r->value, word);
	} else if ((targets & ACT_ON_EGRESS) != 0 && of->on == 0) {
		of->on = ACT_ON_EGRESS;
		ok = act_take_ip(of->egress, word);
	} else if (targets == ACT_ON_POOL && of->pool[0] == '\0') {
		ok = str_take(of->pool, sizeof of->pool, word);
	} else if (targets == ACT_ON_SENDER && of->sender[0] == '\0') {
		ok = str_take(of->sender, sizeof of->sender, word);
	} else if (targets == ACT_ON_LEASE && of->lease[0] == '\0') {
		ok = str_take(of->lease, sizeof of->lease, word);
	} else if (targets == ACT_ON_SITE && of->site[0] == '\0') {
		ok = str_take(of->site, sizeof of->site, word);
	} else {
		ok = false;
	}
	return ok ? ERR_OK
		  : wrong(word, _("\"%.*s\" is one word too many, or too long"),
			why, cap);
}

/* provider=, domain=, egress= of mail to a provider. */
static bool
take_provider(struct act_subject *of, struct str word, bool *ok)
{
	struct str value;

	if (named(word, "provider", &value))
		*ok = of->domain[0] == '\0' &&
		      str_take(of->provider, sizeof of->provider, value);
	else if (named(word, "domain", &value))
		*ok = of->provider[0] == '\0' &&
		      str_take(of->domain, sizeof of->domain, value);
	else if (named(word, "egress", &value))
		*ok = act_take_ip(of->egress, value);
	else
		return false;
	of->on = ACT_ON_PROVIDER;
	return true;
}

static err_t
take_word(
    struct act_request *r, struct str word, bool last, char *why, size_t cap)
{
	unsigned targets = verb_rows[r->verb].targets;
	bool pair = word.n > 0 && memchr(word.p, '=', word.n) != NULL;
	struct str value;
	bool ok = true;

	/* Addresses may hold one: bounce+user=host@list. */
	if (!pair ||
	    (targets == ACT_ON_SENDER && !named(word, "sender", &value)))
		return take_bare(r, word, last, why, cap);
	if ((targets & ACT_ON_PROVIDER) != 0) {
		if (!take_provider(&r->of, word, &ok))
			return wrong(word,
			    _("\"%.*s\" is neither provider=, domain= nor "
			      "egress="),
			    why, cap);
	} else if (r->verb == VERB_EVACUATE && named(word, "to", &value)) {
		ok = take_ips(r, value);
	} else if (targets == ACT_ON_SENDER && named(word, "sender", &value)) {
		ok = str_take(r->of.sender, sizeof r->of.sender, value);
	} else if (targets == ACT_ON_MESSAGES) {
		if (!act_filter_word(&r->filter, word))
			return wrong(word,
			    _("\"%.*s\" is no filter: domain=, provider=, "
			      "sender=, recipient=, reply=, older=, younger= "
			      "(a duration), larger= (bytes), qid="),
			    why, cap);
	} else if (targets == ACT_ON_SITE) {
		if (has_blank(word))
			return wrong(word,
			    _("\"%.*s\": a value is one word, without blanks"),
			    why, cap);
		ok = add_value(r, word);
	} else if (targets == ACT_ON_POOL) {
		ok = add_share(r, word);
	} else {
		ok = false;
	}
	return ok ? ERR_OK
		  : wrong(word,
			_("\"%.*s\" is not understood here, or too "
			  "long"),
			why, cap);
}

err_t
act_take_words(struct act_request *r, const struct str *words, size_t n,
    char *why, size_t cap)
{
	unsigned targets = verb_rows[r->verb].targets;
	err_t err = ERR_OK;

	/* What a verb can only be done to needs no saying. */
	if ((targets & (targets - 1)) == 0 && targets != ACT_ON_EGRESS)
		r->of.on = (enum act_target)targets;
	for (size_t i = 0; i < n && err == ERR_OK; i++)
		err = take_word(r, words[i], i + 1 == n, why, cap);
	return err;
}

const char *
act_takes(enum verb v)
{
	unsigned targets = verb_rows[v].targets, flags = verb_rows[v].flags;

	if (v == VERB_EVACUATE)
		return N_("IP to=IP,IP");
	if ((targets & ACT_ON_PROVIDER) != 0)
		return (flags & ACTF_VALUE) != 0
			   ? N_("IP|provider=P egress=IP|domain=D VALUE")
			   : N_("IP|provider=P egress=IP|domain=D");
	switch (targets) {
	case ACT_ON_EGRESS:
		return N_("IP");
	case ACT_ON_MESSAGES:
		return N_("FILTER..");
	case ACT_ON_POOL:
		return N_("POOL IP=N IP=N..");
	case ACT_ON_SENDER:
		return N_("SENDER");
	case ACT_ON_ADDRESSES:
		return N_("ADDRESS.. or FILE");
	case ACT_ON_LEASE:
		return N_("LEASE");
	default:
		return N_("NAME name=value..");
	}
}
