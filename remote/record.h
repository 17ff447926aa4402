/*
 * record.h - writes down what hosts say, as it comes, into one file for all of
 * them (format: recfile.h), by standing between a transport and its user.
 * Passphrases, commands, what is sent to hosts and what a command says that may
 * hold secrets (exec_opts.unrecorded) are never written. When the
 * disk is full the recording stops and says so; the console goes on.
 */
#ifndef REMOTE_RECORD_H
#define REMOTE_RECORD_H

#include "remote/transport.h"

struct recorder; /* opaque; heap */

/* Makes path (mode 0600: logs tell of people); a file that is there and not
 * empty is left alone. NULL with a sentence in why[why_cap]. */
struct recorder *recorder_new(const char *path, char *why, size_t why_cap);
/* Called at most once, when the recording stops; a sentence why. */
void recorder_on_stop(
    struct recorder *r, void *ctx, void (*fn)(void *ctx, const char *why));
/* Writes what is kept back; a recorder does so itself every second in which
 * something comes. */
void recorder_flush(struct recorder *r);
/* Writes down what came from elsewhere; at most RECFILE_BYTES_MAX bytes. */
void recorder_note(struct recorder *r, struct str bytes);
/* After the transports that use it. */
void recorder_free(struct recorder *r);

/*
 * A transport that does what inner does and records it as `host` (the
 * operator's word). Owns inner from now on, and its callbacks: call it before
 * transport_start(). r is borrowed. NULL when out of memory; inner is then
 * still the caller's, as it was.
 */
struct transport *transport_new_record(
    struct transport *inner, struct recorder *r, const char *host);

#endif
