/*
 * message.h - one queued message: what scripts/message.sh prints, into a
 * struct message_detail. Pure. Sources: postcat(1), bounce(5) log format.
 */
#ifndef REMOTE_MESSAGE_H
#define REMOTE_MESSAGE_H

#include "core/event.h"

/* text: the script's whole output. offset_ms: host's clock minus ours. Fills
 * d->next_try_ms (a deferred message's queue file is dated with its next
 * attempt, qmgr(8)), d->text as lines "name: value", d->err and d->error. */
void message_parse(
    struct message_detail *d, struct str text, int64_t offset_ms);

#endif
