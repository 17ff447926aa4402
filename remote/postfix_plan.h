/*
 * postfix_plan.h - an act as Postfix's own commands: which parameters change,
 * how each is proved unchanged before, taken back exactly, and verified after.
 * Pure. What the commands do, and their traps: postconf(1), postconf(5),
 * qmgr(8), postsuper(1), postqueue(1).
 */
#ifndef REMOTE_POSTFIX_PLAN_H
#define REMOTE_POSTFIX_PLAN_H

#include "core/buf.h"
#include "remote/act_lines.h"

/* The names act.sh's "read" is asked for: "main:defer_transports",
 * "process:out1" .., each added with script_arg-like quoting by add(). False:
 * the host does not carry the request's egress IP. */
bool postfix_plan_needs(const struct act_request *r, const struct discovery *d,
    void *ctx, void (*add)(void *ctx, const char *name));
/*
 * Adds the steps of one host to p. qids: [n_qids] of the messages meant, for
 * verbs on messages. Writes a sentence to p->refusal, and adds nothing, when
 * the host cannot or need not do it.
 */
err_t postfix_plan_host(struct plan *p, host_id host, const char *host_name,
    const struct discovery *d, const struct act_state *st,
    const struct str *qids, size_t n_qids) NODISCARD;
/* Of an evacuation that can be planned: the egress IPs that take over on this
 * host; how many, at most cap. */
unsigned postfix_plan_targets(struct plan *p, const struct discovery *d,
    const struct act_state *st, char (*ips)[ADDR_MAX_BYTES], unsigned cap);

#endif
