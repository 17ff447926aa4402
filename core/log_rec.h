/*
 * log_rec.h - one line of a mail log, taken apart by a driver. Slices are
 * borrowed from the line's bytes and live as long as the event that carries
 * them. Fields that a line does not have are empty or negative.
 */
#ifndef CORE_LOG_REC_H
#define CORE_LOG_REC_H

#include "core/str.h"

enum log_kind {
	LOG_OTHER,	  /* a line of no interest to the figures */
	LOG_CLIENT,	  /* smtpd: qid: client=name[ip] */
	LOG_REJECT,	  /* NOQUEUE/qid: reject: ... 4xx or 5xx to a client */
	LOG_HELD,	  /* NOQUEUE/qid: hold: */
	LOG_MESSAGEID,	  /* cleanup: message-id= */
	LOG_QUEUED,	  /* qmgr: from=<>, size=, nrcpt= */
	LOG_DELIVERY,	  /* to=<>, relay=, delay=, dsn=, status= */
	LOG_EXPIRED,	  /* qmgr: from=<>, status=expired */
	LOG_REMOVED,	  /* qmgr: removed */
	LOG_BIND_WARNING, /* smtp: bind address: Cannot assign requested ... */
	LOG_FATAL,	  /* any program: fatal: or panic: */
};

enum log_status {
	LS_NONE,
	LS_SENT,
	LS_DEFERRED,
	LS_BOUNCED,
	LS_EXPIRED,
	LS_OTHER, /* deliverable, undeliverable (address verification) .. */
};

/* Why a line that is the mail system's own could not be taken whole. Other
 * programs' lines, and such as hold no figure, are not bad. */
enum log_bad {
	BAD_NONE,
	BAD_TIME,   /* its time cannot be read */
	BAD_LENGTH, /* longer than a line may be: its end was dropped */
	BAD_NULS,   /* NULs where it should begin: a crash, a full disk */
	BAD_HALF    /* a delivery or a queued message that ends too early */
};
const char *log_bad_name(enum log_bad b);  /* "no-time": for JSON, tests */
const char *log_bad_label(enum log_bad b); /* for people */

struct log_rec {
	int64_t at_ms; /* wall time, host's clock; 0 when not readable */
	enum log_kind kind;
	enum log_status status;
	struct str line;    /* the whole line without its end */
	struct str tag;	    /* "postfix/out1": the program name's head */
	struct str program; /* "smtp", "smtpd", "qmgr", .. */
	struct str qid;
	struct str from;  /* envelope sender without <>; empty = <> too */
	struct str to;	  /* envelope recipient without <> */
	struct str relay; /* host name; "none" gives empty */
	struct str relay_ip;
	struct str text; /* inside the last parentheses; reject's reply */
	struct str client, client_ip, sasl_user, message_id;
	int64_t delay_ms;    /* -1 when absent */
	int64_t stage_ms[4]; /* delays=a/b/c/d; -1 when absent */
	int64_t size_bytes;  /* -1 when absent */
	int32_t nrcpt;	     /* -1 when absent */
	uint16_t relay_port; /* 0 when absent */
	bool has_from;	     /* tells <> from no sender given */
	uint8_t dsn[3];	     /* 4.4.1; class 0 when absent */
	uint8_t bad;	     /* enum log_bad */
};

#endif
