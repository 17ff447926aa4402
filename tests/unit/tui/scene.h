/*
 * scene.h - a fleet in trouble for the tests of the screen: three hosts up
 * (one with addresses the log cannot tell apart, one named in Japanese), one
 * down; Gmail throttles one egress IP. Built from events only.
 */
#ifndef TESTS_UNIT_TUI_SCENE_H
#define TESTS_UNIT_TUI_SCENE_H

#include "tests/unit/tui/scene_lists.h"

#include "tui/ui.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NOW ((int64_t)1790000040000) /* a whole minute */

enum { SCENE_HOSTS = 4, MTA1 = 0, MTA2 = 1, MTA3 = 2, MTA4 = 3 };

#define THROTTLED                                                              \
	"host gmail-smtp-in.l.google.com[192.0.2.200] said: 421-4.7.28 "       \
	"Gmail has detected an unusual rate of mail from 198.51.100.11. "      \
	"421 4.7.28 To protect our users, mail is temporarily rate limited. "  \
	"(in reply to end of DATA command)"
#define SUSPENDED                                                              \
	"delivery temporarily suspended: host "                                \
	"gmail-smtp-in.l.google.com[192.0.2.200] refused to talk to me: 421 "  \
	"4.7.28 try later"

static inline void
scene_handle(struct discovery *d, const char *name, const char *tag,
    const char *ip, bool attributable)
{
	struct handle *h = &d->handles[d->n_handles++];

	(void)snprintf(h->name, sizeof h->name, "%s", name);
	(void)snprintf(h->tag, sizeof h->tag, "%s", tag);
	(void)snprintf(h->ip, sizeof h->ip, "%s", ip);
	(void)snprintf(h->pool, sizeof h->pool, "out");
	h->attributable = attributable;
}

static inline void
scene_link(struct model *m, host_id host, enum link_state state, int64_t at_ms,
    const char *text)
{
	struct event ev = {.kind = EVT_LINK, .host = host, .at_ms = at_ms};

	ev.u.link.state = state;
	ev.u.link.err = state == LINK_UP ? ERR_OK : ERR_CONNREFUSED;
	ev.u.link.text = text;
	ev.u.link.retry_at_ms = NOW + 12000;
	ev.u.link.transport = "libssh2";
	model_update(m, &ev);
}

static inline void
scene_discover(struct model *m, host_id host, bool told)
{
	struct discovery *d = calloc(1, sizeof *d);
	struct event ev = {.kind = EVT_DISCOVERY,
	    .host = host,
	    .at_ms = NOW - 7200000,
	    .u.discovery = d};

	assert_non_null(d);
	(void)snprintf(d->mta, sizeof d->mta, "postfix");
	(void)snprintf(d->version, sizeof d->version, "3.7.11");
	(void)snprintf(
	    d->hostname, sizeof d->hostname, "mta%d.example.net", host + 1);
	(void)snprintf(d->queue_dir, sizeof d->queue_dir, "/var/spool/postfix");
	(void)snprintf(d->config_dir, sizeof d->config_dir, "/etc/postfix");
	(void)snprintf(d->log_path, sizeof d->log_path, "/var/log/mail.log");
	d->log_format = LOGF_SYSLOG;
	d->privilege = PRIV_ROOT;
	d->long_queue_ids = true;
	for (int i = 1; i <= 2; i++) {
		char name[16], tag[32], ip[32];

		(void)snprintf(name, sizeof name, "out%d", i);
		(void)snprintf(
		    tag, sizeof tag, told ? "postfix/out%d" : "postfix", i);
		(void)snprintf(
		    ip, sizeof ip, "198.51.100.%d", (host + 1) * 10 + i);
		scene_handle(d, name, tag, ip, told);
	}
	if (!told) {
		d->n_findings = 1;
		(void)snprintf(d->findings[0].id, 32, "no-syslog-name");
		(void)snprintf(d->findings[0].text, 256,
		    "out1 and out2 log under one name, so their deliveries "
		    "cannot be told apart");
		(void)snprintf(d->findings[0].remedy, 320,
		    "Add to each in master.cf: -o "
		    "syslog_name=postfix/$service_name, then postfix reload.");
	}
	model_update(m, &ev);
	free(d);
}

static inline struct log_rec
scene_delivery(int64_t at_ms, const char *tag, const char *to,
    const char *relay, enum log_status status, const char *text)
{
	return (struct log_rec){.at_ms = at_ms,
	    .kind = LOG_DELIVERY,
	    .status = status,
	    .tag = str_of(tag),
	    .program = STR_LIT("smtp"),
	    .qid = STR_LIT("4c0ffee"),
	    .to = str_of(to),
	    .relay = str_of(relay),
	    .text = str_of(text),
	    .delay_ms = 1500,
	    .stage_ms = {20, 30, 900, 550},
	    .dsn = {status == LS_SENT ? 2 : 4, 7, 28},
	    .size_bytes = -1,
	    .nrcpt = -1};
}

/* The record with the line it would have come from. */
static inline void
scene_log(struct model *m, host_id host, const struct log_rec *rec)
{
	static const char *const words[] = {[LS_SENT] = "sent",
	    [LS_DEFERRED] = "deferred",
	    [LS_BOUNCED] = "bounced"};
	struct log_rec r = *rec;
	char line[1024];
	struct event ev = {.kind = EVT_LOG,
	    .host = host,
	    .at_ms = r.at_ms,
	    .u.log = {.recs = &r, .n = 1}};

	(void)snprintf(line, sizeof line,
	    "Sep 21 14:13:20 mta%d %.*s/%.*s[77]: %.*s: to=<%.*s>, "
	    "relay=%.*s[192.0.2.200]:25, delay=1.5, "
	    "delays=0.02/0.03/0.9/0.55, dsn=%d.%d.%d, status=%s (%.*s)",
	    host + 1, (int)r.tag.n, r.tag.p, (int)r.program.n, r.program.p,
	    (int)r.qid.n, r.qid.p, (int)r.to.n, r.to.p, (int)r.relay.n,
	    r.relay.n == 0 ? "" : r.relay.p, r.dsn[0], r.dsn[1], r.dsn[2],
	    words[r.status], (int)r.text.n, r.text.p);
	r.line = str_of(line);
	model_update(m, &ev);
}

/* Half an hour of mail in steps of 15 s; Gmail turns bad 12 minutes ago. */
static inline void
scene_mail(struct model *m, host_id host, bool told, bool throttled)
{
	int64_t end = host == MTA4 ? NOW - 95000 : NOW;

	for (int64_t at = NOW - 1800000; at < end; at += 15000) {
		bool bad = throttled && at > NOW - 720000;
		struct log_rec r = scene_delivery(at,
		    told ? "postfix/out1" : "postfix", "a@gmail.com",
		    "gmail-smtp-in.l.google.com", bad ? LS_DEFERRED : LS_SENT,
		    bad ? THROTTLED : "250 2.0.0 OK");

		for (int i = 0; i < 4; i++)
			scene_log(m, host, &r);
		r = scene_delivery(at, told ? "postfix/out2" : "postfix",
		    "b@example.jp", "mx.example.jp", LS_SENT, "250 ok");
		scene_log(m, host, &r);
		if (at % 120000 == 0) {
			r = scene_delivery(at,
			    told ? "postfix/out2" : "postfix", "c@example.jp",
			    "mx.example.jp", LS_BOUNCED,
			    "host mx.example.jp[192.0.2.9] said: 550 5.1.1 "
			    "<c@example.jp>: \xe5\xae\x9b\xe5\x85\x88\xe4\xb8"
			    "\x8d\xe6\x98\x8e user unknown (in reply to RCPT "
			    "TO command)");
			r.dsn[0] = 5;
			scene_log(m, host, &r);
		}
		if (bad && at % 60000 == 0) {
			r = scene_delivery(at, "postfix", "d@gmail.com", "",
			    LS_DEFERRED, SUSPENDED);
			r.program = STR_LIT("error");
			scene_log(m, host, &r);
		}
	}
}

static inline void
scene_vitals(struct model *m, host_id host)
{
	struct queue_counts counts = {.n = {2, 14, 1240 + host, 0, 0}};
	struct vitals v = {.load_milli = {420, 380, 310},
	    .cpus = 4,
	    .cpu_pressure_milli = 12,
	    .io_pressure_milli = 3,
	    .cpu_used_milli = 131,
	    .mem_total_bytes = (int64_t)8 << 30,
	    .mem_avail_bytes = (int64_t)5 << 30,
	    .spool_total_bytes = (int64_t)40 << 30,
	    .spool_avail_bytes = (int64_t)3 << 30,
	    .spool_inodes = 2600000,
	    .spool_inodes_free = 2500000,
	    .top_name = "qmgr",
	    .top_pid = 812,
	    .top_cpu_milli = 93,
	    .uptime_s = 864000};
	struct event ev = {.kind = EVT_COUNTS,
	    .host = host,
	    .at_ms = host == MTA4 ? NOW - 96000 : NOW - 3000,
	    .u.counts = &counts};

	model_update(m, &ev);
	ev.kind = EVT_VITALS;
	ev.u.vitals = &v;
	model_update(m, &ev);
}

/* 40 messages, two in three of them for Gmail. */
static inline void
scene_queue(struct model *m, host_id host)
{
	struct queue_snap *q = queue_new(1000);
	struct event ev = {.kind = EVT_QUEUE, .host = host, .at_ms = NOW};

	assert_non_null(q);
	for (int i = 0; i < 40; i++) {
		char qid[32], sender[32];
		struct queue_rcpt rcpt = {i % 3 == 0 ? STR_LIT("b@example.jp")
						     : STR_LIT("a@gmail.com"),
		    i % 3 == 0 ? STR_LIT("connect to mx.example.jp[192.0.2."
					 "9]:25: Connection timed out")
			       : STR_LIT(THROTTLED)};
		struct queue_item it = {.queue = Q_DEFERRED,
		    .arrival_ms = NOW - (int64_t)i * i * 60000,
		    .size_bytes = 2048 + i * 100,
		    .rcpt = &rcpt,
		    .n_rcpt = 1};

		(void)snprintf(qid, sizeof qid, "4bXy%02dz%dQ1", i, host);
		(void)snprintf(
		    sender, sizeof sender, "news%d@shop.example", i % 4);
		it.qid = str_of(qid);
		it.sender = i % 7 == 0 ? (struct str){NULL, 0} : str_of(sender);
		assert_int_equal(queue_add(q, &it, NOW, NULL), ERR_OK);
	}
	queue_finish(q, NOW - 20000, 850);
	ev.u.queue = q;
	model_update(m, &ev);
}

/* The answer about a queued message of mta1. */
static inline void
scene_message(struct model *m, const char *qid)
{
	struct message_detail *d = calloc(1, sizeof *d);
	struct event ev = {.kind = EVT_MESSAGE, .host = MTA1, .at_ms = NOW};

	assert_non_null(d);
	d->host = MTA1;
	(void)snprintf(d->qid, sizeof d->qid, "%s", qid);
	d->next_try_ms = NOW + 340000;
	d->read_at_ms = NOW - 1000;
	buf_init(&d->text, 65536);
	(void)buf_puts(&d->text,
	    "queue: deferred\nsender: news2@shop.example\n"
	    "Received: from app\n\tby mta1\n\n"
	    "recipient: a@gmail.com\nreason: " THROTTLED "\n"
	    "subject: \xe5\x86\xac\xe3\x81\xae\xe3\x82\xbb\xe3\x83\xbc"
	    "\xe3\x83\xab \033[31mred\033[0m\n");
	ev.u.message = d;
	model_update(m, &ev);
}

static inline void
scene_tick(struct model *m)
{
	struct event ev = {.kind = EVT_TICK, .at_ms = NOW};

	model_update(m, &ev);
}

static inline struct model *
scene_empty(void)
{
	static const char *const names[SCENE_HOSTS] = {"mta1", "mta2",
	    "\xe9\x80\x81\xe4\xbf\xa1\xe7\x94\xa8", "mta4.example.net"};
	struct model_opts o = {.host_names = names,
	    .n_hosts = SCENE_HOSTS,
	    .log_bytes = 1 << 20,
	    .lists = scene_lists(),
	    .reader = {NULL, scene_read}};
	struct model *m = model_new(&o);

	(void)setenv("TZ", "UTC", 1);
	tzset();
	assert_non_null(m);
	return m;
}

static inline void
scene_fleet(struct model *m)
{
	for (host_id h = 0; h < SCENE_HOSTS; h++) {
		bool told = h != MTA2;
		struct event live = {.kind = EVT_LOG_LIVE, .host = h};

		scene_link(m, h, LINK_UP, NOW - 7200000, "");
		scene_discover(m, h, told);
		scene_mail(m, h, told, h == MTA1);
		scene_vitals(m, h);
		live.at_ms = h == MTA4 ? NOW - 95000 : NOW;
		model_update(m, &live);
	}
	scene_queue(m, MTA1);
	scene_queue(m, MTA3);
	scene_link(m, MTA4, LINK_WAITING, NOW - 95000,
	    "mta4.example.net port 22: connection refused");
	scene_tick(m);
}

static inline struct model *
scene_new(void)
{
	struct model *m = scene_empty();

	scene_fleet(m);
	return m;
}

/* Refusals of mta1's addresses that name a list, and a provider's own. */
static inline void
scene_blocked(struct model *m)
{
	static const char *const said[] = {
	    "host mx.example.jp[192.0.2.9] said: 554 5.7.1 Service "
	    "unavailable; Client host [198.51.100.11] blocked using zen.test "
	    "(in reply to RCPT TO command)",
	    "host mx.example.jp[192.0.2.9] said: 550 5.7.1 [198.51.100.12] is "
	    "on our own list (in reply to MAIL FROM command)",
	    "host mx.example.org[192.0.2.8] said: 554 5.7.1 [198.51.100.12] "
	    "blocked, see zen.test (in reply to MAIL FROM command)"};

	for (int i = 0; i < 24; i++)
		for (int k = 0; k < 3; k++) {
			struct log_rec r =
			    scene_delivery(NOW - 1200000 + i * 30000,
				k == 0 ? "postfix/out1" : "postfix/out2",
				"b@example.jp",
				k == 2 ? "mx.example.org" : "mx.example.jp",
				LS_BOUNCED, said[k]);

			scene_log(m, MTA1, &r);
		}
}

/* Everybody's trouble with lists too. */
static inline struct model *
scene_listed(void)
{
	struct model *m = scene_empty();

	scene_wave(m, NOW);
	scene_fleet(m);
	scene_blocked(m);
	scene_tick(m);
	return m;
}

static inline void
scene_tell(struct model *m, enum event_kind kind, enum alert_rule rule,
    int64_t until_ms)
{
	struct event ev = {.kind = kind, .host = HOST_NONE, .at_ms = m->now_ms};

	for (uint32_t i = 0; i < m->alerts.n; i++)
		if (m->alerts.v[i].rule == rule)
			ev.u.alert.id = m->alerts.v[i].id;
	assert_int_not_equal(ev.u.alert.id, 0);
	ev.u.alert.until_ms = until_ms;
	model_update(m, &ev);
}

/* The same a minute later, with alerts in every state: mta4 is back. */
static inline struct model *
scene_alerts(void)
{
	struct model *m = scene_listed();
	struct event ev = {.kind = EVT_TICK, .host = HOST_NONE};

	m->alerts.rules.for_ms = 30000;
	m->alerts.rules.clear_ms = 10000;
	for (int s = 1; s <= 60; s++) {
		if (s == 20)
			scene_tell(m, EVT_ALERT_ACK, RULE_THROTTLE, 0);
		if (s == 22)
			scene_tell(
			    m, EVT_ALERT_MUTE, RULE_STALE, NOW + 1800000);
		if (s == 40)
			scene_link(m, MTA4, LINK_UP, NOW + 40000, "");
		ev.at_ms = NOW + s * 1000;
		model_update(m, &ev);
	}
	return m;
}

static inline struct ui *
scene_ui(void)
{
	struct ui *ui = calloc(1, sizeof *ui);
	char why[256] = "";

	assert_non_null(ui);
	if (ui_init(ui, why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	ui->now_ms = NOW;
	ui->version = "0.1";
	return ui;
}

static inline void
scene_ui_free(struct ui *ui)
{
	ui_done(ui);
	free(ui);
}

/* Keys by name, blank between: "j j Enter". */
static inline void
scene_keys(struct ui *ui, struct model *m, const char *names)
{
	struct str rest = str_of(names), word;

	while (str_word(&rest, &word)) {
		struct key k = {0};

		assert_int_equal(keymap_parse_key(word, &k.code), ERR_OK);
		ui_key(ui, m, &k);
	}
}

#endif
