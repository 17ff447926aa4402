/* site_line_test.c - where a value may stand in a shell line; and that what a
 * real shell makes of it is one word, whatever is in it. */
#include "core/site_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct site_action action = {.name = "a",
    .params = {{.name = "x", .kind = SITE_WORD},
	{.name = "long-name", .kind = SITE_WORD}},
    .n_params = 2};

static err_t
walk(struct buf *out, const char *line, const char *value, char *why)
{
	struct str values[SITE_PARAMS] = {str_of(value), str_of("two")};
	unsigned used = 0;

	return site_line_walk(out, &action, line, values, &used, why, 256);
}

static void
test_fill(void **state)
{
	static const struct {
		const char *line, *value, *want;
	} rows[] = {
	    {"echo {x}", "plain", "echo plain"},
	    {"echo {x}{long-name} --f={x}", "a b", "echo 'a b'two --f='a b'"},
	    {"echo {x}", "it's", "echo 'it'\\''s'"},
	    {"echo {x}", "$(id)", "echo '$(id)'"},
	    {"{{ echo {x}; }", "y", "{ echo y; }"},
	    {"echo ${{HOME} {x}", "y", "echo ${HOME} y"},
	    {"awk '{{print $1}' {x}", "y", "awk '{print $1}' y"},
	    {"[ \"$(cat {x})\" = \"a b\" ]", "y", "[ \"$(cat y)\" = \"a b\" ]"},
	    {"echo \"$(echo \"a\" {x})\"", "y", "echo \"$(echo \"a\" y)\""},
	    {"case {x} in a) b ;; *) c ;; esac", "y",
		"case y in a) b ;; *) c ;; esac"},
	    {"echo \\\" {x} \\\"", "y", "echo \\\" y \\\""},
	    {"echo \"it's\" {x}", "y", "echo \"it's\" y"},
	    {"echo $((1 + (2))) {x} \"5$\" {x}", "y",
		"echo $((1 + (2))) y \"5$\" y"},
	    {"echo no value", "y", "echo no value"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;
		char why[256] = "";

		buf_init(&b, 4096);
		if (walk(&b, rows[i].line, rows[i].value, why) != ERR_OK)
			fail_msg("%s: %s", rows[i].line, why);
		assert_string_equal(buf_cstr(&b), rows[i].want);
		buf_done(&b);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *line, *why;
	} rows[] = {
	    {"echo \"{x}\"", "within quotes"},
	    {"echo '{x}'", "within quotes"},
	    {"echo \"a\" 'b' \"$({{ echo \"{x}\"; })\"", "within quotes"},
	    {"echo \"$(echo \" {x} \")\"", "within quotes"},
	    {"echo \"it's {x}\"", "within quotes"},
	    {"echo `cat {x}`", "backquotes"},
	    {"echo $(({x} + 1))", "which take no"},
	    {"echo ${{y:-{x}}", "which take no"},
	    {"echo ${{y:-'a'} {x}", "not understood"},
	    {"echo ${x}", "behind $"},
	    {"echo \\{x}", "behind $"},
	    {"echo $'a' {x}", "each shell"},
	    {"echo {y}", "{y}: there is no such parameter"},
	    {"{ echo {x}; }", "write {{"},
	    {"echo {", "write {{"},
	    {"echo {x", "write {{"},
	    {"echo 'a {x}", "within quotes"},
	    {"echo {x} 'a", "not closed"},
	    {"echo {x} $(a", "not closed"},
	    {"echo {x} \\", "not closed"},
	    {"echo {x}>f", "a blank is needed"},
	    {"eval echo {x}", "eval"},
	    {"echo {x}; eval", "eval"},
	    {"echo $(case a in a) echo ;; esac) {x}", "case within"},
	    {"echo {x}\necho", "one line"},
	    {"echo {x}\x1b[2J", "one line"},
	    {"echo {x} \xe2\x80\xae", "one line"},
	};
	char deep[128];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char why[256] = "";

		if (walk(NULL, rows[i].line, "y", why) != ERR_PARSE ||
		    strstr(why, rows[i].why) == NULL)
			fail_msg("%s: \"%s\"", rows[i].line, why);
	}
	memset(deep, '(', sizeof deep);
	deep[sizeof deep - 1] = '\0';
	assert_int_equal(walk(NULL, deep, "y", (char[256]){0}), ERR_PARSE);
	/* Without a value nothing is evaluated that was not the site's own. */
	assert_int_equal(walk(NULL, "eval echo", "y", (char[256]){0}), ERR_OK);
}

/* Runs the line in /bin/sh; its output is what the shell took for the word. */
static void
shell_says(const char *line, const char *value)
{
	char got[1024], why[256];
	size_t n;
	struct buf b;
	FILE *p;
	int fds[2];
	pid_t pid;

	buf_init(&b, 4096);
	assert_int_equal(walk(&b, line, value, why), ERR_OK);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		(void)dup2(fds[1], 1);
		(void)close(fds[0]);
		(void)close(fds[1]);
		(void)execl("/bin/sh", "sh", "-c", buf_cstr(&b), (char *)NULL);
		_exit(127);
	}
	(void)close(fds[1]);
	p = fdopen(fds[0], "r");
	n = fread(got, 1, sizeof got - 1, p);
	got[n] = '\0';
	(void)fclose(p);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_string_equal(got, value);
	buf_done(&b);
}

static void
test_shell(void **state)
{
	static const char *const lines[] = {"printf %s {x}",
	    "printf %s \"$(printf %s {x})\"", "v={x}; printf %s \"$v\"",
	    "case {x} in *) printf %s {x} ;; esac; : \"it\'s\"",
	    "if true; then {{ printf %s {x}; }; fi"};
	static const char *const values[] = {"plain", "$(echo pwned)", "`echo`",
	    "it's\"quoted\"", "a;b|c&d>e<f", "*", "~", "#x", "!x", "\\", "\\'",
	    "${HOME}", "{x}", "=a", "';echo x;'", "$'a'", "\\n"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		for (size_t k = 0; k < sizeof values / sizeof *values; k++)
			shell_says(lines[i], values[k]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fill),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
