/*
 * event.h - everything that reaches the model, and everything it asks for.
 * Events carry borrowed data unless a field says "moved".
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "core/lease.h"
#include "core/listing.h"
#include "core/log_rec.h"
#include "core/queue.h"
#include "core/types.h"

enum event_kind {
	EVT_TICK,      /* time passed */
	EVT_LINK,      /* a host's link changed */
	EVT_DISCOVERY, /* what runs on a host */
	EVT_LOG,       /* log lines */
	EVT_LOG_GAP,   /* log lines were lost */
	EVT_LOG_LIVE,  /* the history is in; from here on lines are new */
	EVT_COUNTS,
	EVT_VITALS,
	EVT_QUEUE,	 /* a queue reading */
	EVT_QUEUE_FAIL,	 /* one that failed */
	EVT_QUEUE_MATCH, /* the messages of one key of a counted queue */
	EVT_MESSAGE,	 /* details of one message */
	EVT_LEASES,	 /* the acts in force on a host: all of them */
	/* of no host (HOST_NONE) from here on */
	EVT_SUBJECTS,	 /* addresses and domains that lists are asked about */
	EVT_LIST_ANSWER, /* one subject on one list */
	EVT_LIST_HEALTH, /* a list as a whole */
	EVT_LISTINGS_PAST, /* what earlier consoles knew; before any answer */
	EVT_ALERT_ACK,	   /* the operator has seen an alert */
	EVT_ALERT_MUTE,	   /* and does not want to hear of it for a time */
};

/* Envelope and state of one queued message, asked for by queue id. */
struct message_detail {
	host_id host;
	uint8_t instance; /* as queue_msg's */
	char qid[64];
	err_t err; /* why there is nothing below */
	char error[256];
	int64_t next_try_ms; /* host's clock corrected; 0 unknown */
	int64_t read_at_ms;
	struct buf text; /* owned; lines "name: value", at most 64 KB */
};

struct event {
	enum event_kind kind;
	host_id host;
	int64_t at_ms; /* our wall clock */
	union {
		struct {
			enum link_state state;
			err_t err;	       /* why WAITING, FAILED */
			const char *text;      /* a sentence for people */
			int64_t retry_at_ms;   /* LINK_WAITING */
			const char *transport; /* "libssh2", "openssh" .. */
		} link;
		const struct discovery *discovery;
		struct {
			const struct log_rec *recs;
			size_t n;
		} log;
		struct {
			uint64_t bytes; /* lost; 0 = not known how many */
			int64_t since_ms;
			const char *why;
		} gap;
		const struct queue_counts *counts;
		const struct vitals *vitals;
		struct queue_snap *queue; /* moved */
		struct {
			err_t err;
			const char *text;
		} queue_fail;
		struct {
			struct queue_snap *snap; /* moved; NULL with err */
			enum queue_dim dim;
			const char *key;
			err_t err;
			const char *text;
		} match;
		struct message_detail *message; /* moved; heap */
		struct {
			const struct lease *v; /* [n] */
			size_t n;
		} leases;
		struct {
			const struct str *names; /* [n]; all of them */
			size_t n;
			/* [n_use] the lists that are asked; NULL: not said */
			const uint16_t *use;
			size_t n_use;
		} subjects;
		const struct list_answer *answer;
		const struct list_health *health;
		struct {
			const struct listing_past *v; /* [n] */
			size_t n;
		} past;
		struct {
			uint32_t id;
			int64_t until_ms; /* MUTE; 0 = no longer */
		} alert;
	} u;
};

#endif
