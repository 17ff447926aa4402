/*
 * provider.h - who runs a receiving MX. The catalogue is data
 * (catalogues/providers.json): id, name, MX name patterns ("*.google.com",
 * "mx*.gmx.net", exact names), recipient domains. Unknown MXs are grouped by
 * their registered domain, so that every relay has a provider.
 */
#ifndef CORE_PROVIDER_H
#define CORE_PROVIDER_H

#include "core/err.h"
#include "core/str.h"

struct provider_catalogue; /* opaque; heap */

/* json: the file's bytes. ERR_PARSE, ERR_LIMIT, ERR_NOMEM; why[why_cap] gets
 * a sentence on error. */
err_t provider_load(struct provider_catalogue **out, struct str json, char *why,
    size_t why_cap) NODISCARD;
void provider_free(struct provider_catalogue *c);
/* The id of the provider ("google") that runs MX host name mx; when no
 * pattern fits, the MX's registered domain ("example.co.jp"); empty when mx
 * is empty. Borrowed from the catalogue or from mx. c may be NULL. */
struct str provider_of_mx(const struct provider_catalogue *c, struct str mx);
/* The registered domain a name belongs to: its last labels, one more than its
 * public suffix has. Borrowed from name. */
struct str provider_registered(
    const struct provider_catalogue *c, struct str name);
/* The same as provider_of_mx by recipient domain, for mail that never reached a
 * relay; empty when the domain is not in the catalogue. */
struct str provider_of_domain(
    const struct provider_catalogue *c, struct str domain);

#endif
