/*
 * The lab's receiving side: plays the providers of the personas file on their
 * MX addresses, port 25, limits each client address by a token bucket and
 * counts exactly what it answered. It stores no mail and knows no DNS. The
 * conversation itself is sink_smtp.c.
 *
 *   sink -n NET -p PERSONAS -s SOCKET      serve; NET is like 127.44
 *   sink -c SOCKET WORD...                 ask a running one; see command()
 */
#include "sink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

const char *const stage_name[STAGES] = {"greet", "mail", "rcpt", "data"};

static double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

_Noreturn static void
die(const char *what)
{
	fprintf(stderr, "sink: %s: %s\n", what, strerror(errno));
	exit(1);
}

struct provider *
provider_find(struct sink *s, const char *name)
{
	for (int i = 0; i < s->providers; i++)
		if (strcmp(s->provider[i].name, name) == 0)
			return &s->provider[i];
	return NULL;
}

enum stage
stage_of(const char *name)
{
	enum stage at = GREET;

	while (at < STAGES && strcmp(stage_name[at], name) != 0)
		at++;
	return at;
}

/* A rate as people write it: a number, or - for no limit. */
static bool
rate_of(const char *text, double *rate)
{
	bool none = strcmp(text, "-") == 0;
	char *end;
	double r = strtod(text, &end);

	if (!none && (*end != '\0' || end == text || !(r >= 0)))
		return false;
	*rate = none ? -1 : r;
	return true;
}

static bool
read_provider(struct sink *s, char *rest)
{
	struct provider *p = &s->provider[s->providers];
	char *name = strtok_r(rest, " \t", &rest);
	char *rate = strtok_r(NULL, " \t", &rest);
	char *stage = strtok_r(NULL, " \t", &rest);

	if (s->providers == MAX_PROVIDERS || stage == NULL || *rest == '\0')
		return false;
	snprintf(p->name, sizeof(p->name), "%s", name);
	snprintf(p->reply, sizeof(p->reply), "%s", rest);
	if (!rate_of(rate, &p->rate))
		return false;
	p->stage = stage_of(stage);
	s->providers++;
	return p->stage < STAGES;
}

static bool
read_mx(struct sink *s, const char *net, char *rest)
{
	struct mx *m = &s->mx[s->mxs];
	char *provider = strtok_r(rest, " \t", &rest);
	char *name = strtok_r(NULL, " \t", &rest);
	char *host = strtok_r(NULL, " \t", &rest);
	char addr[64];
	struct provider *p = provider ? provider_find(s, provider) : NULL;

	if (s->mxs == MAX_MX || p == NULL || host == NULL)
		return false;
	snprintf(addr, sizeof(addr), "%s.%s", net, host);
	snprintf(m->name, sizeof(m->name), "%s", name);
	m->provider = (int)(p - s->provider);
	s->mxs++;
	return inet_pton(AF_INET, addr, &m->addr) == 1;
}

static void
read_personas(struct sink *s, const char *net, const char *path)
{
	FILE *f = fopen(path, "re");
	char line[2048];
	int n = 0;

	if (f == NULL)
		die(path);
	while (fgets(line, sizeof(line), f) != NULL) {
		char *rest = line;
		char *word;
		bool ok = true;

		n++;
		line[strcspn(line, "\n")] = '\0';
		word = strtok_r(line, " \t", &rest);
		if (word == NULL || *word == '#')
			continue;
		if (strcmp(word, "provider") == 0)
			ok = read_provider(s, rest);
		else if (strcmp(word, "mx") == 0)
			ok = read_mx(s, net, rest);
		else if (strncmp(word, "asks", 4) == 0 ||
			 strcmp(word, "blocks") == 0)
			ok = rule_read(s, word, rest);
		else
			ok = strcmp(word, "domain") == 0;
		if (!ok) {
			fprintf(stderr, "sink: %s:%d: bad line\n", path, n);
			exit(1);
		}
	}
	fclose(f);
}

/* The row of one client and provider; the last one takes what has no room. */
static struct row *
row_of(struct sink *s, uint32_t ip, int provider)
{
	uint32_t h = (ntohl(ip) * 2654435761U + (uint32_t)provider * 40503U);
	uint32_t i = h % MAX_ROWS;

	while (s->row[i].ip != 0 &&
	       (s->row[i].ip != ip || s->row[i].provider != provider))
		i = (i + 1) % MAX_ROWS;
	if (s->row[i].ip == 0) {
		if (s->rows == MAX_ROWS - 1)
			die("too many client addresses");
		s->rows++;
		s->row[i].ip = ip;
		s->row[i].provider = provider;
		s->row[i].tokens = 1e9;
		s->row[i].filled_s = s->now_s;
	}
	return &s->row[i];
}

static void
conn_close(struct sink *s, struct conn *c)
{
	smtp_give_back(c);
	close(c->fd);
	if (c->prev)
		c->prev->next = c->next;
	else
		s->conns = c->next;
	if (c->next)
		c->next->prev = c->prev;
	s->nconns--;
	free(c);
}

/* Writes what waits. Returns false when the connection is over. */
static bool
flush(struct sink *s, struct conn *c)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};

	while (c->out_len > 0) {
		ssize_t n = send(c->fd, c->out, c->out_len, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0)
			return false;
		c->out_len -= (size_t)n;
		memmove(c->out, c->out + n, c->out_len);
	}
	if (c->closing && c->out_len == 0)
		return false;
	if (c->watch_out != (c->out_len > 0)) {
		c->watch_out = c->out_len > 0;
		ev.events = c->watch_out ? EPOLLIN | EPOLLOUT : EPOLLIN;
		epoll_ctl(s->ep, EPOLL_CTL_MOD, c->fd, &ev);
	}
	return true;
}

static void
on_conn(struct sink *s, struct conn *c)
{
	c->seen_s = s->now_s;
	for (;;) {
		size_t room = IN_BYTES - c->in_len;
		ssize_t n = room ? recv(c->fd, c->in + c->in_len, room, 0) : -1;
		bool again = n < 0 && (room == 0 || errno == EAGAIN);
		bool more;

		if (n > 0)
			c->in_len += (size_t)n;
		else if (!again) {
			conn_close(s, c);
			return;
		}
		more = smtp_bytes(s, c);
		if (!flush(s, c)) {
			conn_close(s, c);
			return;
		}
		/* With answers waiting, the next event is that they can go. */
		if (again && (!more || c->out_len > 0))
			return;
	}
}

static void
on_accept(struct sink *s, struct mx *m)
{
	struct sockaddr_in sa;
	socklen_t len = sizeof(sa);
	struct epoll_event ev = {.events = EPOLLIN};
	struct conn *c;
	int fd = accept4(
	    m->fd, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return;
	c = s->nconns < MAX_CONNS ? calloc(1, sizeof(*c)) : NULL;
	if (c == NULL) {
		close(fd);
		return;
	}
	c->fd = fd;
	c->mx = m;
	c->row = row_of(s, sa.sin_addr.s_addr, m->provider);
	c->row->connections++;
	c->seen_s = s->now_s;
	c->next = s->conns;
	if (s->conns)
		s->conns->prev = c;
	s->conns = c;
	s->nconns++;
	smtp_greet(s, c);
	ev.data.ptr = c;
	if (epoll_ctl(s->ep, EPOLL_CTL_ADD, fd, &ev) < 0 || !flush(s, c))
		conn_close(s, c);
}

static void
drop_idle(struct sink *s)
{
	for (struct conn *c = s->conns, *next; c != NULL; c = next) {
		next = c->next;
		if (s->now_s - c->seen_s > IDLE_S)
			conn_close(s, c);
	}
}

static void
print_counts(const struct sink *s, FILE *out)
{
	fprintf(out, "ip\tprovider\tsent\tdeferred\tbounced\tmessages\t"
		     "temp_greet\ttemp_mail\ttemp_rcpt\ttemp_data\t"
		     "connections\tlisted\tblocked\n");
	for (int i = 0; i < MAX_ROWS; i++) {
		const struct row *r = &s->row[i];
		char ip[INET_ADDRSTRLEN];
		unsigned long long t[STAGES], all = 0;

		if (r->ip == 0)
			continue;
		for (int k = 0; k < STAGES; k++)
			all += t[k] = r->temp[k];
		inet_ntop(AF_INET, &r->ip, ip, sizeof(ip));
		fprintf(out,
		    "%s\t%s\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t"
		    "%llu\t%llu\t%llu\n",
		    ip, s->provider[r->provider].name,
		    (unsigned long long)r->sent, all,
		    (unsigned long long)r->bounced,
		    (unsigned long long)r->messages, t[GREET], t[MAIL], t[RCPT],
		    t[DATA], (unsigned long long)r->connections,
		    (unsigned long long)r->listed,
		    (unsigned long long)r->blocked);
	}
}

static void
zero_counts(struct sink *s)
{
	for (int i = 0; i < MAX_ROWS; i++) {
		struct row *r = &s->row[i];

		r->connections = r->messages = r->sent = r->bounced = 0;
		r->listed = r->blocked = 0;
		memset(r->temp, 0, sizeof(r->temp));
	}
}

/* counts | reset | forget | limits | limit PROVIDER RATE | block PROVIDER
 * SUBJECT | unblock PROVIDER SUBJECT */
static void
command(struct sink *s, char *line, FILE *out)
{
	char *save;
	char *word = strtok_r(line, " \n", &save);
	char *name = strtok_r(NULL, " \n", &save);
	char *what = strtok_r(NULL, " \n", &save);
	struct provider *p = name ? provider_find(s, name) : NULL;

	if (word == NULL) {
		return;
	} else if (strcmp(word, "counts") == 0) {
		print_counts(s, out);
	} else if (strcmp(word, "reset") == 0) {
		zero_counts(s);
	} else if (strcmp(word, "forget") == 0) {
		dns_forget(s);
	} else if (strcmp(word, "limits") == 0) {
		for (int i = 0; i < s->providers; i++)
			fprintf(out, "%s\t%g\t%s\n", s->provider[i].name,
			    s->provider[i].rate,
			    stage_name[s->provider[i].stage]);
	} else if (strcmp(word, "limit") == 0 && p != NULL && what != NULL &&
		   rate_of(what, &p->rate)) {
		/* What was saved at the old rate is not spent at the new. */
		for (int i = 0; i < MAX_ROWS; i++)
			if (s->row[i].provider == p - s->provider)
				s->row[i].filled_s = s->now_s;
	} else if (p != NULL && what != NULL &&
		   (strcmp(word, "block") == 0 ||
		       strcmp(word, "unblock") == 0) &&
		   rule_block(
		       s, (int)(p - s->provider), what, word[0] == 'b')) {
		return;
	} else {
		fprintf(out,
		    "error: %s: not a command, no such provider, or not what "
		    "it "
		    "takes\n",
		    word);
	}
}

static void
on_control(struct sink *s)
{
	struct timeval patience = {.tv_sec = 1};
	char line[256];
	ssize_t n;
	FILE *out;
	int fd = accept4(s->ctl, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	n = recv(fd, line, sizeof(line) - 1, 0);
	out = fdopen(fd, "w");
	if (out == NULL) {
		close(fd);
		return;
	}
	if (n > 0) {
		line[n] = '\0';
		command(s, line, out);
	}
	fclose(out);
}

static int
unix_socket(const char *path, struct sockaddr_un *sa)
{
	sa->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(sa->sun_path)) {
		errno = ENAMETOOLONG;
		die(path);
	}
	memcpy(sa->sun_path, path, strlen(path) + 1);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void
listen_all(struct sink *s, const char *ctl_path)
{
	struct sockaddr_un un = {0};
	struct epoll_event ev = {.events = EPOLLIN};

	s->ep = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < s->mxs; i++) {
		struct mx *m = &s->mx[i];
		struct sockaddr_in sa = {
		    .sin_family = AF_INET,
		    .sin_port = htons(SMTP_PORT),
		    .sin_addr = m->addr,
		};
		int on = 1;

		m->fd = socket(
		    AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		setsockopt(m->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		if (bind(m->fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
		    listen(m->fd, 1024) < 0)
			die(inet_ntoa(m->addr));
		ev.data.ptr = m;
		epoll_ctl(s->ep, EPOLL_CTL_ADD, m->fd, &ev);
	}
	s->ctl = unix_socket(ctl_path, &un);
	unlink(ctl_path);
	if (bind(s->ctl, (struct sockaddr *)&un, sizeof(un)) < 0 ||
	    listen(s->ctl, 16) < 0)
		die(ctl_path);
	ev.data.ptr = NULL;
	epoll_ctl(s->ep, EPOLL_CTL_ADD, s->ctl, &ev);
}

static void
serve(struct sink *s)
{
	double swept_s = now_s();

	for (;;) {
		/* One at a time: handling one may free another's connection. */
		struct epoll_event ev;
		char *p;
		int n = epoll_wait(s->ep, &ev, 1, 5000);

		if (n < 0 && errno != EINTR)
			die("epoll_wait");
		s->now_s = now_s();
		if (s->now_s - swept_s > 5) {
			drop_idle(s);
			swept_s = s->now_s;
			continue;
		}
		if (n <= 0)
			continue;
		p = ev.data.ptr;
		if (p == NULL)
			on_control(s);
		else if (p >= (char *)s->mx && p < (char *)(s->mx + s->mxs))
			on_accept(s, (struct mx *)(void *)p);
		else
			on_conn(s, (struct conn *)(void *)p);
	}
}

static int
ask(const char *path, int argc, char **argv)
{
	struct sockaddr_un un = {0};
	char buf[4096];
	size_t len = 0;
	ssize_t n;
	bool bad = false, first = true;
	int fd = unix_socket(path, &un);

	if (connect(fd, (struct sockaddr *)&un, sizeof(un)) < 0)
		die(path);
	for (int i = 0; i < argc && len < sizeof(buf) - 1; i++)
		len += (size_t)snprintf(
		    buf + len, sizeof(buf) - len, "%s ", argv[i]);
	if (len >= sizeof(buf) || send(fd, buf, len, MSG_NOSIGNAL) < 0)
		die("asking");
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		if (first && n >= 6 && memcmp(buf, "error:", 6) == 0)
			bad = true;
		first = false;
		fwrite(buf, 1, (size_t)n, bad ? stderr : stdout);
	}
	return bad ? 1 : 0;
}

int
main(int argc, char **argv)
{
	static struct sink s;
	const char *net = NULL, *personas = NULL, *sock = NULL;
	char resolver[64];
	int opt;

	while ((opt = getopt(argc, argv, "+c:n:p:s:")) != -1) {
		if (opt == 'c')
			return ask(optarg, argc - optind, argv + optind);
		else if (opt == 'n')
			net = optarg;
		else if (opt == 'p')
			personas = optarg;
		else if (opt == 's')
			sock = optarg;
		else
			return 2;
	}
	if (net == NULL || personas == NULL || sock == NULL) {
		fprintf(stderr, "usage: sink -n NET -p PERSONAS -s SOCKET\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	s.now_s = now_s();
	snprintf(resolver, sizeof(resolver), "%s.0.53", net);
	if (inet_pton(AF_INET, resolver, &s.resolver) != 1) {
		errno = EINVAL;
		die(net);
	}
	read_personas(&s, net, personas);
	listen_all(&s, sock);
	/* Listening: whoever started us may go on. */
	if (daemon(0, 1) < 0)
		die("daemon");
	serve(&s);
}
