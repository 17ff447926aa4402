/*
 * dnsbl_name.h - the names that lists are asked by (RFC 5782 2.1, 2.4, 3), and
 * which subjects may be asked about at all.
 */
#ifndef PROBES_DNSBL_NAME_H
#define PROBES_DNSBL_NAME_H

#include "core/blocklist.h"
#include "core/dns_answer.h"
#include "core/err.h"

enum dnsbl_kind { DNSBL_BAD, DNSBL_V4, DNSBL_V6, DNSBL_DOMAIN };

struct dnsbl_what {
	uint8_t kind;	  /* enum dnsbl_kind */
	uint8_t addr[16]; /* network order; 4 bytes of it for DNSBL_V4 */
};

/* What a subject is; DNSBL_BAD: neither an address nor a domain name. */
struct dnsbl_what dnsbl_what(struct str subject);
/* false: private, loopback, link-local, documentation or otherwise not one of
 * the Internet's unicast addresses (RFC 6890, 5737, 3849, 9637). A domain is
 * public. */
bool dnsbl_public(const struct dnsbl_what *w);
/* Same /24 or /64. A domain is nobody's neighbour. */
bool dnsbl_neighbours(const struct dnsbl_what *a, const struct dnsbl_what *b);
/* Does the list take such a subject? */
bool dnsbl_takes(const struct blocklist *l, const struct dnsbl_what *w);
/* The name to ask for a subject in a zone; ERR_LIMIT: too long for DNS. */
err_t dnsbl_name(char dst[DNS_NAME_MAX], const struct dnsbl_what *w,
    struct str subject, struct str zone) NODISCARD;
/* A zone with its key in the place of "<key>"; ERR_PARSE: no "<key>" in it, or
 * the key is none (letters, digits, '-', '_', '.'); ERR_LIMIT. */
err_t dnsbl_zone(
    char dst[DNS_NAME_MAX], struct str zone_key, struct str key) NODISCARD;

#endif
