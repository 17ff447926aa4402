/* journal_view.c - see journal_view.h. */
#include "app/journal_view.h"

#include "core/clock.h"

#include <stdlib.h>

enum {
	ROWS = 2000, /* kept of either list */
	/* Records looked through before the next frame: plans are long, so
	 * what a piece took says how large the next one may be. */
	PIECE_FIRST = 512,
	PIECE_MIN = 64,
	PIECE_MAX = 32768,
	PIECE_SHORT_MS = 8,
	PIECE_LONG_MS = 30,
};

struct list {
	struct journal_row *rows; /* owned; [n] */
	size_t n;
};

struct journal_view {
	struct journal_db *journal;
	struct ui *ui;
	struct list last, found;
	uint64_t last_seq; /* of the newest that was read */
	struct journal_filter filter;
	uint64_t newest; /* found: up to here, of those that came later */
	struct journal_row record; /* the one shown whole; seq 0: none */
	uint64_t piece;
	int64_t oldest_ms;
};

static const char *
put_text(char **at, struct str s)
{
	char *from = *at;

	if (s.n > 0)
		memcpy(from, s.p, s.n);
	from[s.n] = '\0';
	*at += s.n + 1;
	return from;
}

/* Its detail only when it is shown whole: plans are long. */
static bool
make_row(struct journal_row *row, const struct journal_rec *r, bool whole)
{
	struct str detail = whole ? r->detail : (struct str){NULL, 0};
	char *at = malloc(r->who.n + r->from.n + r->host.n + r->subject.n +
			  r->text.n + r->incident.n + detail.n + 7);

	if (at == NULL)
		return false;
	*row = (struct journal_row){.seq = r->seq,
	    .at_ms = r->at_ms,
	    .kind = r->kind,
	    .own = at,
	    .more = r->detail.n > 0};
	row->who = put_text(&at, r->who);
	row->from = put_text(&at, r->from);
	row->host = put_text(&at, r->host);
	row->subject = put_text(&at, r->subject);
	row->text = put_text(&at, r->text);
	row->incident = put_text(&at, r->incident);
	row->detail = put_text(&at, detail);
	return true;
}

static void
list_clear(struct list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->rows[i].own);
	l->n = 0;
}

/* --- the last ones --- */

static bool
keep_last(void *ctx, const struct journal_rec *r)
{
	struct journal_view *v = ctx;
	struct list *l = &v->last;
	struct journal_row row;

	if (!make_row(&row, r, false))
		return false;
	if (l->n == ROWS) {
		free(l->rows[0].own);
		memmove(l->rows, l->rows + 1, (ROWS - 1) * sizeof *l->rows);
		l->n--;
	}
	l->rows[l->n++] = row;
	v->last_seq = r->seq;
	return true;
}

/* False: said why on the screen. */
static bool
read_db(struct journal_view *v, const struct journal_query *q,
    bool (*fn)(void *ctx, const struct journal_rec *r))
{
	struct act_ui *a = &v->ui->act;

	a->journal_why[0] = '\0';
	if (journal_db_read(v->journal, q, v, fn) == ERR_OK)
		return true;
	str_copy(a->journal_why, sizeof a->journal_why,
	    str_of(journal_db_why(v->journal)));
	return false;
}

bool
journal_view_read(struct journal_view *v)
{
	struct journal_query q = {.after_seq = v->last_seq, .last = ROWS};
	uint64_t was = v->last_seq;

	(void)read_db(v, &q, keep_last);
	v->ui->act.journal = v->last.rows;
	v->ui->act.n_journal = v->last.n;
	if (v->last_seq != was)
		v->ui->stale = true;
	return v->last_seq != was;
}

/* --- those that fit --- */

/* In any order: the view sorts. Pieces go back, so the newest are kept. */
static bool
keep_found(void *ctx, const struct journal_rec *r)
{
	struct journal_view *v = ctx;
	struct list *l = &v->found;

	if (!journal_filter_fits(&v->filter, r))
		return true;
	if (l->n == ROWS) {
		v->ui->act.found.full = true;
		return false;
	}
	if (!make_row(&l->rows[l->n], r, false))
		return false;
	l->n++;
	return true;
}

static bool
keep_time(void *ctx, const struct journal_rec *r)
{
	struct journal_view *v = ctx;

	v->oldest_ms = r->at_ms;
	return false;
}

static struct journal_query
query_of(const struct journal_view *v, uint64_t after, uint64_t before)
{
	return (struct journal_query){.after_seq = after,
	    .before_seq = before,
	    .text = str_of(v->filter.text),
	    .kinds = v->filter.kinds};
}

static void
begin(struct journal_view *v, const char *filter)
{
	struct journal_found *f = &v->ui->act.found;

	list_clear(&v->found);
	*f = (struct journal_found){.rows = v->found.rows};
	str_copy(f->filter, sizeof f->filter, str_of(filter));
	if (journal_filter_of(
		&v->filter, str_of(filter), f->why, sizeof f->why) != ERR_OK)
		return;
	v->newest = v->last_seq;
	v->piece = PIECE_FIRST;
	f->from_seq = v->last_seq + 1;
	f->whole = v->last_seq == 0;
}

static void
next_piece(struct journal_view *v, int64_t took_ms)
{
	if (took_ms < PIECE_SHORT_MS && v->piece < PIECE_MAX)
		v->piece *= 2;
	else if (took_ms > PIECE_LONG_MS && v->piece > PIECE_MIN)
		v->piece /= 2;
}

/* A piece further back. */
static void
look_back(struct journal_view *v)
{
	struct journal_found *f = &v->ui->act.found;
	uint64_t before = f->from_seq;
	uint64_t after = before > v->piece + 1 ? before - v->piece - 1 : 0;
	struct journal_query q = query_of(v, after, before);
	/* The records are numbered without holes. */
	struct journal_query first = {
	    .after_seq = after, .before_seq = after + 2};
	int64_t from_ms = clock_mono_ms();

	if (!read_db(v, &q, keep_found)) {
		str_copy(f->why, sizeof f->why, str_of(v->ui->act.journal_why));
		return;
	}
	next_piece(v, clock_mono_ms() - from_ms);
	if (f->full)
		return;
	f->from_seq = after + 1;
	f->whole = after == 0;
	if (read_db(v, &first, keep_time))
		f->from_ms = v->oldest_ms;
}

/* And what came since it began. */
static bool
look_ahead(struct journal_view *v)
{
	struct journal_query q = query_of(v, v->newest, v->last_seq + 1);

	if (v->newest == v->last_seq)
		return false;
	v->newest = v->last_seq;
	return read_db(v, &q, keep_found);
}

static bool
keep_record(void *ctx, const struct journal_rec *r)
{
	struct journal_view *v = ctx;

	free(v->record.own);
	v->record = (struct journal_row){0};
	(void)make_row(&v->record, r, true);
	return false;
}

static bool
look_at_record(struct journal_view *v, uint64_t seq)
{
	struct journal_query q = {
	    .after_seq = seq - 1, .before_seq = seq + 1, .last = 1};

	if (seq == 0 || v->record.seq == seq)
		return false;
	(void)read_db(v, &q, keep_record);
	v->ui->act.record = &v->record;
	v->ui->stale = true;
	return v->record.seq == seq;
}

bool
journal_view_look(struct journal_view *v)
{
	const struct level *l = ui_top_const(v->ui);
	struct journal_found *f = &v->ui->act.found;
	bool more;

	if (l->view == VIEW_RECORD)
		return look_at_record(v, l->log_seq);
	if (l->view != VIEW_JOURNAL || l->filter[0] == '\0')
		return false;
	if (strcmp(f->filter, l->filter) != 0)
		begin(v, l->filter);
	if (f->why[0] != '\0')
		return false;
	more = !f->whole && !f->full;
	if (more)
		look_back(v);
	more |= look_ahead(v);
	f->n = v->found.n;
	v->ui->stale |= more;
	return more;
}

struct journal_view *
journal_view_new(struct journal_db *j, struct ui *ui)
{
	struct journal_view *v = calloc(1, sizeof *v);

	if (v == NULL)
		return NULL;
	v->journal = j;
	v->ui = ui;
	v->last.rows = calloc(ROWS, sizeof *v->last.rows);
	v->found.rows = calloc(ROWS, sizeof *v->found.rows);
	if (v->last.rows != NULL && v->found.rows != NULL)
		return v;
	journal_view_free(v);
	return NULL;
}

void
journal_view_free(struct journal_view *v)
{
	if (v == NULL)
		return;
	list_clear(&v->last);
	list_clear(&v->found);
	free(v->record.own);
	free(v->last.rows);
	free(v->found.rows);
	free(v);
}
