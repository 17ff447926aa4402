/*
 * reply_rules.h - what replies mean, by rules that are data
 * (catalogues/replies.json): PCRE2 patterns tried in order of weight, found
 * by literals first, with samples that must match and must not. Opens no file.
 */
#ifndef PROBES_REPLY_RULES_H
#define PROBES_REPLY_RULES_H

#include "core/err.h"
#include "core/meaning.h"

struct reply_rules; /* opaque; heap */

/* json: the file's bytes. Checks every rule's samples when `prove`. why gets a
 * sentence naming rule and field. */
err_t reply_rules_load(struct reply_rules **out, struct str json, bool prove,
    char *why, size_t why_cap) NODISCARD;
void reply_rules_free(struct reply_rules *r);
/* From now on what only a code or a stock phrase tells is weighed by all its
 * words (reply_weights.h). Owned by r afterwards. */
struct reply_weights;
void reply_rules_weigh(struct reply_rules *r, struct reply_weights *w);
/* Reads a reply; remembers it by its text with digits collapsed. Always fills
 * *out: CLASS_UNKNOWN when no rule knows it. text: the reply, or a whole log
 * line's text; at most 4 KB of it are read. */
void reply_rules_read(
    struct reply_rules *r, struct str text, struct meaning *out);
/* The same as the model takes it; ctx is r, which must outlive it. */
struct reply_reader reply_rules_reader(struct reply_rules *r);

#endif
