/*
 * askhost.h - one mail host connected to for its resolver alone: for commands
 * that ask lists and look at nothing else. Its life is hostlink's; here is only
 * who waits for it, and for how long.
 */
#ifndef APP_ASKHOST_H
#define APP_ASKHOST_H

#include "remote/hostlink.h"

struct askhost; /* opaque; heap */

struct askhost_opts {
	uv_loop_t *loop;
	const char *name; /* the operator's word for it; borrowed */
	enum transport_kind kind;
	const char *ssh_config; /* borrowed; NULL = ssh's own */
	int64_t connect_timeout_ms;
	int64_t timeout_ms; /* until it is up */
	void *ctx;
	void (*on_up)(void *ctx); /* at most once: it can be asked */
	/* At most once, instead of on_up: a sentence why it never will be. */
	void (*on_fail)(void *ctx, const char *why);
};

/* Connects; NULL when out of memory. */
struct askhost *askhost_new(const struct askhost_opts *o);
/* Asks through it; holds as long as h does. */
struct dns_asker askhost_asker(struct askhost *h);
/* What it says of itself now: why it is not up; else "". */
const char *askhost_text(const struct askhost *h);
/* What waits is answered DNS_DOWN, now; frees itself on the loop. NULL is fine.
 */
void askhost_free(struct askhost *h);

#endif
