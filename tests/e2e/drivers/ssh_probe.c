/*
 * ssh_probe.c - drives the libssh2 transport from a test: connects to hosts,
 * runs commands on each, prints one event a line:
 *	HOST state NAME ERR text
 *	HOST ask hostkey|passphrase WHO subject
 *	HOST end JOB ERR status signal out-bytes err-bytes
 *	HOST over
 *	cpu_ms N, heap_kb N	what it all took, at the end
 * What a job prints goes to DIR/HOST.JOB.out and .err. It ends when every host
 * is done, lost or failed, or after -w ms.
 * Usage: ssh_probe [-F config] [-d dir] [-t step-ms] [-k keepalive-ms]
 *	[-a yes|no|never] [-p passphrase] [-w ms] [-r reconnects]
 *	[-i] [-j 'JOB timeout-ms silence-ms input-file|- command']... host...
 * A job whose name begins with "drop" is cancelled at its first byte.
 */
#include "core/buf.h"
#include "core/clock.h"
#include "core/num.h"
#include "remote/link_share.h"
#include "remote/transport.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { JOBS_MAX = 16, HOSTS_MAX = 64 };

struct spec {
	char name[32];
	const char *command;
	struct str input;
	int64_t timeout_ms, silence_ms;
};

struct options {
	const char *dir, *config, *answer, *passphrase;
	int64_t step_ms, keepalive_ms, wait_ms, reconnects;
	bool idle; /* -i: stay connected until -w is over */
	struct spec jobs[JOBS_MAX];
	size_t n;
};

struct probe;
struct job {
	struct probe *p;
	const struct spec *spec;
	uint64_t out_bytes, err_bytes;
	FILE *out, *err;
	struct exec *exec;
};

struct probe {
	struct transport *t;
	const struct options *o;
	char name[NAME_MAX_BYTES];
	struct job jobs[JOBS_MAX];
	size_t next, left;
	int64_t reconnects;
	uv_timer_t timer;
	bool over, again;
	struct fleet *fleet;
};

/* What the hosts share. */
struct fleet {
	struct link_share *share; /* goes with the last host */
	size_t hosts;
	size_t heap_kb; /* while the first host is still there */
};

static const char *const links[] = {"idle", "resolving", "connecting",
    "handshake", "auth", "discovery", "up", "waiting", "asking", "failed"};

static void more_jobs(struct probe *p);

static void
say(void)
{
	(void)putchar('\n');
	(void)fflush(stdout);
}

static void
on_done(uv_timer_t *t)
{
	struct probe *p = t->data;
	struct mallinfo2 heap = mallinfo2();

	if (p->again) {
		p->again = false;
		transport_start(p->t);
		return;
	}
	printf("%s over", p->name);
	say();
	if (p->fleet->heap_kb == 0)
		p->fleet->heap_kb = (heap.uordblks + heap.hblkhd) / 1024;
	transport_stop(p->t);
	transport_free(p->t);
	if (--p->fleet->hosts == 0)
		link_share_free(p->fleet->share);
	uv_close((uv_handle_t *)t, NULL);
}

static void
finish(struct probe *p)
{
	if (!p->over)
		(void)uv_timer_start(&p->timer, on_done, 0, 0);
	p->over = true;
}

static void
shut(FILE **f)
{
	if (*f != NULL)
		(void)fclose(*f);
	*f = NULL;
}

static void
end_job(struct job *j)
{
	j->exec = NULL;
	shut(&j->out);
	shut(&j->err);
	if (--j->p->left == 0 && !j->p->o->idle)
		finish(j->p);
}

static void
on_bytes(struct job *j, FILE *f, struct str bytes)
{
	if (f != NULL) { /* at once: the test waits for what is said */
		(void)fwrite(bytes.p, 1, bytes.n, f);
		(void)fflush(f);
	}
	if (j->exec != NULL && strncmp(j->spec->name, "drop", 4) == 0) {
		exec_cancel(j->p->t, j->exec);
		printf("%s dropped %s", j->p->name, j->spec->name);
		say();
		end_job(j);
		more_jobs(j->p);
	}
}

static void
on_out(void *ctx, struct str bytes)
{
	struct job *j = ctx;

	j->out_bytes += bytes.n;
	on_bytes(j, j->out, bytes);
}

static void
on_err(void *ctx, struct str bytes)
{
	struct job *j = ctx;

	j->err_bytes += bytes.n;
	on_bytes(j, j->err, bytes);
}

static void
on_end(void *ctx, err_t err, int status, const char *sig)
{
	struct job *j = ctx;
	struct probe *p = j->p;

	printf("%s end %s %s %d %s %llu %llu", p->name, j->spec->name,
	    err_name(err), status, sig[0] == '\0' ? "-" : sig,
	    (unsigned long long)j->out_bytes, (unsigned long long)j->err_bytes);
	say();
	end_job(j);
	if (err != ERR_CLOSED)
		more_jobs(p);
}

static FILE *
file_for(const struct job *j, const char *ext)
{
	char path[1024];

	if (j->p->o->dir == NULL)
		return NULL;
	(void)snprintf(path, sizeof path, "%s/%s.%s.%s", j->p->o->dir,
	    j->p->name, j->spec->name, ext);
	return fopen(path, "wb");
}

static void
more_jobs(struct probe *p)
{
	while (p->next < p->o->n) {
		struct job *j = &p->jobs[p->next];
		struct exec_opts e;
		err_t err;

		*j = (struct job){.p = p, .spec = &p->o->jobs[p->next]};
		e = (struct exec_opts){.name = j->spec->name,
		    .command = j->spec->command,
		    .input = j->spec->input,
		    .timeout_ms = j->spec->timeout_ms,
		    .silence_ms = j->spec->silence_ms,
		    .ctx = j,
		    .on_out = on_out,
		    .on_err = on_err,
		    .on_end = on_end};
		err = transport_exec(p->t, &e, &j->exec);
		if (err != ERR_OK) {
			if (err == ERR_LIMIT)
				return;
			printf("%s refused %s %s", p->name, j->spec->name,
			    err_name(err));
			say();
			return;
		}
		j->out = file_for(j, "out");
		j->err = file_for(j, "err");
		p->next++;
	}
}

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct probe *p = ctx;

	printf("%s state %s %s %s", p->name, links[st], err_name(err), text);
	say();
	if (st == LINK_DISCOVERY && text[0] == '\0') {
		p->next = 0;
		p->left = p->o->n;
		more_jobs(p);
		if (p->o->n == 0)
			finish(p);
	} else if (st == LINK_WAITING && p->reconnects-- > 0) {
		p->over = false;
		p->again = true;
		(void)uv_timer_start(&p->timer, on_done, 200, 0);
	} else if (st == LINK_WAITING || st == LINK_FAILED) {
		p->again = false;
		finish(p);
	}
}

static void
on_ask(void *ctx, const struct ask *ask)
{
	struct probe *p = ctx;
	bool key = ask->kind == ASK_HOSTKEY;

	printf("%s ask %s %s %s", p->name, key ? "hostkey" : "passphrase",
	    ask->host, ask->subject);
	say();
	if (strcmp(p->o->answer, "never") == 0)
		return; /* the person is away */
	if (key)
		transport_answer(p->t, strcmp(p->o->answer, "yes") == 0, NULL);
	else
		transport_answer(
		    p->t, p->o->passphrase != NULL, p->o->passphrase);
}

static struct str
slurp(const char *path)
{
	struct buf b;
	char bytes[65536];
	FILE *f = fopen(path, "rb");
	size_t n;

	buf_init(&b, 64U << 20);
	while (f != NULL && (n = fread(bytes, 1, sizeof bytes, f)) > 0)
		(void)buf_add(&b, bytes, n);
	if (f != NULL)
		(void)fclose(f);
	return buf_view(&b);
}

static int64_t
number(struct str s)
{
	uint64_t v;

	if (num_u64(s, &v) != ERR_OK) {
		(void)fprintf(stderr, "ssh_probe: not a number\n");
		exit(2);
	}
	return (int64_t)v;
}

static void
add_job(struct options *o, const char *text)
{
	struct spec *j = &o->jobs[o->n];
	struct str rest = str_of(text), word;
	char path[1024];

	if (o->n == JOBS_MAX)
		exit(2);
	(void)str_word(&rest, &word);
	str_copy(j->name, sizeof j->name, word);
	(void)str_word(&rest, &word);
	j->timeout_ms = number(word);
	(void)str_word(&rest, &word);
	j->silence_ms = number(word);
	(void)str_word(&rest, &word);
	str_copy(path, sizeof path, word);
	if (strcmp(path, "-") != 0)
		j->input = slurp(path);
	j->command = text + (size_t)(str_trim(rest).p - text);
	o->n++;
}

static void
start_host(
    struct probe *p, const struct options *o, uv_loop_t *loop, const char *name)
{
	struct target to = {.ssh_config = o->config,
	    .connect_timeout_ms = o->step_ms,
	    .keepalive_ms = o->keepalive_ms,
	    .share = p->fleet->share};
	struct transport_cb cb = {
	    p, on_state, o->answer == NULL ? NULL : on_ask};

	str_copy(to.name, sizeof to.name, str_of(name));
	str_copy(p->name, sizeof p->name, str_of(name));
	p->o = o;
	p->reconnects = o->reconnects;
	(void)uv_timer_init(loop, &p->timer);
	p->timer.data = p;
	p->t = transport_new_ssh(loop, &to, &cb);
	if (p->t == NULL)
		exit(3);
	transport_start(p->t);
	if (o->wait_ms > 0)
		(void)uv_timer_start(
		    &p->timer, on_done, (uint64_t)o->wait_ms, 0);
}

int
main(int argc, char **argv)
{
	struct options o = {.step_ms = 20000};
	static struct probe probes[HOSTS_MAX];
	uv_loop_t loop;
	struct fleet fleet = {.hosts = 0};
	int c;

	while ((c = getopt(argc, argv, "F:d:t:k:a:p:w:r:j:i")) != -1)
		switch (c) {
		case 'F':
			o.config = optarg;
			break;
		case 'd':
			o.dir = optarg;
			break;
		case 't':
			o.step_ms = number(str_of(optarg));
			break;
		case 'k':
			o.keepalive_ms = number(str_of(optarg));
			break;
		case 'a':
			o.answer = optarg;
			break;
		case 'p':
			o.passphrase = optarg;
			break;
		case 'w':
			o.wait_ms = number(str_of(optarg));
			break;
		case 'r':
			o.reconnects = number(str_of(optarg));
			break;
		case 'i':
			o.idle = true;
			break;
		case 'j':
			add_job(&o, optarg);
			break;
		default:
			return 2;
		}
	(void)signal(SIGPIPE, SIG_IGN);
	if (uv_loop_init(&loop) != 0)
		return 3;
	for (int i = optind; i < argc && i - optind < HOSTS_MAX; i++)
		probes[fleet.hosts++].fleet = &fleet;
	fleet.share = link_share_new(&loop);
	for (int i = optind; i < argc && i - optind < HOSTS_MAX; i++)
		start_host(&probes[i - optind], &o, &loop, argv[i]);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	printf("cpu_ms %lld\nheap_kb %zu\n", (long long)clock_cpu_us() / 1000,
	    fleet.heap_kb);
	for (size_t i = 0; i < o.n; i++)
		free((void *)(uintptr_t)o.jobs[i].input.p);
	return uv_loop_close(&loop) == 0 ? 0 : 4;
}
