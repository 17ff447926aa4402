/*
 * prober.h - asks lists about subjects, on the loop, without blocking: test
 * points first, paced, cached by TTL, with a verdict for everything asked. One
 * engine for `check` (each pair once) and for the console (for ever, important
 * lists more often). Knows no model; says what it learns by callbacks.
 */
#ifndef PROBES_PROBER_H
#define PROBES_PROBER_H

#include "core/dns_answer.h"
#include "core/listing.h"

#include <uv.h>

struct prober; /* opaque; heap */

/* A query key of a list (DQS, Abusix): never leaves probes/. */
struct prober_key {
	struct str list; /* id */
	struct str key;
};

struct prober_opts {
	uv_loop_t *loop;
	const struct blocklists *lists; /* borrowed */
	const uint16_t *use;		/* [n_use] lists to ask; copied */
	size_t n_use;
	/* "ADDR", "ADDR:PORT", "[ADDR6]:PORT"; NULL = the system's */
	const char *resolver;
	/* Who asks instead of a resolver (via: host); NULL = we do. */
	const struct dns_asker *asker; /* copied; its ctx outlives p */
	const struct prober_key *keys; /* [n_keys]; copied */
	size_t n_keys;
	bool allow_private; /* ask about private and loopback addresses too */
	bool once;	    /* each pair one time, then on_done */
	void *ctx;
	void (*on_answer)(void *ctx, const struct list_answer *a);
	void (*on_health)(void *ctx, const struct list_health *h);
	void (*on_done)(void *ctx); /* once: everything is told */
};

struct prober_stats {
	uint64_t queries, answers, timeouts, retries;
	uint32_t pairs, told; /* subject x list: to ask, told so far */
	uint32_t in_flight, window;
};

/* ERR_PARSE: resolver is no address; ERR_NOMEM; why gets a sentence. */
err_t prober_new(struct prober **out, const struct prober_opts *o, char *why,
    size_t why_cap) NODISCARD;
/* The subjects from now on, all of them; those that went are forgotten, new
 * ones asked soon. Private ones are told UNKNOWN unless allowed. */
err_t prober_subjects(
    struct prober *p, const struct str *names, size_t n) NODISCARD;
/* Asks all pairs again at once, what TTLs say or not. */
void prober_now(struct prober *p);
/* A subject was listed, or refused by name: it and its neighbours (same
 * segment) are asked at once. */
void prober_urgent(struct prober *p, struct str subject);
struct prober_stats prober_stats(const struct prober *p);
/* No callback any more; frees itself on the loop. NULL is fine. */
void prober_free(struct prober *p);

#endif
