/* config.c - see config.h. */
#include "app/config.h"

#include "app/files.h"
#include "app/yamldoc.h"
#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>

/* The file as libcyaml gives it: everything a string or a pointer, so that
 * left out and empty are told apart. */
struct raw_host {
	char *name, *transport;
};
struct raw_bind {
	char *key, *action;
};
struct raw {
	struct raw_host *hosts;
	unsigned hosts_count;
	char *ssh_config, *theme, *transport, *history, *poll, *timeout;
	uint32_t *queue_limit, *log_mib;
	bool *mouse;
	struct raw_bind *keys;
	unsigned keys_count;
	struct raw_lists *lists;
	struct raw_throttles *throttles;
	struct raw_alerts *alerts;
	struct raw_site *actions;
	unsigned actions_count;
};

#define OPT (CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER)

static const cyaml_schema_field_t host_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct raw_host, name, 1,
	NAME_MAX_BYTES - 1),
    CYAML_FIELD_STRING_PTR("transport", OPT, struct raw_host, transport, 1, 16),
    CYAML_FIELD_END};
static const cyaml_schema_value_t host_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_host, host_fields)};

static const cyaml_schema_field_t bind_fields[] = {
    CYAML_FIELD_STRING_PTR(
	"key", CYAML_FLAG_POINTER, struct raw_bind, key, 1, 15),
    CYAML_FIELD_STRING_PTR(
	"action", CYAML_FLAG_POINTER, struct raw_bind, action, 1, 31),
    CYAML_FIELD_END};
static const cyaml_schema_value_t bind_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_bind, bind_fields)};

static const cyaml_schema_field_t fields[] = {
    CYAML_FIELD_SEQUENCE(
	"hosts", OPT, struct raw, hosts, &host_schema, 0, MAX_HOSTS),
    CYAML_FIELD_STRING_PTR("ssh_config", OPT, struct raw, ssh_config, 1, 4095),
    CYAML_FIELD_STRING_PTR("theme", OPT, struct raw, theme, 1, 255),
    CYAML_FIELD_STRING_PTR("transport", OPT, struct raw, transport, 1, 16),
    CYAML_FIELD_STRING_PTR("history", OPT, struct raw, history, 1, 16),
    CYAML_FIELD_STRING_PTR("poll", OPT, struct raw, poll, 1, 16),
    CYAML_FIELD_STRING_PTR("connect_timeout", OPT, struct raw, timeout, 1, 16),
    CYAML_FIELD_UINT_PTR("queue_limit", OPT, struct raw, queue_limit),
    CYAML_FIELD_UINT_PTR("log_mib", OPT, struct raw, log_mib),
    YAMLDOC_BOOL_PTR("mouse", OPT, struct raw, mouse),
    CYAML_FIELD_SEQUENCE(
	"keys", OPT, struct raw, keys, &bind_schema, 0, MAX_BINDS),
    CYAML_FIELD_MAPPING_PTR(
	"lists", OPT, struct raw, lists, config_lists_fields),
    CYAML_FIELD_MAPPING_PTR(
	"throttles", OPT, struct raw, throttles, config_throttles_fields),
    CYAML_FIELD_MAPPING_PTR(
	"alerts", OPT, struct raw, alerts, config_alerts_fields),
    CYAML_FIELD_SEQUENCE("actions", OPT, struct raw, actions,
	&config_sites_schema, 0, SITE_ACTIONS),
    CYAML_FIELD_END};
static const cyaml_schema_value_t schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw, fields)};

void
config_init(struct config *c)
{
	*c = (struct config){.transport = TR_AUTO,
	    .history_ms = 60 * 60000,
	    .poll_ms = 5000,
	    .connect_timeout_ms = 10000,
	    .queue_limit = 20000,
	    .log_mib = 8,
	    .mouse = true,
	    .throttles = throttle_rules_default};
	str_copy(c->theme, sizeof c->theme, STR_LIT("dark"));
	config_lists_init(&c->lists);
	config_alerts_init(&c->alerts);
}

/* A duration in a range; NULL leaves the default. */
static err_t
take_ms(int64_t *out, const char *text, const char *key, int64_t min_s,
    int64_t max_s, const char *name, char *why, size_t cap)
{
	int64_t ms = 0;

	if (text == NULL)
		return ERR_OK;
	if (num_duration_ms(str_of(text), &ms) != ERR_OK || ms < min_s * 1000 ||
	    ms > max_s * 1000) {
		(void)snprintf(why, cap,
		    _("%s: %s: \"%s\" is not a duration from %llds to %llds "
		      "(90s, 15m, 2h)"),
		    name, key, text, (long long)min_s, (long long)max_s);
		return ERR_RANGE;
	}
	*out = ms;
	return ERR_OK;
}

static err_t
take_u32(uint32_t *out, const uint32_t *v, const char *key, uint32_t min,
    uint32_t max, const char *name, char *why, size_t cap)
{
	if (v == NULL)
		return ERR_OK;
	if (*v < min || *v > max) {
		(void)snprintf(why, cap, _("%s: %s: %u is not from %u to %u"),
		    name, key, *v, min, max);
		return ERR_RANGE;
	}
	*out = *v;
	return ERR_OK;
}

static err_t
take_kind(enum transport_kind *out, const char *text, const char *name,
    char *why, size_t cap)
{
	if (text == NULL || options_transport(str_of(text), out) == ERR_OK)
		return ERR_OK;
	(void)snprintf(why, cap,
	    _("%s: transport: \"%s\" is none of auto, libssh2, openssh, "
	      "local"),
	    name, text);
	return ERR_PARSE;
}

static err_t
take_hosts(struct config *c, const struct raw *r, const char *name, char *why,
    size_t cap)
{
	err_t err = ERR_OK;

	for (unsigned i = 0; i < r->hosts_count && err == ERR_OK; i++) {
		str_copy(c->hosts[i].name, sizeof c->hosts[i].name,
		    str_of(r->hosts[i].name));
		c->hosts[i].kind = c->transport;
		err = take_kind(
		    &c->hosts[i].kind, r->hosts[i].transport, name, why, cap);
	}
	c->n_hosts = (int)r->hosts_count;
	return err;
}

static err_t
take(struct config *c, const struct raw *r, struct str text, const char *name,
    char *why, size_t cap)
{
	err_t err = take_kind(&c->transport, r->transport, name, why, cap);

	if (err == ERR_OK)
		err = take_hosts(c, r, name, why, cap);
	if (err == ERR_OK)
		err = take_ms(&c->history_ms, r->history, "history", 0,
		    24 * 3600, name, why, cap);
	if (err == ERR_OK)
		err = take_ms(
		    &c->poll_ms, r->poll, "poll", 1, 300, name, why, cap);
	if (err == ERR_OK)
		err = take_ms(&c->connect_timeout_ms, r->timeout,
		    "connect_timeout", 1, 300, name, why, cap);
	if (err == ERR_OK)
		err = take_u32(&c->queue_limit, r->queue_limit, "queue_limit",
		    0, 10000000, name, why, cap);
	if (err == ERR_OK)
		err = take_u32(&c->log_mib, r->log_mib, "log_mib", 1, 1024,
		    name, why, cap);
	if (err == ERR_OK)
		err = config_lists_take(&c->lists, r->lists, name, why, cap);
	if (err == ERR_OK)
		err = config_throttles_take(
		    &c->throttles, r->throttles, name, why, cap);
	if (err == ERR_OK)
		err = config_alerts_take(&c->alerts, r->alerts, name, why, cap);
	if (err == ERR_OK)
		err = config_sites_take(&c->sites, r->actions, r->actions_count,
		    text, name, why, cap);
	if (err != ERR_OK)
		return err;
	if (r->ssh_config != NULL)
		str_copy(
		    c->ssh_config, sizeof c->ssh_config, str_of(r->ssh_config));
	if (r->theme != NULL)
		str_copy(c->theme, sizeof c->theme, str_of(r->theme));
	if (r->mouse != NULL)
		c->mouse = *r->mouse;
	for (unsigned i = 0; i < r->keys_count; i++) {
		str_copy(c->binds[i].key, sizeof c->binds[i].key,
		    str_of(r->keys[i].key));
		str_copy(c->binds[i].action, sizeof c->binds[i].action,
		    str_of(r->keys[i].action));
	}
	c->n_binds = (int)r->keys_count;
	return ERR_OK;
}

err_t
config_parse(
    struct config *c, struct str text, const char *name, char *why, size_t cap)
{
	void *raw = NULL;
	err_t err;

	/* A file of nothing but comments is an empty document to libcyaml. */
	err = yamldoc_load(&raw, &schema, text, name, why, cap);
	if (err != ERR_OK)
		return err;
	if (raw != NULL)
		err = take(c, raw, text, name, why, cap);
	yamldoc_free(&schema, raw);
	return err;
}

err_t
config_load(struct config *c, const char *path, char *why, size_t cap)
{
	struct buf where, text;
	err_t err = ERR_OK;

	buf_init(&where, sizeof c->path - 1);
	buf_init(&text, 1U << 20);
	if (path != NULL)
		err = buf_puts(&where, path);
	else if (files_own_path(&where, "config.yaml") != ERR_OK)
		goto done;
	if (err == ERR_OK)
		err = files_read(&text, buf_cstr(&where), why, cap);
	else
		(void)snprintf(why, cap, "%s: %s", path, err_text(err));
	if (err == ERR_OK)
		err = config_parse(
		    c, buf_view(&text), buf_cstr(&where), why, cap);
	if (err == ERR_OK)
		str_copy(c->path, sizeof c->path, buf_view(&where));
done:
	buf_done(&where);
	buf_done(&text);
	return err;
}
