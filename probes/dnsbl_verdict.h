/*
 * dnsbl_verdict.h - what an answer says of a subject on a list. Pure.
 */
#ifndef PROBES_DNSBL_VERDICT_H
#define PROBES_DNSBL_VERDICT_H

#include "core/blocklist.h"
#include "core/dns_answer.h"
#include "core/listing.h"

/* Why there is neither "listed" nor "clean". */
enum dnsbl_say {
	SAY_NONE,
	SAY_CODE,    /* codes[0] says that the list won't answer us */
	SAY_REFUSED, /* the RCODE does */
	SAY_STRANGE, /* codes[0] is no list's word: outside 127/8 */
	SAY_SERVFAIL,
	SAY_TIMEOUT,
	SAY_BAD,
	SAY_DOWN,
};

struct dnsbl_verdict {
	enum verdict verdict;
	enum dnsbl_say say;
	uint32_t codes[LISTING_CODES];
	uint8_t n_codes;
};

struct dnsbl_verdict dnsbl_judge(
    const struct blocklist *l, const struct dns_answer *a);
/* The sentence for it, with the remedy where the list refuses us; "" for
 * listed and clean. Returns dst, NUL-terminated, cut at cap. */
char *dnsbl_say(char *dst, size_t cap, const struct blocklist *l,
    const struct dnsbl_verdict *v);

#endif
