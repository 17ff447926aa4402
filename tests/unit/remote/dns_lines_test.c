/* dns_lines_test.c - answers of a host's own resolver, line by line. */
#include "remote/dns_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct dns_answer
read_answer(const char *line, char text[DNS_LINE_TEXT])
{
	struct dns_answer a;

	assert_int_equal(
	    dns_line_read(str_of(line), &a, text), DNS_LINE_ANSWER);
	return a;
}

static void
addresses_come_as_numbers(void **state)
{
	char text[DNS_LINE_TEXT];
	struct dns_answer a = read_answer("ok 300 127.0.0.2 127.0.0.10", text);

	(void)state;
	assert_int_equal(a.status, DNS_OK);
	assert_int_equal(a.ttl_s, 300);
	assert_int_equal(a.n_addrs, 2);
	assert_int_equal(a.addrs[0], 0x7f000002);
	assert_int_equal(a.addrs[1], 0x7f00000a);
}

static void
questions_are_named(void **state)
{
	enum dns_type type = DNS_A;
	struct str name = {NULL, 0};

	(void)state;
	assert_true(dns_line_of(
	    STR_LIT("of TXT 2.0.0.127.zen.example.org."), &type, &name));
	assert_int_equal(type, DNS_TXT);
	assert_true(str_eq(name, STR_LIT("2.0.0.127.zen.example.org")));
	assert_true(dns_line_of(STR_LIT("of A x.y"), &type, &name));
	assert_int_equal(type, DNS_A);
	assert_true(str_eq(name, STR_LIT("x.y")));
	assert_false(dns_line_of(STR_LIT("of A"), &type, &name));
	assert_false(dns_line_of(STR_LIT("of"), &type, &name));
	assert_false(dns_line_of(STR_LIT("ok 5 x.y"), &type, &name));
	assert_false(dns_line_of(STR_LIT(""), &type, &name));
}

static void
no_answer_says_why(void **state)
{
	char text[DNS_LINE_TEXT];

	(void)state;
	assert_int_equal(
	    read_answer("none NXDOMAIN 60", text).status, DNS_NXDOMAIN);
	assert_int_equal(read_answer("none NXDOMAIN 60", text).ttl_s, 60);
	assert_int_equal(
	    read_answer("none NOERROR 0", text).status, DNS_NODATA);
	assert_int_equal(
	    read_answer("none REFUSED 0", text).status, DNS_REFUSED);
	assert_int_equal(
	    read_answer("none SERVFAIL 0", text).status, DNS_SERVFAIL);
	assert_int_equal(
	    read_answer("none TIMEOUT 0", text).status, DNS_TIMEOUT);
	/* What we have never heard of is a failure of the server. */
	assert_int_equal(
	    read_answer("none NOTAUTH 0", text).status, DNS_SERVFAIL);
}

static void
texts_are_joined_and_unescaped(void **state)
{
	char text[DNS_LINE_TEXT];
	struct dns_answer a = read_answer(
	    "txt 5 \"see \" \"a \\\"list\\\" \\\\ \\065\\240\"", text);

	(void)state;
	assert_int_equal(a.status, DNS_OK);
	assert_true(str_eq(a.text, STR_LIT("see a \"list\" \\ A\xf0")));
	assert_int_equal(read_answer("txt 5 \"cut \\", text).text.n, 4);
	assert_int_equal(read_answer("txt 5 none", text).text.n, 0);
}

static void
hostile_lines_are_no_answers(void **state)
{
	static const char *const lines[] = {"", "ok", "ok x 127.0.0.2",
	    "ok -1 127.0.0.2", "txt", "hello 1 2", "none"};
	char text[DNS_LINE_TEXT], long_line[8192];
	struct dns_answer a;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (dns_line_read(str_of(lines[i]), &a, text) != DNS_LINE_NONE)
			fail_msg("taken: %s", lines[i]);
	/* An answer of nothing we can read is bad, never clean. */
	assert_int_equal(
	    read_answer("ok 5 localhost ::1 300.1.1.1", text).status, DNS_BAD);
	memset(long_line, 'x', sizeof long_line);
	memcpy(long_line, "txt 5 \"", 7);
	assert_int_equal(
	    dns_line_read((struct str){long_line, sizeof long_line}, &a, text),
	    DNS_LINE_ANSWER);
	assert_int_equal(a.text.n, DNS_LINE_TEXT);
	assert_int_equal(
	    dns_line_read(STR_LIT("nodig"), &a, text), DNS_LINE_NODIG);
	assert_int_equal(dns_line_read(STR_LIT("end"), &a, text), DNS_LINE_END);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_come_as_numbers),
	    cmocka_unit_test(questions_are_named),
	    cmocka_unit_test(no_answer_says_why),
	    cmocka_unit_test(texts_are_joined_and_unescaped),
	    cmocka_unit_test(hostile_lines_are_no_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
