/*
 * dns_answer.h - the answer to one DNS question as lists give them: an address
 * or none, a text or none, and what it means that there is none. Pure data:
 * whoever asks (our resolver, or a mail host's) fills it, whoever judges reads
 * it.
 */
#ifndef CORE_DNS_ANSWER_H
#define CORE_DNS_ANSWER_H

#include "core/str.h"

#include <stdint.h>

enum { DNS_ADDRS = 8, DNS_NAME_MAX = 256 };

enum dns_status {
	DNS_OK,	      /* addrs, or text */
	DNS_NXDOMAIN, /* no such name */
	DNS_NODATA,   /* the name has nothing of that type */
	DNS_REFUSED,  /* RCODE 5 */
	DNS_SERVFAIL, /* RCODE 2 and other failures of the server */
	DNS_TIMEOUT,
	DNS_DOWN, /* the resolver cannot be reached: says nothing of a list */
	DNS_BAD,  /* an answer that is none */
};

enum dns_type { DNS_A, DNS_TXT };

struct dns_answer {
	enum dns_status status;
	uint32_t addrs[DNS_ADDRS]; /* 127.0.0.2 = 0x7f000002 */
	uint8_t n_addrs;
	struct str text; /* TXT strings joined; hostile; borrowed */
	uint32_t ttl_s;	 /* least of the answer's; of the SOA when negative */
	uint32_t ms;
};

/* Somebody who asks in our place (a mail host, over SSH). ask() answers each
 * question exactly once, later, also when it fails (DNS_DOWN). */
typedef void (*dns_answer_fn)(void *ctx, const struct dns_answer *a);
struct dns_asker {
	void *ctx;
	void (*ask)(void *ctx, const char *name, enum dns_type type,
	    dns_answer_fn fn, void *fn_ctx);
};

#endif
