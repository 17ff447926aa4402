/*
 * openssh_ask_test.c - questions through the script as ssh starts it: a child
 * with the question as its argument, the answer on its stdout.
 */
#include "remote/openssh_ask.h"

#include "remote/proc.h"

#include "core/buf.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define KEY_QUESTION "Enter passphrase for key '/k/it''s': "
#define HOST_QUESTION                                                          \
	"The authenticity of host 'h (1.2.3.4)' can't be established.\n"       \
	"RSA key fingerprint is SHA256:x.\nAre you sure (yes/no)? "

struct fix {
	uv_loop_t loop;
	struct rundir *dir;
	struct openssh_ask *ask;
	bool yes;
	const char *secret;
	unsigned asked, refused;
	enum ask_kind kind;
	char subject[256];
	struct buf out;
	int status;
	bool ended;
};

static void
on_ask(void *ctx, enum ask_kind kind, const char *subject)
{
	struct fix *f = ctx;

	f->asked++;
	f->kind = kind;
	str_copy(f->subject, sizeof(f->subject), str_of(subject));
	openssh_ask_answer(f->ask, f->yes, f->secret);
}

static void
on_refused(void *ctx, enum ask_kind kind, const char *subject)
{
	struct fix *f = ctx;

	f->refused++;
	f->kind = kind;
	str_copy(f->subject, sizeof(f->subject), str_of(subject));
}

static void
on_out(void *ctx, struct str b)
{
	assert_int_equal(buf_str(&((struct fix *)ctx)->out, b), ERR_OK);
}

static void
on_end(void *ctx, err_t err, int status, int signum)
{
	struct fix *f = ctx;

	assert_int_equal(err, ERR_OK);
	assert_int_equal(signum, 0);
	f->status = status;
	f->ended = true;
}

/* Runs the script as ssh does; what it answered. */
static const char *
answer(struct fix *f, const char *question)
{
	const char *argv[] = {openssh_ask_program(f->ask), question, NULL};
	struct proc_opts o = {.argv = argv,
	    .timeout_ms = 10000,
	    .ctx = f,
	    .on_out = on_out,
	    .on_end = on_end};
	struct proc *p;

	buf_reset(&f->out);
	f->ended = false;
	assert_int_equal(proc_start(&f->loop, &o, &p), ERR_OK);
	(void)uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_true(f->ended);
	return buf_cstr(&f->out);
}

static void
begin(struct fix *f, bool somebody)
{
	struct openssh_ask_cb cb = {.ctx = f,
	    .on_ask = somebody ? on_ask : NULL,
	    .on_refused = on_refused};

	*f = (struct fix){0};
	buf_init(&f->out, 4096);
	assert_int_equal(uv_loop_init(&f->loop), 0);
	assert_int_equal(rundir_new(&f->dir), ERR_OK);
	assert_int_equal(
	    openssh_ask_new(&f->ask, &f->loop, f->dir, &cb), ERR_OK);
	openssh_ask_begin(f->ask);
}

static void
finish(struct fix *f)
{
	openssh_ask_free(f->ask);
	rundir_drop(f->dir);
	assert_int_equal(uv_run(&f->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	buf_done(&f->out);
}

static void
host_keys(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, true);
	f.yes = true;
	assert_string_equal(answer(&f, HOST_QUESTION), "yes\n");
	assert_int_equal(f.kind, ASK_HOSTKEY);
	assert_string_equal(f.subject, "RSA SHA256:x (h)");
	f.yes = false;
	assert_string_equal(answer(&f, HOST_QUESTION), "no\n");
	assert_int_equal(f.asked, 2);
	assert_int_equal(f.refused, 1);
	finish(&f);
}

static void
passphrases(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, true);
	f.yes = true;
	f.secret = " a b\\n'\"$(id)`id`%s ";
	assert_string_equal(
	    answer(&f, KEY_QUESTION), " a b\\n'\"$(id)`id`%s \n");
	assert_int_equal(f.kind, ASK_PASSPHRASE);
	assert_int_equal(f.asked, 1);
	/* Asked again by the same connection: it was wrong. */
	f.secret = "right";
	assert_string_equal(answer(&f, KEY_QUESTION), "right\n");
	assert_int_equal(f.asked, 2);
	/* By the next one: remembered. */
	openssh_ask_begin(f.ask);
	f.secret = "other";
	assert_string_equal(answer(&f, KEY_QUESTION), "right\n");
	assert_int_equal(f.asked, 2);
	assert_string_equal(
	    answer(&f, "Enter passphrase for key '/k/2': "), "other\n");
	f.secret = NULL; /* none given */
	openssh_ask_begin(f.ask);
	assert_string_equal(
	    answer(&f, "Enter passphrase for key '/k/3': "), "\n");
	assert_int_equal(f.refused, 1);
	finish(&f);
}

static void
nobody(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, false);
	assert_string_equal(answer(&f, HOST_QUESTION), "no\n");
	assert_string_equal(answer(&f, KEY_QUESTION), "\n");
	assert_int_equal(f.refused, 2);
	assert_int_equal(f.asked, 0);
	assert_string_equal(answer(&f, "root@h's password: "), "\n");
	assert_int_equal(f.refused, 2);
	finish(&f);
}

/* ssh only tells something (touch the key): nobody is asked, it ends. */
static void
notes(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, true);
	assert_int_equal(setenv("SSH_ASKPASS_PROMPT", "none", 1), 0);
	assert_string_equal(answer(&f, "Confirm user presence for key"), "");
	assert_int_equal(unsetenv("SSH_ASKPASS_PROMPT"), 0);
	assert_int_equal(f.asked, 0);
	finish(&f);
}

/* An answer nobody fetched is not the next question's. */
static void
not_fetched(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, true);
	f.yes = true;
	f.secret = "stale";
	(void)answer(&f, KEY_QUESTION);
	openssh_ask_answer(f.ask, true, "unasked");
	openssh_ask_end(f.ask);
	openssh_ask_begin(f.ask);
	assert_string_equal(answer(&f, HOST_QUESTION), "yes\n");
	finish(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(host_keys),
	    cmocka_unit_test(passphrases),
	    cmocka_unit_test(nobody),
	    cmocka_unit_test(notes),
	    cmocka_unit_test(not_fetched),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
