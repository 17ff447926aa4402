/*
 * prober_int.h - what the prober's files share. One array of bytes and one of
 * times holds all pairs, a list's pairs side by side; the names to ask are made
 * when they are asked, so that 600,000 pairs take 3 MB.
 */
#ifndef PROBES_PROBER_INT_H
#define PROBES_PROBER_INT_H

#include "probes/dns.h"
#include "probes/dnsbl_name.h"
#include "probes/dnsbl_verdict.h"
#include "probes/prober.h"
#include "probes/prober_pace.h"

enum {
	ASKER_WINDOW = 64,    /* of somebody who asks for us */
	TICK_MS = 100,	      /* unit of due times */
	ALIVE_FIRST_MS = 250, /* from a loss to the first look */
	HEALTH_TEXT = 256,
	REASON_TEXT = 1024,
};

#define DUE_NEVER UINT32_MAX
#define NO_PLACE  UINT32_MAX

/* Of a pair. */
enum {
	PAIR_OURS = 1, /* this list takes such a subject */
	PAIR_OPEN = 2, /* a question is under way */
	PAIR_TOLD = 4,
	PAIR_URGENT = 8,
	PAIR_TRY = 16, /* and 32: how often the answer was lost with others */
	PAIR_TRIES = 48,
};

enum asking {
	ASK_PAIR,
	ASK_TEXT,   /* why it is listed */
	ASK_LISTED, /* a test point that must be */
	ASK_CLEAN,  /* one that must not be */
	ASK_ALIVE,  /* does the resolver answer again? */
};

/* A question under way. */
struct slot {
	struct prober *p;
	struct slot *next; /* free ones */
	int64_t sent_us;
	uint32_t answers; /* of the list until then */
	uint32_t place;	  /* of the subject; NO_PLACE: it went away */
	uint16_t list;	  /* index into p->lists */
	uint8_t asking;	  /* enum asking */
	bool open;
	/* Of the address, while the text is asked. */
	struct dnsbl_verdict v;
	uint32_t ttl_s, ms;
};

enum health { HEALTH_NEW, HEALTH_TESTING, HEALTH_GOOD, HEALTH_BAD };

struct probe_list {
	const struct blocklist *l; /* borrowed from the catalogue */
	uint16_t index;		   /* in the catalogue */
	char zone[DNS_NAME_MAX];   /* with the key, if there is one */
	char *key;		   /* owned; NULL: none */
	uint32_t *due;		   /* [n_subjects] ticks; of p->due */
	uint8_t *state;		   /* [n_subjects] PAIR_; of p->state */
	uint32_t n_pairs;	   /* to ask */
	uint32_t cursor, urgent_cursor, n_urgent;
	uint32_t earliest; /* nothing is due before that tick */
	struct pace_list pace;
	enum health health;
	enum verdict verdict; /* when HEALTH_BAD */
	bool for_good;	      /* bad whatever it might answer */
	bool listed_done, clean_done;
	uint16_t listed_at; /* the test point asked */
	struct dnsbl_verdict listed_v, clean_v;
	unsigned fails; /* bad tests in a row */
	int64_t test_us;
	char text[HEALTH_TEXT];
	bool no_resolver; /* that is what text says */
};

struct probe_subject {
	uint32_t name_at, name_n; /* in p->names */
	uint32_t urgent;	  /* tick of its last alarm; 0 none */
	struct dnsbl_what what;
	bool withheld; /* not public: told, not asked */
};

/* The resolver as a whole: when all is lost, no list is to blame. */
struct probe_resolver {
	bool down, told;
	unsigned fails, open; /* attempts that failed; under way */
	int64_t next_us, answer_us, down_us;
	uint16_t turn; /* list whose test point is asked next */
};

struct prober {
	uv_timer_t timer;
	unsigned refs; /* the timer, and an asker's open questions */
	bool dead, pumping, again, subjects_set, done;
	struct prober_opts o; /* resolver, use, keys: NULL here */
	struct dns_asker asker;
	bool own_asker; /* theirs, not ours */
	bool systems;	/* the resolver is the system's, whatever that is */
	struct dns *dns;
	char resolver[DNS_RESOLVER_TEXT];
	int64_t start_us;
	int64_t now_us; /* read once a round, and with each answer */

	struct probe_list *lists; /* owned; [n_lists] */
	uint16_t n_lists, turn;
	uint16_t *keyed; /* owned; [n_keyed] lists that have a key */
	uint16_t n_keyed;
	struct probe_subject *subjects; /* owned; [n_subjects] */
	char *names;			/* owned */
	uint32_t n_subjects;
	uint32_t *due;	/* owned; [n_lists * n_subjects] */
	uint8_t *state; /* owned; the same */

	struct slot slots[PACE_MAX];
	struct slot *free;
	struct pace pace;
	struct probe_resolver res;
	struct prober_stats stats;
};

/* prober.c */
uint32_t prober_tick(const struct prober *p); /* of p->now_us */
/* Takes a slot and asks; false: none is free, or the name fits nowhere. */
bool prober_ask(struct prober *p, struct probe_list *l, enum asking asking,
    uint32_t place, const char *name);
void prober_unref(struct prober *p); /* the last one frees it */
void prober_wake(struct prober *p);  /* look again, soon, from the loop */
struct str prober_name(const struct prober *p, uint32_t place);

/* prober_answer.c */
void prober_answer(void *ctx, const struct dns_answer *a);

/* prober_health.c */
/* Is a test wanted now? */
bool health_due(const struct probe_list *l, int64_t now_us);
void health_begin(struct prober *p, struct probe_list *l);
/* status: of the answer, v: its verdict. */
void health_answer(struct prober *p, struct probe_list *l, enum asking asking,
    const struct dnsbl_verdict *v);
void health_broken(struct prober *p, struct probe_list *l);
/* All lists: the resolver is down, or back. */
void health_resolver(struct prober *p, bool down);
/* A name that tells whether the resolver answers; false: it has none. */
bool health_any_name(char dst[DNS_NAME_MAX], const struct probe_list *l);

/* prober_pairs.c */
void pairs_free(struct prober *p);
/* The next pair of l that is due; NO_PLACE. */
uint32_t pairs_next(struct prober *p, struct probe_list *l, uint32_t now);
/* All pairs of l are due, but for what is never asked and has been told. */
void pairs_all_due(struct prober *p, struct probe_list *l);
/* The pair's turn after an answer. */
void pairs_later(
    struct prober *p, struct probe_list *l, uint32_t place, uint32_t ttl_s);
void pairs_never(struct probe_list *l, uint32_t place);
void pairs_again(struct probe_list *l, uint32_t place);

/* prober_tell.c */
void tell_pair(struct prober *p, struct probe_list *l, uint32_t place,
    const struct list_answer *a);
/* Without any key of ours, whatever a list wrote into it: an operator of
 * several knows them all. */
struct str tell_redact(
    const struct prober *p, char *dst, size_t cap, struct str text);

#endif
