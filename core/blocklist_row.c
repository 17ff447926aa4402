/*
 * blocklist_row.c - reads one list of the catalogue: a table of fields, each
 * with its reader and bounds. Names the field in every error. Texts stay in
 * the JSON document, arrays are made with list_mem_get.
 */
#include "core/blocklist_int.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>

#include "core/dname.h"
#include "core/i18n.h"
#include "core/num.h"

enum {
	TEXT_MAX_BYTES = 600,
	NAMES_MAX = 64,
	CODES_MAX = 256,
	RATE_MAX_PER_S = 100000,
	PERIOD_MIN_S = 10,
	PERIOD_MAX_S = 7 * 86400,
};

#define KEY_MARK "<key>."

struct field {
	const char *name;
	err_t (*read)(struct list_load *l, const struct field *f,
	    const cJSON *v, struct blocklist *row);
	size_t at;	   /* of the value in struct blocklist */
	size_t n_at;	   /* arrays: of its count */
	uint32_t min, max; /* numbers */
};

static void *
place(struct blocklist *row, size_t at)
{
	return (char *)row + at;
}

err_t
blocklist_bad(struct list_load *l, const char *field, const char *what)
{
	(void)snprintf(l->why, l->why_cap, _("list \"%s\", \"%.60s\": %s"),
	    l->id, field, what);
	return ERR_PARSE;
}

static err_t
read_text(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	struct str s;

	if (!cJSON_IsString(v))
		return blocklist_bad(l, f->name, _("not a text"));
	s = str_of(v->valuestring);
	if (s.n > TEXT_MAX_BYTES)
		return blocklist_bad(l, f->name, _("too long"));
	*(struct str *)place(row, f->at) = s;
	return ERR_OK;
}

/* "" or a domain name. */
static err_t
read_zone(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	err_t err = read_text(l, f, v, row);
	const struct str *zone = place(row, f->at);

	if (err == ERR_OK && zone->n > 0 && !dname_ok(*zone))
		return blocklist_bad(l, f->name, _("not a domain name"));
	return err;
}

static err_t
read_zone_key(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	const struct str mark = STR_LIT(KEY_MARK);
	err_t err = read_text(l, f, v, row);
	const struct str *zone = place(row, f->at);

	if (err == ERR_OK && zone->n > 0 &&
	    (!str_starts(*zone, mark) || !dname_ok(str_from(*zone, mark.n))))
		return blocklist_bad(
		    l, f->name, _("not \"<key>.\" and a domain name"));
	return err;
}

static err_t
read_bool(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	if (!cJSON_IsBool(v))
		return blocklist_bad(l, f->name, _("not true or false"));
	*(bool *)place(row, f->at) = cJSON_IsTrue(v);
	return ERR_OK;
}

static err_t
read_number(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	double d = cJSON_IsNumber(v) ? v->valuedouble : -1;

	if (!(d >= f->min && d <= f->max) || d != (double)(uint32_t)d)
		return blocklist_bad(
		    l, f->name, _("not a whole number within its bounds"));
	*(uint32_t *)place(row, f->at) = (uint32_t)d;
	return ERR_OK;
}

static err_t
read_kind(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	const char *word = cJSON_IsString(v) ? v->valuestring : "";

	for (enum list_kind k = LIST_IP; k <= LIST_PRIVATE; k++)
		if (strcmp(word, list_kind_name(k)) == 0) {
			row->kind = k;
			return ERR_OK;
		}
	return blocklist_bad(l, f->name, _("not ip, domain or private"));
}

static err_t
read_impact(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	const char *word = cJSON_IsString(v) ? v->valuestring : "";

	for (enum impact i = IMPACT_LOW; i < IMPACT_N; i++)
		if (strcmp(word, impact_name(i)) == 0) {
			row->impact = i;
			return ERR_OK;
		}
	return blocklist_bad(l, f->name, _("not low, medium or high"));
}

static err_t
read_names(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	const cJSON *item;
	struct str *names;
	uint16_t n = 0;

	if (!cJSON_IsArray(v))
		return blocklist_bad(l, f->name, _("not a list"));
	if (cJSON_GetArraySize(v) > NAMES_MAX)
		return blocklist_bad(l, f->name, _("too many"));
	names = list_mem_get(
	    l, ((size_t)cJSON_GetArraySize(v) + 1) * sizeof *names);
	if (names == NULL)
		return ERR_NOMEM;
	cJSON_ArrayForEach(item, v)
	{
		struct str s = str_of(cJSON_GetStringValue(item));

		if (s.n == 0 || s.n > TEXT_MAX_BYTES)
			return blocklist_bad(l, f->name,
			    _("holds something that is no text, or too long"));
		names[n++] = s;
	}
	*(struct str **)place(row, f->at) = names;
	*(uint16_t *)place(row, f->n_at) = n;
	return ERR_OK;
}

static err_t
read_zones(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	err_t err = read_names(l, f, v, row);

	for (uint16_t i = 0; err == ERR_OK && i < row->n_other_zones; i++)
		if (!dname_ok(row->other_zones[i]))
			err = blocklist_bad(l, f->name,
			    _("holds something that is no domain name"));
	return err;
}

static bool
code_address(struct str s, uint32_t *out)
{
	char text[INET_ADDRSTRLEN];
	struct in_addr a;

	str_copy(text, sizeof text, s);
	if (s.n >= sizeof text || inet_pton(AF_INET, text, &a) != 1)
		return false;
	*out = ntohl(a.s_addr);
	return *out >> 24 == 127;
}

/* "127.0.0.2", "127.0.2.2-127.0.2.24", or one bit of the last octet,
 * "127.0.0.*&8". */
static bool
code_range(struct str s, struct list_code *c)
{
	const struct str star = STR_LIT(".*&");
	size_t at = str_find(s, star), dash = str_find(s, STR_LIT("-"));
	char first[INET_ADDRSTRLEN + 2];

	if (at != SIZE_MAX) {
		if (at > INET_ADDRSTRLEN - 3 ||
		    num_u32(str_from(s, at + star.n), &c->mask) != ERR_OK)
			return false;
		(void)snprintf(first, sizeof first, "%.*s.0", (int)at, s.p);
		if (c->mask == 0 || c->mask > 255 ||
		    !code_address(str_of(first), &c->from))
			return false;
		c->to = c->from | 0xff;
		return true;
	}
	if (dash == SIZE_MAX) {
		if (!code_address(s, &c->from))
			return false;
		c->to = c->from;
		return true;
	}
	return code_address((struct str){s.p, dash}, &c->from) &&
	       code_address(str_from(s, dash + 1), &c->to) && c->from < c->to;
}

/* One of the three tables of codes: its rows take the place of the rows of the
 * same sort. */
static err_t
read_code_rows(struct list_load *l, const char *name, const cJSON *v,
    struct blocklist *row, bool error, bool good)
{
	struct list_code *codes;
	const cJSON *item;
	uint16_t n = 0;

	if (!cJSON_IsObject(v))
		return blocklist_bad(l, name, _("not a table"));
	if (cJSON_GetArraySize(v) + row->n_codes > CODES_MAX)
		return blocklist_bad(l, name, _("too many"));
	codes = list_mem_get(l,
	    ((size_t)cJSON_GetArraySize(v) + row->n_codes + 1) * sizeof *codes);
	if (codes == NULL)
		return ERR_NOMEM;
	for (uint16_t i = 0; i < row->n_codes; i++)
		if (row->codes[i].error != error || row->codes[i].good != good)
			codes[n++] = row->codes[i];
	cJSON_ArrayForEach(item, v)
	{
		struct list_code *c = &codes[n++];

		c->error = error;
		c->good = good;
		c->meaning = str_of(cJSON_GetStringValue(item));
		if (!code_range(str_of(item->string), c) || c->meaning.n == 0 ||
		    c->meaning.n > TEXT_MAX_BYTES)
			return blocklist_bad(l, name,
			    _("holds a code that is not understood, or one "
			      "without a meaning"));
	}
	row->codes = codes;
	row->n_codes = n;
	return ERR_OK;
}

static err_t
read_codes(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	return read_code_rows(l, f->name, v, row, false, false);
}

static err_t
read_errors(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	return read_code_rows(l, f->name, v, row, true, false);
}

static err_t
read_good(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	return read_code_rows(l, f->name, v, row, false, true);
}

static err_t
read_fields(struct list_load *l, const struct field *fields, size_t n,
    const cJSON *object, struct blocklist *row)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, object)
	{
		size_t i = 0;
		err_t err;

		while (i < n && strcmp(fields[i].name, v->string) != 0)
			i++;
		if (i == n)
			return blocklist_bad(
			    l, v->string, _("no list has such a field"));
		err = fields[i].read(l, &fields[i], v, row);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

#define AT(member)  offsetof(struct blocklist, member)
#define ARRAY(name) AT(name), AT(n_##name), 0, 0

static err_t
read_test(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	static const struct field fields[] = {
	    {"listed", read_names, ARRAY(test_listed)},
	    {"clean", read_names, ARRAY(test_clean)},
	};

	if (!cJSON_IsObject(v))
		return blocklist_bad(l, f->name, _("not a table"));
	return read_fields(l, fields, sizeof fields / sizeof *fields, v, row);
}

static err_t
read_method(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	static const char *const methods[] = {
	    "", "web", "email", "isp", "account", "auto-expire"};
	err_t err = read_text(l, f, v, row);

	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (str_eq(row->delist_method, str_of(methods[i])))
			return err;
	return blocklist_bad(
	    l, f->name, _("not web, email, isp, account or auto-expire"));
}

static err_t
read_delist(struct list_load *l, const struct field *f, const cJSON *v,
    struct blocklist *row)
{
	static const struct field fields[] = {
	    {"method", read_method, AT(delist_method), 0, 0, 0},
	    {"url", read_text, AT(delist_url), 0, 0, 0},
	    {"expiry", read_text, AT(delist_expiry), 0, 0, 0},
	    {"note", read_text, AT(delist_note), 0, 0, 0},
	    {"asks", read_names, ARRAY(delist_asks)},
	};

	if (!cJSON_IsObject(v))
		return blocklist_bad(l, f->name, _("not a table"));
	return read_fields(l, fields, sizeof fields / sizeof *fields, v, row);
}

static const struct field row_fields[] = {
    {"id", read_text, AT(id), 0, 0, 0},
    {"name", read_text, AT(name), 0, 0, 0},
    {"operator", read_text, AT(operator_name), 0, 0, 0},
    {"kind", read_kind, 0, 0, 0, 0},
    {"provider", read_text, AT(provider), 0, 0, 0},
    {"zone", read_zone, AT(zone), 0, 0, 0},
    {"zone_key", read_zone_key, AT(zone_key), 0, 0, 0},
    {"other_zones", read_zones, ARRAY(other_zones)},
    {"ipv4", read_bool, AT(ipv4), 0, 0, 0},
    {"ipv6", read_bool, AT(ipv6), 0, 0, 0},
    {"closed", read_bool, AT(closed), 0, 0, 0},
    {"watch", read_bool, AT(watch), 0, 0, 0},
    {"impact", read_impact, 0, 0, 0, 0},
    {"period_s", read_number, AT(period_s), 0, PERIOD_MIN_S, PERIOD_MAX_S},
    {"rate_per_s", read_number, AT(rate_per_s), 0, 0, RATE_MAX_PER_S},
    {"codes", read_codes, 0, 0, 0, 0},
    {"errors", read_errors, 0, 0, 0, 0},
    {"good", read_good, 0, 0, 0, 0},
    {"test", read_test, 0, 0, 0, 0},
    {"why", read_text, AT(why), 0, 0, 0},
    {"remedy", read_text, AT(remedy), 0, 0, 0},
    {"covered_by", read_text, AT(covered_by), 0, 0, 0},
    {"delist", read_delist, 0, 0, 0, 0},
};

/* An address of a family the list holds, or a domain. */
static bool
test_point_ok(const struct blocklist *row, struct str point)
{
	unsigned char raw[sizeof(struct in6_addr)];
	char text[INET6_ADDRSTRLEN];

	if (row->kind == LIST_DOMAIN)
		return dname_ok(point);
	if (row->kind == LIST_PRIVATE || point.n >= sizeof text)
		return false;
	str_copy(text, sizeof text, point);
	return (row->ipv4 && inet_pton(AF_INET, text, raw) == 1) ||
	       (row->ipv6 && inet_pton(AF_INET6, text, raw) == 1);
}

/* What no field can know alone. */
static err_t
check_row(struct list_load *l, const struct blocklist *row)
{
	bool zone = row->zone.n > 0 || row->zone_key.n > 0;

	if (row->name.n == 0)
		return blocklist_bad(l, "name", _("missing"));
	if (row->kind == LIST_IP && !row->ipv4 && !row->ipv6)
		return blocklist_bad(
		    l, "ipv4", _("a list of addresses holds some"));
	if (row->kind == LIST_PRIVATE && zone)
		return blocklist_bad(
		    l, "zone", _("a private list shows in replies only"));
	if (row->closed && zone)
		return blocklist_bad(
		    l, "zone", _("a closed list must not be asked"));
	if (row->watch && !zone)
		return blocklist_bad(l, "watch", _("there is no zone to ask"));
	for (uint16_t i = 0; i < row->n_test_listed; i++)
		if (!test_point_ok(row, row->test_listed[i]))
			return blocklist_bad(l, "listed",
			    _("a test point is nothing this list could hold"));
	for (uint16_t i = 0; i < row->n_test_clean; i++)
		if (!test_point_ok(row, row->test_clean[i]))
			return blocklist_bad(l, "clean",
			    _("a test point is nothing this list could hold"));
	return ERR_OK;
}

static const uint32_t period_of_impact_s[] = {
    [IMPACT_LOW] = 3600,
    [IMPACT_MEDIUM] = 600,
    [IMPACT_HIGH] = 60,
};

err_t
blocklist_read_row(
    struct list_load *l, const cJSON *item, struct blocklist *row, bool is_new)
{
	static const char *const needed[] = {"name", "kind", "impact"};
	bool period = cJSON_HasObjectItem(item, "period_s");
	err_t err;

	for (size_t i = 0; is_new && i < sizeof needed / sizeof *needed; i++)
		if (!cJSON_HasObjectItem(item, needed[i]))
			return blocklist_bad(l, needed[i], _("missing"));
	err = read_fields(
	    l, row_fields, sizeof row_fields / sizeof *row_fields, item, row);
	if (err != ERR_OK)
		return err;
	if (is_new && row->kind == LIST_IP &&
	    !cJSON_HasObjectItem(item, "ipv4"))
		row->ipv4 = true;
	if (!period && (is_new || cJSON_HasObjectItem(item, "impact")))
		row->period_s = period_of_impact_s[row->impact];
	return check_row(l, row);
}
