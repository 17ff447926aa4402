/* postfix_discover_test.c - discovery from real output (Postfix 3.7.11, main
 * instance and one more) and from what a host might send instead. */
#include "remote/postfix_discover.h"
#include "tests/unit/remote/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define DIR "tests/fixtures/postfix_discover/"

static struct discovery *
discover(struct str text, int64_t sent_ms, int64_t got_ms, err_t want)
{
	struct discovery *d = calloc(1, sizeof(*d));
	char why[256] = "";
	err_t err;

	assert_non_null(d);
	err = postfix_discover(d, text, sent_ms, got_ms, why, sizeof(why));
	assert_int_equal(err, want);
	assert_int_equal(err == ERR_OK, why[0] == '\0');
	return d;
}

/* The fixture with every `from` replaced; owned by the caller's buf. */
static struct str
edited(struct buf *out, const char *file, const char *from, const char *to)
{
	struct buf in;
	struct str rest = fixture_read(&in, file);
	size_t at;

	assert_true(rest.n > 0);
	buf_init(out, 1 << 20);
	while ((at = str_find(rest, str_of(from))) != SIZE_MAX) {
		(void)buf_add(out, rest.p, at);
		(void)buf_puts(out, to);
		rest = str_from(rest, at + strlen(from));
	}
	(void)buf_str(out, rest);
	assert_int_equal(out->failed, ERR_OK);
	buf_done(&in);
	return buf_view(out);
}

static const struct handle *
handle(const struct discovery *d, const char *name, const char *instance)
{
	for (unsigned i = 0; i < d->n_handles; i++)
		if (strcmp(d->handles[i].name, name) == 0 &&
		    strcmp(d->handles[i].instance, instance) == 0)
			return &d->handles[i];
	return NULL;
}

static const struct finding *
finding(const struct discovery *d, const char *id, unsigned nth)
{
	for (unsigned i = 0; i < d->n_findings; i++)
		if (strcmp(d->findings[i].id, id) == 0 && nth-- == 0)
			return &d->findings[i];
	return NULL;
}

static void
values(void **state)
{
	struct buf b;
	struct str text = fixture_read(&b, DIR "root.txt");
	/* 200 ms on the way there and back, the script ran 86 ms of them. */
	struct discovery *d =
	    discover(text, 1795304264350, 1795304264550, ERR_OK);

	(void)state;
	assert_string_equal(d->mta, "postfix");
	assert_string_equal(d->version, "3.7.11");
	assert_string_equal(d->hostname, "mx1");
	assert_string_equal(d->queue_dir, "/var/spool/postfix");
	assert_string_equal(d->config_dir, "/etc/postfix");
	assert_string_equal(d->log_path, "/var/log/mail.log");
	assert_int_equal(d->log_format, LOGF_SYSLOG);
	assert_int_equal(d->privilege, PRIV_ROOT);
	assert_true(d->long_queue_ids);
	assert_int_equal(d->boot_ms, 1795302302000);
	assert_int_equal(d->utc_offset_s, 0);
	/* Half way of 1795304264.408 and 4266.588, less half way of ours. */
	assert_int_equal(d->clock_offset_ms, 1048);
	assert_null(finding(d, "clock-off", 0));
	assert_null(finding(d, "no-privilege", 0));
	assert_null(finding(d, "no-log-access", 0));
	free(d);
	buf_done(&b);
}

static void
handles(void **state)
{
	struct buf b;
	struct discovery *d =
	    discover(fixture_read(&b, DIR "root.txt"), 0, 0, ERR_OK);
	const struct handle *h;

	(void)state;
	/* smtp relay out1 out2 out3 out3slow plain1 plain2 six; smtp relay
	 * bulk1 of the other instance; the idle lmtp clients do not count. */
	assert_int_equal(d->n_handles, 12);
	h = handle(d, "out1", "");
	assert_string_equal(h->tag, "postfix/out1");
	assert_string_equal(h->ip, "127.0.1.1");
	assert_string_equal(h->pool, "sender map");
	assert_true(h->attributable);
	h = handle(d, "out3", "");
	assert_string_equal(h->ip, "10.9.8.7");
	assert_true(h->attributable); /* shares its tag with the same address */
	assert_string_equal(handle(d, "out3slow", "")->tag, "postfix/out3");
	assert_string_equal(handle(d, "out3slow", "")->pool, "");
	h = handle(d, "plain1", "");
	assert_string_equal(h->tag, "postfix");
	assert_false(h->attributable);
	h = handle(d, "smtp", "");
	assert_string_equal(h->ip, "");
	assert_string_equal(h->pool, "default_transport");
	assert_false(h->attributable);
	assert_string_equal(handle(d, "relay", "")->pool, "relay_transport");
	assert_string_equal(handle(d, "six", "")->ip6, "fd00::2");
	h = handle(d, "bulk1", "postfix-bulk");
	assert_string_equal(h->ip, "127.0.2.1"); /* main.cf's */
	assert_string_equal(h->tag, "postfix-bulk/bulk1");
	assert_string_equal(h->pool, "default_transport");
	assert_true(h->attributable);
	assert_int_equal(d->n_further, 1);
	assert_string_equal(d->further[0].name, "postfix-bulk");
	assert_string_equal(d->further[0].config_dir, "/etc/postfix-bulk");
	assert_string_equal(d->further[0].queue_dir, "/var/spool/postfix-bulk");
	assert_int_equal(discovery_instance_bit(d, h), 2);
	assert_null(finding(d, "instance-unread", 0));
	free(d);
	buf_done(&b);
}

static void
findings(void **state)
{
	struct buf b;
	struct discovery *d =
	    discover(fixture_read(&b, DIR "root.txt"), 0, 0, ERR_OK);
	const struct finding *x;

	(void)state;
	x = finding(d, "no-syslog-name", 0);
	assert_non_null(strstr(x->text, "smtp relay plain1 plain2"));
	assert_string_equal(x->remedy,
	    "for t in smtp relay plain1 plain2; do postconf -c /etc/postfix -P "
	    "\"$t/unix/syslog_name=postfix/\\$service_name\"; done; "
	    "postfix -c /etc/postfix reload");
	/* Both instances' relay log as postfix/relay, from other addresses. */
	x = finding(d, "no-syslog-name", 1);
	assert_string_equal(x->remedy,
	    "for t in relay; do postconf -c /etc/postfix-bulk -P "
	    "\"$t/unix/syslog_name=\\$multi_instance_name/\\$service_name\"; "
	    "done; postfix -c /etc/postfix-bulk reload");
	x = finding(d, "short-queue-ids", 0);
	assert_non_null(strstr(x->text, "/etc/postfix-bulk"));
	assert_string_equal(x->remedy,
	    "postconf -c /etc/postfix-bulk -e enable_long_queue_ids=yes && "
	    "postfix -c /etc/postfix-bulk reload");
	x = finding(d, "bind-not-enforced", 0);
	assert_non_null(strstr(x->text, "out1 out2 out3 out3slow plain1 six"));
	x = finding(d, "bind-address-missing", 0);
	assert_non_null(strstr(x->text, "out3 binds 10.9.8.7"));
	assert_non_null(
	    strstr(finding(d, "bind-address-missing", 1)->text, "out3slow"));
	assert_null(finding(d, "bind-address-missing", 2));
	assert_non_null(finding(d, "anyone-may-flush", 1));
	x = finding(d, "cron-flushes", 0);
	assert_non_null(strstr(x->text, "/etc/cron.d/flush"));
	assert_non_null(strstr(x->text, "postqueue -f"));
	assert_null(finding(d, "cron-flushes", 1)); /* the other is a comment */
	x = finding(d, "ip-shared-by-transports", 0);
	assert_non_null(strstr(x->text, "10.9.8.7 is used by 2 transports: "
					"out3 and out3slow"));
	assert_non_null(finding(d, "clock-off", 0)); /* 56 years */
	free(d);
	buf_done(&b);
}

/* The larger of the two settings decides; a size limit of 0 is none. */
static void
room_for_mail(void **state)
{
	static const struct {
		const char *from, *to, *rule;
		int64_t need;
	} rows[] = {
	    {"?", "?", "1.5 x message_size_limit", 15360000},
	    {"queue_minfree = 0", "queue_minfree = 20000000", "queue_minfree",
		20000000},
	    {"message_size_limit = 10240000", "message_size_limit = 0",
		"queue_minfree", 0},
	    {"message_size_limit = 10240000",
		"message_size_limit = 9223372036854775807", "", -1},
	    {"queue_minfree = 0\nmessage_size_limit = 10240000", "", "", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b;
		struct discovery *d = discover(
		    edited(&b, DIR "root.txt", rows[i].from, rows[i].to), 0, 0,
		    ERR_OK);

		assert_int_equal(d->spool_need_bytes, rows[i].need);
		assert_string_equal(d->spool_rule, rows[i].rule);
		free(d);
		buf_done(&b);
	}
}

static void
unprivileged(void **state)
{
	struct buf b;
	struct discovery *d =
	    discover(fixture_read(&b, DIR "nobody.txt"), 0, 0, ERR_OK);

	(void)state;
	assert_int_equal(d->privilege, PRIV_NONE);
	assert_int_equal(d->log_format, LOGF_UNKNOWN);
	assert_non_null(
	    strstr(finding(d, "no-log-access", 0)->remedy, "adm nobody"));
	assert_non_null(strstr(finding(d, "no-privilege", 0)->remedy,
	    "nobody ALL=(root) NOPASSWD: /usr/bin/find"));
	free(d);
	buf_done(&b);
}

/* Hosts of the lab: by recipient, sudo, nothing allowed, no syslog names. */
static void
lab_hosts(void **state)
{
	static const struct {
		const char *file, *pool;
		enum log_format format;
		enum privilege privilege;
		bool told, long_ids;
		const char *finding, *not_found;
	} rows[] = {
	    {DIR "lab-mta2-root.txt", "transport map", LOGF_RFC3339, PRIV_ROOT,
		true, true, "bind-not-enforced", "no-privilege"},
	    {DIR "lab-mta2-op.txt", "transport map", LOGF_RFC3339, PRIV_SUDO,
		true, true, "anyone-may-flush", "no-log-access"},
	    {DIR "lab-mta2-guest.txt", "transport map", LOGF_UNKNOWN, PRIV_NONE,
		true, true, "no-log-access", "no-syslog-name"},
	    {DIR "lab-mta3.txt", "sender map", LOGF_SYSLOG, PRIV_ROOT, false,
		false, "no-syslog-name", "no-privilege"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b;
		struct discovery *d =
		    discover(fixture_read(&b, rows[i].file), 0, 0, ERR_OK);

		assert_int_equal(d->n_handles, 6); /* smtp relay out1..4 */
		for (int n = 1; n <= 4; n++) {
			char name[16];
			const struct handle *h;

			(void)snprintf(name, sizeof(name), "out%d", n);
			h = handle(d, name, "");
			assert_non_null(h);
			assert_true(
			    str_starts(str_of(h->ip), STR_LIT("127.77.")));
			assert_string_equal(h->pool, rows[i].pool);
			assert_int_equal(h->attributable, rows[i].told);
		}
		assert_int_equal(d->log_format, rows[i].format);
		assert_int_equal(d->privilege, rows[i].privilege);
		assert_int_equal(d->long_queue_ids, rows[i].long_ids);
		assert_non_null(finding(d, rows[i].finding, 0));
		assert_null(finding(d, rows[i].not_found, 0));
		free(d);
		buf_done(&b);
	}
}

/* master(8) uses the last entry: it is one way mail leaves, and said so. A
 * service of the other instance by that name is another. */
static void
service_listed_twice(void **state)
{
	static const char *const again[] = {
	    "out1 unix - - y - 7 smtp\n", "out1 unix - - n - - pipe\n"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buf b;
		struct str text = fixture_read(&b, DIR "root.txt");
		size_t at = str_find(text, STR_LIT("== master\n"));
		struct buf c;
		struct discovery *d;

		assert_true(at != SIZE_MAX);
		at += sizeof "== master\n" - 1;
		buf_init(&c, 1 << 20);
		assert_int_equal(buf_str(&c, (struct str){text.p, at}), ERR_OK);
		assert_int_equal(buf_puts(&c, again[i]), ERR_OK);
		assert_int_equal(buf_str(&c, str_from(text, at)), ERR_OK);
		d = discover(buf_view(&c), 0, 0, ERR_OK);
		assert_int_equal(d->n_handles, 12);
		assert_true(handle(d, "out1", "")->twice);
		assert_false(handle(d, "out3", "")->twice);
		assert_false(handle(d, "smtp", "")->twice);
		assert_non_null(strstr(
		    finding(d, "service-listed-twice", 0)->text, "out1 more"));
		assert_null(finding(d, "service-listed-twice", 1));
		free(d);
		d = discover(text, 0, 0, ERR_OK);
		assert_false(handle(d, "out1", "")->twice);
		assert_null(finding(d, "service-listed-twice", 0));
		free(d);
		buf_done(&c);
		buf_done(&b);
	}
}

static void
randmap_default_and_listen_address(void **state)
{
	struct buf b, c;
	struct str text;
	struct discovery *d;

	(void)state;
	text = edited(&b, DIR "root.txt", "inet_interfaces = all",
	    "inet_interfaces = 192.0.2.2");
	d = discover(text, 0, 0, ERR_OK);
	assert_string_equal(handle(d, "smtp", "")->ip, "192.0.2.2");
	free(d);
	text = edited(&c, DIR "root.txt", "default_transport = smtp",
	    "default_transport = randmap:{out1:, plain1:x}");
	d = discover(text, 0, 0, ERR_OK);
	assert_string_equal(handle(d, "plain1", "")->pool, "default_transport");
	assert_string_equal(handle(d, "out1", "")->pool, "sender map");
	assert_string_equal(handle(d, "smtp", "")->pool, "");
	free(d);
	buf_done(&b);
	buf_done(&c);
}

/* An act on a domain over one egress IP is in force: pools are what they are
 * without it, its double goes by what it doubles, and the log tells both. */
static void
doubles_of_an_act(void **state)
{
	struct buf b;
	struct discovery *d =
	    discover(fixture_read(&b, DIR "doubles.txt"), 0, 0, ERR_OK);
	const struct handle *twice = NULL, *out2 = handle(d, "out2", "");

	(void)state;
	for (unsigned i = 0; i < d->n_handles; i++) {
		if (d->handles[i].clone)
			twice = &d->handles[i];
		if (str_starts(str_of(d->handles[i].name), STR_LIT("out"))) {
			assert_string_equal(d->handles[i].pool, "sender map");
			assert_true(d->handles[i].attributable);
		}
	}
	assert_non_null(twice);
	assert_non_null(out2);
	assert_string_equal(twice->tag, out2->tag);
	assert_string_equal(twice->ip, out2->ip);
	assert_string_equal(twice->pool, "sender map");
	assert_true(twice->attributable);
	assert_false(out2->clone);
	free(d);
	buf_done(&b);
}

static void
log_kinds(void **state)
{
	struct buf b;
	struct discovery *d;
	const char *head =
	    "== time\n1795304264.5 +0900\n== main /etc/postfix\n"
	    "mail_version = 3.6.4\nmaillog_file =\n== privilege\n"
	    "none\n== log\n";
	static const struct {
		const char *log, *path;
		enum log_format format;
		const char *id;
	} rows[] = {
	    {"path /var/log/maillog\naccess direct\n 2026-11-21T23:20:01.5"
	     "+09:00 h postfix/smtp[1]: x\n",
		"/var/log/maillog", LOGF_RFC3339, NULL},
	    {"journal yes\n", "", LOGF_JOURNAL, "no-log-access"},
	    {"journal yes\naccess direct\n", "", LOGF_JOURNAL,
		"log-to-journal-only"},
	    {"journal yes\naccess sudo\n", "", LOGF_JOURNAL,
		"log-to-journal-only"},
	    {"journal yes\n 2026-11-21T23:20:01+0900 h postfix/x: y\n", "",
		LOGF_JOURNAL, "log-to-journal-only"},
	    {"", "", LOGF_UNKNOWN, "no-log-access"},
	    {"path relative\naccess direct\n", "", LOGF_UNKNOWN,
		"no-log-access"},
	    {"path /var/log/mail.log\naccess missing\n", "/var/log/mail.log",
		LOGF_UNKNOWN, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_init(&b, 4096);
		(void)buf_puts(&b, head);
		(void)buf_puts(&b, rows[i].log);
		(void)buf_puts(&b, "== end\n");
		d = discover(buf_view(&b), 0, 0, ERR_OK);
		assert_string_equal(d->log_path, rows[i].path);
		assert_int_equal(d->log_format, rows[i].format);
		assert_int_equal(d->journal_sudo,
		    strstr(rows[i].log, "access sudo") != NULL);
		assert_int_equal(d->utc_offset_s, 9 * 3600);
		if (rows[i].id != NULL)
			assert_non_null(finding(d, rows[i].id, 0));
		else
			assert_null(finding(d, "no-log-access", 0));
		free(d);
		buf_done(&b);
	}
}

/* A host that answers slowly tells its time badly: what may be no difference
 * at all is none. */
static void
clock_of_a_slow_host(void **state)
{
	static const struct {
		int64_t sent_ms, got_ms, offset_ms;
	} rows[] = {
	    /* at once: 100 ms each way */
	    {1795304263900, 1795304266100, 0},
	    {1795304253900, 1795304256100, 10000},
	    /* it took 8 s to begin, then sent its answer at once */
	    {1795304256000, 1795304266000, 0},
	    /* the answer took 8 s */
	    {1795304264000, 1795304274000, 0},
	    /* 60 s ahead, and 8 s to begin */
	    {1795304196000, 1795304206000, 64000},
	    /* 60 s behind, and 8 s to begin: at least 60 s */
	    {1795304316000, 1795304326000, -56000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct discovery *d = discover(
		    STR_LIT("== time\n1795304264.0 +0900\n"
			    "== main /etc/postfix\nmail_version = 3.6.4\n"
			    "== time2\n1795304266.0\n== end\n"),
		    rows[i].sent_ms, rows[i].got_ms, ERR_OK);

		assert_int_equal(d->clock_offset_ms, rows[i].offset_ms);
		free(d);
	}
}

static void
says_what_is_missing(void **state)
{
	static const struct {
		const char *text;
		err_t err;
		const char *word;
	} rows[] = {
	    {"", ERR_PARSE, "cut short"},
	    {"sh: syntax error\n", ERR_PARSE, "cut short"},
	    {"== time\n9223372036854775 +0000\n== main /etc/postfix\n"
	     "mail_version = 3.6.4\n== end\n",
		ERR_PARSE, "date"},
	    {"== time\n1795304264 +0000\n== nopostfix\nmta exim4\n== end\n",
		ERR_NOTPOSTFIX, "exim4"},
	    {"== time\n1795304264 +0000\n== nopostfix\n== end\n",
		ERR_NOTPOSTFIX, "neither"},
	    {"== nopostfix\nfiles /etc/postfix/main.cf\n== end\n",
		ERR_NOCOMMAND, "/etc/postfix/main.cf"},
	    {"== main /etc/postfix\n== end\n", ERR_PARSE, "main.cf"},
	    {"== main /\nmail_version = 3\n== end\n", ERR_PARSE, "date"},
	    {"== end\n", ERR_PARSE, "no Postfix configuration"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct discovery *d = calloc(1, sizeof(*d));
		char why[256] = "";

		assert_int_equal(postfix_discover(d, str_of(rows[i].text), 0, 0,
				     why, sizeof(why)),
		    rows[i].err);
		assert_non_null(strstr(why, rows[i].word));
		assert_string_equal(d->mta, ""); /* untouched */
		free(d);
	}
}

/* A log line or table that looks like a section stays text; names that are
 * no names reach no command. */
static void
hostile(void **state)
{
	struct buf b;
	struct str text;
	struct discovery *d;

	(void)state;
	text = edited(&b, DIR "root.txt", "out1", "o;`reboot`");
	d = discover(text, 0, 0, ERR_OK);
	for (unsigned i = 0; i < d->n_findings; i++)
		assert_null(strchr(d->findings[i].remedy, '`'));
	assert_int_equal(d->n_handles, 11);
	free(d);
	buf_done(&b);
	text = edited(
	    &b, DIR "root.txt", "/etc/postfix-bulk", "/etc/postfix $(reboot)");
	d = discover(text, 0, 0, ERR_OK);
	assert_non_null(strstr(finding(d, "short-queue-ids", 0)->remedy,
	    "-c '/etc/postfix $(reboot)'"));
	free(d);
	buf_done(&b);
	text = edited(&b, DIR "root.txt", "/usr/sbin/postqueue -f",
	    "\033[2J\xe2\x80\xae postqueue -f");
	d = discover(text, 0, 0, ERR_OK);
	assert_null(strchr(finding(d, "cron-flushes", 0)->text, '\033'));
	assert_null(
	    strstr(finding(d, "cron-flushes", 0)->text, "\xe2\x80\xae"));
	free(d);
	buf_done(&b);
}

/* Cut anywhere it must fail or succeed, never read past. */
static void
cut_anywhere(void **state)
{
	struct buf b;
	struct str text = fixture_read(&b, DIR "root.txt");
	struct discovery *d = calloc(1, sizeof(*d));
	char why[128];

	(void)state;
	for (size_t n = 0; n < text.n - 1; n += 7) {
		char *copy = malloc(n == 0 ? 1 : n);

		assert_non_null(copy);
		memcpy(copy, text.p, n);
		assert_int_equal(postfix_discover(d, (struct str){copy, n}, 0,
				     0, why, sizeof(why)),
		    ERR_PARSE);
		free(copy);
	}
	free(d);
	buf_done(&b);
}

static void
many_of_everything(void **state)
{
	struct buf b;
	struct discovery *d;

	(void)state;
	buf_init(&b, 1 << 20);
	(void)buf_puts(&b, "== time\n1 +0000\n");
	for (int i = 0; i < 40; i++) {
		(void)buf_printf(&b,
		    "== main /etc/p%d\nmail_version = 3\n"
		    "syslog_name = postfix\n== master\n",
		    i);
		for (int j = 0; j < 20; j++)
			(void)buf_printf(&b,
			    "t%d-%d-with-a-rather-long-name unix - - - - - "
			    "smtp\n",
			    i, j);
		(void)buf_puts(&b, "== options\n");
		for (int j = 0; j < 20; j++)
			(void)buf_printf(&b,
			    "t%d-%d-with-a-rather-long-name/unix/"
			    "smtp_bind_address = 10.0.%d.%d\n",
			    i, j, i, j);
	}
	(void)buf_puts(&b, "== end\n");
	assert_int_equal(b.failed, ERR_OK);
	d = discover(buf_view(&b), 0, 0, ERR_OK);
	assert_int_equal(d->n_handles, MAX_HANDLES);
	assert_int_equal(d->n_findings, MAX_FINDINGS);
	free(d);
	buf_done(&b);
}

/* Commas part their directories, too. */
static void
more_instances_than_are_read(void **state)
{
	static const char *const seps[] = {" ", ",", ", ", " ,\t"};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof seps / sizeof *seps; i++) {
		struct buf b, list;
		struct discovery *d;
		unsigned n = MAX_FURTHER + (i % 2);

		buf_init(&list, 4096);
		(void)buf_puts(&list, "multi_instance_directories =");
		for (unsigned j = 0; j < n; j++)
			(void)buf_printf(
			    &list, "%s/etc/p%u", j == 0 ? " " : seps[i / 2], j);
		d = discover(edited(&b, DIR "root.txt",
				 "multi_instance_directories = "
				 "/etc/postfix-bulk",
				 buf_cstr(&list)),
		    0, 0, ERR_OK);
		assert_int_equal(
		    finding(d, "instance-unread", 0) != NULL, n > MAX_FURTHER);
		if (n > MAX_FURTHER)
			assert_true(str_starts(
			    str_of(finding(d, "instance-unread", 0)->text),
			    STR_LIT("33 further")));
		free(d);
		buf_done(&b);
		buf_done(&list);
	}
}

static void
command_is_one_quoted_line(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	assert_int_equal(postfix_discover_command(&b), ERR_OK);
	assert_true(str_starts(buf_view(&b), STR_LIT("exec sh -c '")));
	assert_true(str_ends(buf_view(&b), STR_LIT("' mtadeck-discover")));
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values),
	    cmocka_unit_test(handles),
	    cmocka_unit_test(findings),
	    cmocka_unit_test(room_for_mail),
	    cmocka_unit_test(unprivileged),
	    cmocka_unit_test(lab_hosts),
	    cmocka_unit_test(service_listed_twice),
	    cmocka_unit_test(randmap_default_and_listen_address),
	    cmocka_unit_test(doubles_of_an_act),
	    cmocka_unit_test(log_kinds),
	    cmocka_unit_test(clock_of_a_slow_host),
	    cmocka_unit_test(says_what_is_missing),
	    cmocka_unit_test(hostile),
	    cmocka_unit_test(cut_anywhere),
	    cmocka_unit_test(many_of_everything),
	    cmocka_unit_test(more_instances_than_are_read),
	    cmocka_unit_test(command_is_one_quoted_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
