/* shquote_test.c - words for a shell, proved by a shell; checks by kind. */
#include "core/shquote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void
quote(struct buf *b, struct str s)
{
	buf_reset(b);
	assert_int_equal(shquote_word(b, s), ERR_OK);
}

static void
plain_words_stay_plain(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	quote(&b, STR_LIT("user@mx-1.example:25/a,b+c%d_e"));
	assert_string_equal(buf_cstr(&b), "user@mx-1.example:25/a,b+c%d_e");
	quote(&b, STR_LIT(""));
	assert_string_equal(buf_cstr(&b), "''");
	quote(&b, STR_LIT("a b"));
	assert_string_equal(buf_cstr(&b), "'a b'");
	quote(&b, STR_LIT("it's"));
	assert_string_equal(buf_cstr(&b), "'it'\\''s'");
	quote(&b, STR_LIT("~root"));
	assert_string_equal(buf_cstr(&b), "'~root'");
	quote(&b, STR_LIT("=ls"));
	assert_string_equal(buf_cstr(&b), "'=ls'");
	assert_int_equal(shquote_word(&b, (struct str){"a\0b", 3}), ERR_PARSE);
	buf_done(&b);
}

static void
never_half_a_word(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 12);
	assert_int_equal(buf_puts(&b, "echo "), ERR_OK);
	assert_int_equal(shquote_word(&b, STR_LIT("a b c d e")), ERR_LIMIT);
	assert_int_equal(b.n, 5);
	assert_string_equal(buf_cstr(&b), "echo ");
	buf_done(&b);
}

/* What the shell makes of the word is the word: every byte but NUL. */
static void
a_shell_reads_it_back(void **state)
{
	char all[260], back[260];
	size_t n = 0;
	int fds[2], status;
	struct buf b;
	pid_t pid;

	(void)state;
	for (int c = 1; c < 256; c++)
		all[n++] = (char)c;
	all[n++] = '\'';
	all[n++] = '\'';
	buf_init(&b, 4000);
	assert_int_equal(buf_puts(&b, "printf %s "), ERR_OK);
	assert_int_equal(shquote_word(&b, (struct str){all, n}), ERR_OK);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)dup2(fds[1], STDOUT_FILENO);
		(void)close(fds[0]);
		(void)execl("/bin/sh", "sh", "-c", buf_cstr(&b), (char *)NULL);
		_exit(127);
	}
	(void)close(fds[1]);
	assert_int_equal(read(fds[0], back, sizeof back), n);
	assert_memory_equal(back, all, n);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	(void)close(fds[0]);
	buf_done(&b);
}

static void
kinds(void **state)
{
	(void)state;
	assert_true(shquote_is_qid(STR_LIT("4F3B2C1A0D")));
	assert_true(shquote_is_qid(STR_LIT("3mHjcB4Xyzz1234")));
	assert_false(shquote_is_qid(STR_LIT("")));
	assert_false(shquote_is_qid(STR_LIT("ABCD")));
	assert_false(shquote_is_qid(STR_LIT("ABCDE;ls")));
	assert_false(shquote_is_qid((struct str){"ABC\0DEF", 7}));
	assert_true(shquote_is_host(STR_LIT("mx1.example.net")));
	assert_true(shquote_is_host(STR_LIT("[2001:db8::1]")));
	assert_false(shquote_is_host(STR_LIT("-oProxyCommand=x")));
	assert_false(shquote_is_host(STR_LIT("a b")));
	assert_false(shquote_is_host(STR_LIT("")));
	assert_true(shquote_is_service(STR_LIT("out-1_a.b")));
	assert_false(shquote_is_service(STR_LIT("-x")));
	assert_false(shquote_is_service(STR_LIT("a/b")));
	assert_true(shquote_is_path(STR_LIT("/var/log/mail log")));
	assert_true(shquote_is_path(STR_LIT("/var/..log")));
	assert_false(shquote_is_path(STR_LIT("var/log")));
	assert_false(shquote_is_path(STR_LIT("/var/../etc")));
	assert_false(shquote_is_path(STR_LIT("/var/..")));
	assert_false(shquote_is_path(STR_LIT("/var\n/x")));
	assert_false(shquote_is_path((struct str){"/a\0b", 4}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_words_stay_plain),
	    cmocka_unit_test(never_half_a_word),
	    cmocka_unit_test(a_shell_reads_it_back),
	    cmocka_unit_test(kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
