/*
 * cmd_check.h - `mtadeck check`: asks the lists about addresses and domains,
 * each pair once, and says what they answered. Needs no host.
 */
#ifndef APP_CMD_CHECK_H
#define APP_CMD_CHECK_H

#include "app/config.h"

/* Operands are addresses, blocks of at most 256, domains, or "-": one of those
 * on each line of stdin. EXIT_WRONG when any is listed, EXIT_UNKNOWN when
 * nothing could be found out. */
int check_run(const struct options *o, const struct config *c);

#endif
