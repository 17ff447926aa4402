/*
 * journal.h - a record of what was seen or done, and its one canonical form,
 * over which the hash chain runs. Pure; store/ keeps the records.
 */
#ifndef CORE_JOURNAL_H
#define CORE_JOURNAL_H

#include "core/buf.h"
#include "core/types.h"

/* id, stable word, label for people */
#define JOURNAL_KIND_LIST(X)                                                   \
	X(START, "start", N_("console started"))                               \
	X(LINK, "link", N_("link"))		/* a host's, up or lost */     \
	X(THROTTLE, "throttle", N_("throttle")) /* a state changed */          \
	X(LISTING, "listing", N_("listing"))	/* listed, delisted */         \
	X(ALERT, "alert", N_("alert"))		/* opened, worse, closed */    \
	X(ACK, "ack", N_("acknowledged"))	/* and muted */                \
	X(INTENT, "intent", N_("about to do"))	/* a plan, before it runs */   \
	X(RESULT, "result", N_("done"))		/* and what became of it */    \
	X(LEASE, "lease", N_("lease")) /* began, extended, ended .. */         \
	X(NOTE, "note", N_("note"))    /* an operator's own words */

enum journal_kind {
#define X(id, word, label) JOURNAL_##id,
	JOURNAL_KIND_LIST(X)
#undef X
	    JOURNAL_N
};

enum { JOURNAL_HASH = 32, JOURNAL_DETAIL_MAX = 1 << 20 };

/* Texts are cleaned (utf8_clean) before they are kept. Borrowed. */
struct journal_rec {
	uint64_t seq; /* from 1, without holes; 0 = not kept yet */
	int64_t at_ms;
	enum journal_kind kind;
	struct str who, from; /* operator, machine; empty: the console itself */
	struct str host;      /* name; empty: none alone */
	struct str subject;   /* egress IP, provider, list, plan id .. */
	struct str text;      /* one sentence */
	struct str detail;    /* a JSON object (plan, result); empty: none */
	struct str incident;
	uint8_t hash[JOURNAL_HASH]; /* SHA-256 of the one before and this */
};

/* Which records are looked for: all that is given must hold. */
struct journal_filter {
	char text[128]; /* in any of its texts, case folded; "" any */
	uint32_t kinds; /* bits of enum journal_kind; 0 = all */
	/* what these begin with, case folded; "" any */
	char host[64], who[64], incident[64], plan[24];
};
/* "kind=intent,result host=mta1 who=ann plan=ID incident=X words", in any
 * order; a plan's own hosts count as its host.
 * ERR_PARSE with a sentence: no such kind. */
err_t journal_filter_of(struct journal_filter *f, struct str words, char *why,
    size_t why_cap) NODISCARD;
/* Host, operator, plan and incident of a record; text and kinds are a query's.
 */
bool journal_filter_fits(
    const struct journal_filter *f, const struct journal_rec *r);

/* Appends the canonical form: one line of JSON, members in a fixed order, no
 * hash. What it is computed over. */
err_t journal_canonical(struct buf *out, const struct journal_rec *r) NODISCARD;
const char *journal_kind_name(enum journal_kind k);
const char *journal_kind_label(enum journal_kind k);

#endif
