/* replay_read.c - frames out of a file, and its index; see replay_read.h. */
#include "remote/replay_read.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	NAMES_MAX = 256, /* kinds of commands; there are about ten */
	OPEN_MAX_RUNS = 4 * REPLAY_HOSTS_MAX,
};

/* A recording is not older than computers: keeps sums of times in range. */
#define SPAN_MAX_MS (INT64_MAX / 4)

err_t
replay_reader_init(struct replay_reader *r, int fd)
{
	*r = (struct replay_reader){.fd = fd, .window = malloc(REPLAY_WINDOW)};
	return r->window == NULL ? ERR_NOMEM : ERR_OK;
}

void
replay_reader_done(struct replay_reader *r)
{
	free(r->window);
	r->window = NULL;
}

void
replay_reader_seek(struct replay_reader *r, uint64_t at, int64_t t_ms)
{
	r->at = at;
	r->pos = r->n = 0;
	r->t_ms = t_ms;
}

/* More bytes behind those that are there; *more false at the file's end. */
static err_t
fill(struct replay_reader *r, bool *more)
{
	ssize_t k;

	if (r->pos > 0) {
		memmove(r->window, r->window + r->pos, r->n - r->pos);
		r->n -= r->pos;
		r->pos = 0;
	}
	*more = false;
	if (r->n == REPLAY_WINDOW)
		return ERR_OK;
	do
		k = pread(r->fd, r->window + r->n, REPLAY_WINDOW - r->n,
		    (off_t)(r->at + r->n));
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return ERR_IO;
	r->n += (size_t)k;
	*more = k > 0;
	return ERR_OK;
}

static err_t
look(struct replay_reader *r, struct recfile_frame *f, size_t *used)
{
	for (;;) {
		struct str in = {r->window + r->pos, r->n - r->pos};
		err_t err = recfile_frame(in, f, used);
		bool more;

		if (err != ERR_CLOSED)
			return err;
		err = fill(r, &more);
		if (err != ERR_OK)
			return err;
		if (!more)
			return ERR_CLOSED;
	}
}

err_t
replay_reader_peek(
    struct replay_reader *r, struct recfile_frame *f, int64_t *t_ms)
{
	size_t used;
	err_t err = look(r, f, &used);

	if (err != ERR_OK)
		return err;
	if (f->dt_ms > (uint64_t)(SPAN_MAX_MS - r->t_ms))
		return ERR_PARSE;
	*t_ms = r->t_ms + (int64_t)f->dt_ms;
	return ERR_OK;
}

err_t
replay_reader_next(struct replay_reader *r, struct recfile_frame *f)
{
	size_t used;
	err_t err = look(r, f, &used);

	if (err != ERR_OK)
		return err;
	if (f->dt_ms > (uint64_t)(SPAN_MAX_MS - r->t_ms))
		return ERR_PARSE;
	r->t_ms += (int64_t)f->dt_ms;
	r->pos += used;
	r->at += used;
	return ERR_OK;
}

/* Room for one more of size bytes each; NULL when there is none. */
static void *
grow(void *p, size_t n, size_t *room, size_t max, size_t size)
{
	size_t want = *room == 0 ? 16 : *room * 2;
	void *q;

	if (n < *room)
		return p;
	if (n >= max)
		return NULL;
	q = realloc(p, want * size);
	if (q != NULL)
		*room = want;
	return q;
}

static err_t
add_text(char ***list, size_t *n, size_t *room, size_t max, struct str s)
{
	char **p = grow(*list, *n, room, max, sizeof(*p));

	if (p == NULL)
		return *n >= max ? ERR_LIMIT : ERR_NOMEM;
	*list = p;
	if (s.n >= NAME_MAX_BYTES)
		s.n = NAME_MAX_BYTES - 1;
	p[*n] = malloc(s.n + 1);
	if (p[*n] == NULL)
		return ERR_NOMEM;
	str_copy(p[*n], s.n + 1, s);
	(*n)++;
	return ERR_OK;
}

static uint32_t
name_number(const struct replay_index *x, struct str name)
{
	for (size_t i = 0; i < x->n_names; i++)
		if (str_eq(str_of(x->names[i]), name))
			return (uint32_t)i;
	return UINT32_MAX;
}

/* Commands that run while the index is built: exec number -> run. */
struct open_runs {
	size_t n;
	struct {
		uint64_t exec;
		size_t run;
	} of[OPEN_MAX_RUNS];
};

static err_t
add_run(struct replay_index *x, const struct recfile_frame *f, uint64_t at,
    int64_t t_ms, struct open_runs *open)
{
	struct replay_run *p;
	uint32_t name = name_number(x, f->bytes);
	err_t err;

	if (f->host >= x->n_hosts)
		return ERR_OK; /* of a host nobody knows: not played */
	if (name == UINT32_MAX) {
		err = add_text(&x->names, &x->n_names, &x->room_names,
		    NAMES_MAX, f->bytes);
		if (err != ERR_OK)
			return err == ERR_LIMIT ? ERR_OK : err;
		name = (uint32_t)(x->n_names - 1);
	}
	p = grow(
	    x->runs, x->n_runs, &x->room_runs, REPLAY_RUNS_MAX, sizeof(*p));
	if (p == NULL)
		return x->n_runs >= REPLAY_RUNS_MAX ? ERR_LIMIT : ERR_NOMEM;
	x->runs = p;
	p[x->n_runs] = (struct replay_run){.at = at,
	    .end = UINT64_MAX,
	    .t_ms = t_ms,
	    .exec = f->exec,
	    .host = (uint32_t)f->host,
	    .name = name,
	    .next = REPLAY_NO_RUN};
	if (open->n < OPEN_MAX_RUNS) {
		open->of[open->n].exec = f->exec;
		open->of[open->n++].run = x->n_runs;
	}
	x->n_runs++;
	return ERR_OK;
}

static void
end_run(
    struct replay_index *x, uint64_t exec, uint64_t end, struct open_runs *open)
{
	/* From the newest: short commands end soon. */
	for (size_t i = open->n; i > 0; i--)
		if (open->of[i - 1].exec == exec) {
			x->runs[open->of[i - 1].run].end = end;
			open->of[i - 1] = open->of[open->n - 1];
			open->n--;
			return;
		}
}

static err_t
index_frame(struct replay_index *x, const struct recfile_frame *f, uint64_t at,
    const struct replay_reader *r, struct open_runs *open)
{
	switch (f->kind) {
	case RECFILE_HOST:
		if (f->host != x->n_hosts)
			return ERR_OK;
		return add_text(&x->hosts, &x->n_hosts, &x->room_hosts,
		    REPLAY_HOSTS_MAX, f->bytes);
	case RECFILE_START:
		return add_run(x, f, at, r->t_ms, open);
	case RECFILE_END:
		end_run(x, f->exec, r->at, open);
		return ERR_OK;
	default:
		return ERR_OK;
	}
}

static err_t
read_header(struct replay_index *x, int fd)
{
	char head[RECFILE_HEADER_MAX];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	size_t used;

	if (n < 0)
		return ERR_IO;
	if (recfile_header((struct str){head, (size_t)n}, &x->wall_ms, &used) !=
	    ERR_OK)
		return ERR_PARSE;
	x->first = used;
	return ERR_OK;
}

static err_t
read_frames(
    struct replay_index *x, struct replay_reader *r, struct open_runs *open)
{
	struct recfile_frame f;
	err_t err;

	replay_reader_seek(r, x->first, 0);
	for (;;) {
		uint64_t at = r->at;

		err = replay_reader_next(r, &f);
		if (err != ERR_OK)
			break;
		x->end_ms = r->t_ms;
		err = index_frame(x, &f, at, r, open);
		if (err != ERR_OK)
			return err;
	}
	/* At the end with nothing left over, it is whole. */
	x->end = err == ERR_CLOSED && r->n == r->pos ? ERR_OK : err;
	x->end_at = r->at;
	x->running = open->n;
	return ERR_OK;
}

/* Chains the runs of each name on each host, from the last one back. */
static err_t
link_runs(struct replay_index *x)
{
	size_t n = x->n_hosts * x->n_names;

	if (n == 0)
		return ERR_OK;
	x->heads = malloc(n * sizeof(*x->heads));
	if (x->heads == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		x->heads[i] = REPLAY_NO_RUN;
	for (size_t i = x->n_runs; i > 0; i--) {
		struct replay_run *run = &x->runs[i - 1];
		uint32_t *head = &x->heads[run->host * x->n_names + run->name];

		run->next = *head;
		*head = (uint32_t)(i - 1);
	}
	return ERR_OK;
}

uint32_t
replay_index_take(
    struct replay_index *x, uint32_t host, struct str name, int64_t t_ms)
{
	uint32_t number = name_number(x, name), i, *head;

	if (number == UINT32_MAX || host >= x->n_hosts)
		return REPLAY_NO_RUN;
	head = &x->heads[host * x->n_names + number];
	i = *head;
	if (i == REPLAY_NO_RUN)
		return i;
	while (x->runs[i].next != REPLAY_NO_RUN &&
	       x->runs[x->runs[i].next].t_ms <= t_ms)
		i = x->runs[i].next;
	*head = x->runs[i].next;
	return i;
}

err_t
replay_index_build(struct replay_index *x, int fd)
{
	struct open_runs *open = malloc(sizeof(*open));
	struct replay_reader r = {0};
	err_t err;

	*x = (struct replay_index){0};
	err = replay_reader_init(&r, fd);
	if (open == NULL)
		err = ERR_NOMEM;
	else
		open->n = 0;
	if (err == ERR_OK)
		err = read_header(x, fd);
	if (err == ERR_OK)
		err = read_frames(x, &r, open);
	if (err == ERR_OK)
		err = link_runs(x);
	replay_reader_done(&r);
	free(open);
	if (err != ERR_OK)
		replay_index_done(x);
	return err;
}

void
replay_index_done(struct replay_index *x)
{
	for (size_t i = 0; i < x->n_hosts; i++)
		free(x->hosts[i]);
	for (size_t i = 0; i < x->n_names; i++)
		free(x->names[i]);
	free(x->hosts);
	free(x->names);
	free(x->runs);
	free(x->heads);
	*x = (struct replay_index){0};
}
