/*
 * listing.h - which of our addresses and domains are on which list, since when,
 * why. Fed by answers of DNS lists (EVT_LIST_ANSWER) and by replies that name a
 * list; one row for each subject x list that was ever listed, one byte for each
 * that was not. Part of the model; pure.
 */
#ifndef CORE_LISTING_H
#define CORE_LISTING_H

#include "core/blocklist.h"
#include "core/intern.h"
#include "core/gauge.h"
#include "core/types.h"

enum {
	SUBJECTS_MAX = 16384,
	LISTINGS_MAX = 65536, /* rows; ended ones make room */
	LISTING_CODES = 4,
	LISTING_SAID = 4, /* providers remembered that reject for it */
	LISTING_NONE = -1,
};
/* Listed again within this time: the same trouble, so times grows. */
#define LISTING_AGAIN_MS ((int64_t)30 * 24 * 3600 * 1000)

/* What the prober says of one subject on one list. */
struct list_answer {
	struct str subject; /* "192.0.2.1", "2001:db8::1", "example.com" */
	bool domain;
	uint16_t list; /* index into the catalogue */
	enum verdict verdict;
	uint32_t codes[LISTING_CODES];
	uint8_t n_codes;
	struct str reason; /* TXT, hostile text; empty: none */
	uint32_t ttl_s;
	uint32_t ms; /* how long the answer took */
};

/* What the prober says of a list as a whole, from its test points. */
struct list_health {
	uint16_t list;
	enum verdict verdict; /* CLEAN = answers as it should */
	struct str text;      /* a sentence: why not; empty */
	bool no_resolver; /* UNKNOWN: the resolver is silent, not the list */
};

/* What is known of a list as a whole. */
struct list_state {
	bool used;	      /* it is asked; see listings.use_said */
	enum verdict verdict; /* UNKNOWN: not asked */
	bool no_resolver;     /* as whoever asks has no resolver */
	int64_t since_ms, checked_ms;
	int64_t good_ms; /* last proved to answer as it should; 0 never */
	char text[256];
	/* Subjects of ours, as last believed; those that were never answered
	 * for are in none of these. */
	uint32_t listed, clean, unknown;
};

struct subject {
	uint32_t name; /* id in listings.texts */
	bool domain;
	bool ours;	    /* false: an egress IP that went away, a test */
	uint32_t segment;   /* id in listings.texts: "192.0.2.0/24", or the
			       registered domain */
	uint32_t listed;    /* lists it is on now */
	int64_t checked_ms; /* last believed answer of any list; 0 never */
};

enum { LISTING_DNS = 1, LISTING_REPLY = 2 };

/* What an earlier console wrote down of a pair: it was listed when one last
 * looked, or it had ended. */
struct listing_past {
	struct str subject;
	uint16_t list; /* index into the catalogue */
	bool listed;
	uint8_t sources;  /* LISTING_*: who said so */
	uint16_t times;	  /* as in struct listing */
	int64_t since_ms; /* listed */
	int64_t ended_ms; /* not listed */
	/* listed: the longest time since then in which no console looked; 0:
	 * none that is worth a word */
	int64_t unwatched_ms;
};

/* A provider that rejects for a listing. */
struct listing_said {
	int64_t last_ms;
	uint32_t provider; /* id in model.texts */
	egress_id egress;  /* that was rejected last */
};

/*
 * A listing holds from the first answer or reply that says so until DNS says
 * clean, and replies that name it have stopped. Replies have stopped when for
 * half an hour there was none and either DNS says clean or the same egress IP
 * has delivered to that provider since (for a domain six hours: other domains'
 * mail may be what was delivered). An answer that is neither listed nor
 * clean ends nothing and starts nothing; nor does a list that is dead or won't
 * answer, of which nothing more is believed until it is well. A list that lists
 * the world takes its listings back that came after it was last proved good:
 * these have ended, and times is what it was before.
 * What an earlier console knew (EVT_LISTINGS_PAST) starts nothing. The first
 * answer or reply that says so goes on with it; the first clean one ends it.
 */
struct listing {
	uint32_t subject; /* index into listings.subjects */
	uint16_t list;	  /* index into the catalogue */
	bool listed;	  /* now, as far as is known */
	enum verdict dns; /* what DNS says; UNKNOWN: not asked, or private */
	uint8_t sources;  /* LISTING_DNS | LISTING_REPLY: who says so now, or
			     said so last; 0: taken back */
	uint16_t times;	  /* 2: listed again within LISTING_AGAIN_MS */
	bool recalled;	  /* its begin was told by EVT_LISTINGS_PAST */
	uint8_t past;	  /* recalled: LISTING_*, who said so then */
	int64_t since_ms; /* of this listing */
	int64_t ended_ms; /* 0: not ended */
	/* The longest time since since_ms in which no console looked, so that
	 * it may have been off the list then; 0: somebody always did. */
	int64_t unwatched_ms;
	int64_t dns_since_ms; /* of what DNS says; 0: not known since when */
	/* The last that was believed, LISTED or CLEAN, and since when: after an
	 * outage the same word goes on, it does not begin. */
	enum verdict dns_sure;
	int64_t sure_since_ms;
	int64_t checked_ms; /* last believed answer of DNS; 0 never */
	int64_t reply_first_ms, reply_last_ms; /* replies naming it; 0 none */
	uint64_t replies;		       /* of this listing */
	uint32_t reply1; /* index of the reply group + 1; 0 none. The
			    group may make room: then 0 */
	struct listing_said said[LISTING_SAID]; /* [n_said]; full: or more */
	uint8_t n_said, n_codes;
	uint32_t codes[LISTING_CODES]; /* of the last answer that was listed */
	uint32_t reason; /* id in listings.texts; TXT, hostile; 0 none */
};

struct listings {
	struct intern *texts;	  /* owned */
	struct subject *subjects; /* owned; [n_subjects] */
	uint32_t n_subjects;
	uint32_t beyond;      /* subjects that found no room: not asked */
	uint32_t rows_beyond; /* listings that found none: not shown */
	struct listing *rows; /* owned; [n_rows] */
	uint32_t n_rows;
	struct list_state *lists; /* owned; [n_lists] of the catalogue */
	uint16_t n_lists;
	bool use_said;	   /* list_state.used says which are asked */
	uint8_t *verdicts; /* owned; [subject * n_lists + list]: enum verdict */
	/* How many of ours count as listed anywhere with medium impact or more
	 */
	struct gauge ips, domains;
	uint32_t now_ips, now_domains; /* the same now */
	uint32_t peak_ips; /* of this wave, or the last one when now_ips is 0 */
	struct listing_index *index; /* owned; private to core/listing*.c */
};

/* Index of the subject; UINT32_MAX when it is not known. */
uint32_t listings_subject(const struct listings *l, struct str name);
/* The row of subject x list; NULL: never listed. */
const struct listing *listings_row(
    const struct listings *l, uint32_t subject, uint16_t list);
/* The listing with most impact that holds now for an address or domain, one
 * that counts before one that does not, the oldest of equals; index into rows,
 * or LISTING_NONE. *n gets how many hold. */
int64_t listings_worst(const struct listings *l,
    const struct blocklists *catalogue, struct str name, unsigned *n);
struct str listings_text(const struct listings *l, uint32_t id);
/* Rows of a subject, one after the other: index of the first, the next; or
 * LISTING_NONE. */
int64_t listings_first(const struct listings *l, uint32_t subject);
int64_t listings_next(const struct listings *l, uint32_t row);

struct model;
/* It holds, and would be known to have ended if it had: DNS was asked in time,
 * or the logs of those refused are followed. */
bool listing_watched(const struct model *m, const struct listing *r);

/* How replies and DNS stand to each other. */
enum listing_proof {
	PROOF_NONE,	 /* it has ended */
	PROOF_DNS,	 /* DNS says listed, since dns_since_ms */
	PROOF_BOTH,	 /* and replies name it */
	PROOF_REPLY,	 /* replies name it; DNS was not asked: private, or not
			    asked yet */
	PROOF_OLD_COPY,	 /* replies name it, DNS says clean: who rejects works
			    with an old copy of the list */
	PROOF_CLEAN_NOW, /* DNS says clean, and no reply has named it since
			    it does: nothing says that a copy is old */
	PROOF_UNSURE,	 /* was so; now the list will not or cannot tell */
};
enum listing_proof listing_proof(const struct listing *r);
/* It counts as listed: it holds, and DNS has not said clean since the last
 * refusal that names it. */
bool listing_counts(const struct listing *r);
/* When no address will be listed any more, at the pace of the last six hours
 * since the most were listed; false when the number has not fallen for three
 * hours, too little is known, or it is further away than 30 days. */
bool listings_forecast(
    const struct listings *l, int64_t now_ms, int64_t *zero_ms);

#endif
