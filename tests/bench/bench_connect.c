/*
 * bench_connect.c - connects to hosts as the console does (transport auto),
 * runs `true` on each, keeps all sessions and prints one line of JSON: hosts,
 * how many answered, wall time, CPU time of itself and of the children it
 * waited for, and what a session added to its resident memory.
 * Usage: bench_connect SSH_CONFIG HOST...
 */
#include "core/clock.h"
#include "core/str.h"
#include "remote/link_share.h"
#include "remote/transport.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, STEP_MS = 30000 };

struct fleet {
	struct link_share *share;
	uv_loop_t loop;
	uv_timer_t patience;
	size_t n, left, answered;
};

struct link {
	struct fleet *fleet;
	struct transport *t;
	struct exec *exec;
	bool over;
};

static void
over(struct link *l, bool answered)
{
	struct fleet *f = l->fleet;

	if (l->over)
		return;
	l->over = true;
	f->answered += answered;
	if (--f->left == 0)
		uv_stop(&f->loop);
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	(void)signal;
	over(ctx, err == ERR_OK && status == 0);
}

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct link *l = ctx;
	struct exec_opts o = {
	    .name = "true", .command = "true", .ctx = l, .on_end = on_end};

	(void)err;
	if (st == LINK_DISCOVERY &&
	    transport_exec(l->t, &o, &l->exec) == ERR_OK)
		return;
	if (st == LINK_DISCOVERY || st == LINK_WAITING || st == LINK_FAILED) {
		fprintf(stderr, "bench_connect: %s\n", text);
		over(l, false);
	}
}

static void
on_patience(uv_timer_t *t)
{
	uv_stop(t->loop);
}

static int64_t
resident_kb(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f != NULL) {
		if (fscanf(f, "%*d %ld", &pages) != 1)
			pages = 0;
		fclose(f);
	}
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int64_t
cpu_us(int who)
{
	struct rusage u;

	if (getrusage(who, &u) != 0)
		return 0;
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * INT64_C(1000000) +
	       u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static bool
start(struct link *l, struct fleet *f, const char *config, const char *name)
{
	struct target to = {.ssh_config = config,
	    .connect_timeout_ms = STEP_MS,
	    .keepalive_ms = 15000,
	    .share = f->share};
	struct transport_cb cb = {.ctx = l, .on_state = on_state};

	str_copy(to.name, sizeof to.name, str_of(name));
	l->fleet = f;
	l->t = transport_new_auto(&f->loop, &to, &cb);
	if (l->t != NULL)
		transport_start(l->t);
	return l->t != NULL;
}

int
main(int argc, char **argv)
{
	struct fleet f = {.n = 0};
	struct link *links = calloc((size_t)argc, sizeof *links);
	int64_t began_us = clock_mono_us(), took_us, before_kb, after_kb;

	if (argc < 3 || links == NULL || uv_loop_init(&f.loop) != 0) {
		fprintf(stderr, "usage: bench_connect SSH_CONFIG HOST...\n");
		free(links);
		return 2;
	}
	before_kb = resident_kb();
	f.share = link_share_new(&f.loop);
	(void)uv_timer_init(&f.loop, &f.patience);
	(void)uv_timer_start(&f.patience, on_patience, PATIENCE_MS, 0);
	f.n = f.left = (size_t)argc - 2;
	for (size_t i = 0; i < f.n; i++)
		if (!start(&links[i], &f, argv[1], argv[i + 2]))
			return 1;
	(void)uv_run(&f.loop, UV_RUN_DEFAULT);
	took_us = clock_mono_us() - began_us;
	after_kb = resident_kb();
	for (size_t i = 0; i < f.n; i++) {
		links[i].over = true;
		transport_stop(links[i].t);
		transport_free(links[i].t);
	}
	link_share_free(f.share);
	uv_close((uv_handle_t *)&f.patience, NULL);
	(void)uv_run(&f.loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&f.loop);
	printf("{\"hosts\":%zu,\"answered\":%zu,\"wall_s\":%.3f,"
	       "\"own_s\":%.3f,\"children_s\":%.3f,\"kb_a_session\":%.1f}\n",
	    f.n, f.answered, (double)took_us / 1e6,
	    (double)cpu_us(RUSAGE_SELF) / 1e6,
	    (double)cpu_us(RUSAGE_CHILDREN) / 1e6,
	    (double)(after_kb - before_kb) / (double)f.n);
	free(links);
	return f.answered == f.n ? 0 : 1;
}
