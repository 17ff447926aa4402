/*
 * ssh_config_share.h - `ssh -G` for many hosts with few runs of it. Hosts for
 * whom the same lines of the configuration hold (ssh_config_scan.h) get one
 * answer, each with its own hostname; of the others each is asked for alone.
 * The one that is asked for proves the scan: when ssh gives it another hostname
 * than the scan does, nobody shares its answer.
 */
#ifndef REMOTE_SSH_CONFIG_SHARE_H
#define REMOTE_SSH_CONFIG_SHARE_H

#include "remote/ssh_config.h"

struct ssh_config_share; /* opaque; heap; one for all hosts */
struct ssh_config_ask;	 /* opaque; heap; one host's question */

struct ssh_config_share *ssh_config_share_new(void);
/* After every ask has ended or was cancelled. */
void ssh_config_share_free(struct ssh_config_share *h);

/*
 * As ssh_config_run(), which see; share NULL: always asks ssh. The ask frees
 * itself after fn, or when it was cancelled.
 */
struct ssh_config_ask *ssh_config_ask(struct ssh_config_share *share,
    uv_loop_t *loop, const struct ssh_spec *spec, const char *config_file,
    int64_t timeout_ms, void *ctx, ssh_config_fn fn);
/* No callback after this. */
void ssh_config_ask_cancel(struct ssh_config_ask *a);

#endif
