/*
 * The lab's traffic generator: hands mail to the hosts' SMTP servers in turn,
 * at a steady bounded rate, with varied senders, recipients (by the weights of
 * the personas file) and sizes. The sequence is the same for the same seed.
 *
 *   source -p PERSONAS -t ADDR[,ADDR...] [-r RATE] [-n COUNT] [-s SEED]
 *          [-d DOMAIN] [-u PERCENT] [-R FILE]
 *
 * RATE messages a second (0: as fast as they are taken); COUNT messages
 * accepted by the hosts, then it ends (0: goes on); DOMAIN the only recipient
 * domain; PERCENT of the recipients do not exist (nouserN). One recipient a
 * message. SIGUSR1: the rate from now on is what FILE says. At the end:
 * accepted and failed, on stdout.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_DOMAINS = 256, MAX_TARGETS = 256, PATIENCE_S = 10, SMTP_PORT = 25 };

struct target {
	struct sockaddr_in sa;
	int fd;
	char buf[2048];
	size_t len;
};

struct source {
	char domain[MAX_DOMAINS][128];
	unsigned upto[MAX_DOMAINS]; /* running sum of the weights */
	int domains;
	struct target target[MAX_TARGETS];
	int targets;
	uint64_t rnd;
	unsigned nouser_pct;
	const char *only;
};

static const char *const senders[] = {"news@letters.example",
    "digest@letters.example", "orders@shop.example", "returns@shop.example",
    "no-reply@alerts.example"};

static volatile sig_atomic_t stop;

static void
on_term(int sig)
{
	(void)sig;
	stop = 1;
}

_Noreturn static void
die(const char *what)
{
	fprintf(stderr, "source: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* xorshift64*: small, and the same everywhere. */
static unsigned
rnd(struct source *s, unsigned below)
{
	s->rnd ^= s->rnd >> 12;
	s->rnd ^= s->rnd << 25;
	s->rnd ^= s->rnd >> 27;
	return (unsigned)((s->rnd * 0x2545F4914F6CDD1DULL) >> 33) % below;
}

static void
read_domains(struct source *s, const char *path)
{
	FILE *f = fopen(path, "re");
	char line[2048];
	unsigned sum = 0;

	if (f == NULL)
		die(path);
	while (s->domains < MAX_DOMAINS && fgets(line, sizeof(line), f)) {
		char *save;
		char *word = strtok_r(line, " \t\n", &save);
		char *name = strtok_r(NULL, " \t\n", &save);
		char *mx = strtok_r(NULL, " \t\n", &save);
		char *weight = strtok_r(NULL, " \t\n", &save);

		if (word == NULL || strcmp(word, "domain") != 0)
			continue;
		if (mx == NULL || weight == NULL) {
			errno = EINVAL;
			die(path);
		}
		sum += (unsigned)strtoul(weight, NULL, 10);
		snprintf(
		    s->domain[s->domains], sizeof(s->domain[0]), "%s", name);
		s->upto[s->domains++] = sum;
	}
	fclose(f);
	if (sum == 0) {
		errno = EINVAL;
		die(path);
	}
}

static const char *
pick_domain(struct source *s)
{
	unsigned at = rnd(s, s->upto[s->domains - 1]);
	int i = 0;

	if (s->only != NULL)
		return s->only;
	while (s->upto[i] <= at)
		i++;
	return s->domain[i];
}

/* One reply, its last line's code; 0 when the connection is gone. */
static int
read_reply(struct target *t)
{
	for (;;) {
		char *nl = memchr(t->buf, '\n', t->len);
		ssize_t n;

		if (nl != NULL) {
			size_t line = (size_t)(nl - t->buf) + 1;
			bool last = line < 4 || t->buf[3] != '-';
			int code = 0;

			for (size_t i = 0; i < 3 && i < line; i++)
				code = code * 10 + (t->buf[i] - '0');
			t->len -= line;
			memmove(t->buf, nl + 1, t->len);
			if (last)
				return code;
			continue;
		}
		if (t->len == sizeof(t->buf))
			return 0;
		n = recv(t->fd, t->buf + t->len, sizeof(t->buf) - t->len, 0);
		if (n <= 0)
			return 0;
		t->len += (size_t)n;
	}
}

static bool
put(struct target *t, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = send(t->fd, text, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

static void
hang_up(struct target *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	t->len = 0;
}

static bool
dial(struct target *t)
{
	struct timeval patience = {.tv_sec = PATIENCE_S};
	static const char ehlo[] = "EHLO app.shop.example\r\n";
	int on = 1;

	if (t->fd >= 0)
		return true;
	t->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(t->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(t->fd, (struct sockaddr *)&t->sa, sizeof(t->sa)) == 0 &&
	    read_reply(t) == 220 && put(t, ehlo, sizeof(ehlo) - 1) &&
	    read_reply(t) == 250)
		return true;
	hang_up(t);
	return false;
}

/* One message to one host; true once the host has taken it. */
static bool
submit(struct source *s, struct target *t, unsigned long serial)
{
	char text[1024];
	char body[8192];
	const char *from = senders[rnd(s, sizeof(senders) / sizeof(*senders))];
	const char *domain = pick_domain(s);
	bool nouser = rnd(s, 100) < s->nouser_pct;
	unsigned user = rnd(s, 5000);
	size_t size = 64 * (3 + rnd(s, sizeof(body) / 64 - 4));
	int n;

	if (!dial(t))
		return false;
	n = snprintf(text, sizeof(text),
	    "MAIL FROM:<%s>\r\nRCPT TO:<%s%u@%s>\r\nDATA\r\n", from,
	    nouser ? "nouser" : "user", user, domain);
	if (!put(t, text, (size_t)n) || read_reply(t) != 250 ||
	    read_reply(t) != 250 || read_reply(t) != 354)
		return false;
	n = snprintf(text, sizeof(text),
	    "From: <%s>\r\nTo: <user%u@%s>\r\nSubject: lab message %lu\r\n"
	    "Message-ID: <%lu.%u@app.shop.example>\r\n\r\n",
	    from, user, domain, serial, serial, (unsigned)getpid());
	for (size_t i = 0; i < size; i++)
		body[i] = i % 64 == 62	 ? '\r'
			  : i % 64 == 63 ? '\n'
					 : (char)('a' + i % 26);
	memcpy(body + size, "\r\n.\r\n", 5);
	return put(t, text, (size_t)n) && put(t, body, size + 5) &&
	       read_reply(t) == 250;
}

static void
add_targets(struct source *s, char *list)
{
	char *save;

	for (char *a = strtok_r(list, ",", &save); a != NULL;
	     a = strtok_r(NULL, ",", &save)) {
		struct target *t = &s->target[s->targets];

		t->fd = -1;
		t->sa.sin_family = AF_INET;
		t->sa.sin_port = htons(SMTP_PORT);
		if (s->targets == MAX_TARGETS ||
		    inet_pton(AF_INET, a, &t->sa.sin_addr) != 1) {
			errno = EINVAL;
			die(a);
		}
		s->targets++;
	}
}

/* What is left until message number n is due, counted from start. */
static struct timespec
left_until(const struct timespec *start, unsigned long n, double rate)
{
	struct timespec now, left = {0};
	double wait_s;

	clock_gettime(CLOCK_MONOTONIC, &now);
	wait_s = (rate > 0 ? (double)n / rate : 0) -
		 (double)(now.tv_sec - start->tv_sec) -
		 (double)(now.tv_nsec - start->tv_nsec) / 1e9;
	if (wait_s > 0) {
		left.tv_sec = (time_t)wait_s;
		left.tv_nsec = (long)((wait_s - (double)left.tv_sec) * 1e9);
	}
	return left;
}

static double
read_rate(const char *path, double rate)
{
	FILE *f = path ? fopen(path, "re") : NULL;
	char line[64];

	if (f == NULL)
		return rate;
	if (fgets(line, sizeof(line), f) != NULL)
		rate = strtod(line, NULL);
	fclose(f);
	return rate;
}

/* Sends at rate, which the file at path may change. The signal for that comes
 * while we wait, and no other time. */
static void
run(struct source *s, double rate, unsigned long count, const char *path)
{
	struct timespec start, left;
	unsigned long accepted = 0, failed = 0, due = 0;
	sigset_t changed;

	sigemptyset(&changed);
	sigaddset(&changed, SIGUSR1);
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (!stop && (count == 0 || accepted < count)) {
		unsigned long n = accepted + failed;
		struct target *t = &s->target[n % (unsigned)s->targets];

		left = left_until(&start, due, rate);
		if (sigtimedwait(&changed, NULL, &left) == SIGUSR1) {
			rate = read_rate(path, rate);
			clock_gettime(CLOCK_MONOTONIC, &start);
			due = 1;
			continue;
		}
		if (stop)
			break;
		due++;
		if (submit(s, t, n)) {
			accepted++;
			continue;
		}
		failed++;
		hang_up(t);
		/* Nobody takes mail: do not spin. */
		if (rate <= 0)
			usleep(10000);
	}
	printf("accepted %lu failed %lu\n", accepted, failed);
}

int
main(int argc, char **argv)
{
	static struct source s = {.nouser_pct = 1, .rnd = 44};
	struct sigaction sa = {.sa_handler = on_term};
	double rate = 10;
	unsigned long count = 0;
	const char *personas = NULL, *rate_file = NULL;
	sigset_t changed;
	int opt;

	while ((opt = getopt(argc, argv, "p:t:r:n:s:d:u:R:")) != -1) {
		if (opt == 'p')
			personas = optarg;
		else if (opt == 't')
			add_targets(&s, optarg);
		else if (opt == 'r')
			rate = strtod(optarg, NULL);
		else if (opt == 'n')
			count = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			s.rnd = strtoull(optarg, NULL, 10) + 1;
		else if (opt == 'd')
			s.only = optarg;
		else if (opt == 'u')
			s.nouser_pct = (unsigned)strtoul(optarg, NULL, 10);
		else if (opt == 'R')
			rate_file = optarg;
		else
			return 2;
	}
	if (personas == NULL || s.targets == 0) {
		fprintf(stderr, "usage: source -p PERSONAS -t ADDR,...\n");
		return 2;
	}
	sigemptyset(&changed);
	sigaddset(&changed, SIGUSR1);
	sigprocmask(SIG_BLOCK, &changed, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	read_domains(&s, personas);
	run(&s, rate, count, rate_file);
	return 0;
}
