/*
 * model.h - everything the console knows, changed by model_update() only.
 * Deterministic: no clock, no I/O, no globals; the same events give the same
 * model. Views read it; nobody else writes it.
 */
#ifndef CORE_MODEL_H
#define CORE_MODEL_H

#include "core/acts.h"
#include "core/alert.h"
#include "core/drain.h"
#include "core/event.h"
#include "core/gauge.h"
#include "core/intern.h"
#include "core/listing.h"
#include "core/logring.h"
#include "core/meaning.h"
#include "core/provider.h"
#include "core/shape.h"
#include "core/tally.h"
#include "core/throttle.h"

/* How good a figure is: views say so in words. */
enum fresh { FRESH_NODATA, FRESH_LIVE, FRESH_STALE, FRESH_ERROR };

struct gap {
	int64_t from_ms, to_ms; /* when we were blind */
	uint64_t bytes;		/* 0 = not known how many */
};
enum { MAX_GAPS = 32 };

/* What waits for a provider on a host. */
struct drain_row {
	char name[128];
	struct drain drain;
};
enum { HOST_DRAINS = 64 };

/* Lines of a host's log that could not be read; foreign ones are none. */
struct bad_lines {
	uint64_t n;
	int64_t first_ms, last_ms; /* log time, ours where it has none */
	enum log_bad why;	   /* of the last one */
	uint8_t n_sample;
	char sample[160]; /* the last one's begin, raw, without leading NULs */
};

struct host {
	host_id id;
	char name[NAME_MAX_BYTES]; /* as the operator gave it */
	enum link_state link;
	int64_t link_since_ms, retry_at_ms;
	/* The first failure since it was up last, whatever tries came after
	 * it; 0: it is up, or none was. */
	int64_t down_since_ms;
	err_t link_err;
	char link_text[512]; /* the sentence of the last failure; "" well */
	char transport[16];
	struct discovery *found; /* owned; NULL until discovered */
	int64_t found_at_ms;
	struct queue_counts counts;
	int64_t counts_at_ms; /* 0 never */
	struct vitals vitals;
	int64_t vitals_at_ms;
	struct queue_snap *queue; /* owned; NULL until read */
	int64_t queue_try_ms;	  /* last attempt to read */
	err_t queue_err;	  /* of the last attempt */
	char queue_err_text[256];
	/* messages of one key, fetched from a queue that is only counted */
	struct queue_snap *match; /* owned; NULL until it came */
	enum queue_dim match_dim;
	char match_key[SHAPE_MAX + 1];
	err_t match_err;
	char match_text[256];
	struct tally tally;
	struct delays delays;
	int64_t log_at_ms;   /* our time when log bytes last came */
	int64_t log_last_ms; /* time of the newest line, corrected */
	int64_t log_from_ms; /* time of the oldest line read: what is counted
				covers [log_from_ms, now] less the gaps */
	uint64_t log_lines;
	bool log_live;	     /* history is in */
	int64_t log_live_ms; /* since when; after a lost link what was missed
				comes first, and then it is told anew */
	struct gap gaps[MAX_GAPS];
	unsigned n_gaps;
	struct bad_lines bad_lines;
	struct gauge deferred_queue;
	int64_t leases_ms;	  /* it last told what is in force; 0 never */
	struct drain drain;	  /* all that waits, but what is held */
	struct drain_row *drains; /* owned; [n_drains]; providers */
	unsigned n_drains;
};

struct egress {
	egress_id id;
	host_id host;
	char ip[ADDR_MAX_BYTES]; /* "" = host's default address */
	bool attributable;	 /* false: the log cannot tell its deliveries,
				    or not all; they are in the host's rest row */
	bool rest;		 /* the host's row for what cannot be told */
	char handles[256];	 /* names, joined with ", " */
	char pool[SERVICE_MAX_BYTES];
	struct tally tally;
	struct delays delays;
	uint64_t queue; /* messages last tried from here, latest reading */
	bool queue_known;
	uint64_t instances; /* which of the host's send from here */
	struct drain drain;
	int64_t bind_lost_ms; /* last warning that the host no longer has the
				 address, and mail left from another; 0 never */
};

/* Rows of large arrays begin a cache line, as struct tally wants it. */
enum { ROW_ALIGN_BYTES = 64 };

/* A keyed figure: provider, domain, sender (key = id in model.texts). */
struct keyed {
	_Alignas(ROW_ALIGN_BYTES) uint32_t key;
	uint32_t provider; /* domains: the last one seen; 0 unknown */
	struct tally tally;
};

/* A reply group: shape x provider x egress IP x list it names. */
struct reply_group {
	/* ids in model.texts, as provider */
	_Alignas(ROW_ALIGN_BYTES) uint32_t shape;
	uint32_t sample;
	struct tally tally; /* DEFERRED, BOUNCED or LOCAL, REJECTED */
	uint32_t provider;
	egress_id egress;     /* EGRESS_NONE: Postfix's error transport, which
				 answers for no egress IP, or beyond the bounds */
	host_id host;	      /* HOST_NONE beyond the bounds */
	uint16_t code;	      /* SMTP code, 0 none */
	uint8_t enhanced[3];  /* class 0: none */
	bool local;	      /* a repeat Postfix made itself */
	bool remote;	      /* said by a receiver */
	enum reply_class cls; /* what it says about us */
	enum blames blames;
	enum scope scope;
	uint16_t list; /* index into the catalogue; LIST_NONE: none */
};

/* egress IP x provider, for throttle columns and the Deferrals matrix. */
struct cell {
	_Alignas(ROW_ALIGN_BYTES) egress_id egress;
	uint32_t provider;
	struct tally tally;
	struct throttle *throttle; /* owned; NULL: never refused like that */
};

/* What the bounds cost: deliveries counted under INTERN_OTHER because a table
 * was full, idle rows that made room, live queue ids forgotten. */
struct lumped {
	uint64_t providers, domains, senders, replies, cells;
	uint64_t rows_dropped, qids_dropped;
};

struct model {
	int64_t now_ms;	    /* of the last event */
	int64_t started_ms; /* of the first */
	struct host *hosts; /* owned; [n_hosts]; fixed after model_new */
	host_id n_hosts;
	struct egress *egress; /* owned; [n_egress]; ids never change */
	egress_id n_egress, room_egress;
	struct intern *texts; /* owned; keys of everything below */
	struct keyed *providers, *domains, *senders; /* owned arrays */
	uint32_t n_providers, n_domains, n_senders;
	struct reply_group *replies;
	uint32_t n_replies;
	struct cell *cells;
	uint32_t n_cells;
	struct lumped lumped;
	struct model_index *index; /* owned; private to core/update*.c */
	struct listings listings;
	struct alerts alerts;
	struct acts acts; /* in force, their marks and effects */
	struct throttle_rules throttle_rules;
	const struct provider_catalogue *catalogue; /* borrowed; may be NULL */
	const struct blocklists *lists;		    /* borrowed; may be NULL */
	struct reply_reader reader;	/* read NULL: replies are not read */
	struct logring *log;		/* owned; the last lines of all hosts */
	struct message_detail *message; /* owned; the last one asked for */
	uint64_t version;		/* grows with every change that shows */
};

struct model_opts {
	const char *const *host_names; /* [n_hosts] */
	host_id n_hosts;
	const struct provider_catalogue *catalogue; /* borrowed */
	const struct blocklists *lists;		    /* borrowed; may be NULL */
	struct reply_reader reader;	  /* read NULL: replies are not read */
	const struct alert_rules *alerts; /* copied; NULL = the defaults */
	const struct throttle_rules *throttles; /* the same */
	size_t log_bytes;  /* of the log ring; 0 = none kept */
	uint32_t max_keys; /* of providers, domains, senders, cells each, of
			      reply groups half as many; 0 = 8192, at most
			      16384 */
};

struct model *model_new(const struct model_opts *o);
void model_free(struct model *m);
/* The one way in. Takes what the event says is moved. */
void model_update(struct model *m, const struct event *in);

/* The freshness of a figure read every period_ms and last at at_ms. */
enum fresh model_fresh(const struct model *m, const struct host *h,
    int64_t at_ms, int64_t period_ms);
/* Egress IP that last tried a queue id of a host (EGRESS_NONE unknown), and
 * the provider that serves a domain as the log showed ("" unknown). */
egress_id model_egress_of_qid(const struct model *m, host_id h, struct str qid);
/* The reading that holds the messages of a key: the host's own when it keeps
 * them, what was fetched for this key when it is only counted; NULL: none. */
const struct queue_snap *model_messages_of(
    const struct host *h, enum queue_dim dim, struct str key);
/* Fetching them for this key was tried and failed (match_text says why). */
bool model_match_failed(
    const struct host *h, enum queue_dim dim, struct str key);
struct str model_provider_of_domain(const struct model *m, struct str domain);
/* Throttles of an egress row that are not clear: how many, and the index of
 * the worst one's cell in *worst (n_cells: none). */
unsigned model_throttles_of_egress(
    const struct model *m, egress_id e, uint32_t *worst);
/* What waits, and until when: of a provider, of all that is not held, and of
 * an egress IP by its label. HOST_NONE: on all hosts together. */
struct drain_view model_drain_of_provider(
    const struct model *m, host_id host, struct str name);
struct drain_view model_drain_of_host(const struct model *m, host_id host);
struct drain_view model_drain_of_egress(
    const struct model *m, host_id host, struct str label);
/* Messages of a host's queue when it was counted last. -1: never counted, or
 * not all are known, as where one of several instances was not read. */
int64_t model_count_of(const struct host *h, enum queue_name q);
/* What `status` and screens call an egress row: its IP, "default", or
 * "not attributable". The keys of a queue reading's QD_EGRESS are these. */
const char *model_egress_label(const struct egress *e);

#endif
