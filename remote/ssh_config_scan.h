/*
 * ssh_config_scan.h - which lines of the ssh configuration hold for a host,
 * without asking ssh: only to tell whether two hosts must get the same answer
 * from `ssh -G` but for the host name (ssh_config_share.h). What a value means
 * stays ssh's to say. ssh_config(5), Host, Include, HostName.
 */
#ifndef REMOTE_SSH_CONFIG_SCAN_H
#define REMOTE_SSH_CONFIG_SCAN_H

#include "core/buf.h"
#include "remote/ssh_config.h"

enum { SSH_SCAN_MAX_BYTES = 64 * 1024 };

struct ssh_scan {
	/* False: the configuration has Match, tokens, quotes, or something else
	 * that only ssh can tell; the rest then means nothing. */
	bool sure;
	/* The lines that hold for the host, in order, without HostName, and
	 * what is asked on the command line. Equal text, equal answer. */
	struct buf lines;
	char hostname[NAME_MAX_BYTES]; /* what ssh will call its hostname */
};

/*
 * Reads the files ssh would (config_file as in -F, NULL = the user's and the
 * system's): short reads of local files. Free with ssh_scan_done(), sure or
 * not.
 */
void ssh_scan(
    struct ssh_scan *out, const struct ssh_spec *spec, const char *config_file);
void ssh_scan_done(struct ssh_scan *s);

#endif
