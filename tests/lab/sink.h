/*
 * What the two halves of the receiving side share: the providers, the counters
 * and one connection. sink.c owns sockets, files and the control socket;
 * sink_smtp.c the conversation and the limits.
 */
#ifndef LAB_SINK_H
#define LAB_SINK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_PROVIDERS = 64, MAX_MX = 256, MAX_ROWS = 1 << 14 };
enum { MAX_CONNS = 8192, IN_BYTES = 4096, OUT_BYTES = 8192 };
enum { IDLE_S = 60, SMTP_PORT = 25 };

enum stage { GREET, MAIL, RCPT, DATA, STAGES };

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

/* The greeting, or the refusal of one. */
void smtp_greet(struct sink *s, struct conn *c);

/* Eats what is in c->in; true if it stopped because c->out has no room. */
bool smtp_bytes(struct sink *s, struct conn *c);

/* Returns the leave that a connection took and did not use. */
void smtp_give_back(struct conn *c);

#endif
