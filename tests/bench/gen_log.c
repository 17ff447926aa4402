/*
 * gen_log.c - writes a mail log of N lines to standard output, always the same
 * for the same N: messages from smtpd to removed, interleaved, over 12 egress
 * tags, about 2,000 domains at 60 providers, 5,000 senders and 40 kinds of
 * replies with ids of their own; retries of what was deferred, rejects, and
 * one line in fifty from other programs.
 */
#include "core/num.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	TAGS = 12,
	DOMAINS = 2000,
	PROVIDERS = 60,
	SENDERS = 5000,
	IN_FLIGHT = 96,
	WAITING = 8192,
	LINES_PER_S = 500,
};

enum step { ST_CLIENT, ST_MESSAGEID, ST_QUEUED, ST_DELIVERY, ST_REMOVED };

struct message {
	uint64_t id;
	uint32_t sender, domain, user, size, tries;
	enum step step;
	unsigned rcpts; /* left to deliver */
	bool deferred;	/* some of them were, this time */
};

struct gen {
	uint64_t random, lines, wanted, next_id;
	struct message now[IN_FLIGHT];
	struct message later[WAITING]; /* deferred; circular */
	size_t later_first, later_n;
};

struct reply {
	int weight;
	const char *dsn, *status;
	/* %H host[ip], %X id, %N number, %A our address, %C the last digit of
	 * a receiver's own code */
	const char *text;
};

static const struct reply replies[] = {
    {300, "2.0.0", "sent", "250 2.0.0 Ok: queued as %X"},
    {200, "2.0.0", "sent", "250 2.0.0 OK  %N %X-%X.%N - gsmtp"},
    {120, "2.6.0", "sent",
	"250 2.6.0 <%X@corp.example> [InternalId=%N, Hostname=%X] %N bytes "
	"in 0.%N, 812.5 KB/sec Queued mail for delivery"},
    {90, "2.0.0", "sent", "250 ok dirdel"},
    {70, "2.0.0", "sent", "250 2.0.0 %X Message accepted for delivery"},
    {40, "2.0.0", "sent", "250 OK id=1%X-%X-2K"},
    {40, "2.5.0", "sent", "250 2.5.0 Accepted, ticket %N"},
    {30, "2.0.0", "sent", "250 Requested mail action okay, completed: id=%X"},
    {30, "4.7.28", "deferred",
	"host %H said: 421-4.7.28 An unusual rate of mail comes from your "
	"address [%A]. 421-4.7.28 It is limited for now; see "
	"421 4.7.28 https://help.example/rates %X.%N - gsmtp (in reply to end "
	"of DATA command)"},
    {25, "4.7.0", "deferred",
	"host %H refused to talk to me: 421 4.7.0 [TS0%C] Messages from %A "
	"temporarily deferred; see https://senders.example/smtp/%N"},
    {20, "4.2.0", "deferred",
	"host %H said: 450 4.2.0 <%X@corp.example>: Recipient address "
	"rejected: Greylisted, try again in %N seconds (in reply to RCPT TO "
	"command)"},
    {20, "4.4.1", "deferred",
	"connect to mx%N.example[198.51.100.%O]:25: Connection timed out"},
    {15, "4.7.1", "deferred",
	"host %H said: 451 4.7.1 Too many messages from %A, ticket %X (in "
	"reply to MAIL FROM command)"},
    {15, "4.7.0", "deferred",
	"delivery temporarily suspended: host %H refused to talk to me: 421 "
	"4.7.0 [TS0%C] Messages from %A temporarily deferred"},
    {12, "4.3.2", "deferred",
	"host %H said: 452 4.3.2 Out of room, id %X (in reply to DATA "
	"command)"},
    {10, "4.4.2", "deferred",
	"lost connection with %H while receiving the initial server greeting"},
    {10, "4.4.2", "deferred",
	"conversation with %H timed out while sending end of data -- message "
	"may be sent more than once"},
    {10, "4.0.0", "deferred",
	"host %H refused to talk to me: 554 %X.example No service for %A"},
    {10, "4.2.2", "deferred",
	"host %H said: 452 4.2.2 <u%N@example>: mailbox over quota (in reply "
	"to RCPT TO command)"},
    {8, "4.4.3", "deferred",
	"Host or domain name not found. Name service error for "
	"name=mx%N.example type=MX: Host not found, try again"},
    {8, "4.7.650", "deferred",
	"host %H said: 451 4.7.650 The mail server [%A] is limited for its "
	"reputation. (S314%C) [%X.prod.example] (in reply to MAIL FROM "
	"command)"},
    {8, "4.4.1", "deferred",
	"connect to mx%N.example[198.51.100.%O]:25: Connection refused"},
    {8, "4.7.5", "deferred", "Server certificate not verified: %X"},
    {6, "4.3.0", "deferred",
	"host %H said: 451 4.3.0 Temporary error %N, session %X (in reply to "
	"end of DATA command)"},
    {6, "4.3.2", "deferred", "deferred transport"},
    {25, "5.1.1", "bounced",
	"host %H said: 550-5.1.1 The account does not exist. 550 5.1.1 "
	"https://help.example/?p=NoUser %X.%N - gsmtp (in reply to RCPT TO "
	"command)"},
    {20, "5.1.1", "bounced",
	"host %H said: 550 5.1.1 <u%N@example>: Recipient address rejected: "
	"User unknown in virtual mailbox table (in reply to RCPT TO command)"},
    {10, "5.7.1", "bounced",
	"host %H said: 554 5.7.1 Service unavailable; Client host [%A] "
	"blocked using zen.dnsbl.example; "
	"https://www.dnsbl.example/query/ip/%A (in reply to RCPT TO command)"},
    {8, "5.7.26", "bounced",
	"host %H said: 550-5.7.26 Unauthenticated mail from corp.example is "
	"not taken. 550 5.7.26 %X.%N - gsmtp (in reply to end of DATA "
	"command)"},
    {8, "5.4.4", "bounced",
	"Host or domain name not found. Name service error for "
	"name=x%N.example type=A: Host not found"},
    {6, "5.2.2", "bounced",
	"host %H said: 552 5.2.2 <u%N@example>: mailbox full (quota %N) (in "
	"reply to RCPT TO command)"},
    {6, "5.7.606", "bounced",
	"host %H said: 550 5.7.606 Access denied, banned sending IP [%A]. To "
	"ask for removal see https://sender.example AS001%C (in reply to RCPT "
	"TO command)"},
    {5, "5.0.0", "bounced",
	"host %H said: 550 Blocked for spam content, ref %X (in reply to end "
	"of DATA command)"},
    {5, "5.7.1", "bounced",
	"host %H said: 550 5.7.1 Relaying denied (in reply to RCPT TO "
	"command)"},
    {4, "5.3.4", "bounced",
	"message size %N exceeds size limit 35882577 of server %H"},
    {4, "5.1.0", "bounced",
	"host %H said: 550 5.1.0 <b%N@corp.example> sender rejected : "
	"invalid sender domain (in reply to MAIL FROM command)"},
    {4, "5.6.0", "bounced",
	"host %H said: 554 5.6.0 Message %X contains a virus (in reply to end "
	"of DATA command)"},
    {3, "5.7.9", "bounced",
	"host %H said: 554 5.7.9 Message not accepted for policy reasons. "
	"See https://senders.example/error-codes %N (in reply to end of DATA "
	"command)"},
    {3, "5.2.1", "bounced",
	"host %H said: 550 5.2.1 The account is disabled %X.%N (in reply to "
	"RCPT TO command)"},
    {3, "5.4.6", "bounced", "mail for x%N.example loops back to myself"},
};

static const char *const foreign[] = {
    "dovecot: imap(user%u)<%u><abc>: Disconnected: Logged out in=91 out=842",
    "CRON[%u]: (root) CMD (test -x /usr/sbin/job%u && /usr/sbin/job)",
    "sshd[%u]: Connection closed by 192.0.2.77 port %u [preauth]",
    "kernel: [%u.77] nf_conntrack: table full, dropping packet %u",
    "opendkim[%u]: 4XABCD%u: DKIM-Signature field added (s=m1, d=corp.example)",
};

static uint32_t
roll(struct gen *g, uint32_t below)
{
	g->random ^= g->random << 13;
	g->random ^= g->random >> 7;
	g->random ^= g->random << 17;
	return (uint32_t)((g->random >> 32) % below);
}

/* Small numbers far more often than large ones, as mail is distributed. */
static uint32_t
skewed(struct gen *g, uint32_t below)
{
	uint64_t a = roll(g, below), b = roll(g, below);

	return (uint32_t)(a * b / below);
}

static void
head(struct gen *g, const char *host_and_program)
{
	uint64_t s = g->lines / LINES_PER_S;

	printf("Nov %2u %02u:%02u:%02u mta1 %s",
	    (unsigned)(16 + s / 86400 % 14), (unsigned)(s / 3600 % 24),
	    (unsigned)(s / 60 % 60), (unsigned)(s % 60), host_and_program);
	g->lines++;
}

/* A long queue id (Postfix, enable_long_queue_ids) of a message's number. */
static const char *
qid(char out[16], uint64_t id)
{
	static const char digits[] =
	    "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxy";
	uint64_t v = id * UINT64_C(2654435761) % UINT64_C(60000000000);

	memcpy(out, "4Y0000000z0000", 15);
	for (int i = 8; i > 1; i--, v /= 51)
		out[i] = digits[v % 51];
	v = id;
	for (int i = 13; i > 9; i--, v /= 51)
		out[i] = digits[v % 51];
	return out;
}

static void
sender(uint32_t n)
{
	printf("bounce+%u@s%u.corp.example", n, n % 300);
}

static void
reply_text(
    struct gen *g, const char *text, const struct message *m, unsigned ip)
{
	uint32_t provider = m->domain % PROVIDERS;

	for (; *text != '\0'; text++) {
		if (*text != '%') {
			putchar(*text);
			continue;
		}
		switch (*++text) {
		case 'H':
			printf("mx%u.provider%u.example[198.51.100.%u]",
			    m->domain % 4, provider, provider);
			break;
		case 'X':
			printf("%08x", roll(g, UINT32_MAX));
			break;
		case 'N':
			printf("%u", 100 + roll(g, 90000));
			break;
		case 'C': /* they have few: these stand in manuals */
			printf("%u", 1 + roll(g, 90000) % 6);
			break;
		case 'O':
			printf("%u", 1 + roll(g, 254));
			break;
		default:
			printf("203.0.113.%u", ip);
			break;
		}
	}
}

static const struct reply *
pick_reply(struct gen *g)
{
	static const size_t n = sizeof(replies) / sizeof(replies[0]);
	int all = 0, at;

	for (size_t i = 0; i < n; i++)
		all += replies[i].weight;
	at = (int)roll(g, (uint32_t)all);
	for (size_t i = 0; i < n; i++) {
		at -= replies[i].weight;
		if (at < 0)
			return &replies[i];
	}
	return &replies[0];
}

static void
delivery(struct gen *g, struct message *m)
{
	const struct reply *r = pick_reply(g);
	unsigned out = roll(g, TAGS) + 1;
	bool near = strstr(r->text, "%H") != NULL || r->status[0] == 's';
	char id[16], program[64];
	unsigned ms = 20 + skewed(g, 4000);

	snprintf(program, sizeof(program), "postfix/out%u/smtp[%u]: ", out,
	    2000 + roll(g, 400));
	head(g, program);
	printf("%s: to=<u%u@d%u.example>, relay=", qid(id, m->id), m->user,
	    m->domain);
	if (near)
		printf("mx%u.provider%u.example[198.51.100.%u]:25",
		    m->domain % 4, m->domain % PROVIDERS,
		    m->domain % PROVIDERS);
	else
		printf("none");
	if (near && roll(g, 4) == 0)
		printf(", conn_use=%u", 2 + roll(g, 9));
	printf(", delay=%u.%02u, delays=%u.%02u/0.0%u/%u.%u/0.%02u, dsn=%s, "
	       "status=%s (",
	    m->tries * 300 + ms / 1000, ms / 10 % 100, m->tries * 300, ms % 9,
	    ms % 7, ms / 1500, ms % 10, ms % 97, r->dsn, r->status);
	reply_text(g, r->text, m, 10 + out);
	printf(")\n");
	if (r->status[0] == 'd')
		m->deferred = true;
	m->user = roll(g, 100000);
}

static void
reject(struct gen *g)
{
	uint32_t n = roll(g, 60000);

	head(g, "postfix/smtpd[1877]: ");
	printf("NOQUEUE: reject: RCPT from unknown[192.0.%u.%u]: 554 5.7.1 "
	       "<u%u@elsewhere.example>: Relay access denied; "
	       "from=<spam%u@evil.example> to=<u%u@elsewhere.example> "
	       "proto=ESMTP helo=<h%u>\n",
	    n / 256, n % 256, n, n % 977, n, n % 31);
}

static void
other_program(struct gen *g)
{
	const char *form = foreign[roll(g, sizeof(foreign) / sizeof(*foreign))];
	unsigned a = roll(g, 30000), b = roll(g, 30000);

	head(g, "");
	for (; *form != '\0'; form++) {
		if (*form == '%' && form[1] == 'u') {
			printf("%u", a);
			a = b;
			form++;
		} else {
			putchar(*form);
		}
	}
	putchar('\n');
}

/* A new message, or one that waited for its next attempt. */
static void
start(struct gen *g, struct message *m)
{
	if (g->later_n > WAITING / 2 && roll(g, 3) == 0) {
		*m = g->later[g->later_first];
		g->later_first = (g->later_first + 1) % WAITING;
		g->later_n--;
		m->step = ST_QUEUED;
		return;
	}
	*m = (struct message){.id = ++g->next_id,
	    .sender = skewed(g, SENDERS),
	    .domain = skewed(g, DOMAINS),
	    .user = roll(g, 100000),
	    .size = 800 + skewed(g, 400000),
	    .rcpts = 1 + skewed(g, 3)};
}

static void
finish(struct gen *g, struct message *m)
{
	if (m->deferred && m->tries < 5 && g->later_n < WAITING) {
		m->tries++;
		m->rcpts = 1;
		m->deferred = false;
		g->later[(g->later_first + g->later_n++) % WAITING] = *m;
	} else {
		char id[16];

		head(g, "postfix/qmgr[905]: ");
		printf("%s: removed\n", qid(id, m->id));
	}
	start(g, m);
}

static void
advance(struct gen *g, struct message *m)
{
	char id[16];

	switch (m->step) {
	case ST_CLIENT:
		head(g, "postfix/smtpd[1021]: ");
		printf("%s: client=app%u.corp.example[10.0.0.%u]\n",
		    qid(id, m->id), m->sender % 9, m->sender % 9);
		m->step = ST_MESSAGEID;
		break;
	case ST_MESSAGEID:
		head(g, "postfix/cleanup[1024]: ");
		printf("%s: message-id=<%" PRIu64 ".%u@corp.example>\n",
		    qid(id, m->id), m->id, m->size);
		m->step = ST_QUEUED;
		break;
	case ST_QUEUED:
		head(g, "postfix/qmgr[905]: ");
		printf("%s: from=<", qid(id, m->id));
		sender(m->sender);
		printf(
		    ">, size=%u, nrcpt=%u (queue active)\n", m->size, m->rcpts);
		m->step = ST_DELIVERY;
		break;
	case ST_DELIVERY:
		delivery(g, m);
		if (--m->rcpts == 0)
			m->step = ST_REMOVED;
		break;
	case ST_REMOVED:
		finish(g, m);
		break;
	}
}

int
main(int argc, char **argv)
{
	static char out[1 << 18];
	struct gen *g = calloc(1, sizeof(*g));
	uint64_t wanted;

	if (g == NULL || argc != 2 || num_u64(str_of(argv[1]), &wanted) != 0) {
		fprintf(stderr, "usage: gen_log LINES > FILE\n");
		free(g);
		return 2;
	}
	(void)setvbuf(stdout, out, _IOFBF, sizeof(out)); /* else slower */
	g->random = UINT64_C(88172645463325252);
	for (size_t i = 0; i < IN_FLIGHT; i++)
		start(g, &g->now[i]);
	while (g->lines < wanted) {
		uint32_t kind = roll(g, 100);

		if (kind < 2)
			other_program(g);
		else if (kind < 4)
			reject(g);
		else
			advance(g, &g->now[roll(g, IN_FLIGHT)]);
	}
	free(g);
	return fflush(stdout) == 0 ? 0 : 1;
}
