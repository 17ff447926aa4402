/* proc_test.c - children: bytes, input, time-outs, kill, cancel. */
#include "remote/proc.h"

#include "core/buf.h"
#include "core/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

struct seen {
	uv_loop_t loop;
	struct proc *proc;
	struct buf out, err;
	unsigned ends, gones, calls_after;
	err_t end;
	int status, signum;
	bool cancel_in_out, cancel_in_end;
};

static void
on_out(void *ctx, struct str b)
{
	struct seen *s = ctx;

	s->calls_after += s->ends > 0;
	assert_int_equal(buf_str(&s->out, b), ERR_OK);
	if (s->cancel_in_out) {
		proc_cancel(s->proc);
		s->ends++; /* whatever comes now is too much */
	}
}

static void
on_err(void *ctx, struct str b)
{
	struct seen *s = ctx;

	s->calls_after += s->ends > 0;
	assert_int_equal(buf_str(&s->err, b), ERR_OK);
}

static void
on_end(void *ctx, err_t err, int status, int signum)
{
	struct seen *s = ctx;

	s->calls_after += s->ends > 0;
	s->ends++;
	s->end = err;
	s->status = status;
	s->signum = signum;
	if (s->cancel_in_end)
		proc_cancel(s->proc);
}

static void
on_gone(void *ctx)
{
	((struct seen *)ctx)->gones++;
}

static void
open_seen(struct seen *s)
{
	*s = (struct seen){0};
	buf_init(&s->out, 64u << 20);
	buf_init(&s->err, 1u << 20);
	assert_int_equal(uv_loop_init(&s->loop), 0);
}

static void
close_seen(struct seen *s)
{
	assert_int_equal(uv_run(&s->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&s->loop), 0);
	buf_done(&s->out);
	buf_done(&s->err);
}

static struct proc_opts
opts(struct seen *s, const char *const *argv)
{
	return (struct proc_opts){.argv = argv,
	    .ctx = s,
	    .on_out = on_out,
	    .on_err = on_err,
	    .on_end = on_end,
	    .gone_ctx = s,
	    .on_gone = on_gone};
}

static void
shell(struct seen *s, const char *line, int64_t timeout_ms, int64_t silence_ms)
{
	const char *argv[] = {"/bin/sh", "-c", line, NULL};
	struct proc_opts o = opts(s, argv);

	o.timeout_ms = timeout_ms;
	o.silence_ms = silence_ms;
	assert_int_equal(proc_start(&s->loop, &o, &s->proc), ERR_OK);
}

static void
cat_10_mb(void **state)
{
	const char *argv[] = {"cat", NULL};
	size_t n = 10u << 20;
	char *data = malloc(n);
	struct seen s;
	struct proc_opts o;

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < n; i++)
		data[i] = (char)(i * 31 + i / 4096);
	open_seen(&s);
	o = opts(&s, argv);
	o.input = (struct str){data, n};
	assert_int_equal(proc_start(&s.loop, &o, &s.proc), ERR_OK);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.ends, 1);
	assert_int_equal(s.end, ERR_OK);
	assert_int_equal(s.out.n, n);
	assert_memory_equal(s.out.p, data, n);
	assert_int_equal(s.gones, 1);
	close_seen(&s);
	free(data);
}

static void
ends(void **state)
{
	struct seen s;

	(void)state;
	open_seen(&s);
	shell(&s, "echo out; echo err >/dev/stderr; exit 7", 0, 0);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_string_equal(buf_cstr(&s.out), "out\n");
	assert_string_equal(buf_cstr(&s.err), "err\n");
	assert_int_equal(s.end, ERR_OK);
	assert_int_equal(s.status, 7);
	close_seen(&s);

	open_seen(&s);
	shell(&s, "kill -TERM $$", 0, 0);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.signum, SIGTERM);
	close_seen(&s);
}

static void
no_such_program(void **state)
{
	const char *argv[] = {"/nonexistent/program", NULL};
	struct seen s;
	struct proc_opts o;

	(void)state;
	open_seen(&s);
	o = opts(&s, argv);
	assert_int_equal(proc_start(&s.loop, &o, &s.proc), ERR_NOCOMMAND);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.ends, 0);
	assert_int_equal(s.gones, 0);
	close_seen(&s);
}

static void
unread_input(void **state)
{
	const char *argv[] = {"true", NULL};
	size_t n = 4u << 20;
	char *data = calloc(1, n);
	struct seen s;
	struct proc_opts o;

	(void)state;
	assert_non_null(data);
	open_seen(&s);
	o = opts(&s, argv);
	o.input = (struct str){data, n};
	assert_int_equal(proc_start(&s.loop, &o, &s.proc), ERR_OK);
	free(data);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.end, ERR_OK);
	assert_int_equal(s.status, 0);
	close_seen(&s);
}

static void
time_outs(void **state)
{
	int64_t began = clock_mono_ms();
	struct seen s;

	(void)state;
	open_seen(&s);
	shell(&s, "while :; do echo x; sleep 0.05; done", 1500, 0);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.end, ERR_TIMEOUT);
	assert_int_equal(s.ends, 1);
	assert_int_equal(s.gones, 1);
	assert_true(s.out.n > 0);
	close_seen(&s);

	open_seen(&s); /* ignores TERM, and so do its children */
	shell(&s, "trap '' TERM; echo x; sleep 60; sleep 60", 0, 1500);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.end, ERR_TIMEOUT);
	assert_string_equal(buf_cstr(&s.out), "x\n");
	close_seen(&s);
	assert_true(clock_mono_ms() - began < 20000);
}

static void
too_much(void **state)
{
	const char *argv[] = {"yes", NULL};
	struct seen s;
	struct proc_opts o;

	(void)state;
	open_seen(&s);
	o = opts(&s, argv);
	o.max_bytes = 100000;
	assert_int_equal(proc_start(&s.loop, &o, &s.proc), ERR_OK);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.end, ERR_LIMIT);
	assert_true(s.out.n <= 100000);
	close_seen(&s);
}

/* All of the group is gone; orphans are reaped by whoever adopts them. */
static bool
none_left(int pid)
{
	int64_t until = clock_mono_ms() + 10000;

	while (kill(-pid, 0) == 0 && clock_mono_ms() < until)
		uv_sleep(5);
	return kill(-pid, 0) == -1 && errno == ESRCH;
}

static void
cancel(void **state)
{
	struct seen s;
	int pid;

	(void)state;
	open_seen(&s); /* in a callback; no word after, all reaped */
	s.cancel_in_out = true;
	shell(&s, "while :; do echo x; echo y >&2; done", 0, 0);
	pid = proc_pid(s.proc);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.calls_after, 0);
	assert_int_equal(s.ends, 1); /* ours, in on_out */
	assert_int_equal(s.gones, 1);
	assert_true(none_left(pid));
	close_seen(&s);

	open_seen(&s); /* at once, with a grandchild */
	shell(&s, "sleep 60 & sleep 60", 0, 0);
	pid = proc_pid(s.proc);
	proc_cancel(s.proc);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.ends, 0);
	assert_int_equal(s.gones, 1);
	assert_true(none_left(pid));
	close_seen(&s);

	open_seen(&s); /* in its own end */
	s.cancel_in_end = true;
	shell(&s, "exit 0", 0, 0);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.ends, 1);
	assert_int_equal(s.gones, 1);
	close_seen(&s);
}

/* A daemon it left behind with our pipes does not keep it from ending. */
static void
left_behind(void **state)
{
	int64_t began = clock_mono_ms();
	struct seen s;

	(void)state;
	open_seen(&s);
	shell(&s, "sleep 30 & echo done", 0, 0);
	(void)uv_run(&s.loop, UV_RUN_DEFAULT);
	assert_int_equal(s.end, ERR_OK);
	assert_string_equal(buf_cstr(&s.out), "done\n");
	assert_true(clock_mono_ms() - began < 20000);
	close_seen(&s);
}

/* A child has our environment, or one it is given: without keys of lists. */
static void
no_keys(void **state)
{
	const char *const given[] = {
	    "PATH=/usr/bin:/bin", "MTADECK_KEY_B=s3cret", "OTHER=2", NULL};
	const char *argv[] = {"env", NULL};
	struct seen s;
	struct proc_opts o;

	(void)state;
	assert_int_equal(setenv("MTADECK_KEY_A", "s3cret", 1), 0);
	assert_int_equal(setenv("ANOTHER", "1", 1), 0);
	for (int i = 0; i < 2; i++) {
		open_seen(&s);
		o = opts(&s, argv);
		o.env = i == 0 ? NULL : given;
		assert_int_equal(proc_start(&s.loop, &o, &s.proc), ERR_OK);
		(void)uv_run(&s.loop, UV_RUN_DEFAULT);
		assert_non_null(
		    strstr(buf_cstr(&s.out), i == 0 ? "ANOTHER=1" : "OTHER=2"));
		assert_null(strstr(buf_cstr(&s.out), "s3cret"));
		close_seen(&s);
	}
	assert_string_equal(getenv("MTADECK_KEY_A"), "s3cret");
	assert_int_equal(unsetenv("MTADECK_KEY_A"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cat_10_mb),
	    cmocka_unit_test(ends),
	    cmocka_unit_test(no_such_program),
	    cmocka_unit_test(unread_input),
	    cmocka_unit_test(time_outs),
	    cmocka_unit_test(too_much),
	    cmocka_unit_test(cancel),
	    cmocka_unit_test(left_behind),
	    cmocka_unit_test(no_keys),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
