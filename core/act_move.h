/*
 * act_move.h - what an evacuation brings to those who take the mail over, as
 * far as the model knows: said in the plan, before it is confirmed. Pure.
 */
#ifndef CORE_ACT_MOVE_H
#define CORE_ACT_MOVE_H

#include "core/model.h"

/* "mta1: 9 waiting messages and about 25 a minute move to 192.0.2.2
 * (throttled: google; listed), 192.0.2.3": from ip of a host to those of to[n];
 * waiting: messages. Appends to dst, behind "; " when it is not empty; cut at
 * cap. n = 0: nothing. */
void act_move_text(const struct model *m, host_id host, const char *ip,
    char (*to)[ADDR_MAX_BYTES], unsigned n, size_t waiting, char *dst,
    size_t cap);

#endif
