/* journal_db.c - see journal_db.h: opening, appending. */
#include "store/journal_sql.h"

#include "core/i18n.h"
#include "core/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BUSY_MS = 500,	      /* another console's commit is a few ms */
	TEXTS = 7,	      /* of a record */
	TEXT_BYTES = 64 << 10 /* of each but the detail */
};

/* Its folder, private to its owner: the journal names people. */
static err_t
make_folder(const char *path, char *why, size_t cap)
{
	char dir[4096];
	char *slash;

	str_copy(dir, sizeof dir, str_of(path));
	slash = strrchr(dir, '/');
	if (slash == NULL || slash == dir)
		return ERR_OK;
	for (char *p = dir + 1; p <= slash; p++) {
		if (*p != '/' && p != slash)
			continue;
		*p = '\0';
		if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
			(void)snprintf(
			    why, cap, "%s: %s", dir, strerror(errno));
			return ERR_IO;
		}
		if (p != slash)
			*p = '/';
	}
	return ERR_OK;
}

/* SQLite would make the file for all to read. */
static err_t
make_file(const char *path, char *why, size_t cap)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0) {
		(void)snprintf(why, cap, "%s: %s", path, strerror(errno));
		return ERR_IO;
	}
	(void)close(fd);
	return ERR_OK;
}

static int
prepare(struct journal_db *j)
{
	const struct {
		sqlite3_stmt **st;
		const char *sql;
	} all[] = {{&j->last, "SELECT seq, hash FROM journal ORDER BY seq DESC "
			      "LIMIT 1"},
	    {&j->insert, "INSERT INTO journal (" JOURNAL_COLUMNS
			 ") VALUES (?,?,?,?,?,?,?,?,?,?,?)"},
	    {&j->begin, "BEGIN IMMEDIATE"}, {&j->commit, "COMMIT"},
	    {&j->rollback, "ROLLBACK"}};
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sizeof all / sizeof *all && rc == SQLITE_OK; i++)
		rc = sqlite3_prepare_v3(j->db, all[i].sql, -1,
		    SQLITE_PREPARE_PERSISTENT, all[i].st, NULL);
	return rc;
}

static err_t
open_db(struct journal_db *j, const char *path, char *why, size_t cap)
{
	int rc = sqlite3_open_v2(path, &j->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
	    NULL);
	char text[512] = "";
	err_t err = ERR_OK;

	if (rc == SQLITE_OK)
		rc = sqlite3_busy_timeout(j->db, BUSY_MS);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(j->db,
		    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
		    "PRAGMA trusted_schema=OFF;",
		    NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		err = journal_sql_schema(j, text, sizeof text);
	if (rc == SQLITE_OK && err == ERR_OK)
		rc = prepare(j);
	if (rc != SQLITE_OK) {
		err = journal_sql_error(j, rc);
		str_copy(text, sizeof text, str_of(j->why));
	}
	if (err != ERR_OK)
		(void)snprintf(why, cap, _("the journal %s: %s"), path, text);
	return err;
}

err_t
journal_db_open(
    struct journal_db **out, const char *path, char *why, size_t cap)
{
	struct journal_db *j;
	err_t err = make_folder(path, why, cap);

	if (err == ERR_OK)
		err = make_file(path, why, cap);
	if (err != ERR_OK)
		return err;
	j = calloc(1, sizeof *j);
	if (j == NULL) {
		(void)snprintf(why, cap, "%s", _(err_text(ERR_NOMEM)));
		return ERR_NOMEM;
	}
	err = open_db(j, path, why, cap);
	if (err != ERR_OK) {
		journal_db_close(j);
		return err;
	}
	*out = j;
	return ERR_OK;
}

void
journal_db_close(struct journal_db *j)
{
	if (j == NULL)
		return;
	(void)sqlite3_finalize(j->last);
	(void)sqlite3_finalize(j->insert);
	(void)sqlite3_finalize(j->begin);
	(void)sqlite3_finalize(j->commit);
	(void)sqlite3_finalize(j->rollback);
	(void)sqlite3_close(j->db);
	free(j);
}

const char *
journal_db_why(const struct journal_db *j)
{
	return j->why;
}

static int
run(sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	(void)sqlite3_reset(st);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The last record's number and hash; zeros before the first. */
static int
read_last(struct journal_db *j, uint64_t *seq, uint8_t hash[JOURNAL_HASH])
{
	int rc = sqlite3_step(j->last);

	*seq = 0;
	memset(hash, 0, JOURNAL_HASH);
	if (rc == SQLITE_ROW) {
		*seq = (uint64_t)sqlite3_column_int64(j->last, 0);
		if (sqlite3_column_bytes(j->last, 1) == JOURNAL_HASH)
			memcpy(hash, sqlite3_column_blob(j->last, 1),
			    JOURNAL_HASH);
		rc = SQLITE_DONE;
	}
	(void)sqlite3_reset(j->last);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int
bind_text(sqlite3_stmt *st, int at, struct str s)
{
	if (s.n == 0)
		return sqlite3_bind_null(st, at);
	return sqlite3_bind_text(st, at, s.p, (int)s.n, SQLITE_STATIC);
}

static int
insert(struct journal_db *j, const struct journal_rec *r)
{
	sqlite3_stmt *st = j->insert;
	const struct str texts[TEXTS] = {r->who, r->from, r->host, r->subject,
	    r->text, r->detail, r->incident};
	int rc = sqlite3_bind_int64(st, 1, (sqlite3_int64)r->seq);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 2, r->at_ms);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(
		    st, 3, journal_kind_name(r->kind), -1, SQLITE_STATIC);
	for (int i = 0; i < TEXTS && rc == SQLITE_OK; i++)
		rc = bind_text(st, 4 + i, texts[i]);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_blob(
		    st, 11, r->hash, JOURNAL_HASH, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = run(st);
	(void)sqlite3_clear_bindings(st);
	return rc;
}

static int
set_sync(struct journal_db *j, bool full)
{
	int rc;

	if (full == j->full_sync)
		return SQLITE_OK;
	rc = sqlite3_exec(j->db,
	    full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL",
	    NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		j->full_sync = full;
	return rc;
}

/* Numbers and chains the record where the file ends now. */
static err_t
append(struct journal_db *j, struct journal_rec *r)
{
	uint8_t before[JOURNAL_HASH];
	uint64_t seq = 0;
	err_t err;
	int rc = read_last(j, &seq, before);

	if (rc != SQLITE_OK)
		return journal_sql_error(j, rc);
	r->seq = seq + 1;
	err = journal_sql_hash(r->hash, before, r);
	if (err != ERR_OK)
		return err;
	rc = insert(j, r);
	if (rc == SQLITE_OK)
		rc = run(j->commit);
	return rc == SQLITE_OK ? ERR_OK : journal_sql_error(j, rc);
}

/* The record's texts as they are kept: clean, so that what is hashed is what
 * anybody reads back. */
static err_t
clean(struct journal_rec *out, const struct journal_rec *r, struct buf *texts)
{
	const struct str *from[TEXTS] = {&r->who, &r->from, &r->host,
	    &r->subject, &r->text, &r->detail, &r->incident};
	struct str *to[TEXTS] = {&out->who, &out->from, &out->host,
	    &out->subject, &out->text, &out->detail, &out->incident};
	size_t at[TEXTS + 1] = {0};

	*out = *r;
	for (int i = 0; i < TEXTS; i++) {
		struct str s = *from[i];
		size_t cap =
		    from[i] == &r->detail ? JOURNAL_DETAIL_MAX : TEXT_BYTES;
		err_t err;

		if (from[i] == &r->detail && s.n > cap)
			return ERR_LIMIT;
		if (s.n > cap)
			s.n = cap;
		err = utf8_clean(texts, s);
		if (err != ERR_OK)
			return err;
		at[i + 1] = texts->n;
	}
	for (int i = 0; i < TEXTS; i++)
		*to[i] = (struct str){texts->p + at[i], at[i + 1] - at[i]};
	return ERR_OK;
}

/* Of an earlier listing of the pair nothing is kept. */
static const char watch_sql[] =
    "INSERT INTO watching VALUES (?1, ?2, ?4, ?5) ON CONFLICT DO UPDATE SET"
    " unwatched_ms = max(?5, iif(at_ms < ?3, 0, max(unwatched_ms,"
    " iif(?4 - at_ms >= ?6, ?4 - at_ms, 0)))), at_ms = ?4";

static int
watch_one(sqlite3_stmt *st, const struct journal_watched *w, int64_t gap_ms)
{
	int rc = sqlite3_reset(st);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(
		    st, 1, w->subject.p, (int)w->subject.n, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(
		    st, 2, w->list.p, (int)w->list.n, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 3, w->since_ms);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 4, w->at_ms);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 5, w->unwatched_ms);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 6, gap_ms);
	return rc == SQLITE_OK ? sqlite3_step(st) : rc;
}

void
journal_db_watch(struct journal_db *j, const struct journal_watched *v,
    size_t n, int64_t gap_ms)
{
	sqlite3_stmt *st = NULL;
	int rc = set_sync(j, false);

	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(j->db, watch_sql, -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = run(j->begin);
	if (rc != SQLITE_OK) {
		(void)sqlite3_finalize(st);
		return;
	}
	rc = SQLITE_DONE;
	for (size_t i = 0; i < n && rc == SQLITE_DONE; i++)
		rc = watch_one(st, &v[i], gap_ms);
	(void)sqlite3_finalize(st);
	if (rc != SQLITE_DONE || run(j->commit) != SQLITE_OK)
		(void)run(j->rollback);
}

err_t
journal_db_append(struct journal_db *j, struct journal_rec *r, bool synced)
{
	struct journal_rec kept;
	struct buf texts;
	err_t err;
	int rc;

	buf_init(&texts, 4U * JOURNAL_DETAIL_MAX);
	err = clean(&kept, r, &texts);
	if (err != ERR_OK) {
		(void)snprintf(j->why, sizeof j->why, "%s", _(err_text(err)));
		goto done;
	}
	rc = set_sync(j, synced);
	if (rc == SQLITE_OK)
		rc = run(j->begin);
	if (rc != SQLITE_OK) {
		err = journal_sql_error(j, rc);
		goto done;
	}
	err = append(j, &kept);
	if (err != ERR_OK) {
		if (sqlite3_get_autocommit(j->db) == 0)
			(void)run(j->rollback);
		goto done;
	}
	r->seq = kept.seq;
	memcpy(r->hash, kept.hash, JOURNAL_HASH);
	j->why[0] = '\0';
done:
	buf_done(&texts);
	return err;
}
