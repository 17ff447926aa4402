/* rundir_test.c - private directories: where, whose, and gone at the end. */
#include "remote/rundir.h"

#include "core/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static void
make_file(const struct rundir *d, const char *name)
{
	char path[RUNDIR_PATH];
	int fd = open(rundir_path(d, name, path), O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void
gone_with_the_last(void **state)
{
	struct rundir *d;
	struct stat st;
	char path[RUNDIR_PATH];

	(void)state;
	assert_int_equal(rundir_new(&d), ERR_OK);
	assert_int_equal(stat(rundir_path(d, "", path), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	make_file(d, "m1");
	make_file(d, "ask");
	rundir_drop(rundir_hold(d));
	assert_int_equal(stat(path, &st), 0);
	rundir_drop(d);
	assert_int_equal(stat(path, &st), -1);
	rundir_drop(NULL);
}

static void
where(void **state)
{
	char base[] = "/tmp/rundir_test_XXXXXX", path[RUNDIR_PATH], far[256];
	struct rundir *d;

	(void)state;
	assert_non_null(mkdtemp(base));
	assert_int_equal(setenv("XDG_RUNTIME_DIR", base, 1), 0);
	assert_int_equal(rundir_new(&d), ERR_OK);
	assert_true(strstr(rundir_path(d, "m1", path), base) == path);
	rundir_drop(d);
	/* Too long for a socket's name, not there, not absolute: /tmp. */
	(void)snprintf(far, sizeof(far), "%s/%0100d", base, 1);
	assert_int_equal(mkdir(far, 0700), 0);
	for (int i = 0; i < 3; i++) {
		static const char *const bad[] = {"/nonexistent", "relative"};

		assert_int_equal(
		    setenv("XDG_RUNTIME_DIR", i == 2 ? far : bad[i], 1), 0);
		assert_int_equal(rundir_new(&d), ERR_OK);
		assert_true(strstr(rundir_path(d, "m1", path),
				"/tmp/mtadeck-") == path);
		rundir_drop(d);
	}
	assert_int_equal(rmdir(far), 0);
	assert_int_equal(rmdir(base), 0);
	assert_int_equal(unsetenv("XDG_RUNTIME_DIR"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gone_with_the_last), cmocka_unit_test(where)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
