/* hostlink_queue_test.c - when the queue is read, and behind whom. */
#include "remote/hostlink_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A transport that counts what it is asked to run. */
struct stand_in {
	struct transport t;
	struct exec_opts last;
	unsigned runs;
};

/* Who is told. */
struct teller {
	unsigned claims, readings;
	bool early; /* the last reading */
};

static err_t
stand_in_exec(struct transport *t, const struct exec_opts *o, struct exec **out)
{
	struct stand_in *s = (struct stand_in *)t;

	s->last = *o;
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
	struct teller *to = ctx;

	return to->claims > 0 && to->claims-- > 0;
}

static void
emit(void *ctx, struct event *ev)
{
	struct teller *to = ctx;

	assert_int_equal(ev->kind, EVT_QUEUE);
	to->readings++;
	to->early = ev->u.queue->early;
	queue_free(ev->u.queue);
}

static void
end_reading(struct stand_in *s)
{
	s->last.on_end(s->last.ctx, ERR_OK, 0, "");
}

static struct hostlink_queue_opts
opts(struct stand_in *s, struct teller *to, uv_loop_t *loop)
{
	return (struct hostlink_queue_opts){.port = {.transport = &s->t,
						.ctx = to,
						.now_ms = now_ms,
						.emit = emit,
						.is_claimed = is_claimed},
	    .loop = loop,
	    .raw_max = 10};
}

/* An act waits for a channel: the queue is read later, and nothing is said to
 * have failed (there is nobody to tell). */
static void
behind_an_act(void **state)
{
	struct stand_in s = {.t = {.vt = &stand_in_vt}};
	struct discovery found = {.clock_offset_ms = 0};
	struct teller to = {.claims = 3};
	uv_loop_t loop;
	struct hostlink_queue_opts o = opts(&s, &to, &loop);
	struct hostlink_queue *q;

	(void)state;
	o.replayed = true;
	assert_int_equal(uv_loop_init(&loop), 0);
	q = hostlink_queue_new(&o);
	assert_non_null(q);
	hostlink_queue_up(q, &found);
	assert_int_equal(s.runs, 0);
	assert_false(hostlink_queue_runs(q));
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(to.claims, 0);
	assert_int_equal(s.runs, 1);
	assert_true(hostlink_queue_runs(q));
	hostlink_queue_free(q);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

/* What the log tells of messages comes later than the first reading, which is
 * then read again, once: also when it still runs as the log's history is in. */
static void
read_again_when_the_log_is_in(void **state)
{
	struct discovery found = {.clock_offset_ms = 0};

	(void)state;
	for (int meanwhile = 0; meanwhile < 2; meanwhile++) {
		struct stand_in s = {.t = {.vt = &stand_in_vt}};
		struct teller to = {.claims = 0};
		uv_loop_t loop;
		struct hostlink_queue_opts o = opts(&s, &to, &loop);
		struct hostlink_queue *q;

		assert_int_equal(uv_loop_init(&loop), 0);
		q = hostlink_queue_new(&o);
		assert_non_null(q);
		hostlink_queue_up(q, &found);
		assert_int_equal(s.runs, 1);
		if (meanwhile)
			hostlink_queue_log_live(q);
		end_reading(&s);
		assert_int_equal(to.readings, 1);
		assert_true(to.early);
		if (meanwhile)
			(void)uv_run(&loop, UV_RUN_DEFAULT);
		else
			hostlink_queue_log_live(q);
		assert_int_equal(s.runs, 2);
		end_reading(&s);
		assert_int_equal(to.readings, 2);
		assert_false(to.early);
		hostlink_queue_log_live(q);
		assert_int_equal(s.runs, 2);
		hostlink_queue_free(q);
		(void)uv_run(&loop, UV_RUN_DEFAULT);
		assert_int_equal(uv_loop_close(&loop), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(behind_an_act),
	    cmocka_unit_test(read_again_when_the_log_is_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
