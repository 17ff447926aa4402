/*
 * act.h - what operators can do to hosts: one row a verb, and a request for
 * one. Keys, palette, command line, read-only gate, help and documents come
 * from this table. Pure data.
 *
 * A verb without ACTF_SAFE changes a host; it is refused until armed. (None of
 * these is safe; the flag is an allow-list, so a forgotten one locks.)
 */
#ifndef CORE_ACT_H
#define CORE_ACT_H

#include "core/err.h"
#include "core/shape.h"
#include "core/types.h"

/* What a verb is done to. */
enum act_target {
	ACT_ON_EGRESS = 1,   /* an egress IP, on every host that carries it */
	ACT_ON_MESSAGES = 2, /* messages a filter matches, as counted */
};

enum {
	ACTF_SAFE = 1,	       /* changes nothing */
	ACTF_LEASE = 2,	       /* ends by itself; has a way back */
	ACTF_IRREVERSIBLE = 4, /* no way back: the count is typed */
	ACTF_VALUE = 8,	       /* takes a value */
};

/* id, word, targets, flags, what its value is, help */
#define VERB_LIST(X)                                                           \
	X(PAUSE, "pause", ACT_ON_EGRESS, ACTF_LEASE, "",                       \
	    N_("stop delivery; intake goes on, mail waits"))                   \
	X(RESUME, "resume", ACT_ON_EGRESS, 0, "",                              \
	    N_("end a pause, also one that another tool made"))                \
	X(INTERVAL, "interval", ACT_ON_EGRESS, ACTF_LEASE | ACTF_VALUE,        \
	    N_("whole seconds: 3s"),                                           \
	    N_("time between two deliveries to a domain"))                     \
	X(CONCURRENCY, "concurrency", ACT_ON_EGRESS, ACTF_LEASE | ACTF_VALUE,  \
	    N_("deliveries at once, 1 to 1000"),                               \
	    N_("deliveries at once to one domain"))                            \
	X(PROCESSES, "processes", ACT_ON_EGRESS, ACTF_LEASE | ACTF_VALUE,      \
	    N_("processes, 1 to 1000"),                                        \
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
	    N_("try messages now, at a pace, never through a pause"))

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

/* Which messages: all that are given must hold; empty ones do not count. */
struct act_filter {
	char domain[NAME_MAX_BYTES], provider[128], sender[NAME_MAX_BYTES],
	    recipient[NAME_MAX_BYTES];
	char reply[SHAPE_MAX + 1];    /* a part of its deferral's text */
	int64_t older_ms, younger_ms; /* 0 = any */
	int64_t larger_bytes;	      /* 0 = any */
};

enum { ACT_LEASE_DEFAULT_MS = 30 * 60000, ACT_WHY_BYTES = 256 };

struct act_request {
	enum verb verb;
	char egress[ADDR_MAX_BYTES]; /* ACT_ON_EGRESS */
	char value[64];		     /* as the verb's row says; "" = none */
	struct act_filter filter;    /* ACT_ON_MESSAGES */
	host_id host;		     /* HOST_NONE: every host it concerns */
	int64_t lease_ms;	     /* 0 = until lifted */
	char why[ACT_WHY_BYTES];     /* asked for, kept */
	char who[64], from[128];     /* the operator, and on which machine */
	char incident[64];	     /* "" = none */
};

/* What is wrong with a request as such: an address to an egress verb, a filter
 * that is not empty to one of messages, values of their kind (whole seconds:
 * Postfix reads 500ms as 500 minutes), a reason. ERR_PARSE, ERR_RANGE with a
 * sentence. */
err_t act_check(
    const struct act_request *r, char *why, size_t why_cap) NODISCARD;
/* Takes a word as "domain=example.com" or "older=2h" into a filter; false: no
 * such key, or no such value. */
bool act_filter_word(struct act_filter *f, struct str word);
/* A checked request's value as a number: seconds, or how many. */
uint32_t act_number(const struct act_request *r);
/* Whom it is done to, for people: "192.0.2.1", "domain=example.com". */
void act_target_text(const struct act_request *r, char *dst, size_t cap);

#endif
