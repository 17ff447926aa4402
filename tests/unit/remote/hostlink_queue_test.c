/* hostlink_queue_test.c - when the queue is read, and behind whom. */
#include "remote/hostlink_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A transport that counts what it is asked to run. */
struct stand_in {
	struct transport t;
	unsigned runs;
};

static err_t
stand_in_exec(struct transport *t, const struct exec_opts *o, struct exec **out)
{
	struct stand_in *s = (struct stand_in *)t;

	(void)o;
	s->runs++;
	*out = (struct exec *)s;
	return ERR_OK;
}

static const struct transport_vt stand_in_vt = {
    .name = "stand-in", .exec = stand_in_exec};

static int64_t
now_ms(void *ctx)
{
	(void)ctx;
	return 1;
}

/* The first so many times. */
static bool
is_claimed(void *ctx)
{
	unsigned *claims = ctx;

	return *claims > 0 && (*claims)-- > 0;
}

/* An act waits for a channel: the queue is read later, and nothing is said to
 * have failed (there is nobody to tell). */
static void
behind_an_act(void **state)
{
	struct stand_in s = {.t = {.vt = &stand_in_vt}};
	struct discovery found = {.clock_offset_ms = 0};
	unsigned claims = 3;
	uv_loop_t loop;
	struct hostlink_queue_opts o = {.port = {.transport = &s.t,
					    .ctx = &claims,
					    .now_ms = now_ms,
					    .is_claimed = is_claimed},
	    .loop = &loop,
	    .raw_max = 10,
	    .replayed = true};
	struct hostlink_queue *q;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	q = hostlink_queue_new(&o);
	assert_non_null(q);
	hostlink_queue_up(q, &found);
	assert_int_equal(s.runs, 0);
	assert_false(hostlink_queue_runs(q));
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(claims, 0);
	assert_int_equal(s.runs, 1);
	assert_true(hostlink_queue_runs(q));
	hostlink_queue_free(q);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(behind_an_act),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
