/*
 * provider.c - the provider catalogue; see provider.h. Names are looked up by
 * a hash over their suffixes, label by label; patterns with a wildcard inside
 * a label ("mx*.gmx.net") hang from the suffix behind that label.
 */
#include "core/provider.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/dname.h"
#include "core/i18n.h"
#include "core/json.h"

enum {
	FILE_MAX_BYTES = 1024 * 1024,
	MAX_PROVIDERS = 1000,
	MAX_NAMES = 20000,
};

enum kind {
	KIND_EXACT,  /* an MX: the name itself */
	KIND_BELOW,  /* MXs: any name below it, "*.google.com" */
	KIND_LABEL,  /* MXs: a label with a wildcard in it, then this suffix */
	KIND_DOMAIN, /* a recipients' domain */
	KIND_PUBLIC, /* a public suffix: names are registered below it */
};

struct name {
	struct str suffix;     /* borrowed from doc */
	struct str head, tail; /* KIND_LABEL: around the star */
	uint64_t hash;
	uint32_t provider, next; /* next: of the same slot, index + 1 */
	enum kind kind;
};

struct provider {
	struct str id; /* borrowed from doc */
};

struct provider_catalogue {
	cJSON *doc;		    /* owned: its strings are the catalogue's */
	struct provider *providers; /* owned */
	struct name *names;	    /* owned */
	uint32_t *slots;	    /* owned; name index + 1 */
	uint32_t n_providers, n_names, n_slots;
};

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* FNV-1a from the end of the name, so that each longer suffix of a name
 * continues the hash of the shorter one. */
static uint64_t
hash_step(uint64_t hash, char c)
{
	return (hash ^ (unsigned char)lower(c)) * 0x100000001b3U;
}
enum { HASH_SEED = 0x1b873593 };

static uint64_t
hash_back(struct str s)
{
	uint64_t hash = HASH_SEED;

	for (size_t i = s.n; i-- > 0;)
		hash = hash_step(hash, s.p[i]);
	return hash;
}

static struct str
without_dot(struct str s)
{
	s = str_trim(s);
	if (s.n > 0 && s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

static bool
label_fits(const struct name *k, struct str label)
{
	return label.n >= k->head.n + k->tail.n &&
	       str_ieq((struct str){label.p, k->head.n}, k->head) &&
	       str_ieq(str_from(label, label.n - k->tail.n), k->tail);
}

/* k fits name, whose suffix from `from` on is k's. */
static bool
fits(const struct name *k, enum kind want, struct str name, size_t from)
{
	size_t label;

	if (k->kind == KIND_DOMAIN || k->kind == KIND_PUBLIC)
		return k->kind == want && from == 0;
	if (want != KIND_EXACT)
		return false;
	if (k->kind != KIND_LABEL)
		return k->kind == KIND_EXACT ? from == 0 : from > 0;
	if (from < 2)
		return false;
	for (label = from - 1; label > 0; label--)
		if (name.p[label - 1] == '.')
			return false;
	return label_fits(k, (struct str){name.p, from - 1});
}

/* The most specific entry of the catalogue for name; want: KIND_DOMAIN,
 * KIND_PUBLIC, or KIND_EXACT for all of the MX kinds. */
static const struct name *
look_up(const struct provider_catalogue *c, struct str name, enum kind want)
{
	const struct name *best = NULL;
	uint64_t hash = HASH_SEED;

	if (name.n > DNAME_MAX_BYTES)
		return NULL;
	for (size_t i = name.n; i-- > 0;) {
		uint32_t at;

		hash = hash_step(hash, name.p[i]);
		if (i > 0 && name.p[i - 1] != '.')
			continue;
		at = c->slots[hash & (c->n_slots - 1)];
		for (; at != 0; at = c->names[at - 1].next) {
			const struct name *k = &c->names[at - 1];

			if (k->hash == hash &&
			    str_ieq(k->suffix, str_from(name, i)) &&
			    fits(k, want, name, i))
				best = k;
		}
	}
	return best;
}

static bool
is_address(struct str s)
{
	bool digits = true;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ':')
			return true;
		digits &= s.p[i] == '.' || (s.p[i] >= '0' && s.p[i] <= '9');
	}
	return digits;
}

/* The last `labels` labels of name. */
static struct str
last_labels(struct str name, unsigned labels)
{
	for (size_t i = name.n; i-- > 0;)
		if (name.p[i] == '.' && --labels == 0)
			return str_from(name, i + 1);
	return name;
}

struct str
provider_registered(const struct provider_catalogue *c, struct str name)
{
	bool public =
	    c != NULL && look_up(c, last_labels(name, 2), KIND_PUBLIC) != NULL;

	return last_labels(name, public ? 3 : 2);
}

struct str
provider_of_mx(const struct provider_catalogue *c, struct str mx)
{
	const struct name *k = NULL;

	mx = without_dot(mx);
	if (c != NULL)
		k = look_up(c, mx, KIND_EXACT);
	if (k != NULL)
		return c->providers[k->provider].id;
	return is_address(mx) ? mx : provider_registered(c, mx);
}

struct str
provider_of_domain(const struct provider_catalogue *c, struct str domain)
{
	const struct name *k = NULL;

	if (c != NULL)
		k = look_up(c, without_dot(domain), KIND_DOMAIN);
	return k != NULL ? c->providers[k->provider].id : (struct str){NULL, 0};
}

void
provider_free(struct provider_catalogue *c)
{
	if (c == NULL)
		return;
	cJSON_Delete(c->doc);
	free(c->providers);
	free(c->names);
	free(c->slots);
	free(c);
}

/* Adds one pattern or name; false when it is none. Room was made before. */
static bool
add_name(struct provider_catalogue *c, struct str text, enum kind kind,
    uint32_t provider)
{
	struct name *k = &c->names[c->n_names];
	size_t star = str_find(text, STR_LIT("*"));
	size_t dot = str_find(text, STR_LIT("."));
	uint32_t *slot;

	*k = (struct name){.suffix = text, .kind = kind, .provider = provider};
	if (star != SIZE_MAX) {
		if (kind != KIND_EXACT || dot == SIZE_MAX || star > dot)
			return false;
		k->suffix = str_from(text, dot + 1);
		k->kind = dot == 1 ? KIND_BELOW : KIND_LABEL;
		k->head = (struct str){text.p, star};
		k->tail = (struct str){text.p + star + 1, dot - star - 1};
	}
	if (!dname_ok(k->suffix))
		return false;
	k->hash = hash_back(k->suffix);
	slot = &c->slots[k->hash & (c->n_slots - 1)];
	k->next = *slot;
	*slot = ++c->n_names;
	return true;
}

static err_t
fail(char *why, size_t why_cap, const char *what, const char *subject)
{
	(void)snprintf(why, why_cap, what, subject);
	return ERR_PARSE;
}

/* All strings of the array `member` of object; absent is empty. */
static err_t
add_names(struct provider_catalogue *c, const cJSON *object, const char *member,
    enum kind kind, uint32_t provider, char *why, size_t why_cap)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, member);
	const cJSON *item;

	if (list != NULL && !cJSON_IsArray(list))
		return fail(why, why_cap, _("\"%s\" is not a list"), member);
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item))
			return fail(why, why_cap,
			    _("\"%s\" holds something that is not text"),
			    member);
		if (!add_name(c, str_of(item->valuestring), kind, provider))
			return fail(why, why_cap,
			    _("\"%s\" is not a domain name or a pattern"),
			    item->valuestring);
	}
	return ERR_OK;
}

static size_t
list_size(const cJSON *object, const char *member)
{
	const cJSON *l = cJSON_GetObjectItemCaseSensitive(object, member);

	return cJSON_IsArray(l) ? (size_t)cJSON_GetArraySize(l) : 0;
}

/* Memory for all of the document's names and providers. */
static err_t
make_room(struct provider_catalogue *c, const cJSON *list)
{
	size_t names = list_size(c->doc, "public_suffixes");
	size_t providers = (size_t)cJSON_GetArraySize(list);
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		names +=
		    list_size(item, "mx_patterns") + list_size(item, "domains");
	}
	if (providers > MAX_PROVIDERS || names > MAX_NAMES)
		return ERR_LIMIT;
	for (c->n_slots = 64; c->n_slots < 2 * names; c->n_slots *= 2)
		continue;
	c->providers = calloc(providers + 1, sizeof *c->providers);
	c->names = calloc(names + 1, sizeof *c->names);
	c->slots = calloc(c->n_slots, sizeof *c->slots);
	return c->providers == NULL || c->names == NULL || c->slots == NULL
		   ? ERR_NOMEM
		   : ERR_OK;
}

static err_t
add_provider(
    struct provider_catalogue *c, const cJSON *item, char *why, size_t why_cap)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(item, "id");
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "name");
	uint32_t at = c->n_providers;
	err_t err;

	if (!cJSON_IsString(id) || id->valuestring[0] == '\0')
		return fail(why, why_cap, "%s", _("a provider has no id"));
	if (!cJSON_IsString(name) || name->valuestring[0] == '\0')
		return fail(why, why_cap, _("provider \"%s\" has no name"),
		    id->valuestring);
	for (uint32_t i = 0; i < at; i++)
		if (str_eq(c->providers[i].id, str_of(id->valuestring)))
			return fail(why, why_cap,
			    _("provider \"%s\" is there twice"),
			    id->valuestring);
	c->providers[at].id = str_of(id->valuestring);
	c->n_providers++;
	err = add_names(c, item, "mx_patterns", KIND_EXACT, at, why, why_cap);
	if (err == ERR_OK)
		err = add_names(
		    c, item, "domains", KIND_DOMAIN, at, why, why_cap);
	return err;
}

static err_t
fill(struct provider_catalogue *c, char *why, size_t why_cap)
{
	const cJSON *list, *item;
	err_t err;

	list = cJSON_GetObjectItemCaseSensitive(c->doc, "providers");
	if (!cJSON_IsArray(list))
		return fail(
		    why, why_cap, _("no list named \"%s\""), "providers");
	err = make_room(c, list);
	if (err != ERR_OK) {
		(void)snprintf(why, why_cap, "%s",
		    err == ERR_LIMIT ? _("too many providers or names")
				     : _("out of memory"));
		return err;
	}
	err = add_names(
	    c, c->doc, "public_suffixes", KIND_PUBLIC, 0, why, why_cap);
	cJSON_ArrayForEach(item, list)
	{
		if (err == ERR_OK)
			err = add_provider(c, item, why, why_cap);
	}
	return err;
}

err_t
provider_load(
    struct provider_catalogue **out, struct str json, char *why, size_t why_cap)
{
	struct provider_catalogue *c = calloc(1, sizeof *c);
	err_t err =
	    c == NULL ? ERR_NOMEM : json_parse(&c->doc, json, FILE_MAX_BYTES);

	if (err == ERR_OK)
		err = fill(c, why, why_cap);
	else
		json_say(err, json, FILE_MAX_BYTES, why, why_cap);
	if (err != ERR_OK) {
		provider_free(c);
		return err;
	}
	*out = c;
	return ERR_OK;
}
