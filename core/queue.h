/*
 * queue.h - one reading of a host's queue: counts by key and age for each
 * dimension, and a bounded list of messages for drilling down. A reading is
 * built by a driver, then immutable and replaced whole; `gen` numbers it.
 * The unit is messages: one with recipients in two domains counts once in
 * each of them, and once in the sender's row.
 */
#ifndef CORE_QUEUE_H
#define CORE_QUEUE_H

#include "core/buf.h"
#include "core/intern.h"
#include "core/provider.h"
#include "core/types.h"

enum queue_dim { QD_DOMAIN, QD_PROVIDER, QD_SENDER, QD_REPLY, QD_EGRESS, QD_N };

struct queue_row {
	uint32_t key;	/* id in the snapshot's texts */
	uint64_t total; /* messages */
	uint32_t age[AGE_BUCKETS];
};

struct queue_msg {
	uint32_t qid, sender, domain, reply, rcpt; /* ids; first recipient */
	uint32_t nrcpt, size_bytes;
	int64_t arrival_ms;
	uint8_t queue;	  /* enum queue_name */
	uint8_t instance; /* 0 the main one, else 1 + index in further[] */
};

struct queue_table {
	struct queue_row *rows; /* owned; [n], by total, largest first, once
				   queue_finish() ran */
	uint32_t n, room;
	uint32_t *slots; /* owned; open addressing: row index + 1 */
	uint32_t n_slots;
};

struct queue_snap {
	uint64_t gen;
	int64_t at_ms;	 /* when the reading ended, our clock */
	int64_t took_ms; /* how long it took */
	uint64_t messages, bytes;
	uint64_t by_queue[Q_N];
	uint64_t duplicates;  /* ids seen twice, counted once */
	uint64_t unread;      /* instances whose queue is not in it */
	bool cut;	      /* the listing ended in the middle */
	bool aggregated;      /* counted on the far side: no message list */
	bool early;	      /* listed before the log's history was in: who
				 tried what is not known, nor all providers */
	uint64_t others;      /* messages in keys beyond the tables' bounds */
	struct intern *texts; /* owned */
	struct queue_table by[QD_N];
	struct queue_msg *msgs; /* owned; the first n_msgs of the listing */
	uint32_t n_msgs, room_msgs, max_msgs;
	/* duplicate check: hashes of ids seen; owned, freed by finish */
	uint64_t *seen;
	uint32_t n_seen, seen_slots;
};

/* What one line of a queue listing says; slices borrowed for the call. */
struct queue_item {
	enum queue_name queue;
	uint8_t instance; /* as queue_msg's */
	struct str qid, sender;
	int64_t arrival_ms, size_bytes;
	/* recipients, each: address and the reason it waits (may be empty) */
	const struct queue_rcpt {
		struct str address, reason;
	} * rcpt;
	uint32_t n_rcpt;
};

/* Who can say which egress IP last tried a queue id, and which provider
 * serves a domain (both learned from the log); either may be NULL. */
struct queue_lookup {
	void *ctx;
	struct str (*egress_of)(void *ctx, struct str qid); /* "" unknown */
	struct str (*provider_of)(
	    void *ctx, struct str domain); /* "" unknown */
};

/* max_msgs: how many messages are kept for drilling down. NULL = no memory. */
struct queue_snap *queue_new(uint32_t max_msgs);
void queue_free(struct queue_snap *q);
/* Counts one message, once per instance and queue id. at_ms: now, for ages.
 * What lookup does not know counts under the empty key; without lookup the
 * tables of providers and egress IPs stay empty. Memory: 16 bytes a message for
 * the duplicate check until queue_finish(), and at most 50,000 keys a
 * dimension; 1,000,000 messages take 30 MB. */
err_t queue_add(struct queue_snap *q, const struct queue_item *it,
    int64_t at_ms, const struct queue_lookup *lookup);
/* Adds counts that the far side made: `messages` messages of one key. */
err_t queue_add_row(struct queue_snap *q, enum queue_dim dim, struct str key,
    unsigned age, uint32_t messages);
/* Fills QD_PROVIDER from QD_DOMAIN, for readings that the far side counted: a
 * message with two domains of one provider counts twice there. */
void queue_derive_providers(
    struct queue_snap *q, const struct queue_lookup *lookup);
/* Sorts the tables and lets go of what only the building needed. */
void queue_finish(struct queue_snap *q, int64_t at_ms, int64_t took_ms);

#endif
