/* update_log_test.c - hand-made log records against exact counts. */
#include "tests/unit/core/model_help.h"

#define OK_TEXT "250 2.0.0 Ok: queued as 4XyZ"
#define GREY	"host mx1.example.net[198.51.100.1] said: 450 4.2.0 Greylisted"
#define REPEAT                                                                 \
	"delivery temporarily suspended: host mx1.example.net[198.51.100.1] "  \
	"refused to talk to me: 421 4.7.0 Too many connections"
#define T1     "postfix/out1"
#define T2     "postfix/out2"
#define LEN(v) (sizeof(v) / sizeof *(v))

static void
every_key_counts(void **state)
{
	struct model *m = make_model(0);
	struct log_rec v[] = {
	    make_queued(NOW - 9000, "Q1", "a@s.example"),
	    make_delivery(NOW - 8000, "Q1", T1, "u@One.Example",
		"mx1.example.net", LS_SENT, OK_TEXT),
	    make_rec(LOG_REMOVED, NOW - 8000, "Q1"),
	    make_queued(NOW - 7000, "Q2", "b@s.example"),
	    make_delivery(NOW - 6000, "Q2", T2, "u@one.example",
		"mx2.example.net", LS_DEFERRED, GREY),
	    make_delivery(NOW - 6000, "Q2", T1, "u@two.example", "mx.other.org",
		LS_BOUNCED,
		"host mx.other.org[198.51.100.9] "
		"said: 550 5.1.1 No such user"),
	    make_delivery(NOW - 5000, "Q9", T1, "x@two.example", "mx.other.org",
		LS_SENT, OK_TEXT),
	    make_rec(LOG_REJECT, NOW - 4000, ""),
	};
	const struct host *h = &m->hosts[0];

	(void)state;
	discover(m, 0);
	feed(m, 0, v, LEN(v));
	assert_int_equal(h->log_lines, LEN(v));
	assert_int_equal(h->log_from_ms, NOW - 9000);
	assert_int_equal(h->log_last_ms, NOW - 4000);
	assert_int_equal(h->log_at_ms, NOW);
	assert_int_equal(tally_total(&h->tally, STAT_SENT), 2);
	assert_int_equal(tally_total(&h->tally, STAT_DEFERRED), 1);
	assert_int_equal(tally_total(&h->tally, STAT_BOUNCED), 1);
	assert_int_equal(tally_total(&h->tally, STAT_REJECTED), 1);
	assert_int_equal(tally_total(&h->tally, STAT_LOCAL), 0);
	assert_int_equal(m->n_egress, 2);
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_SENT), 2);
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_BOUNCED), 1);
	assert_int_equal(tally_total(&m->egress[1].tally, STAT_DEFERRED), 1);
	assert_int_equal(tally_total(&m->egress[1].tally, STAT_SENT), 0);
	/* Case of a domain does not make it another one. */
	assert_int_equal(m->n_domains, 2);
	assert_int_equal(
	    total(find_keyed(m, m->domains, m->n_domains, "one.example"),
		STAT_SENT),
	    1);
	assert_int_equal(
	    total(find_keyed(m, m->domains, m->n_domains, "one.example"),
		STAT_DEFERRED),
	    1);
	/* Both MX hosts of one operator are one provider. */
	assert_int_equal(m->n_providers, 2);
	assert_int_equal(
	    total(find_keyed(m, m->providers, m->n_providers, "example.net"),
		STAT_SENT),
	    1);
	assert_int_equal(
	    total(find_keyed(m, m->providers, m->n_providers, "other.org"),
		STAT_BOUNCED),
	    1);
	/* Q9's sender was never seen: it counts for nobody. */
	assert_int_equal(m->n_senders, 2);
	assert_int_equal(
	    total(find_keyed(m, m->senders, m->n_senders, "a@s.example"),
		STAT_SENT),
	    1);
	assert_int_equal(
	    total(find_keyed(m, m->senders, m->n_senders, "b@s.example"),
		STAT_BOUNCED),
	    1);
	assert_int_equal(m->n_cells, 3);
	assert_int_equal(tally_total(&m->cells[0].tally, STAT_SENT), 1);
	assert_int_equal(m->n_replies, 2);
	assert_int_equal(m->replies[0].code, 450);
	assert_int_equal(m->replies[0].egress, 1);
	assert_int_equal(m->replies[1].code, 550);
	assert_int_equal(m->replies[1].enhanced[1], 1);
	assert_true(m->replies[0].remote);
	assert_int_equal(logring_end(m->log), LEN(v));
	model_free(m);
}

static void
the_empty_sender_is_one(void **state)
{
	struct model *m = make_model(0);
	struct log_rec v[] = {
	    make_queued(NOW, "Q1", ""),
	    make_delivery(NOW, "Q1", T1, "u@one.example", "mx1.example.net",
		LS_SENT, OK_TEXT),
	};

	(void)state;
	discover(m, 0);
	feed(m, 0, v, LEN(v));
	assert_int_equal(m->n_senders, 1);
	assert_int_equal(m->senders[0].key, 0);
	assert_int_equal(tally_total(&m->senders[0].tally, STAT_SENT), 1);
	model_free(m);
}

static void
unknown_tags_go_to_the_rest_row(void **state)
{
	struct model *m = make_model(0);
	struct log_rec v[] = {
	    make_delivery(NOW, "Q1", "postfix", "u@one.example",
		"mx1.example.net", LS_SENT, OK_TEXT),
	    make_delivery(NOW, "Q2", T1, "u@one.example", "mx1.example.net",
		LS_SENT, OK_TEXT),
	};

	(void)state;
	discover(m, 0);
	feed(m, 0, v, LEN(v));
	assert_int_equal(m->n_egress, 3);
	assert_true(m->egress[2].rest);
	assert_false(m->egress[2].attributable);
	assert_string_equal(
	    model_egress_label(&m->egress[2]), "not attributable");
	assert_int_equal(tally_total(&m->egress[2].tally, STAT_SENT), 1);
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_SENT), 1);
	/* A host nobody discovered has nothing but that row. */
	feed(m, 1, v, LEN(v));
	assert_int_equal(m->n_egress, 4);
	assert_int_equal(m->egress[3].host, 1);
	assert_int_equal(tally_total(&m->egress[3].tally, STAT_SENT), 2);
	model_free(m);
}

static void
local_repeats_stay_apart(void **state)
{
	struct model *m = make_model(0);
	struct log_rec v[] = {
	    make_queued(NOW, "Q1", "a@s.example"),
	    make_delivery(NOW, "Q1", T1, "u@one.example", "mx1.example.net",
		LS_DEFERRED,
		"host mx1.example.net[198.51.100.1] refused to talk to me: "
		"421 4.7.0 Too many connections"),
	    make_delivery(
		NOW, "Q2", "postfix", "v@one.example", "", LS_DEFERRED, REPEAT),
	    make_delivery(NOW, "Q3", "postfix", "w@one.example", "",
		LS_DEFERRED, "deferred transport"),
	};

	(void)state;
	v[2].program = v[3].program = STR_LIT("error");
	discover(m, 0);
	feed(m, 0, v, LEN(v));
	assert_int_equal(tally_total(&m->hosts[0].tally, STAT_DEFERRED), 1);
	assert_int_equal(tally_total(&m->hosts[0].tally, STAT_LOCAL), 2);
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_DEFERRED), 1);
	/* The error transport leaves from no egress IP: no row for that. */
	assert_int_equal(m->n_egress, 2);
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_LOCAL), 0);
	assert_int_equal(m->n_cells, 1);
	/* No relay, but the domain's provider is known by now. */
	assert_int_equal(m->n_providers, 1);
	assert_int_equal(tally_total(&m->providers[0].tally, STAT_LOCAL), 2);
	assert_int_equal(m->n_replies, 3);
	assert_false(m->replies[0].local);
	assert_true(m->replies[1].local);
	assert_true(m->replies[2].local);
	assert_int_equal(m->replies[1].egress, EGRESS_NONE);
	assert_int_equal(m->replies[1].host, 0);
	assert_int_equal(tally_total(&m->replies[1].tally, STAT_LOCAL), 1);
	assert_int_equal(tally_total(&m->replies[1].tally, STAT_DEFERRED), 0);
	model_free(m);
}

static void
local_deliveries_are_the_hosts(void **state)
{
	struct model *m = make_model(0);
	struct log_rec v[] = {
	    make_delivery(NOW, "Q1", "postfix", "root@mta1", "local", LS_SENT,
		"delivered to mailbox"),
	    make_delivery(NOW, "Q2", T1, "u@one.example", "mx1.example.net",
		LS_OTHER, "deliverable"),
	    make_delivery(
		NOW, "Q3", T1, "u@one.example", "mx1.example.net", LS_NONE, ""),
	};

	(void)state;
	v[0].program = STR_LIT("local");
	discover(m, 0);
	feed(m, 0, v, LEN(v));
	assert_int_equal(tally_total(&m->hosts[0].tally, STAT_SENT), 1);
	assert_int_equal(m->n_egress, 2);
	assert_int_equal(m->n_domains, 0);
	assert_int_equal(m->n_providers, 0);
	model_free(m);
}

static void
one_cause_is_one_group(void **state)
{
	struct model *m = make_model(0);
	const struct reply_group *g;

	(void)state;
	discover(m, 0);
	for (int i = 0; i < 1000; i++) {
		char text[200], qid[16];
		struct log_rec r;

		(void)snprintf(qid, sizeof qid, "Q%d", i);
		(void)snprintf(text, sizeof text,
		    "host mx1.example.net[198.51.100.1] said: 421 4.7.28 "
		    "%d.%d.113.9 is limited, try again in %d seconds (in "
		    "reply to RCPT TO command)",
		    i % 200 + 1, i % 7, 1000 + i);
		r = make_delivery(NOW - 1000 + i, qid, T1, "u@one.example",
		    "mx1.example.net", LS_DEFERRED, text);
		feed(m, 0, &r, 1);
	}
	assert_int_equal(m->n_replies, 1);
	g = &m->replies[0];
	assert_int_equal(tally_total(&g->tally, STAT_DEFERRED), 1000);
	assert_int_equal(g->tally.first_ms, NOW - 1000);
	assert_int_equal(g->tally.last_ms, NOW - 1);
	assert_int_equal(g->code, 421);
	assert_int_equal(g->enhanced[2], 28);
	/* The first text is the sample. */
	assert_true(str_find(intern_text(m->texts, g->sample),
			STR_LIT("try again in 1000 seconds")) != SIZE_MAX);
	model_free(m);
}

static void
samples_of_quiet_groups_are_renewed(void **state)
{
	struct model *m = make_model(0);
	struct log_rec v[] = {
	    make_delivery(NOW - 7200000, "Q1", T1, "u@one.example",
		"mx1.example.net", LS_DEFERRED,
		"host mx1.example.net[198.51.100.1] said: 450 4.2.0 wait 1 s"),
	    make_delivery(NOW - 7100000, "Q1", T1, "u@one.example",
		"mx1.example.net", LS_DEFERRED,
		"host mx1.example.net[198.51.100.1] said: 450 4.2.0 wait 2 s"),
	    make_delivery(NOW, "Q1", T1, "u@one.example", "mx1.example.net",
		LS_DEFERRED,
		"host mx1.example.net[198.51.100.1] said: 450 4.2.0 wait 3 s"),
	};

	(void)state;
	discover(m, 0);
	feed(m, 0, v, 2);
	assert_int_equal(m->n_replies, 1);
	assert_true(
	    str_eq(intern_text(m->texts, m->replies[0].sample), v[0].text));
	feed(m, 0, v + 2, 1);
	assert_int_equal(m->n_replies, 1);
	assert_true(
	    str_eq(intern_text(m->texts, m->replies[0].sample), v[2].text));
	model_free(m);
}

/* Reasons Postfix found itself carry their code in dsn=. */
static void
codes_of_own_reasons_come_from_dsn(void **state)
{
	struct model *m = make_model(0);
	struct log_rec r =
	    make_delivery(NOW, "Q1", T1, "u@one.example", "", LS_DEFERRED,
		"connect to mx1.example.net[198.51.100.1]:25: Connection timed "
		"out");

	(void)state;
	memcpy(r.dsn, (uint8_t[3]){4, 4, 1}, 3);
	discover(m, 0);
	feed(m, 0, &r, 1);
	assert_int_equal(m->n_replies, 1);
	assert_false(m->replies[0].remote);
	assert_false(m->replies[0].local);
	assert_int_equal(m->replies[0].code, 0);
	assert_memory_equal(m->replies[0].enhanced, r.dsn, 3);
	model_free(m);
}

static void
queue_ids_are_followed_to_their_end(void **state)
{
	struct model *m = make_model(0);
	struct log_rec v[] = {
	    make_queued(NOW, "Q1", "a@s.example"),
	    make_delivery(NOW, "Q1", T2, "u@one.example", "mx1.example.net",
		LS_DEFERRED, GREY),
	    make_rec(LOG_EXPIRED, NOW, "Q1"),
	    make_queued(NOW, "Q2", "b@s.example"),
	    make_delivery(NOW, "Q2", T1, "u@one.example", "mx1.example.net",
		LS_SENT, OK_TEXT),
	    make_rec(LOG_REMOVED, NOW, "Q2"),
	    make_rec(LOG_EXPIRED, NOW, "Q7"),
	};

	(void)state;
	discover(m, 0);
	feed(m, 0, v, 2);
	assert_int_equal(model_egress_of_qid(m, 0, STR_LIT("Q1")), 1);
	assert_int_equal(model_egress_of_qid(m, 1, STR_LIT("Q1")), EGRESS_NONE);
	assert_int_equal(model_egress_of_qid(m, 9, STR_LIT("Q1")), EGRESS_NONE);
	feed(m, 0, v + 2, 1);
	assert_int_equal(model_egress_of_qid(m, 0, STR_LIT("Q1")), EGRESS_NONE);
	/* Expired: bounced for the way it was last tried, and its sender. */
	assert_int_equal(tally_total(&m->egress[1].tally, STAT_BOUNCED), 1);
	assert_int_equal(tally_total(&m->senders[0].tally, STAT_BOUNCED), 1);
	assert_int_equal(tally_total(&m->domains[0].tally, STAT_BOUNCED), 1);
	feed(m, 0, v + 3, 2);
	assert_int_equal(model_egress_of_qid(m, 0, STR_LIT("Q2")), 0);
	feed(m, 0, v + 5, 2);
	assert_int_equal(model_egress_of_qid(m, 0, STR_LIT("Q2")), EGRESS_NONE);
	/* One that was never tried, as far as we saw, is still the host's. */
	assert_int_equal(tally_total(&m->hosts[0].tally, STAT_BOUNCED), 2);
	assert_int_equal(tally_total(&m->egress[1].tally, STAT_BOUNCED), 1);
	model_free(m);
}

static void
clocks_are_put_right(void **state)
{
	struct model *m = make_model(0);
	const int64_t offset = 90000, year_ms = 365LL * 86400000;
	struct log_rec v[] = {
	    make_rec(LOG_REJECT, NOW + offset - 30000, ""),
	    make_rec(LOG_REJECT, NOW + offset - 120000, ""),  /* out of order */
	    make_rec(LOG_REJECT, NOW + offset + year_ms, ""), /* jumped */
	    make_rec(LOG_REJECT, 0, ""),		      /* no time */
	};
	struct tally *t = &m->hosts[0].tally;

	(void)state;
	discover(m, offset);
	feed(m, 0, v, LEN(v));
	assert_int_equal(tally_total(t, STAT_REJECTED), 4);
	assert_int_equal(t->first_ms, NOW - 120000);
	assert_int_equal(t->last_ms, NOW);
	assert_int_equal(
	    tally_since(t, STAT_REJECTED, NOW - 30000, NOW - 1), 1);
	assert_int_equal(tally_window(t, STAT_REJECTED, WIN_1M, NOW), 3);
	assert_int_equal(tally_window(t, STAT_REJECTED, WIN_10M, NOW), 4);
	model_free(m);
}

static void
new_year_is_a_night_like_any(void **state)
{
	/* 2026-12-31T23:59:57Z and 6 s later. */
	const int64_t eve = 1798761597000;
	struct model *m = make_model(0);
	struct log_rec v[] = {
	    make_delivery(eve, "Q1", T1, "u@one.example", "mx1.example.net",
		LS_SENT, OK_TEXT),
	    make_delivery(eve + 6000, "Q2", T1, "u@one.example",
		"mx1.example.net", LS_SENT, OK_TEXT),
	};
	struct event ev = {.kind = EVT_LOG,
	    .at_ms = eve + 7000,
	    .u.log = {.recs = v, .n = LEN(v)}};
	uint32_t steps[3];

	(void)state;
	discover(m, 0);
	model_update(m, &ev);
	tally_read(&m->egress[0].tally, STAT_SENT, eve + 7000, 5000, steps, 3);
	assert_int_equal(steps[0], 0);
	assert_int_equal(steps[1], 1); /* last year */
	assert_int_equal(steps[2], 1);
	assert_int_equal(
	    tally_window(&m->egress[0].tally, STAT_SENT, WIN_1M, eve + 7000),
	    2);
	model_free(m);
}

static void
delays_are_distributed(void **state)
{
	struct model *m = make_model(0);
	struct log_rec v[] = {
	    make_delivery(NOW, "Q1", T1, "u@one.example", "mx1.example.net",
		LS_SENT, OK_TEXT),
	    make_delivery(NOW, "Q2", T1, "u@one.example", "mx1.example.net",
		LS_DEFERRED, GREY),
	    make_delivery(
		NOW, "Q3", "postfix", "u@one.example", "", LS_DEFERRED, REPEAT),
	};
	const struct delays *d;

	(void)state;
	v[0].delay_ms = 1250;
	memcpy(v[0].stage_ms, (int64_t[4]){50, 10, 190, 1000},
	    sizeof v[0].stage_ms);
	v[1].delay_ms = 7000000;
	memcpy(v[1].stage_ms, (int64_t[4]){6999000, 0, 500, 500},
	    sizeof v[1].stage_ms);
	v[2].delay_ms = 9000000;
	memcpy(v[2].stage_ms, (int64_t[4]){9000000, 0, 0, 0},
	    sizeof v[2].stage_ms);
	discover(m, 0);
	feed(m, 0, v, LEN(v));
	d = &m->egress[0].delays;
	assert_int_equal(hist_count(&d->all, NOW), 1);
	assert_int_equal(hist_quantile(&d->all, NOW, 1), 1280);
	/* The time a deferred message lay about is not this attempt's. */
	assert_int_equal(hist_count(&d->stage[STAGE_BEFORE], NOW), 1);
	assert_int_equal(hist_count(&d->stage[STAGE_CONNECT], NOW), 2);
	assert_int_equal(hist_quantile(&d->stage[STAGE_CONNECT], NOW, 1), 640);
	assert_int_equal(hist_count(&m->hosts[0].delays.all, NOW), 1);
	assert_int_equal(
	    hist_count(&m->hosts[0].delays.stage[STAGE_SEND], NOW), 2);
	model_free(m);
}

/* A message that was tried before brings its whole life along. */
static void
retries_are_no_slow_intake(void **state)
{
	struct model *m = make_model(0);
	struct log_rec v[] = {
	    make_queued(NOW - 60000, "Q1", "a@example.com"),
	    make_delivery(NOW - 59000, "Q1", T1, "u@one.example",
		"mx1.example.net", LS_DEFERRED, GREY),
	    make_queued(NOW - 1000, "Q1", "a@example.com"),
	    make_delivery(NOW, "Q1", T1, "u@one.example", "mx1.example.net",
		LS_SENT, OK_TEXT),
	};

	(void)state;
	v[1].stage_ms[0] = 100;
	v[3].stage_ms[0] = 59000;
	v[3].stage_ms[3] = 200;
	discover(m, 0);
	feed(m, 0, v, LEN(v));
	assert_int_equal(
	    hist_count(&m->egress[0].delays.stage[STAGE_BEFORE], NOW), 0);
	assert_int_equal(
	    hist_count(&m->egress[0].delays.stage[STAGE_SEND], NOW), 1);
	model_free(m);
}

static void
lost_addresses_are_told(void **state)
{
	struct model *m = make_model(0);
	struct log_rec r = make_rec(LOG_BIND_WARNING, NOW - 1000, "");

	(void)state;
	r.tag = STR_LIT(T2);
	r.program = STR_LIT("smtp");
	discover(m, 0);
	feed(m, 0, &r, 1);
	assert_int_equal(m->egress[0].bind_lost_ms, 0);
	assert_int_equal(m->egress[1].bind_lost_ms, NOW - 1000);
	model_free(m);
}

static void
hostile_fields_are_only_bytes(void **state)
{
	static char big[100000];
	struct model *m = make_model(0);
	struct log_rec r =
	    make_delivery(NOW, "Q1", T1, "", "", LS_DEFERRED, "");

	(void)state;
	discover(m, 0);
	feed(m, 0, &r, 1);
	memset(big, 0x1b, sizeof big);
	r.to = r.relay = r.text = r.qid = r.tag = (struct str){big, sizeof big};
	feed(m, 0, &r, 1);
	big[0] = '@';
	r.status = LS_BOUNCED;
	feed(m, 0, &r, 1);
	r.to = STR_LIT("nobody");
	r.relay = STR_LIT("@");
	r.delay_ms = INT64_MAX;
	r.stage_ms[3] = INT64_MAX;
	feed(m, 0, &r, 1);
	assert_int_equal(tally_total(&m->hosts[0].tally, STAT_DEFERRED), 2);
	assert_int_equal(tally_total(&m->hosts[0].tally, STAT_BOUNCED), 2);
	assert_non_null(find_keyed(m, m->domains, m->n_domains, "nobody"));
	model_free(m);
}

/* Counted with the last one's beginning; good and foreign lines are not. */
static void
bad_lines_are_counted(void **state)
{
	struct model *m = make_model(0);
	struct log_rec v[] = {make_rec(LOG_OTHER, NOW - 9000, ""),
	    make_rec(LOG_OTHER, NOW - 8000, "Q1"), make_rec(LOG_OTHER, 0, ""),
	    make_rec(LOG_OTHER, NOW - 5000, "Q2")};
	const struct bad_lines *b = &m->hosts[0].bad_lines;
	char long_line[400];

	(void)state;
	memset(long_line, 'x', sizeof long_line);
	v[0].tag = v[2].tag = (struct str){NULL, 0};
	feed(m, 0, v, 1);
	assert_int_equal(b->n, 0);
	v[1].bad = BAD_HALF;
	v[1].line = STR_LIT("half of");
	feed(m, 0, v, 2);
	assert_int_equal(b->n, 1);
	assert_int_equal(b->why, BAD_HALF);
	assert_memory_equal(b->sample, "half of", b->n_sample);
	v[2].bad = BAD_NULS;
	v[2].line = (struct str){"\0\0\0ab\0c", 7};
	feed(m, 0, v + 2, 2);
	assert_int_equal(b->n, 2);
	assert_int_equal(b->first_ms, NOW - 8000);
	assert_int_equal(b->last_ms, NOW); /* it came without a time */
	assert_int_equal(b->why, BAD_NULS);
	assert_int_equal(b->n_sample, 4);
	assert_memory_equal(b->sample, "ab\0c", 4);
	v[3].bad = BAD_LENGTH;
	v[3].line = (struct str){long_line, sizeof long_line};
	feed(m, 0, v + 3, 1);
	assert_int_equal(b->n, 3);
	assert_int_equal(b->n_sample, sizeof b->sample);
	assert_int_equal(m->hosts[1].bad_lines.n, 0);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_counts),
	    cmocka_unit_test(the_empty_sender_is_one),
	    cmocka_unit_test(unknown_tags_go_to_the_rest_row),
	    cmocka_unit_test(local_repeats_stay_apart),
	    cmocka_unit_test(local_deliveries_are_the_hosts),
	    cmocka_unit_test(one_cause_is_one_group),
	    cmocka_unit_test(samples_of_quiet_groups_are_renewed),
	    cmocka_unit_test(codes_of_own_reasons_come_from_dsn),
	    cmocka_unit_test(queue_ids_are_followed_to_their_end),
	    cmocka_unit_test(clocks_are_put_right),
	    cmocka_unit_test(new_year_is_a_night_like_any),
	    cmocka_unit_test(delays_are_distributed),
	    cmocka_unit_test(retries_are_no_slow_intake),
	    cmocka_unit_test(lost_addresses_are_told),
	    cmocka_unit_test(hostile_fields_are_only_bytes),
	    cmocka_unit_test(bad_lines_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
