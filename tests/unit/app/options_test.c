/* options_test.c - the command line, as people type it. */
#include "app/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MAX_ARGS = 16 };

static err_t
parse(struct options *o, char *why, size_t cap, const char *line)
{
	static char words[1024];
	static char *argv[MAX_ARGS];
	struct str rest, word;
	char *end;
	int argc = 0;

	assert_true(strlen(line) < sizeof words);
	str_copy(words, sizeof words, str_of(line));
	end = words + strlen(words);
	rest = str_of(words);
	while (str_word(&rest, &word)) {
		assert_true(argc < MAX_ARGS - 1);
		argv[argc++] = words + (word.p - words);
	}
	for (char *p = words; p < end; p++)
		if (*p == ' ')
			*p = '\0';
	argv[argc] = NULL;
	return options_parse(o, argc, argv, why, cap);
}

static void
hosts_alone_open_the_console(void **state)
{
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(
	    parse(&o, why, sizeof why, "mtadeck mta1 mta2"), ERR_OK);
	assert_int_equal(o.command, CMD_CONSOLE);
	assert_int_equal(o.n_hosts, 2);
	assert_string_equal(o.hosts[1], "mta2");
	assert_int_equal(o.since_ms, -1);
	/* What begins with a dash is an option behind hosts too. */
	assert_int_equal(
	    parse(&o, why, sizeof why, "mtadeck -F f mta1 --since 2h mta2"),
	    ERR_OK);
	assert_int_equal(o.n_hosts, 2);
	assert_string_equal(o.hosts[0], "mta1");
	assert_string_equal(o.hosts[1], "mta2");
	assert_int_equal(o.since_ms, 2 * 3600000);
}

static void
options_stand_on_either_side_of_the_command(void **state)
{
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(parse(&o, why, sizeof why,
			     "mtadeck -F conf queue mta1 --by sender --json "
			     "mta2 --since 90m"),
	    ERR_OK);
	assert_int_equal(o.command, CMD_QUEUE);
	assert_string_equal(o.ssh_config, "conf");
	assert_string_equal(o.by, "sender");
	assert_true(o.json);
	assert_int_equal(o.since_ms, 90 * 60000);
	assert_int_equal(o.n_hosts, 2);
	assert_string_equal(o.hosts[0], "mta1");
	assert_string_equal(o.hosts[1], "mta2");
}

static void
a_host_may_be_called_like_a_command(void **state)
{
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(
	    parse(&o, why, sizeof why, "mtadeck -- status"), ERR_OK);
	assert_int_equal(o.command, CMD_CONSOLE);
	assert_string_equal(o.hosts[0], "status");
}

static void
errors_name_the_word(void **state)
{
	static const struct {
		const char *line, *says;
	} rows[] = {
	    {"mtadeck --frob mta1", "--frob"},
	    {"mtadeck status --sincee 5m", "--sincee"},
	    {"mtadeck status --since soon mta1", "\"soon\""},
	    {"mtadeck --transport telnet mta1", "\"telnet\""},
	    {"mtadeck replay", "FILE"},
	    {"mtadeck replay a b", "FILE"},
	    {"mtadeck config chekc", "check"},
	    {"mtadeck host", "HOST"},
	    {"mtadeck replay --speed 0 f", "--speed"},
	    {"mtadeck egress --format xml", "xml"},
	};
	struct options o;
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		why[0] = '\0';
		assert_int_equal(
		    parse(&o, why, sizeof why, rows[i].line), ERR_PARSE);
		if (strstr(why, rows[i].says) == NULL)
			fail_msg("%s: says: %s", rows[i].line, why);
	}
}

/* An option that the command would not look at must not seem to hold. */
static void
a_command_refuses_what_it_does_not_know(void **state)
{
	static const char *const bad[] = {"mtadeck undo 1-1 --dry-run",
	    "mtadeck --dry-run leases", "mtadeck extend 1-1 5m --for 5m",
	    "mtadeck explain --host mta1 x", "mtadeck status --speed 2 mta1",
	    "mtadeck status --arm mta1", "mtadeck mta1 --yes",
	    "mtadeck check --csv example.org"};
	static const char *const good[] = {"mtadeck undo 1-1 --yes --why x",
	    "mtadeck --theme light --no-mouse -F x journal",
	    "mtadeck journal --csv --since 1h",
	    "mtadeck check --via mta1 --transport openssh example.org",
	    "mtadeck undo --dry-run -h", "mtadeck --json mta1"};
	struct options o;
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(parse(&o, why, sizeof why, bad[i]), ERR_PARSE);
		assert_non_null(strstr(why, "is no option of mtadeck"));
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_int_equal(parse(&o, why, sizeof why, good[i]), ERR_OK);
}

static void
help_needs_no_operands(void **state)
{
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(
	    parse(&o, why, sizeof why, "mtadeck replay --help"), ERR_OK);
	assert_true(o.help);
	assert_int_equal(o.command, CMD_REPLAY);
}

static void
what_lists_are_asked_and_how(void **state)
{
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(parse(&o, why, sizeof why,
			     "mtadeck check 192.0.2.1 --resolver 192.0.2.53 "
			     "--lists a,b --allow-private -"),
	    ERR_OK);
	assert_int_equal(o.command, CMD_CHECK);
	assert_string_equal(o.resolver, "192.0.2.53");
	assert_string_equal(o.lists, "a,b");
	assert_true(o.allow_private);
	assert_null(o.via);
	assert_int_equal(o.n_hosts, 2);
	assert_string_equal(o.hosts[1], "-");
	assert_int_equal(
	    parse(&o, why, sizeof why, "mtadeck check --via mta1 192.0.2.1"),
	    ERR_OK);
	assert_string_equal(o.via, "mta1");
	assert_null(o.resolver);
	assert_int_equal(
	    parse(&o, why, sizeof why, "mtadeck lists --json surbl"), ERR_OK);
	assert_int_equal(o.command, CMD_LISTS);
	assert_null(o.resolver);
	assert_null(o.lists);
	assert_false(o.allow_private);
}

/* Hosts are bounded; what is checked is not. */
static void
many_operands(void **state)
{
	enum { N = MAX_HOSTS + 3 };
	static char *argv[N + 1];
	static char name[] = "mtadeck", check[] = "check", word[] = "a";
	struct options o;
	char why[256];

	(void)state;
	for (int i = 0; i < N; i++)
		argv[i] = word;
	argv[0] = name;
	assert_int_equal(
	    options_parse(&o, N, argv, why, sizeof why), ERR_PARSE);
	for (int i = 0; i < N; i++)
		argv[i] = word;
	argv[0] = name;
	argv[1] = check;
	assert_int_equal(options_parse(&o, N, argv, why, sizeof why), ERR_OK);
	assert_int_equal(o.n_hosts, N - 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hosts_alone_open_the_console),
	    cmocka_unit_test(options_stand_on_either_side_of_the_command),
	    cmocka_unit_test(a_host_may_be_called_like_a_command),
	    cmocka_unit_test(errors_name_the_word),
	    cmocka_unit_test(a_command_refuses_what_it_does_not_know),
	    cmocka_unit_test(help_needs_no_operands),
	    cmocka_unit_test(what_lists_are_asked_and_how),
	    cmocka_unit_test(many_operands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
