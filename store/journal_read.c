/* journal_read.c - the journal read back: queries, the chain's proof, intents
 * without a result. */
#include "store/journal_sql.h"

#include <stdlib.h>
#include <string.h>

/* % and _ of a text that is looked for mean themselves. */
static err_t
like_pattern(struct buf *out, struct str text)
{
	err_t err = buf_putc(out, '%');

	for (size_t i = 0; i < text.n && err == ERR_OK; i++) {
		if (strchr("%_\\", text.p[i]) != NULL)
			err = buf_putc(out, '\\');
		if (err == ERR_OK)
			err = buf_putc(out, text.p[i]);
	}
	return err == ERR_OK ? buf_putc(out, '%') : err;
}

/* A column is NULL when it is empty: that must not make the whole unknown. */
#define TEXTS                                                                  \
	"coalesce(who,'') || ' ' || coalesce(origin,'') || ' ' || "            \
	"coalesce(host,'') || ' ' || coalesce(subject,'') || ' ' || "          \
	"coalesce(text,'') || ' ' || coalesce(detail,'') || ' ' || "           \
	"coalesce(incident,'')"

static const char query_sql[] =
    "SELECT " JOURNAL_COLUMNS " FROM (SELECT * FROM journal"
    " WHERE seq > ?1 AND (?2 = 0 OR at_ms >= ?2) AND (?3 = 0 OR at_ms < ?3)"
    " AND (?4 IS NULL OR " TEXTS " LIKE ?4 ESCAPE '\\')"
    " AND (?7 = 0 OR seq < ?7)"
    " AND (?5 = '' OR instr(?5, ' ' || kind || ' ') > 0)"
    " ORDER BY seq DESC LIMIT ?6) ORDER BY seq";

static err_t
kinds_text(struct buf *out, uint32_t kinds)
{
	err_t err = ERR_OK;

	for (int k = 0; k < JOURNAL_N && err == ERR_OK; k++)
		if ((kinds >> k & 1) != 0)
			err = buf_printf(out, " %s ",
			    journal_kind_name((enum journal_kind)k));
	return err;
}

static int
bind_query(sqlite3_stmt *st, const struct journal_query *q,
    const struct buf *like, const struct buf *kinds)
{
	int rc = sqlite3_bind_int64(st, 1, (sqlite3_int64)q->after_seq);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 2, q->from_ms);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 3, q->to_ms);
	if (rc == SQLITE_OK && q->text.n > 0)
		rc = sqlite3_bind_text(
		    st, 4, like->p, (int)like->n, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(st, 5, kinds->n > 0 ? kinds->p : "",
		    (int)kinds->n, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(
		    st, 6, q->last == 0 ? -1 : (sqlite3_int64)q->last);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 7, (sqlite3_int64)q->before_seq);
	return rc;
}

/* Each row to fn; one that is not ours is passed over (verify tells of it). */
static int
each(sqlite3_stmt *st, void *ctx,
    bool (*fn)(void *ctx, const struct journal_rec *r))
{
	struct journal_rec r;
	int rc;

	for (;;) {
		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW)
			return rc == SQLITE_DONE ? SQLITE_OK : rc;
		if (journal_sql_row(st, &r) && !fn(ctx, &r))
			return SQLITE_OK;
	}
}

err_t
journal_db_read(struct journal_db *j, const struct journal_query *q, void *ctx,
    bool (*fn)(void *ctx, const struct journal_rec *r))
{
	sqlite3_stmt *st = NULL;
	struct buf like, kinds;
	err_t err;
	int rc;

	buf_init(&like, 4096);
	buf_init(&kinds, 1024);
	err = like_pattern(&like, q->text);
	if (err == ERR_OK)
		err = kinds_text(&kinds, q->kinds);
	if (err != ERR_OK)
		goto done;
	rc = sqlite3_prepare_v2(j->db, query_sql, -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = bind_query(st, q, &like, &kinds);
	if (rc == SQLITE_OK)
		rc = each(st, ctx, fn);
	if (rc != SQLITE_OK)
		err = journal_sql_error(j, rc);
	(void)sqlite3_finalize(st);
done:
	buf_done(&like);
	buf_done(&kinds);
	return err;
}

err_t
journal_db_standing(struct journal_db *j, uint32_t last, void *ctx,
    bool (*fn)(void *ctx, const struct journal_rec *r))
{
	static const char sql[] =
	    "SELECT " JOURNAL_COLUMNS " FROM (SELECT * FROM journal"
	    " INDEXED BY journal_standing WHERE kind IN ('listing', 'start')"
	    " ORDER BY seq DESC LIMIT ?1) ORDER BY seq";
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(j->db, sql, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 1, last);
	if (rc == SQLITE_OK)
		rc = each(st, ctx, fn);
	(void)sqlite3_finalize(st);
	return rc == SQLITE_OK ? ERR_OK : journal_sql_error(j, rc);
}

err_t
journal_db_watched(struct journal_db *j, uint32_t last, void *ctx,
    void (*fn)(void *ctx, const struct journal_watched *w))
{
	static const char sql[] =
	    "SELECT subject, list, at_ms, unwatched_ms FROM watching"
	    " ORDER BY at_ms DESC LIMIT ?1";
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(j->db, sql, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 1, last);
	while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const struct journal_watched w = {
		    .subject = journal_sql_text(st, 0),
		    .list = journal_sql_text(st, 1),
		    .at_ms = sqlite3_column_int64(st, 2),
		    .unwatched_ms = sqlite3_column_int64(st, 3)};

		fn(ctx, &w);
		rc = SQLITE_OK;
	}
	(void)sqlite3_finalize(st);
	return rc == SQLITE_DONE ? ERR_OK : journal_sql_error(j, rc);
}

err_t
journal_db_unsettled(struct journal_db *j, void *ctx,
    bool (*fn)(void *ctx, const struct journal_rec *intent))
{
	static const char sql[] =
	    "SELECT " JOURNAL_COLUMNS " FROM journal AS i WHERE kind = 'intent'"
	    " AND NOT EXISTS (SELECT 1 FROM journal AS r WHERE kind = 'result'"
	    " AND r.subject = i.subject AND r.seq > i.seq) ORDER BY seq";
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(j->db, sql, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = each(st, ctx, fn);
	(void)sqlite3_finalize(st);
	return rc == SQLITE_OK ? ERR_OK : journal_sql_error(j, rc);
}

err_t
journal_db_verify(struct journal_db *j, uint64_t *n, uint64_t *bad_seq)
{
	static const char sql[] =
	    "SELECT " JOURNAL_COLUMNS " FROM journal ORDER BY seq";
	uint8_t before[JOURNAL_HASH] = {0}, hash[JOURNAL_HASH];
	sqlite3_stmt *st = NULL;
	struct journal_rec r;
	err_t err = ERR_OK;
	int rc = sqlite3_prepare_v2(j->db, sql, -1, &st, NULL);

	*n = *bad_seq = 0;
	while (rc == SQLITE_OK && err == ERR_OK) {
		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW)
			break;
		rc = SQLITE_OK;
		if (!journal_sql_row(st, &r) || r.seq != *n + 1) {
			*bad_seq = *n + 1;
			err = ERR_PARSE;
			break;
		}
		err = journal_sql_hash(hash, before, &r);
		if (err == ERR_OK && memcmp(hash, r.hash, JOURNAL_HASH) != 0) {
			*bad_seq = r.seq;
			err = ERR_PARSE;
		}
		memcpy(before, r.hash, JOURNAL_HASH);
		*n += err == ERR_OK;
	}
	(void)sqlite3_finalize(st);
	if (rc != SQLITE_OK && rc != SQLITE_DONE)
		return journal_sql_error(j, rc);
	return err;
}
