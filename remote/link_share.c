/* link_share.c - see link_share.h. */
#include "remote/link_share.h"

#include <stdlib.h>

struct link_share *
link_share_new(uv_loop_t *loop)
{
	struct link_share *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	h->config = ssh_config_share_new();
	h->lookups = lookups_new(loop, NULL);
	if (h->config == NULL || h->lookups == NULL) {
		link_share_free(h);
		return NULL;
	}
	return h;
}

void
link_share_free(struct link_share *h)
{
	if (h == NULL)
		return;
	lookups_free(h->lookups);
	ssh_config_share_free(h->config);
	ssh_secrets_wipe(&h->secrets);
	free(h);
}
