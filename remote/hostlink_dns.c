/* hostlink_dns.c - see hostlink_dns.h. */
#include "remote/hostlink_dns.h"

#include "core/clock.h"
#include "remote/dns_lines.h"
#include "remote/script.h"
#include "scripts/dns.h"

#include <stdlib.h>

enum {
	QUESTIONS_MAX = 512, /* waiting and asked */
	BATCH_MAX = 128,
	GATHER_MS = 100,
	/* dig asks one after the other: 2 tries of 2 s each */
	TIMEOUT_MS = 120000,
	LINE_MAX_BYTES = 4096,
};

struct question {
	char name[DNS_NAME_MAX];
	enum dns_type type;
	dns_answer_fn fn;
	void *ctx;
};

/* v[0 .. asked) are on their way, in this order; the rest waits. */
struct hostlink_dns {
	struct hostlink_port port;
	uv_timer_t gather;
	struct exec *exec;
	struct question v[QUESTIONS_MAX];
	size_t n, asked, told;
	struct buf line;
	int64_t began_ms;
	bool up, freed;
};

static void on_gather(uv_timer_t *t);

/* Answers the first that is not told yet. */
static void
answer(struct hostlink_dns *h, const struct dns_answer *a)
{
	struct question *q = &h->v[h->told++];

	q->fn(q->ctx, a);
}

/* The batch is over: what was not answered never will be. */
static void
close_batch(struct hostlink_dns *h)
{
	struct dns_answer down = {.status = DNS_DOWN};
	size_t asked = h->asked;

	while (h->told < asked && !h->freed)
		answer(h, &down);
	if (h->freed)
		return;
	h->n -= asked;
	memmove(h->v, h->v + asked, h->n * sizeof *h->v);
	h->asked = h->told = 0;
	buf_reset(&h->line);
	if (h->n > 0)
		(void)uv_timer_start(&h->gather, on_gather, GATHER_MS, 0);
}

/* An answer says whose it is: those before it that were passed over have none,
 * and never get another's. */
static void
pass_over(struct hostlink_dns *h, enum dns_type type, struct str name)
{
	struct dns_answer down = {.status = DNS_DOWN};
	size_t i = h->told;

	while (i < h->asked &&
	       (h->v[i].type != type || !str_ieq(str_of(h->v[i].name), name)))
		i++;
	while (i < h->asked && h->told < i && !h->freed)
		answer(h, &down);
}

static void
take_line(struct hostlink_dns *h, struct str line)
{
	char text[DNS_LINE_TEXT];
	struct dns_answer a;
	enum dns_type type;
	struct str name;

	if (dns_line_of(line, &type, &name)) {
		pass_over(h, type, name);
		return;
	}
	if (dns_line_read(line, &a, text) != DNS_LINE_ANSWER ||
	    h->told >= h->asked)
		return;
	a.ms = (uint32_t)(clock_mono_ms() - h->began_ms);
	answer(h, &a);
}

static void
on_out(void *ctx, struct str bytes)
{
	struct hostlink_dns *h = ctx;

	for (size_t i = 0; i < bytes.n && !h->freed; i++) {
		if (bytes.p[i] != '\n') {
			/* A line too long is cut: it is no answer of ours. */
			(void)buf_putc(&h->line, bytes.p[i]);
			continue;
		}
		take_line(h, buf_view(&h->line));
		buf_reset(&h->line);
	}
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct hostlink_dns *h = ctx;

	(void)err;
	(void)status;
	(void)signal;
	h->exec = NULL;
	close_batch(h);
}

static err_t
start(struct hostlink_dns *h)
{
	/* A list may say the key by which it was asked. */
	struct exec_opts eo = {.name = "dns",
	    .unrecorded = true,
	    .ctx = h,
	    .timeout_ms = TIMEOUT_MS,
	    .on_out = on_out,
	    .on_end = on_end};
	struct buf cmd, input;
	err_t err;

	buf_init(&cmd, SCRIPT_MAX_BYTES);
	buf_init(&input, BATCH_MAX * (DNS_NAME_MAX + 8));
	err = script_command(
	    &cmd, script_dns, "mtadeck-dns", (const char *const[]){NULL});
	for (size_t i = 0; i < h->asked && err == ERR_OK; i++)
		err = buf_printf(&input, "%s %s\n",
		    h->v[i].type == DNS_A ? "A" : "TXT", h->v[i].name);
	if (err == ERR_OK) {
		eo.command = buf_cstr(&cmd);
		eo.input = buf_view(&input);
		h->began_ms = clock_mono_ms();
		err = transport_exec(h->port.transport, &eo, &h->exec);
	}
	buf_done(&cmd);
	buf_done(&input);
	return err;
}

static void
on_gather(uv_timer_t *t)
{
	struct hostlink_dns *h = t->data;

	if (h->up && h->port.is_claimed(h->port.ctx)) {
		(void)uv_timer_start(t, on_gather, GATHER_MS, 0);
		return;
	}
	h->asked = h->n < BATCH_MAX ? h->n : BATCH_MAX;
	if (!h->up || start(h) != ERR_OK)
		close_batch(h);
}

struct hostlink_dns *
hostlink_dns_new(const struct hostlink_port *p, uv_loop_t *loop)
{
	struct hostlink_dns *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	h->port = *p;
	(void)uv_timer_init(loop, &h->gather);
	h->gather.data = h;
	buf_init(&h->line, LINE_MAX_BYTES);
	return h;
}

/* What is not letters, digits, dots, - and _ is no question of ours. */
static bool
name_is_plain(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

	return n > 0 && n < DNS_NAME_MAX && name[n] == '\0' && name[0] != '-';
}

void
hostlink_dns_ask(struct hostlink_dns *h, bool up, const char *name,
    enum dns_type type, dns_answer_fn fn, void *fn_ctx)
{
	struct question *q;

	h->up = up;
	if (h->n == QUESTIONS_MAX || !name_is_plain(name)) {
		struct dns_answer bad = {.status = DNS_DOWN};

		fn(fn_ctx, &bad);
		return;
	}
	q = &h->v[h->n++];
	str_copy(q->name, sizeof q->name, str_of(name));
	q->type = type;
	q->fn = fn;
	q->ctx = fn_ctx;
	if (h->asked == 0 && !uv_is_active((uv_handle_t *)&h->gather))
		(void)uv_timer_start(&h->gather, on_gather, GATHER_MS, 0);
}

bool
hostlink_dns_runs(const struct hostlink_dns *h)
{
	return h->exec != NULL;
}

static void
on_closed(uv_handle_t *handle)
{
	struct hostlink_dns *h = handle->data;

	buf_done(&h->line);
	free(h);
}

void
hostlink_dns_free(struct hostlink_dns *h)
{
	struct dns_answer down = {.status = DNS_DOWN};

	if (h == NULL)
		return;
	/* Whoever asks counts on an answer, and frees what it is for then. */
	h->freed = true;
	while (h->told < h->n)
		answer(h, &down);
	uv_close((uv_handle_t *)&h->gather, on_closed);
}
