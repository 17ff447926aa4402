/*
 * meaning.h - what an SMTP reply says about us, in the words of DESIGN: class,
 * whom it blames, how far it reaches. The rules that find it out are data and
 * live in probes/; the model gets them as a function. Pure data.
 */
#ifndef CORE_MEANING_H
#define CORE_MEANING_H

#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

/* Where classes meet, the reason a reply gives decides, not the stock phrase
 * before it ("mailbox unavailable"). What that comes to:
 *
 * Too many mails or connections in a time, of an IP, a sender or a domain, are
 * throttle; an account's own quota, refused for good, is policy; what one
 * recipient may get in a time is recipient.
 *
 * A blocklist is a reply that says something is listed, by name or not. An IP
 * refused for its spam or its reputation alone is reputation; a sender that the
 * recipient has blocked is recipient.
 *
 * PTR, SPF, DKIM, DMARC, TLS missing or failed are auth; a check that could not
 * be made is temporary. Domains without records, relaying, loops and hosts out
 * of reach are routing. A sender or HELO refused, a log-in wanted, protocol and
 * recipients per mail are policy.
 *
 * id, stable word (JSON, rules, tests), short label for people */
#define REPLY_CLASS_LIST(X)                                                    \
	X(UNKNOWN, "unknown", N_("not known"))                                 \
	X(THROTTLE, "throttle", N_("throttled"))                               \
	X(IP_BLOCKLIST, "ip-blocklist", N_("IP on a blocklist"))               \
	X(DOMAIN_BLOCKLIST, "domain-blocklist", N_("domain on a blocklist"))   \
	X(REPUTATION, "reputation-block", N_("bad reputation"))                \
	X(GREYLIST, "greylist", N_("greylisted"))                              \
	X(AUTH, "auth", N_("authentication"))                                  \
	X(CONTENT, "content", N_("content"))                                   \
	X(RECIPIENT, "recipient", N_("recipient"))                             \
	X(ROUTING, "routing", N_("routing"))                                   \
	X(POLICY, "policy-other", N_("policy"))                                \
	X(TEMPORARY, "temporary-other", N_("temporary trouble"))

enum reply_class {
#define X(id, word, label) CLASS_##id,
	REPLY_CLASS_LIST(X)
#undef X
	    CLASS_N
};

/* Whom the receiver holds responsible. */
#define BLAMES_LIST(X)                                                         \
	X(NONE, "none")                                                        \
	X(IP, "ip")                                                            \
	X(DOMAIN, "domain")                                                    \
	X(SENDER, "sender")                                                    \
	X(RECIPIENT, "recipient")                                              \
	X(CONTENT, "content")

enum blames {
#define X(id, word) BLAMES_##id,
	BLAMES_LIST(X)
#undef X
	    BLAMES_N
};

/* What else of ours the same refusal will hit. */
#define SCOPE_LIST(X)                                                          \
	X(UNKNOWN, "unknown")                                                  \
	X(IP, "ip")		  /* all mail of this egress IP */             \
	X(NETWORK, "network")	  /* of its neighbours too */                  \
	X(DOMAIN, "domain")	  /* all mail that names this domain */        \
	X(SENDER, "sender")	  /* of this envelope sender */                \
	X(RECIPIENT, "recipient") /* to this recipient */                      \
	X(MESSAGE, "message")	  /* this message only */

enum scope {
#define X(id, word) SCOPE_##id,
	SCOPE_LIST(X)
#undef X
	    SCOPE_N
};

/* Texts are borrowed from the rules and live as long as they do; empty: the
 * reply does not tell. */
struct meaning {
	enum reply_class cls;
	enum blames blames;
	enum scope scope;
	struct str provider; /* who speaks: "google" (catalogue id) */
	struct str list;     /* whose data: "spamhaus-zen" (catalogue id) */
	struct str rule;     /* id of the rule that decided */
};

/* Reads a reply: deterministic, remembers what it has seen. reply: what a
 * receiver said, without Postfix's wrapping (shape_reply), or the key of that
 * (shape_key), which must mean the same. */
struct reply_reader {
	void *ctx;
	void (*read)(void *ctx, struct str reply, struct meaning *out);
};

const char *reply_class_name(enum reply_class c);  /* "ip-blocklist" */
const char *reply_class_label(enum reply_class c); /* for people */
const char *blames_name(enum blames b);
const char *scope_name(enum scope s);
/* False when no row has the word. */
bool reply_class_of(struct str word, enum reply_class *out);
bool blames_of(struct str word, enum blames *out);
bool scope_of(struct str word, enum scope *out);

#endif
