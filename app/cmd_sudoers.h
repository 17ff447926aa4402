/*
 * cmd_sudoers.h - `mtadeck sudoers [USER]`: the lines of sudoers(5) that acts
 * need for a user who is not root.
 */
#ifndef APP_CMD_SUDOERS_H
#define APP_CMD_SUDOERS_H

#include "app/options.h"

/* The operand is the user, by default postfix-ops. Exit 2: no user's name. */
/* The i-th command that may be run, as sudoers spells it; NULL: no more. */
const char *sudoers_command(size_t i);
int sudoers_run(const struct options *o);

#endif
