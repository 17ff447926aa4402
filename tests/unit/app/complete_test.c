/* complete_test.c - what the last word of a command line may become. */
#include "app/complete.h"

#include "app/shells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const hosts[] = {"mta1", "mta2", "out"};

/* What is offered for a line; its last word is what stands behind its last
 * blank. */
static void
offered(struct buf *out, const char *line)
{
	const struct complete_known k = {.hosts = hosts, .n_hosts = 3};
	const char *words[16];
	char text[256];
	size_t n = 0;

	buf_reset(out);
	assert_true(strlen(line) < sizeof text);
	memcpy(text, line, strlen(line) + 1);
	words[n++] = text;
	for (char *p = text; *p != '\0'; p++)
		if (*p == ' ') {
			*p = '\0';
			assert_true(n < 16);
			words[n++] = p + 1;
		}
	assert_int_equal(complete_words(out, &k, words, n), ERR_OK);
}

static void
what_may_stand_there(void **state)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
	    {"st", "status\n"}, {"m", "mta1\nmta2\n"},
	    {"mta1 ", "mta1\nmta2\nout\n"}, {"status o", "out\n"},
	    {"-F file status o", "out\n"}, {"-- st", ""},
	    {"-- mta1 o", "out\n"}, {"queue --by s", "sender\n"},
	    {"deferrals --by ", "reply\nprovider\negress\n"},
	    {"deferrals --by=", ""}, {"status --by ", ""},
	    {"--theme=x status o", "out\n"}, {"undo --dry", ""},
	    {"act --dry", "--dry-run\n"}, {"act --dry-run isol", "isolate\n"},
	    {"act pause ", ""}, {"act --host mta", "mta1\nmta2\n"},
	    {"act --why ", ""}, {"--transport l", "libssh2\nlocal\n"},
	    {"--theme co", "contrast\ncolorblind\n"},
	    {"egress --format ", "text\ncsv\n"}, {"config ", "check\n"},
	    {"completion z", "zsh\n"}, {"replay ", COMPLETE_FILES "\n"},
	    {"replay --speed 2 x", COMPLETE_FILES "\n"}, {"replay file ", ""},
	    {"--record x", COMPLETE_FILES "\n"}, {"-c x", COMPLETE_FILES "\n"},
	    {"check --lists sp", ""}, /* no catalogue was read */
	};
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		offered(&out, rows[i].line);
		if (strcmp(buf_cstr(&out), rows[i].words) != 0)
			fail_msg("\"%s\": %s", rows[i].line, buf_cstr(&out));
	}
	/* Commands first, then hosts. */
	offered(&out, "");
	assert_non_null(strstr(buf_cstr(&out), "status\n"));
	assert_non_null(strstr(buf_cstr(&out), "completion\nmta1\n"));
	buf_done(&out);
}

static void
the_last_of_some_lists(void **state)
{
	static const char catalogue[] =
	    "{\"v\":1,\"lists\":["
	    "{\"id\":\"aa\",\"name\":\"x\",\"operator\":\"x\","
	    "\"kind\":\"ip\",\"impact\":\"low\",\"zone\":\"aa.example\"},"
	    "{\"id\":\"ab\",\"name\":\"x\",\"operator\":\"x\","
	    "\"kind\":\"ip\",\"impact\":\"low\",\"zone\":\"ab.example\"}]}";
	const char *const words[] = {"check", "--lists", "x,ab,a"};
	const char *const one[] = {"lists", "aa", "ab"};
	struct complete_known k = {.n_hosts = 0};
	struct blocklists *lists = NULL;
	struct buf out;
	char why[256] = "";

	(void)state;
	if (blocklists_load(&lists, str_of(catalogue), why, sizeof why) !=
	    ERR_OK)
		fail_msg("%s", why);
	k.lists = lists;
	buf_init(&out, 4096);
	assert_int_equal(complete_words(&out, &k, words, 3), ERR_OK);
	assert_string_equal(buf_cstr(&out), "x,ab,aa\nx,ab,ab\n");
	buf_reset(&out);
	assert_int_equal(complete_words(&out, &k, one, 3), ERR_OK);
	assert_string_equal(buf_cstr(&out), "ab\n");
	/* Rather nothing than a part. */
	buf_done(&out);
	buf_init(&out, 5);
	assert_int_equal(complete_words(&out, &k, words, 3), ERR_LIMIT);
	buf_done(&out);
	blocklists_free(lists);
}

static void
an_option_that_was_given(void **state)
{
	const char *const words[] = {
	    "-F", "one", "status", "--config", "two", "--theme", "light"};

	(void)state;
	assert_string_equal(complete_value(words, 7, "ssh-config"), "one");
	assert_string_equal(complete_value(words, 7, "config"), "two");
	assert_null(complete_value(words, 7, "record"));
	/* Still being typed. */
	assert_null(complete_value(words, 7, "theme"));
	assert_null(complete_value(words, 1, "ssh-config"));
}

static void
hosts_of_ssh(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(
	    complete_ssh_hosts(&out,
		STR_LIT("# Host no\nHost mta1 mta2\n  User root\n\tHOST *.x "
			"!y out z? \"q r\"\nHostName nor-this\n"
			"Match host a\nHost last")),
	    ERR_OK);
	assert_string_equal(buf_cstr(&out), "mta1\nmta2\nout\nlast\n");
	buf_done(&out);
}

static void
scripts_of_shells(void **state)
{
	(void)state;
	for (size_t i = 0; shell_name(i) != NULL; i++)
		assert_non_null(strstr(shell_script(str_of(shell_name(i))),
		    "completion words --"));
	assert_null(shell_script(STR_LIT("csh")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_may_stand_there),
	    cmocka_unit_test(the_last_of_some_lists),
	    cmocka_unit_test(an_option_that_was_given),
	    cmocka_unit_test(hosts_of_ssh),
	    cmocka_unit_test(scripts_of_shells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
