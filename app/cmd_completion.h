/*
 * cmd_completion.h - `mtadeck completion SHELL`: what the shell reads to
 * complete our words; `mtadeck completion words -- WORD...`: what it then asks.
 * No host is asked, nothing is written.
 */
#ifndef APP_CMD_COMPLETION_H
#define APP_CMD_COMPLETION_H

#include "app/config.h"

/* False: it is words that are asked for. Else prints what the shell reads; *rc
 * gets the exit status, EXIT_USAGE when it is no shell that is known. */
bool completion_script(const struct options *o, int *rc);
/* The words; the exit status. */
int completion_words(const struct options *o, const struct config *c);

#endif
