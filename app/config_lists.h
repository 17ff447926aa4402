/*
 * config_lists.h - the `lists:` section of the configuration: which lists are
 * asked, about what, by whom. Keys of lists are secrets: they are in no error,
 * document or export.
 */
#ifndef APP_CONFIG_LISTS_H
#define APP_CONFIG_LISTS_H

#include "app/yamldoc.h"
#include "core/types.h"

enum {
	CONFIG_ADDRESSES = 256,
	CONFIG_DOMAINS = 256,
	CONFIG_LISTS = 256,
	CONFIG_KEYS = 32,
	CONFIG_KEY_BYTES = 128,
};

struct list_config {
	bool ask;	    /* false: no list is asked */
	bool allow_private; /* also about addresses and names nobody else has */
	char resolver[128]; /* "ADDR" or "ADDR:PORT", or several with commas;
			       "" = the system's */
	char via[NAME_MAX_BYTES]; /* a host whose resolver is asked; "" none */
	char catalogue[4096];	  /* a file of more lists; "" none */
	/* asked besides the egress IPs found: addresses and blocks (CIDR) */
	char addresses[CONFIG_ADDRESSES][64];
	int n_addresses;
	char domains[CONFIG_DOMAINS][NAME_MAX_BYTES];
	int n_domains;
	char use[CONFIG_LISTS][64]; /* list ids; none = those marked watch */
	int n_use;
	struct {
		char list[64], key[CONFIG_KEY_BYTES];
	} keys[CONFIG_KEYS];
	int n_keys;
};

/* The section as libcyaml gives it, every key its own allocation. */
struct raw_lists {
	bool *ask, *allow_private;
	char *resolver, *via, *catalogue;
	char **addresses, **domains, **use;
	unsigned addresses_count, domains_count, use_count;
	struct raw_list_key {
		char *list, *key;
	} * keys;
	unsigned keys_count;
};
extern const cyaml_schema_field_t config_lists_fields[];

void config_lists_init(struct list_config *c);
/* Takes and checks the section (NULL: the file has none); name is what errors
 * call the file. */
err_t config_lists_take(struct list_config *c, const struct raw_lists *r,
    const char *name, char *why, size_t why_cap) NODISCARD;
/* What the command line says goes before the file: --resolver, --via and
 * --lists ("a,b"), NULL when not given, --allow-private. A resolver or a host
 * named there is the one asked, whatever the file has. ERR_PARSE with a
 * sentence. */
err_t config_lists_options(struct list_config *c, const char *resolver,
    const char *via, const char *lists, bool allow_private, char *why,
    size_t why_cap) NODISCARD;
/* The key of a list: the environment's MTADECK_KEY_<ID> (capitals, - as _),
 * else the file's; empty when there is none. Borrowed. */
struct str config_lists_key(const struct list_config *c, struct str list);

#endif
