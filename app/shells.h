/*
 * shells.h - what a shell reads (from its start-up file, or from its folder of
 * completions) so that it asks `mtadeck completion words` for our words.
 */
#ifndef APP_SHELLS_H
#define APP_SHELLS_H

#include "core/str.h"

/* The i-th shell's name; NULL: no more. */
const char *shell_name(size_t i);
/* What it reads; NULL: not a shell that is known. */
const char *shell_script(struct str name);

#endif
