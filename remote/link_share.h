/*
 * link_share.h - what the hosts of one loop share: answers of ssh -G
 * (ssh_config_share.h) and name look-ups (lookup.h).
 */
#ifndef REMOTE_LINK_SHARE_H
#define REMOTE_LINK_SHARE_H

#include "remote/lookup.h"
#include "remote/ssh_config_share.h"

struct link_share {
	struct ssh_config_share *config; /* owned */
	struct lookups *lookups;	 /* owned */
};

/* NULL when out of memory. */
struct link_share *link_share_new(uv_loop_t *loop);
/* After the transports that use it; its handles close on the loop. */
void link_share_free(struct link_share *h);

#endif
