/*
 * json.h - cJSON behind byte and depth caps, and small writers for the
 * documents of the command line.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include "core/buf.h"

#include <cjson/cJSON.h>

/* Parses text of at most max_bytes and a nesting of at most 64; ERR_LIMIT,
 * ERR_PARSE, ERR_NOMEM. *out is the caller's, cJSON_Delete. */
err_t json_parse(cJSON **out, struct str text, size_t max_bytes) NODISCARD;
/* What json_parse's error means, and in which line of text, for people. */
void json_say(
    err_t err, struct str text, size_t max_bytes, char *why, size_t why_cap);
/* Adds s, sanitised (utf8_clean), under name. */
err_t json_add_str(cJSON *object, const char *name, struct str s);
/* Adds a string that may be absent: null when s.n is 0. */
err_t json_add_opt(cJSON *object, const char *name, struct str s);
/* A whole number, written exactly; beyond 32 bits it is raw text to cJSON. */
err_t json_add_u64(cJSON *object, const char *name, uint64_t v);
err_t json_add_i64(cJSON *object, const char *name, int64_t v);
/* A member that is a number from 0 up, exact to the ms of any clock; else 0. */
int64_t json_i64(const cJSON *object, const char *name);
/* A member that is a text, borrowed from the document; else empty. */
struct str json_text(const cJSON *object, const char *name);
/* RFC 3339 text of a wall time; null when 0. */
err_t json_add_time(cJSON *object, const char *name, int64_t wall_ms);
/* Appends the document unformatted; json_write with a newline. */
err_t json_write_text(struct buf *out, const cJSON *doc);
err_t json_write(struct buf *out, const cJSON *doc);

#endif
