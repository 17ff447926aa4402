/*
 * hostlink_dns.h - DNS questions asked by the mail host itself, through its own
 * resolver, which is the one that list operators answer. A part of the host's
 * link: questions wait a moment and go in batches, one command at a time.
 */
#ifndef REMOTE_HOSTLINK_DNS_H
#define REMOTE_HOSTLINK_DNS_H

#include "core/dns_answer.h"
#include "remote/hostlink_port.h"

struct hostlink_dns; /* opaque; heap */

struct hostlink_dns *hostlink_dns_new(
    const struct hostlink_port *p, uv_loop_t *loop);
/* fn is called once, later: DNS_DOWN when the host is not up (up false), the
 * command failed, or the host has no dig; at once when 512 wait already, or
 * name is none. name is copied. */
void hostlink_dns_ask(struct hostlink_dns *h, bool up, const char *name,
    enum dns_type type, dns_answer_fn fn, void *fn_ctx);
/* It uses a channel. */
bool hostlink_dns_runs(const struct hostlink_dns *h);
/* What waits is answered DNS_DOWN, now; frees itself on the loop. NULL is fine.
 */
void hostlink_dns_free(struct hostlink_dns *h);

#endif
