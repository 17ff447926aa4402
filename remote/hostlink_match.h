/*
 * hostlink_match.h - the messages of one key of a queue that is only counted:
 * fetched when somebody drills into its row.
 */
#ifndef REMOTE_HOSTLINK_MATCH_H
#define REMOTE_HOSTLINK_MATCH_H

#include "remote/hostlink_port.h"

struct hostlink_match; /* opaque; heap */

struct hostlink_match *hostlink_match_new(const struct hostlink_port *p);
/* Asks; an EVT_QUEUE_MATCH follows, with an error when it cannot be. A newer
 * question takes the place of an older one. found: NULL when not connected. */
void hostlink_match_ask(struct hostlink_match *h, const struct discovery *found,
    enum queue_dim dim, struct str key);
/* The connection is gone, its commands have ended. */
void hostlink_match_down(struct hostlink_match *h);
/* It uses a channel. */
bool hostlink_match_runs(const struct hostlink_match *h);
/* Before the transport stops. */
void hostlink_match_free(struct hostlink_match *h);

#endif
