/*
 * postfix_queue_agg.h - the commands that list all queues of a host
 * (scripts/queue_list.sh): whole, counted where they lie because they are
 * large, or what belongs to one key; and the parser of the rows that counting
 * prints (the head of scripts/queue_agg.sh gives their form).
 */
#ifndef REMOTE_POSTFIX_QUEUE_AGG_H
#define REMOTE_POSTFIX_QUEUE_AGG_H

#include "core/queue.h"

enum {
	POSTFIX_QUEUE_AGG_KEYS = 2000, /* a dimension that is worth shipping */
	POSTFIX_QUEUE_MATCH_TEXTS = 6
};

struct postfix_queue_agg; /* opaque; heap */

struct postfix_queue_agg_stats {
	uint64_t bytes, lines, bad; /* of what the script printed */
	uint64_t listed, unread;    /* lines of the listing; not understood */
};

/* Appends the command line that lists all, for postfix_queue_feed. */
err_t postfix_queue_all_command(
    struct buf *out, const struct discovery *found) NODISCARD;
/* Appends the command line that counts; keys: how many keys of each dimension.
 */
err_t postfix_queue_agg_command(
    struct buf *out, const struct discovery *found, unsigned keys) NODISCARD;
/* The command that prints at most max lines of the listing that belong to key
 * in dim, for postfix_queue_feed. A reply's lines are those that hold its
 * longest words: more than its own, so reply_of the messages tells. ERR_PARSE
 * when key gives nothing to look for (QD_EGRESS, QD_PROVIDER: not known to
 * the host). */
err_t postfix_queue_match_command(struct buf *out,
    const struct discovery *found, enum queue_dim dim, struct str key,
    unsigned max) NODISCARD;

/* Fills q (borrowed, not finished here), and makes q->aggregated true. */
struct postfix_queue_agg *postfix_queue_agg_new(struct queue_snap *q);
void postfix_queue_agg_free(struct postfix_queue_agg *p);
void postfix_queue_agg_feed(struct postfix_queue_agg *p, struct str bytes);
/* No more bytes. Without the closing line q->cut is true; ERR_EXIT when
 * postqueue failed, ERR_PARSE when nothing was understood. */
err_t postfix_queue_agg_end(struct postfix_queue_agg *p) NODISCARD;
const struct postfix_queue_agg_stats *postfix_queue_agg_stats(
    const struct postfix_queue_agg *p);

#endif
