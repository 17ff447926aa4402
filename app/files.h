/*
 * files.h - reading the files the program itself needs: configuration,
 * catalogues, themes. The only file access outside of remote/ and tests.
 */
#ifndef APP_FILES_H
#define APP_FILES_H

#include "core/buf.h"

/* Appends a whole file; ERR_NOTFOUND, ERR_IO, ERR_LIMIT (past out's cap), with
 * a sentence naming the file. */
err_t files_read(
    struct buf *out, const char *path, char *why, size_t why_cap) NODISCARD;
/* Where a data file ("themes/dark.yaml") is: $MTADECK_DATA, the installed
 * place, or the source tree the program was built in. ERR_NOTFOUND. */
err_t files_data_path(struct buf *out, const char *name) NODISCARD;
/* Both at once. */
err_t files_read_data(
    struct buf *out, const char *name, char *why, size_t why_cap) NODISCARD;
/* The folder of message catalogues: beside the program (a build folder's, or
 * prefix/share), else where it was to be installed. */
err_t files_locale_path(struct buf *out) NODISCARD;
/* $XDG_CONFIG_HOME/mtadeck/NAME or ~/.config/mtadeck/NAME. */
err_t files_config_path(struct buf *out, const char *name) NODISCARD;
/* $XDG_STATE_HOME/mtadeck/NAME or ~/.local/state/mtadeck/NAME: what is kept
 * from one run to the next. */
err_t files_state_path(struct buf *out, const char *name) NODISCARD;
/* Of files_config_path, when the file is there; else ERR_NOTFOUND and out
 * empty. */
err_t files_own_path(struct buf *out, const char *name) NODISCARD;

#endif
