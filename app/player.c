/* player.c - see player.h. */
#include "app/player.h"

#include "core/clock.h"
#include "core/i18n.h"

#include <stdio.h>

enum {
	PUMP_MS = 20,
	JUMP_MS = 60000,
	STEP_MS = 5000,
	SPEED_LEAST = 125, /* an eighth */
	SPEED_MOST = 1024000,
};

struct replay *
player_open(struct hosts *h, const char *path, char *why, size_t cap)
{
	struct replay *r = replay_open(path, why, cap);

	if (r == NULL)
		return NULL;
	if (replay_hosts(r) == 0 || replay_hosts(r) > MAX_HOSTS) {
		(void)snprintf(
		    why, cap, _("%s: no hosts in this recording"), path);
		replay_free(r);
		return NULL;
	}
	*h = (struct hosts){.n = (int)replay_hosts(r)};
	for (int i = 0; i < h->n; i++)
		h->names[i] = replay_host(r, (size_t)i);
	return r;
}

/* Where the recording's clock stands now. */
static int64_t
virtual_ms(const struct player *p)
{
	int64_t ran_ms = p->paused ? 0 : clock_mono_ms() - p->base_mono_ms;

	return p->base_ms + ran_ms * p->speed_milli / 1000;
}

static void on_timer(uv_timer_t *t);

/* From here on time runs anew: after a pause, a jump, another speed. */
static void
rebase(struct player *p, int64_t now_ms)
{
	p->base_ms = now_ms;
	p->base_mono_ms = clock_mono_ms();
}

/* Is the recording played faster than it was made, to get to now_ms? */
static bool
skips_to(const struct player *p, int64_t now_ms)
{
	return p->speed_milli > 1000 || now_ms - p->pumped_ms > STEP_MS;
}

/*
 * Plays on to where the clock stands. A jump goes in steps with the loop
 * turning in between, so that everything takes its course: lost connections
 * are taken up again, timers run.
 */
static void
pump(struct player *p)
{
	int64_t now_ms = virtual_ms(p);
	int64_t end_ms = replay_end_ms(p->s->o.replay);

	p->skipped |= skips_to(p, now_ms);
	if (now_ms > p->pumped_ms + STEP_MS) {
		now_ms = p->pumped_ms + STEP_MS;
		(void)uv_timer_start(&p->timer, on_timer, 1, PUMP_MS);
	}
	if (now_ms >= end_ms) {
		now_ms = end_ms;
		p->ended = true;
	}
	p->pumped_ms = now_ms;
	replay_pump(p->s->o.replay, now_ms);
}

bool
player_skips(const struct player *p)
{
	return p->skipped || (!p->ended && skips_to(p, virtual_ms(p)));
}

void
player_heard(struct player *p)
{
	p->skipped = false;
}

static enum ui_play
state_of(const struct player *p)
{
	if (!p->ended)
		return UI_PLAYING;
	return replay_note(p->s->o.replay)[0] != '\0' ? UI_PLAY_CUT
						      : UI_PLAY_END;
}

void
player_show(const struct player *p, struct ui *ui)
{
	enum ui_play was = ui->play;

	ui->play = state_of(p);
	if (was != ui->play && ui->play == UI_PLAY_CUT)
		ui_say(ui, true, "%s", replay_note(p->s->o.replay));
}

static void
on_timer(uv_timer_t *t)
{
	struct player *p = t->data;

	if (!p->ended)
		pump(p);
}

void
player_start(
    struct player *p, struct session *s, int64_t speed_milli, int64_t jump_ms)
{
	*p = (struct player){.s = s, .speed_milli = speed_milli};
	p->pumped_ms = replay_start_ms(s->o.replay);
	rebase(p, p->pumped_ms + jump_ms);
	(void)uv_timer_init(&s->loop, &p->timer);
	p->timer.data = p;
	(void)uv_timer_start(&p->timer, on_timer, 1, PUMP_MS);
}

void
player_stop(struct player *p)
{
	uv_close((uv_handle_t *)&p->timer, NULL);
}

static void
say(struct player *p, struct ui *ui)
{
	char hms[CLOCK_TEXT];

	ui_say(ui, false,
	    _("replay: %s %s, speed %g (p pause, + - speed, . a "
	      "minute on)"),
	    clock_hms(hms, p->pumped_ms),
	    state_of(p) == UI_PLAY_CUT ? _("cut here")
	    : p->ended		       ? _("end of the recording")
	    : p->paused		       ? _("paused")
				       : _("playing"),
	    (double)p->speed_milli / 1000.0);
}

bool
player_key(struct player *p, const struct key *k, struct ui *ui)
{
	int64_t now_ms = virtual_ms(p);

	if (ui->overlay != OV_NONE)
		return false;
	switch (k->code) {
	case 'p':
		rebase(p, now_ms);
		p->paused = !p->paused;
		break;
	case '+':
	case '-':
		rebase(p, now_ms);
		p->speed_milli =
		    k->code == '+' ? p->speed_milli * 2 : p->speed_milli / 2;
		if (p->speed_milli < SPEED_LEAST)
			p->speed_milli = SPEED_LEAST;
		if (p->speed_milli > SPEED_MOST)
			p->speed_milli = SPEED_MOST;
		break;
	case '.':
		rebase(p, now_ms + JUMP_MS);
		pump(p);
		break;
	default:
		return false;
	}
	say(p, ui);
	return true;
}
