/*
 * intern.h - strings to small ids, bounded. Id 0 is the empty string. When
 * the table is full, or memory ends, ids come out as INTERN_OTHER: counted
 * together and shown as "(others)", never dropped silently.
 */
#ifndef CORE_INTERN_H
#define CORE_INTERN_H

#include "core/err.h"
#include "core/str.h"

#include <stdint.h>

enum { INTERN_OTHER = 1 };

struct intern; /* opaque; heap */

/* max_ids: how many different strings; max_bytes: of all of them together. */
struct intern *intern_new(uint32_t max_ids, size_t max_bytes);
void intern_free(struct intern *t);
/* The id of s, added if new. */
uint32_t intern_id(struct intern *t, struct str s);
/* The id of s, or INTERN_OTHER if it is not in the table. */
uint32_t intern_find(const struct intern *t, struct str s);
/* The text of id; borrowed while the table lives (texts never move). */
struct str intern_text(const struct intern *t, uint32_t id);
uint32_t intern_count(const struct intern *t);

#endif
