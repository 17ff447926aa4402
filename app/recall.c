/* recall.c - see recall.h. */
#include "app/recall.h"

#include "core/intern.h"
#include "core/json.h"
#include "core/table.h"

#include <stdlib.h>

enum {
	RECORDS_MAX = 16384, /* the newest; a few us each */
	DETAIL_BYTES = 4096,
	NAMES_BYTES = 4 << 20,
};

/* Of a past's record. */
struct told {
	uint32_t starts; /* of consoles before it */
	int64_t seen_ms; /* when it was last seen to be so */
};

struct recall {
	const struct blocklists *lists;
	int64_t now_ms;
	struct intern *names;	   /* owned */
	struct table at;	   /* subject x list -> past */
	struct listing_past *past; /* owned; [n] */
	struct told *told;	   /* owned; [n] */
	uint32_t n, n_starts;
};

static const char *const by_names[] = {[LISTING_DNS] = "dns",
    [LISTING_REPLY] = "replies",
    [LISTING_DNS | LISTING_REPLY] = "both"};

err_t
recall_detail(
    struct buf *out, const struct blocklists *lists, const struct listing *r)
{
	cJSON *d = cJSON_CreateObject();
	err_t err = json_add_str(d, "list", blocklists_at(lists, r->list)->id);

	if (err == ERR_OK &&
	    cJSON_AddBoolToObject(d, "listed", r->listed) == NULL)
		err = ERR_NOMEM;
	if (err == ERR_OK && r->listed && by_names[r->sources] != NULL)
		err = json_add_str(d, "by", str_of(by_names[r->sources]));
	if (err == ERR_OK)
		err = json_add_i64(d, "since_ms", r->since_ms);
	if (err == ERR_OK && !r->listed)
		err = json_add_i64(d, "ended_ms", r->ended_ms);
	if (err == ERR_OK)
		err = json_add_u64(d, "times", r->times);
	if (err == ERR_OK)
		err = json_write_text(out, d);
	cJSON_Delete(d);
	return err;
}

/* The pair's place, made if new; UINT32_MAX when there is no room. */
static uint32_t
place_of(struct recall *c, struct str subject, uint16_t list)
{
	uint64_t key = str_hash(subject, list);
	uint32_t at = table_find(&c->at, key), id;

	if (at != TABLE_NONE)
		return at;
	id = intern_id(c->names, subject);
	if (c->n == RECORDS_MAX || id == INTERN_OTHER ||
	    !table_put(&c->at, key, c->n))
		return UINT32_MAX;
	c->past[c->n].subject = intern_text(c->names, id);
	c->past[c->n].list = list;
	return c->n++;
}

/* The newest record of a pair tells all. */
static void
take_listing(struct recall *c, const struct journal_rec *r, const cJSON *d)
{
	uint16_t list = blocklists_find(c->lists, json_text(d, "list"));
	int64_t times = json_i64(d, "times");
	struct str by = json_text(d, "by");
	struct listing_past *p;
	uint32_t at;

	if (d == NULL || r->subject.n == 0 || list == LIST_NONE)
		return;
	at = place_of(c, r->subject, list);
	if (at == UINT32_MAX)
		return;
	p = &c->past[at];
	p->listed = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(d, "listed"));
	p->times = times > UINT16_MAX ? UINT16_MAX : (uint16_t)times;
	p->since_ms = json_i64(d, "since_ms");
	p->ended_ms = json_i64(d, "ended_ms");
	p->sources = 0;
	for (uint8_t i = LISTING_DNS; i <= (LISTING_DNS | LISTING_REPLY); i++)
		if (str_eq(by, str_of(by_names[i])))
			p->sources = i;
	c->told[at] = (struct told){c->n_starts, r->at_ms};
}

static bool
on_record(void *ctx, const struct journal_rec *r)
{
	struct recall *c = ctx;
	cJSON *d = NULL;

	if (r->detail.n > 0 &&
	    json_parse(&d, r->detail, DETAIL_BYTES) != ERR_OK)
		d = NULL;
	if (r->kind == JOURNAL_START)
		c->n_starts++;
	else
		take_listing(c, r, d);
	cJSON_Delete(d);
	return true;
}

/* What was written of an earlier listing of the pair, or by a clock that was
 * ahead, tells nothing. */
static void
on_watched(void *ctx, const struct journal_watched *w)
{
	struct recall *c = ctx;
	uint16_t list = blocklists_find(c->lists, w->list);
	uint32_t at = list == LIST_NONE
			  ? TABLE_NONE
			  : table_find(&c->at, str_hash(w->subject, list));

	if (at == TABLE_NONE || w->at_ms > c->now_ms ||
	    w->at_ms < c->past[at].since_ms)
		return;
	c->told[at].seen_ms = w->at_ms;
	c->past[at].unwatched_ms = w->unwatched_ms;
}

/* The longest time without a look since it began, this last one too. */
static int64_t
unwatched_of(const struct recall *c, uint32_t i)
{
	const struct listing_past *p = &c->past[i];
	int64_t seen_ms = c->told[i].seen_ms, gap_ms;

	if (seen_ms > c->now_ms)
		seen_ms = p->since_ms;
	gap_ms = c->now_ms - seen_ms;
	return gap_ms >= RECALL_GAP_MS && gap_ms > p->unwatched_ms
		   ? gap_ms
		   : p->unwatched_ms;
}

/* A block that only refusals show is told anew by each console that sees it:
 * one that did not is one too many. */
static bool
is_stale(const struct recall *c, uint32_t i)
{
	return c->past[i].listed && c->past[i].sources == LISTING_REPLY &&
	       c->told[i].starts < c->n_starts;
}

static void
emit_past(struct recall *c, void *ctx, void (*emit)(void *, struct event *))
{
	struct event ev = {.kind = EVT_LISTINGS_PAST, .u.past.v = c->past};
	size_t n = 0;

	for (uint32_t i = 0; i < c->n; i++) {
		struct listing_past *p = &c->past[i];

		if (is_stale(c, i))
			continue;
		if (p->listed)
			p->unwatched_ms = unwatched_of(c, i);
		c->past[n++] = *p;
	}
	ev.u.past.n = n;
	if (n > 0)
		emit(ctx, &ev);
}

void
recall_read(struct journal_db *j, const struct blocklists *lists,
    int64_t now_ms, void *ctx, void (*emit)(void *ctx, struct event *ev))
{
	struct recall *c = calloc(1, sizeof *c);

	if (c == NULL)
		return;
	c->lists = lists;
	c->now_ms = now_ms;
	c->names = intern_new(RECORDS_MAX + 2, NAMES_BYTES);
	c->past = calloc(RECORDS_MAX, sizeof *c->past);
	c->told = calloc(RECORDS_MAX, sizeof *c->told);
	if (c->names == NULL || c->past == NULL || c->told == NULL ||
	    journal_db_standing(j, RECORDS_MAX, c, on_record) != ERR_OK)
		goto done;
	/* Without them all is unwatched since its record. */
	(void)!journal_db_watched(j, RECORDS_MAX, c, on_watched);
	emit_past(c, ctx, emit);
done:
	intern_free(c->names);
	table_done(&c->at);
	free(c->past);
	free(c->told);
	free(c);
}

void
recall_watch(struct journal_db *j, const struct model *m)
{
	const struct listings *l = &m->listings;
	struct journal_watched *v = calloc(l->n_rows + 1U, sizeof *v);
	size_t n = 0;

	for (uint32_t i = 0; v != NULL && i < l->n_rows; i++) {
		const struct listing *r = &l->rows[i];

		if (listing_watched(m, r))
			v[n++] = (struct journal_watched){
			    .subject =
				listings_text(l, l->subjects[r->subject].name),
			    .list = blocklists_at(m->lists, r->list)->id,
			    .since_ms = r->since_ms,
			    .at_ms = m->now_ms,
			    .unwatched_ms = r->unwatched_ms};
	}
	if (n > 0)
		journal_db_watch(j, v, n, RECALL_GAP_MS);
	free(v);
}
