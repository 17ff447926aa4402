/* A line's head, whose it is, and the kinds without fields of their own. */
#include "tests/unit/remote/postfix_log_help.h"

static void
tags_and_programs(void **state)
{
	static const struct {
		const char *head, *tag, *program;
	} rows[] = {
	    {"postfix/smtp[12]: x", "postfix", "smtp"},
	    {"postfix/out1/smtp[12]: x", "postfix/out1", "smtp"},
	    {"postfix-out/smtp[12]: x", "postfix-out", "smtp"},
	    {"postfix-out/a/b/smtp[12]: x", "postfix-out/a/b", "smtp"},
	    {"postfix/postfix-script[12]: x", "postfix", "postfix-script"},
	    {"postfix/policy-spf[12]: x", "postfix", "policy-spf"},
	    {"postfix/sendmail: x", "postfix", "sendmail"},
	    {"postfix[12]: x", "postfix", "postfix"},
	    {"out1/smtp[12]: x", "out1", "smtp"},
	    {"relay-7/lmtp[12]:", "relay-7", "lmtp"},
	};
	struct log_rec r;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(read_line(rows[i].head, &r));
		assert_str(r.tag, rows[i].tag);
		assert_str(r.program, rows[i].program);
		assert_int_equal(r.kind, LOG_OTHER);
		assert_int_equal(r.at_ms, NOW_MS);
	}
}

static void
other_programs(void **state)
{
	static const char *const lines[] = {"dovecot: lmtp(12): saved",
	    "CRON[12]: (root) CMD (postfix/smtp[1]: x)", "sshd[12]: x",
	    "kernel: [ 12.3] postfix/smtp[1]: ABCDEF01: removed",
	    "last message repeated 3 times", "a/b[12]: ABCDEF01: removed",
	    "/smtp[12]: ABCDEF01: removed", "postfix/smtp[x]: x",
	    "postfix/smtp[12] x", "postfix/smtp", "", ":", "]:", "[1]: x",
	    "smtp[12]: ABCDEF01: removed"};
	struct log_rec r;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_false(read_line(lines[i], &r));
		assert_int_equal(r.kind, LOG_OTHER);
		assert_int_equal(r.tag.n, 0);
		assert_int_equal(r.qid.n, 0);
		assert_int_equal(r.at_ms, NOW_MS);
	}
}

static void
queue_ids(void **state)
{
	static const struct {
		const char *text, *qid;
	} rows[] = {
	    {"3F2A41C0B3: x", "3F2A41C0B3"},
	    {"4Y1kWz2QZ9z1Rk: x", "4Y1kWz2QZ9z1Rk"},
	    {"ABCDEF01: ", "ABCDEF01"},
	    {"NOQUEUE: x", ""},
	    {"ABCDE: x", ""},
	    {"statistics: x", ""},
	    {"warning: x", ""},
	    {"abcdef01: x", ""},
	    {"ABCDEF01:x", ""},
	    {"ABCDEF01", ""},
	    {"4Y1kWz2QZ9z1Rk4Y1kWz2QZ9z1Rk12345: x", ""},
	};
	struct log_rec r;
	char line[128];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(
		    line, sizeof(line), "postfix/smtp[1]: %s", rows[i].text);
		assert_true(read_line(line, &r));
		assert_str(r.qid, rows[i].qid);
	}
}

static void
kinds_without_fields(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line("postfix/cleanup[1]: ABCDEF01: "
			      "message-id=<20261121.1@corp.example>",
	    &r));
	assert_int_equal(r.kind, LOG_MESSAGEID);
	assert_str(r.message_id, "20261121.1@corp.example");
	assert_true(
	    read_line("postfix/cleanup[1]: ABCDEF01: message-id=a b", &r));
	assert_str(r.message_id, "a b");
	assert_true(read_line("postfix/cleanup[1]: ABCDEF01: message-id=", &r));
	assert_int_equal(r.kind, LOG_MESSAGEID);
	assert_true(read_line(
	    "postfix/cleanup[1]: ABCDEF01: resent-message-id=<x@y>", &r));
	assert_str(r.message_id, "x@y");
	assert_true(read_line("postfix/postsuper[1]: ABCDEF01: removed", &r));
	assert_int_equal(r.kind, LOG_REMOVED);
	assert_true(read_line("postfix/master[1]: fatal: bind 0.0.0.0 port 25: "
			      "Address already in use",
	    &r));
	assert_int_equal(r.kind, LOG_FATAL);
	assert_str(r.text, "bind 0.0.0.0 port 25: Address already in use");
	assert_true(read_line("postfix/qmgr[1]: panic: myfree: corrupt", &r));
	assert_int_equal(r.kind, LOG_FATAL);
	assert_true(
	    read_line("postfix/pickup[1]: ABCDEF01: uid=0 from=<root>", &r));
	assert_int_equal(r.kind, LOG_OTHER);
	assert_str(r.qid, "ABCDEF01");
	assert_true(read_line("postfix/bounce[1]: ABCDEF01: sender "
			      "non-delivery notification: ABCDEF02",
	    &r));
	assert_int_equal(r.kind, LOG_OTHER);
}

static void
bind_warnings(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line("postfix/out1/smtp[1]: warning: "
			      "smtp_connect_addr: bind 192.0.2.1: Cannot "
			      "assign requested address",
	    &r));
	assert_int_equal(r.kind, LOG_BIND_WARNING);
	assert_str(r.tag, "postfix/out1");
	assert_str(r.text, "bind 192.0.2.1: Cannot assign requested address");
	assert_true(read_line("postfix/out1/smtp[1]: warning: bind 192.0.2.1 "
			      "port 0: Cannot assign requested address",
	    &r));
	assert_int_equal(r.kind, LOG_BIND_WARNING);
	assert_true(read_line("postfix/smtpd[1]: warning: bind 192.0.2.1: "
			      "Cannot assign requested address",
	    &r));
	assert_int_equal(r.kind, LOG_OTHER);
	assert_true(read_line(
	    "postfix/smtp[1]: warning: bind 192.0.2.1: Permission denied", &r));
	assert_int_equal(r.kind, LOG_OTHER);
}

static void
times_that_cannot_be_read(void **state)
{
	struct postfix_log *p = postfix_log_new(NULL, NULL);
	struct log_rec r;

	(void)state;
	assert_non_null(p);
	assert_false(postfix_log_line(p,
	    STR_LIT("Nov 21 99:05:42 mta1 postfix/qmgr[1]: ABCDEF01: removed"),
	    &r));
	assert_int_equal(r.at_ms, 0);
	assert_int_equal(r.tag.n, 0);
	assert_int_equal(r.kind, LOG_OTHER);
	postfix_log_free(p);
}

/* Fields are looked for 32 bytes at once where there are as many: how much
 * follows must make no difference. */
enum { TAIL_MAX = 70 };

static bool
read_with_tail(const char *head, size_t tail, struct log_rec *r)
{
	static char line[512]; /* records point into it */
	size_t n = (size_t)snprintf(line, sizeof(line) - TAIL_MAX, "%s", head);

	assert_in_range(n, 0, sizeof(line) - TAIL_MAX - 1);
	memset(line + n, 'z', tail);
	line[n + tail] = '\0';
	return read_line(line, r);
}

static void
heads_at_any_distance_from_the_end(void **state)
{
	static const char *const heads[] = {"postfix/smtp[12]: x",
	    "postfix-out/a/b/smtp[12]: x", "postfix/sendmail: x",
	    "postfix[12]: x", "out1/smtp[12]: x", "dovecot: lmtp(12): saved x",
	    "a/b[12]: ABCDEF01: x", "/smtp[12]: x", "postfix/smtp[x]: x",
	    "postfix/smtp[12] x", "postfix/smtp[]: x", "postfix/smtp[1 2]: x",
	    "[1]: x", "]: x", ": x", "x x", " x", "postfix/smtp]: x",
	    "postfix/smtp[12]:x x", "postfix/a/: x", "1/2/smtp[3]: x",
	    "postfix/smtp12]: x"};
	struct log_rec near, far;
	char tag[80], head[160];

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		for (size_t tail = 1; tail < TAIL_MAX; tail++) {
			bool ok = read_with_tail(heads[i], 0, &far);

			assert_int_equal(
			    read_with_tail(heads[i], tail, &near), ok);
			assert_true(str_eq(near.tag, far.tag));
			assert_true(str_eq(near.program, far.program));
		}
	for (size_t n = 1; n < sizeof(tag); n++) {
		memset(tag, 't', n - 1);
		tag[n - 1] = '\0';
		(void)snprintf(
		    head, sizeof(head), "postfix%s/smtp[12345]: x", tag);
		assert_true(read_with_tail(head, TAIL_MAX, &near));
		assert_int_equal(near.tag.n, 7 + n - 1);
		assert_str(near.program, "smtp");
	}
}

static void
bytes_of_queue_ids(void **state)
{
	static const char yes[] =
	    "0123456789ABCDEFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
	struct log_rec r;
	char head[80];

	(void)state;
	for (int byte = 1; byte < 256; byte++)
		for (int at = 0; at < 24; at++) {
			char id[25] = "4Y0SWDb2gz001N4Y0SWDb2gz";
			bool good = strchr(yes, byte) != NULL;

			if (byte == '\n' || byte == '\r')
				continue;
			id[at] = (char)byte;
			(void)snprintf(
			    head, sizeof(head), "postfix/smtp[1]: %s: x", id);
			for (size_t tail = 0; tail < TAIL_MAX; tail += 23) {
				assert_true(read_with_tail(head, tail, &r));
				assert_int_equal(r.qid.n, good ? 24 : 0);
			}
		}
	for (int n = 1; n < 40; n++) {
		(void)snprintf(head, sizeof(head), "postfix/smtp[1]: %.*s: x",
		    n, "4Y0SWDb2gz001N4Y0SWDb2gz4Y0SWDb2gz001N4Y0SWDb2gz");
		for (size_t tail = 0; tail < TAIL_MAX; tail += 23) {
			assert_true(read_with_tail(head, tail, &r));
			assert_int_equal(
			    r.qid.n, n >= 6 && n <= 32 ? (size_t)n : 0);
		}
	}
}

static void
bytes_of_addresses(void **state)
{
	static const char yes[] = "0123456789abcdefABCDEF.:";
	struct log_rec r;
	char head[200];

	(void)state;
	for (int byte = 1; byte < 256; byte++)
		for (int len = 1; len < 46; len += 4) {
			bool good = strchr(yes, byte) != NULL;
			char ip[46];

			if (strchr("\n\r,]", byte) != NULL)
				continue;
			memset(ip, '2', sizeof(ip));
			ip[len / 3] = '.';
			ip[len - 1] = (char)byte;
			(void)snprintf(head, sizeof(head),
			    "postfix/smtp[1]: ABCDEF01: to=<a@b>, "
			    "relay=mx[%.*s]:25, status=sent (x",
			    len, ip);
			good &= len > 1 || byte == '.' || byte == ':';
			for (size_t tail = 0; tail < TAIL_MAX; tail += 23) {
				assert_true(read_with_tail(head, tail, &r));
				assert_str(r.relay, "mx");
				assert_int_equal(r.relay_port, 25);
				assert_int_equal(
				    r.relay_ip.n, good ? (size_t)len : 0);
			}
		}
}

/* What is wrong with a line, and what is only none of ours or of no use. */
static void
bad_lines(void **state)
{
#define AT     "Nov 21 23:05:42 mta1 "
#define ROW(s) s, sizeof(s) - 1
	static const struct {
		const char *line;
		size_t n;
		enum log_bad bad;
	} rows[] = {
	    {ROW(AT "postfix/qmgr[1]: ABCDEF01: removed"), BAD_NONE},
	    {ROW(AT "postfix/smtp[1]: ABCDEF01: to=<a@b>, relay=mx["),
		BAD_HALF},
	    {ROW(AT "postfix/smtp[1]: ABCDEF01: to=<a"), BAD_HALF},
	    {ROW(AT "postfix/qmgr[1]: ABCDEF01: from=<a@b>, si"), BAD_HALF},
	    {ROW(AT "postfix/qmgr[1]: ABCDEF01: from=<>, size=1, nrcpt=1"),
		BAD_NONE},
	    {ROW(AT "postfix/smtp[1]: ABCDEF01: host mx said: 4"), BAD_NONE},
	    {ROW(AT "postfix/smtp[1]: connect to mx: timed out"), BAD_NONE},
	    {ROW(AT "dovecot: to=<a@b"), BAD_NONE},
	    {ROW(AT "dovecot: \0"), BAD_NONE},
	    {ROW("Nov 77 23:05:42 mta1 postfix/qmgr[1]: A: removed"), BAD_TIME},
	    {ROW("Nov 77 23:05:42 mta1 dovecot: hello"), BAD_NONE},
	    {ROW("\0\0\0" AT "postfix/qmgr[1]: A: removed"), BAD_NULS},
	    {ROW("\0\0\0"), BAD_NULS},
	    {ROW("the rest of a line"), BAD_NONE},
	    {ROW(""), BAD_NONE},
	};
#undef AT
#undef ROW
	struct postfix_log *p = postfix_log_new(NULL, NULL);
	struct log_rec r;

	(void)state;
	assert_non_null(p);
	postfix_log_clock(p, NOW_MS, TOKYO_S);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)postfix_log_line(
		    p, (struct str){rows[i].line, rows[i].n}, &r);
		if (r.bad != rows[i].bad)
			fail_msg("row %zu: %s is not %s", i,
			    log_bad_name((enum log_bad)r.bad),
			    log_bad_name(rows[i].bad));
	}
	postfix_log_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tags_and_programs),
	    cmocka_unit_test(other_programs),
	    cmocka_unit_test(queue_ids),
	    cmocka_unit_test(kinds_without_fields),
	    cmocka_unit_test(bind_warnings),
	    cmocka_unit_test(times_that_cannot_be_read),
	    cmocka_unit_test(heads_at_any_distance_from_the_end),
	    cmocka_unit_test(bytes_of_queue_ids),
	    cmocka_unit_test(bytes_of_addresses),
	    cmocka_unit_test(bad_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
