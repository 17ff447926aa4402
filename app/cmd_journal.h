/*
 * cmd_journal.h - `mtadeck journal`: what was seen and done, oldest first, and
 * whether the record is whole.
 */
#ifndef APP_CMD_JOURNAL_H
#define APP_CMD_JOURNAL_H

#include "app/options.h"

/* The operands are what is looked for, as journal_filter_of() takes it, in all
 * records there are. Exit 1: the chain is broken. */
int journal_run(const struct options *o);

#endif
