/*
 * rundir.h - a private directory (0700) for sockets and FIFOs of one host,
 * under $XDG_RUNTIME_DIR or /tmp, gone with the last one that holds it. Flat:
 * what is in it is removed with it.
 */
#ifndef REMOTE_RUNDIR_H
#define REMOTE_RUNDIR_H

#include "core/err.h"

#include <stddef.h>

struct rundir; /* opaque; heap; counted */

enum { RUNDIR_PATH = 108 }; /* sun_path; ssh wants 18 bytes behind a path */

/* One reference, the caller's. ERR_IO (no place for it), ERR_NOMEM. */
err_t rundir_new(struct rundir **out) NODISCARD;
struct rundir *rundir_hold(struct rundir *d);
/* void *: fits a child's on_gone. NULL is fine. */
void rundir_drop(void *d);
/* The path of `name` in it. Returns dst. */
char *rundir_path(
    const struct rundir *d, const char *name, char dst[RUNDIR_PATH]);

#endif
