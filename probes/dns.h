/*
 * dns.h - a resolver's client on the loop: c-ares behind uv_poll handles. Asks
 * one name and type, hands the answer over once; caches nothing, searches
 * nothing, reads no hosts file. Names must be checked by who asks.
 */
#ifndef PROBES_DNS_H
#define PROBES_DNS_H

#include "core/dns_answer.h"
#include "core/err.h"

#include <uv.h>

struct dns; /* opaque; heap */

enum {
	/* Until a question is sent again; twice as long each time. */
	DNS_RESEND_MS = 400,
	DNS_TRIES = 3,
	DNS_GIVEUP_MS = 2800, /* of one resolver alone */
	DNS_RESOLVERS = 3,    /* at most; further ones are not asked */
	DNS_RESOLVER_TEXT = 192,
};

struct dns_opts {
	uv_loop_t *loop;
	/* "ADDR", "ADDR:PORT", "[ADDR6]:PORT", "ADDR6", or several of them with
	 * commas; NULL = the system's. The next one is asked when one does not
	 * answer, refuses, or cannot get an answer. */
	const char *resolver;
	void *ctx;
	/* Some answers were handed over and no library code is on the stack:
	 * the time to ask more. */
	void (*after)(void *ctx);
};

/* True for what dns_opts.resolver may be. */
bool dns_is_resolver(struct str s);
/* ERR_PARSE: resolver is no address; ERR_IO: no resolver is configured;
 * ERR_NOMEM. why gets a sentence. */
err_t dns_new(struct dns **out, const struct dns_opts *o, char *why,
    size_t why_cap) NODISCARD;
/* fn gets the answer exactly once, perhaps before dns_ask() is back; not after
 * dns_free(). */
void dns_ask(struct dns *d, const char *name, enum dns_type type,
    dns_answer_fn fn, void *fn_ctx);
/* The resolvers, for sentences: "192.0.2.53:53"; borrowed. */
const char *dns_resolver(const struct dns *d);
/* No callback any more, also not for what is under way; frees itself on the
 * loop. May be called from a callback. NULL is fine. */
void dns_free(struct dns *d);

#endif
