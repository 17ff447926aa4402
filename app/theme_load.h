/*
 * theme_load.h - theme files (themes/NAME.yaml, format in dark.yaml) into
 * struct theme. A role that is left out is plain.
 */
#ifndef APP_THEME_LOAD_H
#define APP_THEME_LOAD_H

#include "tui/theme.h"

/* name: of a theme that comes with mtadeck or lies in ~/.config/mtadeck/
 * themes, or a path with a '/' in it. ERR_NOTFOUND, ERR_PARSE, ERR_IO with a
 * sentence naming file, place and what would be right; *out then unchanged. */
err_t theme_load(
    struct theme *out, const char *name, char *why, size_t why_cap) NODISCARD;
/* From text, for tests; file: what errors call it. */
err_t theme_parse(struct theme *out, struct str text, const char *file,
    char *why, size_t why_cap) NODISCARD;
/* The theme behind name in the round of those that come with mtadeck. */
const char *theme_next(const char *name);

#endif
