/*
 * reply_text.h - the text of an SMTP reply as rules see it. Two steps: the
 * key, cheap, in which what differs from message to message is gone (the memo
 * compares it), and the plain text made of nothing but the key, so that
 * replies of one key always mean the same.
 */
#ifndef PROBES_REPLY_TEXT_H
#define PROBES_REPLY_TEXT_H

#include "core/str.h"

enum { REPLY_TEXT_MAX = 4096 }; /* bytes of a reply that are read */

/* Writes the key of the first REPLY_TEXT_MAX bytes of text, never longer than
 * them; returns its length. IPv4 addresses become "0.0.0.0", ids of 12 and
 * more letters and digits or 8 and more hex digits, numbers of 5 and more
 * digits and the parts of a time of day "0". Other digits stay: codes are made
 * of them. */
size_t reply_key(char out[REPLY_TEXT_MAX], struct str text);

/* Writes the plain text of a key; returns its length, at most key.n. What
 * wraps the reply is gone (Postfix, Exim, qmail, a log line's head), letters
 * are ASCII lower case, blanks and control bytes one blank, codes that begin a
 * continuation line (RFC 5321 4.2.1) are taken out of the middle, of e-mail
 * addresses "@" is left: who is written to or from says nothing. */
size_t reply_plain(char out[REPLY_TEXT_MAX], struct str key);

#endif
