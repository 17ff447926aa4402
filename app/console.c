/* console.c - see console.h. */
#include "app/console.h"

#include "app/console_act.h"
#include "app/export.h"
#include "app/hosts.h"
#include "app/notify.h"
#include "app/player.h"
#include "app/session.h"
#include "app/theme_load.h"
#include "app/say.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "tui/ui.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	FRAME_MS = 100,
	STALLED_RETRY_MS = 50,
	TICK_MS = 1000,
	N_SIGNALS = 4,
	MAX_ASKS = 64,
	N_HANDLES = 3 + N_SIGNALS,
};

/* A host that wants an answer; one is shown, the others wait. */
struct pending_ask {
	host_id host;
	bool secret;
	char subject[512]; /* which key */
	char text[1024];
};

struct console {
	const struct options *o;
	struct session s;
	struct player player; /* of a recording; unused when live */
	struct ui ui;
	struct notify notify;
	struct console_act *acts; /* owned; NULL: of a recording */
	struct term *term;
	struct theme theme;
	struct grid grid;
	uv_timer_t frame, tick;
	uv_poll_t keys;
	uv_signal_t signals[N_SIGNALS];
	bool frame_due, quit;
	int64_t drawn_mono_ms;
	struct pending_ask asks[MAX_ASKS];
	unsigned n_asks;
	/* The last passphrase given, in memory only, for the other hosts that
	 * the same key opens; each is given it once. */
	char key[512], secret[256];
	bool given[MAX_HOSTS];
};

static void on_frame(uv_timer_t *t);

static void
draw(struct console *c)
{
	int row = -1, col = -1, rows, cols;

	c->frame_due = false;
	if (c->s.o.replay != NULL)
		player_show(&c->player, &c->ui);
	term_size(c->term, &rows, &cols);
	if (grid_resize(&c->grid, rows, cols) != ERR_OK)
		return;
	c->ui.now_ms = session_now_ms(&c->s);
	ui_render(&c->ui, c->s.m, &c->grid, &row, &col);
	c->drawn_mono_ms = clock_mono_ms();
	if (!term_draw(c->term, &c->grid, row, col, NULL)) {
		/* The terminal takes nothing now: this frame is dropped, a
		 * newer one is tried later, the hosts go on. */
		c->frame_due = true;
		(void)uv_timer_start(&c->frame, on_frame, STALLED_RETRY_MS, 0);
	}
}

static void
on_frame(uv_timer_t *t)
{
	struct console *c = t->data;

	draw(c);
	if (c->acts != NULL)
		console_act_look(c->acts);
}

/* Something changed: a frame within 100 ms of the last one. */
static void
want_frame(struct console *c)
{
	int64_t wait_ms;

	if (c->frame_due || c->term == NULL)
		return;
	c->frame_due = true;
	wait_ms = c->drawn_mono_ms + FRAME_MS - clock_mono_ms();
	(void)uv_timer_start(
	    &c->frame, on_frame, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

/* The bell and the title, for who does not look. */
static void
notify(struct console *c)
{
	bool quiet = c->s.o.replay != NULL && player_skips(&c->player);
	struct notice n;

	notify_look(&c->notify, c->s.m, quiet, &n);
	if (n.bell)
		term_bell(c->term);
	if (n.title != NULL)
		term_title(c->term, str_of(n.title));
	if (n.say[0] != '\0')
		ui_say(&c->ui, true, "%s", n.say);
}

/* Told by a host just now, or when the recording was made. */
static void
show_leases(struct console *c)
{
	const struct model *m = c->s.m;
	struct act_ui *a = &c->ui.act;

	a->leases = m->acts.leases;
	a->n_leases = m->acts.n;
	c->ui.stale = true;
	if (c->s.o.replay == NULL)
		return; /* who asks says how many hosts it asked */
	a->leases_ms = m->now_ms;
	a->leases_hosts = 0;
	for (host_id i = 0; i < m->n_hosts; i++)
		a->leases_hosts += m->hosts[i].leases_ms != 0;
}

/* Readings come from every host every few seconds: the next tick shows them, or
 * a large idle fleet would be drawn ten times a second. What a host's first
 * queue reading tells is waited for. */
static bool
can_wait(const struct model *m, const struct event *ev)
{
	switch (ev->kind) {
	case EVT_COUNTS:
	case EVT_VITALS:
		return true;
	case EVT_QUEUE:
		return m->hosts[ev->host].queue->gen > 1;
	case EVT_LIST_ANSWER:
		return ev->u.answer->verdict != VERDICT_LISTED;
	default:
		return false;
	}
}

static void
on_changed(void *ctx, const struct event *ev)
{
	struct console *c = ctx;

	if (ev->kind == EVT_LEASES)
		show_leases(c);
	if (!can_wait(c->s.m, ev))
		want_frame(c);
	/* A listing does not wait for the tick. */
	if (c->term != NULL && c->s.m->alerts.rings != c->notify.rings)
		notify(c);
}

/* ---- questions ---- */

static void
show_ask(struct console *c)
{
	if (c->n_asks > 0)
		ui_ask(&c->ui, c->asks[0].secret, c->asks[0].text);
	want_frame(c);
}

static void
drop_ask(struct console *c, unsigned i)
{
	c->n_asks--;
	memmove(
	    c->asks + i, c->asks + i + 1, (c->n_asks - i) * sizeof *c->asks);
}

/* Answers hosts that ask for a passphrase that was just given. From the tick:
 * a transport is not answered while it asks. */
static void
answer_repeats(struct console *c)
{
	unsigned i = 0;
	bool first = false;

	while (c->key[0] != '\0' && i < c->n_asks) {
		struct pending_ask *p = &c->asks[i];
		host_id host = p->host;

		if (!p->secret || c->given[host] ||
		    strcmp(p->subject, c->key) != 0) {
			i++;
			continue;
		}
		c->given[host] = true;
		first |= i == 0;
		drop_ask(c, i);
		hostlink_answer(c->s.links[host], true, c->secret);
	}
	if (first && c->ui.overlay == OV_ASK)
		c->ui.overlay = OV_NONE;
	if (first)
		show_ask(c);
}

static void
on_tick(uv_timer_t *t)
{
	struct console *c = t->data;

	session_tick(&c->s);
	notify(c);
	player_heard(&c->player);
	answer_repeats(c);
	if (c->acts != NULL)
		console_act_tick(c->acts);
	want_frame(c);
}

static void
on_ask(void *ctx, host_id id, const struct ask *a)
{
	struct console *c = ctx;
	struct pending_ask *p;

	if (c->n_asks == MAX_ASKS) {
		hostlink_answer(c->s.links[id], false, NULL);
		return;
	}
	p = &c->asks[c->n_asks++];
	p->host = id;
	p->secret = a->kind == ASK_PASSPHRASE;
	str_copy(p->subject, sizeof p->subject, str_of(a->subject));
	if (p->secret)
		(void)snprintf(p->text, sizeof p->text,
		    _("%s: passphrase of key %s (kept in memory only, not "
		      "stored)"),
		    a->host, a->subject);
	else
		(void)snprintf(p->text, sizeof p->text,
		    _("%s: this host's key is not in known_hosts: %s. "
		      "Compare the fingerprint with the host's own. "
		      "Connect and remember it?"),
		    a->host, a->subject);
	if (c->n_asks == 1)
		show_ask(c);
}

static void
answer(struct console *c)
{
	struct ui_wish *w = &c->ui.wish;
	struct pending_ask p;

	if (c->n_asks == 0)
		return;
	p = c->asks[0];
	drop_ask(c, 0);
	if (p.secret && w->answer_yes) {
		str_copy(c->key, sizeof c->key, str_of(p.subject));
		str_copy(c->secret, sizeof c->secret, str_of(w->answer_secret));
		memset(c->given, 0, sizeof c->given);
		c->given[p.host] = true;
	}
	hostlink_answer(c->s.links[p.host], w->answer_yes,
	    p.secret && w->answer_yes ? w->answer_secret : NULL);
	explicit_bzero(w->answer_secret, sizeof w->answer_secret);
	answer_repeats(c);
	show_ask(c);
}

static void
on_record_stop(void *ctx, const char *why)
{
	struct console *c = ctx;

	if (c->term == NULL) /* its last bytes, after the screen */
		say("%s", why);
	ui_say(&c->ui, true, "%s", why);
	want_frame(c);
}

/* ---- wishes ---- */

static void
set_theme(struct console *c, const char *name)
{
	char why[512];

	if (theme_load(&c->theme, name, why, sizeof why) != ERR_OK) {
		ui_say(&c->ui, true, "%s", why);
		return;
	}
	term_set_theme(c->term, &c->theme);
	ui_say(&c->ui, false, _("theme: %s"), c->theme.title);
}

static void
export_view(struct console *c)
{
	struct buf out;
	char why[512];
	err_t err;

	buf_init(&out, 64U << 20);
	err = export_text(&c->ui, c->s.m, c->ui.wish.export_kind, &out);
	if (err != ERR_OK)
		(void)snprintf(why, sizeof why, _("export: %s"), err_text(err));
	else
		err = export_write(
		    c->ui.wish.export_path, buf_view(&out), why, sizeof why);
	ui_say(&c->ui, err != ERR_OK, err == ERR_OK ? _("written to %s") : "%s",
	    err == ERR_OK ? c->ui.wish.export_path : why);
	buf_done(&out);
}

static void
refresh(struct console *c)
{
	for (int i = 0; i < c->s.o.n_hosts; i++)
		hostlink_refresh(c->s.links[i]);
	if (c->s.watch != NULL)
		listwatch_refresh(c->s.watch);
	ui_say(&c->ui, false, "%s",
	    c->s.watch == NULL
		? _("reading queues again; hosts that wait are tried now")
		: _("reading queues and asking lists again; hosts that wait "
		    "are tried now"));
}

/* Hosts that list their queue hold its messages already. */
static void
fetch_messages(struct console *c)
{
	const struct ui_wish *w = &c->ui.wish;

	for (host_id i = 0; i < c->s.m->n_hosts; i++) {
		const struct host *h = &c->s.m->hosts[i];

		if (h->queue != NULL && h->queue->aggregated)
			hostlink_match(
			    c->s.links[i], w->match_dim, str_of(w->match_key));
	}
}

/* Of the alerts the operator chose: seen, or not to be heard for a time. */
static void
tell_alerts(struct console *c)
{
	const struct ui_wish *w = &c->ui.wish;
	struct event ev = {
	    .kind = w->alert == ALERT_WISH_ACK ? EVT_ALERT_ACK : EVT_ALERT_MUTE,
	    .host = HOST_NONE,
	    .at_ms = session_now_ms(&c->s)};

	if (w->alert == ALERT_WISH_MUTE)
		ev.u.alert.until_ms =
		    w->mute_ms == 0 ? 0 : ev.at_ms + w->mute_ms;
	for (uint32_t i = 0; i < w->n_alerts; i++) {
		ev.u.alert.id = w->alerts[i];
		model_update(c->s.m, &ev);
	}
	notify(c);
}

static void
fulfil(struct console *c)
{
	struct ui_wish *w = &c->ui.wish;

	if (w->quit)
		c->quit = true;
	if (w->refresh)
		refresh(c);
	if (w->theme_next)
		set_theme(c, theme_next(c->theme.name));
	if (w->theme[0] != '\0')
		set_theme(c, w->theme);
	if (w->answer)
		answer(c);
	if (w->message_qid[0] != '\0' && w->message_host < c->s.m->n_hosts)
		hostlink_message(c->s.links[w->message_host],
		    w->message_instance, str_of(w->message_qid));
	if (w->match)
		fetch_messages(c);
	if (w->n_alerts > 0)
		tell_alerts(c);
	if (w->export_path[0] != '\0')
		export_view(c);
	*w = (struct ui_wish){0};
	if (c->acts != NULL)
		console_act_fulfil(c->acts);
}

static void
on_keys(uv_poll_t *p, int status, int events)
{
	struct console *c = p->data;
	struct key k;
	bool any = false;

	c->ui.now_ms = session_now_ms(&c->s);
	if (status < 0 || (events & UV_DISCONNECT) != 0)
		c->quit = true;
	while (!c->quit && term_key(c->term, &k)) {
		any = true;
		if (c->s.o.replay == NULL ||
		    !player_key(&c->player, &k, &c->ui))
			ui_key(&c->ui, c->s.m, &k);
		fulfil(c);
	}
	if (c->quit)
		uv_stop(&c->s.loop);
	else if (any)
		draw(c);
}

static void
on_signal(uv_signal_t *h, int signum)
{
	struct console *c = h->data;

	if (signum == SIGWINCH) {
		term_resized(c->term);
		draw(c);
		return;
	}
	c->quit = true;
	uv_stop(&c->s.loop);
}

/* ---- life ---- */

static void
on_crash(int signum)
{
	term_restore_raw();
	(void)signal(signum, SIG_DFL);
	(void)raise(signum);
}

static void
watch_crashes(void)
{
	static const int nums[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

	for (size_t i = 0; i < sizeof nums / sizeof *nums; i++) {
		struct sigaction sa = {.sa_handler = on_crash};

		(void)sigaction(nums[i], &sa, NULL);
	}
}

static void
start_handles(struct console *c)
{
	static const int nums[N_SIGNALS] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP};

	(void)uv_timer_init(&c->s.loop, &c->frame);
	(void)uv_timer_init(&c->s.loop, &c->tick);
	(void)uv_poll_init(&c->s.loop, &c->keys, STDIN_FILENO);
	c->frame.data = c->tick.data = c->keys.data = c;
	(void)uv_timer_start(&c->tick, on_tick, TICK_MS, TICK_MS);
	(void)uv_poll_start(&c->keys, UV_READABLE | UV_DISCONNECT, on_keys);
	for (int i = 0; i < N_SIGNALS; i++) {
		(void)uv_signal_init(&c->s.loop, &c->signals[i]);
		c->signals[i].data = c;
		(void)uv_signal_start(&c->signals[i], on_signal, nums[i]);
	}
}

static void
close_handles(struct console *c)
{
	uv_close((uv_handle_t *)&c->frame, NULL);
	uv_close((uv_handle_t *)&c->tick, NULL);
	uv_close((uv_handle_t *)&c->keys, NULL);
	for (int i = 0; i < N_SIGNALS; i++)
		uv_close((uv_handle_t *)&c->signals[i], NULL);
}

static void
on_acts(void *ctx)
{
	want_frame(ctx);
}

/* A recording is only looked at. */
static err_t
open_acts(struct console *c, const struct config *cfg, char *why, size_t cap)
{
	struct console_act_opts ao = {.s = &c->s,
	    .ui = &c->ui,
	    .arm = c->o->arm,
	    .sites = &cfg->sites,
	    .ctx = c,
	    .changed = on_acts};

	c->ui.now_ms = session_now_ms(&c->s);
	if (c->s.o.replay != NULL) {
		(void)snprintf(c->ui.act.locked, sizeof c->ui.act.locked, "%s",
		    _("this is a recording: there is nothing to act on"));
		return ERR_OK;
	}
	c->acts = console_act_new(&ao);
	if (c->acts != NULL)
		return ERR_OK;
	(void)snprintf(why, cap, "%s", _(err_text(ERR_NOMEM)));
	return ERR_NOMEM;
}

static err_t
bind_keys(struct console *c, const struct config *cfg, char *why, size_t cap)
{
	err_t err = ERR_OK;

	for (int i = 0; i < cfg->n_binds && err == ERR_OK; i++)
		err = keymap_bind(&c->ui.keys, str_of(cfg->binds[i].key),
		    str_of(cfg->binds[i].action), why, cap);
	return err;
}

static err_t
open_terminal(
    struct console *c, const struct config *cfg, char *why, size_t cap)
{
	const char *theme = c->o->theme != NULL ? c->o->theme : cfg->theme;
	const char *no_color = getenv("NO_COLOR");
	struct term_opts to = {.theme = &c->theme,
	    .mouse = cfg->mouse && !c->o->no_mouse,
	    .no_color =
		c->o->no_color || (no_color != NULL && no_color[0] != '\0')};
	err_t err = theme_load(&c->theme, theme, why, cap);

	/* A theme named and not found is an error; the default one's file
	 * missing is not: it is built in. */
	if (err != ERR_OK && strcmp(theme, theme_default.name) != 0)
		return err;
	if (err != ERR_OK)
		c->theme = theme_default;
	return term_open(&c->term, &to, why, cap);
}

static int
run(struct console *c, const struct config *cfg, char *why, size_t cap)
{
	if (ui_init(&c->ui, why, cap) != ERR_OK)
		return EXIT_UNKNOWN;
	c->ui.version = MTADECK_VERSION;
	if (bind_keys(c, cfg, why, cap) != ERR_OK)
		return EXIT_USAGE;
	if (open_acts(c, cfg, why, cap) != ERR_OK)
		return EXIT_UNKNOWN;
	if (open_terminal(c, cfg, why, cap) != ERR_OK)
		return EXIT_USAGE;
	watch_crashes();
	start_handles(c);
	session_start(&c->s);
	if (c->s.o.replay != NULL) {
		const char *note = replay_note(c->s.o.replay);

		player_start(
		    &c->player, &c->s, c->o->speed_milli, c->o->start_ms);
		/* A cut recording must not look like a whole one. */
		if (note[0] != '\0')
			ui_say(&c->ui, true, "%s", note);
	}
	draw(c);
	if (!c->quit)
		(void)uv_run(&c->s.loop, UV_RUN_DEFAULT);
	term_close(c->term);
	c->term = NULL;
	if (c->acts != NULL)
		console_act_end(c->acts);
	close_handles(c);
	if (c->s.o.replay != NULL)
		player_stop(&c->player);
	return EXIT_WELL;
}

int
console_run(const struct options *o, const struct config *cfg)
{
	struct console *c = calloc(1, sizeof *c);
	struct hosts hosts;
	struct session_opts so = {0};
	struct replay *replay = NULL;
	char why[512] = "";
	int rc = EXIT_USAGE;

	if (c == NULL)
		return EXIT_UNKNOWN;
	c->o = o;
	c->notify.config = &cfg->alerts;
	if (o->command == CMD_REPLAY) {
		replay = player_open(&hosts, o->record_in, why, sizeof why);
		if (replay == NULL)
			goto done;
	} else if (hosts_collect(&hosts, o, cfg, why, sizeof why) != ERR_OK) {
		goto done;
	}
	hosts_session(&hosts, o, cfg, &so);
	so.replay = replay;
	if (replay != NULL)
		so.lists = NULL;
	so.ctx = c;
	so.changed = on_changed;
	so.on_record_stop = on_record_stop;
	so.on_ask = on_ask;
	if (session_init(&c->s, &so, why, sizeof why) != ERR_OK)
		goto done;
	rc = run(c, cfg, why, sizeof why);
	c->s.o.changed = NULL;
	session_done(&c->s);
	console_act_free(c->acts);
	ui_done(&c->ui);
	grid_done(&c->grid);
done:
	if (why[0] != '\0')
		say("%s", why);
	replay_free(replay);
	explicit_bzero(c, sizeof *c);
	free(c);
	return rc;
}
