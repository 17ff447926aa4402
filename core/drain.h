/*
 * drain.h - how many messages wait for something, over its readings: whether
 * they become fewer, how fast, and when none will be left. Pure.
 *
 * The rate is that of the newest against the oldest reading of the last 10
 * minutes. A difference within two roots of what waits is noise; a turn is
 * believed when two readings in a row show it.
 */
#ifndef CORE_DRAIN_H
#define CORE_DRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum drain_state {
	DRAIN_UNREAD, /* never read */
	DRAIN_ONE,    /* one reading only: no rate */
	DRAIN_STEADY, /* does not shrink */
	DRAIN_GROWS,
	DRAIN_SHRINKS,
	DRAIN_EMPTY,
	DRAIN_STATES
};

enum {
	DRAIN_READINGS = 24,
	DRAIN_SPAN_MS = 10 * 60000,
	DRAIN_GAP_MS =
	    DRAIN_SPAN_MS / DRAIN_READINGS, /* kept: one in so long */
};

/* A zeroed struct is one that was never read. */
struct drain {
	struct {
		int64_t at_ms;
		uint64_t n;
	} r[DRAIN_READINGS]; /* oldest first */
	uint8_t n_r;
	enum drain_state state, seen; /* seen: of the newest reading alone */
	uint64_t peak;		      /* the most since it was last empty */
	uint64_t emptied_peak;	      /* the most before it was emptied */
	int64_t emptied_ms;	      /* first reading without any; 0 none */
};

/* What can be said of one, or of several together. */
struct drain_view {
	enum drain_state state;
	uint64_t waiting;
	int64_t at_ms;	       /* of the oldest of the latest readings */
	int64_t per_min_deci;  /* they change by so many, in tenths */
	bool known;	       /* per_min_deci is */
	int64_t empty_at_ms;   /* SHRINKS: about then; else 0 */
	uint64_t emptied_peak; /* EMPTY: the most before, and since when */
	int64_t emptied_ms;    /* 0: it was never seen with any */
};

/* A reading; one that is not newer than the last is passed over. */
void drain_add(struct drain *d, int64_t at_ms, uint64_t n);
struct drain_view drain_look(const struct drain *d);
/* Takes what is known of another into v (zeroed at first): of what is one in
 * several places. */
void drain_join(struct drain_view *v, const struct drain *d);

const char *drain_state_name(enum drain_state s); /* "shrinks" */

#endif
