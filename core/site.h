/*
 * site.h - actions of the site's own, as its configuration defines them: rows
 * of typed parameters and shell lines, and the one way a value gets into such
 * a line. Pure; app/config_sites.c reads the rows.
 *
 * A line is POSIX shell (IEEE 1003.1 XCU 2) with {name} where a value goes: it
 * is validated by its kind and put there as one word, quoted by
 * shquote_word(). {{ is a brace.
 */
#ifndef CORE_SITE_H
#define CORE_SITE_H

#include "core/act.h"
#include "core/plan.h"

enum {
	SITE_ACTIONS = 32,
	SITE_PARAMS = 8,
	SITE_HOSTS = 16,
	SITE_NAME = 24, /* an action's or parameter's, and its NUL */
	SITE_VALUE = 256,
	SITE_CHOICES_BYTES = 256,
	SITE_LINE = 1024,
	SITE_TIMEOUT_S = 60,
	SITE_TIMEOUT_MAX_S = 600,
};

/* id, word, what a value of it is */
#define SITE_KIND_LIST(X)                                                      \
	X(WORD, "word", N_("a word without blanks, not beginning with -"))     \
	X(NUMBER, "number", N_("a whole number"))                              \
	X(SECONDS, "seconds", N_("whole seconds: 90, 15m, 2h"))                \
	X(HOST, "host", N_("a host's name or address"))                        \
	X(DOMAIN, "domain", N_("a domain name"))                               \
	X(ADDRESS, "address", N_("a mail address"))                            \
	X(IP, "ip", N_("an IP address"))                                       \
	X(PATH, "path", N_("an absolute path without .."))                     \
	X(CHOICE, "choice", N_("one of its choices"))

enum site_kind {
#define X(id, word, what) SITE_##id,
	SITE_KIND_LIST(X)
#undef X
	    SITE_KIND_N
};
/* SITE_KIND_N: there is none of that word. */
enum site_kind site_kind_of(struct str word);
const char *site_kind_word(enum site_kind k);

struct site_param {
	char name[SITE_NAME];
	enum site_kind kind;
	uint64_t min, max;		  /* NUMBER, SECONDS; inclusive */
	char choices[SITE_CHOICES_BYTES]; /* CHOICE: words, by blanks */
	char fallback[SITE_VALUE];	  /* when none is given */
	bool has_fallback;
};

struct site_action {
	char name[SITE_NAME];
	char help[128];
	char hosts[SITE_HOSTS][NAME_MAX_BYTES]; /* it may run on these only */
	unsigned n_hosts;			/* 0: on the one named */
	struct site_param params[SITE_PARAMS];
	unsigned n_params;
	char command[SITE_LINE];
	char check[SITE_LINE], verify[SITE_LINE], undo[SITE_LINE]; /* "" none */
	unsigned flags;	  /* ACTF_SAFE, _LEASE, _IRREVERSIBLE */
	int64_t lease_ms; /* how long when nobody says; 0 = until lifted */
	uint32_t timeout_ms;
};

struct site_actions {
	struct site_action v[SITE_ACTIONS];
	unsigned n;
};

/* Which of an action's lines is wrong. */
struct site_fault {
	const char *line; /* "command", "check", "verify", "undo", "params" */
	char text[256];	  /* a sentence about it */
};
/* Whether an action's parameters and lines are well: braces, places where a
 * value may stand, parameters that no line uses. ERR_PARSE with a fault. */
err_t site_check(const struct site_action *a, struct site_fault *f) NODISCARD;
/* Whether a value is of its parameter's kind, and in its range. */
bool site_value_ok(const struct site_param *p, struct str value);

/* NULL: there is none of that name (all: NULL is fine). */
const struct site_action *site_find(
    const struct site_actions *all, struct str name);
/* May it run on a host? Behind "user@" the host's own name counts. */
bool site_may_run(const struct site_action *a, const char *host);
/*
 * Holds a request of VERB_SITE against its action: the values are of their
 * kinds, and none is missing. Sets r->site_flags, and r->lease_ms when it is -1
 * (not said). ERR_NOTFOUND, ERR_PARSE, ERR_RANGE with a sentence.
 */
err_t site_request(const struct site_actions *all, struct act_request *r,
    char *why, size_t why_cap) NODISCARD;
/* Adds the step of one host; r was held against a. */
err_t site_plan_host(
    struct plan *p, host_id host, const struct site_action *a) NODISCARD;
/* "version=WORD keep=1..10 [mode=slow|off]": what is to be given. */
void site_usage(const struct site_action *a, char *dst, size_t cap);

#endif
