/*
 * ssh_agent.c - the agent's protocol: a length, a type, a body
 * (draft-miller-ssh-agent sections 3.1, 3.5, 3.6). What it answers is checked
 * like anything from outside. Owns its pipe until the close callback.
 */
#include "remote/ssh_agent.h"

#include "remote/ssh_wire.h"

#include <stdlib.h>

enum {
	AGENT_MAX = 256 * 1024, /* bytes of one message, as OpenSSH's limit */
	REQUEST_IDENTITIES = 11,
	IDENTITIES_ANSWER = 12,
	SIGN_REQUEST = 13,
	SIGN_RESPONSE = 14,
};

struct ssh_agent {
	uv_pipe_t pipe;
	uv_connect_t connect;
	uv_write_t write;
	enum ssh_agent_state state;
	bool connected, writing, freed;
	uint8_t expect;	 /* the answer's type */
	struct buf out;	 /* the request */
	struct buf in;	 /* the answer so far, with its length */
	struct buf keys; /* the identities answer, kept */
	struct buf signature;
	char chunk[2048];
	void *ctx;
	void (*on_change)(void *ctx);
};

static void
on_close(uv_handle_t *h)
{
	struct ssh_agent *a = h->data;

	buf_done(&a->out);
	buf_done(&a->in);
	buf_done(&a->keys);
	buf_done(&a->signature);
	free(a);
}

void
ssh_agent_free(struct ssh_agent *a)
{
	if (a == NULL || a->freed)
		return;
	a->freed = true;
	uv_close((uv_handle_t *)&a->pipe, on_close);
}

static void
change(struct ssh_agent *a, enum ssh_agent_state st)
{
	if (a->freed)
		return;
	a->state = st;
	a->on_change(a->ctx);
}

static void
on_written(uv_write_t *w, int status)
{
	struct ssh_agent *a = w->data;

	a->writing = false;
	if (status < 0 && status != UV_ECANCELED)
		change(a, AGENT_FAILED);
}

static void
request(struct ssh_agent *a, uint8_t expect)
{
	uv_buf_t b = uv_buf_init(a->out.p, (unsigned)a->out.n);

	a->state = AGENT_BUSY;
	a->expect = expect;
	buf_reset(&a->in);
	a->write.data = a;
	a->writing = true;
	if (a->out.failed != ERR_OK ||
	    uv_write(&a->write, (uv_stream_t *)&a->pipe, &b, 1, on_written) !=
		0)
		a->state = AGENT_FAILED;
}

/* A whole answer: its type and body. */
static void
answer(struct ssh_agent *a, struct str body)
{
	struct ssh_wire w = {body, false};
	uint8_t type = ssh_wire_u8(&w);

	if (type != a->expect) {
		change(
		    a, a->expect == SIGN_RESPONSE ? AGENT_READY : AGENT_FAILED);
		return;
	}
	if (type == IDENTITIES_ANSWER) {
		(void)buf_str(&a->keys, w.rest);
	} else {
		struct ssh_wire sig = {ssh_wire_string(&w), false};

		(void)ssh_wire_string(&sig); /* its type */
		(void)buf_str(&a->signature, ssh_wire_string(&sig));
	}
	change(a, AGENT_READY);
}

static void
on_read(uv_stream_t *st, ssize_t n, const uv_buf_t *b)
{
	struct ssh_agent *a = st->data;
	struct ssh_wire w;
	uint32_t length;

	if (n == 0 || a->state != AGENT_BUSY)
		return;
	if (n < 0 || buf_add(&a->in, b->base, (size_t)n) != ERR_OK) {
		(void)uv_read_stop(st);
		change(a, AGENT_FAILED);
		return;
	}
	w = (struct ssh_wire){buf_view(&a->in), false};
	length = ssh_wire_u32(&w);
	if (w.bad || w.rest.n < length)
		return;
	answer(a, (struct str){w.rest.p, length});
}

static void
on_alloc(uv_handle_t *h, size_t want, uv_buf_t *out)
{
	struct ssh_agent *a = h->data;

	(void)want;
	*out = uv_buf_init(a->chunk, sizeof a->chunk);
}

static void
on_connect(uv_connect_t *c, int status)
{
	struct ssh_agent *a = c->data;

	if (a->freed)
		return;
	if (status < 0 ||
	    uv_read_start((uv_stream_t *)&a->pipe, on_alloc, on_read) != 0) {
		change(a, AGENT_FAILED);
		return;
	}
	a->connected = true;
	buf_reset(&a->out);
	ssh_wire_put_u32(&a->out, 1);
	(void)buf_putc(&a->out, REQUEST_IDENTITIES);
	request(a, IDENTITIES_ANSWER);
	if (a->state == AGENT_FAILED)
		change(a, AGENT_FAILED);
}

struct ssh_agent *
ssh_agent_new(
    uv_loop_t *loop, const char *path, void *ctx, void (*on_change)(void *ctx))
{
	struct ssh_agent *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	a->ctx = ctx;
	a->on_change = on_change;
	buf_init(&a->out, AGENT_MAX);
	buf_init(&a->in, AGENT_MAX);
	buf_init(&a->keys, AGENT_MAX);
	buf_init(&a->signature, SSH_BLOB_MAX);
	(void)uv_pipe_init(loop, &a->pipe, 0);
	a->pipe.data = a->connect.data = a;
	uv_pipe_connect(&a->connect, &a->pipe, path, on_connect);
	return a;
}

enum ssh_agent_state
ssh_agent_state(const struct ssh_agent *a)
{
	return a->state;
}

void
ssh_agent_sign(struct ssh_agent *a, struct str blob, struct str data)
{
	if (!a->connected || a->writing || a->state == AGENT_FAILED)
		return;
	buf_reset(&a->signature);
	buf_reset(&a->out);
	ssh_wire_put_u32(&a->out, (uint32_t)(1 + 4 + blob.n + 4 + data.n + 4));
	(void)buf_putc(&a->out, SIGN_REQUEST);
	ssh_wire_put_string(&a->out, blob);
	ssh_wire_put_string(&a->out, data);
	ssh_wire_put_u32(&a->out, 0);
	request(a, SIGN_RESPONSE);
}

bool
ssh_agent_key(
    const struct ssh_agent *a, size_t n, struct str *blob, struct str *comment)
{
	struct ssh_wire w = {buf_view(&a->keys), false};
	uint32_t count = ssh_wire_u32(&w);

	if (n >= count)
		return false;
	for (size_t i = 0; i <= n && !w.bad; i++) {
		*blob = ssh_wire_string(&w);
		*comment = ssh_wire_string(&w);
	}
	return !w.bad;
}

struct str
ssh_agent_signature(const struct ssh_agent *a)
{
	return buf_view(&a->signature);
}
