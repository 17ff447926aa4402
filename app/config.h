/*
 * config.h - the configuration file (YAML, all of it optional):
 * ~/.config/mtadeck/config.yaml, or -c FILE. What it says is checked here,
 * kind, range and unit; what it leaves out has its default here.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "app/config_alerts.h"
#include "app/config_lists.h"
#include "app/config_rules.h"
#include "app/config_sites.h"
#include "app/options.h"

enum { MAX_BINDS = 64 };

struct config {
	char path[4096]; /* where it came from; "" = no file */
	struct {
		char name[NAME_MAX_BYTES];
		enum transport_kind kind;
	} hosts[MAX_HOSTS];
	int n_hosts;
	char ssh_config[4096]; /* "" = ssh's own */
	char theme[256];
	enum transport_kind transport;
	int64_t history_ms, poll_ms, connect_timeout_ms;
	uint32_t queue_limit; /* messages; more are counted on the far side */
	uint32_t log_mib;     /* of the log view's memory */
	bool mouse;
	struct {
		char key[16], action[32];
	} binds[MAX_BINDS];
	int n_binds;
	struct list_config lists;
	struct throttle_rules throttles;
	struct alert_config alerts;
	struct site_actions sites; /* the site's own */
};

/* The defaults. */
void config_init(struct config *c);
/* Reads path, or the usual place when path is NULL (where a missing file is
 * well). ERR_PARSE, ERR_RANGE, ERR_IO, ERR_NOTFOUND with a sentence naming
 * file, line or key, and what would be right. */
err_t config_load(
    struct config *c, const char *path, char *why, size_t why_cap) NODISCARD;
/* From text, for tests and config_load; name: what errors call it. */
err_t config_parse(struct config *c, struct str text, const char *name,
    char *why, size_t why_cap) NODISCARD;

#endif
