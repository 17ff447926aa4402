/*
 * Whom the receiving side refuses because of who it is: a client or a sender
 * that a DNS list names (asked for real, see sink_dns.c), or that is on a
 * provider's own list, which the control socket fills.
 */
#include "sink.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* asks PROVIDER ZONE STAGE REPLY | asks-sender ... | blocks PROVIDER STAGE
 * REPLY */
bool
rule_read(struct sink *s, const char *word, char *rest)
{
	struct rule *r = &s->rule[s->rules];
	char *name = strtok_r(rest, " \t", &rest);
	struct provider *p = name ? provider_find(s, name) : NULL;
	char *zone = "";
	char *stage;

	if (s->rules == MAX_RULES || p == NULL)
		return false;
	r->why = strcmp(word, "asks") == 0	    ? LISTED_CLIENT
		 : strcmp(word, "asks-sender") == 0 ? LISTED_SENDER
						    : BLOCKED;
	if (r->why != BLOCKED)
		zone = strtok_r(NULL, " \t", &rest);
	stage = strtok_r(NULL, " \t", &rest);
	if (zone == NULL || stage == NULL || *rest == '\0')
		return false;
	r->provider = (int)(p - s->provider);
	r->stage = stage_of(stage);
	snprintf(r->zone, sizeof(r->zone), "%s", zone);
	snprintf(r->reply, sizeof(r->reply), "%s", rest);
	s->rules++;
	/* Who sends is known from MAIL on. */
	return r->stage < STAGES &&
	       (r->why != LISTED_SENDER || r->stage > GREET);
}

bool
rule_block(struct sink *s, int provider, const char *subject, bool on)
{
	struct block *free = NULL;

	if (*subject == '\0' || strlen(subject) >= sizeof(free->subject))
		return false;
	for (int i = 0; i < MAX_BLOCKS; i++) {
		struct block *b = &s->block[i];

		if (b->subject[0] == '\0') {
			free = free ? free : b;
		} else if (b->provider == provider &&
			   strcasecmp(b->subject, subject) == 0) {
			if (!on)
				b->subject[0] = '\0';
			return true;
		}
	}
	if (!on || free == NULL)
		return false;
	free->provider = provider;
	snprintf(free->subject, sizeof(free->subject), "%s", subject);
	return true;
}

static bool
blocked(const struct sink *s, int provider, const char *ip, const char *domain)
{
	for (int i = 0; i < MAX_BLOCKS; i++) {
		const struct block *b = &s->block[i];

		if (b->subject[0] != '\0' && b->provider == provider &&
		    (strcmp(b->subject, ip) == 0 ||
			strcasecmp(b->subject, domain) == 0))
			return true;
	}
	return false;
}

struct rule *
rule_against(struct sink *s, const struct conn *c, enum stage at)
{
	const char *sign = strrchr(c->sender, '@');
	const char *domain = sign ? sign + 1 : "-";
	struct in_addr turned = {.s_addr = __builtin_bswap32(c->row->ip)};
	char ip[INET_ADDRSTRLEN], pi[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &c->row->ip, ip, sizeof(ip));
	inet_ntop(AF_INET, &turned, pi, sizeof(pi));
	for (int i = 0; i < s->rules; i++) {
		struct rule *r = &s->rule[i];

		if (r->provider != c->row->provider || r->stage != at)
			continue;
		if (r->why == BLOCKED
			? blocked(s, r->provider, ip, domain)
			: dns_listed(
			      s, r, r->why == LISTED_CLIENT ? pi : domain))
			return r;
	}
	return NULL;
}
