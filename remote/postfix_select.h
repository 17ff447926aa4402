/*
 * postfix_select.h - the values by which Postfix chooses a transport, read and
 * rewritten: postconf(5) transport_maps,
 * sender_dependent_default_transport_maps (lists of tables) and
 * default_transport (one transport); DATABASE_README for the tables that stand
 * in the value itself. Pure. What is not known is never rewritten.
 */
#ifndef REMOTE_POSTFIX_SELECT_H
#define REMOTE_POSTFIX_SELECT_H

#include "core/buf.h"
#include "core/types.h"

/* By precedence. pool: what discovery calls the egress IPs it chooses from. */
struct postfix_selector {
	const char *param, *pool;
	bool tables; /* a list of tables; else one "transport:nexthop" */
};
enum { POSTFIX_SELECTORS = 4 };
extern const struct postfix_selector postfix_selectors[POSTFIX_SELECTORS];

enum select_kind {
	SELECT_RANDOM,	/* randmap:{out1:,out2:} */
	SELECT_FIXED,	/* static:out1: */
	SELECT_KEYED,	/* an entry of inline:{ {a = out1:} } */
	SELECT_PLAIN,	/* the value is the transport */
	SELECT_FILE,	/* hash:/etc/postfix/transport */
	SELECT_UNKNOWN, /* what it names cannot be told */
};

enum { SELECT_PARTS = 64, SELECT_RESULTS = 512 };

/* "out1:nexthop" somewhere in the value. */
struct select_result {
	struct str text, name; /* name: of the transport, maybe "" */
};
/* A table of the value, or an entry of one; first, n: its results. */
struct select_part {
	enum select_kind kind;
	struct str text; /* what a rewriting replaces; a file's "type:path" */
	unsigned first, n;
};
/* Slices of the value: they live as long as that does. */
struct selection {
	struct str value;
	struct select_part parts[SELECT_PARTS]; /* [n_parts], in order */
	struct select_result results[SELECT_RESULTS];
	unsigned n_parts, n_results;
	bool beyond; /* there is more of it than fits */
};

/* Reads a value; what cannot be read is a part of SELECT_UNKNOWN. */
void postfix_select_read(struct selection *s, struct str value, bool tables);
/* True: a part of it cannot be told; files are told apart. */
bool postfix_select_is_unknown(const struct selection *s);
/* How often a transport is named. */
unsigned postfix_select_count(const struct selection *s, const char *name);
/* How many randmaps name one of the transports; the last of them in *part. */
unsigned postfix_select_random(const struct selection *s,
    const char *const *names, unsigned n, unsigned *part);

/*
 * Appends the value with the transports from[] replaced by to[], n > 0 each. A
 * randmap loses them when all else in it is in to; else to stand in their place
 * with their weight. A "static" becomes a randmap of to. An entry of "inline"
 * can hold one only and gets each of to by turns, from *turn on; a plain
 * transport becomes the first. Nexthops stay, and files do. ERR_RANGE: the
 * weights come to more than SELECT_RESULTS.
 */
err_t postfix_select_replace(const struct selection *s, const char *const *from,
    unsigned n_from, const char *const *to, unsigned n_to, unsigned *turn,
    struct buf *out) NODISCARD;

/* How many shares of a randmap a transport is to have. */
struct select_share {
	const char *name;
	uint32_t n;
};
/*
 * Appends the value with shares set in a SELECT_RANDOM part: transports that
 * are not named keep theirs, those that are not in it come in; in lowest terms.
 * ERR_RANGE: nobody is left, or more than SELECT_RESULTS; ERR_PARSE: one is in
 * it with several nexthops.
 */
err_t postfix_select_shares(const struct selection *s, unsigned part,
    const struct select_share *shares, unsigned n, struct buf *out) NODISCARD;

#endif
