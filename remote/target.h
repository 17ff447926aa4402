/*
 * target.h - the operator's words for a host, taken apart: "mta1",
 * "root@mta3:2222", "[2001:db8::1]:22", "ssh://root@mta3:2222" (the URI form of
 * ssh(1)). What is not said is left empty, for ssh_config(5) to fill. Pure.
 */
#ifndef REMOTE_TARGET_H
#define REMOTE_TARGET_H

#include "core/types.h"

struct target_parts {
	char user[NAME_MAX_BYTES]; /* "" = not said */
	char host[NAME_MAX_BYTES]; /* without brackets; never begins with '-' */
	char port[8];		   /* "" = not said, else 1 .. 65535 */
};

/* ERR_PARSE when there is no host in it, or something no host can be. */
err_t target_split(struct target_parts *out, const char *name) NODISCARD;

#endif
