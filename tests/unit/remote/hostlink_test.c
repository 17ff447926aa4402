/* hostlink_test.c - a host's life, played from recordings made by hand: times
 * of log lines over weeks and over a change of the clocks, discovery that does
 * not come to its end. */
#include "remote/hostlink.h"

#include "core/buf.h"
#include "core/clock.h"
#include "remote/recfile.h"
#include "remote/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000 };
#define START_MS INT64_C(1795303922173) /* 2026-11-21T23:32:02Z */
#define DAY_MS	 INT64_C(86400000)
#define FOUND                                                                  \
	"== time\n1795303922.173 +0900\n== main /etc/postfix\n"                \
	"mail_version = 3.7.11\n== log\npath /var/log/mail.log\n"              \
	"access direct\n== time2\n1795303922.173\n== end\n"

#define NOT_FOUND                                                              \
	"== time\n1795303922.173 +0900\n== nopostfix\nmta exim4\n== end\n"

struct run {
	uv_loop_t loop;
	struct buf rec;
	struct replay *replay;
	struct hostlink *link;
	int64_t line_ms[8];
	size_t n_lines;
	struct buf told; /* states, as their names */
	char act[512];	 /* what an act was told */
};

static void
put(struct run *x, uint8_t kind, uint64_t exec, int64_t dt_ms, struct str bytes)
{
	char head[RECFILE_HEAD_MAX];
	struct recfile_frame f = {.kind = kind,
	    .exec = exec,
	    .dt_ms = (uint64_t)dt_ms,
	    .bytes = bytes};
	size_t n = recfile_put_head(head, &f);

	assert_int_equal(buf_add(&x->rec, head, n), ERR_OK);
	assert_int_equal(buf_str(&x->rec, bytes), ERR_OK);
}

static void
put_text(
    struct run *x, uint8_t kind, uint64_t exec, int64_t dt_ms, const char *text)
{
	put(x, kind, exec, dt_ms, str_of(text));
}

static void
put_state(struct run *x, int64_t dt_ms, enum link_state st, err_t err)
{
	char s[RECFILE_TEXT_MAX];
	size_t n = recfile_put_state(s, sizeof s, st, err, str_of(""));

	put(x, RECFILE_STATE, 0, dt_ms, (struct str){s, n});
}

static void
put_login(struct run *x, int64_t dt_ms)
{
	put_state(x, dt_ms, LINK_DISCOVERY, ERR_OK);
}

static void
put_end(struct run *x, uint64_t exec, int64_t dt_ms, err_t err)
{
	char s[64];
	size_t n = recfile_put_end(s, sizeof s, err, 0, "");

	put(x, RECFILE_END, exec, dt_ms, (struct str){s, n});
}

static void
put_discovery(struct run *x, uint64_t exec, const char *text, err_t err)
{
	put_text(x, RECFILE_START, exec, 0, "discover");
	put_text(x, RECFILE_OUT, exec, 0, text);
	put_end(x, exec, 0, err);
}

static int64_t
now_ms(void *ctx)
{
	return replay_now_ms(((struct run *)ctx)->replay);
}

static void
emit(void *ctx, const struct event *ev)
{
	struct run *x = ctx;

	if (ev->kind == EVT_LINK)
		(void)buf_printf(&x->told, " %s%s%s",
		    link_state_name(ev->u.link.state),
		    ev->u.link.err == ERR_OK ? "" : ":",
		    ev->u.link.err == ERR_OK ? "" : err_name(ev->u.link.err));
	if (ev->kind != EVT_LOG)
		return;
	for (size_t i = 0; i < ev->u.log.n && x->n_lines < 8; i++)
		x->line_ms[x->n_lines++] = ev->u.log.recs[i].at_ms;
}

static void
begin(struct run *x)
{
	char head[RECFILE_HEADER_MAX];

	memset(x, 0, sizeof *x);
	buf_init(&x->rec, 1 << 20);
	buf_init(&x->told, 4096);
	assert_int_equal(
	    buf_add(&x->rec, head, recfile_put_header(head, START_MS)), ERR_OK);
	put_text(x, RECFILE_HOST, 0, 0, "mta1");
	put_login(x, 0);
}

/* Plays all of it. */
static void
play(struct run *x)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	struct hostlink_opts o = {.loop = &x->loop,
	    .want_log = true,
	    .want_poll = true,
	    .poll_ms = 5000,
	    .ctx = x,
	    .now_ms = now_ms,
	    .emit = emit};
	char why[256];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, x->rec.p, x->rec.n), x->rec.n);
	assert_int_equal(uv_loop_init(&x->loop), 0);
	x->replay = replay_open_fd(fd, "rec", why, sizeof why);
	assert_non_null(x->replay);
	o.replay = x->replay;
	str_copy(o.target.name, sizeof o.target.name, STR_LIT("mta1"));
	x->link = hostlink_new(&o);
	assert_non_null(x->link);
	hostlink_start(x->link);
	replay_pump(x->replay, replay_end_ms(x->replay));
}

/* Plays on until so much was told. */
static void
until(struct run *x, const char *told)
{
	int64_t until_ms = clock_mono_ms() + PATIENCE_MS;

	while (strcmp(buf_cstr(&x->told), told) != 0 &&
	       clock_mono_ms() < until_ms) {
		(void)uv_run(&x->loop, UV_RUN_NOWAIT);
		replay_pump(x->replay, replay_end_ms(x->replay));
	}
	assert_string_equal(buf_cstr(&x->told), told);
}

static void
end(struct run *x)
{
	hostlink_free(x->link);
	(void)uv_run(&x->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&x->loop), 0);
	replay_free(x->replay);
	buf_done(&x->rec);
	buf_done(&x->told);
}

/* Left running: a line is of today, not of a year ago. */
static void
lines_of_a_week_later(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	put_discovery(&x, 0, FOUND, ERR_OK);
	put_text(&x, RECFILE_START, 1, 0, "log");
	put_text(&x, RECFILE_ERR, 1, 0, "file 1 2 0 - -\nlive 0\n");
	put_text(&x, RECFILE_OUT, 1, 0, "Nov 22 08:32:02 mta1 a[1]: b\n");
	put_text(
	    &x, RECFILE_OUT, 1, 10 * DAY_MS, "Dec  2 08:32:02 mta1 a[1]: b\n");
	put_text(
	    &x, RECFILE_OUT, 1, 32 * DAY_MS, "Jan  3 08:32:02 mta1 a[1]: b\n");
	play(&x);
	assert_int_equal(x.n_lines, 3);
	assert_int_equal(x.line_ms[0], START_MS - 173);
	assert_int_equal(x.line_ms[1], START_MS - 173 + 10 * DAY_MS);
	assert_int_equal(x.line_ms[2], START_MS - 173 + 42 * DAY_MS);
	end(&x);
}

/* Summer time ended on the host; its next reading says so. */
static void
lines_after_the_clocks_changed(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	put_discovery(&x, 0, FOUND, ERR_OK);
	put_text(&x, RECFILE_START, 1, 0, "log");
	put_text(&x, RECFILE_START, 2, 0, "poll");
	put_text(&x, RECFILE_OUT, 2, 0, "now 1795303922.2 +0900\nend\n");
	put_text(&x, RECFILE_ERR, 1, 0, "file 1 2 0 - -\nlive 0\n");
	put_text(&x, RECFILE_OUT, 1, 0, "Nov 22 08:32:02 mta1 a[1]: b\n");
	put_text(&x, RECFILE_OUT, 2, 5000, "now 1795303927.2 +0800\nend\n");
	put_text(&x, RECFILE_OUT, 1, 0, "Nov 22 07:32:07 mta1 a[1]: b\n");
	/* who says none has not changed it */
	put_text(&x, RECFILE_OUT, 2, 5000, "now 1795303932.2\nend\n");
	put_text(&x, RECFILE_OUT, 1, 0, "Nov 22 07:32:12 mta1 a[1]: b\n");
	play(&x);
	assert_int_equal(x.n_lines, 3);
	assert_int_equal(x.line_ms[0], START_MS - 173);
	assert_int_equal(x.line_ms[1], START_MS - 173 + 5000);
	assert_int_equal(x.line_ms[2], START_MS - 173 + 10000);
	end(&x);
}

/* What was wrong with the log is over when it is followed again. */
static void
log_that_fails_and_comes_back(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	put_discovery(&x, 0, FOUND, ERR_OK);
	put_text(&x, RECFILE_START, 1, 0, "log");
	put_text(&x, RECFILE_ERR, 1, 0, "file 1 2 0 - -\nlive 0\n");
	put_end(&x, 1, 1000, ERR_TIMEOUT);
	put_text(&x, RECFILE_START, 2, 5000, "log");
	put_text(&x, RECFILE_ERR, 2, 0, "file 1 2 0 - -\nlive 0\n");
	play(&x);
	until(&x, " discovery up up:TIMEOUT up");
	end(&x);
}

/* Too busy to say what runs there: asked again. */
static void
discovery_that_takes_too_long(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	put_discovery(&x, 0, "== time\n", ERR_TIMEOUT);
	put_login(&x, 2000);
	put_discovery(&x, 1, FOUND, ERR_OK);
	play(&x);
	assert_string_equal(
	    buf_cstr(&x.told), " discovery waiting:TIMEOUT discovery up");
	end(&x);
}

/* Once it had a Postfix: it is being upgraded. */
static void
discovery_of_a_postfix_that_is_gone(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	put_discovery(&x, 0, FOUND, ERR_OK);
	put_login(&x, 2000);
	put_discovery(&x, 1, NOT_FOUND, ERR_OK);
	put_login(&x, 2000);
	put_discovery(&x, 2, FOUND, ERR_OK);
	play(&x);
	assert_string_equal(buf_cstr(&x.told),
	    " discovery up discovery waiting:NOTPOSTFIX discovery up");
	end(&x);
}

/* Never had one: no use in asking again and again. */
static void
discovery_of_no_postfix(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	put_discovery(&x, 0, NOT_FOUND, ERR_OK);
	play(&x);
	assert_string_equal(buf_cstr(&x.told), " discovery failed:NOTPOSTFIX");
	end(&x);
}

/* Our VPN was down for a while: nobody knew the name. */
static void
name_that_is_gone_for_a_while(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	put_discovery(&x, 0, FOUND, ERR_OK);
	put_state(&x, 1000, LINK_WAITING, ERR_CLOSED);
	put_state(&x, 1000, LINK_FAILED, ERR_NAME);
	put_login(&x, 1000);
	put_discovery(&x, 1, FOUND, ERR_OK);
	put_state(&x, 1000, LINK_FAILED, ERR_KEYCHANGED);
	play(&x);
	assert_string_equal(buf_cstr(&x.told),
	    " discovery up up:CLOSED waiting:CLOSED waiting:NAME "
	    "discovery up up:CLOSED failed:KEYCHANGED");
	end(&x);

	/* never reached: most likely it is misspelt */
	begin(&x);
	put_state(&x, 1000, LINK_FAILED, ERR_NAME);
	play(&x);
	assert_string_equal(buf_cstr(&x.told), " discovery failed:NAME");
	end(&x);
}

static void
on_act_state(void *ctx, host_id host, const struct act_state *st, err_t err,
    const char *text)
{
	struct run *x = ctx;

	(void)host;
	assert_null(st);
	assert_int_equal(err, ERR_LIMIT);
	str_copy(x->act, sizeof x->act, str_of(text));
}

/* What an act cannot have a channel for is named. */
static void
act_on_a_host_that_is_busy(void **state)
{
	struct hostlink_act_cb cb = {.on_state = on_act_state};
	int64_t until_ms = clock_mono_ms() + PATIENCE_MS;
	struct run x;

	(void)state;
	cb.ctx = &x;
	begin(&x);
	put_discovery(&x, 0, FOUND, ERR_OK);
	put_text(&x, RECFILE_START, 1, 0, "log");
	put_text(&x, RECFILE_START, 2, 0, "poll");
	play(&x);
	assert_non_null(hostlink_askable(x.link));
	hostlink_message(x.link, 0, STR_LIT("4bXYZ1234z"));
	hostlink_match(x.link, QD_SENDER, STR_LIT("a@example.org"));
	hostlink_act_read(hostlink_acts(x.link, &cb), hostlink_askable(x.link),
	    NULL, (struct str){NULL, 0});
	while (x.act[0] == '\0' && clock_mono_ms() < until_ms)
		(void)uv_run(&x.loop, UV_RUN_ONCE);
	assert_string_equal(x.act,
	    "too busy: all channels to the host are in use (the log, the "
	    "counts, messages looked for, a message); try again");
	end(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_of_a_week_later),
	    cmocka_unit_test(lines_after_the_clocks_changed),
	    cmocka_unit_test(log_that_fails_and_comes_back),
	    cmocka_unit_test(discovery_that_takes_too_long),
	    cmocka_unit_test(discovery_of_a_postfix_that_is_gone),
	    cmocka_unit_test(discovery_of_no_postfix),
	    cmocka_unit_test(name_that_is_gone_for_a_while),
	    cmocka_unit_test(act_on_a_host_that_is_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
