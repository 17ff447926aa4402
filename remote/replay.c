/* replay.c - a recording delivered by a virtual clock; see replay.h. */
#include "remote/replay.h"

#include "remote/replay_read.h"

#include "core/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* One command somebody asked for. */
struct exec {
	struct exec *next;
	uint64_t id;  /* never used twice, unlike addresses */
	uint32_t run; /* REPLAY_NO_RUN: it will not answer */
	bool late;    /* what came before the cursor is still to be told */
	int64_t asked_ms;
	struct exec_opts o; /* callbacks and time-out only */
};

struct replay_host {
	struct transport t; /* first */
	struct replay *p;
	uint32_t host;
	bool started, up;
	bool logged_in; /* in the recording, at the cursor */
	bool tell_up;	/* started again after the login was played */
	unsigned n;
	struct exec *head;
};

struct replay {
	int fd; /* owned */
	char note[256];
	struct replay_index index;
	struct replay_reader cursor, back; /* back: for what comes late */
	struct replay_host **hosts;	   /* [index.n_hosts]; borrowed, NULL */
	int64_t clock_ms; /* of what is being delivered, from the start */
	uint64_t ids;
	unsigned waiting; /* commands that are late, and tell_ups */
	void *note_ctx;
	void (*on_note)(void *ctx, struct str bytes);
};

static struct exec **
find_exec(struct replay_host *h, uint64_t id)
{
	struct exec **at;

	for (at = &h->head; *at != NULL && (*at)->id != id; at = &(*at)->next)
		;
	return at;
}

/* Off the list, without a word. */
static void
drop_exec(struct replay_host *h, struct exec **at)
{
	struct exec *e = *at;

	*at = e->next;
	h->n--;
	if (e->late)
		h->p->waiting--;
	free(e);
}

static void
end_exec(struct replay_host *h, struct exec **at, err_t err, int status,
    const char *signal)
{
	struct exec_opts o = (*at)->o;

	drop_exec(h, at);
	o.on_end(o.ctx, err, status, signal);
}

/* One frame of the command e; e may be gone afterwards. */
static void
play_exec(struct replay_host *h, struct exec *e, const struct recfile_frame *f)
{
	char signal[16];
	int status;
	err_t err;

	if (f->kind == RECFILE_OUT && e->o.on_out != NULL) {
		e->o.on_out(e->o.ctx, f->bytes);
	} else if (f->kind == RECFILE_ERR && e->o.on_err != NULL) {
		e->o.on_err(e->o.ctx, f->bytes);
	} else if (f->kind == RECFILE_END) {
		if (recfile_end(f->bytes, &err, &status, signal) != ERR_OK)
			return;
		/* Its user of then gave it up; the one of now may not have. */
		if (err == ERR_CANCELLED)
			e->run = REPLAY_NO_RUN;
		else
			end_exec(h, find_exec(h, e->id), err, status, signal);
	}
}

static void
end_all(struct replay_host *h)
{
	uint64_t last = h->p->ids;

	/* Those that callbacks start meanwhile are not meant. */
	for (;;) {
		struct exec **at = &h->head;

		while (*at != NULL && (*at)->id > last)
			at = &(*at)->next;
		if (*at == NULL)
			return;
		end_exec(h, at, ERR_CLOSED, -1, "");
	}
}

static void
play_state(struct replay_host *h, struct str bytes)
{
	char text[RECFILE_TEXT_MAX];
	enum link_state st;
	err_t err;

	if (recfile_state(bytes, &st, &err, text) != ERR_OK)
		return;
	h->logged_in = st == LINK_DISCOVERY || st == LINK_UP;
	if (!h->started)
		return;
	h->up = h->logged_in;
	if (st == LINK_WAITING || st == LINK_FAILED)
		end_all(h);
	h->t.cb.on_state(h->t.cb.ctx, st, err, text);
}

static void
play_frame(struct replay *p, const struct recfile_frame *f)
{
	struct replay_host *h;

	if (f->kind == RECFILE_NOTE) {
		if (p->on_note != NULL)
			p->on_note(p->note_ctx, f->bytes);
		return;
	}
	if (f->host >= p->index.n_hosts || p->hosts[f->host] == NULL)
		return;
	h = p->hosts[f->host];
	if (f->kind == RECFILE_STATE) {
		play_state(h, f->bytes);
		return;
	}
	for (struct exec *e = h->head; e != NULL; e = e->next)
		if (e->run != REPLAY_NO_RUN && !e->late &&
		    p->index.runs[e->run].exec == f->exec) {
			play_exec(h, e, f);
			return;
		}
}

/* Tells e all of its run that lies before the cursor. */
static void
catch_up(struct replay_host *h, struct exec *e)
{
	struct replay *p = h->p;
	struct replay_run run = p->index.runs[e->run];
	uint64_t id = e->id, until = p->cursor.at;
	struct recfile_frame f;

	if (until > run.end)
		until = run.end;
	e->late = false;
	p->waiting--;
	replay_reader_seek(&p->back, run.at, 0);
	while (e != NULL && e->run != REPLAY_NO_RUN && p->back.at < until) {
		if (replay_reader_next(&p->back, &f) != ERR_OK)
			return;
		if (f.exec == run.exec && f.host == run.host)
			play_exec(h, e, &f);
		e = *find_exec(h, id);
	}
}

/* What was asked for since: logins to tell, commands that come late. */
static void
serve_waiting(struct replay *p)
{
	for (size_t i = 0; p->waiting > 0 && i < p->index.n_hosts; i++) {
		struct replay_host *h = p->hosts[i];
		struct exec *e;

		if (h == NULL)
			continue;
		if (h->tell_up) {
			h->tell_up = false;
			p->waiting--;
			h->up = true;
			h->t.cb.on_state(
			    h->t.cb.ctx, LINK_DISCOVERY, ERR_OK, "");
		}
		for (e = h->head; e != NULL && !e->late; e = e->next)
			;
		if (e != NULL)
			catch_up(h, e);
	}
}

static bool
time_out_one(struct replay_host *h)
{
	for (struct exec **at = &h->head; *at != NULL; at = &(*at)->next) {
		const struct exec *e = *at;

		if (e->run == REPLAY_NO_RUN && e->o.timeout_ms > 0 &&
		    h->p->clock_ms - e->asked_ms >= e->o.timeout_ms) {
			end_exec(h, at, ERR_TIMEOUT, -1, "");
			return true;
		}
	}
	return false;
}

void
replay_on_note(
    struct replay *p, void *ctx, void (*fn)(void *ctx, struct str bytes))
{
	p->note_ctx = ctx;
	p->on_note = fn;
}

int64_t
replay_now_ms(const struct replay *p)
{
	return p->index.wall_ms + p->clock_ms;
}

void
replay_pump(struct replay *p, int64_t virtual_ms)
{
	int64_t now = virtual_ms - p->index.wall_ms, t_ms;
	struct recfile_frame f;

	for (;;) {
		while (p->waiting > 0)
			serve_waiting(p);
		if (p->cursor.at >= p->index.end_at ||
		    replay_reader_peek(&p->cursor, &f, &t_ms) != ERR_OK ||
		    t_ms > now || replay_reader_next(&p->cursor, &f) != ERR_OK)
			break;
		p->clock_ms = t_ms;
		play_frame(p, &f);
	}
	if (now > p->clock_ms)
		p->clock_ms = now;
	for (size_t i = 0; i < p->index.n_hosts; i++)
		while (p->hosts[i] != NULL && time_out_one(p->hosts[i]))
			;
}

static err_t
host_exec(struct transport *t, const struct exec_opts *o, struct exec **out)
{
	struct replay_host *h = (struct replay_host *)t;
	struct replay *p = h->p;
	struct exec *e;

	if (!h->up)
		return ERR_CLOSED;
	if (h->n >= TRANSPORT_MAX_CHANNELS)
		return ERR_LIMIT;
	e = calloc(1, sizeof(*e));
	if (e == NULL)
		return ERR_NOMEM;
	e->o = *o;
	e->id = ++p->ids;
	e->asked_ms = p->clock_ms;
	e->run =
	    replay_index_take(&p->index, h->host, str_of(o->name), p->clock_ms);
	e->late =
	    e->run != REPLAY_NO_RUN && p->index.runs[e->run].at < p->cursor.at;
	if (e->late)
		p->waiting++;
	e->next = h->head;
	h->head = e;
	h->n++;
	*out = e;
	return ERR_OK;
}

static void
host_cancel(struct transport *t, struct exec *e)
{
	struct replay_host *h = (struct replay_host *)t;

	drop_exec(h, find_exec(h, e->id));
}

static void
host_start(struct transport *t)
{
	struct replay_host *h = (struct replay_host *)t;

	if (h->started)
		return;
	h->started = true;
	h->tell_up = h->logged_in;
	if (h->tell_up)
		h->p->waiting++;
}

static void
host_stop(struct transport *t)
{
	struct replay_host *h = (struct replay_host *)t;

	h->started = h->up = false;
	if (h->tell_up)
		h->p->waiting--;
	h->tell_up = false;
	while (h->head != NULL)
		drop_exec(h, &h->head);
}

static void
host_answer(struct transport *t, bool yes, const char *secret)
{
	/* The question was answered when it was recorded. */
	(void)t;
	(void)yes;
	(void)secret;
}

static void
host_free(struct transport *t)
{
	struct replay_host *h = (struct replay_host *)t;

	host_stop(t);
	h->p->hosts[h->host] = NULL;
	free(h);
}

static const struct transport_vt replay_vt = {
    .name = "replay",
    .exec = host_exec,
    .cancel = host_cancel,
    .start = host_start,
    .stop = host_stop,
    .answer = host_answer,
    .free = host_free,
};

struct transport *
transport_new_replay(struct replay *p, size_t i, const struct transport_cb *cb)
{
	struct replay_host *h;

	if (i >= p->index.n_hosts || p->hosts[i] != NULL)
		return NULL;
	h = calloc(1, sizeof(*h));
	if (h == NULL)
		return NULL;
	h->t.vt = &replay_vt;
	h->t.cb = *cb;
	h->p = p;
	h->host = (uint32_t)i;
	p->hosts[i] = h;
	return &h->t;
}

void
replay_free(struct replay *p)
{
	if (p == NULL)
		return;
	replay_reader_done(&p->cursor);
	replay_reader_done(&p->back);
	replay_index_done(&p->index);
	free(p->hosts);
	(void)close(p->fd);
	free(p);
}

static err_t
open_all(struct replay *p)
{
	err_t err = replay_index_build(&p->index, p->fd);

	if (err == ERR_OK)
		err = replay_reader_init(&p->cursor, p->fd);
	if (err == ERR_OK)
		err = replay_reader_init(&p->back, p->fd);
	if (err != ERR_OK)
		return err;
	p->hosts = calloc(p->index.n_hosts + 1, sizeof(*p->hosts));
	if (p->hosts == NULL)
		return ERR_NOMEM;
	replay_reader_seek(&p->cursor, p->index.first, 0);
	return ERR_OK;
}

/* Who makes a recording and ends as he should ends all that runs first. */
static void
say_end(struct replay *p, const char *name)
{
	unsigned long long at = p->index.end_at;

	if (p->index.end == ERR_CLOSED)
		(void)snprintf(p->note, sizeof(p->note),
		    _("%s: ends in the middle of a record; all before "
		      "byte %llu is played"),
		    name, at);
	else if (p->index.end != ERR_OK)
		(void)snprintf(p->note, sizeof(p->note),
		    _("%s: is damaged; all before byte %llu is played"), name,
		    at);
	else if (p->index.running > 0)
		(void)snprintf(p->note, sizeof(p->note),
		    _("%s: is cut off, or still being made: commands were "
		      "running at its end"),
		    name);
}

struct replay *
replay_open_fd(int fd, const char *name, char *why, size_t why_cap)
{
	struct replay *p = calloc(1, sizeof(*p));
	err_t err = ERR_NOMEM;

	if (p == NULL) {
		(void)close(fd);
	} else {
		p->fd = fd;
		err = open_all(p);
	}
	if (err != ERR_OK) {
		(void)snprintf(why, why_cap,
		    err == ERR_PARSE ? _("%s: is no recording of mtadeck's")
				     : _("%s: cannot be replayed: %s"),
		    name, _(err_text(err)));
		replay_free(p);
		return NULL;
	}
	say_end(p, name);
	return p;
}

struct replay *
replay_open(const char *path, char *why, size_t why_cap)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		(void)snprintf(why, why_cap, _("%s: cannot be read: %s"), path,
		    strerror(errno));
		return NULL;
	}
	return replay_open_fd(fd, path, why, why_cap);
}

size_t
replay_hosts(const struct replay *p)
{
	return p->index.n_hosts;
}

const char *
replay_host(const struct replay *p, size_t i)
{
	return i < p->index.n_hosts ? p->index.hosts[i] : "";
}

int64_t
replay_start_ms(const struct replay *p)
{
	return p->index.wall_ms;
}

int64_t
replay_end_ms(const struct replay *p)
{
	return p->index.wall_ms + p->index.end_ms;
}

const char *
replay_note(const struct replay *p)
{
	return p->note;
}
