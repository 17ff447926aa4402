/*
 * cmd_lists.h - `mtadeck lists`: the catalogue of lists, as a table, a list in
 * full, or a JSON document. Asks nobody.
 */
#ifndef APP_CMD_LISTS_H
#define APP_CMD_LISTS_H

#include "app/config.h"

/* Operands are ids or zones; none: the whole catalogue. Returns the exit
 * status. */
int lists_run(const struct options *o, const struct config *c);

#endif
