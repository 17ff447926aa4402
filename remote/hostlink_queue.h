/*
 * hostlink_queue.h - when and how a host's queue is read. The period follows
 * the measured cost (at most 1 % of one core of the host); small queues are
 * listed whole, large ones counted on the far side.
 */
#ifndef REMOTE_HOSTLINK_QUEUE_H
#define REMOTE_HOSTLINK_QUEUE_H

#include "remote/hostlink_port.h"

struct hostlink_queue; /* opaque; heap */

struct hostlink_queue_opts {
	struct hostlink_port port;
	uv_loop_t *loop;
	uint64_t raw_max; /* more queued messages are counted there */
	bool replayed;	  /* a recording sets the pace */
};

struct hostlink_queue *hostlink_queue_new(const struct hostlink_queue_opts *o);
/* The link is up: reads now, then at its own pace. found is borrowed until
 * hostlink_queue_down(). */
void hostlink_queue_up(struct hostlink_queue *q, const struct discovery *found);
/* The connection is gone, its commands have ended. */
void hostlink_queue_down(struct hostlink_queue *q);
/* Reads at once unless a reading runs. */
void hostlink_queue_now(struct hostlink_queue *q);
/* The log's history is in: what was listed before that is listed anew. */
void hostlink_queue_log_live(struct hostlink_queue *q);
/* The cheap counts, for choosing between listing and counting. */
void hostlink_queue_counts(
    struct hostlink_queue *q, const struct queue_counts *c);
/* It uses a channel. */
bool hostlink_queue_runs(const struct hostlink_queue *q);
/* Before the transport stops; its timer closes on the loop. */
void hostlink_queue_free(struct hostlink_queue *q);

#endif
