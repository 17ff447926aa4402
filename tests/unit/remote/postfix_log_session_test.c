/* What clients bring and what they are told. */
#include "tests/unit/remote/postfix_log_help.h"

static void
clients(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line(
	    "postfix/smtpd[7]: ABCDEF01: client=app1.corp.example[192.0.2.7]",
	    &r));
	assert_int_equal(r.kind, LOG_CLIENT);
	assert_str(r.qid, "ABCDEF01");
	assert_str(r.client, "app1.corp.example");
	assert_str(r.client_ip, "192.0.2.7");
	assert_str(r.sasl_user, "");
	assert_true(read_line("postfix/submission/smtpd[7]: ABCDEF01: "
			      "client=unknown[2001:db8::7]:51234, "
			      "sasl_method=PLAIN, sasl_username=a, b@c d, "
			      "sasl_sender=x@y",
	    &r));
	assert_str(r.tag, "postfix/submission");
	assert_str(r.client, "unknown");
	assert_str(r.client_ip, "2001:db8::7");
	assert_str(r.sasl_user, "a, b@c d");
	/* Behind a content filter the one who came first counts. */
	assert_true(read_line("postfix/smtpd[7]: ABCDEF01: "
			      "client=localhost[127.0.0.1], "
			      "orig_queue_id=9ABCDEF0, "
			      "orig_client=web.example[198.51.100.9]",
	    &r));
	assert_str(r.client, "web.example");
	assert_str(r.client_ip, "198.51.100.9");
	assert_true(read_line(
	    "postfix/smtpd[7]: NOQUEUE: client=a.example[192.0.2.8]", &r));
	assert_int_equal(r.kind, LOG_CLIENT);
	assert_str(r.qid, "");
}

static void
rejects(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line(
	    "postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.9]: "
	    "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked "
	    "using zen.example; https://x.example/q?a=1; from=<s@a> to=<r@b> "
	    "proto=ESMTP helo=<h> sasl_username=<bob>",
	    &r));
	assert_int_equal(r.kind, LOG_REJECT);
	assert_str(r.qid, "");
	assert_str(r.client, "unknown");
	assert_str(r.client_ip, "192.0.2.9");
	assert_str(r.text,
	    "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked "
	    "using zen.example; https://x.example/q?a=1");
	assert_int_equal(r.dsn[0], 5);
	assert_int_equal(r.dsn[1], 7);
	assert_true(r.has_from);
	assert_str(r.from, "s@a");
	assert_str(r.to, "r@b");
	assert_str(r.sasl_user, "bob");
	assert_int_equal(r.status, LS_NONE);
	/* No sender yet. */
	assert_true(read_line(
	    "postfix/smtpd[7]: NOQUEUE: reject: CONNECT from x[192.0.2.9]: 421 "
	    "4.7.0 x Error: too many connections from 192.0.2.9; proto=SMTP",
	    &r));
	assert_str(
	    r.text, "421 4.7.0 x Error: too many connections from 192.0.2.9");
	assert_false(r.has_from);
	/* postscreen: port at the client, commas in the envelope. */
	assert_true(read_line(
	    "postfix/postscreen[7]: NOQUEUE: reject: RCPT from "
	    "[2001:db8::9]:4711: 450 4.3.2 Service currently unavailable; "
	    "from=<s@a>, to=<r@b>, proto=ESMTP, helo=<h>",
	    &r));
	assert_str(r.client, "");
	assert_str(r.client_ip, "2001:db8::9");
	assert_str(r.text, "450 4.3.2 Service currently unavailable");
	assert_str(r.to, "r@b");
	/* In a session that has a queue id; nothing behind the reply. */
	assert_true(read_line("postfix/smtpd[7]: ABCDEF01: reject: DATA from "
			      "a[192.0.2.9]: 452 4.3.1 Insufficient storage;",
	    &r));
	assert_str(r.qid, "ABCDEF01");
	assert_str(r.text, "452 4.3.1 Insufficient storage");
}

static void
rejects_of_filters(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line(
	    "postfix/cleanup[7]: ABCDEF01: milter-reject: END-OF-MESSAGE from "
	    "a[192.0.2.9]: 5.7.1 Spam message rejected; from=<s@a> to=<r@b> "
	    "proto=ESMTP helo=<h>",
	    &r));
	assert_int_equal(r.kind, LOG_REJECT);
	assert_str(r.text, "5.7.1 Spam message rejected");
	assert_int_equal(r.dsn[0], 5);
	/* The header imitates the rest of the line. */
	assert_true(read_line(
	    "postfix/cleanup[7]: ABCDEF01: reject: header Subject: x from "
	    "evil[203.0.113.1]; from=<no@no> to=<no@no>: 2.0.0 y from "
	    "a[192.0.2.9]; from=<s@a> to=<r@b> proto=ESMTP helo=<h>: 5.7.1 "
	    "message content rejected",
	    &r));
	assert_int_equal(r.kind, LOG_REJECT);
	assert_str(r.client, "a");
	assert_str(r.client_ip, "192.0.2.9");
	assert_str(r.from, "s@a");
	assert_str(r.text, "5.7.1 message content rejected");
	assert_true(read_line(
	    "postfix/cleanup[7]: ABCDEF01: hold: header Subject: x from local; "
	    "from=<s@a> to=<r@b>",
	    &r));
	assert_int_equal(r.kind, LOG_HELD);
	assert_str(r.client, "local");
	assert_str(r.to, "r@b");
}

/* Clients choose addresses that imitate the rest of the line. */
static void
rejects_that_imitate_an_envelope(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line(
	    "postfix/smtpd[7]: NOQUEUE: reject: RCPT from a[192.0.2.9]: 450 "
	    "4.1.1 <\"; from=<x@y> to=<z> \"@evil>: Relay access denied; "
	    "from=<\"; from=<v@w>\"@evil> to=<\"; from=<x@y> to=<z> \"@evil> "
	    "proto=ESMTP helo=<h>",
	    &r));
	assert_str(r.from, "\"; from=<v@w>\"@evil");
	assert_str(r.to, "\"; from=<x@y> to=<z> \"@evil");
	assert_str(r.text,
	    "450 4.1.1 <\"; from=<x@y> to=<z> \"@evil>: Relay access denied");
	/* Cut, so that no envelope is whole: the first one counts. */
	assert_true(read_line(
	    "postfix/smtpd[7]: NOQUEUE: reject: RCPT from a[192.0.2.9]: 450 "
	    "4.1.1 <; from=<x> no>: denied; from=<v@w> to=<r",
	    &r));
	assert_str(r.text, "450 4.1.1 <");
	assert_str(r.from, "x");
	assert_str(r.to, "");
}

/* cleanup's form cut before the reply: who it was is still known. */
static void
a_reject_without_its_reply(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line("postfix/cleanup[7]: ABCDEF01: reject: header "
			      "Subject: x from a[192.0.2.9]; from=<s@a> to=<r",
	    &r));
	assert_int_equal(r.kind, LOG_REJECT);
	assert_str(r.client_ip, "192.0.2.9");
	assert_str(r.from, "s@a");
	assert_str(r.to, "");
	assert_str(r.text, "");
}

static void
holds(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line(
	    "postfix/smtpd[7]: NOQUEUE: hold: RCPT from a[192.0.2.9]: <s@a>: "
	    "Sender address triggers HOLD action; from=<s@a> to=<r@b> "
	    "proto=ESMTP helo=<h>",
	    &r));
	assert_int_equal(r.kind, LOG_HELD);
	assert_str(r.text, "<s@a>: Sender address triggers HOLD action");
	assert_int_equal(r.dsn[0], 0);
	assert_true(read_line(
	    "postfix/cleanup[7]: ABCDEF01: milter-hold: END-OF-MESSAGE from "
	    "a[192.0.2.9]: milter triggers HOLD action; from=<s@a> to=<r@b>",
	    &r));
	assert_int_equal(r.kind, LOG_HELD);
}

/* A warning is no refusal, and neither is half a line. */
static void
what_refuses_nobody(void **state)
{
	static const char *const lines[] = {
	    "NOQUEUE: reject_warning: RCPT from a[192.0.2.9]: 554 5.7.1 x; "
	    "from=<s@a>",
	    "NOQUEUE: warn: RCPT from a[192.0.2.9]: x; from=<s@a>",
	    "NOQUEUE: discard: RCPT from a[192.0.2.9]: x; from=<s@a>",
	    "NOQUEUE: reject: RCPT from a[192.0.2",
	    "NOQUEUE: reject: RCPT",
	    "NOQUEUE: reject:",
	    "NOQUEUE: hold: ",
	    "NOQUEUE: ",
	};
	struct log_rec r;
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(line, sizeof(line), "postfix/smtpd[7]: %s", lines[i]);
		assert_true(read_line(line, &r));
		assert_int_equal(r.kind, LOG_OTHER);
		assert_int_equal(r.client.n, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clients),
	    cmocka_unit_test(rejects),
	    cmocka_unit_test(rejects_of_filters),
	    cmocka_unit_test(rejects_that_imitate_an_envelope),
	    cmocka_unit_test(a_reject_without_its_reply),
	    cmocka_unit_test(holds),
	    cmocka_unit_test(what_refuses_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
