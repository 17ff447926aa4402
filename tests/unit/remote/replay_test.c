/* replay_test.c - recordings made by hand, played in every way. */
#include "remote/replay.h"

#include "remote/recfile.h"

#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

enum { WALL = 1000000 };

/* A recording being made by hand. */
static void
put(struct buf *b, uint8_t kind, uint64_t host, uint64_t exec, uint64_t dt_ms,
    struct str bytes)
{
	char head[RECFILE_HEAD_MAX];
	struct recfile_frame f = {.kind = kind,
	    .host = host,
	    .exec = exec,
	    .dt_ms = dt_ms,
	    .bytes = bytes};
	size_t n = recfile_put_head(head, &f);

	assert_int_equal(buf_add(b, head, n), ERR_OK);
	assert_int_equal(buf_str(b, bytes), ERR_OK);
}

static void
put_header(struct buf *b)
{
	char head[RECFILE_HEADER_MAX];

	buf_init(b, 64u << 20);
	assert_int_equal(
	    buf_add(b, head, recfile_put_header(head, WALL)), ERR_OK);
}

static void
put_state(struct buf *b, uint64_t host, uint64_t dt_ms, enum link_state st,
    err_t err, const char *text)
{
	char s[RECFILE_TEXT_MAX];
	size_t n = recfile_put_state(s, sizeof(s), st, err, str_of(text));

	put(b, RECFILE_STATE, host, 0, dt_ms, (struct str){s, n});
}

static void
put_end(struct buf *b, uint64_t host, uint64_t exec, uint64_t dt_ms, err_t err,
    int status)
{
	char s[64];
	size_t n = recfile_put_end(s, sizeof(s), err, status, "");

	put(b, RECFILE_END, host, exec, dt_ms, (struct str){s, n});
}

static struct replay *
open_bytes(struct str s, char why[256])
{
	int fd = memfd_create("recording", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, s.p, s.n), s.n);
	return replay_open_fd(fd, "rec", why, 256);
}

/* Somebody who asks for commands and writes down what he is told. */
struct user {
	struct transport *t;
	const char *ask[4]; /* at login; NULL = no more */
	struct exec *exec[4];
	struct buf told;
	bool cancel_first;
	const struct replay *clock; /* NULL: not looked at */
	int64_t out_ms;		    /* its time when bytes last came */
};

struct asked {
	struct user *u;
	const char *name;
	size_t i;
};
static struct asked slots[16];

static void
on_out(void *ctx, struct str s)
{
	struct asked *a = ctx;

	(void)buf_printf(&a->u->told, "%s<%.*s", a->name, (int)s.n, s.p);
	if (a->u->clock != NULL)
		a->u->out_ms = replay_now_ms(a->u->clock);
	if (a->u->cancel_first) {
		a->u->cancel_first = false;
		exec_cancel(a->u->t, a->u->exec[a->i]);
	}
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct asked *a = ctx;

	(void)buf_printf(&a->u->told, "[%s %s %d%s]", a->name, err_name(err),
	    status, signal);
}

static err_t
ask(struct user *u, size_t slot, const char *name, int64_t timeout_ms)
{
	struct exec_opts o = {.name = name,
	    .command = "true",
	    .timeout_ms = timeout_ms,
	    .ctx = &slots[slot],
	    .on_out = on_out,
	    .on_err = on_out,
	    .on_end = on_end};

	slots[slot] = (struct asked){u, name, slot % 4};
	return transport_exec(u->t, &o, &u->exec[slot % 4]);
}

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct user *u = ctx;

	(void)buf_printf(&u->told, "{%d %s %s}", st, err_name(err), text);
	if (st == LINK_DISCOVERY)
		for (size_t i = 0; i < 4 && u->ask[i] != NULL; i++)
			assert_int_equal(ask(u, i, u->ask[i], 0), ERR_OK);
}

static void
user_open(struct user *u, struct replay *p, size_t host)
{
	struct transport_cb cb = {.ctx = u, .on_state = on_state};

	buf_init(&u->told, 64u << 20);
	u->t = transport_new_replay(p, host, &cb);
	assert_non_null(u->t);
	transport_start(u->t);
}

static void
user_close(struct user *u)
{
	transport_stop(u->t);
	transport_free(u->t);
	buf_done(&u->told);
}

/* One host: discover, then a log that breaks off, and goes on. */
static void
usual(struct buf *b)
{
	put_header(b);
	put(b, RECFILE_HOST, 0, 0, 0, STR_LIT("mta1"));
	put_state(b, 0, 5, LINK_CONNECTING, ERR_OK, "");
	put_state(b, 0, 10, LINK_DISCOVERY, ERR_OK, "");
	put(b, RECFILE_START, 0, 0, 0, STR_LIT("discover"));
	put(b, RECFILE_START, 0, 1, 0, STR_LIT("log"));
	put(b, RECFILE_OUT, 0, 0, 5, STR_LIT("a"));
	put(b, 77, 0, 0, 0, STR_LIT("of a later version"));
	put(b, RECFILE_OUT, 0, 1, 1, STR_LIT("L1"));
	put_end(b, 0, 0, 9, ERR_OK, 3);
	put(b, RECFILE_ERR, 0, 1, 70, STR_LIT("E2"));
	put_end(b, 0, 1, 0, ERR_CLOSED, -1);
	put_state(b, 0, 0, LINK_WAITING, ERR_CLOSED, "gone");
	put_state(b, 0, 900, LINK_DISCOVERY, ERR_OK, "");
	put(b, RECFILE_START, 0, 2, 0, STR_LIT("log"));
	put(b, RECFILE_OUT, 0, 2, 100, STR_LIT("L3"));
	/* The one who followed it leaves. */
	put_end(b, 0, 2, 0, ERR_CANCELLED, -1);
}

#define USUAL                                                                  \
	"{2 OK }{5 OK }discover<alog<L1[discover OK 3]log<E2[log CLOSED -1]"   \
	"[other CLOSED -1]{7 CLOSED gone}{5 OK }log<L3"

static void
plays(void **state)
{
	struct buf b;
	char why[256];
	struct replay *p;

	(void)state;
	usual(&b);
	/* In steps of any length: a millisecond, or a jump to the end. */
	for (int64_t step = 1; step < 5000; step = step * 3 + 1) {
		struct user u = {.ask = {"other", "log", "discover"}};
		int64_t t = WALL;

		p = open_bytes(buf_view(&b), why);
		assert_non_null(p);
		assert_int_equal(replay_hosts(p), 1);
		assert_string_equal(replay_host(p, 0), "mta1");
		assert_int_equal(replay_start_ms(p), WALL);
		assert_int_equal(replay_end_ms(p), WALL + 1100);
		assert_string_equal(replay_note(p), "");
		user_open(&u, p, 0);
		for (; t < WALL + 1100 + step; t += step)
			replay_pump(p, t);
		assert_string_equal(buf_cstr(&u.told), USUAL);
		user_close(&u);
		replay_free(p);
	}
	buf_done(&b);
}

static void
in_time(void **state)
{
	struct user u = {.ask = {"log"}};
	struct buf b;
	char why[256];
	struct replay *p;

	(void)state;
	usual(&b);
	p = open_bytes(buf_view(&b), why);
	user_open(&u, p, 0);
	replay_pump(p, WALL + 20);
	assert_string_equal(buf_cstr(&u.told), "{2 OK }{5 OK }");
	replay_pump(p, WALL + 21);
	assert_string_equal(buf_cstr(&u.told), "{2 OK }{5 OK }log<L1");
	user_close(&u);
	replay_free(p);
	buf_done(&b);
}

/* A jump over everything: what comes on the way comes at its own time. */
static void
clock_of_a_jump(void **state)
{
	struct user u = {.ask = {"log"}};
	struct buf b;
	char why[256];
	struct replay *p;

	(void)state;
	usual(&b);
	p = open_bytes(buf_view(&b), why);
	user_open(&u, p, 0);
	u.clock = p;
	replay_pump(p, WALL + 5000);
	assert_int_equal(u.out_ms, WALL + 1100);
	assert_int_equal(replay_now_ms(p), WALL + 5000);
	user_close(&u);
	replay_free(p);
	buf_done(&b);
}

/* What began before it was asked for comes at once, but not from exec(). */
static void
late(void **state)
{
	struct user u = {0};
	struct buf b;
	char why[256];
	struct replay *p;

	(void)state;
	usual(&b);
	p = open_bytes(buf_view(&b), why);
	user_open(&u, p, 0);
	replay_pump(p, WALL + 25);
	buf_reset(&u.told);
	assert_int_equal(ask(&u, 0, "log", 0), ERR_OK);
	assert_int_equal(ask(&u, 1, "discover", 0), ERR_OK);
	assert_string_equal(buf_cstr(&u.told), "");
	replay_pump(p, WALL + 25);
	assert_true(strstr(buf_cstr(&u.told), "log<L1") != NULL);
	assert_true(strstr(buf_cstr(&u.told), "discover<a") != NULL);
	replay_pump(p, WALL + 30);
	assert_true(strstr(buf_cstr(&u.told), "[discover OK 3]") != NULL);
	user_close(&u);
	replay_free(p);
	buf_done(&b);
}

/* Asked for after three readings of it: the last one, not the oldest. */
static void
newest(void **state)
{
	struct user u = {0};
	struct buf b;
	char why[256];
	struct replay *p;

	(void)state;
	put_header(&b);
	put(&b, RECFILE_HOST, 0, 0, 0, STR_LIT("mta1"));
	put_state(&b, 0, 0, LINK_DISCOVERY, ERR_OK, "");
	for (uint64_t i = 0; i < 4; i++) {
		char digit = (char)('0' + i);

		put(&b, RECFILE_START, 0, i, 10, STR_LIT("queue"));
		put(&b, RECFILE_OUT, 0, i, 1, (struct str){&digit, 1});
		put_end(&b, 0, i, 1, ERR_OK, 0);
	}
	p = open_bytes(buf_view(&b), why);
	user_open(&u, p, 0);
	replay_pump(p, WALL + 35);
	buf_reset(&u.told);
	assert_int_equal(ask(&u, 0, "queue", 0), ERR_OK);
	assert_int_equal(ask(&u, 1, "queue", 0), ERR_OK);
	replay_pump(p, WALL + 40);
	assert_string_equal(buf_cstr(&u.told), "queue<2[queue OK 0]");
	replay_pump(p, WALL + 60);
	assert_string_equal(
	    buf_cstr(&u.told), "queue<2[queue OK 0]queue<3[queue OK 0]");
	user_close(&u);
	replay_free(p);
	buf_done(&b);
}

static void
never_recorded(void **state)
{
	struct user u = {0};
	struct exec *e;
	struct buf b;
	char why[256];
	struct replay *p;

	(void)state;
	usual(&b);
	p = open_bytes(buf_view(&b), why);
	user_open(&u, p, 0);
	assert_int_equal(ask(&u, 0, "message", 0), ERR_CLOSED);
	replay_pump(p, WALL + 20);
	buf_reset(&u.told);
	assert_int_equal(ask(&u, 0, "message", 30), ERR_OK);
	assert_int_equal(ask(&u, 1, "message", 0), ERR_OK);
	assert_int_equal(ask(&u, 2, "message", 0), ERR_OK);
	assert_int_equal(ask(&u, 3, "message", 0), ERR_OK);
	e = u.exec[3];
	assert_int_equal(ask(&u, 7, "message", 0), ERR_LIMIT);
	exec_cancel(u.t, e);
	replay_pump(p, WALL + 49);
	assert_string_equal(buf_cstr(&u.told), "");
	replay_pump(p, WALL + 50);
	assert_string_equal(buf_cstr(&u.told), "[message TIMEOUT -1]");
	user_close(&u);
	replay_free(p);
	buf_done(&b);
}

static void
cancel_and_restart(void **state)
{
	struct user u = {.ask = {"log"}, .cancel_first = true};
	struct buf b;
	char why[256];
	struct replay *p;

	(void)state;
	usual(&b);
	p = open_bytes(buf_view(&b), why);
	user_open(&u, p, 0);
	replay_pump(p, WALL + 50);
	assert_string_equal(buf_cstr(&u.told), "{2 OK }{5 OK }log<L1");
	transport_stop(u.t);
	buf_reset(&u.told);
	replay_pump(p, WALL + 60);
	assert_string_equal(buf_cstr(&u.told), "");
	transport_start(u.t); /* in the recording it is logged in */
	assert_string_equal(buf_cstr(&u.told), "");
	replay_pump(p, WALL + 61);
	assert_string_equal(buf_cstr(&u.told), "{5 OK }");
	user_close(&u);
	replay_free(p);
	buf_done(&b);
}

/* Cut after any byte: all whole frames are played, and it says so. */
static void
truncated(void **state)
{
	struct buf b;
	char why[256];

	(void)state;
	usual(&b);
	for (size_t n = 0; n <= b.n; n++) {
		struct user u = {.ask = {"other", "log", "discover"}};
		struct replay *p = open_bytes((struct str){b.p, n}, why);

		if (p == NULL) {
			assert_true(n < 32);
			assert_true(strlen(why) > 0);
			continue;
		}
		if (replay_hosts(p) == 1) {
			user_open(&u, p, 0);
			replay_pump(p, WALL + 5000);
			if (strncmp(USUAL, buf_cstr(&u.told), u.told.n) != 0)
				fail_msg("%zu: %s", n, buf_cstr(&u.told));
			if (n == b.n)
				assert_string_equal(buf_cstr(&u.told), USUAL);
			user_close(&u);
		}
		replay_free(p);
	}
	{
		struct replay *p = open_bytes((struct str){b.p, b.n - 1}, why);

		assert_true(strlen(replay_note(p)) > 0);
		replay_free(p);
	}
	buf_done(&b);
}

/* Whoever was killed ended nothing that ran, and may have cut no frame. */
static void
killed(void **state)
{
	struct buf b;
	char why[256];
	struct replay *p;

	(void)state;
	put_header(&b);
	put(&b, RECFILE_HOST, 0, 0, 0, STR_LIT("mta1"));
	put_state(&b, 0, 5, LINK_DISCOVERY, ERR_OK, "");
	p = open_bytes(buf_view(&b), why);
	assert_string_equal(replay_note(p), "");
	replay_free(p);
	put(&b, RECFILE_START, 0, 0, 0, STR_LIT("log"));
	put(&b, RECFILE_START, 0, 1, 0, STR_LIT("poll"));
	put(&b, RECFILE_OUT, 0, 0, 9, STR_LIT("a"));
	put_end(&b, 0, 1, 0, ERR_OK, 0);
	p = open_bytes(buf_view(&b), why);
	assert_non_null(strstr(replay_note(p), "cut off"));
	replay_free(p);
	put_end(&b, 0, 0, 0, ERR_CANCELLED, -1);
	p = open_bytes(buf_view(&b), why);
	assert_string_equal(replay_note(p), "");
	replay_free(p);
	buf_done(&b);
}

static void
hostile(void **state)
{
	struct user u = {.ask = {"x", "", "log"}};
	struct buf b;
	char why[256];
	struct replay *p;

	(void)state;
	put_header(&b);
	put(&b, RECFILE_OUT, 9, 9, 0, STR_LIT("of nobody"));
	put(&b, RECFILE_HOST, 5, 0, 0, STR_LIT("out of order"));
	put(&b, RECFILE_HOST, 0, 0, 0, STR_LIT("\x1b[2J\0"));
	put(&b, RECFILE_START, 7, 0, 0, STR_LIT("x"));
	put_end(&b, 0, 44, 0, ERR_OK, 0);
	put(&b, RECFILE_STATE, 0, 0, 0, STR_LIT("\xf0"));
	put_state(&b, 0, 0, LINK_DISCOVERY, ERR_OK, "\x1b]0;x\a");
	put(&b, RECFILE_START, 0, 1, 0, STR_LIT("x"));
	put(&b, RECFILE_START, 0, 1, 0, STR_LIT("x")); /* number used twice */
	put(&b, RECFILE_START, 0, UINT64_MAX, 0, STR_LIT(""));
	put(&b, RECFILE_END, 0, 1, 0, STR_LIT("\xff"));
	put(&b, RECFILE_OUT, 0, 1, 0, STR_LIT("y"));
	put_end(&b, 0, 1, 0, ERR_CANCELLED, 0);
	put_end(&b, 0, 1, 0, ERR_OK, 0);
	put(&b, RECFILE_OUT, 0, 2, UINT64_MAX, STR_LIT("end of time"));
	put(&b, RECFILE_OUT, 0, 2, 0, STR_LIT("never"));
	p = open_bytes(buf_view(&b), why);
	assert_non_null(p);
	assert_true(strlen(replay_note(p)) > 0);
	assert_int_equal(replay_hosts(p), 1);
	user_open(&u, p, 0);
	replay_pump(p, INT64_MAX);
	assert_string_equal(buf_cstr(&u.told), "{5 OK \x1b]0;x\a}x<y");
	user_close(&u);
	replay_free(p);
	assert_null(open_bytes(STR_LIT("no recording"), why));
	assert_null(open_bytes(STR_LIT(""), why));
	assert_null(replay_open("/nonexistent/file", why, sizeof(why)));
	assert_true(strstr(why, "/nonexistent/file") != NULL);
	buf_done(&b);
}

/* Frames as long as they may be, far more than the window holds. */
static void
long_frames(void **state)
{
	char *data = malloc(RECFILE_BYTES_MAX);
	struct user u = {.ask = {"log"}};
	struct buf b, want;
	char why[256];
	struct replay *p;

	(void)state;
	assert_non_null(data);
	buf_init(&want, 64u << 20);
	put_header(&b);
	put(&b, RECFILE_HOST, 0, 0, 0, STR_LIT("h"));
	put_state(&b, 0, 0, LINK_DISCOVERY, ERR_OK, "");
	put(&b, RECFILE_START, 0, 0, 0, STR_LIT("log"));
	(void)buf_puts(&want, "{5 OK }");
	for (int i = 0; i < 40; i++) {
		memset(data, 'a' + i % 26, RECFILE_BYTES_MAX);
		put(&b, RECFILE_OUT, 0, 0, 1,
		    (struct str){data, RECFILE_BYTES_MAX});
		(void)buf_puts(&want, "log<");
		(void)buf_add(&want, data, RECFILE_BYTES_MAX);
	}
	p = open_bytes(buf_view(&b), why);
	user_open(&u, p, 0);
	replay_pump(p, WALL + 100);
	assert_int_equal(u.told.n, want.n);
	assert_memory_equal(u.told.p, want.p, want.n);
	user_close(&u);
	replay_free(p);
	buf_done(&b);
	buf_done(&want);
	free(data);
}

static void
take_note(void *ctx, struct str note)
{
	struct buf *b = ctx;

	assert_int_equal(buf_str(b, note), ERR_OK);
	assert_int_equal(buf_putc(b, ';'), ERR_OK);
}

/* What came from elsewhere comes when it is due, once, and in order. */
static void
notes_come_due(void **state)
{
	struct buf b, got;
	struct replay *p;
	char why[256];

	(void)state;
	put_header(&b);
	put(&b, RECFILE_HOST, 0, 0, 0, STR_LIT("h"));
	put(&b, RECFILE_NOTE, 0, 0, 100, STR_LIT("one"));
	put_state(&b, 0, 0, LINK_RESOLVING, ERR_OK, "");
	put(&b, RECFILE_NOTE, 0, 0, 100, STR_LIT("two"));
	put(&b, RECFILE_NOTE, 7, 9, 0, STR_LIT("three"));
	p = open_bytes(buf_view(&b), why);
	assert_non_null(p);
	buf_init(&got, 4096);
	replay_on_note(p, &got, take_note);
	replay_pump(p, WALL + 150);
	assert_string_equal(buf_cstr(&got), "one;");
	replay_pump(p, WALL + 200);
	replay_pump(p, WALL + 300);
	assert_string_equal(buf_cstr(&got), "one;two;three;");
	replay_free(p);
	buf_done(&got);
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plays),
	    cmocka_unit_test(notes_come_due),
	    cmocka_unit_test(in_time),
	    cmocka_unit_test(clock_of_a_jump),
	    cmocka_unit_test(late),
	    cmocka_unit_test(newest),
	    cmocka_unit_test(never_recorded),
	    cmocka_unit_test(cancel_and_restart),
	    cmocka_unit_test(truncated),
	    cmocka_unit_test(killed),
	    cmocka_unit_test(hostile),
	    cmocka_unit_test(long_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
