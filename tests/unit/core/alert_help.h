/*
 * alert_help.h - a model whose time the test drives, with figures put where
 * rules look for them, for the tests of what raises alerts.
 */
#ifndef TESTS_UNIT_CORE_ALERT_HELP_H
#define TESTS_UNIT_CORE_ALERT_HELP_H

#include "tests/unit/core/model_help.h"

#define LISTS_JSON                                                             \
	"{\"v\":1,\"lists\":["                                                 \
	"{\"id\":\"big\",\"name\":\"Big List\",\"operator\":\"o\","            \
	"\"zone\":\"big.example\",\"kind\":\"ip\",\"impact\":\"high\"},"       \
	"{\"id\":\"mid\",\"name\":\"Mid List\",\"operator\":\"o\","            \
	"\"zone\":\"mid.example\",\"kind\":\"ip\",\"impact\":\"medium\"},"     \
	"{\"id\":\"low\",\"name\":\"Low List\",\"operator\":\"o\","            \
	"\"zone\":\"low.example\",\"kind\":\"ip\",\"impact\":\"low\"},"        \
	"{\"id\":\"part\",\"name\":\"Part\",\"operator\":\"o\","               \
	"\"zone\":\"part.example\",\"kind\":\"ip\",\"impact\":\"high\","       \
	"\"covered_by\":\"big\"}]}"
enum { BIG, MID, LOW, PART, N_LISTS };

static inline void
counts_at(struct model *m, host_id host, int64_t at_ms, int64_t active,
    int64_t deferred)
{
	struct queue_counts n = {.n = {0, active, deferred, 0, 0}};
	struct event ev = {
	    .kind = EVT_COUNTS, .host = host, .at_ms = at_ms, .u.counts = &n};

	model_update(m, &ev);
}

/* Time passes; hosts that are up are counted as they were before. */
static inline void
tick_at(struct model *m, int64_t at_ms)
{
	struct event ev = {.kind = EVT_TICK, .host = HOST_NONE, .at_ms = at_ms};

	for (host_id h = 0; h < m->n_hosts; h++) {
		const int64_t *n = m->hosts[h].counts.n;

		if (m->hosts[h].link == LINK_UP)
			counts_at(m, h, at_ms, n[Q_ACTIVE], n[Q_DEFERRED]);
	}
	model_update(m, &ev);
}

/* Ticks once a second; the last one is at to_ms. */
static inline void
tick_to(struct model *m, int64_t to_ms)
{
	while (m->now_ms + 1000 < to_ms)
		tick_at(m, m->now_ms + 1000);
	tick_at(m, to_ms);
}

static inline void
link_at(struct model *m, host_id host, enum link_state s, int64_t at_ms)
{
	struct event ev = {.kind = EVT_LINK, .host = host, .at_ms = at_ms};

	ev.u.link.state = s;
	ev.u.link.text = s == LINK_UP ? "" : "connection refused";
	model_update(m, &ev);
}

static inline void
live_at(struct model *m, host_id host, int64_t at_ms)
{
	struct event ev = {.kind = EVT_LOG_LIVE, .host = host, .at_ms = at_ms};

	model_update(m, &ev);
}

/* mta1 and mta2 up, mta1's egress IPs known, history in; at NOW. */
static inline struct model *
alert_model(void)
{
	struct model *m = make_model(0);

	tick_at(m, NOW - 1000);
	for (host_id h = 0; h < 2; h++) {
		link_at(m, h, LINK_UP, NOW - 1000);
		live_at(m, h, NOW - 1000);
	}
	discover(m, 0);
	tick_at(m, NOW);
	return m;
}

/* n deliveries of mta1 by a tag, all at one time. */
static inline void
mail(struct model *m, const char *tag, const char *relay,
    enum log_status status, int n, int64_t at_ms)
{
	struct log_rec r = make_delivery(at_ms, "4c0ffee", tag,
	    "a@shop.example", relay, status, "host said: a reply");
	struct event ev = {.kind = EVT_LOG,
	    .host = 0,
	    .at_ms = m->now_ms,
	    .u.log = {.recs = &r, .n = 1}};

	for (int i = 0; i < n; i++)
		model_update(m, &ev);
}

static inline const struct alert *
alert_at(const struct model *m, enum alert_rule rule, const char *cause)
{
	for (uint32_t i = m->alerts.n; i-- > 0;)
		if (m->alerts.v[i].rule == rule &&
		    strcmp(m->alerts.v[i].cause, cause) == 0)
			return &m->alerts.v[i];
	return NULL;
}

static inline void
say(struct model *m, enum event_kind kind, uint32_t id, int64_t until_ms)
{
	struct event ev = {.kind = kind, .host = HOST_NONE, .at_ms = m->now_ms};

	ev.u.alert.id = id;
	ev.u.alert.until_ms = until_ms;
	model_update(m, &ev);
}

static inline void
assert_text(const struct model *m, const struct alert *a, const char *want)
{
	struct buf b;

	assert_non_null(a);
	buf_init(&b, 4096);
	assert_int_equal(alert_text(m, a, &b), ERR_OK);
	assert_string_equal(buf_cstr(&b), want);
	buf_done(&b);
}

#endif
