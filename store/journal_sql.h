/*
 * journal_sql.h - the journal's database as SQL, and what its statements are.
 * Private to store/journal*.c.
 */
#ifndef STORE_JOURNAL_SQL_H
#define STORE_JOURNAL_SQL_H

#include "store/journal_db.h"

#include <sqlite3.h>

enum { JOURNAL_VERSION = 1, JOURNAL_APP_ID = 0x6d746a31 /* "mtj1" */ };

struct journal_db {
	sqlite3 *db;
	sqlite3_stmt *last, *insert, *begin, *commit, *rollback;
	bool full_sync; /* what PRAGMA synchronous is */
	char why[512];
};

/* Makes the tables of a new file, or checks those of an old one. */
err_t journal_sql_schema(
    struct journal_db *j, char *why, size_t why_cap) NODISCARD;
/* The error of the last call, as ours; the sentence goes to j->why. */
err_t journal_sql_error(struct journal_db *j, int rc);
/* SHA-256 over the hash before and the canonical form. */
err_t journal_sql_hash(uint8_t out[JOURNAL_HASH],
    const uint8_t before[JOURNAL_HASH], const struct journal_rec *r) NODISCARD;
/* A record out of a row of journal_sql_columns; texts are the row's. False:
 * the row is not one of ours (somebody wrote into the file). */
bool journal_sql_row(sqlite3_stmt *st, struct journal_rec *r);
/* A column's text; the row's. */
struct str journal_sql_text(sqlite3_stmt *st, int column);
#define JOURNAL_COLUMNS                                                        \
	"seq, at_ms, kind, who, origin, host, subject, text, detail, "         \
	"incident, hash"

#endif
