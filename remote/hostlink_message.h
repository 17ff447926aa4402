/*
 * hostlink_message.h - envelope, reasons and next attempt of one message,
 * fetched when somebody opens it.
 */
#ifndef REMOTE_HOSTLINK_MESSAGE_H
#define REMOTE_HOSTLINK_MESSAGE_H

#include "remote/hostlink_port.h"

struct hostlink_message; /* opaque; heap */

struct hostlink_message *hostlink_message_new(const struct hostlink_port *p);
/* Asks; an EVT_MESSAGE follows, with an error when it cannot be. A newer
 * question takes the place of an older one; what is no queue id is not asked.
 * found: NULL when not connected. */
void hostlink_message_ask(struct hostlink_message *h,
    const struct discovery *found, uint8_t instance, struct str qid);
/* It uses a channel. */
bool hostlink_message_runs(const struct hostlink_message *h);
/* Before the transport stops. */
void hostlink_message_free(struct hostlink_message *h);

#endif
