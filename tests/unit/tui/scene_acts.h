/*
 * scene_acts.h - a host that a provider slows down, and what its operators did:
 * an interval that helped, a second that did not, a pause, one just begun; and
 * a queue that drains. Built from events only.
 */
#ifndef TESTS_UNIT_TUI_SCENE_ACTS_H
#define TESTS_UNIT_TUI_SCENE_ACTS_H

#include "tests/unit/tui/scene.h"

#define SCENE_MIN ((int64_t)60000)

static inline void
scene_tick_at(struct model *m, int64_t at_ms)
{
	struct event ev = {.kind = EVT_TICK, .host = HOST_NONE, .at_ms = at_ms};

	model_update(m, &ev);
}

static inline void
scene_lines(
    struct model *m, int64_t at_ms, const char *tag, int sent, int refused)
{
	struct log_rec ok = scene_delivery(at_ms, tag, "a@gmail.com",
	    "gmail-smtp-in.l.google.com", LS_SENT, "250 2.0.0 OK");
	struct log_rec no = scene_delivery(at_ms, tag, "a@gmail.com",
	    "gmail-smtp-in.l.google.com", LS_DEFERRED, THROTTLED);

	for (int i = 0; i < sent; i++)
		scene_log(m, MTA1, &ok);
	for (int i = 0; i < refused; i++)
		scene_log(m, MTA1, &no);
}

/* A reading: n messages for Gmail, last tried from the first address. */
static inline struct str
scene_egress_of(void *ctx, struct str qid)
{
	(void)ctx;
	(void)qid;
	return STR_LIT("198.51.100.11");
}

static inline struct str
scene_provider_of(void *ctx, struct str domain)
{
	(void)ctx;
	(void)domain;
	return STR_LIT("google.com");
}

static inline void
scene_waiting(struct model *m, int64_t at_ms, int n)
{
	static const struct queue_lookup lookup = {
	    NULL, scene_egress_of, scene_provider_of};
	struct queue_counts counts = {.n = {0, 2, n, 0, 0}};
	struct queue_snap *q = queue_new(10);
	struct event ev = {.kind = EVT_QUEUE, .host = MTA1, .at_ms = at_ms};

	assert_non_null(q);
	for (int i = 0; i < n; i++) {
		char qid[32];
		struct queue_rcpt rcpt = {
		    STR_LIT("a@gmail.com"), STR_LIT(THROTTLED)};
		struct queue_item it = {.queue = Q_DEFERRED,
		    .arrival_ms = at_ms - 240000,
		    .size_bytes = 2048,
		    .rcpt = &rcpt,
		    .n_rcpt = 1};

		(void)snprintf(qid, sizeof qid, "4bXy%06d", i);
		it.qid = str_of(qid);
		assert_int_equal(queue_add(q, &it, at_ms, &lookup), ERR_OK);
	}
	queue_finish(q, at_ms, 200);
	ev.u.queue = q;
	model_update(m, &ev);
	ev.kind = EVT_COUNTS;
	ev.u.counts = &counts;
	model_update(m, &ev);
}

static inline struct lease
scene_lease(const char *id, enum verb v, const char *ip, const char *value,
    int64_t since_ms)
{
	struct lease l = {.verb = v,
	    .host = MTA1,
	    .of.on = ACT_ON_EGRESS,
	    .who = "ann",
	    .why = "Gmail says 4.7.28",
	    .since_ms = since_ms,
	    .until_ms = since_ms + 30 * SCENE_MIN};

	str_copy(l.id, sizeof l.id, str_of(id));
	str_copy(l.of.egress, sizeof l.of.egress, str_of(ip));
	str_copy(l.value, sizeof l.value, str_of(value));
	return l;
}

static inline void
scene_leases(struct model *m, int64_t at_ms, const struct lease *v, size_t n)
{
	struct event ev = {.kind = EVT_LEASES,
	    .host = MTA1,
	    .at_ms = at_ms,
	    .u.leases = {v, n}};

	model_update(m, &ev);
}

/* Throttled since 40 minutes; slowed down too little 20 minutes ago, enough 8
 * minutes ago. */
static inline struct model *
scene_acts(void)
{
	struct model *m = scene_empty();
	struct event live = {.kind = EVT_LOG_LIVE, .host = MTA1, .at_ms = NOW};
	struct lease v[4] = {scene_lease("6b0267ca-01", VERB_INTERVAL,
				 "198.51.100.11", "2s", NOW - 20 * SCENE_MIN),
	    scene_lease("6b0267cb-02", VERB_INTERVAL, "198.51.100.11", "6s",
		NOW - 8 * SCENE_MIN),
	    scene_lease("6b0267cc-03", VERB_PAUSE, "198.51.100.12", "",
		NOW - 3 * SCENE_MIN),
	    scene_lease("6b0267cd-04", VERB_CONCURRENCY, "", "2", NOW - 25000)};

	v[3].of = (struct act_subject){.on = ACT_ON_PROVIDER,
	    .provider = "google.com",
	    .egress = "198.51.100.12"};
	str_copy(v[2].of.pool, sizeof v[2].of.pool, (struct str){NULL, 0});
	scene_link(m, MTA1, LINK_UP, NOW - 7200000, "");
	scene_discover(m, MTA1, true);
	live.at_ms = NOW - 60 * SCENE_MIN;
	model_update(m, &live);
	for (int64_t at = NOW - 60 * SCENE_MIN; at < NOW; at += 5000) {
		bool slow = at >= NOW - 40 * SCENE_MIN;
		bool helped = at >= NOW - 8 * SCENE_MIN;

		scene_lines(m, at, "postfix/out1", slow ? 1 : 4,
		    slow && !helped ? 3 : 0);
		if (at < NOW - 3 * SCENE_MIN)
			scene_lines(m, at, "postfix/out2", 1, 0);
		if (at == NOW - 19 * SCENE_MIN)
			scene_leases(m, at, v, 1);
		if (at == NOW - 7 * SCENE_MIN)
			scene_leases(m, at, v, 2);
		if (at >= NOW - 6 * SCENE_MIN && at % 30000 == 10000)
			scene_waiting(m, at, 40 + (int)((NOW - at) / 1000));
		scene_tick_at(m, at + 1000);
	}
	scene_leases(m, NOW - 20000, v, 4);
	scene_tick_at(m, NOW);
	return m;
}

#endif
