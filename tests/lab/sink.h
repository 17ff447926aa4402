/*
 * What the parts of the receiving side share: the providers, the counters and
 * one connection. sink.c owns sockets, files and the control socket;
 * sink_smtp.c the conversation and the limits; sink_rules.c whom a provider
 * refuses for good, because a DNS list (sink_dns.c) or its own list names it.
 */
#ifndef LAB_SINK_H
#define LAB_SINK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_PROVIDERS = 64, MAX_MX = 256, MAX_ROWS = 1 << 14 };
enum { MAX_CONNS = 8192, IN_BYTES = 4096, OUT_BYTES = 8192 };
enum { MAX_RULES = 64, MAX_BLOCKS = 1024, MAX_REMEMBERED = 512 };
enum { IDLE_S = 60, SMTP_PORT = 25 };

enum stage { GREET, MAIL, RCPT, DATA, STAGES };
extern const char *const stage_name[STAGES];

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

/* Whom a provider refuses, when and in which words. */
struct rule {
	enum { LISTED_CLIENT, LISTED_SENDER, BLOCKED } why;
	int provider;
	enum stage stage;
	char zone[128]; /* asked; empty: BLOCKED */
	char reply[1024];
	double silent_until_s; /* the list did not answer: not asked */
};

/* A client address or sender domain on a provider's own list. */
struct block {
	int provider;
	char subject[128]; /* empty: free */
};

/* What a list said. */
struct remembered {
	char name[256];
	double until_s;
	bool listed;
};

/* What one client address did with one provider. */
struct row {
	uint32_t ip; /* network order; 0: free */
	int provider;
	double tokens;
	double filled_s;
	uint64_t connections, messages, sent, bounced;
	uint64_t listed, blocked; /* of the refusals: a rule's */
	uint64_t temp[STAGES];
};

struct conn {
	int fd;
	struct mx *mx;
	struct row *row;
	double seen_s;
	bool in_data, closing, reserved, mail, watch_out;
	int rcpts;
	char sender[256];
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
	struct rule rule[MAX_RULES];
	int rules;
	struct block block[MAX_BLOCKS];
	struct remembered remembered[MAX_REMEMBERED];
	struct in_addr resolver;
	struct row row[MAX_ROWS];
	int rows;
	struct conn *conns;
	int nconns;
	int ep, ctl;
	double now_s;
};

struct provider *provider_find(struct sink *s, const char *name);

/* STAGES when there is none of that name. */
enum stage stage_of(const char *name);

/* A personas line after its word; false: not one. Eats rest. */
bool rule_read(struct sink *s, const char *word, char *rest);

/* Puts somebody on a provider's own list, or takes it off. */
bool rule_block(struct sink *s, int provider, const char *subject, bool on);

/* The rule by which this client is refused at this stage; NULL: it is not. */
struct rule *rule_against(struct sink *s, const struct conn *c, enum stage at);

/* Is subject (a domain, or an address turned round) on the rule's list? */
bool dns_listed(struct sink *s, struct rule *rule, const char *subject);

/* The lists changed. */
void dns_forget(struct sink *s);

/* The greeting, or the refusal of one. */
void smtp_greet(struct sink *s, struct conn *c);

/* Eats what is in c->in; true if it stopped because c->out has no room. */
bool smtp_bytes(struct sink *s, struct conn *c);

/* Returns the leave that a connection took and did not use. */
void smtp_give_back(struct conn *c);

#endif
