/*
 * reply_memo.h - meanings of replies seen before, by their keys: bounded in
 * entries and bytes, the oldest of a set gives way. A key is compared whole;
 * the hash only says where to look.
 */
#ifndef PROBES_REPLY_MEMO_H
#define PROBES_REPLY_MEMO_H

#include "core/meaning.h"

struct reply_memo; /* opaque; heap */

/* 4,096 keys of at most 1 KB. NULL: out of memory. */
struct reply_memo *reply_memo_new(void);
void reply_memo_free(struct reply_memo *m);
/* What was kept under the key; NULL when nothing was. Valid until the next
 * reply_memo_put. */
const struct meaning *reply_memo_get(
    const struct reply_memo *m, struct str key, uint64_t hash);
/* Keeps a copy of key; does nothing when it is long or there is no memory. */
void reply_memo_put(struct reply_memo *m, struct str key, uint64_t hash,
    const struct meaning *v);

#endif
