/*
 * site_int.h - what site.c and site_line.c share.
 */
#ifndef CORE_SITE_INT_H
#define CORE_SITE_INT_H

#include "core/site.h"

/*
 * Reads a line of an action. With out, appends it with the values, [n_params],
 * in their places; without, only looks. *used: a bit for each parameter found.
 * Looking and filling are one walk, so that what was found well is what runs.
 * ERR_PARSE with a sentence.
 */
err_t site_line_walk(struct buf *out, const struct site_action *a,
    const char *line, const struct str *values, unsigned *used, char *why,
    size_t why_cap) NODISCARD;
/* Printable UTF-8 and nothing else, so that it shows as what it is. */
bool site_text_ok(struct str s);

#endif
