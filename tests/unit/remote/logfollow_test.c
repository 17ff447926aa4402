/* logfollow_test.c - a real log in a temporary folder, followed by the real
 * script through the local transport: history, rotation, resume, truncation. */
#include "remote/logfollow.h"

#include "core/buf.h"
#include "core/clock.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 60000, LINES = 20000 };

struct fix {
	uv_loop_t loop;
	uv_timer_t tick; /* lets a wait look at its condition */
	struct transport *t;
	struct logfollow *f;
	struct discovery *found;
	char dir[64], log[96];
	bool up, live;
	unsigned breaks, gaps, fails;
	err_t fail_err;
	char fail_why[512], gap_why[512];
	uint64_t gap_bytes;
	struct buf got;
};

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	(void)err;
	(void)text;
	((struct fix *)ctx)->up = st == LINK_DISCOVERY;
}

static void
on_bytes(void *ctx, struct str bytes)
{
	assert_int_equal(buf_str(&((struct fix *)ctx)->got, bytes), ERR_OK);
}

static void
on_break(void *ctx)
{
	((struct fix *)ctx)->breaks++;
}

static void
on_gap(void *ctx, uint64_t bytes, const char *why)
{
	struct fix *x = ctx;

	x->gaps++;
	x->gap_bytes = bytes;
	(void)snprintf(x->gap_why, sizeof(x->gap_why), "%s", why);
}

static void
on_live(void *ctx)
{
	((struct fix *)ctx)->live = true;
}

static void
on_fail(void *ctx, err_t err, const char *why)
{
	struct fix *x = ctx;

	x->fails++;
	x->fail_err = err;
	(void)snprintf(x->fail_why, sizeof(x->fail_why), "%s", why);
}

static void
on_tick(uv_timer_t *t)
{
	(void)t;
}

/* Runs the loop until the condition holds. */
#define WAIT(x, cond)                                                          \
	do {                                                                   \
		int64_t until_ = clock_mono_ms() + PATIENCE_MS;                \
		while (!(cond) && clock_mono_ms() < until_)                    \
			(void)uv_run(&(x)->loop, UV_RUN_ONCE);                 \
		if (!(cond))                                                   \
			print_error("got %zu bytes, gaps %u %s fails %u %s\n", \
			    (x)->got.n, (x)->gaps, (x)->gap_why, (x)->fails,   \
			    (x)->fail_why);                                    \
		assert_true(cond);                                             \
	} while (0)

static void
follow(struct fix *x, int64_t history_ms, uint64_t max_bytes)
{
	struct logfollow_opts o = {.transport = x->t,
	    .loop = &x->loop,
	    .found = x->found,
	    .history_ms = history_ms,
	    .max_bytes = max_bytes,
	    .ctx = x,
	    .on_bytes = on_bytes,
	    .on_break = on_break,
	    .on_gap = on_gap,
	    .on_live = on_live,
	    .on_fail = on_fail};

	x->f = logfollow_new(&o);
	assert_non_null(x->f);
	assert_int_equal(logfollow_start(x->f), ERR_OK);
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
	(void)snprintf(x->log, sizeof(x->log), "%s/mail log", x->dir);
	x->found = calloc(1, sizeof(*x->found));
	assert_non_null(x->found);
	str_copy(
	    x->found->log_path, sizeof(x->found->log_path), str_of(x->log));
	x->found->privilege = PRIV_ROOT;
	buf_init(&x->got, 64 << 20);
	assert_int_equal(uv_loop_init(&x->loop), 0);
	(void)uv_timer_init(&x->loop, &x->tick);
	(void)uv_timer_start(&x->tick, on_tick, 10, 10);
	x->t = transport_new_local(&x->loop, &cb);
	assert_non_null(x->t);
	transport_start(x->t);
	WAIT(x, x->up);
	*state = x;
	return 0;
}

/* Runs a command of the test's own, in the test's folder, and waits for it;
 * $1 is the log. */
static void
shell(const struct fix *x, const char *line)
{
	char cd[] = "cd \"$2\" && eval \"$3\"", sh[] = "sh", opt[] = "-c";
	char *text = str_dup(str_of(line)), *log = str_dup(str_of(x->log)),
	     *dir = str_dup(str_of(x->dir));
	char *argv[] = {sh, opt, cd, sh, log, dir, text, NULL};
	int status = -1;
	pid_t pid = -1;

	assert_int_equal(
	    posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ), 0);
	while (waitpid(pid, &status, 0) != pid)
		continue;
	assert_int_equal(status, 0);
	free(text);
	free(log);
	free(dir);
}

static int
teardown(void **state)
{
	struct fix *x = *state;

	logfollow_free(x->f);
	transport_free(x->t);
	(void)uv_timer_stop(&x->tick);
	uv_close((uv_handle_t *)&x->tick, NULL);
	while (uv_run(&x->loop, UV_RUN_NOWAIT) != 0)
		(void)usleep(1000); /* children are reaped, handles close */
	assert_int_equal(uv_loop_close(&x->loop), 0);
	shell(x, "chmod 700 . && rm -rf \"$(pwd)\"");
	buf_done(&x->got);
	free(x->found);
	free(x);
	return 0;
}

/* Appends to the log as a syslog daemon would: whole lines. */
static void
append(const struct fix *x, const char *text, size_t n)
{
	int fd = open(x->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	assert_int_equal(close(fd), 0);
}

static void
append_lines(const struct fix *x, unsigned from, unsigned to)
{
	struct buf b;

	buf_init(&b, 8 << 20);
	for (unsigned i = from; i < to; i++)
		(void)buf_printf(
		    &b, "Nov 21 23:00:00 h postfix/smtp[1]: line %u\n", i);
	append(x, b.p, b.n);
	buf_done(&b);
}

/* How many lines of what came are there, in order, from 0 on. */
static unsigned
in_order(const struct fix *x, unsigned *strangers)
{
	struct str rest = buf_view(&x->got), line;
	unsigned next = 0;
	char want[80];

	*strangers = 0;
	while (str_line(&rest, &line)) {
		(void)snprintf(want, sizeof(want),
		    "Nov 21 23:00:00 h postfix/smtp[1]: line %u", next);
		if (str_eq(line, str_of(want)))
			next++;
		else
			++*strangers;
	}
	return next;
}

static bool
has_lines(const struct fix *x, unsigned n)
{
	unsigned strangers;

	if (x->got.n == 0 || x->got.p[x->got.n - 1] != '\n')
		return false;
	return in_order(x, &strangers) == n && strangers == 0;
}

/* One line ago_s before now, in one of the two forms. */
static void
dated(struct buf *b, int64_t ago_s, bool rfc3339, const char *text)
{
	time_t t = (time_t)(clock_wall_ms() / 1000 - ago_s);
	struct tm tm;
	char when[64];

	assert_non_null(localtime_r(&t, &tm));
	assert_true(
	    strftime(when, sizeof(when),
		rfc3339 ? "%Y-%m-%dT%H:%M:%S%z" : "%b %e %H:%M:%S", &tm) > 0);
	(void)buf_printf(b, "%s h postfix/smtp[1]: %s\n", when, text);
}

static void
put_file(const struct fix *x, const char *name, int64_t mtime_ago_s,
    const struct buf *b)
{
	char path[128];
	struct timespec ts[2] = {0};
	int fd;

	(void)snprintf(path, sizeof(path), "%s%s", x->log, name);
	fd = open(path, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0640);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, b->p, b->n), (ssize_t)b->n);
	ts[0].tv_sec = ts[1].tv_sec =
	    (time_t)(clock_wall_ms() / 1000 - mtime_ago_s);
	assert_int_equal(futimens(fd, ts), 0);
	assert_int_equal(close(fd), 0);
}

static void
make_history(const struct fix *x, bool rfc3339)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	dated(&b, 5400, rfc3339, "too old");
	dated(&b, 3300, rfc3339, "packed");
	put_file(x, ".2", 3300, &b);
	shell(x, "gzip \"$1.2\"");
	buf_reset(&b);
	dated(&b, 3000, rfc3339, "rotated 1");
	dated(&b, 2000, rfc3339, "rotated 2");
	put_file(x, ".1", 2000, &b);
	buf_reset(&b);
	dated(&b, 1000, rfc3339, "current");
	put_file(x, "", 1000, &b);
	buf_reset(&b);
	(void)buf_puts(&b, "not a rotated log\n");
	put_file(x, ".1.bak", 10, &b);
	put_file(x, ".offset", 10, &b);
	buf_done(&b);
}

static unsigned
count_lines(const struct fix *x)
{
	unsigned n = 0;

	for (size_t i = 0; i < x->got.n; i++)
		n += x->got.p[i] == '\n';
	return n;
}

static void
history_of_both_forms(void **state)
{
	struct fix *x = *state;

	for (int form = 0; form < 2; form++) {
		make_history(x, form == 1);
		follow(x, 3600 * 1000, 1 << 20);
		WAIT(x, x->live);
		assert_int_equal(count_lines(x), 4);
		assert_true(str_find(buf_view(&x->got), STR_LIT("too old")) ==
			    SIZE_MAX);
		assert_non_null(strstr(buf_cstr(&x->got), ": packed\n"));
		assert_non_null(strstr(buf_cstr(&x->got), ": current\n"));
		assert_true(strstr(buf_cstr(&x->got), "rotated 1") <
			    strstr(buf_cstr(&x->got), "rotated 2"));
		assert_int_equal(x->gaps, 0);
		assert_int_equal(x->fails, 0);
		assert_int_equal(x->breaks, 2);
		logfollow_free(x->f);
		x->f = NULL;
		x->live = false;
		x->breaks = 0;
		buf_reset(&x->got);
		shell(x, "rm -f \"$1\"*");
	}
}

static void
history_is_found_in_a_large_file(void **state)
{
	struct fix *x = *state;
	struct buf b;
	char want[64];

	/* 200,000 lines over 20 hours; the last hour are 10,000 of them. */
	buf_init(&b, 32 << 20);
	for (int i = 0; i < 200000; i++) {
		(void)snprintf(want, sizeof(want), "n=%d padding padding", i);
		dated(&b, (int64_t)(200000 - i) * 72 / 200, false, want);
	}
	put_file(x, "", 0, &b);
	follow(x, 3600 * 1000 - 180, 64 << 20);
	WAIT(x, x->live);
	assert_in_range(count_lines(x), 9980, 10010);
	/* Whole lines, up to the last one. */
	assert_true(x->got.n > 0 && memcmp(x->got.p + 6, " ", 1) == 0);
	assert_true(
	    str_ends(buf_view(&x->got), STR_LIT("n=199999 padding padding\n")));
	buf_done(&b);
}

static void
history_is_bounded_in_bytes(void **state)
{
	struct fix *x = *state;

	append_lines(x, 0, 2000);
	follow(x, (int64_t)1000 * 86400 * 3650, 10000);
	WAIT(x, x->live);
	assert_in_range(x->got.n, 9000, 10000);
	assert_true(str_ends(buf_view(&x->got), STR_LIT("line 1999\n")));
	assert_true(str_starts(buf_view(&x->got), STR_LIT("Nov 21")));
}

/* As logrotate does: each goes one further, packed or not. Every other time
 * the new file is there at once (create), else with its next line. */
static void
rotate(const struct fix *x, unsigned nth)
{
	shell(x, "for n in 8 7 6 5 4 3 2 1; do m=$((n + 1)); "
		 "[ ! -e \"$1.$n\" ] || mv \"$1.$n\" \"$1.$m\"; "
		 "[ ! -e \"$1.$n.gz\" ] || mv \"$1.$n.gz\" \"$1.$m.gz\"; "
		 "done; mv \"$1\" \"$1.1\"");
	if (nth % 2 == 1)
		shell(x, ": >\"$1\"");
}

static void
follows_across_rotation(void **state)
{
	struct fix *x = *state;
	unsigned n = 0;

	append_lines(x, 0, 1);
	follow(x, (int64_t)1000 * 86400 * 3650, 1 << 30);
	WAIT(x, x->live);
	for (unsigned round = 0; round < 4; round++) {
		unsigned to = LINES * (round + 1) / 4;

		for (n = n == 0 ? 1 : n; n < to; n += n % 97 + 1)
			append_lines(
			    x, n, n + n % 97 + 1 < to ? n + n % 97 + 1 : to);
		n = to;
		if (round < 3)
			rotate(x, round);
	}
	WAIT(x, has_lines(x, LINES));
	assert_int_equal(x->gaps, 0);
	assert_int_equal(x->fails, 0);
}

/* Kills the far side, wherever it is, until its end is told: between two runs
 * there is nothing to kill. */
static void
kill_far_side(struct fix *x)
{
	int64_t until = clock_mono_ms() + PATIENCE_MS;
	unsigned before = x->fails;

	while (x->fails == before && clock_mono_ms() < until) {
		int64_t pause;

		/* All of its session: what a dead connection leaves. */
		shell(x,
		    "me=$(ps -o sid= -p $$); "
		    "for p in $(pgrep -f \"^sh -c .*mtadeck-log.*$1\"); do "
		    "s=$(ps -o sid= -p \"$p\"); "
		    "[ -z \"$s\" ] || [ \"$s\" = \"$me\" ] || "
		    "pkill -9 -s \"${s##* }\"; done; true");
		/* From here: the shell alone may have taken longer. */
		pause = clock_mono_ms() + 300;
		while (x->fails == before && clock_mono_ms() < pause)
			(void)uv_run(&x->loop, UV_RUN_ONCE);
	}
	assert_int_equal(x->fails, before + 1);
	assert_int_equal(x->fail_err, ERR_EXIT);
}

static void
resumes_after_kill(void **state)
{
	struct fix *x = *state;
	unsigned n = 0, kills = 0;

	append_lines(x, 0, 1);
	n = 1;
	follow(x, (int64_t)1000 * 86400 * 3650, 1 << 30);
	WAIT(x, x->got.n > 0);
	while (n < LINES) {
		unsigned to = n + 1500 < LINES ? n + 1500 : LINES;

		append_lines(x, n, to);
		n = to;
		if (kills == 3 || kills == 8)
			rotate(x, 1);
		if (kills == 6)
			shell(x, "gzip \"$1.1\"");
		if (kills % 2 == 0) {
			kill_far_side(x);
		} else {
			logfollow_pause(x->f);
		}
		kills++;
		assert_int_equal(logfollow_start(x->f), ERR_OK);
	}
	WAIT(x, has_lines(x, LINES));
	assert_int_equal(x->gaps, 0);
}

static void
says_when_truncated(void **state)
{
	struct fix *x = *state;

	append_lines(x, 0, 100);
	follow(x, (int64_t)1000 * 86400 * 3650, 1 << 30);
	WAIT(x, x->live && has_lines(x, 100));
	shell(x, "cp \"$1\" \"$1.1\" && : >\"$1\"");
	append_lines(x, 100, 110);
	WAIT(x, x->gaps == 1 && has_lines(x, 110));
	assert_non_null(strstr(x->gap_why, "truncated"));
	append_lines(x, 110, 120);
	WAIT(x, has_lines(x, 120));
	assert_int_equal(x->fails, 0);
	/* While nobody looked: the copy has the rest, nothing is lost. */
	logfollow_pause(x->f);
	append_lines(x, 120, 130);
	shell(x, "cp \"$1\" \"$1.2\" && : >\"$1\"");
	append_lines(x, 130, 131);
	assert_int_equal(logfollow_start(x->f), ERR_OK);
	WAIT(x, has_lines(x, 131));
	assert_int_equal(x->gaps, 1);
	/* And without a copy it is said. */
	logfollow_pause(x->f);
	shell(x, "rm -f \"$1\".* && : >\"$1\"");
	append_lines(x, 131, 132);
	assert_int_equal(logfollow_start(x->f), ERR_OK);
	WAIT(x, x->gaps == 2 && has_lines(x, 132));
}

static void
says_what_was_rotated_away(void **state)
{
	struct fix *x = *state;

	append_lines(x, 0, 10);
	follow(x, (int64_t)1000 * 86400 * 3650, 1 << 30);
	WAIT(x, has_lines(x, 10));
	logfollow_pause(x->f);
	append_lines(x, 10, 20);
	/* The new file exists before the old one goes: another inode. */
	shell(x, "mv \"$1\" old && : >\"$1\" && rm old");
	append_lines(x, 10, 30);
	assert_int_equal(logfollow_start(x->f), ERR_OK);
	WAIT(x, has_lines(x, 30));
	assert_int_equal(x->gaps, 1);
	assert_non_null(strstr(x->gap_why, "rotated away"));
}

static void
waits_for_a_missing_file(void **state)
{
	struct fix *x = *state;

	follow(x, (int64_t)1000 * 86400 * 3650, 1 << 20);
	WAIT(x, x->live && x->gaps == 1);
	assert_non_null(strstr(x->gap_why, "not there yet"));
	append_lines(x, 0, 5);
	WAIT(x, has_lines(x, 5) || x->fails > 0);
	assert_int_equal(x->fails, 0);
}

static void
says_when_it_may_not_read(void **state)
{
	struct fix *x = *state;

	/* A folder in its place: opened, but never read, by root either. */
	shell(x, "mkdir \"$1\"");
	follow(x, 3600 * 1000, 1 << 20);
	WAIT(x, x->fails == 1);
	assert_int_equal(x->fail_err, ERR_EXIT);
	assert_non_null(strstr(x->fail_why, "cannot be read"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		history_of_both_forms, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		history_is_found_in_a_large_file, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		history_is_bounded_in_bytes, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		follows_across_rotation, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		resumes_after_kill, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		says_when_truncated, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		says_what_was_rotated_away, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		waits_for_a_missing_file, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		says_when_it_may_not_read, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
