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
/* The text of id; borrowed until intern_sweep; empty if unknown. */
struct str intern_text(const struct intern *t, uint32_t id);
/* Ids given out so far, for arrays by id; and strings held now. */
uint32_t intern_count(const struct intern *t);
uint32_t intern_used(const struct intern *t);
/* True when less than a quarter of the ids or of the bytes is left. */
bool intern_tight(const struct intern *t);
/* Lets go of the strings whose keep[id] is 0 (keep: [intern_count]); their ids
 * will be given out again, the others stay. Texts move: nothing borrowed
 * before is valid. ERR_NOMEM: nothing changed. */
err_t intern_sweep(struct intern *t, const uint8_t *keep) NODISCARD;

#endif
