/* link_share.c - see link_share.h. */
#include "remote/link_share.h"

#include <stdlib.h>

static void
on_turn(uv_check_t *t)
{
	struct link_share *h = t->data;

	h->readers_before = h->readers;
	h->readers = 0;
}

size_t
link_share_step_bytes(const struct link_share *h)
{
	size_t each = h->readers_before == 0
			  ? LINK_STEP_MAX_BYTES
			  : LINK_TURN_BYTES / h->readers_before;

	if (each > LINK_STEP_MAX_BYTES)
		return LINK_STEP_MAX_BYTES;
	return each < LINK_STEP_MIN_BYTES ? LINK_STEP_MIN_BYTES : each;
}

/* Counts the loop's turns; keeps no loop alive. */
static uv_check_t *
count_turns(uv_loop_t *loop, struct link_share *h)
{
	uv_check_t *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	(void)uv_check_init(loop, t);
	t->data = h;
	(void)uv_check_start(t, on_turn);
	uv_unref((uv_handle_t *)t);
	return t;
}

struct link_share *
link_share_new(uv_loop_t *loop)
{
	struct link_share *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	h->config = ssh_config_share_new();
	h->lookups = lookups_new(loop, NULL);
	h->turn = count_turns(loop, h);
	if (h->config == NULL || h->lookups == NULL || h->turn == NULL) {
		link_share_free(h);
		return NULL;
	}
	return h;
}

static void
on_close(uv_handle_t *h)
{
	free(h);
}

void
link_share_free(struct link_share *h)
{
	if (h == NULL)
		return;
	lookups_free(h->lookups);
	ssh_config_share_free(h->config);
	ssh_secrets_wipe(&h->secrets);
	if (h->turn != NULL)
		uv_close((uv_handle_t *)h->turn, on_close);
	free(h);
}
