/*
 * ssh_config_scan_test.c - which lines hold, and when the scan must say that it
 * does not know. What ssh makes of the same files is ssh_config_share_test.c's.
 */
#include "remote/ssh_config_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char folder[] = "/tmp/mtadeck-scan-XXXXXX";
static char config[64], included[64];

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fputs(text, f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
}

static void
scan(struct ssh_scan *s, const char *host, const char *text)
{
	struct ssh_spec spec = {.port = 0};

	put(config, text);
	str_copy(spec.host, sizeof spec.host, str_of(host));
	ssh_scan(s, &spec, config);
}

static bool
sure(const char *host, const char *text)
{
	struct ssh_scan s;
	bool is;

	scan(&s, host, text);
	is = s.sure;
	ssh_scan_done(&s);
	return is;
}

static bool
alike(const char *a, const char *b, const char *text)
{
	struct ssh_scan x, y;
	bool same;

	scan(&x, a, text);
	scan(&y, b, text);
	assert_true(x.sure && y.sure);
	same = str_eq(buf_view(&x.lines), buf_view(&y.lines));
	ssh_scan_done(&x);
	ssh_scan_done(&y);
	return same;
}

static void
check_hostname(const char *host, const char *text, const char *want)
{
	struct ssh_scan s;

	scan(&s, host, text);
	assert_true(s.sure);
	assert_string_equal(s.hostname, want);
	ssh_scan_done(&s);
}

static void
test_alike(void **state)
{
	static const char fleet[] =
	    "Host a\n HostName 192.0.2.1\nHost b\n\tHostName=192.0.2.2\n"
	    "host c !d\nPort 23\nHost e? !ex\n User op\nHost *\n User root\n";

	(void)state;
	assert_true(alike("a", "b", fleet));
	assert_false(alike("a", "c", fleet));
	assert_true(alike("a", "d", fleet));
	assert_false(alike("a", "e1", fleet));
	assert_true(alike("e1", "e2", fleet));
	assert_true(alike("a", "ex", fleet));
	assert_false(alike("a", "A", "Host a\nPort 23\n"));
	/* the order of what holds is part of it */
	assert_false(alike(
	    "a", "b", "Host a\nUser x\nHost *\nPort 1\nHost b\nUser x\n"));
}

static void
test_hostname(void **state)
{
	(void)state;
	check_hostname("Mta1", "", "mta1");
	check_hostname("a", "Host *\nHostName %h.Example\n", "a.example");
	check_hostname("a", "HostName x%%y\nHostName z\n", "x%y");
	check_hostname("b", "Host a\nHostName x\n", "b");
}

static void
test_unsure(void **state)
{
	static const char *const texts[] = {
	    "Match host a\n",
	    "Host other\nMatch all\n",
	    "CanonicalizeHostname yes\n",
	    "Host \"a\"\n",
	    "Host [ab]\n",
	    "Host a # comment\n",
	    "HostName %n\n",
	    "HostName \"x\"\n",
	    "HostName x y\n",
	    "ProxyCommand nc %h %p\n",
	    "IdentityFile ~/.ssh/%h\n",
	    "\"Port\" 23\n",
	    "Port\n",
	    "Port 23\f\n",
	    "Include \"x\"\n",
	    "Include ${HOME}/x\n",
	    "Include %d/x\n",
	};

	(void)state;
	assert_true(sure("a", "Port 23\n"));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (sure("a", texts[i]))
			fail_msg("sure of: %s", texts[i]);
	assert_false(sure("::1", "Port 23\n"));
	/* what does not hold need not be understood, Match excepted */
	assert_true(sure("a", "Host b\nIdentityFile %h\n"));
	assert_true(sure("a", "ControlPath ~/.ssh/%C\n"));
}

static void
test_files(void **state)
{
	struct ssh_spec spec = {.host = "a"};
	struct ssh_scan s;
	char text[256];

	(void)state;
	put(included, "Host a\nPort 23\n");
	(void)snprintf(text, sizeof text, "Include %s/inc*\n", folder);
	assert_false(alike("a", "b", text));
	/* in a block of others nothing of it holds */
	(void)snprintf(
	    text, sizeof text, "Host c\nInclude %s\nUser x\n", included);
	assert_true(alike("a", "b", text));
	/* and after it the block goes on */
	(void)snprintf(
	    text, sizeof text, "Host b\nInclude %s\nPort 24\n", included);
	assert_false(alike("a", "b", text));
	(void)snprintf(text, sizeof text, "Include %s\n", config);
	assert_false(sure("a", text)); /* itself: without end */
	ssh_scan(&s, &spec, "/dev/null");
	assert_false(s.sure);
	ssh_scan_done(&s);
	ssh_scan(&s, &spec, "none");
	assert_false(s.sure);
	ssh_scan_done(&s);
}

static void
test_asked(void **state)
{
	struct ssh_spec a = {.host = "a"}, b = {.host = "a", .port = 23};
	struct ssh_scan x, y;

	(void)state;
	put(config, "User root\n");
	ssh_scan(&x, &a, config);
	ssh_scan(&y, &b, config);
	assert_true(x.sure && y.sure);
	assert_false(str_eq(buf_view(&x.lines), buf_view(&y.lines)));
	ssh_scan_done(&x);
	ssh_scan_done(&y);
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(config, sizeof config, "%s/config", folder);
	(void)snprintf(included, sizeof included, "%s/included", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlink(config);
	(void)unlink(included);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_alike),
	    cmocka_unit_test(test_hostname),
	    cmocka_unit_test(test_unsure),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_asked),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
