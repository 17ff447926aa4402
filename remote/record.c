/* record.c - the file written as hosts talk; see record.h. */
#include "remote/record.h"

#include "remote/recfile.h"

#include "core/clock.h"
#include "core/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	KEEP_BYTES = 128 * 1024, /* written when a frame might not fit any more
				  */
	FLUSH_MS = 1000,
};

struct recorder {
	int fd; /* -1: stopped */
	char *path;
	int64_t last_ms, flushed_ms; /* monotonic */
	uint64_t hosts, execs;
	void *ctx;
	void (*on_stop)(void *ctx, const char *why);
	size_t n;
	char keep[KEEP_BYTES + RECFILE_HEAD_MAX];
};

static void
stop(struct recorder *r, int errnum)
{
	char why[640];

	(void)close(r->fd);
	r->fd = -1;
	(void)snprintf(why, sizeof(why),
	    _("%s: the recording stopped: %s; what came before is kept"),
	    r->path, strerror(errnum));
	if (r->on_stop != NULL)
		r->on_stop(r->ctx, why);
}

void
recorder_flush(struct recorder *r)
{
	size_t done = 0;

	while (r->fd >= 0 && done < r->n) {
		ssize_t k = write(r->fd, r->keep + done, r->n - done);

		if (k > 0)
			done += (size_t)k;
		else if (k == 0 || errno != EINTR)
			stop(r, k == 0 ? ENOSPC : errno);
	}
	r->n = 0;
}

static void
put(struct recorder *r, enum recfile_kind kind, uint64_t host, uint64_t exec,
    struct str bytes)
{
	int64_t now = clock_mono_ms();
	struct recfile_frame f = {.kind = (uint8_t)kind,
	    .host = host,
	    .exec = exec,
	    .dt_ms = (uint64_t)(now - r->last_ms),
	    .bytes = bytes};

	if (r->fd < 0)
		return;
	if (r->n + RECFILE_HEAD_MAX + bytes.n > sizeof(r->keep))
		recorder_flush(r);
	r->n += recfile_put_head(r->keep + r->n, &f);
	if (bytes.n > 0)
		memcpy(r->keep + r->n, bytes.p, bytes.n);
	r->n += bytes.n;
	r->last_ms = now;
	if (now - r->flushed_ms >= FLUSH_MS) {
		r->flushed_ms = now;
		recorder_flush(r);
	}
}

/* Any length, as frames that are not too long. */
static void
put_all(struct recorder *r, enum recfile_kind kind, uint64_t host,
    uint64_t exec, struct str bytes)
{
	while (bytes.n > 0) {
		struct str part = bytes;

		if (part.n > RECFILE_BYTES_MAX)
			part.n = RECFILE_BYTES_MAX;
		put(r, kind, host, exec, part);
		bytes = str_from(bytes, part.n);
	}
}

void
recorder_note(struct recorder *r, struct str bytes)
{
	if (bytes.n <= RECFILE_BYTES_MAX)
		put(r, RECFILE_NOTE, 0, 0, bytes);
}

static int
open_new(const char *path, char *why, size_t why_cap)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		(void)snprintf(why, why_cap, _("%s: cannot be recorded to: %s"),
		    path, strerror(errno));
		if (fd >= 0)
			(void)close(fd);
		return -1;
	}
	if (S_ISREG(st.st_mode) && st.st_size > 0) {
		(void)snprintf(why, why_cap,
		    _("%s: is there already; name a new file to record to"),
		    path);
		(void)close(fd);
		return -1;
	}
	return fd;
}

struct recorder *
recorder_new(const char *path, char *why, size_t why_cap)
{
	int fd = open_new(path, why, why_cap);
	struct recorder *r;

	if (fd < 0)
		return NULL;
	r = calloc(1, sizeof(*r));
	if (r != NULL)
		r->path = str_dup(str_of(path));
	if (r == NULL || r->path == NULL) {
		(void)snprintf(
		    why, why_cap, "%s: %s", path, _(err_text(ERR_NOMEM)));
		(void)close(fd);
		free(r);
		return NULL;
	}
	r->fd = fd;
	r->last_ms = r->flushed_ms = clock_mono_ms();
	r->n = recfile_put_header(r->keep, clock_wall_ms());
	return r;
}

void
recorder_on_stop(
    struct recorder *r, void *ctx, void (*fn)(void *ctx, const char *why))
{
	r->ctx = ctx;
	r->on_stop = fn;
}

void
recorder_free(struct recorder *r)
{
	if (r == NULL)
		return;
	recorder_flush(r);
	if (r->fd >= 0)
		(void)close(r->fd);
	free(r->path);
	free(r);
}

/* A command: what its user gave us, and the one inside. */
struct exec {
	struct recording *of;
	struct exec *next;
	struct exec *inner; /* the inner transport's; NULL once it ended */
	uint64_t number;
	struct exec_opts o; /* callbacks only */
	bool mute;	    /* nothing of it is written down */
};

struct recording {
	struct transport t; /* first; its vt is the one below */
	struct transport_vt vt;
	struct transport *inner; /* owned */
	struct recorder *r;	 /* borrowed */
	uint64_t host;
	struct exec *head;
};

static void
unlink_exec(struct exec *e)
{
	struct exec **at;

	for (at = &e->of->head; *at != e; at = &(*at)->next)
		;
	*at = e->next;
	free(e);
}

static void
put_of(const struct exec *e, enum recfile_kind kind, struct str bytes)
{
	if (!e->mute)
		put_all(e->of->r, kind, e->of->host, e->number, bytes);
}

static void
on_out(void *ctx, struct str bytes)
{
	struct exec *e = ctx;

	put_of(e, RECFILE_OUT, bytes);
	if (e->o.on_out != NULL)
		e->o.on_out(e->o.ctx, bytes);
}

static void
on_err(void *ctx, struct str bytes)
{
	struct exec *e = ctx;

	put_of(e, RECFILE_ERR, bytes);
	if (e->o.on_err != NULL)
		e->o.on_err(e->o.ctx, bytes);
}

static void
put_end(const struct exec *e, err_t err, int status, const char *signal)
{
	char b[128];
	size_t n = recfile_put_end(b, sizeof(b), err, status, signal);

	put_of(e, RECFILE_END, (struct str){b, n});
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct exec *e = ctx;
	struct exec_opts o = e->o;

	put_end(e, err, status, signal);
	unlink_exec(e);
	o.on_end(o.ctx, err, status, signal);
}

static err_t
record_exec(struct transport *t, const struct exec_opts *o, struct exec **out)
{
	struct recording *g = (struct recording *)t;
	struct exec_opts mine = *o;
	struct exec *e = calloc(1, sizeof(*e));
	err_t err;

	if (e == NULL)
		return ERR_NOMEM;
	e->of = g;
	e->o = *o;
	e->mute = o->unrecorded;
	mine.ctx = e;
	mine.on_out = on_out;
	mine.on_err = on_err;
	mine.on_end = on_end;
	err = transport_exec(g->inner, &mine, &e->inner);
	if (err != ERR_OK) {
		free(e);
		return err;
	}
	e->number = g->r->execs++;
	e->next = g->head;
	g->head = e;
	put_of(e, RECFILE_START, str_of(o->name));
	*out = e;
	return ERR_OK;
}

static void
record_cancel(struct transport *t, struct exec *e)
{
	put_end(e, ERR_CANCELLED, -1, "");
	exec_cancel(((struct recording *)t)->inner, e->inner);
	unlink_exec(e);
}

static void
record_start(struct transport *t)
{
	transport_start(((struct recording *)t)->inner);
}

static void
record_stop(struct transport *t)
{
	struct recording *g = (struct recording *)t;

	transport_stop(g->inner);
	while (g->head != NULL) {
		put_end(g->head, ERR_CANCELLED, -1, "");
		unlink_exec(g->head);
	}
}

static void
record_answer(struct transport *t, bool yes, const char *secret)
{
	transport_answer(((struct recording *)t)->inner, yes, secret);
}

static void
record_free(struct transport *t)
{
	struct recording *g = (struct recording *)t;

	record_stop(t);
	transport_free(g->inner);
	free(g);
}

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct recording *g = ctx;
	char b[RECFILE_TEXT_MAX];
	size_t n = recfile_put_state(b, sizeof(b), st, err, str_of(text));

	put(g->r, RECFILE_STATE, g->host, 0, (struct str){b, n});
	g->vt.name = g->inner->vt->name; /* auto may have changed its way */
	g->t.cb.on_state(g->t.cb.ctx, st, err, text);
}

static void
on_ask(void *ctx, const struct ask *ask)
{
	struct recording *g = ctx;

	g->t.cb.on_ask(g->t.cb.ctx, ask);
}

struct transport *
transport_new_record(
    struct transport *inner, struct recorder *r, const char *host)
{
	struct recording *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->vt = (struct transport_vt){
	    .name = inner->vt->name,
	    .exec = record_exec,
	    .cancel = record_cancel,
	    .start = record_start,
	    .stop = record_stop,
	    .answer = record_answer,
	    .free = record_free,
	};
	g->t.vt = &g->vt;
	g->t.cb = inner->cb;
	g->inner = inner;
	g->r = r;
	g->host = r->hosts++;
	inner->cb = (struct transport_cb){.ctx = g,
	    .on_state = on_state,
	    .on_ask = g->t.cb.on_ask == NULL ? NULL : on_ask};
	put_all(r, RECFILE_HOST, g->host, 0, str_of(host));
	return &g->t;
}
