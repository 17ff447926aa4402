/*
 * The receiving side's half of SMTP (RFC 5321, PIPELINING of RFC 2920): what a
 * provider answers, when it takes a message, and what is counted. Bytes come
 * and go through the connection's buffers; no socket of theirs is touched.
 */
#include "sink.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

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

void
smtp_give_back(struct conn *c)
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

/* A reply of the personas file: %i the client's address, %s the sender's, %d
 * its domain, \n a further line. */
static void
say_words(struct conn *c, const char *words)
{
	const char *sign = strrchr(c->sender, '@');
	char ip[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &c->row->ip, ip, sizeof(ip));
	for (const char *t = words; *t != '\0'; t++) {
		if (t[0] == '\\' && t[1] == 'n')
			say(c, "\r\n");
		else if (t[0] == '%' && t[1] == 'i')
			say(c, "%s", ip);
		else if (t[0] == '%' && t[1] == 's')
			say(c, "%s", c->sender);
		else if (t[0] == '%' && t[1] == 'd')
			say(c, "%s", sign ? sign + 1 : "");
		else {
			say(c, "%c", *t);
			continue;
		}
		t++;
	}
	say(c, "\r\n");
	c->closing = c->closing || strncmp(words, "421", 3) == 0;
}

/* The provider's own words for "too much", at its own stage. */
static void
refuse(struct sink *s, struct conn *c, enum stage at)
{
	say_words(c, s->provider[c->row->provider].reply);
	c->row->temp[at]++;
}

/* Refuses whom a rule of the provider names; false: nobody. A greeting refused
 * is temporary to its client, whatever its code. */
static bool
refuse_by_rule(struct sink *s, struct conn *c, enum stage at)
{
	const struct rule *r = rule_against(s, c, at);

	if (r == NULL)
		return false;
	say_words(c, r->reply);
	if (at == GREET || r->reply[0] == '4')
		c->row->temp[at]++;
	else
		c->row->bounced++;
	if (r->why == BLOCKED)
		c->row->blocked++;
	else
		c->row->listed++;
	c->closing = c->closing || at == GREET;
	return true;
}

static void
reset(struct conn *c)
{
	c->mail = false;
	c->rcpts = 0;
}

static void
on_mail(struct sink *s, struct conn *c, const char *line)
{
	enum stage at = s->provider[c->row->provider].stage;
	const char *sign = strchr(line, '<');
	size_t n = sign ? strcspn(sign + 1, ">") : 0;

	reset(c);
	if (n >= sizeof(c->sender))
		n = 0;
	snprintf(
	    c->sender, sizeof(c->sender), "%.*s", (int)n, sign ? sign + 1 : "");
	if (refuse_by_rule(s, c, MAIL))
		return;
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
	} else if (refuse_by_rule(s, c, RCPT)) {
		return;
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
	if (refuse_by_rule(s, c, DATA)) {
		c->rcpts = 0;
	} else if (!take(s, c)) {
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
		on_mail(s, c, line);
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

bool
smtp_bytes(struct sink *s, struct conn *c)
{
	size_t at = 0;
	bool full = false;

	while (at < c->in_len && !c->closing) {
		char *p = c->in + at;
		char *nl;

		/* Answers wait for the client to read before more is eaten. */
		full = c->out_len > OUT_BYTES / 2;
		if (full)
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
	return full;
}

void
smtp_greet(struct sink *s, struct conn *c)
{
	if (refuse_by_rule(s, c, GREET))
		return;
	if (s->provider[c->row->provider].stage == GREET && !take(s, c))
		refuse(s, c, GREET);
	else
		say(c, "220 %s ESMTP\r\n", c->mx->name);
}
