/*
 * cmd_lists.h - `mtadeck lists`: the catalogue of lists, as a table, a list in
 * full, or a JSON document. Asks nobody.
 */
#ifndef APP_CMD_LISTS_H
#define APP_CMD_LISTS_H

#include "app/config.h"

/* What the configuration says of lists is what there is: catalogue, ids of
 * lists asked and of keys. ERR_PARSE, ERR_NOTFOUND with a sentence in why; an
 * unreadable catalogue is said on stderr and ERR_IO. */
err_t lists_try(
    const struct list_config *c, char *why, size_t why_cap) NODISCARD;
/* Operands are ids or zones; none: the whole catalogue. Returns the exit
 * status. */
int lists_run(const struct options *o, const struct config *c);

#endif
