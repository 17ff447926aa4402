/*
 * export.h - writing what a person asked to keep to a file.
 */
#ifndef APP_EXPORT_H
#define APP_EXPORT_H

#include "core/err.h"
#include "core/str.h"

/* Writes text to a new file (mode 0600); never over an existing one. ERR_IO
 * with a sentence. */
err_t export_write(
    const char *path, struct str text, char *why, size_t why_cap) NODISCARD;

#endif
