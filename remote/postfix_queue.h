/*
 * postfix_queue.h - `postqueue -j` (one JSON object a line, Postfix >= 3.1,
 * postqueue(1)) into a struct queue_snap. A hand tokenizer first; a line it
 * does not understand goes through cJSON; one that neither takes is counted,
 * as is one longer than POSTFIX_QUEUE_LINE_MAX. Recipients beyond
 * POSTFIX_QUEUE_RCPT_MAX are left out. Queues counted on their own host:
 * postfix_queue_agg.h. Lines of scripts/queue_list.sh tell whose queue it is.
 */
#ifndef REMOTE_POSTFIX_QUEUE_H
#define REMOTE_POSTFIX_QUEUE_H

#include "core/queue.h"

enum {
	POSTFIX_QUEUE_LINE_MAX = 4 * 1024 * 1024,
	POSTFIX_QUEUE_RCPT_MAX = 1000
};

struct postfix_queue; /* opaque; heap */

struct postfix_queue_stats {
	uint64_t bytes, lines, slow, bad; /* slow: through cJSON */
};

/* Fills q (borrowed, not finished here). at_ms: the host's wall clock now, so
 * that ages are right; lookup is borrowed, may be NULL. */
struct postfix_queue *postfix_queue_new(
    struct queue_snap *q, int64_t at_ms, const struct queue_lookup *lookup);
void postfix_queue_free(struct postfix_queue *p);
void postfix_queue_feed(struct postfix_queue *p, struct str bytes);
/* No more bytes: a half line makes q->cut true. ERR_EXIT: no instance's listing
 * is whole. */
err_t postfix_queue_end(struct postfix_queue *p);
const struct postfix_queue_stats *postfix_queue_stats(
    const struct postfix_queue *p);

#endif
