/*
 * act.h - what operators can do to hosts: one row a verb, and a request for
 * one. Keys, palette, command line, read-only gate, help and documents come
 * from this table. Pure data.
 *
 * A verb without ACTF_SAFE changes a host; it is refused until armed. (None of
 * these is safe; the flag is an allow-list, so a forgotten one locks. A site's
 * action may be, by its own row: act_flags().)
 */
#ifndef CORE_ACT_H
#define CORE_ACT_H

#include "core/buf.h"
#include "core/err.h"
#include "core/shape.h"
#include "core/types.h"

/* What a verb is done to. */
enum act_target {
	ACT_ON_EGRESS = 1,   /* an egress IP, on every host that carries it */
	ACT_ON_MESSAGES = 2, /* messages a filter matches, as counted */
	ACT_ON_PROVIDER = 4, /* mail to a provider or a domain, over every
				egress IP or one */
	ACT_ON_POOL = 8,     /* the egress IPs that share work */
	ACT_ON_SENDER = 16,
	ACT_ON_ADDRESSES = 32, /* a set of recipients */
	ACT_ON_LEASE = 64,     /* an act in force, by its id */
	ACT_ON_SITE = 128,     /* an action of the site's own, by its name */
};

enum {
	ACTF_SAFE = 1,	       /* changes nothing */
	ACTF_LEASE = 2,	       /* ends by itself; has a way back */
	ACTF_IRREVERSIBLE = 4, /* no way back: the count is typed */
	ACTF_VALUE = 8,	       /* takes a value */
	ACTF_MAY_VALUE = 16,   /* takes one, or does without */
	ACTF_LASTS = 32,       /* unless a time is given: until lifted */
};

/* id, word, targets, flags, what its value is, help */
#define VERB_LIST(X)                                                           \
	X(PAUSE, "pause", ACT_ON_EGRESS | ACT_ON_PROVIDER, ACTF_LEASE, "",     \
	    N_("stop delivery; intake goes on, mail waits"))                   \
	X(RESUME, "resume", ACT_ON_EGRESS | ACT_ON_PROVIDER, 0, "",            \
	    N_("end a pause, also one that another tool made"))                \
	X(INTERVAL, "interval", ACT_ON_EGRESS | ACT_ON_PROVIDER,               \
	    ACTF_LEASE | ACTF_VALUE, N_("whole seconds: 3s"),                  \
	    N_("time between two deliveries to a domain"))                     \
	X(CONCURRENCY, "concurrency", ACT_ON_EGRESS | ACT_ON_PROVIDER,         \
	    ACTF_LEASE | ACTF_VALUE, N_("deliveries at once, 1 to 1000"),      \
	    N_("deliveries at once to one domain"))                            \
	X(PROCESSES, "processes", ACT_ON_EGRESS | ACT_ON_PROVIDER,             \
	    ACTF_LEASE | ACTF_VALUE, N_("processes, 1 to 1000"),               \
	    N_("deliveries at once of an egress IP"))                          \
	X(HOLD, "hold", ACT_ON_MESSAGES, 0, "",                                \
	    N_("keep messages in the queue, untried"))                         \
	X(RELEASE, "release", ACT_ON_MESSAGES, 0, "",                          \
	    N_("take held messages back into delivery"))                       \
	X(DELETE, "delete", ACT_ON_MESSAGES, ACTF_IRREVERSIBLE, "",            \
	    N_("delete messages for good; nobody is told"))                    \
	X(EXPIRE, "expire", ACT_ON_MESSAGES, ACTF_IRREVERSIBLE, "",            \
	    N_("return messages to their senders at their next attempt"))      \
	X(RETRY, "retry", ACT_ON_MESSAGES, 0, "",                              \
	    N_("try messages now, at a pace, never through a pause"))          \
	X(EVACUATE, "evacuate", ACT_ON_EGRESS, ACTF_LEASE | ACTF_MAY_VALUE,    \
	    N_("the egress IPs that take over: 192.0.2.2,192.0.2.3"),          \
	    N_("pause it, and move its mail to others of its pool"))           \
	X(RETURN, "return", ACT_ON_EGRESS, 0, "",                              \
	    N_("end an evacuation: its mail leaves by it again"))              \
	X(SHARES, "shares", ACT_ON_POOL, ACTF_LEASE | ACTF_VALUE,              \
	    N_("shares: 192.0.2.1=3 192.0.2.2=1"),                             \
	    N_("how a pool's mail is spread over its egress IPs"))             \
	X(ISOLATE, "isolate", ACT_ON_SENDER, ACTF_LEASE | ACTF_LASTS, "",      \
	    N_("hold a sender's mail, new and queued"))                        \
	X(READMIT, "readmit", ACT_ON_SENDER, 0, "",                            \
	    N_("end an isolation: what it held is released"))                  \
	X(SUPPRESS, "suppress", ACT_ON_ADDRESSES, ACTF_LEASE | ACTF_LASTS, "", \
	    N_("refuse mail to these recipients, new and queued"))             \
	X(LIFT, "lift", ACT_ON_LEASE, 0, "",                                   \
	    N_("end an act in force, by its id"))                              \
	X(SITE, "site", ACT_ON_SITE, ACTF_MAY_VALUE,                           \
	    N_("its parameters: name=value"),                                  \
	    N_("an action of the site's own, by its name"))

enum verb {
#define X(id, word, targets, flags, value, help) VERB_##id,
	VERB_LIST(X)
#undef X
	    VERB_N
};

struct verb_row {
	const char *word, *value, *help; /* value, help: N_() */
	unsigned targets, flags;
};
extern const struct verb_row verb_rows[VERB_N];
/* VERB_N: no row has the word. */
enum verb verb_of(struct str word);

/* The verb whose acts in force this one ends: return -> evacuate; VERB_N. */
enum verb verb_ends(enum verb v);

/* Whom or what an act is done to. */
struct act_subject {
	enum act_target on;	     /* one of them; 0: not known */
	char egress[ADDR_MAX_BYTES]; /* ACT_ON_EGRESS; ACT_ON_PROVIDER: over
					this one only, "" = all */
	char provider[128];	     /* ACT_ON_PROVIDER: this, or domain */
	char domain[NAME_MAX_BYTES];
	char pool[SERVICE_MAX_BYTES]; /* as discovery names it */
	char sender[NAME_MAX_BYTES];  /* envelope sender */
	char lease[24];		      /* an id; a plan's too */
	char site[SERVICE_MAX_BYTES]; /* an action of the configuration */
};

/* Which messages: all that are given must hold; empty ones do not count. */
struct act_filter {
	char domain[NAME_MAX_BYTES], provider[128], sender[NAME_MAX_BYTES],
	    recipient[NAME_MAX_BYTES];
	char reply[SHAPE_MAX + 1];    /* a part of its deferral's text */
	char egress[ADDR_MAX_BYTES];  /* last tried from it */
	int64_t older_ms, younger_ms; /* 0 = any */
	int64_t larger_bytes;	      /* 0 = any */
	char qids[1536];	      /* these only, by commas; "" = any */
};

enum {
	ACT_LEASE_DEFAULT_MS = 30 * 60000,
	ACT_LEASE_MOST_DAYS = 366, /* longer is until lifted */
	ACT_WHY_BYTES = 256,
	ACT_ADDRESSES = 100000, /* of one set */
};

struct act_request {
	enum verb verb;
	struct act_subject of;
	char value[512];	  /* as the verb's row says; "" = none */
	struct act_filter filter; /* ACT_ON_MESSAGES */
	/* ACT_ON_ADDRESSES: one a line, checked. Borrowed from who asks, until
	 * a plan of it is made, which keeps its own. */
	const char *addresses;
	host_id host;	  /* HOST_NONE: every host it concerns */
	int64_t lease_ms; /* 0 = until lifted; -1 = as a site's action says */
	unsigned site_flags; /* of VERB_SITE: its action's; site_request() */
	char why[ACT_WHY_BYTES]; /* asked for, kept */
	char who[64], from[128]; /* the operator, and on which machine */
	char incident[64];	 /* "" = none */
};

/* What is wrong with a request as such: a subject of the verb's kind, a filter
 * that is not empty to one of messages, values of their kind (whole seconds:
 * Postfix reads 500ms as 500 minutes), a reason. ERR_PARSE, ERR_RANGE with a
 * sentence. */
err_t act_check(
    const struct act_request *r, char *why, size_t why_cap) NODISCARD;
/*
 * The words behind a verb, of the palette and of the command line alike, into
 * r->of, r->value and r->filter: "192.0.2.1 3s", "provider=google
 * egress=192.0.2.1 3s", "domain=example.com older=2h", "192.0.2.1
 * to=192.0.2.2,192.0.2.3", "POOL 192.0.2.1=3 192.0.2.2=1", "a@example.com",
 * "LEASE", "NAME name=value". r->verb is set. Addresses of a set are not among
 * them: who asks has them from elsewhere. What is missing is left "" (rows in
 * view may stand for it; act_check says so otherwise). ERR_PARSE, ERR_LIMIT
 * with a sentence.
 */
err_t act_take_words(struct act_request *r, const struct str *words, size_t n,
    char *why, size_t why_cap) NODISCARD;
/* How these words are written, in short: "IP to=IP,IP"; N_(). */
const char *act_takes(enum verb v);
/* An envelope address of plain characters: no quotes, no blanks. */
bool act_is_address(struct str s);
/* What addresses[] may be: one envelope address a line, blank lines and those
 * that begin with # passed over; appends them to out, in small letters, each
 * once, sorted. ERR_PARSE names the line; ERR_LIMIT beyond ACT_ADDRESSES. */
err_t act_addresses(struct buf *out, size_t *n, struct str text, char *why,
    size_t why_cap) NODISCARD;
/* The flags that hold for a request: its verb's, and those of a site's action.
 */
unsigned act_flags(const struct act_request *r);
/* The next of a filter's qids; false when none is left. */
bool act_next_qid(struct str *rest, struct str *qid);
/* It may last so long, from now; 0 = until lifted. */
bool act_is_lease_ms(int64_t ms);
/* How long an act of a verb lasts when nobody says: 0 = until lifted. */
int64_t act_lease_ms(enum verb v);
/* Takes an egress IP as people write it: an IPv6 one may be in brackets or in
 * another of its forms, and becomes the one discovery names it by (RFC 5952).
 * What is no address stays as it is. False: too long. */
bool act_take_ip(char dst[ADDR_MAX_BYTES], struct str word);
/* Takes a word as "domain=example.com" or "older=2h" into a filter; false: no
 * such key, or no such value. */
bool act_filter_word(struct act_filter *f, struct str word);
/* The messages an act is about; false: about none. */
bool act_is_of_messages(const struct act_request *r, struct act_filter *f);
/* What must have been read before it can be planned. */
enum { ACT_NEEDS_QUEUE = 1, ACT_NEEDS_LOG = 2 };
unsigned act_needs(const struct act_request *r);
/* A checked request's value as a number: seconds, or how many. */
uint32_t act_number(const struct act_request *r);
/* Whom it is done to, for people and in words act_take_words takes:
 * "192.0.2.1", "provider=google egress=192.0.2.1", "domain=example.com". */
void act_target_text(const struct act_request *r, char *dst, size_t cap);
void act_subject_text(const struct act_subject *s, char *dst, size_t cap);
/* A pool as people write it, "sender-map", is the one discovery names so. */
bool act_is_pool(const char *word, const char *pool);
bool act_subject_eq(const struct act_subject *a, const struct act_subject *b);

#endif
