/*
 * act_lines.h - what remote/scripts/act.sh says, line by line, and the program
 * it is given. Pure; the lines are a host's and not trusted.
 */
#ifndef REMOTE_ACT_LINES_H
#define REMOTE_ACT_LINES_H

#include "core/lease.h"

enum {
	ACT_PARAMS = 512,
	ACT_HOST_LEASES = 64,
	ACT_VALUE_BYTES = 4096,
	ACT_CLONES = 256,
	ACT_ROUTES = 10000, /* two for each domain that was asked for */
};

/* A value as it is now: a main.cf parameter ("defer_transports"), the process
 * limit of a service ("out1"), a line of master.cf ("master:out1"), or that
 * sudo takes edits of a parameter ("may:transport_maps"). */
struct act_param {
	char name[128];
	bool process; /* of a service of that name */
	bool set;     /* main.cf says so; else it is the default */
	bool odd;     /* and not as postconf(1) would write it */
	char value[ACT_VALUE_BYTES];
};

/* A file that a parameter's tables are made of, and the transports it names. */
enum { ACT_TABLES = 16, ACT_TABLE_NAMES = 256 };
struct act_table {
	char name[320]; /* "hash:/etc/postfix/transport" */
	char sum[48];	/* of its bytes, as "cksum | tr ' ' ':'" gives it */
	bool stale;	/* edited since postmap(1) made a table of it */
	bool beyond;	/* it names more than are kept */
	struct act_named {
		char name[SERVICE_MAX_BYTES];
		uint32_t n;
	} names[ACT_TABLE_NAMES];
	unsigned n_names;
};

/* A service that an act in force made. */
struct act_clone {
	char name[SERVICE_MAX_BYTES];
	char ip[ADDR_MAX_BYTES], ip6[ADDR_MAX_BYTES]; /* "" = not its own */
	char tag[SERVICE_MAX_BYTES * 2];
};

/* A domain that has a way of its own already. */
struct act_route {
	char domain[NAME_MAX_BYTES];
	char by[96]; /* what its rule says; "" = the host's own domain */
};

/* What a host said of itself when it was asked for a plan. */
struct act_state {
	int64_t time_ms;  /* the host's clock; 0 not told */
	char missing[64]; /* programs it needs and has not */
	bool may_sudo;	  /* sudo -n takes what acts need */
	bool watch_runs;  /* the ends of its leases are kept */
	bool whole;	  /* it said its last line */
	struct act_param params[ACT_PARAMS];
	unsigned n_params;
	struct act_table tables[ACT_TABLES];
	unsigned n_tables;
	struct lease leases[ACT_HOST_LEASES]; /* host is not set */
	unsigned n_leases;
	bool in_lease; /* the lines that follow are of the last of them */
	bool in_table;
	struct act_clone clones[ACT_CLONES];
	unsigned n_clones;
	struct act_route routes[ACT_ROUTES];
	unsigned n_routes;
	bool routes_known; /* of all domains asked for */
	char unasked[96];  /* else: what could not be asked */
};

/* One line of "read" or "list"; what is not known is passed over. */
void act_state_line(struct act_state *st, struct str line);
/* NULL when the host did not tell. */
const struct act_param *act_state_param(
    const struct act_state *st, const char *name, bool process);

/* NULL: the host did not tell; no name: it is not named (0). */
const struct act_table *act_state_table(
    const struct act_state *st, struct str name);
uint32_t act_table_count(const struct act_table *t, const char *name);

enum act_line {
	ACT_LINE_NONE,
	ACT_LINE_STEP, /* *step, *state (and exit, ms) are set */
	ACT_LINE_OUT,  /* *step, *text: of its output */
	ACT_LINE_END,  /* *ok; *text: why not */
};
struct act_told {
	size_t step; /* from 1; of this host's */
	enum step_state state;
	int exit;
	int64_t ms;
	struct str what; /* "check", "do", "verify" */
	struct str text; /* borrowed from the line */
	bool ok;
};
/* One line of "run", "end", "extend" or "state". */
enum act_line act_told_line(struct act_told *out, struct str line);

/* Appends the program of a plan's steps on one host for act.sh's stdin.
 * ERR_PARSE: a line holds a newline. */
err_t act_program(struct buf *out, const struct plan *p, host_id host,
    int64_t now_ms) NODISCARD;

#endif
