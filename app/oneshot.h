/*
 * oneshot.h - one reading, then exit: status, egress, queue, deferrals,
 * listings, throttles, alerts, host.
 * Waits until every host has told what the command needs, or failed, or the
 * time is over; prints a table or a JSON document on stdout, talk on stderr.
 */
#ifndef APP_ONESHOT_H
#define APP_ONESHOT_H

#include "app/config.h"

/* Returns the exit status: EXIT_WELL; EXIT_WRONG when something is listed or
 * throttled, or an alert is open; else EXIT_UNKNOWN when a host could not be
 * read, or no list told anything (what the others said is printed all the
 * same). */
int oneshot_run(const struct options *o, const struct config *c);

/* What --by can be with a command; NULL: no more, or it knows no --by. */
const char *oneshot_by_name(enum command c, size_t i);

#endif
