/*
 * Asks the lab's resolver whether somebody is on a DNS list (RFC 5782), as a
 * receiving server does: an A query over UDP (RFC 1035), listed when an answer
 * is in 127/8 and no error code. Waits for the answer, PATIENCE_MS at most, and
 * remembers it for REMEMBER_S, a list's silence too. A list that cannot be
 * asked lists nobody.
 */
#include "sink.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 200, REMEMBER_S = 1, PACKET = 512, HEAD = 12 };

/* Writes the query; returns its length, 0 if name is no name. */
static size_t
query(unsigned char *p, uint16_t id, const char *name)
{
	static const unsigned char tail[] = {0, 0, 1, 0, 1};
	size_t at = HEAD;

	memset(p, 0, HEAD);
	p[0] = (unsigned char)(id >> 8);
	p[1] = (unsigned char)id;
	p[2] = 1; /* recursion desired */
	p[5] = 1;
	while (*name != '\0') {
		size_t n = strcspn(name, ".");

		if (n == 0 || n > 63 || at + 1 + n + sizeof(tail) > 255)
			return 0;
		p[at++] = (unsigned char)n;
		memcpy(p + at, name, n);
		at += n;
		name += n + (name[n] == '.');
	}
	memcpy(p + at, tail, sizeof(tail));
	return at + sizeof(tail);
}

/* Where the name at p[at] ends; n when it does not. */
static size_t
skip_name(const unsigned char *p, size_t n, size_t at)
{
	while (at < n && p[at] != 0 && p[at] < 0xc0)
		at += 1U + p[at];
	return at < n ? at + (p[at] == 0 ? 1 : 2) : n;
}

static bool
says_listed(const unsigned char *p, size_t n, size_t asked)
{
	unsigned left = (unsigned)(p[6] << 8 | p[7]);

	for (size_t at = asked; left > 0; left--) {
		unsigned type, len;

		at = skip_name(p, n, at);
		if (at + 10 > n)
			return false;
		type = (unsigned)(p[at] << 8 | p[at + 1]);
		len = (unsigned)(p[at + 8] << 8 | p[at + 9]);
		at += 10;
		if (at + len > n)
			return false;
		if (type == 1 && len == 4 && p[at] == 127 &&
		    !(p[at + 1] == 255 && p[at + 2] == 255))
			return true;
		at += len;
	}
	return false;
}

/* False: no answer in time. */
static bool
ask(const struct sink *s, const char *name, bool *listed)
{
	struct sockaddr_in sa = {
	    .sin_family = AF_INET,
	    .sin_port = htons(53),
	    .sin_addr = s->resolver,
	};
	unsigned char p[PACKET];
	uint16_t id = (uint16_t)(s->now_s * 1e4);
	size_t len = query(p, id, name);
	struct pollfd pfd = {.events = POLLIN};
	bool answered = false;
	ssize_t n;

	*listed = false;
	if (len == 0)
		return true;
	pfd.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (connect(pfd.fd, (struct sockaddr *)&sa, sizeof(sa)) == 0 &&
	    send(pfd.fd, p, len, MSG_NOSIGNAL) == (ssize_t)len &&
	    poll(&pfd, 1, PATIENCE_MS) == 1 &&
	    (n = recv(pfd.fd, p, sizeof(p), 0)) >= (ssize_t)len) {
		answered = p[0] == id >> 8 && p[1] == (id & 255);
		*listed = answered && says_listed(p, (size_t)n, len);
	}
	close(pfd.fd);
	return answered;
}

/* The place of a name: its own, or else the one that was asked longest ago. */
static struct remembered *
place_of(struct sink *s, const char *name)
{
	struct remembered *old = &s->remembered[0];

	for (int i = 0; i < MAX_REMEMBERED; i++) {
		struct remembered *r = &s->remembered[i];

		if (strcasecmp(r->name, name) == 0)
			return r;
		if (r->until_s < old->until_s)
			old = r;
	}
	snprintf(old->name, sizeof(old->name), "%s", name);
	old->until_s = 0;
	return old;
}

bool
dns_listed(struct sink *s, struct rule *rule, const char *subject)
{
	char name[256];
	struct remembered *r;

	if (s->now_s < rule->silent_until_s)
		return false;
	snprintf(name, sizeof(name), "%.127s.%s", subject, rule->zone);
	r = place_of(s, name);
	if (s->now_s < r->until_s)
		return r->listed;
	if (!ask(s, name, &r->listed))
		rule->silent_until_s = s->now_s + REMEMBER_S;
	r->until_s = s->now_s + REMEMBER_S;
	return r->listed;
}

void
dns_forget(struct sink *s)
{
	memset(s->remembered, 0, sizeof(s->remembered));
	for (int i = 0; i < s->rules; i++)
		s->rule[i].silent_until_s = 0;
}
