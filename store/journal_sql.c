/* journal_sql.c - see journal_sql.h. */
#include "store/journal_sql.h"

#include "core/i18n.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

/* Nothing is ever changed or taken out; the chain would show it, the triggers
 * keep it from happening by accident. */
static const char schema[] =
    "CREATE TABLE journal (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL,"
    " kind TEXT NOT NULL, who TEXT, origin TEXT, host TEXT, subject TEXT,"
    " text TEXT, detail TEXT, incident TEXT, hash BLOB NOT NULL) STRICT;"
    "CREATE INDEX journal_plan ON journal (subject)"
    " WHERE kind IN ('intent', 'result');"
    "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;";

static int
pragma_int(sqlite3 *db, const char *sql, int *out)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(st);
		if (rc == SQLITE_ROW) {
			*out = sqlite3_column_int(st, 0);
			rc = SQLITE_OK;
		}
	}
	(void)sqlite3_finalize(st);
	return rc;
}

/* What journals of earlier versions lack; those versions do not mind it. The
 * index finds the few records that console starts read, among all others. */
static const char additions[] =
    "CREATE INDEX IF NOT EXISTS journal_standing ON journal (seq)"
    " WHERE kind IN ('listing', 'start');"
    "CREATE TABLE IF NOT EXISTS watching (subject TEXT NOT NULL,"
    " list TEXT NOT NULL, at_ms INTEGER NOT NULL,"
    " unwatched_ms INTEGER NOT NULL, PRIMARY KEY (subject, list))"
    " STRICT, WITHOUT ROWID;";

static int
create(sqlite3 *db)
{
	char sql[1600];

	/* Two consoles may find the file empty at once: one makes it. */
	(void)snprintf(sql, sizeof sql,
	    "BEGIN IMMEDIATE;%sPRAGMA application_id=%d;PRAGMA user_version=%d;"
	    "COMMIT;",
	    schema, JOURNAL_APP_ID, JOURNAL_VERSION);
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

err_t
journal_sql_schema(struct journal_db *j, char *why, size_t cap)
{
	int app = 0, version = 0, tables = 0, rc;

	for (int round = 0; round < 2; round++) {
		rc = pragma_int(j->db, "PRAGMA application_id", &app);
		if (rc == SQLITE_OK)
			rc = pragma_int(j->db, "PRAGMA user_version", &version);
		if (rc == SQLITE_OK)
			rc = pragma_int(j->db,
			    "SELECT count(*) FROM sqlite_schema", &tables);
		if (rc != SQLITE_OK || tables > 0 || round > 0)
			break;
		rc = create(j->db);
		if (rc != SQLITE_OK) {
			(void)sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
			tables = -1;
		}
	}
	if (rc != SQLITE_OK) {
		err_t err = journal_sql_error(j, rc);

		(void)snprintf(why, cap, "%s", j->why);
		return err;
	}
	if (app == JOURNAL_APP_ID && version == JOURNAL_VERSION) {
		/* Records are kept and read without them. */
		(void)sqlite3_exec(j->db, additions, NULL, NULL, NULL);
		return ERR_OK;
	}
	(void)snprintf(why, cap, "%s",
	    app == JOURNAL_APP_ID
		? _("it is the journal of a later mtadeck")
		: _("it is a database, but no journal of mtadeck"));
	return ERR_PARSE;
}

err_t
journal_sql_error(struct journal_db *j, int rc)
{
	const char *text = sqlite3_errmsg(j->db);

	switch (rc & 0xff) {
	case SQLITE_FULL:
		(void)snprintf(
		    j->why, sizeof j->why, "%s", _("the disk is full"));
		return ERR_LIMIT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		(void)snprintf(j->why, sizeof j->why, "%s",
		    _("another program holds it locked"));
		return ERR_TIMEOUT;
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		(void)snprintf(j->why, sizeof j->why, "%s",
		    _("it cannot be written: no permission, or a read-only "
		      "disk"));
		return ERR_IO;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		(void)snprintf(j->why, sizeof j->why, "%s",
		    _("it is damaged, or no journal"));
		return ERR_PARSE;
	default:
		(void)snprintf(j->why, sizeof j->why, "%s", text);
		return ERR_IO;
	}
}

err_t
journal_sql_hash(uint8_t out[JOURNAL_HASH], const uint8_t before[JOURNAL_HASH],
    const struct journal_rec *r)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	struct buf b;
	unsigned n = 0;
	err_t err;

	buf_init(&b, 8U * JOURNAL_DETAIL_MAX);
	err = c == NULL ? ERR_NOMEM : journal_canonical(&b, r);
	if (err == ERR_OK &&
	    (EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1 ||
		EVP_DigestUpdate(c, before, JOURNAL_HASH) != 1 ||
		EVP_DigestUpdate(c, b.p, b.n) != 1 ||
		EVP_DigestFinal_ex(c, out, &n) != 1))
		err = ERR_IO;
	buf_done(&b);
	EVP_MD_CTX_free(c);
	return err;
}

struct str
journal_sql_text(sqlite3_stmt *st, int column)
{
	const unsigned char *p = sqlite3_column_text(st, column);

	return (struct str){(const char *)p,
	    p == NULL ? 0 : (size_t)sqlite3_column_bytes(st, column)};
}

bool
journal_sql_row(sqlite3_stmt *st, struct journal_rec *r)
{
	struct str kind = journal_sql_text(st, 2);
	const void *hash = sqlite3_column_blob(st, 10);
	int k = 0;

	while (k < JOURNAL_N &&
	       !str_eq(kind, str_of(journal_kind_name((enum journal_kind)k))))
		k++;
	if (k == JOURNAL_N || hash == NULL ||
	    sqlite3_column_bytes(st, 10) != JOURNAL_HASH)
		return false;
	*r = (struct journal_rec){.seq = (uint64_t)sqlite3_column_int64(st, 0),
	    .at_ms = sqlite3_column_int64(st, 1),
	    .kind = (enum journal_kind)k,
	    .who = journal_sql_text(st, 3),
	    .from = journal_sql_text(st, 4),
	    .host = journal_sql_text(st, 5),
	    .subject = journal_sql_text(st, 6),
	    .text = journal_sql_text(st, 7),
	    .detail = journal_sql_text(st, 8),
	    .incident = journal_sql_text(st, 9)};
	memcpy(r->hash, hash, JOURNAL_HASH);
	return true;
}
