/* listrec.c - see listrec.h. */
#include "app/listrec.h"

#include "core/json.h"

#include <stdlib.h>

enum {
	NOTE_BYTES = 60 << 10, /* a frame takes 64 KB */
	PART_BYTES = 32 << 10, /* of names in one note */
	PAST_PART = 100,       /* listings in one note: a name is 255 bytes */
};

struct listrec {
	const struct blocklists *lists; /* borrowed */
	void *ctx;
	void (*emit)(void *ctx, struct event *ev);
	struct intern *texts; /* owned; names of the parts so far */
	struct str *names;    /* owned; [n] */
	size_t n;
};

static err_t
put_note(cJSON *d, void *ctx, void (*put)(void *ctx, struct str note))
{
	struct buf b;
	err_t err;

	buf_init(&b, NOTE_BYTES);
	err = json_write(&b, d);
	if (err == ERR_OK)
		put(ctx, buf_view(&b));
	buf_done(&b);
	return err;
}

static void
add_use(cJSON *d, const struct event *ev, const struct blocklists *lists)
{
	cJSON *ids = cJSON_AddArrayToObject(d, "use");

	for (size_t i = 0; i < ev->u.subjects.n_use; i++) {
		char own[NAME_MAX_BYTES];

		str_copy(own, sizeof own,
		    blocklists_at(lists, ev->u.subjects.use[i])->id);
		(void)cJSON_AddItemToArray(ids, cJSON_CreateString(own));
	}
}

/* {"subjects":[..],"more":true}, the last one with "use":[list ids] */
static err_t
write_subjects(const struct event *ev, const struct blocklists *lists,
    void *ctx, void (*put)(void *ctx, struct str note))
{
	const struct str *names = ev->u.subjects.names;
	size_t n = ev->u.subjects.n, i = 0;
	err_t err = ERR_OK;

	do {
		cJSON *d = cJSON_CreateObject();
		cJSON *list = cJSON_AddArrayToObject(d, "subjects");
		size_t bytes = 0;

		for (; i < n && bytes < PART_BYTES; i++) {
			char own[NAME_MAX_BYTES];

			str_copy(own, sizeof own, names[i]);
			bytes += names[i].n;
			(void)cJSON_AddItemToArray(
			    list, cJSON_CreateString(own));
		}
		if (i == n && ev->u.subjects.use != NULL)
			add_use(d, ev, lists);
		if (list == NULL ||
		    cJSON_AddBoolToObject(d, "more", i < n) == NULL)
			err = ERR_NOMEM;
		else
			err = put_note(d, ctx, put);
		cJSON_Delete(d);
	} while (i < n && err == ERR_OK);
	return err;
}

static err_t
write_answer(const struct list_answer *a, const struct blocklists *lists,
    void *ctx, void (*put)(void *ctx, struct str note))
{
	const struct blocklist *l = blocklists_at(lists, a->list);
	cJSON *d = cJSON_CreateObject(), *codes;
	err_t err = json_add_str(d, "subject", a->subject);

	if (err == ERR_OK)
		err = json_add_str(d, "list", l->id);
	if (err == ERR_OK)
		err = json_add_str(
		    d, "verdict", str_of(verdict_name(a->verdict)));
	if (err == ERR_OK && a->domain)
		err = json_add_u64(d, "domain", 1);
	if (err == ERR_OK && a->reason.n > 0)
		err = json_add_str(d, "reason", a->reason);
	if (err == ERR_OK)
		err = json_add_u64(d, "ttl", a->ttl_s);
	if (err == ERR_OK)
		err = json_add_u64(d, "ms", a->ms);
	codes = a->n_codes > 0 ? cJSON_AddArrayToObject(d, "codes") : NULL;
	for (unsigned i = 0; codes != NULL && i < a->n_codes; i++)
		(void)cJSON_AddItemToArray(
		    codes, cJSON_CreateNumber(a->codes[i]));
	if (err == ERR_OK)
		err = put_note(d, ctx, put);
	cJSON_Delete(d);
	return err;
}

static err_t
write_health(const struct list_health *h, const struct blocklists *lists,
    void *ctx, void (*put)(void *ctx, struct str note))
{
	cJSON *d = cJSON_CreateObject();
	err_t err =
	    json_add_str(d, "health", blocklists_at(lists, h->list)->id);

	if (err == ERR_OK)
		err = json_add_str(
		    d, "verdict", str_of(verdict_name(h->verdict)));
	if (err == ERR_OK)
		err = json_add_str(d, "text", h->text);
	if (err == ERR_OK && h->no_resolver &&
	    cJSON_AddTrueToObject(d, "no_resolver") == NULL)
		err = ERR_NOMEM;
	if (err == ERR_OK)
		err = put_note(d, ctx, put);
	cJSON_Delete(d);
	return err;
}

/* {"past":[{"subject":..,"list":..,..}]}: as many as one note takes. */
static err_t
write_past(const struct event *ev, const struct blocklists *lists, void *ctx,
    void (*put)(void *ctx, struct str note))
{
	size_t i = 0;
	err_t err = ERR_OK;

	while (i < ev->u.past.n && err == ERR_OK) {
		cJSON *d = cJSON_CreateObject();
		cJSON *list = cJSON_AddArrayToObject(d, "past");

		for (int n = 0; i < ev->u.past.n && n < PAST_PART; i++, n++) {
			const struct listing_past *p = &ev->u.past.v[i];
			cJSON *o = cJSON_CreateObject();

			(void)json_add_str(o, "subject", p->subject);
			(void)json_add_str(
			    o, "list", blocklists_at(lists, p->list)->id);
			(void)json_add_u64(o, "by", p->listed ? p->sources : 0);
			(void)json_add_i64(
			    o, "at", p->listed ? p->since_ms : p->ended_ms);
			(void)json_add_u64(o, "times", p->times);
			(void)json_add_i64(o, "unwatched", p->unwatched_ms);
			(void)cJSON_AddItemToArray(list, o);
		}
		err = list == NULL ? ERR_NOMEM : put_note(d, ctx, put);
		cJSON_Delete(d);
	}
	return err;
}

err_t
listrec_write(const struct event *ev, const struct blocklists *lists, void *ctx,
    void (*put)(void *ctx, struct str note))
{
	switch (ev->kind) {
	case EVT_SUBJECTS:
		return write_subjects(ev, lists, ctx, put);
	case EVT_LIST_ANSWER:
		return write_answer(ev->u.answer, lists, ctx, put);
	case EVT_LIST_HEALTH:
		return write_health(ev->u.health, lists, ctx, put);
	case EVT_LISTINGS_PAST:
		return write_past(ev, lists, ctx, put);
	default:
		return ERR_OK;
	}
}

struct listrec *
listrec_new(const struct blocklists *lists, void *ctx,
    void (*emit)(void *ctx, struct event *ev))
{
	struct listrec *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->lists = lists;
	r->ctx = ctx;
	r->emit = emit;
	r->names = calloc(SUBJECTS_MAX, sizeof *r->names);
	if (r->names != NULL)
		return r;
	free(r);
	return NULL;
}

static uint32_t
number_of(const cJSON *d, const char *name)
{
	int64_t v = json_i64(d, name);

	return v <= UINT32_MAX ? (uint32_t)v : 0;
}

static bool
verdict_of(const cJSON *d, enum verdict *out)
{
	struct str word = json_text(d, "verdict");

	for (int v = 0; v < VERDICT_N; v++)
		if (str_eq(word, str_of(verdict_name((enum verdict)v)))) {
			*out = (enum verdict)v;
			return true;
		}
	return false;
}

static void
read_subjects(struct listrec *r, const cJSON *d, const cJSON *list)
{
	struct event ev = {.kind = EVT_SUBJECTS};
	const cJSON *v, *use = cJSON_GetObjectItemCaseSensitive(d, "use");
	uint16_t lists[LISTS_MAX];
	size_t n = 0;

	if (r->texts == NULL)
		r->texts = intern_new(SUBJECTS_MAX + 2, 4U << 20);
	if (r->texts == NULL)
		return;
	cJSON_ArrayForEach(v, list)
	{
		struct str name = str_of(cJSON_GetStringValue(v));
		uint32_t id = intern_id(r->texts, name);

		if (name.n > 0 && id != INTERN_OTHER && r->n < SUBJECTS_MAX)
			r->names[r->n++] = intern_text(r->texts, id);
	}
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(d, "more")))
		return;
	cJSON_ArrayForEach(v, use)
	{
		uint16_t at =
		    blocklists_find(r->lists, str_of(cJSON_GetStringValue(v)));

		if (at != LIST_NONE && n < LISTS_MAX)
			lists[n++] = at;
	}
	ev.u.subjects.use = use != NULL ? lists : NULL;
	ev.u.subjects.n_use = n;
	ev.u.subjects.names = r->names;
	ev.u.subjects.n = r->n;
	r->emit(r->ctx, &ev);
	intern_free(r->texts);
	r->texts = NULL;
	r->n = 0;
}

static void
read_answer(struct listrec *r, const cJSON *d)
{
	struct list_answer a = {.subject = json_text(d, "subject"),
	    .domain = number_of(d, "domain") != 0,
	    .list = blocklists_find(r->lists, json_text(d, "list")),
	    .reason = json_text(d, "reason"),
	    .ttl_s = number_of(d, "ttl"),
	    .ms = number_of(d, "ms")};
	struct event ev = {.kind = EVT_LIST_ANSWER, .u.answer = &a};
	const cJSON *v;

	if (a.list == LIST_NONE || !verdict_of(d, &a.verdict))
		return;
	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(
				  d, "codes")) if (a.n_codes < LISTING_CODES &&
						   cJSON_IsNumber(v) &&
						   v->valuedouble >= 0 &&
						   v->valuedouble <= UINT32_MAX)
	    a.codes[a.n_codes++] = (uint32_t)v->valuedouble;
	r->emit(r->ctx, &ev);
}

static void
read_health(struct listrec *r, const cJSON *d)
{
	struct list_health h = {
	    .list = blocklists_find(r->lists, json_text(d, "health")),
	    .text = json_text(d, "text"),
	    .no_resolver = cJSON_IsTrue(
		cJSON_GetObjectItemCaseSensitive(d, "no_resolver"))};
	struct event ev = {.kind = EVT_LIST_HEALTH, .u.health = &h};

	if (h.list != LIST_NONE && verdict_of(d, &h.verdict))
		r->emit(r->ctx, &ev);
}

static void
read_past(struct listrec *r, const cJSON *list)
{
	struct listing_past v[PAST_PART];
	struct event ev = {.kind = EVT_LISTINGS_PAST, .u.past.v = v};
	const cJSON *o;

	cJSON_ArrayForEach(o, list)
	{
		int64_t at_ms = json_i64(o, "at");
		uint32_t by = number_of(o, "by");
		struct listing_past p = {.subject = json_text(o, "subject"),
		    .list = blocklists_find(r->lists, json_text(o, "list")),
		    .listed = by != 0,
		    .sources = by & (LISTING_DNS | LISTING_REPLY),
		    .times = (uint16_t)number_of(o, "times"),
		    .since_ms = by != 0 ? at_ms : 0,
		    .ended_ms = by != 0 ? 0 : at_ms,
		    .unwatched_ms = json_i64(o, "unwatched")};

		if (p.list != LIST_NONE && ev.u.past.n < PAST_PART)
			v[ev.u.past.n++] = p;
	}
	if (ev.u.past.n > 0)
		r->emit(r->ctx, &ev);
}

void
listrec_read(struct listrec *r, struct str note)
{
	const cJSON *list, *past;
	cJSON *d = NULL;

	if (json_parse(&d, note, NOTE_BYTES) != ERR_OK)
		return;
	list = cJSON_GetObjectItemCaseSensitive(d, "subjects");
	past = cJSON_GetObjectItemCaseSensitive(d, "past");
	if (cJSON_IsArray(list))
		read_subjects(r, d, list);
	else if (cJSON_IsArray(past))
		read_past(r, past);
	else if (json_text(d, "subject").n > 0)
		read_answer(r, d);
	else if (json_text(d, "health").n > 0)
		read_health(r, d);
	cJSON_Delete(d);
}

void
listrec_free(struct listrec *r)
{
	if (r == NULL)
		return;
	intern_free(r->texts);
	free(r->names);
	free(r);
}
