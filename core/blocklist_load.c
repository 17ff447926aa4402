/*
 * blocklist_load.c - builds the catalogue of lists from JSON, row by row, on a
 * copy that takes the place of the old one only when all of it is well. Owns
 * the documents that texts are borrowed from. Opens no file.
 */
#include "core/blocklist_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/i18n.h"

enum { FILE_MAX_BYTES = 4 * 1024 * 1024, ID_MAX_BYTES = 48 };

struct list_mem {
	struct list_mem *next;
	cJSON *doc;	     /* or NULL */
	max_align_t bytes[]; /* or an array of rows' */
};

static struct list_mem *
mem_push(struct list_load *l, size_t bytes)
{
	struct list_mem *m = calloc(1, sizeof *m + bytes);

	if (m != NULL) {
		m->next = l->mem;
		l->mem = m;
	}
	return m;
}

void *
list_mem_get(struct list_load *l, size_t bytes)
{
	struct list_mem *m = mem_push(l, bytes);

	return m == NULL ? NULL : m->bytes;
}

static void
mem_free(struct list_mem *m)
{
	while (m != NULL) {
		struct list_mem *next = m->next;

		cJSON_Delete(m->doc);
		free(m);
		m = next;
	}
}

static void
free_tables(struct blocklists *c)
{
	free(c->rows);
	free(c->by_id);
	free(c->zones);
}

void
blocklists_free(struct blocklists *c)
{
	if (c == NULL)
		return;
	free_tables(c);
	mem_free(c->mem);
	free(c);
}

static err_t
say(struct list_load *l, err_t err, const char *what)
{
	(void)snprintf(l->why, l->why_cap, "%s", what);
	return err;
}

static bool
id_ok(struct str id)
{
	if (id.n == 0 || id.n > ID_MAX_BYTES)
		return false;
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-')
			return false;
	}
	return true;
}

/* The row of id among the first n; n when there is none. */
static uint16_t
row_of(const struct blocklists *c, struct str id)
{
	uint16_t i = 0;

	while (i < c->n && !str_eq(c->rows[i].id, id))
		i++;
	return i;
}

/* seen: rows that this document has already had, by index. */
static err_t
add_row(
    struct list_load *l, struct blocklists *c, const cJSON *item, bool *seen)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(item, "id");
	struct str text = str_of(cJSON_GetStringValue(id));
	uint16_t at;
	bool is_new;

	if (!id_ok(text)) {
		(void)snprintf(l->why, l->why_cap,
		    _("after list \"%s\": a list has no \"id\" of lower-case "
		      "letters, digits and \"-\""),
		    l->id);
		return ERR_PARSE;
	}
	l->id = id->valuestring;
	at = row_of(c, text);
	is_new = at == c->n;
	if (seen[at])
		return blocklist_bad(l, "id", _("is there twice"));
	seen[at] = true;
	if (is_new) {
		c->rows[at] = (struct blocklist){.id = text};
		c->n++;
	}
	return blocklist_read_row(l, item, &c->rows[at], is_new);
}

static err_t
add_rows(struct list_load *l, struct blocklists *c, const cJSON *list)
{
	size_t most = (size_t)c->n + (size_t)cJSON_GetArraySize(list);
	struct blocklist *rows;
	const cJSON *item;
	bool *seen;
	err_t err = ERR_OK;

	if (most > LISTS_MAX)
		return say(l, ERR_LIMIT, _("too many lists"));
	rows = calloc(most + 1, sizeof *rows);
	seen = calloc(most + 1, sizeof *seen);
	if (rows != NULL && c->n > 0)
		memcpy(rows, c->rows, c->n * sizeof *rows);
	c->rows = rows;
	if (rows == NULL || seen == NULL)
		err = ERR_NOMEM;
	cJSON_ArrayForEach(item, list)
	{
		if (err == ERR_OK)
			err = add_row(l, c, item, seen);
	}
	free(seen);
	return err;
}

static int
by_zone(const void *a, const void *b)
{
	const struct list_zone *x = a, *y = b;

	return blocklist_zone_order(x->zone, y->zone);
}

struct id_ref {
	struct str id;
	uint16_t list;
};

static int
by_id(const void *a, const void *b)
{
	const struct id_ref *x = a, *y = b;

	return blocklist_order(x->id, y->id);
}

static err_t
index_ids(struct blocklists *c)
{
	struct id_ref *refs = calloc((size_t)c->n + 1, sizeof *refs);

	c->by_id = calloc((size_t)c->n + 1, sizeof *c->by_id);
	if (refs == NULL || c->by_id == NULL) {
		free(refs);
		return ERR_NOMEM;
	}
	for (uint16_t i = 0; i < c->n; i++)
		refs[i] = (struct id_ref){c->rows[i].id, i};
	qsort(refs, c->n, sizeof *refs, by_id);
	for (uint16_t i = 0; i < c->n; i++)
		c->by_id[i] = refs[i].list;
	free(refs);
	return ERR_OK;
}

static void
put_zone(struct blocklists *c, struct str zone, uint16_t list)
{
	if (zone.n > 0)
		c->zones[c->n_zones++] = (struct list_zone){zone, list};
}

/* All names of zones; one that two lists claim is an error. */
static err_t
index_zones(struct list_load *l, struct blocklists *c)
{
	size_t n = 0;

	for (uint16_t i = 0; i < c->n; i++)
		n += 2U + c->rows[i].n_other_zones;
	c->zones = calloc(n + 1, sizeof *c->zones);
	if (c->zones == NULL)
		return ERR_NOMEM;
	for (uint16_t i = 0; i < c->n; i++) {
		const struct blocklist *row = &c->rows[i];

		put_zone(c, row->zone, i);
		put_zone(c, str_from(row->zone_key, strlen("<key>.")), i);
		for (uint16_t z = 0; z < row->n_other_zones; z++)
			put_zone(c, row->other_zones[z], i);
	}
	qsort(c->zones, c->n_zones, sizeof *c->zones, by_zone);
	for (uint32_t i = 1; i < c->n_zones; i++) {
		const struct list_zone *a = &c->zones[i - 1], *b = a + 1;

		if (a->list == b->list || by_zone(a, b) != 0)
			continue;
		(void)snprintf(l->why, l->why_cap,
		    _("lists \"%s\" and \"%s\" both have the zone %s"),
		    c->rows[a->list].id.p, c->rows[b->list].id.p, a->zone.p);
		return ERR_PARSE;
	}
	return ERR_OK;
}

static err_t
check_covers(struct list_load *l, const struct blocklists *c)
{
	for (uint16_t i = 0; i < c->n; i++) {
		const struct blocklist *row = &c->rows[i];

		l->id = row->id.p;
		if (row->covered_by.n > 0 &&
		    (str_eq(row->covered_by, row->id) ||
			blocklists_find(c, row->covered_by) == LIST_NONE))
			return blocklist_bad(
			    l, "covered_by", _("not the id of another list"));
	}
	return ERR_OK;
}

static err_t
fill(struct list_load *l, struct blocklists *c, const cJSON *doc)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(doc, "lists");
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(doc, "v");
	err_t err;

	if (!cJSON_IsNumber(v) || v->valuedouble != 1)
		return say(l, ERR_PARSE, _("no \"v\": 1 at its head"));
	if (!cJSON_IsArray(list) || cJSON_GetArraySize(doc) != 2)
		return say(l, ERR_PARSE,
		    _("something else than \"v\" and a list of \"lists\""));
	err = add_rows(l, c, list);
	if (err == ERR_OK)
		err = index_ids(c);
	if (err == ERR_OK)
		err = index_zones(l, c);
	return err == ERR_OK ? check_covers(l, c) : err;
}

/* Reads json into next, which starts with the rows of the catalogue it will
 * replace. */
static err_t
read_document(struct list_load *l, struct blocklists *next, struct str json)
{
	struct list_mem *m = mem_push(l, 0);
	err_t err =
	    m == NULL ? ERR_NOMEM : json_parse(&m->doc, json, FILE_MAX_BYTES);

	if (err == ERR_OK)
		return fill(l, next, m->doc);
	json_say(err, json, FILE_MAX_BYTES, l->why, l->why_cap);
	return err;
}

err_t
blocklists_add(struct blocklists *c, struct str json, char *why, size_t why_cap)
{
	struct list_load l = {.why = why, .why_cap = why_cap, .id = ""};
	struct blocklists next = {.rows = c->rows, .n = c->n};
	struct list_mem *last;
	err_t err;

	err = read_document(&l, &next, json);
	if (err == ERR_NOMEM)
		err = say(&l, err, _("out of memory"));
	if (err != ERR_OK) {
		if (next.rows == c->rows)
			next.rows = NULL;
		free_tables(&next);
		mem_free(l.mem);
		return err;
	}
	free_tables(c);
	for (last = l.mem; last->next != NULL;)
		last = last->next;
	last->next = c->mem;
	next.mem = l.mem;
	*c = next;
	return ERR_OK;
}

err_t
blocklists_load(
    struct blocklists **out, struct str json, char *why, size_t why_cap)
{
	struct blocklists *c = calloc(1, sizeof *c);
	err_t err;

	if (c == NULL) {
		(void)snprintf(why, why_cap, "%s", _("out of memory"));
		return ERR_NOMEM;
	}
	err = blocklists_add(c, json, why, why_cap);
	if (err != ERR_OK) {
		blocklists_free(c);
		return err;
	}
	*out = c;
	return ERR_OK;
}
