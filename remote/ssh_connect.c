/*
 * ssh_connect.c - from a name to a connected socket: its addresses
 * (lookup.h), then one after the other, each with its own time-out. A literal
 * address is not looked up, so that a dead resolver does not hold it.
 */
#include "remote/ssh_int.h"

#include "core/i18n.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

struct ssh_connect {
	struct lookup *lookup; /* while it is under way */
	struct sockaddr_storage addr[LOOKUP_ADDRESSES_MAX];
	size_t n, at;
	int last_errno;
};

void
ssh_connect_free(struct ssh_connect *c)
{
	if (c == NULL)
		return;
	lookup_cancel(c->lookup);
	free(c);
}

static err_t
err_of(int e)
{
	switch (e) {
	case ECONNREFUSED:
		return ERR_CONNREFUSED;
	case ETIMEDOUT:
		return ERR_TIMEOUT;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case ENETDOWN:
		return ERR_UNREACH;
	default:
		return ERR_IO;
	}
}

static void
all_failed(struct ssh_session *s)
{
	const struct ssh_connect *c = s->connect;
	const char *host = s->cfg.hostname;
	unsigned port = s->cfg.port;
	err_t err = err_of(c->last_errno);

	if (err == ERR_CONNREFUSED)
		ssh_fail(s, LINK_WAITING, err,
		    _("%s port %u refused the connection; is sshd running, and "
		      "on this port?"),
		    host, port);
	else if (err == ERR_TIMEOUT)
		ssh_fail(s, LINK_WAITING, err,
		    _("%s port %u did not answer within %lld s (%zu addresses "
		      "tried); is the host up, does a firewall drop?"),
		    host, port, ((long long)ssh_step_ms(s) + 999) / 1000, c->n);
	else if (c->last_errno == EADDRNOTAVAIL && s->cfg.bind_address != NULL)
		ssh_fail(s, LINK_WAITING, err,
		    _("%s port %u cannot be reached from BindAddress %s: this "
		      "machine does not have it, or it is of the other "
		      "family"),
		    host, port, s->cfg.bind_address);
	else
		ssh_fail(s, LINK_WAITING, err,
		    _("%s port %u cannot be reached: %s"), host, port,
		    uv_strerror(-c->last_errno));
}

static void next_address(struct ssh_session *s);

static void
connected(struct ssh_session *s)
{
	ssh_connect_free(s->connect);
	s->connect = NULL;
	if (ssh_io_open(s) != ERR_OK) {
		ssh_fail(
		    s, LINK_WAITING, ERR_NOMEM, "%s", _(err_text(ERR_NOMEM)));
		return;
	}
	ssh_hostkey_prepare(s);
	if (!ssh_over(s))
		ssh_to(s, SS_BANNER);
}

static void
failed_address(struct ssh_session *s, int e)
{
	ssh_sock_free(s->chain->sock);
	s->chain->sock = NULL;
	s->connect->last_errno = e;
	next_address(s);
}

void
ssh_connect_timeout(struct ssh_session *s)
{
	failed_address(s, ETIMEDOUT);
}

static void
on_sock(void *ctx, int status, int events)
{
	struct ssh_chain *c = ctx;
	struct ssh_session *s = c->s;
	int e = 0;
	socklen_t n = sizeof e;

	if (s->state != SS_TCP) {
		ssh_chain_on_sock(c, status, events);
		return;
	}
	/* libuv only knows that there is an error, the socket knows which */
	if (getsockopt(ssh_sock_fd(c->sock), SOL_SOCKET, SO_ERROR, &e, &n) != 0)
		e = errno;
	if (e == 0 && status < 0)
		e = -status;
	if (e == 0)
		connected(s);
	else
		failed_address(s, e);
	ssh_chain_step(c);
}

static socklen_t
length_of(const struct sockaddr_storage *a)
{
	return a->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					: sizeof(struct sockaddr_in);
}

/* BindAddress of ssh_config(5), as an address: 0, or the errno. One of the
 * other family can carry nothing to this address. */
static int
bind_to(int fd, int family, const char *address)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	int rc = -1;

	errno = EADDRNOTAVAIL;
	if (family == AF_INET && inet_pton(AF_INET, address, &v4.sin_addr) == 1)
		rc = bind(fd, (struct sockaddr *)&v4, sizeof v4);
	else if (family == AF_INET6 &&
		 inet_pton(AF_INET6, address, &v6.sin6_addr) == 1)
		rc = bind(fd, (struct sockaddr *)&v6, sizeof v6);
	return rc == 0 ? 0 : errno;
}

/* 0, or the errno that says why not. */
static int
try_address(struct ssh_session *s, const struct sockaddr_storage *a)
{
	const char *own = s->cfg.bind_address;
	int on = 1, e;
	int fd =
	    socket(a->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	e = own == NULL ? 0 : bind_to(fd, a->ss_family, own);
	if (e == 0 &&
	    connect(fd, (const struct sockaddr *)a, length_of(a)) != 0)
		e = errno;
	s->chain->sock = ssh_sock_new(s->chain->loop, fd, s->chain, on_sock);
	if (s->chain->sock == NULL)
		return ENOMEM;
	if (e == 0 || e == EINPROGRESS)
		return 0;
	ssh_sock_free(s->chain->sock);
	s->chain->sock = NULL;
	return e;
}

static void
next_address(struct ssh_session *s)
{
	struct ssh_connect *c = s->connect;

	while (c->at < c->n) {
		int e = try_address(s, &c->addr[c->at++]);

		if (e == 0) {
			ssh_to(s, SS_TCP);
			ssh_sock_want(s->chain->sock, UV_WRITABLE);
			return;
		}
		c->last_errno = e;
	}
	all_failed(s);
}

static void
lookup_failed(struct ssh_session *s, int status, int sys)
{
	const char *host = s->cfg.hostname;

	if (status == EAI_NONAME || status == EAI_NODATA)
		ssh_fail(s, LINK_FAILED, ERR_NAME,
		    _("the name %s is not known; check its spelling, DNS, or "
		      "HostName in the ssh configuration"),
		    host);
	else
		ssh_fail(s, LINK_WAITING, ERR_NAME,
		    _("the name %s cannot be looked up now: %s"), host,
		    status == EAI_SYSTEM ? uv_strerror(-sys)
					 : gai_strerror(status));
}

static void
set_port(struct sockaddr_storage *a, uint16_t port)
{
	if (a->ss_family == AF_INET6)
		((struct sockaddr_in6 *)a)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)a)->sin_port = htons(port);
}

static void
on_lookup(void *ctx, int status, int sys, const struct sockaddr_storage *addr,
    size_t n)
{
	struct ssh_session *s = ctx;
	struct ssh_connect *c = s->connect;

	c->lookup = NULL;
	for (; c->n < n; c->n++) {
		c->addr[c->n] = addr[c->n];
		set_port(&c->addr[c->n], s->cfg.port);
	}
	if (status != 0 || n == 0)
		lookup_failed(s, status != 0 ? status : EAI_NODATA, sys);
	else
		next_address(s);
	ssh_chain_step(s->chain);
}

/* True when it is an address already. */
static bool
literal(struct ssh_connect *c, const char *host, uint16_t port)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (uv_ip4_addr(host, port, &v4) == 0)
		memcpy(&c->addr[0], &v4, sizeof v4);
	else if (uv_ip6_addr(host, port, &v6) == 0)
		memcpy(&c->addr[0], &v6, sizeof v6);
	else
		return false;
	c->n = 1;
	return true;
}

void
ssh_connect_start(struct ssh_session *s)
{
	struct ssh_connect *c = calloc(1, sizeof *c);

	s->connect = c;
	if (c == NULL) {
		ssh_fail(
		    s, LINK_WAITING, ERR_NOMEM, "%s", _(err_text(ERR_NOMEM)));
		return;
	}
	ssh_to(s, SS_LOOKUP);
	if (literal(c, s->cfg.hostname, s->cfg.port)) {
		next_address(s);
		return;
	}
	c->lookup = lookup_start(s->chain->t->to.share->lookups,
	    s->cfg.hostname, s->cfg.family, s, on_lookup);
	if (c->lookup == NULL)
		ssh_fail(
		    s, LINK_WAITING, ERR_NOMEM, "%s", _(err_text(ERR_NOMEM)));
}
