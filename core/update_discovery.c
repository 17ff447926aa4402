/*
 * update_discovery.c - what a discovery says about a host's ways out: one
 * egress row for each bind address, a map from log tags to rows, and a rest row
 * for deliveries whose address the log does not tell. Rows are only added, so
 * that ids never change; an address that is gone keeps its row and history.
 */
#include "core/model_index.h"
#include "core/spool.h"

#include <stdio.h>
#include <stdlib.h>

static egress_id
add_row(struct model *m, host_id host, struct str ip)
{
	struct egress *e;

	if (m->n_egress == m->room_egress) {
		egress_id room = m->room_egress == 0 ? 8 : m->room_egress * 2;

		e = realloc(m->egress, room * sizeof *e);
		if (e == NULL)
			return EGRESS_NONE;
		m->egress = e;
		m->room_egress = room;
	}
	e = &m->egress[m->n_egress];
	*e = (struct egress){.id = m->n_egress, .host = host};
	str_copy(e->ip, sizeof e->ip, ip);
	return m->n_egress++;
}

/* The row of a bind address ("" = default), added if new. */
static egress_id
row_of_ip(struct model *m, host_id host, struct str ip)
{
	for (egress_id i = 0; i < m->n_egress; i++) {
		const struct egress *e = &m->egress[i];

		if (e->host == host && !e->rest && str_eq(str_of(e->ip), ip))
			return i;
	}
	return add_row(m, host, ip);
}

static egress_id
rest_row(struct model *m, struct host *h)
{
	struct host_index *x = &m->index->hosts[h->id];

	if (x->rest == EGRESS_NONE) {
		x->rest = add_row(m, h->id, STR_LIT(""));
		if (x->rest != EGRESS_NONE)
			m->egress[x->rest].rest = true;
	}
	return x->rest;
}

/* Adds a name to a row's ", " list, whole or not at all. */
static void
add_handle(
    struct egress *e, const struct discovery *found, const struct handle *h)
{
	size_t n = strlen(e->handles);

	/* An act's double is no way out of its own: it comes and goes. */
	if (!h->clone && n + strlen(h->name) + 3 <= sizeof e->handles)
		(void)snprintf(e->handles + n, sizeof e->handles - n, "%s%s",
		    n == 0 ? "" : ", ", h->name);
	if (e->pool[0] == '\0')
		str_copy(e->pool, sizeof e->pool, str_of(h->pool));
	if (h->attributable)
		e->attributable = true;
	e->instances |= discovery_instance_bit(found, h);
}

static void
forget_handles(struct model *m, host_id host)
{
	for (egress_id i = 0; i < m->n_egress; i++) {
		struct egress *e = &m->egress[i];

		if (e->host != host)
			continue;
		e->handles[0] = e->pool[0] = '\0';
		e->attributable = false;
		e->instances = 0;
	}
}

/* Tags are told apart by their hash alone: whoever can write to the log can
 * write any tag anyway. */
static uint64_t
tag_hash(struct str tag)
{
	return str_hash(tag, 0);
}

/* The rows of handle i. */
static void
place_handle(struct model *m, const struct host *h, unsigned i)
{
	struct host_index *x = &m->index->hosts[h->id];
	const struct handle *d = &h->found->handles[i];
	egress_id v4 = row_of_ip(m, h->id, str_of(d->ip)), v6 = v4;

	if (d->ip6[0] != '\0')
		v6 = row_of_ip(m, h->id, str_of(d->ip6));
	if (v4 != EGRESS_NONE)
		add_handle(&m->egress[v4], h->found, d);
	if (v6 != EGRESS_NONE && v6 != v4)
		add_handle(&m->egress[v6], h->found, d);
	x->v4[i] = v4;
	x->v6[i] = v6;
}

/* A part of what an address sends is no figure of it: where one of its handles
 * is not told, none is. */
static void
forget_shared(struct model *m, const struct host *h)
{
	const struct host_index *x = &m->index->hosts[h->id];

	for (unsigned i = 0; i < h->found->n_handles; i++) {
		if (h->found->handles[i].attributable)
			continue;
		if (x->v4[i] != EGRESS_NONE)
			m->egress[x->v4[i]].attributable = false;
		if (x->v6[i] != EGRESS_NONE)
			m->egress[x->v6[i]].attributable = false;
	}
}

static egress_id
if_told(const struct model *m, egress_id e)
{
	return e != EGRESS_NONE && m->egress[e].attributable ? e : EGRESS_NONE;
}

/* What handle i's tag stands for. One that stands for two addresses, be it
 * said by discovery or seen here, stands for none. */
static void
map_tag(struct model *m, const struct host *h, unsigned i)
{
	struct host_index *x = &m->index->hosts[h->id];
	uint64_t tag = tag_hash(str_of(h->found->handles[i].tag));
	uint32_t first = table_find(&x->tags, tag);

	x->v4[i] = if_told(m, x->v4[i]);
	x->v6[i] = if_told(m, x->v6[i]);
	if (first == TABLE_NONE) {
		/* Without memory the tag is unknown: the rest row counts. */
		(void)table_put(&x->tags, tag, i);
	} else {
		if (x->v4[first] != x->v4[i])
			x->v4[first] = EGRESS_NONE;
		if (x->v6[first] != x->v6[i])
			x->v6[first] = EGRESS_NONE;
	}
}

static bool
copy_found(struct host *h, const struct discovery *d)
{
	struct discovery *to = h->found;

	if (to == NULL)
		to = calloc(1, sizeof *to);
	if (to == NULL)
		return false;
	discovery_copy(to, d);
	h->found = to;
	return true;
}

void
update_discovery(struct model *m, struct host *h, const struct event *in)
{
	struct host_index *x = &m->index->hosts[h->id];

	if (!copy_found(h, in->u.discovery))
		return;
	h->found_at_ms = in->at_ms;
	spool_findings(h);
	table_clear(&x->tags);
	forget_handles(m, h->id);
	for (unsigned i = 0; i < h->found->n_handles; i++)
		place_handle(m, h, i);
	forget_shared(m, h);
	for (unsigned i = 0; i < h->found->n_handles; i++)
		map_tag(m, h, i);
}

egress_id
discovery_egress(
    struct model *m, struct host *h, struct str tag, bool over_ipv6)
{
	const struct host_index *x = &m->index->hosts[h->id];
	egress_id e = EGRESS_NONE;
	uint32_t i = table_find(&x->tags, tag_hash(tag));

	if (i != TABLE_NONE)
		e = over_ipv6 ? x->v6[i] : x->v4[i];
	return e != EGRESS_NONE ? e : rest_row(m, h);
}
