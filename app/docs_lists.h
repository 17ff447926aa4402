/*
 * docs_lists.h - the JSON documents of lists and of what they answered
 * (man page, "JSON"): contracts as those of docs.h.
 */
#ifndef APP_DOCS_LISTS_H
#define APP_DOCS_LISTS_H

#include "app/config_lists.h"
#include "core/blocklist.h"
#include "core/json.h"
#include "core/listing.h"

/* A list as the catalogue has it; the caller's, cJSON_Delete; NULL when out of
 * memory. has_key: a key is configured (which is never told). */
cJSON *docs_list(const struct blocklist *l, bool has_key);
/* {"v":1,"lists":[..]} of lists [n] by index. */
cJSON *docs_lists(const struct blocklists *c, const uint16_t *lists, size_t n,
    const struct list_config *config);
/* One of check's results. */
cJSON *docs_answer(
    const struct blocklists *c, const struct list_answer *a, bool has_key);
/* What is asked: the zone, that with "<key>" where a key is used, or empty. */
struct str docs_zone(const struct blocklist *l, bool has_key);
/* What is known of asking it: "watched", "known", "needs-key",
 * "replies-only", "closed". */
const char *docs_list_state(const struct blocklist *l, bool has_key);
/* The next meaning of an answer's codes (a mask has one for each bit); *at
 * begins with 0; false: no more. */
bool docs_meaning(const struct blocklist *l, const struct list_answer *a,
    uint16_t *at, struct str *out);
/* A code as "127.0.0.2"; dst[16]. Returns dst. */
char *docs_code(char dst[16], uint32_t code);

#endif
