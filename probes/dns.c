/*
 * dns.c - c-ares on the loop: its sockets as poll handles, its time-outs by a
 * tick that runs only while a question is open (ares_timeout() walks every
 * question and rounds down to a busy loop). Two channels a resolver: addresses
 * come over UDP, whatever the truncation bit says of more of them; what is cut
 * off before the first, and texts, may come over TCP. Of several resolvers the
 * next one is asked here, not by the library, which forgets who is dead and
 * calls a refusal by all of them a connection refused. The library must not be
 * destroyed from its own callbacks: `depth` defers that.
 */
#include "probes/dns.h"

#include "core/i18n.h"
#include "core/num.h"
#include "probes/dnsbl_answer.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	TICK_MS = 50,
	RCVBUF_BYTES = 4 << 20,
	TRIES_OF_SEVERAL = 2, /* of each, when there is another one */
	BACK_EVERY = 64,      /* so many questions: is the first one back? */
	TC_BIT = 2,	      /* of the message's third byte */
	CONCLUSIVE = 9,
};
enum chan { CHAN_UDP, CHAN_TCP, CHANS }; /* TCP: when it is cut off */

struct dns_sock {
	uv_poll_t poll;
	ares_socket_t fd;
	struct dns_chan *chan;
	struct dns_sock *next;
};

struct dns_chan {
	struct dns *d;
	ares_channel ares;
	struct dns_sock *socks; /* owned; open ones */
};

struct dns {
	uv_timer_t tick;
	uv_loop_t *loop;
	struct dns_chan chan[DNS_RESOLVERS][CHANS];
	unsigned n_resolvers;
	unsigned first; /* whom to ask first: who answered when it did not */
	bool serves[DNS_RESOLVERS];    /* has told us of a name */
	uint64_t asked;		       /* questions in all */
	uint64_t heard[DNS_RESOLVERS]; /* asked, when it said something last */
	void *ctx;
	void (*after)(void *ctx);
	unsigned open;	/* questions without an answer */
	unsigned depth; /* of library code on the stack */
	bool answered;	/* since the last after() */
	bool dying;
	char resolver[DNS_RESOLVER_TEXT];
};

/* One question under way. */
struct dns_query {
	struct dns *d;
	dns_answer_fn fn;
	void *fn_ctx;
	uint64_t sent_ms; /* of the loop */
	uint64_t number;  /* of dns.asked */
	enum dns_type type;
	enum chan chan;
	unsigned resolver;	 /* asked now */
	unsigned tried;		 /* of them, in vain */
	bool silent;		 /* one of those did not answer at all */
	enum dns_status telling; /* what those said that tells most */
	int says;		 /* how much that is */
	char name[];
};

static void
on_sock_closed(uv_handle_t *h)
{
	free(h->data);
}

static void
on_tick_closed(uv_handle_t *h)
{
	free(h->data);
}

static void
destroy(struct dns *d)
{
	for (unsigned i = 0; i < DNS_RESOLVERS * CHANS; i++) {
		struct dns_chan *c = &d->chan[i / CHANS][i % CHANS];

		if (c->ares != NULL)
			ares_destroy(c->ares);
		c->ares = NULL;
	}
	uv_close((uv_handle_t *)&d->tick, on_tick_closed);
}

/* The end of everything that ran library code. */
static void
leave(struct dns *d)
{
	if (--d->depth > 0)
		return;
	if (d->dying) {
		destroy(d);
		return;
	}
	if (d->open == 0)
		(void)uv_timer_stop(&d->tick);
	if (!d->answered)
		return;
	d->answered = false;
	if (d->after != NULL)
		d->after(d->ctx);
}

static void
on_sock(uv_poll_t *h, int status, int events)
{
	struct dns_sock *k = h->data;
	struct dns *d = k->chan->d;
	bool in = status < 0 || (events & UV_READABLE) != 0;
	bool out = status < 0 || (events & UV_WRITABLE) != 0;

	d->depth++;
	ares_process_fd(k->chan->ares, in ? k->fd : ARES_SOCKET_BAD,
	    out ? k->fd : ARES_SOCKET_BAD);
	leave(d);
}

static void
on_tick(uv_timer_t *h)
{
	struct dns *d = h->data;

	d->depth++;
	for (unsigned i = 0; i < d->n_resolvers * CHANS; i++)
		ares_process_fd(d->chan[i / CHANS][i % CHANS].ares,
		    ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	leave(d);
}

static struct dns_sock *
sock_open(struct dns_chan *c, ares_socket_t fd)
{
	struct dns_sock *k = calloc(1, sizeof *k);

	if (k == NULL || uv_poll_init(c->d->loop, &k->poll, fd) != 0) {
		free(k);
		return NULL; /* its questions will time out */
	}
	k->poll.data = k;
	k->fd = fd;
	k->chan = c;
	k->next = c->socks;
	c->socks = k;
	return k;
}

static void
on_sock_state(void *ctx, ares_socket_t fd, int in, int out)
{
	struct dns_chan *c = ctx;
	struct dns_sock **at = &c->socks, *k;

	while (*at != NULL && (*at)->fd != fd)
		at = &(*at)->next;
	k = *at;
	if (in || out) {
		if (k == NULL)
			k = sock_open(c, fd);
		if (k != NULL)
			(void)uv_poll_start(&k->poll,
			    (in ? UV_READABLE : 0) | (out ? UV_WRITABLE : 0),
			    on_sock);
		return;
	}
	if (k == NULL)
		return;
	*at = k->next;
	(void)uv_poll_stop(&k->poll);
	uv_close((uv_handle_t *)&k->poll, on_sock_closed);
}

static enum dns_status
status_of(int status)
{
	switch (status) {
	case ARES_ENODATA:
		return DNS_NODATA;
	case ARES_ENOTFOUND:
		return DNS_NXDOMAIN;
	case ARES_EREFUSED:
		return DNS_REFUSED;
	case ARES_ESERVFAIL:
	case ARES_ENOTIMP:
	case ARES_EFORMERR:
		return DNS_SERVFAIL;
	case ARES_ETIMEOUT:
		return DNS_TIMEOUT;
	case ARES_SUCCESS: /* without a message: never seen */
	case ARES_EBADNAME:
	case ARES_EBADQUERY:
	case ARES_EBADRESP:
		return DNS_BAD;
	default:
		return DNS_DOWN;
	}
}

static void on_answer(
    void *ctx, int status, int timeouts, unsigned char *msg, int n);

static void
send_query(struct dns_query *q)
{
	ares_query(q->d->chan[q->resolver][q->chan].ares, q->name, 1,
	    q->type == DNS_TXT ? 16 : 1, on_answer, q);
}

/* How much is learned from an answer; CONCLUSIVE: all. Who serves us says more
 * of a list that fails than who may refuse us all. */
static int
weight(enum dns_status status)
{
	switch (status) {
	case DNS_OK:
	case DNS_NXDOMAIN:
	case DNS_NODATA:
		return CONCLUSIVE;
	case DNS_SERVFAIL:
		return 4;
	case DNS_REFUSED:
		return 3;
	case DNS_BAD:
		return 2;
	case DNS_TIMEOUT:
		return 1;
	case DNS_DOWN:
		break;
	}
	return 0;
}

/* The next resolver is asked, if there is one. false: a is the answer. */
static bool
asked_next(struct dns_query *q, struct dns_answer *a)
{
	struct dns *d = q->d;

	int says = weight(a->status);

	if (says == CONCLUSIVE) {
		d->serves[q->resolver] = true;
		/* Who answered others meanwhile is there: the list is slow. And
		 * the first one is first for a reason: lists may know it. */
		if (q->resolver == 0 ||
		    (q->silent && d->heard[d->first] < q->number))
			d->first = q->resolver;
		return false;
	}
	if (says > 0 && d->serves[q->resolver])
		says += CONCLUSIVE;
	q->silent |= a->status == DNS_TIMEOUT || a->status == DNS_DOWN;
	if (q->tried == 0 || says > q->says) {
		q->telling = a->status;
		q->says = says;
	}
	if (++q->tried == d->n_resolvers) {
		*a = (struct dns_answer){.status = q->telling};
		return false;
	}
	q->resolver = (q->resolver + 1) % d->n_resolvers;
	q->chan = q->type == DNS_TXT ? CHAN_TCP : CHAN_UDP;
	send_query(q);
	return true;
}

static void
on_answer(void *ctx, int status, int timeouts, unsigned char *msg, int n)
{
	struct dns_query *q = ctx;
	struct dns *d = q->d;
	struct dns_answer a = {0};
	struct dnsbl_text text;

	(void)timeouts;
	if (d->dying) {
		d->open--;
		free(q);
		return;
	}
	if (msg != NULL && n > 0) {
		d->heard[q->resolver] = d->asked;
		dnsbl_answer_read(&a, msg, (size_t)n, q->type, &text);
	} else {
		a.status = status_of(status);
	}
	if (a.status == DNS_BAD && q->chan == CHAN_UDP && msg != NULL &&
	    n > 2 && (msg[2] & TC_BIT) != 0) {
		q->chan = CHAN_TCP;
		send_query(q);
		return;
	}
	if (asked_next(q, &a))
		return;
	d->open--;
	a.ms = (uint32_t)(uv_now(d->loop) - q->sent_ms);
	d->answered = true;
	q->fn(q->fn_ctx, &a);
	free(q);
}

void
dns_ask(struct dns *d, const char *name, enum dns_type type, dns_answer_fn fn,
    void *fn_ctx)
{
	size_t n = strlen(name) + 1;
	struct dns_query *q = malloc(sizeof *q + n);

	if (q == NULL) {
		fn(fn_ctx, &(struct dns_answer){.status = DNS_DOWN});
		return;
	}
	d->asked++;
	*q = (struct dns_query){.d = d,
	    .fn = fn,
	    .fn_ctx = fn_ctx,
	    .sent_ms = uv_now(d->loop),
	    .type = type,
	    .chan = type == DNS_TXT ? CHAN_TCP : CHAN_UDP,
	    .number = d->asked,
	    .resolver = d->asked % BACK_EVERY == 0 ? 0 : d->first};
	memcpy(q->name, name, n);
	if (d->open++ == 0)
		(void)uv_timer_start(&d->tick, on_tick, TICK_MS, TICK_MS);
	d->depth++;
	send_query(q);
	/* Not leave(): who asks goes on asking, and must not be called. */
	d->depth--;
}

const char *
dns_resolver(const struct dns *d)
{
	return d->resolver;
}

/* "ADDR", "ADDR:PORT", "[ADDR6]:PORT", "ADDR6" into *node. */
static err_t
parse_resolver(struct str s, struct ares_addr_port_node *node)
{
	char addr[INET6_ADDRSTRLEN];
	struct str host = s, port = {NULL, 0};
	const char *colon = s.n == 0 ? NULL : memchr(s.p, ':', s.n);
	uint32_t n = 53;

	if (s.n > 0 && s.p[0] == '[') {
		const char *end = memchr(s.p, ']', s.n);

		if (end == NULL)
			return ERR_PARSE;
		host = (struct str){s.p + 1, (size_t)(end - s.p) - 1};
		port = str_from(s, (size_t)(end - s.p) + 1);
		if (port.n > 0 && port.p[0] != ':')
			return ERR_PARSE;
		if (port.n == 1)
			return ERR_PARSE;
		port = str_from(port, 1);
	} else if (colon != NULL &&
		   memchr(colon + 1, ':', s.n - (size_t)(colon - s.p) - 1) ==
		       NULL) {
		host.n = (size_t)(colon - s.p);
		port = str_from(s, host.n + 1);
		if (port.n == 0)
			return ERR_PARSE;
	}
	if (port.n > 0 && (num_u32(port, &n) != ERR_OK || n == 0 || n > 65535))
		return ERR_PARSE;
	if (host.n == 0 || host.n >= sizeof addr)
		return ERR_PARSE;
	str_copy(addr, sizeof addr, host);
	*node = (struct ares_addr_port_node){
	    .udp_port = (int)n, .tcp_port = (int)n};
	if (inet_pton(AF_INET, addr, &node->addr.addr4) == 1)
		node->family = AF_INET;
	else if (inet_pton(AF_INET6, addr, &node->addr.addr6) == 1)
		node->family = AF_INET6;
	else
		return ERR_PARSE;
	return ERR_OK;
}

/* "ADDR[:PORT],...": [*n], DNS_RESOLVERS at most. */
static err_t
parse_resolvers(struct str s, struct ares_addr_port_node *nodes, unsigned *n)
{
	err_t err = ERR_OK;

	for (*n = 0; err == ERR_OK && *n < DNS_RESOLVERS;) {
		size_t comma = str_find(s, STR_LIT(","));

		err = parse_resolver(
		    (struct str){s.p, comma == SIZE_MAX ? s.n : comma},
		    &nodes[(*n)++]);
		if (comma == SIZE_MAX)
			return err;
		s = str_from(s, comma + 1);
	}
	return ERR_PARSE; /* one of them is none, or they are too many */
}

static void
name_resolvers(struct dns *d, const struct ares_addr_port_node *nodes)
{
	size_t at = 0;

	for (unsigned i = 0; i < d->n_resolvers; i++) {
		const struct ares_addr_port_node *node = &nodes[i];
		char addr[INET6_ADDRSTRLEN];
		int port = node->udp_port == 0 ? 53 : node->udp_port;

		if (inet_ntop(node->family, &node->addr, addr, sizeof addr) ==
		    NULL)
			addr[0] = '\0';
		if (at < sizeof d->resolver)
			at += (size_t)snprintf(d->resolver + at,
			    sizeof d->resolver - at,
			    node->family == AF_INET6 ? "%s[%s]:%d" : "%s%s:%d",
			    i > 0 ? ", " : "", addr, port);
	}
}

/* node: NULL leaves it the system's. What a resolver says is taken for an
 * answer: whom to ask next is decided here. */
static int
channel_init(struct dns_chan *c, enum chan kind, int tries,
    struct ares_addr_port_node *node)
{
	struct ares_options o = {
	    .flags = ARES_FLAG_STAYOPEN | ARES_FLAG_NOSEARCH |
		     ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP |
		     (kind == CHAN_UDP ? ARES_FLAG_IGNTC : 0),
	    .timeout = DNS_RESEND_MS,
	    .tries = tries,
	    .ndots = 0,
	    .ndomains = 0,
	    .lookups = (char[]){"b"},
	    .socket_receive_buffer_size = RCVBUF_BYTES,
	    .sock_state_cb = on_sock_state,
	    .sock_state_cb_data = c};
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
		   ARES_OPT_NDOTS | ARES_OPT_DOMAINS | ARES_OPT_LOOKUPS |
		   ARES_OPT_SOCK_RCVBUF | ARES_OPT_SOCK_STATE_CB;
	int status = ares_init_options(&c->ares, &o, mask);

	if (status == ARES_SUCCESS && node != NULL)
		status = ares_set_servers_ports(c->ares, node);
	return status;
}

bool
dns_is_resolver(struct str s)
{
	struct ares_addr_port_node nodes[DNS_RESOLVERS];
	unsigned n;

	return parse_resolvers(s, nodes, &n) == ERR_OK;
}

/* Those of the system, the first of them; by a channel that asks nobody. */
static int
system_resolvers(struct ares_addr_port_node *nodes, unsigned *n)
{
	struct dns_chan c = {0};
	struct ares_addr_port_node *all = NULL;
	int status = channel_init(&c, CHAN_UDP, DNS_TRIES, NULL);

	*n = 0;
	if (status != ARES_SUCCESS)
		return status;
	status = ares_get_servers_ports(c.ares, &all);
	for (const struct ares_addr_port_node *a = all;
	     a != NULL && *n < DNS_RESOLVERS; a = a->next) {
		nodes[*n] = *a;
		nodes[(*n)++].next = NULL;
	}
	ares_free_data(all);
	ares_destroy(c.ares);
	return status == ARES_SUCCESS && *n == 0 ? ARES_ENODATA : status;
}

static err_t
channels_init(struct dns *d, struct ares_addr_port_node *nodes)
{
	int tries = d->n_resolvers > 1 ? TRIES_OF_SEVERAL : DNS_TRIES;
	int status = ARES_SUCCESS;

	for (unsigned i = 0;
	     i < d->n_resolvers * CHANS && status == ARES_SUCCESS; i++)
		status = channel_init(&d->chan[i / CHANS][i % CHANS],
		    (enum chan)(i % CHANS), tries, &nodes[i / CHANS]);
	name_resolvers(d, nodes);
	if (status == ARES_SUCCESS)
		return ERR_OK;
	return status == ARES_ENOMEM ? ERR_NOMEM : ERR_IO;
}

err_t
dns_new(struct dns **out, const struct dns_opts *o, char *why, size_t why_cap)
{
	struct ares_addr_port_node nodes[DNS_RESOLVERS];
	unsigned n = 0;
	struct dns *d;
	err_t err = ERR_OK;

	if (o->resolver != NULL &&
	    parse_resolvers(str_of(o->resolver), nodes, &n) != ERR_OK) {
		(void)snprintf(why, why_cap,
		    _("%.80s is no address of a resolver; an address is "
		      "wanted, or ADDRESS:PORT."),
		    o->resolver);
		return ERR_PARSE;
	}
	d = calloc(1, sizeof *d);
	if (d == NULL || uv_timer_init(o->loop, &d->tick) != 0) {
		(void)snprintf(why, why_cap, "%s", _(err_text(ERR_NOMEM)));
		free(d);
		return ERR_NOMEM;
	}
	d->tick.data = d;
	d->loop = o->loop;
	d->ctx = o->ctx;
	d->after = o->after;
	for (unsigned i = 0; i < DNS_RESOLVERS * CHANS; i++)
		d->chan[i / CHANS][i % CHANS].d = d;
	if (o->resolver == NULL && system_resolvers(nodes, &n) != ARES_SUCCESS)
		err = ERR_IO;
	d->n_resolvers = n;
	if (err == ERR_OK)
		err = channels_init(d, nodes);
	if (err != ERR_OK) {
		(void)snprintf(why, why_cap,
		    _("The resolver could not be set up: %s."),
		    _(err_text(err)));
		dns_free(d);
		return err;
	}
	*out = d;
	return ERR_OK;
}

void
dns_free(struct dns *d)
{
	if (d == NULL || d->dying)
		return;
	d->dying = true;
	(void)uv_timer_stop(&d->tick);
	if (d->depth == 0)
		destroy(d);
}
