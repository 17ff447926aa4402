/* script_test.c - scripts as one shell line: what arrives is what was meant. */
#include "remote/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What /bin/sh makes of a line. */
static size_t
shell(const char *line, char *out, size_t cap)
{
	int fds[2], status = 0;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)dup2(fds[1], STDOUT_FILENO);
		(void)close(fds[0]);
		(void)execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	(void)close(fds[1]);
	while (n < cap && (got = read(fds[0], out + n, cap - n)) > 0)
		n += (size_t)got;
	(void)close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return n;
}

static void
hostile_arguments_arrive_as_they_are(void **state)
{
	static const char *const args[] = {"", "plain", "a b", "it's",
	    "$(touch /nonexistent/x)", "`id`", "\"", "\\", "*", "-n", "~",
	    "line\nline", "\xff\xfe", ";exit 3", NULL};
	struct buf line;
	char out[1024], *p = out;
	size_t n;

	(void)state;
	buf_init(&line, SCRIPT_MAX_BYTES);
	assert_int_equal(
	    script_command(&line,
		"for a; do printf '%s\\0' \"$a\"; done # it's", "me", args),
	    ERR_OK);
	n = shell(buf_cstr(&line), out, sizeof out);
	for (size_t i = 0; args[i] != NULL; i++) {
		assert_true(p < out + n);
		assert_string_equal(p, args[i]);
		p += strlen(p) + 1;
	}
	assert_ptr_equal(p, out + n);
	buf_done(&line);
}

static void
too_long_is_an_error_and_no_half_line(void **state)
{
	struct buf line;

	(void)state;
	buf_init(&line, 20);
	assert_int_equal(script_command(&line, "echo a long script follows",
			     "me", (const char *const[]){NULL}),
	    ERR_LIMIT);
	buf_done(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hostile_arguments_arrive_as_they_are),
	    cmocka_unit_test(too_long_is_an_error_and_no_half_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
