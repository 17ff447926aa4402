/*
 * queue_sum.h - the queue rows of one dimension added up over hosts, made
 * again only when a reading, the dimension or the scope changed.
 */
#ifndef TUI_QUEUE_SUM_H
#define TUI_QUEUE_SUM_H

#include "core/model.h"

struct queue_sum_row {
	uint64_t hash;	/* of the key's text: stable over readings */
	struct str key; /* borrowed from a reading */
	uint64_t total;
	uint64_t age[AGE_BUCKETS];
	bool ages_unknown; /* of some of the messages */
	uint32_t n_hosts;
	host_id host; /* the first that has it */
};

/* A zeroed struct is a valid empty sum. */
struct queue_sum {
	struct queue_sum_row *rows; /* owned; [n] */
	size_t n, room;
	uint32_t *slots; /* owned; row + 1, open addressing */
	size_t n_slots;
	uint64_t signature; /* of what it was made from */
	/* of the readings it was made from */
	unsigned n_read, n_hosts; /* hosts read, hosts in scope */
	int64_t oldest_ms, slowest_ms;
	uint64_t messages;
	bool aggregated, cut;
};

void queue_sum_done(struct queue_sum *q);
/* host: HOST_NONE = all. Rows point into the readings: make it again before
 * each frame (cheap when nothing changed). */
void queue_sum_make(struct queue_sum *q, const struct model *m, host_id host,
    enum queue_dim dim);

#endif
