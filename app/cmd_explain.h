/*
 * cmd_explain.h - `mtadeck explain`: what replies mean, one at a time or a
 * stream of them, for people and as JSON lines (man page, "explain").
 */
#ifndef APP_CMD_EXPLAIN_H
#define APP_CMD_EXPLAIN_H

#include "app/options.h"

/* Texts are the operands; "-", or none, reads one a line from stdin. */
int explain_run(const struct options *o);

#endif
