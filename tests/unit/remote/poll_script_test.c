/* poll_script_test.c - the real poll.sh on this machine, over a queue of the
 * test's own: what it counts, that it goes on, that it ends unheard. */
#include "remote/poll.h"

#include "core/clock.h"
#include "remote/transport.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000, ODD_ZONE_S = 3 * 3600 + 17 * 60 };

struct fix {
	uv_loop_t loop;
	uv_timer_t tick;
	struct transport *t;
	struct poll *p;
	struct exec *e;
	char dir[64];
	bool up, ended;
	unsigned n;
	struct poll_reading last;
};

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	(void)err;
	(void)text;
	((struct fix *)ctx)->up = st == LINK_DISCOVERY;
}

static void
on_reading(void *ctx, const struct poll_reading *r)
{
	struct fix *x = ctx;

	x->last = *r;
	x->n++;
}

static void
on_out(void *ctx, struct str bytes)
{
	poll_feed(((struct fix *)ctx)->p, bytes);
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	(void)err;
	(void)status;
	(void)signal;
	((struct fix *)ctx)->ended = true;
}

static void
on_tick(uv_timer_t *t)
{
	(void)t;
}

#define WAIT(x, cond)                                                          \
	do {                                                                   \
		int64_t until_ = clock_mono_ms() + PATIENCE_MS;                \
		while (!(cond) && clock_mono_ms() < until_)                    \
			(void)uv_run(&(x)->loop, UV_RUN_ONCE);                 \
		assert_true(cond);                                             \
	} while (0)

static void
run(struct fix *x, const char *line)
{
	struct exec_opts o = {.name = "test",
	    .command = line,
	    .ctx = x,
	    .on_out = on_out,
	    .on_end = on_end};

	x->ended = false;
	assert_int_equal(transport_exec(x->t, &o, &x->e), ERR_OK);
}

static void
in_queue(struct fix *x, const char *line)
{
	struct buf b;

	buf_init(&b, 4096);
	assert_int_equal(buf_printf(&b, "cd %s && %s", x->dir, line), ERR_OK);
	run(x, buf_cstr(&b));
	buf_done(&b);
	WAIT(x, x->ended);
}

static int
setup(void **state)
{
	struct fix *x = calloc(1, sizeof(*x));
	struct transport_cb cb = {.ctx = x, .on_state = on_state};

	assert_non_null(x);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)snprintf(x->dir, sizeof(x->dir), "/tmp/mtadeck-test-XXXXXX");
	assert_non_null(mkdtemp(x->dir));
	assert_int_equal(uv_loop_init(&x->loop), 0);
	(void)uv_timer_init(&x->loop, &x->tick);
	(void)uv_timer_start(&x->tick, on_tick, 10, 10);
	x->p = poll_new(on_reading, x);
	x->t = transport_new_local(&x->loop, &cb);
	assert_non_null(x->p);
	assert_non_null(x->t);
	transport_start(x->t);
	WAIT(x, x->up);
	in_queue(x, "mkdir -p incoming active deferred/A deferred/B hold "
		    "defer/A && : >active/A1234 && : >deferred/A/A2345 && "
		    ": >deferred/B/4dCq9r1xYZz3Q && : >defer/A/A2345 && "
		    "mkdir -p \"it's \\$(rm -r .) \\\"2\\\"/deferred/B\" && "
		    "cd it*2* && : >deferred/B/B1234");
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *x = *state;

	in_queue(x, "rm -r incoming active deferred hold defer it*2*");
	assert_int_equal(rmdir(x->dir), 0);
	transport_free(x->t);
	poll_free(x->p);
	(void)uv_timer_stop(&x->tick);
	uv_close((uv_handle_t *)&x->tick, NULL);
	while (uv_run(&x->loop, UV_RUN_NOWAIT) != 0)
		(void)usleep(1000);
	assert_int_equal(uv_loop_close(&x->loop), 0);
	free(x);
	return 0;
}

static void
command(struct fix *x, struct buf *b)
{
	struct discovery *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	str_copy(d->queue_dir, sizeof(d->queue_dir), str_of(x->dir));
	/* Further instances: one nobody could tell, a good one, one gone. */
	d->n_further = 3;
	(void)snprintf(d->further[1].queue_dir, sizeof(d->further[1].queue_dir),
	    "%s/it's $(rm -r .) \"2\"", x->dir);
	(void)snprintf(d->further[2].queue_dir, sizeof(d->further[2].queue_dir),
	    "%s/gone", x->dir);
	buf_init(b, 65536);
	assert_int_equal(poll_command(b, d, 200), ERR_OK);
	free(d);
}

static void
counts_and_goes_on(void **state)
{
	struct fix *x = *state;
	const struct vitals *v = &x->last.vitals;
	struct exec *poll;
	struct buf b;

	command(x, &b);
	run(x, buf_cstr(&b));
	poll = x->e;
	WAIT(x, x->n >= 2);
	assert_int_equal(x->last.counts.n[Q_INCOMING], 0);
	assert_int_equal(x->last.counts.n[Q_ACTIVE], 1);
	assert_int_equal(x->last.counts.n[Q_DEFERRED], 3);
	assert_int_equal(x->last.counts.n[Q_HOLD], 0);
	assert_int_equal(x->last.counts.n[Q_MAILDROP], -1); /* no such */
	assert_int_equal(x->last.counts.unread, 1 | 2 | 4 | 8);
	assert_in_range(
	    x->last.host_ms, clock_wall_ms() - 60000, clock_wall_ms() + 1000);
	assert_true(x->last.has_zone);
	assert_int_not_equal(x->last.utc_offset_s, ODD_ZONE_S);
	assert_true(v->cpus > 0);
	assert_true(v->load_milli[0] >= 0);
	assert_true(v->cpu_used_milli >= 0 && v->cpu_used_milli <= 1000);
	assert_true(
	    v->mem_avail_bytes > 0 && v->mem_avail_bytes <= v->mem_total_bytes);
	assert_true(v->spool_avail_bytes > 0 &&
		    v->spool_avail_bytes <= v->spool_total_bytes);
	assert_true(v->uptime_s > 0);
	in_queue(x, ": >deferred/A/A3456");
	WAIT(x, x->last.counts.n[Q_DEFERRED] == 4);
	/* The good one has all of it now. */
	in_queue(x, "cd it*2* && mkdir incoming active hold maildrop");
	WAIT(x, x->last.counts.unread == (1 | 2 | 8));
	assert_int_equal(x->last.counts.n[Q_MAILDROP], 0);
	exec_cancel(x->t, poll);
	buf_done(&b);
}

static void
ends_when_nobody_reads(void **state)
{
	struct fix *x = *state;
	struct buf b;

	/* The pipeline ends when the loop's own end is noticed. */
	command(x, &b);
	buf_shift(&b, strlen("exec "));
	(void)buf_puts(&b, " | head -n 1");
	run(x, buf_cstr(&b));
	WAIT(x, x->ended);
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		counts_and_goes_on, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		ends_when_nobody_reads, setup, teardown),
	};

	/* What a person's start-up files say of zones is not the host's. */
	assert_int_equal(setenv("TZ", "ODD-03:17", 1), 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
