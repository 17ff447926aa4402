/* proc_exec_test.c - commands ended together, dropped, and ends kept back. */
#include "remote/proc_exec.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

struct fix {
	uv_loop_t loop;
	struct proc_execs x;
	unsigned ends, explained;
	err_t end;
	int status;
	struct exec *other; /* to be cancelled from the first end */
	err_t meant;	    /* what a status kept back meant */
	bool again;	    /* start one more from the first end */
};

static void start(struct fix *f, const char *line, struct exec **e);

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct fix *f = ctx;
	struct exec *e = f->other;

	assert_string_equal(signal, "");
	f->ends++;
	f->end = err;
	f->status = status;
	f->other = NULL;
	if (e != NULL)
		proc_execs_cancel(e);
	if (f->again) {
		f->again = false;
		start(f, "exit 9", &e);
	}
}

static void
start(struct fix *f, const char *line, struct exec **e)
{
	const char *argv[] = {"/bin/sh", "-c", line, NULL};
	struct exec_opts o = {
	    .name = "t", .command = line, .ctx = f, .on_end = on_end};

	assert_int_equal(proc_execs_start(&f->x, argv, &o, e), ERR_OK);
}

static err_t
explain(void *ctx)
{
	((struct fix *)ctx)->explained++;
	return ((struct fix *)ctx)->meant;
}

static void
begin(struct fix *f)
{
	*f = (struct fix){0};
	assert_int_equal(uv_loop_init(&f->loop), 0);
	f->x = (struct proc_execs){.loop = &f->loop,
	    .hold_status = 255,
	    .hold_ms = 300,
	    .ctx = f,
	    .explain = explain};
}

static void
finish(struct fix *f)
{
	assert_int_equal(uv_run(&f->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	assert_int_equal(f->x.n, 0);
}

static void
kept_back(void **state)
{
	struct exec *e;
	struct fix f;

	(void)state;
	begin(&f); /* nothing else happens: it was the command's own */
	start(&f, "exit 255", &e);
	(void)uv_run(&f.loop, UV_RUN_DEFAULT);
	assert_int_equal(f.ends, 1);
	assert_int_equal(f.end, ERR_OK);
	assert_int_equal(f.status, 255);
	finish(&f);

	begin(&f);
	f.meant = ERR_LIMIT;
	start(&f, "exit 255", &e);
	(void)uv_run(&f.loop, UV_RUN_DEFAULT);
	assert_int_equal(f.end, ERR_LIMIT);
	finish(&f);

	begin(&f); /* the way there broke meanwhile: that is what is told */
	f.x.hold_ms = 60000;
	start(&f, "exit 255", &e);
	while (uv_loop_alive(&f.loop) && f.ends == 0) {
		(void)uv_run(&f.loop, UV_RUN_ONCE);
		/* Reaped and kept back: only the timer is left. */
		if (uv_run(&f.loop, UV_RUN_NOWAIT) != 0 &&
		    f.loop.active_handles == 1)
			proc_execs_end_all(&f.x, ERR_CLOSED);
	}
	assert_int_equal(f.ends, 1);
	assert_int_equal(f.end, ERR_CLOSED);
	finish(&f);
}

static void
find_long_timer(uv_handle_t *h, void *found)
{
	if (h->type == UV_TIMER && uv_is_active(h) &&
	    uv_timer_get_due_in((uv_timer_t *)h) > 1000)
		*(bool *)found = true;
}

/* What a status meant goes with who was to be told it. */
static void
cancelled_while_kept_back(void **state)
{
	struct exec *e;
	struct fix f;
	bool held = false;

	(void)state;
	begin(&f);
	f.x.hold_ms = 60000;
	start(&f, "exit 255", &e);
	while (!held) {
		assert_int_not_equal(uv_run(&f.loop, UV_RUN_ONCE), 0);
		uv_walk(&f.loop, find_long_timer, &held);
	}
	proc_execs_cancel(e);
	assert_int_equal(f.explained, 1);
	assert_int_equal(f.ends, 0);
	start(&f, "sleep 60", &e); /* still running: it meant nothing yet */
	proc_execs_cancel(e);
	assert_int_equal(f.explained, 1);
	finish(&f);
}

static void
ended_together(void **state)
{
	struct exec *e[3];
	struct fix f;

	(void)state;
	begin(&f);
	for (size_t i = 0; i < 3; i++)
		start(&f, "sleep 60", &e[i]);
	f.other = e[1];
	f.again = true; /* one that is not meant any more */
	proc_execs_end_all(&f.x, ERR_CLOSED);
	assert_int_equal(f.ends, 2);
	assert_int_equal(f.end, ERR_CLOSED);
	assert_int_equal(f.x.n, 1);
	(void)uv_run(&f.loop, UV_RUN_DEFAULT);
	assert_int_equal(f.ends, 3);
	assert_int_equal(f.end, ERR_OK);
	assert_int_equal(f.status, 9);
	finish(&f);
}

static void
dropped(void **state)
{
	struct exec *e;
	struct fix f;

	(void)state;
	begin(&f);
	for (size_t i = 0; i < TRANSPORT_MAX_CHANNELS; i++)
		start(&f, "sleep 60", &e);
	proc_execs_drop_all(&f.x);
	finish(&f);
	assert_int_equal(f.ends, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kept_back),
	    cmocka_unit_test(cancelled_while_kept_back),
	    cmocka_unit_test(ended_together),
	    cmocka_unit_test(dropped),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
