/*
 * options.h - the command line: which command, which hosts, which options.
 * Parsing only; nothing is opened or started here.
 */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "core/queue.h"
#include "remote/hostlink.h"

#define MTADECK_VERSION "0.1.0"

enum {
	MAX_HOSTS = 1024,
	EXIT_WELL = 0,
	EXIT_WRONG = 1,
	EXIT_USAGE = 2,
	EXIT_UNKNOWN = 3
};

enum command {
	CMD_CONSOLE,
	CMD_STATUS,
	CMD_EGRESS,
	CMD_QUEUE,
	CMD_DEFERRALS,
	CMD_HOST,
	CMD_LISTINGS,
	CMD_THROTTLES,
	CMD_ALERTS,
	CMD_REPLAY,
	CMD_CONFIG,
	CMD_LISTS,
	CMD_CHECK,
	CMD_EXPLAIN,
	CMD_ACT,
	CMD_LEASES,
	CMD_UNDO,
	CMD_EXTEND,
	CMD_JOURNAL,
	CMD_SUDOERS,
	CMD_COMPLETION,
	CMD_N,
};

struct options {
	enum command command;
	const char *config, *ssh_config, *theme, *record, *record_in;
	const char *by; /* --by, as given; NULL = the command's default */
	enum transport_kind transport;
	const char *resolver, *via, *lists; /* NULL = not given */
	bool allow_private;
	const char *why, *host; /* of an act; NULL = not given */
	const char *file;	/* --file, "-" = stdin; NULL = not given */
	int64_t lease_ms;	/* --for; 0 = until lifted, -1 not given */
	bool dry_run, yes, arm;
	bool transport_given, json, no_mouse, no_color, help, version;
	int64_t since_ms;	  /* --since; -1 not given */
	int64_t timeout_ms;	  /* --timeout of a one-shot command */
	int64_t speed_milli;	  /* replay */
	int64_t start_ms;	  /* replay: where to begin, from the start */
	const char *export_kind;  /* "text" (default), "csv", "json" */
	const char *const *hosts; /* borrowed from argv */
	int n_hosts;
};

/* Fills o from argv (borrowed for good). On error writes a sentence naming the
 * word and the way out to why and returns ERR_PARSE. */
err_t options_parse(struct options *o, int argc, char **argv, char *why,
    size_t why_cap) NODISCARD;
/* Help of a command (CMD_CONSOLE: of the program, all options) to stdout. */
void options_help(enum command c);
/* "auto", "libssh2", "openssh", "local". */
err_t options_transport(struct str s, enum transport_kind *out) NODISCARD;
/* The i-th of these names; NULL: no more. */
const char *options_transport_name(size_t i);
/* What --format takes; the same. */
const char *options_format_name(size_t i);

#endif
