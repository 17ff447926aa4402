/*
 * qids.h - what the log said about the messages that are live on a host: the
 * sender (said when a message becomes active) and the egress IP and domain of
 * its last delivery attempt. Bounded: the message that was active longest ago
 * goes first. Queue ids are kept as 64-bit hashes.
 */
#ifndef CORE_QIDS_H
#define CORE_QIDS_H

#include "core/types.h"

enum { QIDS_MAX = 65536 };
#define QID_NO_SENDER UINT32_MAX

struct qid_entry {
	uint64_t hash;
	uint32_t sender;  /* text id; QID_NO_SENDER = not seen */
	egress_id egress; /* EGRESS_NONE = not tried yet */
	uint32_t domain;  /* text id; 0 = not tried yet */
	/* private: places in the pool + 1, 0 = none */
	uint32_t chain, older, newer;
};

/* A zeroed struct is a valid empty table. */
struct qids {
	struct qid_entry
	    *v;		 /* owned pool; [room], the first `used` were used */
	uint32_t *heads; /* owned; [room], a power of two */
	uint32_t n, used, room, free1, oldest1, newest1;
	uint64_t evicted; /* messages forgotten for want of room */
};

void qids_done(struct qids *q);
/* What stands for a queue id; never 0, which marks a free place. */
uint64_t qids_hash(struct str qid);
/* NULL when not known. Borrowed until the next qids_put. */
struct qid_entry *qids_find(const struct qids *q, uint64_t hash);
/* The entry, made if missing (sender not seen), and the newest now; NULL when
 * memory ends. */
struct qid_entry *qids_put(struct qids *q, uint64_t hash);
/* Memory begins to bring what finds the entry, and the entry, in this order. */
void qids_expect(const struct qids *q, uint64_t hash);
void qids_expect_entry(const struct qids *q, uint64_t hash);
void qids_remove(struct qids *q, struct qid_entry *e);
/* Entries in the pool by place, for walking; hash 0 = free place. */
static inline const struct qid_entry *
qids_at(const struct qids *q, uint32_t i)
{
	return &q->v[i];
}

#endif
