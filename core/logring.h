/*
 * logring.h - the last log lines of all hosts in one bounded block of bytes,
 * oldest dropped first. Lines are numbered from 0 for ever, so that a view can
 * stay where it is while new ones come.
 */
#ifndef CORE_LOGRING_H
#define CORE_LOGRING_H

#include "core/types.h"

struct logring; /* opaque; heap */

struct logring_line {
	uint64_t seq;
	host_id host;
	int64_t at_ms;
	struct str text; /* borrowed until the next logring_add */
};

/* At least 16 KB, at most 4 GB. Functions take NULL for an empty ring that
 * keeps nothing. */
struct logring *logring_new(size_t max_bytes);
void logring_free(struct logring *r);
/* Longer lines than 4096 bytes are cut there. */
void logring_add(struct logring *r, host_id host, int64_t at_ms, struct str s);
/* Numbers of the oldest line held and of the next to come. */
uint64_t logring_first(const struct logring *r);
uint64_t logring_end(const struct logring *r);
/* false when seq is no longer, or not yet, there. O(1). */
bool logring_get(
    const struct logring *r, uint64_t seq, struct logring_line *out);

#endif
