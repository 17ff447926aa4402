/*
 * model_index.h - the model's private half: look-up tables over its arrays,
 * memories of answers that cost, and what the files that change the model
 * (model.c, update*.c) call of each other. Nobody else includes this.
 */
#ifndef CORE_MODEL_INDEX_H
#define CORE_MODEL_INDEX_H

#include "core/model.h"
#include "core/qids.h"
#include "core/table.h"

enum {
	KEYS_DEFAULT = 8192,
	KEYS_MAX = 16384,
	TEXTS_MAX_IDS = 65536, /* so that an id takes 16 bits in a key */
	TEXTS_MAX_BYTES = 16 << 20,
	KEY_MAX_BYTES = 512, /* longer texts are no keys: (others) */
	SAMPLE_MAX_BYTES = 1024,
	IDLE_MS = 3600000,  /* rows quieter than this may go */
	COMPACT_MS = 60000, /* the least time between two compactions */
	AHEAD_MS = 60000,   /* a line from further in the future is from now */
	NAME_MEMO = 2048,   /* powers of two */
	REPLY_MEMO = 128,
};

/* One array of rows: how they are found and when room was last made. Rows with
 * one text as their key are found by its id, others by a table. */
struct rows {
	struct table at;
	uint32_t *row1; /* owned; [n_row1] by text id: row + 1, 0 = none */
	uint32_t n_row1;
	uint32_t room;
	int64_t compacted_ms; /* in log time */
};

/* A name met lately and what it came to: one cache line. */
struct name_memo {
	uint64_t hash;
	uint32_t id; /* of m->texts */
	uint8_t n;   /* 0 = free */
	char name[51];
};
enum memo_kind { MEMO_RELAY, MEMO_DOMAIN, MEMO_SENDER, MEMO_N };

/* What a delivery's text said. */
struct reply_facts {
	uint32_t shape;
	uint16_t code;
	uint8_t enhanced[3];
	bool local, remote;
};

struct reply_memo {
	uint64_t hash;
	uint16_t n; /* 0 = free */
	char text[310];
	struct reply_facts facts;
};

/* A host's log tags and its live messages. */
struct host_index {
	struct table tags; /* hash of tag -> handle number */
	/* egress row of each handle, by address family; EGRESS_NONE: the tag
	 * does not tell. */
	egress_id v4[MAX_HANDLES], v6[MAX_HANDLES];
	egress_id rest; /* EGRESS_NONE until needed */
	struct qids qids;
};

struct model_index {
	struct rows providers, domains, senders, replies, cells;
	uint32_t max_keys;
	struct host_index *hosts; /* owned; [n_hosts] */
	int64_t log_ms;		  /* time of the newest log line of all */
	int64_t swept_ms;	  /* of texts, in log time */
	/* relay -> provider; domain as logged -> domain; sender */
	struct name_memo names[MEMO_N][NAME_MEMO];
	struct reply_memo reply[REPLY_MEMO];
};

/* update_keys.c: rows of the arrays. All return NULL when memory ends; rows
 * are borrowed until the next of these calls. Ids are of m->texts. */
struct keyed *keys_provider(struct model *m, uint32_t id);
struct keyed *keys_domain(struct model *m, uint32_t id);
struct keyed *keys_sender(struct model *m, uint32_t id);
struct cell *keys_cell(struct model *m, egress_id egress, uint32_t provider);
struct reply_group *keys_reply(struct model *m, const struct reply_facts *f,
    uint32_t provider, egress_id egress, host_id host);
/* Ids for texts that may become keys: INTERN_OTHER for a new text whose table
 * is full, so that texts are bounded by the tables. */
uint32_t keys_provider_id(struct model *m, struct str provider);
uint32_t keys_domain_id(struct model *m, struct str domain);
uint32_t keys_sender_id(struct model *m, struct str sender);
uint32_t keys_shape_id(struct model *m, struct str shape);
/* Memory begins to bring the row that will be added to later. */
void keys_expect_sender(const struct model *m, uint32_t id);
void keys_expect_domain(const struct model *m, uint32_t id);
/* The domains' row of a text id; NULL when there is none. */
struct keyed *keys_find_domain(const struct model *m, uint32_t id);
void keys_done(struct rows *rows);
/* Lets go of texts that no row needs, when they run short. */
void keys_sweep_texts(struct model *m);

/* update_log.c */
void update_log(struct model *m, struct host *h, const struct event *in);

/* update_listing.c: subjects, answers and health of lists */
void update_listing(struct model *m, const struct event *in);
/* A reply that names a list, or shows a private one, counted n times. */
void update_listing_reply(
    struct model *m, uint32_t group, int64_t at_ms, uint32_t n);

/* update_throttle.c: on a tick; version grows when a state changed */
void update_throttles(struct model *m);
/* A delivery of reply group `group` was refused for a cell's pair. */
void update_throttle_refusal(
    struct model *m, struct cell *c, uint32_t group, int64_t at_ms);

/* update_alert.c: rules evaluated on a tick, at most once a second */
void update_alerts(struct model *m);
void update_alert(struct model *m, const struct event *in);

/* update_discovery.c */
void update_discovery(struct model *m, struct host *h, const struct event *in);
/* The egress row a tag stands for; makes the host's rest row when the tag
 * does not tell. EGRESS_NONE when memory ends. */
egress_id discovery_egress(
    struct model *m, struct host *h, struct str tag, bool over_ipv6);

#endif
