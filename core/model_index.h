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
	NAME_MEMO = 16384,  /* powers of two */
	NAME_WAYS = 4,
	REPLY_SETS = 512, /* of REPLY_WAYS; a power of two */
	REPLY_WAYS = 4,
	REPLY_KEY_MAX = 304, /* bytes; longer ones are read each time */
	LOOK_AHEAD = 32,     /* lines */
};

/* One array of rows: how they are found and when room was last made. Rows with
 * one text as their key are found by its id, others by a table. */
struct rows {
	struct table at;
	uint32_t *row1; /* owned; [n_row1] by text id: row + 1, 0 = none */
	uint32_t n_row1;
	uint32_t room;
	int64_t compacted_ms; /* in log time */
	int64_t oldest_ms;    /* none was quiet since before that */
};

/* A name met lately and what it came to: one cache line. */
enum memo_kind { MEMO_RELAY, MEMO_DOMAIN, MEMO_SENDER };
struct name_memo {
	uint64_t hash;	 /* with its kind as the seed */
	uint32_t id;	 /* of m->texts */
	uint8_t kind, n; /* n 0 = free */
	char name[50];
};

/* What a delivery's text said. */
struct reply_facts {
	uint32_t shape;
	uint16_t code, list; /* list: index into the catalogue; LIST_NONE */
	uint8_t enhanced[3];
	uint8_t cls, blames, scope; /* enums of meaning.h */
	bool local, remote;
};

/* A delivery that a receiver refused. */
struct refusal {
	const struct reply_facts *facts;
	int64_t at_ms;
	uint32_t group; /* index of its reply group; UINT32_MAX: none */
	egress_id egress;
	uint32_t provider, sender; /* ids; QID_NO_SENDER: not seen */
};

/* What replies of one key (shape_key.h) came to. The hash is of all that the
 * facts depend on. */
struct reply_memo {
	uint64_t hash[REPLY_SETS][REPLY_WAYS]; /* 0 = free */
	uint8_t oldest[REPLY_SETS];
	struct reply_known {
		struct reply_facts facts;
		uint8_t dsn[3];
		uint16_t n;
		char key[REPLY_KEY_MAX];
	} known[REPLY_SETS][REPLY_WAYS];
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

/* The cells that have a throttle. */
struct throttled {
	uint32_t *cells; /* owned; [n]; indices into m->cells, by egress IP */
	uint32_t n, room;
	int64_t ticked_ms;
};

struct model_index {
	struct rows providers, domains, senders, replies, cells;
	uint32_t max_keys;
	struct throttled throttled;
	struct host_index *hosts; /* owned; [n_hosts] */
	int64_t log_ms;		  /* time of the newest log line of all */
	int64_t line_ms;	  /* of the line that is counted */
	int64_t swept_ms;	  /* of texts, in log time */
	/* relay -> provider; domain as logged -> domain; sender */
	struct name_memo names[NAME_MEMO];
	struct reply_memo replies_known;
};

/* update_keys.c: rows of the arrays. All return NULL when memory ends; rows
 * are borrowed until the next call for the same array. Ids are of m->texts. */
struct keyed *keys_provider(struct model *m, uint32_t id);
struct keyed *keys_domain(struct model *m, uint32_t id);
struct keyed *keys_sender(struct model *m, uint32_t id);
struct cell *keys_cell(struct model *m, egress_id egress, uint32_t provider);
struct reply_group *keys_reply(struct model *m, const struct reply_facts *f,
    uint32_t provider, egress_id egress, host_id host);
/* The row of a pair; NULL when it has none. */
struct cell *keys_find_cell(
    const struct model *m, egress_id egress, uint32_t provider);
/* Ids for texts that may become keys: INTERN_OTHER for a new text whose table
 * is full, so that texts are bounded by the tables. */
uint32_t keys_provider_id(struct model *m, struct str provider);
uint32_t keys_domain_id(struct model *m, struct str domain);
uint32_t keys_sender_id(struct model *m, struct str sender);
uint32_t keys_shape_id(struct model *m, struct str shape);
/* Memory begins to bring the row that will be added to later. */
void keys_expect_sender(const struct model *m, uint32_t id);
void keys_expect_domain(const struct model *m, uint32_t id);
/* The same of what keys_reply() finds a row by. */
void keys_expect_reply(const struct model *m, const struct reply_facts *f,
    uint32_t provider, egress_id egress, host_id host);
/* The domains' row of a text id; NULL when there is none. */
struct keyed *keys_find_domain(const struct model *m, uint32_t id);
void keys_done(struct rows *rows);
/* Lets go of texts that no row needs, when they run short. */
void keys_sweep_texts(struct model *m);

/* What the rows of a line are found by: hashes of its queue id, and of its
 * sender or its recipient's domain as name memories have them. */
struct line_keys {
	uint64_t qid, name;
};

/* Lines that come next: those that are counted, in order, and the keys of each
 * by its place. */
struct ahead {
	uint8_t line[LOOK_AHEAD]; /* [n] */
	uint8_t n;
	struct line_keys keys[LOOK_AHEAD]; /* not of lines without any */
};

/* update_ahead.c: of at most LOOK_AHEAD lines; memory begins to bring what is
 * found by their keys, so that the lines need not wait for it. */
void ahead_lines(const struct model *m, const struct host *h,
    const struct log_rec *recs, size_t n, struct ahead *a);
/* What follows the last '@' of an address. */
struct str ahead_domain(struct str address);
/* Where a name's memory is, or would be: at its own place, or at one of those
 * beside it; when others have all of these, one of them makes room. */
static inline struct name_memo *
memo_of(struct model_index *x, uint64_t hash)
{
	uint64_t at = hash % NAME_MEMO;

	for (unsigned i = 0; i < NAME_WAYS; i++)
		if (x->names[at ^ i].hash == hash || x->names[at ^ i].n == 0)
			return &x->names[at ^ i];
	return &x->names[at ^ (hash >> 32) % NAME_WAYS];
}

/* update_reply.c */
struct reply_facts update_read_reply(struct model *m, const struct log_rec *r);

/* update_log.c */
void update_log(struct model *m, struct host *h, const struct event *in);

/* update_listing.c: subjects, answers and health of lists */
void update_listing(struct model *m, const struct event *in);
/* Reply groups have made room: now_at[n] are the new indices of the old ones,
 * UINT32_MAX for those that went. Without memory, NULL: all went. */
void update_listing_groups(struct model *m, const uint32_t *now_at, uint32_t n);

/* update_listing_reply.c */
/* The private list of a provider, when a reply of this class tells none;
 * LIST_NONE when the catalogue has none. */
uint16_t update_private_list(
    const struct model *m, enum reply_class cls, struct str provider);
/* A reply that names a list, or shows a private one. */
void update_listing_reply(struct model *m, const struct refusal *r);
/* Listings that only replies show, and that no reply shows any more: every few
 * seconds, or at once. */
void update_listing_quiet(struct model *m, bool at_once);

/* update_throttle.c: time passed; every second, or at once. version grows when
 * a state changed. */
void update_throttles(struct model *m, bool at_once);
void update_throttle_refusal(struct model *m, const struct refusal *r);
/* Cells have made room: their indices are others. */
void update_throttle_cells(struct model *m);
/* The same for reply groups, as update_listing_groups. */
void update_throttle_groups(
    struct model *m, const uint32_t *now_at, uint32_t n);
/* The time up to which a host's deliveries are known: ours while its log is
 * followed, of its newest line while history comes in or nobody reads it. */
int64_t update_log_clock(const struct model *m, host_id host);

/* update_acts.c: what a host says is in force; time passed: effects, every 5 s
 */
void update_leases(struct model *m, struct host *h, const struct event *in);
void update_acts(struct model *m);
void acts_done(struct acts *a);

/* update_drain.c: h's counts, its queue, were just read */
void update_drain_counts(struct host *h);
void update_drain_queue(struct model *m, struct host *h);

/* update_alert.c: rules evaluated on a tick, at most once a second */
void alerts_init(struct model *m, const struct alert_rules *rules);
void alerts_done(struct model *m);
void update_alerts(struct model *m);
/* A subject is on this list: at once, should it be the first. */
void update_alerts_listed(struct model *m, uint16_t list);
void update_alert(struct model *m, const struct event *in);

/* update_discovery.c */
void update_discovery(struct model *m, struct host *h, const struct event *in);
/* The egress row a tag stands for; makes the host's rest row when the tag
 * does not tell. EGRESS_NONE when memory ends. */
egress_id discovery_egress(
    struct model *m, struct host *h, struct str tag, bool over_ipv6);

#endif
