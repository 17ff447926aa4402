/*
 * journal_db.h - the journal on disk: append-only, chained by hashes, in
 * SQLite (WAL). The only place that knows SQL. Several consoles may write the
 * same file at once.
 */
#ifndef STORE_JOURNAL_DB_H
#define STORE_JOURNAL_DB_H

#include "core/err.h"
#include "core/journal.h"

struct journal_db; /* opaque; heap */

/* Opens or makes path (mode 0600, its folder 0700). ERR_IO, ERR_PARSE (no
 * journal, or of a later version), with a sentence. */
err_t journal_db_open(struct journal_db **out, const char *path, char *why,
    size_t why_cap) NODISCARD;
void journal_db_close(struct journal_db *j);
/*
 * Appends; r->seq and r->hash are set. synced: on disk when this returns (an
 * intent; the one wait that is allowed, a few ms); else within a second.
 * ERR_LIMIT: the disk is full; ERR_TIMEOUT: locked by another for over half a
 * second; ERR_IO; the sentence of journal_db_why() says which. Nothing is kept
 * then.
 */
err_t journal_db_append(
    struct journal_db *j, struct journal_rec *r, bool synced) NODISCARD;
/* "" while it takes records; else why not, for people. Tried again by the next
 * append. */
const char *journal_db_why(const struct journal_db *j);

struct journal_query {
	uint64_t after_seq;	/* 0 = from the first */
	uint64_t before_seq;	/* 0 = up to the last */
	int64_t from_ms, to_ms; /* 0 = any */
	struct str text;	/* in any of its texts, case folded; empty */
	uint32_t kinds;		/* bits of enum journal_kind; 0 = all */
	uint32_t last;		/* only so many of the newest; 0 = all */
};
/* Each record that fits, oldest first, until fn returns false; texts live for
 * the call. */
err_t journal_db_read(struct journal_db *j, const struct journal_query *q,
    void *ctx, bool (*fn)(void *ctx, const struct journal_rec *r)) NODISCARD;
/* The newest `last` records that tell how listings went: of kind listing, and
 * consoles' starts; oldest first. */
err_t journal_db_standing(struct journal_db *j, uint32_t last, void *ctx,
    bool (*fn)(void *ctx, const struct journal_rec *r)) NODISCARD;
/*
 * A listing that a console sees to hold at at_ms. No record: it is overwritten
 * each time, and nothing is proved by it.
 */
struct journal_watched {
	struct str subject, list;
	int64_t since_ms;     /* of the listing; 0 when read */
	int64_t at_ms;	      /* by the clock of then */
	int64_t unwatched_ms; /* the longest time since, known so far, in which
				 nobody saw it */
};
/* gap_ms: so long without is one. A failure is none: the next console takes it
 * for a gap. */
void journal_db_watch(struct journal_db *j, const struct journal_watched *v,
    size_t n, int64_t gap_ms);
/* The newest `last` of them; texts live for the call. */
err_t journal_db_watched(struct journal_db *j, uint32_t last, void *ctx,
    void (*fn)(void *ctx, const struct journal_watched *w)) NODISCARD;
/* Walks the chain: ERR_OK, or ERR_PARSE and the first record that does not fit
 * in *bad_seq (one missing, changed, or out of order). */
err_t journal_db_verify(
    struct journal_db *j, uint64_t *n, uint64_t *bad_seq) NODISCARD;
/* Intents without a result: their plan ids and details. */
err_t journal_db_unsettled(struct journal_db *j, void *ctx,
    bool (*fn)(void *ctx, const struct journal_rec *intent)) NODISCARD;

#endif
