/*
 * reply_words.h - finds which of some thousand words occur in a text, in one
 * pass (Aho and Corasick, 1975): the door that patterns stand behind. Words
 * are bytes, looked for as they are; texts come in lower case. Bytes beyond
 * ASCII are not told apart (the alphabet is small, for speed): a word with some
 * is found wherever as many others of them stand.
 */
#ifndef PROBES_REPLY_WORDS_H
#define PROBES_REPLY_WORDS_H

#include "core/err.h"
#include "core/str.h"

struct reply_words; /* opaque; heap */

enum { REPLY_WORD_MAX = 64 }; /* bytes of a word */

struct reply_words *reply_words_new(void);
void reply_words_free(struct reply_words *w);
/* Adds a word that means `tag`; the same word may have many. ERR_RANGE: empty
 * or too long; ERR_LIMIT; ERR_NOMEM. */
err_t reply_words_add(
    struct reply_words *w, struct str word, uint32_t tag) NODISCARD;
/* Once, after the last word. ERR_NOMEM. */
err_t reply_words_finish(struct reply_words *w) NODISCARD;
/* Calls on_word for every tag of every word, in order of where words end;
 * `at` is where the word begins, n its bytes. */
void reply_words_find(const struct reply_words *w, struct str text, void *ctx,
    void (*on_word)(void *ctx, uint32_t tag, size_t at, size_t n));

#endif
