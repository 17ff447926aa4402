/* recall.c - see recall.h. */
#include "app/recall.h"

#include "core/intern.h"
#include "core/json.h"
#include "core/table.h"

#include <stdlib.h>

enum {
	RECORDS_MAX = 16384, /* the newest; a few us each */
	GAPS_MAX = 1024,     /* the newest */
	DETAIL_BYTES = 4096,
	NAMES_BYTES = 4 << 20,
};

struct blind {
	int64_t at_ms, ms; /* when it ended, how long it was */
};

struct recall {
	const struct blocklists *lists;
	int64_t now_ms, newest_ms;
	struct intern *names;	   /* owned */
	struct table at;	   /* subject x list -> past */
	struct listing_past *past; /* owned; [n] */
	uint32_t *starts; /* owned; [n]: console starts before the record */
	uint32_t n, n_starts;
	struct blind gaps[GAPS_MAX]; /* ring of n_gaps */
	uint32_t n_gaps;
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

err_t
recall_start_detail(struct buf *out, int64_t unwatched_ms)
{
	cJSON *d = cJSON_CreateObject();
	err_t err = json_add_i64(d, "unwatched_ms", unwatched_ms);

	if (err == ERR_OK)
		err = json_write_text(out, d);
	cJSON_Delete(d);
	return err;
}

static struct str
text_of(const cJSON *d, const char *name)
{
	return str_of(
	    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(d, name)));
}

static void
add_gap(struct recall *c, int64_t at_ms, int64_t ms)
{
	if (ms < RECALL_GAP_MS)
		return;
	c->gaps[c->n_gaps++ % GAPS_MAX] = (struct blind){at_ms, ms};
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
take_listing(struct recall *c, struct str subject, const cJSON *d)
{
	uint16_t list = blocklists_find(c->lists, text_of(d, "list"));
	int64_t times = json_i64(d, "times");
	struct str by = text_of(d, "by");
	struct listing_past *p;
	uint32_t at;

	if (d == NULL || subject.n == 0 || list == LIST_NONE)
		return;
	at = place_of(c, subject, list);
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
	c->starts[at] = c->n_starts;
}

static bool
on_record(void *ctx, const struct journal_rec *r)
{
	struct recall *c = ctx;
	cJSON *d = NULL;

	if (r->detail.n > 0 &&
	    json_parse(&d, r->detail, DETAIL_BYTES) != ERR_OK)
		d = NULL;
	if (r->kind == JOURNAL_START) {
		c->n_starts++;
		add_gap(c, r->at_ms, json_i64(d, "unwatched_ms"));
	} else {
		if (r->at_ms > c->newest_ms && r->at_ms <= c->now_ms)
			c->newest_ms = r->at_ms;
		take_listing(c, r->subject, d);
	}
	cJSON_Delete(d);
	return true;
}

/* The longest gap that ended after since_ms. */
static int64_t
longest_gap(const struct recall *c, int64_t since_ms)
{
	uint32_t n = c->n_gaps < GAPS_MAX ? c->n_gaps : GAPS_MAX;
	int64_t ms = 0;

	for (uint32_t i = 0; i < n; i++)
		if (c->gaps[i].at_ms > since_ms && c->gaps[i].ms > ms)
			ms = c->gaps[i].ms;
	return ms;
}

/* A block that only refusals show is told anew by each console that sees it:
 * one that did not is one too many. */
static bool
is_stale(const struct recall *c, uint32_t i)
{
	return c->past[i].listed && c->past[i].sources == LISTING_REPLY &&
	       c->starts[i] < c->n_starts;
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
			p->unwatched_ms = longest_gap(c, p->since_ms);
		c->past[n++] = *p;
	}
	ev.u.past.n = n;
	if (n > 0)
		emit(ctx, &ev);
}

int64_t
recall_read(struct journal_db *j, const struct blocklists *lists,
    int64_t now_ms, void *ctx, void (*emit)(void *ctx, struct event *ev))
{
	struct recall *c = calloc(1, sizeof *c);
	int64_t gap_ms = 0, watched_ms = journal_db_watched_ms(j);

	if (c == NULL)
		return 0;
	c->lists = lists;
	c->now_ms = now_ms;
	c->names = intern_new(RECORDS_MAX + 2, NAMES_BYTES);
	c->past = calloc(RECORDS_MAX, sizeof *c->past);
	c->starts = calloc(RECORDS_MAX, sizeof *c->starts);
	if (c->names == NULL || c->past == NULL || c->starts == NULL ||
	    journal_db_standing(j, RECORDS_MAX, c, on_record) != ERR_OK)
		goto done;
	/* A clock that was ahead tells nothing of when. */
	if (watched_ms > now_ms)
		watched_ms = 0;
	if (watched_ms < c->newest_ms)
		watched_ms = c->newest_ms;
	if (watched_ms > 0 && now_ms - watched_ms >= RECALL_GAP_MS)
		gap_ms = now_ms - watched_ms;
	add_gap(c, now_ms, gap_ms);
	emit_past(c, ctx, emit);
done:
	intern_free(c->names);
	table_done(&c->at);
	free(c->past);
	free(c->starts);
	free(c);
	return gap_ms;
}
