/*
 * console.h - the screen on a session: keys in, frames out, at most ten a
 * second for data, at once for keys. The one place where the terminal, the
 * model and the links meet.
 */
#ifndef APP_CONSOLE_H
#define APP_CONSOLE_H

#include "app/config.h"

/* Runs until the person quits or a signal says so; the exit status. */
int console_run(const struct options *o, const struct config *c);

#endif
