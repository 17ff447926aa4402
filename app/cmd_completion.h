/*
 * cmd_completion.h - `mtadeck completion SHELL`: what the shell reads to
 * complete our words; `mtadeck completion words -- WORD...`: what it then asks.
 * No host is asked, nothing is written.
 */
#ifndef APP_CMD_COMPLETION_H
#define APP_CMD_COMPLETION_H

#include "app/config.h"

/* The exit status; EXIT_USAGE when it is no shell that is known. */
int completion_run(const struct options *o, const struct config *c);

#endif
