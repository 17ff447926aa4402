/*
 * ssh_io.c - libssh2's sends and receives: over the chain's socket, or over the
 * jump host's channel, or, while a thread has the session, over nothing but its
 * two buffers. A send is always taken whole; what the network does not
 * take waits in s->out. libssh2 1.10 keeps a half-sent packet by the address of
 * the caller's buffer, which for EOF and keepalive is on its stack, and answers
 * any other call with BAD_USE until that one is repeated: so there must never
 * be a half-sent packet. s->out stays small because nobody starts a new write
 * of data while it holds something (ssh_channel.c).
 */
#include "remote/ssh_int.h"

#include "core/clock.h"

#include <errno.h>
#include <sys/socket.h>

/* Bytes taken, or a negative errno. */
static ssize_t
put(struct ssh_session *s, const void *p, size_t n)
{
	ssize_t k;

	if (s->chain->sock != NULL) {
		k = send(ssh_sock_fd(s->chain->sock), p, n, MSG_NOSIGNAL);
		return k < 0 ? -errno : k;
	}
	if (s->tunnel == NULL)
		return -EPIPE;
	/* what waits in front of it stays small, too */
	if (ssh_trunk_session(s->chain->trunk)->out.n > 0)
		return -EAGAIN;
	k = libssh2_channel_write(ssh_chan_lib(s->tunnel), p, n);
	if (k == LIBSSH2_ERROR_EAGAIN || k == 0)
		return -EAGAIN;
	return k < 0 ? -EPIPE : k;
}

/* What the step's share allows. Less than was asked for means that there is no
 * more, so that nobody asks again for every channel and stream; the poll handle
 * says when there is. */
static ssize_t
take_socket(struct ssh_chain *c, void *p, size_t n)
{
	ssize_t k;

	if (c->drained || c->budget_bytes == 0)
		return -EAGAIN;
	if (n > c->budget_bytes)
		n = c->budget_bytes;
	k = recv(ssh_sock_fd(c->sock), p, n, 0);
	if (k < 0) {
		c->drained = errno == EAGAIN;
		return -errno;
	}
	c->drained = (size_t)k < n && k > 0;
	c->budget_bytes -= (size_t)k;
	return k;
}

static ssize_t
take(struct ssh_session *s, void *p, size_t n)
{
	struct ssh_chain *c = s->chain;
	ssize_t k;

	if (c->sock != NULL)
		return take_socket(c, p, n);
	if (s->tunnel == NULL)
		return -ECONNRESET;
	if (c->budget_bytes == 0)
		return -EAGAIN;
	k = libssh2_channel_read(ssh_chan_lib(s->tunnel), p, n);
	if (k == LIBSSH2_ERROR_EAGAIN)
		return -EAGAIN;
	if (k > 0)
		c->budget_bytes -=
		    (size_t)k < c->budget_bytes ? (size_t)k : c->budget_bytes;
	return k < 0 ? -ECONNRESET : k;
}

/* Bytes received, or a negative errno: never 0. */
static ssize_t
receive(struct ssh_session *s, void *p, size_t n)
{
	ssize_t k;

	if (s->eof)
		return -ECONNRESET;
	k = s->chain->working ? -EAGAIN : take(s, p, n);
	if (k == -EINTR)
		k = -EAGAIN;
	if (k == 0) {
		s->eof = true;
		return -ECONNRESET;
	}
	if (k < 0) {
		if (k != -EAGAIN)
			s->io_errno = (int)-k;
		return k;
	}
	s->heard_ms = clock_mono_ms();
	s->heard_bytes += (uint64_t)k;
	return k;
}

static ssize_t
take_fetched(struct ssh_session *s, void *p, size_t n)
{
	if (n > s->in.n)
		n = s->in.n;
	memcpy(p, s->in.p, n);
	buf_shift(&s->in, n);
	return (ssize_t)n;
}

bool
ssh_io_fetch(struct ssh_session *s)
{
	char bytes[8 * 1024];
	ssize_t k = 1;

	while (k > 0 && s->in.n + sizeof bytes <= SSH_IN_MAX) {
		k = receive(s, bytes, sizeof bytes);
		if (k > 0 && buf_add(&s->in, bytes, (size_t)k) != ERR_OK)
			s->io_errno = ENOBUFS;
	}
	return s->in.n > 0 || s->eof || s->io_errno != 0;
}

static ssize_t
on_send(
    libssh2_socket_t fd, const void *p, size_t n, int flags, void **abstract)
{
	struct ssh_session *s = *abstract;
	ssize_t k = 0;

	(void)fd;
	(void)flags;
	if (s->dead)
		return -EPIPE;
	if (s->out.n == 0 && !s->chain->working)
		k = put(s, p, n);
	if (k == -EAGAIN || k == -EINTR)
		k = 0;
	if (k < 0) {
		s->io_errno = (int)-k;
		return k;
	}
	if ((size_t)k < n &&
	    buf_add(&s->out, (const char *)p + k, n - (size_t)k) != ERR_OK) {
		s->io_errno = ENOBUFS;
		return -ENOBUFS;
	}
	return (ssize_t)n;
}

static ssize_t
on_recv(libssh2_socket_t fd, void *p, size_t n, int flags, void **abstract)
{
	struct ssh_session *s = *abstract;
	ssize_t k;

	(void)fd;
	(void)flags;
	if (s->dead)
		return -ECONNRESET;
	k = s->in.n > 0 ? take_fetched(s, p, n) : receive(s, p, n);
	if (k > 0 && (s->state == SS_BANNER || s->state == SS_KEX))
		(void)buf_add(&s->hello, p, (size_t)k);
	return k;
}

/* libssh2 wants its callbacks as data pointers. */
static void *
as_data(void (*fn)(void))
{
	void *p;

	memcpy(&p, &fn, sizeof p);
	return p;
}

err_t
ssh_io_open(struct ssh_session *s)
{
	s->lib = libssh2_session_init_ex(NULL, NULL, NULL, s);
	if (s->lib == NULL)
		return ERR_NOMEM;
	libssh2_session_set_blocking(s->lib, 0);
	(void)libssh2_session_callback_set(
	    s->lib, LIBSSH2_CALLBACK_SEND, as_data((void (*)(void))on_send));
	(void)libssh2_session_callback_set(
	    s->lib, LIBSSH2_CALLBACK_RECV, as_data((void (*)(void))on_recv));
	return ERR_OK;
}

bool
ssh_io_flush(struct ssh_session *s)
{
	bool moved = false;

	while (s->out.n > 0 && !s->dead) {
		ssize_t k = put(s, s->out.p, s->out.n);

		if (k == -EAGAIN || k == -EINTR)
			break;
		if (k < 0) {
			s->io_errno = (int)-k;
			ssh_lost(s);
			break;
		}
		buf_shift(&s->out, (size_t)k);
		moved = true;
	}
	/* an idle session keeps no buffer */
	if (s->out.n == 0 && s->out.p != NULL)
		buf_done(&s->out);
	return moved;
}
