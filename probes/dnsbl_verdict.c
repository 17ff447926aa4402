/*
 * dnsbl_verdict.c - codes, RCODEs and failures to verdicts (RFC 5782 2.3).
 * Clean is only what says so by itself: the name is not there. Outside
 * 127.0.0.0/8 nothing is a listing, and 127.255.255.0/24 is a list that talks
 * about us, not about the subject.
 */
#include "probes/dnsbl_verdict.h"

#include "core/i18n.h"

#include <stdio.h>

static void
keep(struct dnsbl_verdict *v, uint32_t code)
{
	if (v->n_codes < LISTING_CODES)
		v->codes[v->n_codes++] = code;
}

/* By its addresses, by the first kind there is of: a listing, a refusal, a good
 * word, a stranger. */
static void
judge_codes(struct dnsbl_verdict *v, const struct blocklist *l,
    const struct dns_answer *a)
{
	static const enum verdict order[] = {
	    VERDICT_LISTED, VERDICT_REFUSED, VERDICT_CLEAN, VERDICT_UNKNOWN};

	for (size_t k = 0; k < sizeof order / sizeof order[0]; k++) {
		for (unsigned i = 0; i < a->n_addrs; i++) {
			if (blocklist_verdict(l, a->addrs[i]) == order[k])
				keep(v, a->addrs[i]);
		}
		if (v->n_codes == 0)
			continue;
		v->verdict = order[k];
		if (order[k] == VERDICT_REFUSED)
			v->say = SAY_CODE;
		if (order[k] == VERDICT_UNKNOWN) {
			v->verdict = VERDICT_UNREACHABLE;
			v->say = SAY_STRANGE;
		}
		return;
	}
	v->say = SAY_BAD;
}

struct dnsbl_verdict
dnsbl_judge(const struct blocklist *l, const struct dns_answer *a)
{
	struct dnsbl_verdict v = {.verdict = VERDICT_UNREACHABLE};

	switch (a->status) {
	case DNS_OK:
		judge_codes(&v, l, a);
		break;
	case DNS_NXDOMAIN:
	case DNS_NODATA:
		v.verdict = VERDICT_CLEAN;
		break;
	case DNS_REFUSED:
		v.verdict = VERDICT_REFUSED;
		v.say = SAY_REFUSED;
		break;
	case DNS_SERVFAIL:
		v.say = SAY_SERVFAIL;
		break;
	case DNS_TIMEOUT:
		v.say = SAY_TIMEOUT;
		break;
	case DNS_DOWN:
		v.verdict = VERDICT_UNKNOWN;
		v.say = SAY_DOWN;
		break;
	case DNS_BAD:
		v.say = SAY_BAD;
		break;
	}
	return v;
}

static void
say_code(char *dst, size_t cap, const struct blocklist *l, uint32_t code)
{
	bool error;
	struct str meaning = blocklist_code(l, code, &error);
	struct str remedy = l->remedy;

	if (remedy.n == 0)
		remedy = str_of(_("Ask through a resolver of your own, or "
				  "get a key from the list's operator."));
	(void)snprintf(dst, cap,
	    _("It answered %u.%u.%u.%u (%.*s): it won't answer us. %.*s"),
	    code >> 24, code >> 16 & 255, code >> 8 & 255, code & 255,
	    meaning.n == 0 ? (int)strlen(_("an error code")) : (int)meaning.n,
	    meaning.n == 0 ? _("an error code") : meaning.p, (int)remedy.n,
	    remedy.p);
}

char *
dnsbl_say(char *dst, size_t cap, const struct blocklist *l,
    const struct dnsbl_verdict *v)
{
	uint32_t code = v->n_codes == 0 ? 0 : v->codes[0];

	dst[0] = '\0';
	switch (v->say) {
	case SAY_NONE:
		break;
	case SAY_CODE:
		say_code(dst, cap, l, code);
		break;
	case SAY_REFUSED:
		(void)snprintf(dst, cap,
		    _("The question was refused, by the list or by the "
		      "resolver. %.*s"),
		    (int)l->remedy.n, l->remedy.n == 0 ? "" : l->remedy.p);
		break;
	case SAY_STRANGE:
		(void)snprintf(dst, cap,
		    _("It answered %u.%u.%u.%u, which no list does: the zone "
		      "is in other hands, or the resolver invents answers."),
		    code >> 24, code >> 16 & 255, code >> 8 & 255, code & 255);
		break;
	case SAY_SERVFAIL:
		(void)snprintf(dst, cap, "%s",
		    _("The resolver could not get an answer for it."));
		break;
	case SAY_TIMEOUT:
		(void)snprintf(dst, cap, "%s", _("It did not answer."));
		break;
	case SAY_BAD:
		(void)snprintf(
		    dst, cap, "%s", _("Its answer could not be understood."));
		break;
	case SAY_DOWN:
		(void)snprintf(
		    dst, cap, "%s", _("The resolver cannot be reached."));
		break;
	}
	return dst;
}
