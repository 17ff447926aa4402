/*
 * script.h - far-side scripts (remote/scripts/, embedded at build time)
 * as one shell line: sh -c 'SCRIPT' mtadeck 'ARG'...
 */
#ifndef REMOTE_SCRIPT_H
#define REMOTE_SCRIPT_H

#include "core/buf.h"
#include "core/types.h"

enum { SCRIPT_MAX_BYTES = 64 << 10 };

/* Appends the line; args end with NULL, each becomes $1, $2 .. */
err_t script_command(
    struct buf *out, const char *script, const char *const *args) NODISCARD;
/* The words before a command that needs root: "" or "sudo -n". */
const char *script_sudo(enum privilege p);

#endif
