/* cmd_sudoers_test.c - whose name may stand in sudoers, and what the lines
 * allow, as sudo reads them; sudo itself is asked end to end
 * (tests/e2e/act.sh, act_people.sh). */
#include "app/cmd_sudoers.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int
of(const char *user)
{
	const char *const words[] = {user};
	struct options o = {.hosts = words, .n_hosts = user != NULL};

	return sudoers_run(&o);
}

static void
test_names(void **state)
{
	static const char *const bad[] = {"", "ALL", "%wheel", "a b", "-x",
	    "a ALL=(ALL) ALL\nb", "#0", "a,b", "1a",
	    "a23456789012345678901234567890123"};

	(void)state;
	assert_int_equal(of(NULL), EXIT_WELL);
	assert_int_equal(of("mail-ops_2"), EXIT_WELL);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(of(bad[i]), EXIT_USAGE);
}

/* The arguments of one command, as sudo would compare them: words, or a
 * regular expression from ^ to $, in which a backslash hides what sudoers
 * itself would read. */
static bool
allows(const char *rule, const char *args)
{
	char re[4096];
	size_t n = 0;
	regex_t r;
	bool yes;

	if (rule[0] != '^')
		return strcmp(rule, args) == 0;
	assert_int_equal(rule[strlen(rule) - 1], '$');
	for (; *rule != '\0' && n + 1 < sizeof re; rule++)
		if (rule[0] != '\\' || strchr("=,:", rule[1]) == NULL)
			re[n++] = *rule;
	re[n] = '\0';
	assert_int_equal(regcomp(&r, re, REG_EXTENDED | REG_NOSUB), 0);
	yes = regexec(&r, args, 0, NULL, 0) == 0;
	regfree(&r);
	return yes;
}

static bool
may(const char *command, const char *args)
{
	const char *line;

	for (size_t i = 0; (line = sudoers_command(i)) != NULL; i++) {
		size_t n = strcspn(line, " ");

		if (n == strlen(command) && strncmp(line, command, n) == 0 &&
		    allows(line + n + 1, args))
			return true;
	}
	return false;
}

#define POSTCONF "/usr/sbin/postconf"
/* Of postconf, all of these arguments, or none. */
static void
lets_through(const char *const *args, size_t n, bool want)
{
	for (size_t i = 0; i < n; i++)
		if (may(POSTCONF, args[i]) != want)
			fail_msg("%s: %s", want ? "not allowed" : "allowed",
			    args[i]);
}

#define OURS	  "texthash:/etc/postfix/mtadeck-6b0283a8-397763"
#define SENDERS	  "-e smtpd_sender_restrictions = "
#define TRANSPORT "-e transport_maps = "

static void
test_tables(void **state)
{
	static const char *const yes[] = {SENDERS "check_sender_access " OURS,
	    SENDERS "check_sender_access " OURS ", permit_mynetworks, "
		    "check_sender_access hash:/etc/postfix/maps/senders "
		    "reject_unknown_sender_domain,$more",
	    SENDERS "", "-X smtpd_sender_restrictions", TRANSPORT OURS,
	    TRANSPORT OURS ", hash:/etc/postfix/transport, "
			   "proxy:pcre:/etc/postfix/t.pcre",
	    TRANSPORT OURS ", inline:{a.example=local:}, "
			   "randmap:{out1:[192.0.2.1]:25,out2:}",
	    TRANSPORT "hash:/etc/postfix/transport", "-X transport_maps"};
	static const char *const no[] = {SENDERS
	    "permit daemon_directory = /tmp",
	    SENDERS "permit -c /tmp", SENDERS "check_sender_access hash:/tmp/x",
	    SENDERS "check_sender_access hash:/etc/postfix/../../tmp/x",
	    SENDERS "check_sender_access texthash:/etc/shadow",
	    SENDERS "check_policy_service unix:/tmp/s",
	    SENDERS "check_sender_access tcp:192.0.2.1:9",
	    TRANSPORT "pipemap:{x}", TRANSPORT "tcp:192.0.2.1:9",
	    TRANSPORT OURS " -e daemon_directory=/tmp", TRANSPORT OURS "\nx",
	    "-X daemon_directory", "-e daemon_directory = /tmp"};

	(void)state;
	lets_through(yes, sizeof yes / sizeof *yes, true);
	lets_through(no, sizeof no / sizeof *no, false);
	assert_true(
	    may("/usr/bin/tee", "/etc/postfix/mtadeck-6b0283a8-397763"));
	assert_false(may("/usr/bin/tee", "/etc/postfix/main.cf"));
	assert_false(may("/usr/bin/tee",
	    "/etc/postfix/mtadeck-6b0283a8-397763 /etc/shadow"));
	assert_false(
	    may("/usr/bin/tee", "/etc/postfix/mtadeck-6b02/../main.cf"));
	assert_true(
	    may("/usr/bin/rm", "-f /etc/postfix/mtadeck-6b0283a8-397763"));
	assert_false(may("/usr/bin/rm", "-f /etc/postfix/main.cf"));
	assert_false(
	    may("/usr/bin/rm", "-f -r /etc/postfix/mtadeck-6b0283a8-397763"));
}

static void
test_postfix(void **state)
{
	static const char *const yes[] = {"check", "reload", "status",
	    "-c /etc/postfix check", "-c /etc/postfix reload",
	    "-c /etc/postfix status"};
	static const char *const no[] = {"stop", "start", "flush",
	    "-c /tmp reload", "-c /etc/postfix/../../tmp reload",
	    "-c /etc/postfix stop", "-c /etc/postfix -c /tmp reload",
	    "reload -c /tmp"};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		assert_true(may("/usr/sbin/postfix", yes[i]));
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(may("/usr/sbin/postfix", no[i]));
}

/* Both ways: what evacuate and shares write, and what was there. */
static void
test_moves(void **state)
{
	static const char *const yes[] = {
	    "-e sender_dependent_default_transport_maps = "
	    "randmap:{out2:,out2:,out3:}",
	    "-e sender_dependent_default_transport_maps = "
	    "inline:{@a.example=out2:}, randmap:{out1:}",
	    "-X sender_dependent_default_transport_maps",
	    "-e default_transport = out2",
	    "-e default_transport = smtp:", "-e relay_transport = relay",
	    "-X default_transport", "-X relay_transport"};
	static const char *const no[] = {
	    "-e sender_dependent_default_transport_maps = static:out1:",
	    "-e sender_dependent_default_transport_maps = randmap:{a:} -c /tmp",
	    "-e sender_dependent_default_transport_maps = randmap:{a: b:}",
	    "-e default_transport = out2:[192.0.2.9]",
	    "-e default_transport = out2 daemon_directory = /tmp",
	    "-e local_transport = out2", "-X default_transport mynetworks"};

	(void)state;
	lets_through(yes, sizeof yes / sizeof *yes, true);
	lets_through(no, sizeof no / sizeof *no, false);
}

#define ID	"mtadeck-6b0283a8-397763"
#define ENTRY	"-M " ID "-1/unix=" ID "-1 unix - - "
#define BOUND	"smtp -o smtp_bind_address=192.0.2.1 "
#define NAMED	"-o syslog_name=postfix/out1"
#define OURS_BY "regexp:/etc/postfix/mtadeck-6b0283a8-397763"
#define PIPEMAP "pipemap:{" OURS_BY ",randmap:{" ID "-1:,out2:,out2:}}"

/* A double of a transport is an smtp client that has no privileges and is told
 * nothing that another could follow: no parameter that names a file. */
static void
test_doubles(void **state)
{
	static const char *const yes[] = {ENTRY "y - - " BOUND NAMED,
	    ENTRY "- - 5 smtp -o smtp_bind_address6=[2001:db8::1] "
		  "-o smtp_helo_name=a.example -o soft_bounce=yes "
		  "-o inet_protocols=ipv4 -o smtp_fallback_relay= " NAMED,
	    "-MX " ID "-12/unix", TRANSPORT PIPEMAP,
	    TRANSPORT "pipemap:{" OURS_BY ",randmap:{" ID
		      "-1:[127.0.0.1]:1,out2:}}, hash:/etc/postfix/t",
	    "-e " ID "-1_transport_rate_delay = 3s",
	    "-e " ID "-1_transport_rate_delay = 3s " ID
	    "-2_destination_concurrency_failed_cohort_limit = 10",
	    "-X " ID "-1_transport_rate_delay " ID "-2_initial_x"};
	static const char *const no[] = {
	    "-M " ID "-1/unix=smtp unix - - y - - " BOUND NAMED,
	    "-M smtp/unix=" ID "-1 unix - - y - - " BOUND NAMED,
	    "-M " ID "-1/unix=" ID "-1 unix - n y - - " BOUND NAMED,
	    "-M " ID "-1/unix=" ID "-1 unix n - y - - " BOUND NAMED,
	    ENTRY "y 1 - " BOUND NAMED, ENTRY "y - - pipe " NAMED,
	    ENTRY "y - - /tmp/smtp " NAMED,
	    ENTRY "y - - smtp -o daemon_directory=/tmp " NAMED,
	    ENTRY "y - - smtp -o smtp_tls_CAfile=/etc/shadow " NAMED,
	    ENTRY "y - - smtp -o {smtp_helo_name=a b} " NAMED,
	    ENTRY "y - - smtp -v " NAMED, ENTRY "y - - " BOUND NAMED "\nx",
	    ENTRY "y - - " BOUND NAMED " smtp/unix=smtp", "-MX smtp/unix",
	    "-MX " ID "-1/unix smtp/unix",
	    "-e " ID "-1_transport_rate_delay = 3s daemon_directory = /tmp",
	    "-e " ID "-1_x = /tmp", "-X " ID "-1_x daemon_directory",
	    TRANSPORT "pipemap:{regexp:/tmp/x,randmap:{a:}}",
	    TRANSPORT "pipemap:{" OURS_BY ",tcp:192.0.2.1:9}"};

	(void)state;
	lets_through(yes, sizeof yes / sizeof *yes, true);
	lets_through(no, sizeof no / sizeof *no, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_names),
	    cmocka_unit_test(test_tables), cmocka_unit_test(test_postfix),
	    cmocka_unit_test(test_moves), cmocka_unit_test(test_doubles)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
