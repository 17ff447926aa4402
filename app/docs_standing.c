/*
 * docs_standing.c - how our addresses stand with the world, as documents:
 * listings and throttles; see docs.h. Texts of lists and receivers are
 * sanitised by who writes them into JSON.
 */
#include "app/docs_int.h"

#include "core/utf8.h"

#include <stdio.h>

static void
add_to(cJSON *list, struct str s)
{
	struct buf clean;

	buf_init(&clean, 4096);
	(void)utf8_clean(&clean, s);
	(void)cJSON_AddItemToArray(list, cJSON_CreateString(buf_cstr(&clean)));
	buf_done(&clean);
}

static void
add_codes(cJSON *o, const struct listing *r, const struct blocklist *b)
{
	cJSON *codes = cJSON_AddArrayToObject(o, "codes");
	cJSON *meaning = cJSON_AddArrayToObject(o, "meaning");

	for (unsigned i = 0; i < r->n_codes; i++) {
		uint32_t c = r->codes[i];
		char text[16];
		bool error;

		(void)snprintf(text, sizeof text, "%u.%u.%u.%u", c >> 24,
		    c >> 16 & 255, c >> 8 & 255, c & 255);
		add_to(codes, str_of(text));
		if (b != NULL)
			add_to(meaning, blocklist_code(b, c, &error));
	}
}

static const char *
proof_name(enum listing_proof p)
{
	static const char *const names[] = {[PROOF_NONE] = "none",
	    [PROOF_DNS] = "dns",
	    [PROOF_BOTH] = "both",
	    [PROOF_REPLY] = "replies",
	    [PROOF_OLD_COPY] = "old-copy",
	    [PROOF_CLEAN_NOW] = "clean-now",
	    [PROOF_UNSURE] = "unsure"};

	return names[p];
}

static cJSON *
listing_object(const struct model *m, const struct listing *r)
{
	const struct listings *l = &m->listings;
	const struct subject *s = &l->subjects[r->subject];
	const struct blocklist *b = r->list < blocklists_count(m->lists)
					? blocklists_at(m->lists, r->list)
					: NULL;
	cJSON *o = cJSON_CreateObject(), *said;

	(void)json_add_opt(o, "subject", listings_text(l, s->name));
	(void)cJSON_AddBoolToObject(o, "domain", s->domain);
	(void)json_add_opt(o, "segment", listings_text(l, s->segment));
	(void)json_add_opt(o, "list", b == NULL ? STR_LIT("") : b->id);
	docs_add_z(o, "impact", b == NULL ? NULL : impact_name(b->impact));
	docs_add_z(o, "verdict",
	    verdict_name(r->listed ? VERDICT_LISTED : VERDICT_CLEAN));
	docs_add_z(o, "proof", proof_name(listing_proof(r)));
	(void)json_add_time(o, "since", r->since_ms);
	(void)json_add_i64(o, "unwatched_s", r->unwatched_ms / 1000);
	(void)json_add_time(o, "ended", r->listed ? 0 : r->ended_ms);
	(void)json_add_u64(o, "times", r->times);
	docs_add_z(o, "dns", verdict_name(r->dns));
	(void)json_add_time(o, "dns_since", r->dns_since_ms);
	(void)json_add_u64(o, "replies", r->replies);
	said = cJSON_AddArrayToObject(o, "providers");
	for (unsigned i = 0; i < r->n_said; i++)
		add_to(said, intern_text(m->texts, r->said[i].provider));
	add_codes(o, r, b);
	(void)json_add_opt(o, "reason", listings_text(l, r->reason));
	return o;
}

static cJSON *
list_object(const struct blocklist *b, const struct list_state *s)
{
	cJSON *o = cJSON_CreateObject();

	(void)json_add_str(o, "list", b->id);
	docs_add_z(o, "kind", list_kind_name(b->kind));
	docs_add_z(o, "impact", impact_name(b->impact));
	docs_add_z(o, "verdict", verdict_name(s->verdict));
	(void)json_add_time(o, "since", s->since_ms);
	(void)json_add_time(o, "asked", s->checked_ms);
	(void)json_add_u64(o, "listed", s->listed);
	(void)json_add_u64(o, "clean", s->clean);
	docs_add_z(o, "text", s->text);
	return o;
}

static void
add_counts(cJSON *d, const struct listings *l)
{
	cJSON *o = cJSON_AddObjectToObject(d, "subjects");
	uint64_t n[2] = {0};

	for (uint32_t i = 0; i < l->n_subjects; i++)
		n[l->subjects[i].domain] += l->subjects[i].ours;
	(void)json_add_u64(o, "ips", n[false]);
	(void)json_add_u64(o, "domains", n[true]);
	o = cJSON_AddObjectToObject(d, "listed");
	(void)json_add_u64(o, "ips", l->now_ips);
	(void)json_add_u64(o, "domains", l->now_domains);
	(void)json_add_u64(o, "peak_ips", l->peak_ips);
}

cJSON *
docs_listings(struct model *m)
{
	const struct listings *l = &m->listings;
	cJSON *d = docs_new(m), *rows = cJSON_AddArrayToObject(d, "listings");
	cJSON *lists = cJSON_AddArrayToObject(d, "lists");

	for (uint32_t i = 0; i < l->n_rows; i++)
		(void)cJSON_AddItemToArray(
		    rows, listing_object(m, &l->rows[i]));
	for (uint16_t i = 0; i < l->n_lists; i++)
		if (l->lists[i].verdict != VERDICT_UNKNOWN ||
		    l->lists[i].listed > 0)
			(void)cJSON_AddItemToArray(
			    lists, list_object(blocklists_at(m->lists, i),
				       &l->lists[i]));
	add_counts(d, l);
	return d;
}

unsigned
docs_listed(const struct model *m)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < m->listings.n_rows; i++)
		n += m->listings.rows[i].listed;
	return n;
}

static cJSON *
throttle_object(struct model *m, struct cell *c)
{
	const struct throttle *t = c->throttle;
	const struct egress *e = &m->egress[c->egress];
	const struct reply_group *g = t->reply1 == 0 || t->reply1 > m->n_replies
					  ? NULL
					  : &m->replies[t->reply1 - 1];
	cJSON *o = cJSON_CreateObject();
	struct str text = {NULL, 0};
	bool remote;

	if (g != NULL)
		text = shape_reply(intern_text(m->texts, g->sample), &remote);
	docs_add_z(o, "host", m->hosts[e->host].name);
	docs_add_z(o, "egress", e->rest ? NULL : model_egress_label(e));
	(void)json_add_opt(o, "provider", intern_text(m->texts, c->provider));
	docs_add_z(o, "state", throttle_state_name(t->state));
	(void)json_add_time(o, "since", t->since_ms);
	(void)json_add_time(o, "start", t->start_ms);
	(void)json_add_time(
	    o, "end", t->state == THROTTLE_CLEAR ? t->end_ms : 0);
	(void)json_add_u64(o, "refused", t->refusals);
	docs_add_milli(
	    o, "share", throttle_share_milli(t, &c->tally, WIN_10M, m->now_ms));
	docs_add_milli(o, "peak", throttle_peak_milli(t, &c->tally, m->now_ms));
	docs_add_z(o, "class", g == NULL ? NULL : reply_class_name(g->cls));
	(void)json_add_opt(o, "reply", text);
	return o;
}

cJSON *
docs_throttles(struct model *m, int64_t since_ms)
{
	cJSON *d = docs_new(m), *rows = cJSON_AddArrayToObject(d, "throttles");

	(void)json_add_i64(d, "since_s", since_ms / 1000);
	for (uint32_t i = 0; i < m->n_cells; i++) {
		const struct throttle *t = m->cells[i].throttle;

		if (t == NULL || m->cells[i].egress >= m->n_egress)
			continue;
		if (t->state == THROTTLE_CLEAR &&
		    (t->end_ms == 0 || m->now_ms - t->end_ms > since_ms))
			continue;
		(void)cJSON_AddItemToArray(
		    rows, throttle_object(m, &m->cells[i]));
	}
	return d;
}

unsigned
docs_throttled(const struct model *m)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < m->n_cells; i++)
		n += m->cells[i].throttle != NULL &&
		     m->cells[i].throttle->state != THROTTLE_CLEAR;
	return n;
}
