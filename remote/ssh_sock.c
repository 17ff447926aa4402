/*
 * ssh_sock.c - a socket and the one poll handle on it. The handle stops before
 * the descriptor closes, and is freed in its close callback.
 */
#include "remote/ssh_int.h"

#include <stdlib.h>
#include <unistd.h>

struct ssh_sock {
	uv_poll_t poll;
	int fd, events;
	void *ctx;
	ssh_sock_fn fn;
};

struct ssh_sock *
ssh_sock_new(uv_loop_t *loop, int fd, void *ctx, ssh_sock_fn fn)
{
	struct ssh_sock *k = calloc(1, sizeof *k);

	if (k == NULL || uv_poll_init(loop, &k->poll, fd) != 0) {
		(void)close(fd);
		free(k);
		return NULL;
	}
	k->poll.data = k;
	k->fd = fd;
	k->ctx = ctx;
	k->fn = fn;
	return k;
}

static void
on_event(uv_poll_t *p, int status, int events)
{
	struct ssh_sock *k = p->data;

	k->fn(k->ctx, status, events);
}

void
ssh_sock_want(struct ssh_sock *k, int events)
{
	if (k->events == events)
		return;
	k->events = events;
	if (events == 0)
		(void)uv_poll_stop(&k->poll);
	else
		(void)uv_poll_start(&k->poll, events, on_event);
}

int
ssh_sock_fd(const struct ssh_sock *k)
{
	return k->fd;
}

static void
on_close(uv_handle_t *h)
{
	free(h->data);
}

void
ssh_sock_free(struct ssh_sock *k)
{
	if (k == NULL)
		return;
	(void)uv_poll_stop(&k->poll);
	(void)close(k->fd);
	uv_close((uv_handle_t *)&k->poll, on_close);
}
