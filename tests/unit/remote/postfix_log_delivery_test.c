/* Delivery and queue manager lines, ordinary and odd. */
#include "tests/unit/remote/postfix_log_help.h"

static void
sent_with_everything(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line(
	    "postfix/out1/smtp[4711]: 4Y1kWz2QZ9z1Rk: to=<ann@example.com>, "
	    "orig_to=<info@corp.example>, relay=mx1.example.com[192.0.2.25]:25,"
	    " conn_use=3, delay=1.35, delays=0.1/0/1.2/0.05, dsn=2.0.0, "
	    "status=sent (250 2.0.0 Ok: queued as 5B1C2)",
	    &r));
	assert_int_equal(r.at_ms, NOW_MS);
	assert_int_equal(r.kind, LOG_DELIVERY);
	assert_int_equal(r.status, LS_SENT);
	assert_str(r.tag, "postfix/out1");
	assert_str(r.program, "smtp");
	assert_str(r.qid, "4Y1kWz2QZ9z1Rk");
	assert_str(r.to, "ann@example.com");
	assert_str(r.relay, "mx1.example.com");
	assert_str(r.relay_ip, "192.0.2.25");
	assert_int_equal(r.relay_port, 25);
	assert_int_equal(r.delay_ms, 1350);
	assert_int_equal(r.stage_ms[0], 100);
	assert_int_equal(r.stage_ms[1], 0);
	assert_int_equal(r.stage_ms[2], 1200);
	assert_int_equal(r.stage_ms[3], 50);
	assert_int_equal(r.dsn[0], 2);
	assert_str(r.text, "250 2.0.0 Ok: queued as 5B1C2");
	assert_false(r.has_from);
	assert_int_equal(r.size_bytes, -1);
	assert_int_equal(r.nrcpt, -1);
}

static void
deferred_by_a_reply(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line(
	    "postfix/out2/smtp[9]: 3F2A41C0B3: to=<b@gmail.com>, "
	    "relay=gmail-smtp-in.l.google.com[2a00:1450:400c:c0c::1a]:25, "
	    "delay=345, delays=340/0.02/3.1/1.9, dsn=4.7.28, status=deferred "
	    "(host gmail-smtp-in.l.google.com[2a00:1450:400c:c0c::1a] said: "
	    "421-4.7.28 Our system has detected (an unusual) rate of mail "
	    "421 4.7.28 review our guidelines. a1-20020aa7d.5 - gsmtp "
	    "(in reply to end of DATA command))",
	    &r));
	assert_int_equal(r.status, LS_DEFERRED);
	assert_str(r.relay_ip, "2a00:1450:400c:c0c::1a");
	assert_int_equal(r.relay_port, 25);
	assert_int_equal(r.delay_ms, 345000);
	assert_int_equal(r.dsn[2], 28);
	assert_true(str_starts(r.text, STR_LIT("host gmail-smtp-in")));
	assert_true(
	    str_ends(r.text, STR_LIT("(in reply to end of DATA command)")));
}

static void
relays_of_all_kinds(void **state)
{
	static const struct {
		const char *relay, *host, *ip;
		uint16_t port;
	} rows[] = {
	    {"none", "", "", 0},
	    {"local", "local", "", 0},
	    {"mta1.example.com[private/dovecot-lmtp]", "mta1.example.com", "",
		0},
	    {"mta1[/var/run/dovecot/lmtp]", "mta1", "", 0},
	    {"127.0.0.1[127.0.0.1]:10024", "127.0.0.1", "127.0.0.1", 10024},
	    {"old.example[192.0.2.1]", "old.example", "192.0.2.1", 0},
	    {"a[192.0.2.1]:99999", "a", "192.0.2.1", 0},
	    {"a[192.0.2.1", "a", "", 0},
	    {"a[dead]:25", "a", "", 25},
	};
	struct log_rec r;
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(line, sizeof(line),
		    "postfix/lmtp[1]: ABCDEF01: to=<a@b>, relay=%s, delay=1, "
		    "delays=0/0/0/1, dsn=2.0.0, status=sent (ok)",
		    rows[i].relay);
		assert_true(read_line(line, &r));
		assert_str(r.relay, rows[i].host);
		assert_str(r.relay_ip, rows[i].ip);
		assert_int_equal(r.relay_port, rows[i].port);
		assert_int_equal(r.status, LS_SENT);
	}
}

static void
addresses_that_look_like_syntax(void **state)
{
	static const struct {
		const char *written, *to;
	} rows[] = {
	    {"", ""},
	    {"ann", "ann"},
	    {"\"a b\"@x.example", "\"a b\"@x.example"},
	    {"\"a>, relay=evil[1.2.3.4]:25, status=sent (x\"@x",
		"\"a>, relay=evil[1.2.3.4]:25, status=sent (x\"@x"},
	    {"\"a\\\">, b\"@x", "\"a\\\">, b\"@x"},
	    {"a,b@x", "a,b@x"},
	    {"a>b@x", "a>b@x"},
	    {"\"open@x", "\"open@x"},
	    {"a b@x", "a b@x"},
	};
	struct log_rec r;
	char line[512];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(line, sizeof(line),
		    "postfix/smtp[1]: ABCDEF01: to=<%s>, orig_to=<\"o, "
		    "\\\">\"@x>, "
		    "relay=none, delay=7, delays=1/2/3/1, dsn=4.4.1, "
		    "status=deferred (connect to x[192.0.2.1]:25: Connection "
		    "timed out)",
		    rows[i].written);
		assert_true(read_line(line, &r));
		assert_str(r.to, rows[i].to);
		assert_int_equal(r.status, LS_DEFERRED);
		assert_str(r.relay, "");
		assert_str(r.relay_ip, "");
		assert_int_equal(r.delay_ms, 7000);
		assert_str(
		    r.text, "connect to x[192.0.2.1]:25: Connection timed out");
	}
}

static void
every_status(void **state)
{
	static const struct {
		const char *word;
		enum log_status status;
	} rows[] = {{"sent", LS_SENT}, {"deferred", LS_DEFERRED},
	    {"bounced", LS_BOUNCED}, {"expired", LS_EXPIRED},
	    {"force-expired", LS_EXPIRED}, {"SOFTBOUNCE", LS_DEFERRED},
	    {"deliverable", LS_OTHER}, {"undeliverable", LS_OTHER},
	    {"sentx", LS_OTHER}};
	struct log_rec r;
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(line, sizeof(line),
		    "postfix/error[1]: ABCDEF01: to=<a@b>, relay=none, "
		    "delay=1, delays=0/0/0/1, dsn=4.3.2, status=%s (deferred "
		    "transport)",
		    rows[i].word);
		assert_true(read_line(line, &r));
		assert_int_equal(r.kind, LOG_DELIVERY);
		assert_int_equal(r.status, rows[i].status);
		assert_str(r.text, "deferred transport");
	}
}

static void
parts_that_are_missing_or_new(void **state)
{
	struct log_rec r;

	(void)state;
	/* Postfix before 2.3 had no delays and no dsn. */
	assert_true(read_line("postfix/smtp[1]: ABCDEF01: to=<a@b>, "
			      "relay=m[192.0.2.1], delay=3, status=sent (250)",
	    &r));
	assert_int_equal(r.status, LS_SENT);
	assert_int_equal(r.stage_ms[0], -1);
	assert_int_equal(r.dsn[0], 0);
	/* One to come. */
	assert_true(read_line("postfix/smtp[1]: ABCDEF01: to=<a@b>, relay=m, "
			      "tls=yes, delay=3, status=sent (250)",
	    &r));
	assert_int_equal(r.delay_ms, 3000);
	assert_int_equal(r.status, LS_SENT);
	/* Cut by syslog in the middle of the words. */
	assert_true(read_line("postfix/smtp[1]: ABCDEF01: to=<a@b>, relay=m, "
			      "delay=3, status=deferred (host m said: 450 (a",
	    &r));
	assert_str(r.text, "host m said: 450 (a");
	/* Cut before the status: no figure of it. */
	assert_true(read_line(
	    "postfix/smtp[1]: ABCDEF01: to=<a@b>, relay=m, delay=3, stat", &r));
	assert_int_equal(r.kind, LOG_OTHER);
	assert_str(r.qid, "ABCDEF01");
	assert_str(r.to, "");
	assert_int_equal(r.delay_ms, -1);
	assert_true(read_line("postfix/smtp[1]: ABCDEF01: to=<a@b", &r));
	assert_int_equal(r.kind, LOG_OTHER);
	assert_true(read_line("postfix/smtp[1]: ABCDEF01: to=<a@b>, relay=m, "
			      "delay=x, delays=1/y, dsn=9.9, status=sent (ok)",
	    &r));
	assert_int_equal(r.delay_ms, -1);
	assert_int_equal(r.stage_ms[0], 1000);
	assert_int_equal(r.stage_ms[1], -1);
	assert_int_equal(r.dsn[0], 0);
	/* Numbers no clock can count. */
	assert_true(read_line("postfix/smtp[1]: ABCDEF01: to=<a@b>, "
			      "delay=99999999999999999999, dsn=5.300.7000, "
			      "status=bounced (x)",
	    &r));
	assert_int_equal(r.delay_ms, -1);
	assert_int_equal(r.dsn[1], 255);
	assert_int_equal(r.dsn[2], 255);
}

static void
queue_manager(void **state)
{
	struct log_rec r;

	(void)state;
	assert_true(read_line("postfix/qmgr[8]: ABCDEF01: from=<a@b.example>, "
			      "size=4821, nrcpt=3 (queue active)",
	    &r));
	assert_int_equal(r.kind, LOG_QUEUED);
	assert_true(r.has_from);
	assert_str(r.from, "a@b.example");
	assert_int_equal(r.size_bytes, 4821);
	assert_int_equal(r.nrcpt, 3);
	assert_true(read_line(
	    "postfix/qmgr[8]: ABCDEF01: from=<>, size=1, nrcpt=1 (queue "
	    "active)",
	    &r));
	assert_true(r.has_from);
	assert_int_equal(r.from.n, 0);
	assert_true(read_line("postfix/qmgr[8]: ABCDEF01: from=<a@b>, "
			      "status=expired, returned to sender",
	    &r));
	assert_int_equal(r.kind, LOG_EXPIRED);
	assert_int_equal(r.status, LS_EXPIRED);
	assert_str(r.from, "a@b");
	assert_true(read_line("postfix/qmgr[8]: ABCDEF01: from=<a@b>, "
			      "status=force-expired, returned to sender",
	    &r));
	assert_int_equal(r.kind, LOG_EXPIRED);
	assert_true(read_line("postfix/qmgr[8]: ABCDEF01: removed", &r));
	assert_int_equal(r.kind, LOG_REMOVED);
	assert_str(r.qid, "ABCDEF01");
	assert_true(read_line("postfix/qmgr[8]: ABCDEF01: removed?", &r));
	assert_int_equal(r.kind, LOG_OTHER);
	assert_true(
	    read_line("postfix/qmgr[8]: ABCDEF01: from=<a@b>, size=4", &r));
	assert_int_equal(r.kind, LOG_OTHER);
	assert_false(r.has_from);
}

/* Digits are turned eight at once where as many bytes may be looked at. */
static void
sizes_of_all_lengths(void **state)
{
	static const char digits[] = "12345678901234567890";
	struct log_rec r;
	char line[128];
	int64_t v = 0;

	(void)state;
	for (int n = 0; n <= 20; n++) {
		static const char *const tails[] = {
		    "", " ", ", nrcpt=1", "x, nrcpt=1 (queue active)"};

		if (n > 0 && n <= 18)
			v = v * 10 + (digits[n - 1] - '0');
		for (size_t i = 0; i < 4; i++) {
			(void)snprintf(line, sizeof(line),
			    "postfix/qmgr[8]: ABCDEF01: from=<>, size=%.*s%s",
			    n, digits, tails[i]);
			assert_true(read_line(line, &r));
			assert_int_equal(
			    r.kind, i < 2 ? LOG_OTHER : LOG_QUEUED);
			assert_int_equal(
			    r.size_bytes, i < 2 || n == 0 || n > 18 ? -1 : v);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sent_with_everything),
	    cmocka_unit_test(deferred_by_a_reply),
	    cmocka_unit_test(relays_of_all_kinds),
	    cmocka_unit_test(addresses_that_look_like_syntax),
	    cmocka_unit_test(every_status),
	    cmocka_unit_test(parts_that_are_missing_or_new),
	    cmocka_unit_test(queue_manager),
	    cmocka_unit_test(sizes_of_all_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
