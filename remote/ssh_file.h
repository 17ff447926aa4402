/*
 * ssh_file.h - small files read whole, with a cap: key files, known_hosts.
 * Short blocking reads of local files, the one kind the loop allows itself.
 */
#ifndef REMOTE_SSH_FILE_H
#define REMOTE_SSH_FILE_H

#include "core/buf.h"

/* ERR_NOTFOUND, ERR_IO (no permission, a folder ..), ERR_LIMIT past the
 * buffer's cap. */
err_t ssh_file_read(struct buf *out, const char *path) NODISCARD;
/* Appends text (one write), making the file (0600) and its folder (0700) when
 * missing and closing a last line without LF. 0 or an errno. */
int ssh_file_append(const char *path, struct str text);

#endif
