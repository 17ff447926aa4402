/*
 * ssh_config_share_test.c - against the real ssh: a shared answer must be what
 * ssh itself says of that host. An "ssh" in front of it in PATH notes its runs.
 */
#include "remote/ssh_config_share.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { HOSTS_MAX = 8, PATIENCE_MS = 10000 };

static char folder[] = "/tmp/mtadeck-share-XXXXXX";
static char config[64], runs[64], program[64];
static uv_loop_t loop;

struct answer {
	struct ssh_config_ask *ask, *victim; /* cancelled when it answers */
	struct buf text;
	err_t err;
	bool told;
};

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fputs(text, f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
}

static void
on_answer(void *ctx, err_t err, struct str text)
{
	struct answer *a = ctx;

	assert_false(a->told);
	a->told = true;
	a->err = err;
	assert_int_equal(buf_str(&a->text, text), ERR_OK);
	ssh_config_ask_cancel(a->victim);
}

static void
ask(struct answer *a, struct ssh_config_share *h, const char *host)
{
	struct ssh_spec spec = {.port = 0};

	*a = (struct answer){.told = false};
	buf_init(&a->text, SSH_CONFIG_TEXT_MAX);
	str_copy(spec.host, sizeof spec.host, str_of(host));
	a->ask =
	    ssh_config_ask(h, &loop, &spec, config, PATIENCE_MS, a, on_answer);
	assert_non_null(a->ask);
	assert_false(a->told); /* never from the call */
}

static size_t
n_runs(void)
{
	struct stat st;
	size_t n = stat(runs, &st) == 0 ? (size_t)st.st_size : 0;

	(void)unlink(runs);
	return n;
}

static const char *const hosts[] = {"a", "b", "C", "odd"};
enum { N_HOSTS = sizeof hosts / sizeof *hosts };

/* All hosts with a share and each alone: the same answers; the shared way took
 * so many runs. */
static void
check(const char *text, size_t want_runs)
{
	struct ssh_config_share *h = ssh_config_share_new();
	struct answer shared[N_HOSTS], alone[N_HOSTS];

	put(config, text);
	for (size_t i = 0; i < N_HOSTS; i++)
		ask(&shared[i], h, hosts[i]);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(n_runs(), want_runs);
	for (size_t i = 0; i < N_HOSTS; i++)
		ask(&alone[i], NULL, hosts[i]);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(n_runs(), N_HOSTS);
	for (size_t i = 0; i < N_HOSTS; i++) {
		const char *ours = buf_cstr(&shared[i].text);
		const char *theirs = buf_cstr(&alone[i].text);

		/* newer ones of ssh begin with the name asked for, which
		 * nobody reads */
		if (strncmp(ours, "host ", 5) == 0)
			ours = strchr(ours, '\n');
		if (strncmp(theirs, "host ", 5) == 0)
			theirs = strchr(theirs, '\n');
		assert_int_equal(shared[i].err, alone[i].err);
		assert_string_equal(ours, theirs);
		buf_done(&shared[i].text);
		buf_done(&alone[i].text);
	}
	ssh_config_share_free(h);
}

static void
test_shared(void **state)
{
	(void)state;
	check("", 1);
	check("Host a\nHostName 192.0.2.1\nHost b\nHostName %h.Example\n"
	      "Host *\nUser op\nPort 2222\nIdentityFile ~/.ssh/x\n",
	    1);
	check("Host odd\nPort 1\nProxyJump a\nHost *\nUser root\n", 2);
	check("Host * !odd\nUserKnownHostsFile /x /y\n", 2);
}

static void
test_not_shared(void **state)
{
	(void)state;
	check("Match host a\nPort 1\n", N_HOSTS);
	check("ProxyCommand nc %h %p\n", N_HOSTS);
	check("Host a b\nHostName \"x\"\n", 3); /* C and odd share */
	/* refused: each hears it from ssh itself */
	check("Port nonsense\n", N_HOSTS);
}

static void
test_later(void **state)
{
	struct ssh_config_share *h = ssh_config_share_new();
	struct answer a, b;

	(void)state;
	put(config, "Port 23\n");
	ask(&a, h, "a");
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	ask(&b, h, "b");
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(n_runs(), 1);
	assert_non_null(strstr(buf_cstr(&b.text), "hostname b\n"));
	buf_done(&b.text);
	/* changed since: asked anew */
	put(config, "Port 24\n");
	ask(&b, h, "b");
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(n_runs(), 1);
	assert_non_null(strstr(buf_cstr(&b.text), "port 24\n"));
	buf_done(&a.text);
	buf_done(&b.text);
	ssh_config_share_free(h);
}

static void
test_cancel(void **state)
{
	struct ssh_config_share *h = ssh_config_share_new();
	struct answer a[4];

	(void)state;
	put(config, "Port 23\n");
	for (size_t i = 0; i < 4; i++)
		ask(&a[i], h, hosts[i]);
	ssh_config_ask_cancel(a[0].ask); /* the one that runs ssh */
	ssh_config_ask_cancel(a[1].ask); /* one that waits */
	a[2].victim = a[3].ask;		 /* one, from the other's answer */
	a[3].victim = a[2].ask;
	for (size_t i = 2; i < 4; i++)
		a[i].ask = NULL;
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_false(a[0].told || a[1].told);
	assert_int_equal(a[2].told + a[3].told, 1);
	(void)n_runs();
	for (size_t i = 0; i < 4; i++)
		buf_done(&a[i].text);
	ssh_config_share_free(h);
}

static int
setup(void **state)
{
	char path[4096], text[256];

	(void)state;
	if (mkdtemp(folder) == NULL || uv_loop_init(&loop) != 0)
		return -1;
	(void)snprintf(config, sizeof config, "%s/config", folder);
	(void)snprintf(runs, sizeof runs, "%s/runs", folder);
	(void)snprintf(program, sizeof program, "%s/ssh", folder);
	(void)snprintf(path, sizeof path, "%s:%s", folder, getenv("PATH"));
	(void)snprintf(text, sizeof text,
	    "#!/bin/sh\nprintf x >>%s\nexec /usr/bin/ssh \"$@\"\n", runs);
	put(program, text);
	return chmod(program, 0755) == 0 ? setenv("PATH", path, 1) : -1;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlink(config);
	(void)unlink(runs);
	(void)unlink(program);
	(void)uv_loop_close(&loop);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shared),
	    cmocka_unit_test(test_not_shared),
	    cmocka_unit_test(test_later),
	    cmocka_unit_test(test_cancel),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
