/* openssh_ask.c - questions of ssh through two FIFOs; see openssh_ask.h. */
#include "remote/openssh_ask.h"

#include "remote/openssh_talk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	QUESTION_MAX = 4096,
	SECRET_MAX = 1024,
	SECRETS = 4, /* key files whose passphrase is remembered */
};

struct secret {
	char subject[256];
	char text[SECRET_MAX];
	bool used; /* by this connection: asked again, it was wrong */
};

struct openssh_ask {
	uv_pipe_t questions; /* "q", open both ways so that it has no end */
	struct openssh_ask_cb cb;
	struct rundir *dir; /* held */
	char program[RUNDIR_PATH];
	/* "a", open both ways: a script never finds it without a writer. */
	int answer_fd;
	bool asking;
	enum ask_kind kind;
	char subject[320];
	char text[QUESTION_MAX];
	size_t n;
	char chunk[QUESTION_MAX];
	struct secret secrets[SECRETS];
	unsigned next_secret;
};

/* SSH_ASKPASS_PROMPT=none: ssh only tells something, it waits for nothing. */
static const char script[] =
    "#!/bin/sh\n"
    "[ \"$SSH_ASKPASS_PROMPT\" = none ] && exit 0\n"
    "d=${0%/*}\n"
    "printf '%s\\0' \"$1\" >\"$d/q\"\n"
    "IFS= read -r a <\"$d/a\" && printf '%s\\n' \"$a\"\n";

static err_t
write_script(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	ssize_t n;

	if (fd < 0)
		return ERR_IO;
	n = write(fd, script, sizeof(script) - 1);
	if (close(fd) != 0 || n != (ssize_t)sizeof(script) - 1)
		return ERR_IO;
	return ERR_OK;
}

/* Void what nobody fetched. */
static void
drain_answers(struct openssh_ask *a)
{
	char b[256];

	while (read(a->answer_fd, b, sizeof(b)) > 0)
		;
	explicit_bzero(b, sizeof(b));
}

static void
send_line(struct openssh_ask *a, const char *text)
{
	char line[SECRET_MAX + 1];
	size_t n = strlen(text);

	if (n >= SECRET_MAX)
		n = 0; /* too long to be one */
	memcpy(line, text, n);
	line[n] = '\n';
	/* Less than PIPE_BUF: whole, or not at all when nobody reads. */
	if (write(a->answer_fd, line, n + 1) < 0)
		drain_answers(a);
	explicit_bzero(line, sizeof(line));
}

static struct secret *
remembered(struct openssh_ask *a, const char *subject)
{
	for (size_t i = 0; i < SECRETS; i++)
		if (a->secrets[i].subject[0] != '\0' &&
		    strcmp(a->secrets[i].subject, subject) == 0)
			return &a->secrets[i];
	return NULL;
}

static void
remember(struct openssh_ask *a, const char *subject, const char *text)
{
	struct secret *s = remembered(a, subject);

	if (strlen(subject) >= sizeof(s->subject) || strlen(text) >= SECRET_MAX)
		return;
	if (s == NULL)
		s = &a->secrets[a->next_secret++ % SECRETS];
	str_copy(s->subject, sizeof(s->subject), str_of(subject));
	explicit_bzero(s->text, sizeof(s->text));
	str_copy(s->text, sizeof(s->text), str_of(text));
	s->used = true;
}

static void
refuse(struct openssh_ask *a)
{
	struct openssh_ask_cb cb = a->cb;

	send_line(a, a->kind == ASK_HOSTKEY ? "no" : "");
	cb.on_refused(cb.ctx, a->kind, a->subject);
}

static void
on_question(struct openssh_ask *a, struct str text)
{
	enum question_kind kind =
	    openssh_question(text, a->subject, sizeof(a->subject));
	struct secret *s;

	if (kind == QUESTION_OTHER) { /* a password, say: not what we do */
		send_line(a, "");
		return;
	}
	a->kind = kind == QUESTION_HOSTKEY ? ASK_HOSTKEY : ASK_PASSPHRASE;
	s = a->kind == ASK_PASSPHRASE ? remembered(a, a->subject) : NULL;
	if (s != NULL && !s->used) {
		s->used = true;
		send_line(a, s->text);
	} else if (a->cb.on_ask == NULL) {
		refuse(a);
	} else {
		a->asking = true;
		a->cb.on_ask(a->cb.ctx, a->kind, a->subject);
	}
}

void
openssh_ask_answer(struct openssh_ask *a, bool yes, const char *secret)
{
	if (!a->asking)
		return;
	a->asking = false;
	if (!yes || (a->kind == ASK_PASSPHRASE && secret == NULL)) {
		refuse(a);
	} else if (a->kind == ASK_HOSTKEY) {
		send_line(a, "yes");
	} else {
		remember(a, a->subject, secret);
		send_line(a, secret);
	}
}

static void
on_alloc(uv_handle_t *h, size_t want, uv_buf_t *buf)
{
	struct openssh_ask *a = h->data;

	(void)want;
	*buf = uv_buf_init(a->chunk, sizeof(a->chunk));
}

static void
on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct openssh_ask *a = s->data;

	for (ssize_t i = 0; i < n; i++) {
		if (buf->base[i] != '\0') {
			if (a->n < sizeof(a->text))
				a->text[a->n++] = buf->base[i];
			continue;
		}
		if (!a->asking)
			on_question(a, (struct str){a->text, a->n});
		a->n = 0;
	}
}

static int
open_fifo(const char *path)
{
	if (mkfifo(path, 0600) != 0)
		return -1;
	return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static err_t
open_fifos(struct openssh_ask *a, uv_loop_t *loop)
{
	char path[RUNDIR_PATH];
	int fd;

	a->answer_fd = open_fifo(rundir_path(a->dir, "a", path));
	if (a->answer_fd < 0)
		return ERR_IO;
	fd = open_fifo(rundir_path(a->dir, "q", path));
	if (fd < 0)
		return ERR_IO;
	(void)uv_pipe_init(loop, &a->questions, 0);
	a->questions.data = a;
	if (uv_pipe_open(&a->questions, fd) != 0) {
		(void)close(fd);
		return ERR_IO;
	}
	(void)uv_read_start((uv_stream_t *)&a->questions, on_alloc, on_read);
	/* Waiting for questions is no reason for the loop to run. */
	uv_unref((uv_handle_t *)&a->questions);
	return ERR_OK;
}

static void
on_closed(uv_handle_t *h)
{
	struct openssh_ask *a = h->data;

	rundir_drop(a->dir);
	explicit_bzero(a, sizeof(*a));
	free(a);
}

void
openssh_ask_free(struct openssh_ask *a)
{
	if (a == NULL)
		return;
	if (a->answer_fd >= 0)
		(void)close(a->answer_fd);
	if (a->questions.type == UV_NAMED_PIPE)
		uv_close((uv_handle_t *)&a->questions, on_closed);
	else {
		a->questions.data = a;
		on_closed((uv_handle_t *)&a->questions);
	}
}

err_t
openssh_ask_new(struct openssh_ask **out, uv_loop_t *loop, struct rundir *d,
    const struct openssh_ask_cb *cb)
{
	struct openssh_ask *a = calloc(1, sizeof(*a));
	err_t err;

	if (a == NULL)
		return ERR_NOMEM;
	a->cb = *cb;
	a->answer_fd = -1;
	a->dir = rundir_hold(d);
	err = write_script(rundir_path(d, "ask", a->program));
	if (err == ERR_OK)
		err = open_fifos(a, loop);
	if (err != ERR_OK) {
		openssh_ask_free(a);
		return err;
	}
	*out = a;
	return ERR_OK;
}

const char *
openssh_ask_program(const struct openssh_ask *a)
{
	return a->program;
}

void
openssh_ask_begin(struct openssh_ask *a)
{
	openssh_ask_end(a);
	for (size_t i = 0; i < SECRETS; i++)
		a->secrets[i].used = false;
}

void
openssh_ask_end(struct openssh_ask *a)
{
	a->asking = false;
	a->n = 0;
	drain_answers(a);
}
