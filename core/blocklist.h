/*
 * blocklist.h - the catalogue of lists: DNS blocklists (RFC 5782) and
 * providers' private lists. Data, from catalogues/dnsbl.json and what users
 * add or override. Says what a list is, what its answers mean and how it is
 * proved alive; asks nothing.
 */
#ifndef CORE_BLOCKLIST_H
#define CORE_BLOCKLIST_H

#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { LIST_NONE = UINT16_MAX, LISTS_MAX = 1024 };

/* What can be known of a subject on a list, or of a list as a whole. */
#define VERDICT_LIST(X)                                                        \
	X(UNKNOWN, "unknown", N_("not asked yet"))                             \
	X(CLEAN, "clean", N_("clean"))                                         \
	X(LISTED, "listed", N_("listed"))                                      \
	X(REFUSED, "refused", N_("won't answer us"))                           \
	X(UNREACHABLE, "unreachable", N_("unreachable"))                       \
	X(DEAD, "dead", N_("list is dead"))                                    \
	X(WORLD, "lists-the-world", N_("lists the world"))

enum verdict {
#define X(id, word, label) VERDICT_##id,
	VERDICT_LIST(X)
#undef X
	    VERDICT_N
};

enum list_kind { LIST_IP, LIST_DOMAIN, LIST_PRIVATE };
enum impact { IMPACT_LOW, IMPACT_MEDIUM, IMPACT_HIGH, IMPACT_N };

/* A code among a list's answers; addresses as numbers, 127.0.0.2 =
 * 0x7f000002. */
struct list_code {
	uint32_t from, to; /* inclusive; from = to: one address */
	uint32_t mask;	   /* not 0: any of these bits of the last octet */
	bool error;	   /* no listing: the list will not answer us */
	bool good;	   /* no listing: a white or neutral word */
	struct str meaning;
};

struct blocklist {
	struct str id, name, operator_name;
	struct str zone; /* what is asked; "" = only with a key, or private */
	struct str zone_key; /* with "<key>" in it; "" = there is none */
	const struct str *other_zones; /* [n_other_zones]: known in replies */
	uint16_t n_other_zones;
	enum list_kind kind;
	struct str provider; /* private: whose it is, as the catalogue of
				providers says; "" = the id tells */
	bool ipv4, ipv6;
	bool closed; /* must not be asked; why says so */
	bool watch;  /* asked unless told otherwise */
	enum impact impact;
	uint32_t period_s;   /* between two looks at a subject */
	uint32_t rate_per_s; /* queries a second at most; 0 = no limit known */
	const struct list_code *codes; /* [n_codes]; none: 127/8 is listed */
	uint16_t n_codes;
	const struct str *test_listed; /* addresses or domains, RFC 5782 5 */
	const struct str *test_clean;
	uint16_t n_test_listed, n_test_clean;
	struct str why;	       /* of the impact, or of the closing */
	struct str remedy;     /* when it refuses us; "" = the usual one */
	struct str covered_by; /* id of a list that holds all of it; "" */
	/* "web" "email" "isp" "account" "auto-expire"; "" = nothing to do */
	struct str delist_method;
	struct str delist_url, delist_expiry, delist_note;
	const struct str *delist_asks; /* what they want to know, in words */
	uint16_t n_delist_asks;
};

struct blocklists; /* opaque; heap; owns all texts above */

/* json: the catalogue's bytes. why gets a sentence naming row and field; a
 * field that no list has is an error, so that a typo cannot pass. */
err_t blocklists_load(struct blocklists **out, struct str json, char *why,
    size_t why_cap) NODISCARD;
/* A user's file of the same form: rows with a known id replace the fields they
 * have, others are added. On error the catalogue is as it was. */
err_t blocklists_add(
    struct blocklists *c, struct str json, char *why, size_t why_cap) NODISCARD;
void blocklists_free(struct blocklists *c);
uint16_t blocklists_count(const struct blocklists *c); /* 0 when c is NULL */
/* i < blocklists_count(); borrowed until the next blocklists_add. */
const struct blocklist *blocklists_at(const struct blocklists *c, uint16_t i);
/* By id; LIST_NONE. */
uint16_t blocklists_find(const struct blocklists *c, struct str id);
/* A provider's own list: the private one of that provider, or the one named
 * "private-<provider>"; LIST_NONE. */
uint16_t blocklists_private(const struct blocklists *c, struct str provider);
/* By a zone name as replies name it: "zen.spamhaus.org", in any case, also
 * with a key or a reversed address before it; LIST_NONE. */
uint16_t blocklists_by_zone(const struct blocklists *c, struct str zone);
/* The meaning of a code; empty when the catalogue has none. *error: the code
 * says that the list will not answer us (127.255.255.0/24 always does). */
struct str blocklist_code(
    const struct blocklist *l, uint32_t code, bool *error);
/* The code is among c's; several rows may fit one code (bit masks). */
bool list_code_fits(const struct list_code *c, uint32_t code);
/* What an answer says: LISTED, CLEAN (a white or neutral word), REFUSED, or
 * UNKNOWN when it is none: outside 127/8, or a 127.0.0.1 the catalogue does
 * not know, which is what resolvers that hide names answer. */
enum verdict blocklist_verdict(const struct blocklist *l, uint32_t code);
/* Whether it can be asked at all: not closed, not private, with a zone (its
 * own, or the one for those who have a key). */
bool blocklist_askable(const struct blocklist *l, bool have_key);

const char *verdict_name(enum verdict v);     /* "listed" */
const char *verdict_label(enum verdict v);    /* for people */
const char *impact_name(enum impact i);	      /* "high" */
const char *list_kind_name(enum list_kind k); /* "ip" */

#endif
