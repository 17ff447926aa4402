/* local_test.c - commands on this machine through the one interface. */
#include "remote/transport.h"

#include "core/buf.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

struct fix {
	uv_loop_t loop;
	struct transport *t;
	unsigned states, ends;
	enum link_state state;
	struct buf out, err;
	err_t end;
	int status;
	char signal[16];
	unsigned more; /* commands to start from on_end */
};

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct fix *f = ctx;

	assert_int_equal(err, ERR_OK);
	assert_non_null(text);
	f->states++;
	f->state = st;
}

static void
on_out(void *ctx, struct str b)
{
	assert_int_equal(buf_str(&((struct fix *)ctx)->out, b), ERR_OK);
}

static void
on_err(void *ctx, struct str b)
{
	assert_int_equal(buf_str(&((struct fix *)ctx)->err, b), ERR_OK);
}

static void run(struct fix *f, const char *command, struct str input);

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct fix *f = ctx;

	f->ends++;
	f->end = err;
	f->status = status;
	str_copy(f->signal, sizeof(f->signal), str_of(signal));
	if (f->more > 0) {
		f->more--;
		run(f, "echo again", STR_LIT(""));
	}
}

static err_t
try_run(struct fix *f, const char *command, struct str input, struct exec **e)
{
	struct exec_opts o = {.name = "test",
	    .command = command,
	    .input = input,
	    .ctx = f,
	    .on_out = on_out,
	    .on_err = on_err,
	    .on_end = on_end};

	return transport_exec(f->t, &o, e);
}

static void
run(struct fix *f, const char *command, struct str input)
{
	struct exec *e;

	assert_int_equal(try_run(f, command, input, &e), ERR_OK);
}

static void
up(struct fix *f)
{
	struct transport_cb cb = {.ctx = f, .on_state = on_state};

	*f = (struct fix){0};
	buf_init(&f->out, 1u << 20);
	buf_init(&f->err, 1u << 20);
	assert_int_equal(uv_loop_init(&f->loop), 0);
	f->t = transport_new_local(&f->loop, &cb);
	assert_non_null(f->t);
	transport_start(f->t);
	assert_int_equal(f->states, 0); /* from the loop, not from start() */
	(void)uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(f->states, 1);
	assert_int_equal(f->state, LINK_DISCOVERY);
}

static void
down(struct fix *f)
{
	transport_stop(f->t);
	transport_free(f->t);
	assert_int_equal(uv_run(&f->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	buf_done(&f->out);
	buf_done(&f->err);
}

static void
commands(void **state)
{
	struct fix f;

	(void)state;
	up(&f);
	run(&f, "tr a-z A-Z; echo 'er r' >&2; exit 3", STR_LIT("hello\n"));
	(void)uv_run(&f.loop, UV_RUN_DEFAULT);
	assert_string_equal(buf_cstr(&f.out), "HELLO\n");
	assert_string_equal(buf_cstr(&f.err), "er r\n");
	assert_int_equal(f.end, ERR_OK);
	assert_int_equal(f.status, 3);
	run(&f, "kill -9 $$", STR_LIT(""));
	(void)uv_run(&f.loop, UV_RUN_DEFAULT);
	assert_string_equal(f.signal, "KILL");
	down(&f);
}

static void
channels(void **state)
{
	struct exec *e[TRANSPORT_MAX_CHANNELS], *one_more;
	struct fix f;

	(void)state;
	up(&f);
	for (size_t i = 0; i < TRANSPORT_MAX_CHANNELS; i++)
		assert_int_equal(
		    try_run(&f, "sleep 60", STR_LIT(""), &e[i]), ERR_OK);
	assert_int_equal(
	    try_run(&f, "true", STR_LIT(""), &one_more), ERR_LIMIT);
	exec_cancel(f.t, e[1]);
	assert_int_equal(try_run(&f, "true", STR_LIT(""), &e[1]), ERR_OK);
	while (f.ends == 0)
		(void)uv_run(&f.loop, UV_RUN_ONCE);
	assert_int_equal(f.ends, 1); /* the cancelled one says nothing */
	down(&f);
	assert_int_equal(f.ends, 1);
}

static void
next_from_end(void **state)
{
	struct fix f;

	(void)state;
	up(&f);
	f.more = 3;
	run(&f, "echo once", STR_LIT(""));
	(void)uv_run(&f.loop, UV_RUN_DEFAULT);
	assert_int_equal(f.ends, 4);
	assert_string_equal(buf_cstr(&f.out), "once\nagain\nagain\nagain\n");
	down(&f);
}

static void
not_started(void **state)
{
	struct exec *e;
	struct fix f;

	(void)state;
	up(&f);
	transport_stop(f.t);
	assert_int_equal(try_run(&f, "true", STR_LIT(""), &e), ERR_CLOSED);
	down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commands),
	    cmocka_unit_test(channels),
	    cmocka_unit_test(next_from_end),
	    cmocka_unit_test(not_started),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
