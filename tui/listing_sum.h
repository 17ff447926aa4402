/*
 * listing_sum.h - the rows of the Listings view: what is listed now or was
 * lately, one row for each address or domain, or one for all of a segment that
 * are on the same list; and lists of some impact that cannot be believed. Made
 * again only when the model, the grouping or the scope changed.
 */
#ifndef TUI_LISTING_SUM_H
#define TUI_LISTING_SUM_H

#include "core/model.h"
#include "core/table.h"

enum {
	LISTING_SUM_ROWS = 4096, /* as many as a table shows */
	LISTING_PROVIDERS = LISTING_SAID,
	LISTING_LATELY_MS = 12 * 3600 * 1000, /* ended listings show so long */
};

struct listing_sum_row {
	uint64_t hash;	/* stable as long as the thing lives */
	uint32_t first; /* the row of listings.rows that stands for all: listed
			   before ended, then the oldest. UINT32_MAX: none,
			   this is a list that cannot be believed */
	uint16_t list;
	uint32_t segment;	  /* id in listings.texts */
	uint32_t members, listed; /* rows in it; of them listed now */
	uint32_t subjects;	  /* of ours in the segment */
	uint32_t dns[VERDICT_N];  /* what DNS says of the members */
	uint16_t times;		  /* largest of the members */
	uint32_t proofs[PROOF_UNSURE + 1];
	uint32_t counting;	  /* of those listed: see listing_counts */
	int64_t since_ms;	  /* oldest that holds, or newest ended */
	int64_t unwatched_ms;	  /* of that one */
	int64_t ended_ms, dns_ms; /* newest */
	uint64_t replies;	  /* that name it */
	int64_t reply_last_ms;	  /* newest; 0 none */
	uint32_t providers[LISTING_PROVIDERS]; /* who said them */
	uint32_t n_providers;
	bool more_providers;
};

/* What the rows are of; texts "" and NONE: everything. */
struct listing_scope {
	bool grouped;
	struct str key; /* a segment, or an address or domain */
	uint16_t list;
};

/* A zeroed struct is a valid empty sum. */
struct listing_sum {
	struct listing_sum_row *rows; /* owned; [n] */
	uint32_t n, room;
	uint32_t beyond;	   /* listings that found no row */
	struct table at, segments; /* of rows; of counts */
	uint32_t *counts;	   /* owned; [n_counts] subjects of a segment */
	uint32_t n_counts, room_counts;
	uint32_t by_list[LISTS_MAX]; /* listings that hold, in scope or not */
	uint64_t signature;
};

void listing_sum_done(struct listing_sum *s);
void listing_sum_make(struct listing_sum *s, const struct model *m,
    const struct listing_scope *scope);
/* A list that is asked, or should be, and tells nothing that can be believed.
 */
bool listing_list_in_trouble(const struct model *m, uint16_t list);
/* A list whose answers are wanted for a subject of this kind. */
bool listing_is_wanted(
    const struct model *m, uint16_t list, bool domain, bool ipv6);
/* Of the lists that are wanted for an address or domain: how many were asked,
 * and how many of them told something that can be believed. */
struct listing_known {
	unsigned wanted, asked, told;
};
/* False when it is none that lists are asked about (yet). */
bool listing_known(
    const struct model *m, struct str name, struct listing_known *out);
/* The egress row of an address; EGRESS_NONE. */
egress_id listing_egress(const struct model *m, struct str name);

#endif
