/*
 * link_share.h - what the hosts of one loop share: answers of ssh -G
 * (ssh_config_share.h), name look-ups (lookup.h), passphrases that were typed
 * (ssh_secret.h), the sessions to their jump hosts (ssh_trunk.c), and how much
 * is read in one turn of the loop: a hundred busy hosts that each take their
 * share in one turn would keep a key waiting.
 */
#ifndef REMOTE_LINK_SHARE_H
#define REMOTE_LINK_SHARE_H

#include "remote/lookup.h"
#include "remote/ssh_config_share.h"
#include "remote/ssh_secret.h"

struct ssh_trunk;

enum { LINK_TURN_BYTES = 128 * 1024 };

struct link_share {
	struct ssh_config_share *config; /* owned */
	struct lookups *lookups;	 /* owned */
	struct ssh_secret *secrets;	 /* owned */
	struct ssh_trunk *trunks; /* each goes with the last who uses it */
	uv_check_t *turn;	  /* owned, closes on the loop */
	size_t turn_bytes;	  /* what may still be read in this turn */
};

/* NULL when out of memory. */
struct link_share *link_share_new(uv_loop_t *loop);
/* After the transports that use it; its handles close on the loop. */
void link_share_free(struct link_share *h);

#endif
