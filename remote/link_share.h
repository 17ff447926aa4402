/*
 * link_share.h - what the hosts of one loop share: answers of ssh -G
 * (ssh_config_share.h), name look-ups (lookup.h), passphrases that were typed
 * (ssh_secret.h), the sessions to their jump hosts (ssh_trunk.c), and how much
 * each may read in one turn of the loop: a hundred busy hosts that take all
 * they can would keep a key waiting.
 */
#ifndef REMOTE_LINK_SHARE_H
#define REMOTE_LINK_SHARE_H

#include "remote/lookup.h"
#include "remote/ssh_config_share.h"
#include "remote/ssh_secret.h"

struct ssh_trunk;

enum {
	LINK_TURN_BYTES = 256 * 1024,
	LINK_STEP_MIN_BYTES = 4 * 1024,
	LINK_STEP_MAX_BYTES = 16 * 1024,
};

struct link_share {
	struct ssh_config_share *config; /* owned */
	struct lookups *lookups;	 /* owned */
	struct ssh_secret *secrets;	 /* owned */
	struct ssh_trunk *trunks; /* each goes with the last who uses it */
	uv_check_t *turn;	  /* owned, closes on the loop */
	unsigned readers;	  /* sockets that were read in this turn */
	unsigned readers_before;  /* in the one before */
};

/* NULL when out of memory. */
struct link_share *link_share_new(uv_loop_t *loop);
/* After the transports that use it; its handles close on the loop. */
void link_share_free(struct link_share *h);
/* What one socket may give in one step: LINK_TURN_BYTES by as many as had
 * something in the turn before, within LINK_STEP_MIN_BYTES and _MAX_BYTES. So
 * nobody ever waits for the others to be done. */
size_t link_share_step_bytes(const struct link_share *h);

#endif
