/*
 * act_set.h - the addresses an act is about, from a file, from stdin or from
 * words: one a line, checked and sorted (core/act.h, act_addresses).
 */
#ifndef APP_ACT_SET_H
#define APP_ACT_SET_H

#include "core/buf.h"

enum { ACT_SET_BYTES = 32 << 20 };

/* Appends those of a file, "-" = stdin; n: how many. Fails with a sentence. */
err_t act_set_file(struct buf *out, size_t *n, const char *path, char *why,
    size_t why_cap) NODISCARD;
/* Appends those of words. */
err_t act_set_words(struct buf *out, size_t *n, const char *const *words,
    int n_words, char *why, size_t why_cap) NODISCARD;

#endif
