/*
 * script.h - far-side scripts (remote/scripts/, embedded at build time) as one
 * shell line: exec sh -c 'SCRIPT' NAME 'ARG'... The one place that makes such
 * lines; every argument is quoted.
 */
#ifndef REMOTE_SCRIPT_H
#define REMOTE_SCRIPT_H

#include "core/buf.h"
#include "core/types.h"

enum { SCRIPT_MAX_BYTES = 64 << 10 };

/* Appends the line up to $0; name is what ps shows on the host. Failures stay
 * in out->failed, so that the last call tells of all. */
err_t script_begin(struct buf *out, const char *script, const char *name);
/* Appends the next argument; ERR_PARSE when it holds a NUL. */
err_t script_arg(struct buf *out, struct str arg);
/* Both at once; args end with NULL, each becomes $1, $2 .. */
err_t script_command(struct buf *out, const char *script, const char *name,
    const char *const *args) NODISCARD;
/* The words before a command that needs root: "" or "sudo -n". */
const char *script_sudo(enum privilege p);

#endif
