/*
 * postfix_discover.h - what runs on a host: the text of scripts/discover.sh
 * (sections "== name" of raw command output) into a struct discovery with its
 * findings. Pure. Sources: postconf(1), master(5), postconf(5), sudo -n -l.
 */
#ifndef REMOTE_POSTFIX_DISCOVER_H
#define REMOTE_POSTFIX_DISCOVER_H

#include "core/buf.h"
#include "core/types.h"

/* Appends the shell line that runs the script on the host. */
err_t postfix_discover_command(struct buf *out) NODISCARD;

/*
 * text: the script's whole output, at most 4 MB. sent_ms, got_ms: our wall
 * clock before and after, for the clock offset (host minus ours, at half way;
 * 0 when that may be).
 * ERR_NOTPOSTFIX (no Postfix here), ERR_NOCOMMAND, ERR_PARSE; why[why_cap] gets
 * a sentence naming what was missing. *out is only written on success.
 */
err_t postfix_discover(struct discovery *out, struct str text, int64_t sent_ms,
    int64_t got_ms, char *why, size_t why_cap) NODISCARD;

#endif
