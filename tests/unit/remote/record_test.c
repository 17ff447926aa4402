/* record_test.c - what a local transport says, recorded and played again. */
#include "remote/record.h"

#include "remote/replay.h"

#include "core/buf.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* Asks for one command at login; keeps what it says. */
struct user {
	struct transport *t;
	const char *command;
	struct buf out, err;
	bool unrecorded;
	unsigned ends;
	int status;
	char signal[16];
	char stopped[700];
};

static void
on_out(void *ctx, struct str b)
{
	assert_int_equal(buf_str(&((struct user *)ctx)->out, b), ERR_OK);
}

static void
on_err(void *ctx, struct str b)
{
	assert_int_equal(buf_str(&((struct user *)ctx)->err, b), ERR_OK);
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct user *u = ctx;

	assert_int_equal(err, ERR_OK);
	u->ends++;
	u->status = status;
	str_copy(u->signal, sizeof(u->signal), str_of(signal));
}

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct user *u = ctx;
	struct exec *e;
	struct exec_opts o = {.name = "work",
	    .command = u->command,
	    .input = STR_LIT("s3cret input"),
	    .unrecorded = u->unrecorded,
	    .ctx = u,
	    .on_out = on_out,
	    .on_err = on_err,
	    .on_end = on_end};

	assert_int_equal(st, LINK_DISCOVERY);
	assert_int_equal(err, ERR_OK);
	assert_string_equal(text, "");
	assert_int_equal(transport_exec(u->t, &o, &e), ERR_OK);
}

static void
user_init(struct user *u, const char *command)
{
	*u = (struct user){.command = command};
	buf_init(&u->out, 64u << 20);
	buf_init(&u->err, 1u << 20);
}

static void
user_done(struct user *u)
{
	buf_done(&u->out);
	buf_done(&u->err);
}

static char dir[] = "/tmp/record_test_XXXXXX";
static char path[64];

/* Runs both users' commands on one recorder, side by side. */
static void
record(struct user *u, size_t n, struct recorder *r)
{
	uv_loop_t loop;

	assert_int_equal(uv_loop_init(&loop), 0);
	for (size_t i = 0; i < n; i++) {
		struct transport_cb cb = {.ctx = &u[i], .on_state = on_state};
		struct transport *inner = transport_new_local(&loop, &cb);

		assert_non_null(inner);
		u[i].t =
		    transport_new_record(inner, r, i == 0 ? "first" : "second");
		assert_non_null(u[i].t);
		assert_string_equal(u[i].t->vt->name, "local");
		transport_start(u[i].t);
	}
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(u[i].ends, 1);
		transport_stop(u[i].t);
		transport_free(u[i].t);
	}
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void
same_again(void **state)
{
	static const char *const commands[] = {
	    "seq 300000; echo oops >&2; cat >/dev/null; exit 4",
	    "head -c 3000000 /dev/urandom; kill -KILL $$"};
	struct user live[2], again[2];
	struct recorder *r;
	struct replay *p;
	char why[256];

	(void)state;
	r = recorder_new(path, why, sizeof(why));
	assert_non_null(r);
	for (size_t i = 0; i < 2; i++) {
		user_init(&live[i], commands[i]);
		user_init(&again[i], commands[i]);
	}
	record(live, 2, r);
	recorder_free(r);
	p = replay_open(path, why, sizeof(why));
	assert_non_null(p);
	assert_string_equal(replay_note(p), "");
	assert_int_equal(replay_hosts(p), 2);
	assert_string_equal(replay_host(p, 0), "first");
	assert_string_equal(replay_host(p, 1), "second");
	for (size_t i = 0; i < 2; i++) {
		struct transport_cb cb = {
		    .ctx = &again[i], .on_state = on_state};

		again[i].t = transport_new_replay(p, i, &cb);
		transport_start(again[i].t);
	}
	for (int64_t t = replay_start_ms(p); t <= replay_end_ms(p); t++)
		replay_pump(p, t);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(again[i].ends, 1);
		assert_int_equal(again[i].status, live[i].status);
		assert_string_equal(again[i].signal, live[i].signal);
		assert_int_equal(again[i].out.n, live[i].out.n);
		assert_memory_equal(
		    again[i].out.p, live[i].out.p, live[i].out.n);
		assert_string_equal(
		    buf_cstr(&again[i].err), buf_cstr(&live[i].err));
		transport_free(again[i].t);
		user_done(&live[i]);
		user_done(&again[i]);
	}
	replay_free(p);
}

static void
read_all(const char *name, struct buf *b)
{
	char chunk[4096];
	FILE *f = fopen(name, "r");

	assert_non_null(f);
	buf_init(b, 64u << 20);
	for (;;) {
		size_t n = fread(chunk, 1, sizeof(chunk), f);

		if (n == 0)
			break;
		assert_int_equal(buf_add(b, chunk, n), ERR_OK);
	}
	(void)fclose(f);
}

static void
nothing_secret(void **state)
{
	struct buf b;
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	read_all(path, &b);
	assert_int_equal(str_find(buf_view(&b), STR_LIT("s3cret")), SIZE_MAX);
	assert_int_equal(
	    str_find(buf_view(&b), STR_LIT("/dev/urandom")), SIZE_MAX);
	assert_true(str_find(buf_view(&b), STR_LIT("work")) != SIZE_MAX);
	buf_done(&b);
}

/* What may hold a secret is heard, and is not in the file. */
static void
unrecorded(void **state)
{
	static const char *const commands[] = {
	    "echo s3cret; echo s3cret >&2", "echo open"};
	struct user live[2];
	struct recorder *r;
	struct replay *p;
	struct buf b;
	char why[256], own[128];

	(void)state;
	(void)snprintf(own, sizeof own, "%s.2", path);
	r = recorder_new(own, why, sizeof(why));
	assert_non_null(r);
	for (size_t i = 0; i < 2; i++) {
		user_init(&live[i], commands[i]);
		live[i].unrecorded = i == 0;
	}
	record(live, 2, r);
	recorder_free(r);
	assert_string_equal(buf_cstr(&live[0].out), "s3cret\n");
	read_all(own, &b);
	assert_int_equal(str_find(buf_view(&b), STR_LIT("s3cret")), SIZE_MAX);
	assert_true(str_find(buf_view(&b), STR_LIT("open")) != SIZE_MAX);
	buf_done(&b);
	p = replay_open(own, why, sizeof(why));
	assert_string_equal(replay_note(p), "");
	assert_int_equal(replay_hosts(p), 2);
	replay_free(p);
	(void)unlink(own);
	user_done(&live[0]);
	user_done(&live[1]);
}

static void
not_over_another(void **state)
{
	char why[256] = "";

	(void)state;
	assert_null(recorder_new(path, why, sizeof(why)));
	assert_true(strstr(why, path) != NULL);
	why[0] = '\0';
	assert_null(recorder_new("/nonexistent/x", why, sizeof(why)));
	assert_true(strlen(why) > 0);
}

static void
hear_note(void *ctx, struct str note)
{
	str_copy(ctx, 32, note);
}

static void
notes_are_kept(void **state)
{
	char why[256] = "", heard[32] = "";
	struct recorder *r;
	struct replay *p;

	(void)state;
	assert_int_equal(unlink(path), 0);
	r = recorder_new(path, why, sizeof(why));
	assert_non_null(r);
	recorder_note(r, STR_LIT("a list said so"));
	recorder_free(r);
	p = replay_open(path, why, sizeof(why));
	assert_non_null(p);
	replay_on_note(p, heard, hear_note);
	replay_pump(p, replay_end_ms(p));
	assert_string_equal(heard, "a list said so");
	replay_free(p);
}

static void
on_stop(void *ctx, const char *why)
{
	struct user *u = ctx;

	assert_string_equal(u->stopped, "");
	str_copy(u->stopped, sizeof(u->stopped), str_of(why));
}

/* The disk is full in the middle: the command does not notice, we are told
 * once, and what was written is a recording. */
static void
disk_full(void **state)
{
	struct rlimit old, small;
	struct user u;
	struct recorder *r;
	struct replay *p;
	char why[256];

	(void)state;
	assert_int_equal(unlink(path), 0);
	r = recorder_new(path, why, sizeof(why));
	assert_non_null(r);
	user_init(&u, "seq 300000");
	recorder_on_stop(r, &u, on_stop);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 500000;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	record(&u, 1, r);
	recorder_free(r);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_true(strstr(u.stopped, path) != NULL);
	assert_int_equal(u.out.n, 1988895);
	p = replay_open(path, why, sizeof(why));
	assert_non_null(p);
	assert_int_equal(replay_hosts(p), 1);
	assert_true(strlen(replay_note(p)) > 0);
	replay_free(p);
	user_done(&u);
}

static int
set_up(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/rec", dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_again),
	    cmocka_unit_test(nothing_secret),
	    cmocka_unit_test(unrecorded),
	    cmocka_unit_test(not_over_another),
	    cmocka_unit_test(notes_are_kept),
	    cmocka_unit_test(disk_full),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
