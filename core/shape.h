/*
 * shape.h - the shape of an SMTP reply: addresses, numbers, ids, domains,
 * e-mail addresses, URLs' variable parts and queue ids stripped, so that
 * 10,000 different lines of one cause make one row. SMTP codes and enhanced
 * status codes (RFC 3463) stay.
 */
#ifndef CORE_SHAPE_H
#define CORE_SHAPE_H

#include "core/buf.h"

#include <stdint.h>

enum { SHAPE_MAX = 512 };

/* Writes the shape (at most SHAPE_MAX bytes) of text into out[SHAPE_MAX];
 * returns its length. Deterministic, one pass, no allocation. */
size_t shape_of(char out[SHAPE_MAX], struct str text);

/* What a receiver said, out of the text in parentheses of a delivery line:
 * without "host X[ip] said: " / "refused to talk to me: " and " (in reply to
 * ...)". Borrowed from text. *remote: false when Postfix itself made it up. */
struct str shape_reply(struct str text, bool *remote);

/* True for Postfix's repeats of an earlier reply: "delivery temporarily
 * suspended: ..." and "(deferred transport)". (qmgr/qmgr_active.c) */
bool shape_is_local_repeat(struct str text);

struct shape_code {
	uint16_t code;	     /* 250, 421, 554 ..; 0 when there is none */
	uint8_t enhanced[3]; /* 4.7.0; class 0 when there is none */
};
/* The SMTP code and enhanced status code a reply begins with. */
struct shape_code shape_codes(struct str reply);

#endif
