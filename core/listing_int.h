/*
 * listing_int.h - what listing.c, listing_subject.c and update_listing*.c share
 * and nobody else may know: how rows are found and made, and the bracket around
 * every change that keeps the counts right.
 */
#ifndef CORE_LISTING_INT_H
#define CORE_LISTING_INT_H

#include "core/listing.h"
#include "core/provider.h"
#include "core/table.h"

/* A subject's private half. */
struct subject_more {
	uint32_t row1;	/* first row + 1; 0 none */
	uint32_t heavy; /* lists of medium impact or more that count */
	uint32_t seen;	/* the last EVT_SUBJECTS that named it; 0 none did */
	int64_t answered_ms; /* first believed answer of any list; 0 never */
};

/* A pair's past until somebody says something of it. */
struct listing_memory {
	uint16_t times;	 /* 0: a row has it by now */
	uint8_t sources; /* 0: it had ended */
	int64_t at_ms;	 /* since, or ended */
	int64_t unwatched_ms;
};

struct listing_index {
	struct table past_at;	     /* listing_past's hash -> memory */
	struct listing_memory *past; /* owned; [n_past] */
	uint32_t n_past, room_past;
	int64_t past_ms;	   /* when it was told */
	struct table rows;	   /* subject << 16 | list -> row */
	uint32_t *subject1;	   /* owned; [n_subject1] by text id */
	uint32_t *next1;	   /* owned; by row: the same subject's */
	struct subject_more *more; /* owned; by subject */
	bool *heavy;		   /* owned; by list: medium impact or more */
	uint32_t n_subject1, room_subjects, room_rows;
	uint32_t generation; /* of EVT_SUBJECTS */
	uint32_t free_from;  /* no place before it was free this time */
	bool dropped;	     /* rows were, to make places, this time */
	uint32_t by_reply;   /* rows that hold and have a reply for proof */
	int64_t swept_ms, dropped_ms, quiet_ms;
	uint32_t before_ips, before_domains; /* as gauges were last told */
	int64_t gauge_min;		     /* the minute they were told in */
};

enum { LISTING_NAME_BYTES = 256 };

/* catalogue may be NULL: no lists. */
bool listings_init(struct listings *l, const struct blocklists *catalogue);
void listings_done(struct listings *l);

/* listing_subject.c */
/* The subject's name as all know it: addresses as inet_ntop writes them, mapped
 * ones as IPv4, domains in small letters without the last dot. False when it
 * can be neither. */
bool listings_name(struct str name, char out[LISTING_NAME_BYTES], bool *domain);
/* The index of a subject, made if new; UINT32_MAX when there is no room. */
uint32_t listings_add(struct listings *l, const struct provider_catalogue *c,
    struct str name, int64_t at_ms);
void listings_set_ours(struct listings *l, uint32_t subject, bool ours);
/* A text kept with the listings; 0 when there is no room. */
uint32_t listings_keep(struct listings *l, struct str text, int64_t at_ms);

/* Before (sign -1) and after (+1) anything of the pair changes. */
void listings_count(
    struct listings *l, uint32_t subject, uint16_t list, int sign);
/* After all changes of an event: peaks and gauges. */
void listings_settle(struct listings *l, int64_t at_ms);
struct listing *listings_find(
    const struct listings *l, uint32_t subject, uint16_t list);
/* The row of a pair that has none; NULL when there is no room. Rows move. */
struct listing *listings_add_row(
    struct listings *l, uint32_t subject, uint16_t list, int64_t at_ms);
/* Lets rows go that have ended (of subjects that are not ours only, when
 * `foreign`); false when none did. */
bool listings_drop_ended(struct listings *l, bool foreign);
uint8_t *listings_verdict(
    const struct listings *l, uint32_t subject, uint16_t list);

/* listing_past.c */
void listings_remember(
    struct listings *l, const struct listing_past *v, size_t n, int64_t at_ms);
/* DNS had it listed when an earlier console last looked. */
bool listings_was_listed(
    const struct listings *l, uint32_t subject, uint16_t list);
/* What was said of the pair at that time is of a listing that ended since, or
 * that ended before the one which holds began: nothing new, read late. */
bool listings_told_before(
    const struct listings *l, uint32_t subject, uint16_t list, int64_t at_ms);
/* A new row gets what is remembered of its pair. */
void listing_recall(const struct listings *l, struct listing *r);
/* It is recalled, and nothing was said of it since. */
bool listing_pending(const struct listing *r);

/* Within listings_count's bracket. */
void listing_begin(struct listing *r, int64_t at_ms);
void listing_end(struct listing *r, int64_t at_ms);
void listing_set_dns(struct listing *r, enum verdict v, int64_t at_ms);

#endif
