/*
 * cmd_act.h - `mtadeck act VERB TARGET`: the plan shown, confirmed, run; the
 * same path as the console's (actor.h).
 */
#ifndef APP_CMD_ACT_H
#define APP_CMD_ACT_H

#include "app/config.h"

int act_run(const struct options *o, const struct config *c);
/* A request out of the command line's words; addresses: where those of a set
 * go, which the request borrows. Fails with a sentence. */
struct act_request;
err_t act_request_of(struct act_request *r, struct buf *addresses,
    const struct options *o, char *why, size_t why_cap) NODISCARD;

#endif
