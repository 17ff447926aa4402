/*
 * cmd_leases.h - `mtadeck leases`, `undo ID`, `extend ID 30m`: acts in force,
 * as their hosts tell, and their ends.
 */
#ifndef APP_CMD_LEASES_H
#define APP_CMD_LEASES_H

#include "app/config.h"

/* o->command tells which. */
int leases_run(const struct options *o, const struct config *c);

#endif
