/*
 * player.h - a recording's clock: start, pause, speed, jump. Drives the replay
 * transports of a session; the rest of the console does not know that what it
 * shows is past, but for the time.
 */
#ifndef APP_PLAYER_H
#define APP_PLAYER_H

#include "app/hosts.h"
#include "tui/ui.h"

struct player {
	struct session *s; /* borrowed */
	uv_timer_t timer;
	int64_t base_ms; /* the recording's time at base_mono_ms */
	int64_t base_mono_ms;
	int64_t speed_milli;
	int64_t pumped_ms; /* so far the recording has been played */
	bool paused, ended;
	bool skipped; /* time was skipped since player_heard() */
};

/* Opens a recording and names its hosts in h (borrowed from the replay);
 * NULL with a sentence in why. */
struct replay *player_open(
    struct hosts *h, const char *path, char *why, size_t why_cap);
/* After session_start(). */
void player_start(
    struct player *p, struct session *s, int64_t speed_milli, int64_t jump_ms);
/* Its timer closes on the loop. */
void player_stop(struct player *p);
/* Time runs faster than it did, or a jump is not over, or was so since the last
 * player_heard(): what came meanwhile is evaluated a tick later. */
bool player_skips(const struct player *p);
void player_heard(struct player *p);
/* Tells the screen where it stands; at the end of a cut one, that it is. */
void player_show(const struct player *p, struct ui *ui);
/* Pause (p), faster (+), slower (-), a minute on (.); false: not for us. */
bool player_key(struct player *p, const struct key *k, struct ui *ui);

#endif
