/*
 * lookup.h - names to addresses, as ssh takes them: getaddrinfo(3), which knows
 * /etc/hosts and whatever else nsswitch.conf(5) names. It can hang for as long
 * as the resolver does, and cannot be stopped. So each look-up has a thread of
 * its own that nobody waits for: a name that hangs delays no other, and neither
 * does it delay leaving. (libuv's pool does both: two look-ups at a time, and
 * joined when the program ends.)
 *
 * All calls and callbacks happen on the loop's thread.
 */
#ifndef REMOTE_LOOKUP_H
#define REMOTE_LOOKUP_H

#include "core/types.h"

#include <netdb.h>
#include <sys/socket.h>
#include <uv.h>

enum {
	LOOKUP_ADDRESSES_MAX = 8,
	/* Threads; further names wait for one to end. Each costs a hung name
	 * some 20 KB, so it takes that many of them to delay a good one. */
	LOOKUP_THREADS_MAX = 256,
};

struct lookups; /* opaque; heap; one for all hosts of a loop */
struct lookup;	/* opaque; heap; one host's question */

/* getaddrinfo(3), or what stands in for it. Called on a thread. */
typedef int (*lookup_how)(const char *host, const char *service,
    const struct addrinfo *hints, struct addrinfo **out);

/*
 * status: 0 or one of EAI_*; sys: errno of EAI_SYSTEM, else 0. addr: [n], port
 * 0, borrowed for the call; n may be 0. Whoever asked says when to give up.
 */
typedef void (*lookup_fn)(void *ctx, int status, int sys,
    const struct sockaddr_storage *addr, size_t n);

/* how: NULL is getaddrinfo. NULL when out of memory. */
struct lookups *lookups_new(uv_loop_t *loop, lookup_how how);
/* No callback after this; look-ups that hang end by themselves, unheard. */
void lookups_free(struct lookups *l);

/* family: AF_UNSPEC, AF_INET, AF_INET6. fn is called once, from the loop, never
 * from here, and frees the look-up. NULL when out of memory. */
struct lookup *lookup_start(
    struct lookups *l, const char *host, int family, void *ctx, lookup_fn fn);
/* No callback after this. NULL is fine. Before lookups_free(). */
void lookup_cancel(struct lookup *q);

#endif
