/*
 * export.h - what a person asked to keep: its text, and writing it to a file.
 */
#ifndef APP_EXPORT_H
#define APP_EXPORT_H

#include "core/err.h"
#include "core/str.h"
#include "tui/ui.h"

/* ui_export(); what programs read (csv, json) has its words in English, in
 * whatever language the console is. */
err_t export_text(struct ui *ui, struct model *m, const char *kind,
    struct buf *out) NODISCARD;
/* Writes text to a new file (mode 0600); never over an existing one. ERR_IO
 * with a sentence. */
err_t export_write(
    const char *path, struct str text, char *why, size_t why_cap) NODISCARD;

#endif
