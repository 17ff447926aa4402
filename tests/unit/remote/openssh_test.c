/*
 * openssh_test.c - the transport through an ssh program of our own making: what
 * it says decides, so every end of a login can be had without a host. Real
 * sshds are tests/e2e/openssh_transport.sh's.
 */
#include "remote/transport.h"

#include "core/buf.h"
#include "core/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* The host's name says what is to happen. A client runs its command here, if
 * nothing but the master could bring it to a host. */
static const char fake_ssh[] =
    "#!/bin/sh\n"
    "for a; do case $a in\n"
    "-G) printf 'hostname h\\nuser root\\nport 22\\n'; exit 0 ;;\n"
    "-M) master=1 ;;\n"
    "esac; last=$a; done\n"
    "say() { printf 'debug1: %s\\r\\n' \"$@\" >&2; }\n"
    "up() { say 'Connecting to h [127.0.0.1] port 22.' \\\n"
    "    'Connection established.' 'Remote protocol version 2.0' \\\n"
    "    \"Authenticating to h:22 as 'root'\" \\\n"
    "    'SSH2_MSG_SERVICE_ACCEPT received'; sleep 0.1; }\n"
    "for a; do [ \"$p\" = -- ] && host=$a && break; p=$a; done\n"
    "if [ -z \"$master\" ]; then\n"
    "  case \"$*\" in\n"
    "  '-F /dev/null -S '*' -q '*' -oProxyCommand=false -- mtadeck '*) ;;\n"
    "  *) echo \"client: $*\"; exit 99 ;;\n"
    "  esac\n"
    "  exec /bin/sh -c \"$last\"\n"
    "fi\n"
    "case $host in\n"
    "good) up; printf 'motd\\nmtadeck-mtadeck-u'; sleep 0.05; echo p\n"
    "    exec cat >/dev/null ;;\n"
    "dies) up; echo mtadeck-up; sleep 0.3\n"
    "    echo 'Connection to h closed by remote host.' >&2; exit 255 ;;\n"
    "silent) say 'Connection established.'; exec sleep 60 ;;\n"
    "shell) up; exec sleep 60 ;;\n"
    "refused) echo 'ssh: connect to host h port 22: Connection refused' >&2\n"
    "    exit 255 ;;\n"
    "asks) up; a=$(\"$SSH_ASKPASS\" \"Enter passphrase for key '/k': \")\n"
    "    [ \"$a\" = sesame ] && echo mtadeck-up && exec cat >/dev/null\n"
    "    echo 'root@h: Permission denied (publickey).' >&2; exit 255 ;;\n"
    "esac\n";

static char bin[] = "/tmp/openssh_test_XXXXXX";

struct fix {
	uv_loop_t loop;
	struct transport *t;
	struct buf told; /* states, ends, output, in order */
	char text[600];	 /* of the last state with an error */
	bool over;	 /* WAITING or FAILED came */
	bool up;
	unsigned asked, calls;
	const char *command; /* to run once logged in; NULL = none */
	const char *secret;  /* NULL = nobody is there */
};

static void
on_out(void *ctx, struct str b)
{
	struct fix *f = ctx;

	f->calls++;
	assert_int_equal(buf_str(&f->told, b), ERR_OK);
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct fix *f = ctx;

	f->calls++;
	(void)buf_printf(&f->told, "[%s %d%s]", err_name(err), status, signal);
}

static err_t
run(struct fix *f, const char *command)
{
	struct exec *e;
	struct exec_opts o = {.name = "t",
	    .command = command,
	    .ctx = f,
	    .on_out = on_out,
	    .on_err = on_out,
	    .on_end = on_end};

	return transport_exec(f->t, &o, &e);
}

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct fix *f = ctx;

	f->calls++;
	(void)buf_printf(&f->told, "%d ", (int)st);
	f->up = st == LINK_DISCOVERY;
	f->over = st == LINK_WAITING || st == LINK_FAILED;
	assert_int_equal(f->over, err != ERR_OK);
	if (f->over) {
		(void)buf_printf(&f->told, "%s", err_name(err));
		str_copy(f->text, sizeof(f->text), str_of(text));
		assert_int_equal(run(f, "true"), ERR_CLOSED);
	}
	if (f->up && f->command != NULL)
		assert_int_equal(run(f, f->command), ERR_OK);
}

static void
on_ask(void *ctx, const struct ask *ask)
{
	struct fix *f = ctx;

	f->calls++;
	f->asked++;
	assert_int_equal(ask->kind, ASK_PASSPHRASE);
	assert_string_equal(ask->subject, "/k");
	transport_answer(f->t, true, f->secret);
}

static void
begin(struct fix *f, const char *host, const char *command, const char *secret)
{
	struct target to = {.connect_timeout_ms = 4000};
	struct transport_cb cb = {.ctx = f,
	    .on_state = on_state,
	    .on_ask = secret == NULL ? NULL : on_ask};

	*f = (struct fix){.command = command, .secret = secret};
	str_copy(to.name, sizeof(to.name), str_of(host));
	buf_init(&f->told, 65536);
	assert_int_equal(uv_loop_init(&f->loop), 0);
	f->t = transport_new_openssh(&f->loop, &to, &cb);
	assert_non_null(f->t);
	transport_start(f->t);
	assert_int_equal(f->calls, 0); /* from the loop, not from start() */
}

static void
until(struct fix *f, const bool *what)
{
	int64_t end_ms = clock_mono_ms() + 60000;

	while (!*what && clock_mono_ms() < end_ms)
		(void)uv_run(&f->loop, UV_RUN_ONCE);
	assert_true(*what);
}

/* Entries of our XDG_RUNTIME_DIR. */
static unsigned
entries(void)
{
	DIR *d = opendir(getenv("XDG_RUNTIME_DIR"));
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	assert_int_equal(closedir(d), 0);
	return n - 2; /* . and .. */
}

static void
finish(struct fix *f)
{
	unsigned calls;

	transport_stop(f->t);
	calls = f->calls;
	transport_free(f->t);
	assert_int_equal(uv_run(&f->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	assert_int_equal(f->calls, calls);
	assert_int_equal(entries(), 0);
	buf_done(&f->told);
}

static void
steps(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, "good", "echo out; exit 4", NULL);
	assert_int_equal(run(&f, "true"), ERR_CLOSED);
	until(&f, &f.up);
	while (strchr(buf_cstr(&f.told), ']') == NULL)
		(void)uv_run(&f.loop, UV_RUN_ONCE);
	assert_string_equal(buf_cstr(&f.told), "1 2 3 4 5 out\n[OK 4]");
	assert_int_equal(entries(), 1);
	transport_start(f.t); /* it is: nothing happens */
	(void)uv_run(&f.loop, UV_RUN_NOWAIT);
	finish(&f);
}

static void
master_dies(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, "dies", "echo begun; exec sleep 60", NULL);
	until(&f, &f.over);
	/* The command's end is told before the link's. */
	assert_string_equal(
	    buf_cstr(&f.told), "1 2 3 4 5 begun\n[CLOSED -1]7 CLOSED");
	assert_true(strstr(f.text, "closed by remote host") != NULL);
	buf_reset(&f.told);
	f.command = "exit 255"; /* what a client says when its master dies */
	transport_start(f.t);
	f.over = false;
	until(&f, &f.over);
	assert_string_equal(buf_cstr(&f.told), "1 2 3 4 5 [CLOSED -1]7 CLOSED");
	finish(&f);
}

static void
time_outs(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, "silent", NULL, NULL);
	until(&f, &f.over);
	assert_string_equal(buf_cstr(&f.told), "1 3 7 TIMEOUT");
	assert_true(strstr(f.text, "said nothing") != NULL);
	finish(&f);
	begin(&f, "shell", NULL, NULL);
	until(&f, &f.over);
	assert_string_equal(buf_cstr(&f.told), "1 2 3 4 7 TIMEOUT");
	finish(&f);
}

static void
no_login(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, "refused", NULL, NULL);
	until(&f, &f.over);
	assert_string_equal(buf_cstr(&f.told), "1 7 CONNREFUSED");
	assert_true(strstr(f.text, "refused: h port 22 refused") == f.text);
	finish(&f);
	begin(&f, "-oProxyCommand=id", NULL, NULL);
	until(&f, &f.over);
	assert_string_equal(buf_cstr(&f.told), "9 PARSE");
	finish(&f);
}

static void
asks(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, "asks", NULL, "sesame");
	until(&f, &f.up);
	assert_string_equal(buf_cstr(&f.told), "1 2 3 4 8 4 5 ");
	assert_int_equal(f.asked, 1);
	finish(&f);
	begin(&f, "asks", NULL, NULL);
	until(&f, &f.over);
	assert_string_equal(buf_cstr(&f.told), "1 2 3 4 9 AUTH");
	assert_true(strstr(f.text, "/k needs its passphrase") != NULL);
	finish(&f);
}

/* Stopped at any moment of a login: no word after it, nothing left. */
static void
stopped(void **state)
{
	static const char *const hosts[] = {"good", "silent", "asks", "dies"};
	struct fix f;

	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		begin(&f, hosts[i % 4], "exec sleep 60", NULL);
		for (int64_t end_ms = clock_mono_ms() + i * 30;
		     clock_mono_ms() < end_ms; uv_sleep(1))
			(void)uv_run(&f.loop, UV_RUN_NOWAIT);
		finish(&f);
	}
}

static void
no_program(void **state)
{
	char *path = strdup(getenv("PATH"));
	struct fix f;

	(void)state;
	assert_non_null(path);
	assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
	begin(&f, "good", NULL, NULL);
	until(&f, &f.over);
	assert_true(strstr(f.text, "install openssh-client") != NULL);
	assert_int_equal(setenv("PATH", path, 1), 0);
	free(path);
	finish(&f);
}

static int
set_up(void **state)
{
	char path[4096], file[64];
	int fd;

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(bin) == NULL)
		return -1;
	(void)snprintf(file, sizeof(file), "%s/run", bin);
	if (mkdir(file, 0700) != 0 || setenv("XDG_RUNTIME_DIR", file, 1) != 0)
		return -1;
	(void)snprintf(file, sizeof(file), "%s/ssh", bin);
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL, 0700);
	if (fd < 0 || write(fd, fake_ssh, sizeof(fake_ssh) - 1) < 0 ||
	    close(fd) != 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%s:%s", bin, getenv("PATH"));
	return setenv("PATH", path, 1);
}

static int
tear_down(void **state)
{
	char file[64];

	(void)state;
	(void)snprintf(file, sizeof(file), "%s/ssh", bin);
	(void)unlink(file);
	(void)snprintf(file, sizeof(file), "%s/run", bin);
	(void)rmdir(file);
	return rmdir(bin);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(steps),
	    cmocka_unit_test(master_dies),
	    cmocka_unit_test(time_outs),
	    cmocka_unit_test(no_login),
	    cmocka_unit_test(asks),
	    cmocka_unit_test(stopped),
	    cmocka_unit_test(no_program),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
