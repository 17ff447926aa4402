/*
 * dnsbl_answer.h - a DNS message as bytes, read into what a list's answer is.
 */
#ifndef PROBES_DNSBL_ANSWER_H
#define PROBES_DNSBL_ANSWER_H

#include "core/dns_answer.h"

enum { DNSBL_TEXT = 1024 };

/* Room for the text of an answer. */
struct dnsbl_text {
	char p[DNSBL_TEXT];
};

/*
 * msg: [n] the message of an answer, hostile. *out gets status, addrs (DNS_A)
 * or text (DNS_TXT; borrowed from *room, cut at its size) and ttl_s. What
 * cannot be read to its end, is no answer, or is a mere referral is DNS_BAD:
 * never "no such name".
 */
void dnsbl_answer_read(struct dns_answer *out, const uint8_t *msg, size_t n,
    enum dns_type want, struct dnsbl_text *room);

#endif
