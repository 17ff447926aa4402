/*
 * proc.c - a child process with three pipes and one timer; see proc.h.
 * Real pipes, not libuv's socket pairs: a socket cannot be opened again through
 * /dev/stderr, as shell scripts do. The struct lives until every handle's close
 * callback has run, so callbacks may cancel from anywhere.
 */
#include "remote/proc.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	READ_BYTES = 64 * 1024,
	KILL_AFTER_MS = 500,   /* TERM was not enough */
	LINGER_AFTER_MS = 1000 /* ended, but somebody holds its pipes */
};

struct proc {
	uv_process_t child;
	uv_pipe_t in, out, err;
	uv_timer_t timer;
	uv_write_t write;
	struct proc_opts o; /* argv, env, input: not after the start */
	char *input;	    /* owned */
	uint64_t started_ms, heard_ms, killed_ms, exited_ms;
	uint64_t seen_bytes;
	unsigned open; /* handles whose close callback has not run */
	bool exited, out_open, err_open;
	bool muted; /* cancelled, or on_end was called */
	int status, signum;
	char buf[READ_BYTES];
};

static void arm(struct proc *p);

static void
closed(uv_handle_t *h)
{
	struct proc *p = h->data;

	p->open--;
	if (p->open > 0)
		return;
	if (p->o.on_gone != NULL)
		p->o.on_gone(p->o.gone_ctx);
	free(p->input);
	free(p);
}

static void
shut(void *handle)
{
	uv_handle_t *h = handle;

	if (!uv_is_closing(h))
		uv_close(h, closed);
}

/* The pipes go at once; child and timer stay until it is reaped. */
static void
let_go(struct proc *p)
{
	p->muted = true;
	p->out_open = p->err_open = false;
	shut(&p->in);
	shut(&p->out);
	shut(&p->err);
	if (!p->exited)
		return;
	shut(&p->timer);
	shut(&p->child);
}

static void
signal_all(const struct proc *p, int signum)
{
	if (!p->exited)
		(void)kill(-p->child.pid, signum);
}

static void
kill_it(struct proc *p)
{
	if (p->killed_ms == 0) {
		p->killed_ms = uv_now(p->child.loop);
		signal_all(p, SIGTERM);
		/* A stopped process takes TERM only once it goes on. */
		signal_all(p, SIGCONT);
	}
	let_go(p);
	if (!p->exited)
		arm(p);
}

static void
end(struct proc *p, err_t err)
{
	if (p->muted)
		return;
	p->muted = true;
	p->o.on_end(p->o.ctx, err, p->status, p->signum);
	if (p->exited)
		let_go(p);
	else
		kill_it(p);
}

static void
end_if_done(struct proc *p)
{
	if (p->exited && !p->out_open && !p->err_open)
		end(p, ERR_OK);
}

void
proc_cancel(struct proc *p)
{
	p->muted = true;
	kill_it(p);
}

int
proc_pid(const struct proc *p)
{
	return p->child.pid;
}

/* One timer for all that is waited for: the next moment anything is due. */
static void
sooner(uint64_t *due, uint64_t at)
{
	if (*due == 0 || at < *due)
		*due = at;
}

static void
on_timer(uv_timer_t *t)
{
	struct proc *p = t->data;
	uint64_t now = uv_now(t->loop);

	if (p->killed_ms != 0 && now >= p->killed_ms + KILL_AFTER_MS) {
		signal_all(p, SIGKILL);
		return;
	}
	if (!p->muted) {
		if (p->o.timeout_ms > 0 &&
		    now >= p->started_ms + (uint64_t)p->o.timeout_ms)
			end(p, ERR_TIMEOUT);
		else if (p->o.silence_ms > 0 &&
			 now >= p->heard_ms + (uint64_t)p->o.silence_ms)
			end(p, ERR_TIMEOUT);
		else if (p->exited && now >= p->heard_ms + LINGER_AFTER_MS &&
			 now >= p->exited_ms + LINGER_AFTER_MS)
			end(p, ERR_OK);
		else
			arm(p);
	} else {
		arm(p);
	}
}

static void
arm(struct proc *p)
{
	uint64_t due = 0, now = uv_now(p->child.loop);

	if (uv_is_closing((uv_handle_t *)&p->timer))
		return;
	if (p->killed_ms != 0)
		sooner(&due, p->killed_ms + KILL_AFTER_MS);
	if (!p->muted && p->o.timeout_ms > 0)
		sooner(&due, p->started_ms + (uint64_t)p->o.timeout_ms);
	if (!p->muted && p->o.silence_ms > 0)
		sooner(&due, p->heard_ms + (uint64_t)p->o.silence_ms);
	if (!p->muted && p->exited) {
		uint64_t since =
		    p->heard_ms > p->exited_ms ? p->heard_ms : p->exited_ms;
		sooner(&due, since + LINGER_AFTER_MS);
	}
	if (due != 0)
		(void)uv_timer_start(
		    &p->timer, on_timer, due > now ? due - now : 0, 0);
}

static void
on_exit_cb(uv_process_t *c, int64_t status, int signum)
{
	struct proc *p = c->data;

	p->exited = true;
	p->exited_ms = uv_now(c->loop);
	p->status = (int)status;
	p->signum = signum;
	if (p->killed_ms != 0) /* what it left behind had its TERM, too */
		(void)kill(-c->pid, SIGKILL);
	if (p->muted) {
		let_go(p);
		return;
	}
	arm(p);
	end_if_done(p);
}

static void
on_alloc(uv_handle_t *h, size_t want, uv_buf_t *buf)
{
	struct proc *p = h->data;

	(void)want;
	*buf = uv_buf_init(p->buf, sizeof(p->buf));
}

static void
on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct proc *p = s->data;
	bool is_out = s == (uv_stream_t *)&p->out;
	void (*fn)(void *, struct str) = is_out ? p->o.on_out : p->o.on_err;

	if (p->muted || n == 0)
		return;
	if (n < 0) {
		if (is_out)
			p->out_open = false;
		else
			p->err_open = false;
		shut(s);
		end_if_done(p);
		return;
	}
	p->heard_ms = uv_now(s->loop);
	p->seen_bytes += (uint64_t)n;
	if (p->o.max_bytes > 0 && p->seen_bytes > p->o.max_bytes) {
		end(p, ERR_LIMIT);
		return;
	}
	if (fn != NULL)
		fn(p->o.ctx, (struct str){buf->base, (size_t)n});
}

static void
on_written(uv_write_t *w, int rc)
{
	struct proc *p = w->data;

	/* A child that does not read to the end is its own business. */
	(void)rc;
	free(p->input);
	p->input = NULL;
	if (!p->o.keep_stdin)
		shut(&p->in);
}

/* fds[0..2]: the child's ends. Ours become p's pipe handles. */
static int
open_pipes(struct proc *p, int fds[3])
{
	uv_pipe_t *ours[3] = {&p->in, &p->out, &p->err};

	for (int i = 0; i < 3; i++) {
		int mine = i == 0 ? 1 : 0;
		uv_file ends[2];
		int rc = uv_pipe(ends, mine == 0 ? UV_NONBLOCK_PIPE : 0,
		    mine == 1 ? UV_NONBLOCK_PIPE : 0);

		if (rc != 0)
			return rc;
		fds[i] = ends[1 - mine];
		rc = uv_pipe_open(ours[i], ends[mine]);
		if (rc != 0) {
			(void)close(ends[mine]);
			return rc;
		}
	}
	return 0;
}

/* env, or our environment, without what is for us alone: keys of lists, which
 * ssh may be told to send on (SendEnv). Owned, its strings are not; NULL when
 * out of memory. */
static const char **
env_of(const char *const *env)
{
	static const char ours[] = "MTADECK_KEY_";
	extern char **environ;
	const char *const *from =
	    env != NULL ? env : (const char *const *)environ;
	const char **to;
	size_t n = 0;

	while (from[n] != NULL)
		n++;
	to = calloc(n + 1, sizeof(*to));
	if (to == NULL)
		return NULL;
	n = 0;
	for (; *from != NULL; from++)
		if (strncmp(*from, ours, sizeof(ours) - 1) != 0)
			to[n++] = *from;
	return to;
}

static int
spawn(struct proc *p, uv_loop_t *loop, const struct proc_opts *o)
{
	int fds[3] = {-1, -1, -1};
	const char **env = env_of(o->env);
	int rc = env == NULL ? UV_ENOMEM : open_pipes(p, fds);
	uv_stdio_container_t io[3];
	uv_process_options_t po = {
	    .exit_cb = on_exit_cb,
	    .file = o->argv[0],
	    /* libuv takes them unqualified, and only reads them. */
	    .args = (char **)(uintptr_t)o->argv,
	    .env = (char **)(uintptr_t)env,
	    .flags = UV_PROCESS_DETACHED,
	    .stdio_count = 3,
	    .stdio = io,
	};

	for (int i = 0; i < 3; i++) {
		io[i].flags = UV_INHERIT_FD;
		io[i].data.fd = fds[i];
	}
	if (rc == 0)
		rc = uv_spawn(loop, &p->child, &po);
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	free(env);
	return rc;
}

static void
begin(struct proc *p)
{
	(void)uv_read_start((uv_stream_t *)&p->out, on_alloc, on_read);
	(void)uv_read_start((uv_stream_t *)&p->err, on_alloc, on_read);
	if (p->input != NULL) {
		uv_buf_t b = uv_buf_init(p->input, (unsigned)p->o.input.n);

		p->write.data = p;
		if (uv_write(&p->write, (uv_stream_t *)&p->in, &b, 1,
			on_written) != 0)
			shut(&p->in);
	} else if (!p->o.keep_stdin) {
		shut(&p->in);
	}
	arm(p);
}

static struct proc *
make(uv_loop_t *loop, const struct proc_opts *o)
{
	struct proc *p = malloc(sizeof(*p));

	if (p == NULL)
		return NULL;
	/* Pages of buf that are never read into are never ours. */
	memset(p, 0, offsetof(struct proc, buf));
	p->o = *o;
	if (o->input.n > 0) {
		p->input = malloc(o->input.n);
		if (p->input == NULL) {
			free(p);
			return NULL;
		}
		memcpy(p->input, o->input.p, o->input.n);
	}
	(void)uv_pipe_init(loop, &p->in, 0);
	(void)uv_pipe_init(loop, &p->out, 0);
	(void)uv_pipe_init(loop, &p->err, 0);
	(void)uv_timer_init(loop, &p->timer);
	p->in.data = p->out.data = p->err.data = p->timer.data = p;
	p->child.data = p;
	p->open = 5;
	p->out_open = p->err_open = true;
	uv_update_time(loop);
	p->started_ms = p->heard_ms = uv_now(loop);
	return p;
}

err_t
proc_start(uv_loop_t *loop, const struct proc_opts *o, struct proc **out)
{
	struct proc *p;
	int rc;

	if (o->input.n > UINT32_MAX)
		return ERR_LIMIT;
	p = make(loop, o);
	if (p == NULL)
		return ERR_NOMEM;
	rc = spawn(p, loop, o);
	p->o.argv = p->o.env = NULL;
	if (rc != 0) {
		p->o.on_gone = NULL; /* never started: nothing to clean */
		p->exited = true;
		if (p->child.type != UV_PROCESS)
			p->open--; /* uv_spawn was not reached */
		p->muted = true;
		shut(&p->in);
		shut(&p->out);
		shut(&p->err);
		shut(&p->timer);
		if (p->child.type == UV_PROCESS)
			shut(&p->child);
		return rc == UV_ENOENT || rc == UV_EACCES ? ERR_NOCOMMAND
		       : rc == UV_ENOMEM		  ? ERR_NOMEM
							  : ERR_IO;
	}
	begin(p);
	*out = p;
	return ERR_OK;
}
