/*
 * The lab's receiving side: plays the providers of the personas file on their
 * MX addresses, port 25 (RFC 5321, PIPELINING of RFC 2920), limits each client
 * address by a token bucket and counts exactly what it answered. It stores no
 * mail and knows no DNS.
 *
 *   sink -n NET -p PERSONAS -s SOCKET      serve; NET is like 127.44
 *   sink -c SOCKET WORD...                 ask a running one; see command()
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PROVIDERS = 64, MAX_MX = 256, MAX_ROWS = 1 << 14 };
enum { MAX_CONNS = 8192, IN_BYTES = 4096, OUT_BYTES = 8192 };
enum { IDLE_S = 60, SMTP_PORT = 25 };

enum stage { GREET, MAIL, RCPT, DATA, STAGES };
static const char *const stage_name[STAGES] = {"greet", "mail", "rcpt", "data"};

struct provider {
	char name[64];
	char reply[1024]; /* as in the file: %i and \n not yet replaced */
	double rate;	  /* messages/s and client address; < 0: no limit */
	enum stage stage;
};

struct mx {
	char name[128];
	int provider;
	struct in_addr addr;
	int fd;
};

/* What one client address did with one provider. */
struct row {
	uint32_t ip; /* network order; 0: free */
	int provider;
	double tokens;
	double filled_s;
	uint64_t connections, messages, sent, bounced;
	uint64_t temp[STAGES];
};

/* What an epoll event points at; the first member of mx-side and connection. */
struct conn {
	int fd;
	struct mx *mx;
	struct row *row;
	double seen_s;
	bool in_data, closing, reserved, mail, watch_out;
	int rcpts;
	int dot; /* how much of CR LF . CR LF has been seen */
	size_t in_len, out_len;
	char in[IN_BYTES], out[OUT_BYTES];
	struct conn *prev, *next;
};

struct sink {
	struct provider provider[MAX_PROVIDERS];
	int providers;
	struct mx mx[MAX_MX];
	int mxs;
	struct row row[MAX_ROWS];
	int rows;
	struct conn *conns;
	int nconns;
	int ep, ctl;
	double now_s;
};

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

static struct provider *
provider_find(struct sink *s, const char *name)
{
	for (int i = 0; i < s->providers; i++)
		if (strcmp(s->provider[i].name, name) == 0)
			return &s->provider[i];
	return NULL;
}

/* A rate as people write it: a number, or - for no limit. */
static double
rate_of(const char *text)
{
	char *end;
	double r;

	if (strcmp(text, "-") == 0)
		return -1;
	r = strtod(text, &end);
	return *end != '\0' || !(r >= 0) ? 0 : r;
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
	p->rate = rate_of(rate);
	for (p->stage = GREET; p->stage < STAGES; p->stage++)
		if (strcmp(stage_name[p->stage], stage) == 0)
			break;
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

/* Takes one message's leave from the bucket; a second's worth may be saved. */
static bool
take(struct sink *s, struct conn *c)
{
	struct row *r = c->row;
	double rate = s->provider[r->provider].rate;
	double most = rate < 1 ? 1 : rate;

	if (c->reserved || rate < 0)
		return true;
	r->tokens += (s->now_s - r->filled_s) * rate;
	r->filled_s = s->now_s;
	if (r->tokens > most)
		r->tokens = most;
	if (r->tokens < 1 || rate == 0)
		return false;
	r->tokens -= 1;
	c->reserved = true;
	return true;
}

static void
give_back(struct conn *c)
{
	if (c->reserved)
		c->row->tokens += 1;
	c->reserved = false;
}

static void say(struct conn *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(struct conn *c, const char *fmt, ...)
{
	size_t room = OUT_BYTES - c->out_len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(c->out + c->out_len, room, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room)
		c->closing = true;
	else
		c->out_len += (size_t)n;
}

/* The provider's own words for "too much", at its own stage. */
static void
refuse(struct sink *s, struct conn *c, enum stage at)
{
	const struct provider *p = &s->provider[c->row->provider];
	char ip[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &c->row->ip, ip, sizeof(ip));
	for (const char *t = p->reply; *t != '\0'; t++) {
		if (t[0] == '%' && t[1] == 'i') {
			say(c, "%s", ip);
			t++;
		} else if (t[0] == '\\' && t[1] == 'n') {
			say(c, "\r\n");
			t++;
		} else {
			say(c, "%c", *t);
		}
	}
	say(c, "\r\n");
	c->row->temp[at]++;
	c->closing = c->closing || strncmp(p->reply, "421", 3) == 0;
}

static void
reset(struct conn *c)
{
	c->mail = false;
	c->rcpts = 0;
}

static void
on_mail(struct sink *s, struct conn *c)
{
	enum stage at = s->provider[c->row->provider].stage;

	reset(c);
	/* A greeting's limit holds for later mail of the session too. */
	if (at <= MAIL && !take(s, c)) {
		refuse(s, c, MAIL);
		return;
	}
	c->mail = true;
	say(c, "250 2.1.0 OK\r\n");
}

static void
on_rcpt(struct sink *s, struct conn *c, const char *line)
{
	const char *at = strchr(line, '<');

	if (!c->mail) {
		say(c, "503 5.5.1 MAIL first\r\n");
	} else if (at != NULL && strncasecmp(at + 1, "nouser", 6) == 0) {
		c->row->bounced++;
		say(c, "550 5.1.1 %.200s User unknown\r\n", at);
	} else if (s->provider[c->row->provider].stage == RCPT && !take(s, c)) {
		refuse(s, c, RCPT);
	} else {
		c->rcpts++;
		say(c, "250 2.1.5 OK\r\n");
	}
}

static void
on_dot(struct sink *s, struct conn *c)
{
	c->in_data = false;
	if (!take(s, c)) {
		refuse(s, c, DATA);
	} else {
		c->row->messages++;
		c->row->sent += (uint64_t)c->rcpts;
		c->reserved = false;
		say(c, "250 2.0.0 OK %llu-%s\r\n",
		    (unsigned long long)c->row->messages, c->mx->name);
	}
	reset(c);
}

static void
on_line(struct sink *s, struct conn *c, const char *line)
{
	if (strncasecmp(line, "EHLO", 4) == 0) {
		say(c, "250-%s at your service\r\n", c->mx->name);
		say(c, "250-PIPELINING\r\n250-SIZE 52428800\r\n");
		say(c, "250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n");
	} else if (strncasecmp(line, "HELO", 4) == 0) {
		say(c, "250 %s\r\n", c->mx->name);
	} else if (strncasecmp(line, "MAIL", 4) == 0) {
		on_mail(s, c);
	} else if (strncasecmp(line, "RCPT", 4) == 0) {
		on_rcpt(s, c, line);
	} else if (strncasecmp(line, "DATA", 4) == 0) {
		c->in_data = c->rcpts > 0;
		c->dot = 2; /* the line's own CR LF counts */
		say(c, c->in_data ? "354 Go ahead\r\n"
				  : "554 5.5.1 No valid recipients\r\n");
	} else if (strncasecmp(line, "RSET", 4) == 0) {
		reset(c);
		say(c, "250 2.0.0 OK\r\n");
	} else if (strncasecmp(line, "NOOP", 4) == 0) {
		say(c, "250 2.0.0 OK\r\n");
	} else if (strncasecmp(line, "QUIT", 4) == 0) {
		say(c, "221 2.0.0 Bye\r\n");
		c->closing = true;
	} else {
		say(c, "502 5.5.2 Not known here\r\n");
	}
}

/* Eats message bytes up to the final dot; returns how many. */
static size_t
eat_data(struct sink *s, struct conn *c, const char *p, size_t n)
{
	static const char end[] = "\r\n.\r\n";

	for (size_t i = 0; i < n; i++) {
		if (p[i] == end[c->dot])
			c->dot++;
		else
			c->dot = p[i] == '\r' ? 1 : 0;
		if (c->dot == 5) {
			on_dot(s, c);
			return i + 1;
		}
	}
	return n;
}

static void
on_bytes(struct sink *s, struct conn *c)
{
	size_t at = 0;

	while (at < c->in_len && !c->closing) {
		char *p = c->in + at;
		char *nl;

		/* Answers wait for the client to read before more is eaten. */
		if (c->out_len > OUT_BYTES / 2)
			break;
		if (c->in_data) {
			at += eat_data(s, c, p, c->in_len - at);
			continue;
		}
		nl = memchr(p, '\n', c->in_len - at);
		if (nl == NULL)
			break;
		*nl = '\0';
		if (nl > p && nl[-1] == '\r')
			nl[-1] = '\0';
		at += (size_t)(nl - p) + 1;
		on_line(s, c, p);
	}
	c->in_len -= at;
	memmove(c->in, c->in + at, c->in_len);
	if (c->in_len == IN_BYTES && !c->in_data && c->out_len == 0) {
		say(c, "500 5.5.2 Line too long\r\n");
		c->closing = true;
	}
}

static void
conn_close(struct sink *s, struct conn *c)
{
	give_back(c);
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

		if (n > 0)
			c->in_len += (size_t)n;
		else if (!again) {
			conn_close(s, c);
			return;
		}
		on_bytes(s, c);
		if (!flush(s, c)) {
			conn_close(s, c);
			return;
		}
		if (again)
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
	if (s->provider[m->provider].stage == GREET && !take(s, c))
		refuse(s, c, GREET);
	else
		say(c, "220 %s ESMTP\r\n", m->name);
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
		     "connections\n");
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
		    "%llu\n",
		    ip, s->provider[r->provider].name,
		    (unsigned long long)r->sent, all,
		    (unsigned long long)r->bounced,
		    (unsigned long long)r->messages, t[GREET], t[MAIL], t[RCPT],
		    t[DATA], (unsigned long long)r->connections);
	}
}

static void
zero_counts(struct sink *s)
{
	for (int i = 0; i < MAX_ROWS; i++) {
		struct row *r = &s->row[i];

		r->connections = r->messages = r->sent = r->bounced = 0;
		memset(r->temp, 0, sizeof(r->temp));
	}
}

/* counts | reset | limits | limit PROVIDER RATE */
static void
command(struct sink *s, char *line, FILE *out)
{
	char *save;
	char *word = strtok_r(line, " \n", &save);
	char *name = strtok_r(NULL, " \n", &save);
	char *rate = strtok_r(NULL, " \n", &save);
	struct provider *p = name ? provider_find(s, name) : NULL;

	if (word == NULL) {
		return;
	} else if (strcmp(word, "counts") == 0) {
		print_counts(s, out);
	} else if (strcmp(word, "reset") == 0) {
		zero_counts(s);
	} else if (strcmp(word, "limits") == 0) {
		for (int i = 0; i < s->providers; i++)
			fprintf(out, "%s\t%g\t%s\n", s->provider[i].name,
			    s->provider[i].rate,
			    stage_name[s->provider[i].stage]);
	} else if (strcmp(word, "limit") == 0 && p != NULL && rate != NULL) {
		/* What was saved at the old rate is not spent at the new. */
		for (int i = 0; i < MAX_ROWS; i++)
			if (s->row[i].provider == p - s->provider)
				s->row[i].filled_s = s->now_s;
		p->rate = rate_of(rate);
	} else {
		fprintf(out, "error: %s: not a command, or no such provider\n",
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
	read_personas(&s, net, personas);
	listen_all(&s, sock);
	/* Listening: whoever started us may go on. */
	if (daemon(0, 1) < 0)
		die("daemon");
	serve(&s);
}
