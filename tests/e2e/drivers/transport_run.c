/*
 * transport_run.c - runs commands through a transport for the end-to-end tests
 * and prints what it tells, one line each:
 *
 *     STATE name ERR text
 *     VIA transport's name, once logged in
 *     ASK hostkey|passphrase subject
 *     OUT n text, ERR n text (n: bytes, text: the first 200 of them)
 *     END command ERR status signal
 *
 * Usage: transport_run openssh|auto|local [option...] HOST COMMAND...
 *
 *     -F FILE     ssh's configuration
 *     -t, -k MS   time-out of a step, keepalive
 *     -y          accept host keys; without -y and -s nobody is there to ask
 *     -s SECRET   the passphrase
 *     -i TEXT     what each command gets as input
 *     -p          all commands at once
 *     -w          stay until the link is lost
 *     -r N        start again so many times
 *
 * Exit 0: all commands ended well; 1: one did not; 3: the link was lost.
 */
#include "remote/transport.h"

#include "core/buf.h"
#include "core/num.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct run {
	struct app *app;
	const char *command;
	struct exec *exec;
	struct buf out, err;
};

struct app {
	uv_loop_t loop;
	uv_timer_t again;
	struct transport *t;
	struct run *runs;
	int n_runs, next, ended;
	bool together, wait, yes, lost, bad;
	const char *secret, *input;
	int retries;
};

static const char *const states[] = {"IDLE", "RESOLVING", "CONNECTING",
    "HANDSHAKE", "AUTH", "DISCOVERY", "UP", "WAITING", "ASKING", "FAILED"};

static void next(struct app *a);

static void
quit(struct app *a)
{
	if (a->t == NULL)
		return;
	transport_stop(a->t);
	uv_stop(&a->loop);
}

static void
show(const char *what, const struct buf *b)
{
	struct str s = buf_view(b);

	if (s.n > 200)
		s.n = 200;
	if (b->n > 0)
		printf("%s %zu %.*s\n", what, b->n, (int)s.n, s.p);
}

static void
on_out(void *ctx, struct str b)
{
	if (buf_str(&((struct run *)ctx)->out, b) != ERR_OK)
		abort();
}

static void
on_err(void *ctx, struct str b)
{
	if (buf_str(&((struct run *)ctx)->err, b) != ERR_OK)
		abort();
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct run *r = ctx;
	struct app *a = r->app;

	show("OUT", &r->out);
	show("ERR", &r->err);
	printf("END %s %s %d %s\n", r->command, err_name(err), status, signal);
	if (err != ERR_OK || status != 0)
		a->bad = true;
	a->ended++;
	next(a);
}

static void
next(struct app *a)
{
	while (a->next < a->n_runs && (a->together || a->ended == a->next)) {
		struct run *r = &a->runs[a->next];
		struct exec_opts o = {.name = "test",
		    .command = r->command,
		    .input = str_of(a->input),
		    .ctx = r,
		    .on_out = on_out,
		    .on_err = on_err,
		    .on_end = on_end};
		err_t err = transport_exec(a->t, &o, &r->exec);

		if (err == ERR_LIMIT && a->together)
			return;
		if (err != ERR_OK) {
			printf("REFUSED %s %s\n", r->command, err_name(err));
			a->bad = true;
			a->ended++;
		}
		a->next++;
	}
	if (a->ended == a->n_runs && !a->wait)
		quit(a);
}

static void
on_again(uv_timer_t *t)
{
	struct app *a = t->data;

	a->lost = false;
	transport_start(a->t);
}

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct app *a = ctx;

	printf("STATE %s %s %s\n", states[st], err_name(err), text);
	if (st == LINK_DISCOVERY)
		printf("VIA %s\n", a->t->vt->name);
	if (st == LINK_DISCOVERY)
		next(a);
	if (st != LINK_WAITING && st != LINK_FAILED)
		return;
	a->lost = true;
	if (st == LINK_WAITING && a->retries > 0) {
		a->retries--;
		(void)uv_timer_start(&a->again, on_again, 300, 0);
	} else {
		quit(a);
	}
}

static void
on_ask(void *ctx, const struct ask *ask)
{
	struct app *a = ctx;

	printf("ASK %s %s\n",
	    ask->kind == ASK_HOSTKEY ? "hostkey" : "passphrase", ask->subject);
	transport_answer(a->t, ask->kind == ASK_HOSTKEY ? a->yes : true,
	    ask->kind == ASK_HOSTKEY ? NULL : a->secret);
}

static struct transport *
make(struct app *a, const char *kind, const struct target *to)
{
	struct transport_cb cb = {.ctx = a,
	    .on_state = on_state,
	    .on_ask = a->yes || a->secret != NULL ? on_ask : NULL};

	if (strcmp(kind, "openssh") == 0)
		return transport_new_openssh(&a->loop, to, &cb);
	if (strcmp(kind, "auto") == 0)
		return transport_new_auto(&a->loop, to, &cb);
	if (strcmp(kind, "local") == 0)
		return transport_new_local(&a->loop, &cb);
	return NULL;
}

static int
number(const char *s)
{
	uint32_t v;

	return num_u32(str_of(s), &v) == ERR_OK ? (int)v : 0;
}

static int
options(struct app *a, struct target *to, int argc, char **argv)
{
	int c;

	for (c = getopt(argc, argv, "+F:t:k:ys:i:pwr:"); c != -1;
	     c = getopt(argc, argv, "+F:t:k:ys:i:pwr:"))
		switch (c) {
		case 'F':
			to->ssh_config = optarg;
			break;
		case 't':
			to->connect_timeout_ms = number(optarg);
			break;
		case 'k':
			to->keepalive_ms = number(optarg);
			break;
		case 'y':
			a->yes = true;
			break;
		case 's':
			a->secret = optarg;
			break;
		case 'i':
			a->input = optarg;
			break;
		case 'p':
			a->together = true;
			break;
		case 'w':
			a->wait = true;
			break;
		case 'r':
			a->retries = number(optarg);
			break;
		default:
			return -1;
		}
	return optind;
}

int
main(int argc, char **argv)
{
	struct app a = {0};
	struct target to = {0};
	int at;

	if (argc < 3)
		return 2;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	at = options(&a, &to, argc - 1, argv + 1);
	if (at < 0 || at + 1 >= argc || uv_loop_init(&a.loop) != 0)
		return 2;
	str_copy(to.name, sizeof(to.name), str_of(argv[at + 1]));
	a.n_runs = argc - at - 2;
	a.runs = calloc((size_t)a.n_runs + 1, sizeof(*a.runs));
	(void)uv_timer_init(&a.loop, &a.again);
	a.again.data = &a;
	a.t = make(&a, argv[1], &to);
	if (a.runs == NULL || a.t == NULL)
		return 2;
	for (int i = 0; i < a.n_runs; i++) {
		a.runs[i].app = &a;
		a.runs[i].command = argv[at + 2 + i];
		buf_init(&a.runs[i].out, 256u << 20);
		buf_init(&a.runs[i].err, 1u << 20);
	}
	transport_start(a.t);
	(void)uv_run(&a.loop, UV_RUN_DEFAULT);
	transport_free(a.t);
	uv_close((uv_handle_t *)&a.again, NULL);
	(void)uv_run(&a.loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&a.loop) != 0) {
		printf("LEFT handles\n");
		a.bad = true;
	}
	for (int i = 0; i < a.n_runs; i++) {
		buf_done(&a.runs[i].out);
		buf_done(&a.runs[i].err);
	}
	free(a.runs);
	return a.lost ? 3 : a.bad;
}
