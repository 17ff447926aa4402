/*
 * replay.h - a recording (recfile.h) played to the same code that runs live:
 * transports that say what the hosts said, when the caller's clock has come so
 * far. Never reads a clock, never sleeps; reads the file as it goes, keeps only
 * where each command began.
 *
 * A command asked for by name gets a recorded one of that name on that host:
 * the last not yet played that had begun by now, else the next to come. What of
 * it is due comes at the next replay_pump(). One that was never recorded does
 * not answer, but for its own time-out.
 */
#ifndef REMOTE_REPLAY_H
#define REMOTE_REPLAY_H

#include "remote/transport.h"

struct replay; /* opaque; heap */

/* NULL with a sentence in why[why_cap]. Reads the file once through. */
struct replay *replay_open(const char *path, char *why, size_t why_cap);
/* The same from an open file that can be sought in; fd is owned from now on. */
struct replay *replay_open_fd(
    int fd, const char *name, char *why, size_t why_cap);
/* After its transports. */
void replay_free(struct replay *p);

size_t replay_hosts(const struct replay *p);
/* The operator's word for host i; borrowed. */
const char *replay_host(const struct replay *p, size_t i);
/* Wall clock of its first and last moment, ms since 1970. */
int64_t replay_start_ms(const struct replay *p);
int64_t replay_end_ms(const struct replay *p);
/* "" or a sentence: the file is cut (also between two records: who made it was
 * killed) or damaged, and played up to there. */
const char *replay_note(const struct replay *p);

/* Who takes what recorder_note() wrote, as it comes due; may be NULL. */
void replay_on_note(
    struct replay *p, void *ctx, void (*fn)(void *ctx, struct str bytes));

/* The recording's time now: of what is being delivered, during a pump; else
 * where the last pump ended. What callbacks measure by it is as it was. */
int64_t replay_now_ms(const struct replay *p);

/*
 * Delivers all that is due at virtual_ms (wall clock of the recording), in the
 * order it was recorded; what callbacks ask for takes part at once. Going back
 * is opening it anew. Not to be called from a callback.
 */
void replay_pump(struct replay *p, int64_t virtual_ms);

/* One for each host at most; NULL when out of memory or i is no host. Plays
 * states from the first pump after its start on. */
struct transport *transport_new_replay(
    struct replay *p, size_t i, const struct transport_cb *cb);

#endif
