/* config_lists.c - see config_lists.h. */
#include "app/config_lists.h"

#include "app/subjects.h"
#include "core/dname.h"
#include "core/i18n.h"
#include "probes/dns.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define OPT (CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER)

static const cyaml_schema_field_t key_fields[] = {
    CYAML_FIELD_STRING_PTR(
	"list", CYAML_FLAG_POINTER, struct raw_list_key, list, 1, 63),
    /* of any length here: libcyaml would repeat one too long in its error */
    CYAML_FIELD_STRING_PTR("key", CYAML_FLAG_POINTER, struct raw_list_key, key,
	0, CYAML_UNLIMITED),
    CYAML_FIELD_END};
static const cyaml_schema_value_t key_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_list_key, key_fields)};
static const cyaml_schema_value_t address_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 63)};
static const cyaml_schema_value_t domain_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, NAME_MAX_BYTES - 1)};

const cyaml_schema_field_t config_lists_fields[] = {
    YAMLDOC_BOOL_PTR("ask", OPT, struct raw_lists, ask),
    YAMLDOC_BOOL_PTR("allow_private", OPT, struct raw_lists, allow_private),
    CYAML_FIELD_STRING_PTR("resolver", OPT, struct raw_lists, resolver, 1, 127),
    CYAML_FIELD_STRING_PTR(
	"via", OPT, struct raw_lists, via, 1, NAME_MAX_BYTES - 1),
    CYAML_FIELD_STRING_PTR(
	"catalogue", OPT, struct raw_lists, catalogue, 1, 4095),
    CYAML_FIELD_SEQUENCE("addresses", OPT, struct raw_lists, addresses,
	&address_schema, 0, CONFIG_ADDRESSES),
    CYAML_FIELD_SEQUENCE("domains", OPT, struct raw_lists, domains,
	&domain_schema, 0, CONFIG_DOMAINS),
    CYAML_FIELD_SEQUENCE(
	"use", OPT, struct raw_lists, use, &address_schema, 0, CONFIG_LISTS),
    CYAML_FIELD_SEQUENCE(
	"keys", OPT, struct raw_lists, keys, &key_schema, 0, CONFIG_KEYS),
    CYAML_FIELD_END};

void
config_lists_init(struct list_config *c)
{
	*c = (struct list_config){.ask = true};
}

static err_t
take_addresses(struct list_config *c, const struct raw_lists *r,
    const char *name, char *why, size_t cap)
{
	for (unsigned i = 0; i < r->addresses_count; i++) {
		size_t n = 0;

		if (subjects_block(str_of(r->addresses[i]), NULL, NULL, &n) !=
		    ERR_OK) {
			(void)snprintf(why, cap,
			    _("%s: lists: addresses: \"%s\" is neither an "
			      "address nor a block of at most 256 "
			      "(192.0.2.0/24)"),
			    name, r->addresses[i]);
			return ERR_PARSE;
		}
		str_copy(c->addresses[i], sizeof c->addresses[i],
		    str_of(r->addresses[i]));
	}
	c->n_addresses = (int)r->addresses_count;
	return ERR_OK;
}

static err_t
take_domains(struct list_config *c, const struct raw_lists *r, const char *name,
    char *why, size_t cap)
{
	for (unsigned i = 0; i < r->domains_count; i++) {
		if (!subjects_is_domain(str_of(r->domains[i]))) {
			(void)snprintf(why, cap,
			    _("%s: lists: domains: \"%s\" is no domain name"),
			    name, r->domains[i]);
			return ERR_PARSE;
		}
		str_copy(
		    c->domains[i], sizeof c->domains[i], str_of(r->domains[i]));
	}
	c->n_domains = (int)r->domains_count;
	return ERR_OK;
}

err_t
config_lists_take(struct list_config *c, const struct raw_lists *r,
    const char *name, char *why, size_t cap)
{
	err_t err;

	if (r == NULL)
		return ERR_OK;
	err = take_addresses(c, r, name, why, cap);
	if (err == ERR_OK)
		err = take_domains(c, r, name, why, cap);
	if (err != ERR_OK)
		return err;
	if (r->ask != NULL)
		c->ask = *r->ask;
	if (r->allow_private != NULL)
		c->allow_private = *r->allow_private;
	if (r->resolver != NULL && !dns_is_resolver(str_of(r->resolver))) {
		(void)snprintf(why, cap,
		    _("%s: lists: resolver: \"%s\" is neither ADDRESS nor "
		      "ADDRESS:PORT"),
		    name, r->resolver);
		return ERR_PARSE;
	}
	if (r->resolver != NULL)
		str_copy(c->resolver, sizeof c->resolver, str_of(r->resolver));
	if (r->via != NULL)
		str_copy(c->via, sizeof c->via, str_of(r->via));
	if (r->catalogue != NULL)
		str_copy(
		    c->catalogue, sizeof c->catalogue, str_of(r->catalogue));
	for (unsigned i = 0; i < r->use_count; i++)
		str_copy(c->use[i], sizeof c->use[i], str_of(r->use[i]));
	c->n_use = (int)r->use_count;
	for (unsigned i = 0; i < r->keys_count; i++) {
		size_t n = strlen(r->keys[i].key);

		if (n == 0 || n >= CONFIG_KEY_BYTES) {
			(void)snprintf(why, cap,
			    _("%s: lists: keys: the key of %s is empty or "
			      "longer than %d bytes"),
			    name, r->keys[i].list, CONFIG_KEY_BYTES - 1);
			return ERR_RANGE;
		}
		/* never the key itself: a sentence ends up in a log */
		if (!dname_ok(str_of(r->keys[i].key))) {
			(void)snprintf(why, cap,
			    _("%s: lists: keys: the key of %s cannot be part "
			      "of a name"),
			    name, r->keys[i].list);
			return ERR_PARSE;
		}
		str_copy(c->keys[i].list, sizeof c->keys[i].list,
		    str_of(r->keys[i].list));
		str_copy(c->keys[i].key, sizeof c->keys[i].key,
		    str_of(r->keys[i].key));
	}
	c->n_keys = (int)r->keys_count;
	return ERR_OK;
}

static err_t
take_ids(struct list_config *c, struct str rest, char *why, size_t cap)
{
	c->n_use = 0;
	while (rest.n > 0) {
		size_t comma = str_find(rest, STR_LIT(","));
		struct str id = str_trim(
		    (struct str){rest.p, comma == SIZE_MAX ? rest.n : comma});

		rest = comma == SIZE_MAX ? (struct str){NULL, 0}
					 : str_from(rest, comma + 1);
		if (c->n_use == CONFIG_LISTS || id.n >= sizeof c->use[0]) {
			(void)snprintf(why, cap,
			    _("--lists: more than %d ids, or one longer than "
			      "any"),
			    (int)CONFIG_LISTS);
			return ERR_PARSE;
		}
		str_copy(c->use[c->n_use], sizeof c->use[0], id);
		c->n_use++;
	}
	return ERR_OK;
}

err_t
config_lists_options(struct list_config *c, const char *resolver,
    const char *via, const char *lists, bool allow_private, char *why,
    size_t cap)
{
	if (resolver != NULL && strlen(resolver) >= sizeof c->resolver) {
		(void)snprintf(why, cap,
		    _("--resolver: \"%.40s...\" is too long for an address"),
		    resolver);
		return ERR_PARSE;
	}
	if (resolver != NULL && via != NULL) {
		(void)snprintf(why, cap, "%s",
		    _("--resolver and --via: one of them; a mail host asks its "
		      "own resolver"));
		return ERR_PARSE;
	}
	if (via != NULL && strlen(via) >= sizeof c->via) {
		(void)snprintf(why, cap,
		    _("--via: \"%.40s...\" is too long for a host"), via);
		return ERR_PARSE;
	}
	if (resolver != NULL || via != NULL)
		str_copy(c->via, sizeof c->via, str_of(via));
	if (resolver != NULL)
		str_copy(c->resolver, sizeof c->resolver, str_of(resolver));
	c->allow_private = c->allow_private || allow_private;
	return lists == NULL ? ERR_OK : take_ids(c, str_of(lists), why, cap);
}

struct str
config_lists_key(const struct list_config *c, struct str list)
{
	char env[96];
	const char *value;
	int n =
	    snprintf(env, sizeof env, "MTADECK_KEY_%.*s", (int)list.n, list.p);

	for (char *p = env; *p != '\0'; p++)
		*p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
	value = n > 0 && (size_t)n < sizeof env ? getenv(env) : NULL;
	if (value != NULL && value[0] != '\0')
		return str_of(value);
	for (int i = 0; i < c->n_keys; i++)
		if (str_eq(str_of(c->keys[i].list), list))
			return str_of(c->keys[i].key);
	return (struct str){NULL, 0};
}
