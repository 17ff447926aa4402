/*
 * reply_impl.h - what the files of reply_rules.h share: rules, the words that
 * name lists and providers, and one reading. Nobody else includes it but tests
 * and benchmarks.
 */
#ifndef PROBES_REPLY_IMPL_H
#define PROBES_REPLY_IMPL_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/json.h"
#include "probes/reply_memo.h"
#include "probes/reply_rules.h"
#include "probes/reply_text.h"
#include "probes/reply_weights.h"
#include "probes/reply_words.h"

enum { REPLY_MAX_RULES = 1024, REPLY_MAX_NAMES = 1024, REPLY_MAX_GROUPS = 8 };

/* What a word's tag says: kind, then for a rule its index and group, for a
 * name its index and whether the word is weak. */
enum reply_tag { TAG_RULE, TAG_LIST, TAG_PROVIDER };

static inline uint32_t
reply_tag_of(enum reply_tag kind, uint32_t index, uint32_t detail)
{
	return (uint32_t)kind << 24 | index << 8 | detail;
}

/* Which named lists a rule asks for. */
enum reply_named { NAMED_ANY, NAMED_IP, NAMED_DOMAIN };

struct reply_rule {
	struct meaning says; /* texts borrowed from the document */
	struct str code;     /* the reply begins with it; may be empty */
	pcre2_code *re;	     /* NULL: the words alone decide */
	bool fast;	     /* re was given to the JIT, at its first use */
	const cJSON *json;
	int weight;
	uint32_t order;	 /* in the file */
	uint8_t groups;	 /* a bit for each; all must have been seen */
	uint8_t named;	 /* enum reply_named */
	bool tells_list; /* the named list is told, whatever the class */
	bool guess;	 /* by a code or a stock phrase: weights know better */
};

/* A DNS list or a provider, and the words a reply names it by. */
struct reply_name {
	struct str id;
	bool domains; /* a list of domains, not of addresses */
};

struct reply_rules {
	cJSON *doc;
	struct reply_rule *rules; /* by falling weight */
	struct reply_name *lists, *providers;
	uint32_t n_rules, n_lists, n_providers;
	struct reply_words *words;
	struct reply_memo *memo;
	struct reply_weights *weights; /* NULL: none were given */
	pcre2_match_data *match;
	pcre2_match_context *limits;
};

/* A name found in a reply; index + 1, 0: none. A strong word beats a weak one,
 * of two that overlap the longer one, then the earlier one wins. */
struct reply_found {
	uint32_t name;
	uint32_t at, n; /* where in the text, bytes */
	bool weak;
};

struct reply_seen {
	uint8_t groups[REPLY_MAX_RULES];
	struct reply_found ip_list, domain_list, provider;
};

/* Whom a class blames and how far it reaches, where nothing else is said. */
void reply_usual(struct meaning *m);
/* Reads a key without the memo. all: runs every pattern before it asks for its
 * words, as a reader without that door would: same result, slower (tests and
 * benchmarks). */
void reply_rules_read_key(
    struct reply_rules *r, struct str key, bool all, struct meaning *out);

#endif
