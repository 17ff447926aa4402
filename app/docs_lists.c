/* docs_lists.c - see docs_lists.h. */
#include "app/docs_lists.h"

#include <stdio.h>

char *
docs_code(char dst[16], uint32_t code)
{
	(void)snprintf(dst, 16, "%u.%u.%u.%u", code >> 24, code >> 16 & 255,
	    code >> 8 & 255, code & 255);
	return dst;
}

struct str
docs_zone(const struct blocklist *l, bool has_key)
{
	return l->zone_key.n > 0 && (has_key || l->zone.n == 0) ? l->zone_key
								: l->zone;
}

const char *
docs_list_state(const struct blocklist *l, bool has_key)
{
	if (l->closed)
		return "closed";
	if (!blocklist_askable(l, true))
		return "replies-only";
	if (!blocklist_askable(l, has_key))
		return "needs-key";
	return l->watch ? "watched" : "known";
}

static void
add_texts(cJSON *o, const char *name, const struct str *texts, uint16_t n)
{
	cJSON *list = cJSON_AddArrayToObject(o, name);

	for (uint16_t i = 0; i < n; i++)
		(void)cJSON_AddItemToArray(
		    list, cJSON_CreateString(texts[i].p));
}

static void
add_code_text(cJSON *o, const char *name, uint32_t code)
{
	char text[16];

	(void)cJSON_AddStringToObject(o, name, docs_code(text, code));
}

static void
add_codes(cJSON *o, const struct blocklist *l)
{
	cJSON *list = cJSON_AddArrayToObject(o, "codes");

	for (uint16_t i = 0; i < l->n_codes; i++) {
		const struct list_code *c = &l->codes[i];
		cJSON *one = cJSON_CreateObject();

		add_code_text(one, "from", c->from);
		add_code_text(one, "to", c->to);
		if (c->mask != 0)
			(void)json_add_u64(one, "mask", c->mask);
		(void)cJSON_AddStringToObject(one, "verdict",
		    verdict_name(c->error  ? VERDICT_REFUSED
				 : c->good ? VERDICT_CLEAN
					   : VERDICT_LISTED));
		(void)json_add_str(one, "meaning", c->meaning);
		(void)cJSON_AddItemToArray(list, one);
	}
}

static void
add_ways(cJSON *o, const struct blocklist *l)
{
	cJSON *test = cJSON_AddObjectToObject(o, "test"), *delist;

	add_texts(test, "listed", l->test_listed, l->n_test_listed);
	add_texts(test, "clean", l->test_clean, l->n_test_clean);
	(void)json_add_opt(o, "why", l->why);
	(void)json_add_opt(o, "remedy", l->remedy);
	(void)json_add_opt(o, "covered_by", l->covered_by);
	delist = cJSON_AddObjectToObject(o, "delist");
	(void)json_add_opt(delist, "method", l->delist_method);
	(void)json_add_opt(delist, "url", l->delist_url);
	(void)json_add_opt(delist, "expiry", l->delist_expiry);
	add_texts(delist, "asks", l->delist_asks, l->n_delist_asks);
	(void)json_add_opt(delist, "note", l->delist_note);
}

cJSON *
docs_list(const struct blocklist *l, bool has_key)
{
	cJSON *o = cJSON_CreateObject();

	(void)json_add_str(o, "id", l->id);
	(void)json_add_str(o, "name", l->name);
	(void)json_add_opt(o, "operator", l->operator_name);
	(void)cJSON_AddStringToObject(o, "kind", list_kind_name(l->kind));
	(void)json_add_opt(o, "zone", l->zone);
	(void)json_add_opt(o, "zone_key", l->zone_key);
	add_texts(o, "other_zones", l->other_zones, l->n_other_zones);
	(void)cJSON_AddBoolToObject(o, "ipv4", l->ipv4);
	(void)cJSON_AddBoolToObject(o, "ipv6", l->ipv6);
	(void)cJSON_AddStringToObject(o, "impact", impact_name(l->impact));
	(void)cJSON_AddBoolToObject(o, "watch", l->watch);
	(void)cJSON_AddStringToObject(o, "state", docs_list_state(l, has_key));
	(void)cJSON_AddBoolToObject(o, "has_key", has_key);
	(void)json_add_u64(o, "period_s", l->period_s);
	if (l->rate_per_s > 0)
		(void)json_add_u64(o, "rate_per_s", l->rate_per_s);
	else
		(void)cJSON_AddNullToObject(o, "rate_per_s");
	add_codes(o, l);
	add_ways(o, l);
	return o;
}

cJSON *
docs_lists(const struct blocklists *c, const uint16_t *lists, size_t n,
    const struct list_config *config)
{
	cJSON *d = cJSON_CreateObject(), *rows;

	(void)json_add_u64(d, "v", 1);
	rows = cJSON_AddArrayToObject(d, "lists");
	for (size_t i = 0; i < n; i++) {
		const struct blocklist *l = blocklists_at(c, lists[i]);

		(void)cJSON_AddItemToArray(
		    rows, docs_list(l, config_lists_key(config, l->id).n > 0));
	}
	return d;
}

bool
docs_meaning(const struct blocklist *l, const struct list_answer *a,
    uint16_t *at, struct str *out)
{
	while (*at < l->n_codes) {
		const struct list_code *c = &l->codes[(*at)++];

		for (uint8_t i = 0; i < a->n_codes; i++)
			if (list_code_fits(c, a->codes[i])) {
				*out = c->meaning;
				return true;
			}
	}
	return false;
}

cJSON *
docs_answer(
    const struct blocklists *c, const struct list_answer *a, bool has_key)
{
	const struct blocklist *l = blocklists_at(c, a->list);
	cJSON *o = cJSON_CreateObject(), *codes, *meanings;
	struct str meaning;
	uint16_t at = 0;
	char text[16];

	(void)json_add_str(o, "subject", a->subject);
	(void)json_add_str(o, "list", l->id);
	(void)json_add_opt(o, "zone", docs_zone(l, has_key));
	(void)cJSON_AddStringToObject(o, "verdict", verdict_name(a->verdict));
	codes = cJSON_AddArrayToObject(o, "codes");
	for (uint8_t i = 0; i < a->n_codes; i++)
		(void)cJSON_AddItemToArray(
		    codes, cJSON_CreateString(docs_code(text, a->codes[i])));
	meanings = cJSON_AddArrayToObject(o, "meaning");
	while (docs_meaning(l, a, &at, &meaning))
		(void)cJSON_AddItemToArray(
		    meanings, cJSON_CreateString(meaning.p));
	(void)json_add_opt(o, "reason", a->reason);
	(void)json_add_u64(o, "ttl", a->ttl_s);
	(void)json_add_u64(o, "ms", a->ms);
	return o;
}
