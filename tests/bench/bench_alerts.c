/*
 * bench_alerts.c - what an evaluation of the rules costs: 20 hosts with 1,000
 * egress IPs that send to 17 providers (16,384 cells and the one of the
 * others), two hours of mail, each second for two minutes. In the second
 * minute every provider defers and every pair is throttled. Prints the largest
 * and the mean CPU time in us.
 */
#include "core/clock.h"
#include "core/model_index.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	HOSTS = 20,
	HANDLES = 50,
	POOLS = 5,
	PROVIDERS = 17,
	EVALUATIONS = 60,
	MIN_MS = 60000,
	HISTORY_MS = 120 * MIN_MS,
};
#define NOW INT64_C(1790000000000)

static void
discover(struct model *m, host_id host)
{
	struct discovery *d = calloc(1, sizeof *d);
	struct event ev = {.kind = EVT_DISCOVERY,
	    .host = host,
	    .at_ms = NOW,
	    .u.discovery = d};

	if (d == NULL)
		exit(1);
	d->n_handles = HANDLES;
	for (int i = 0; i < HANDLES; i++) {
		struct handle *h = &d->handles[i];

		(void)snprintf(h->name, sizeof h->name, "out%d", i);
		(void)snprintf(h->tag, sizeof h->tag, "postfix/out%d", i);
		(void)snprintf(h->ip, sizeof h->ip, "10.0.%d.%d", host, i);
		(void)snprintf(h->pool, sizeof h->pool, "p%d", i % POOLS);
		h->attributable = true;
	}
	model_update(m, &ev);
	free(d);
}

static void
deliver(struct model *m, host_id host, int handle, int provider, int64_t at_ms,
    enum log_status status)
{
	char tag[32], to[32], relay[32];
	struct log_rec r = {.at_ms = at_ms,
	    .kind = LOG_DELIVERY,
	    .status = status,
	    .program = STR_LIT("smtp"),
	    .qid = STR_LIT("4c0ffee"),
	    .text = STR_LIT("250 ok"),
	    .delay_ms = 1000,
	    .stage_ms = {1, 1, 1, 1},
	    .size_bytes = -1,
	    .nrcpt = -1};
	struct event ev = {.kind = EVT_LOG,
	    .host = host,
	    .at_ms = NOW,
	    .u.log = {.recs = &r, .n = 1}};

	(void)snprintf(tag, sizeof tag, "postfix/out%d", handle);
	(void)snprintf(to, sizeof to, "a@p%d.example", provider);
	(void)snprintf(relay, sizeof relay, "mx.p%d.example", provider);
	r.tag = str_of(tag);
	r.to = str_of(to);
	r.relay = str_of(relay);
	model_update(m, &ev);
}

/* Something for every pair at one time. */
static void
deliver_all(struct model *m, int64_t at_ms, enum log_status status)
{
	for (host_id h = 0; h < HOSTS; h++)
		for (int i = 0; i < HANDLES; i++)
			for (int p = 0; p < PROVIDERS; p++)
				deliver(m, h, i, p, at_ms, status);
}

static struct model *
fleet(void)
{
	static const char *const names[HOSTS] = {"m0", "m1", "m2", "m3", "m4",
	    "m5", "m6", "m7", "m8", "m9", "m10", "m11", "m12", "m13", "m14",
	    "m15", "m16", "m17", "m18", "m19"};
	struct model_opts o = {
	    .host_names = names, .n_hosts = HOSTS, .max_keys = KEYS_MAX};
	struct model *m = model_new(&o);

	if (m == NULL)
		exit(1);
	for (host_id h = 0; h < HOSTS; h++) {
		struct event ev = {.kind = EVT_LINK, .host = h, .at_ms = NOW};

		ev.u.link.state = LINK_UP;
		model_update(m, &ev);
		discover(m, h);
		ev = (struct event){
		    .kind = EVT_LOG_LIVE, .host = h, .at_ms = NOW};
		model_update(m, &ev);
	}
	for (int64_t at = NOW - HISTORY_MS; at < NOW; at += 2 * MIN_MS)
		deliver_all(m, at, LS_SENT);
	return m;
}

static void
evaluate(struct model *m, const char *what, int64_t from_ms)
{
	int64_t most = 0, all = 0;

	for (int i = 1; i <= EVALUATIONS; i++) {
		int64_t began_us = clock_cpu_us(), us;

		m->now_ms = from_ms + i * 1000;
		update_alerts(m);
		us = clock_cpu_us() - began_us;
		all += us;
		most = us > most ? us : most;
	}
	(void)printf("%s %" PRId64 " %" PRId64 " %u %u\n", what, most,
	    all / EVALUATIONS, m->n_cells, m->alerts.n);
}

int
main(void)
{
	struct model *m = fleet();

	evaluate(m, "well", NOW);
	for (int i = 0; i < 10; i++)
		deliver_all(m, NOW + i * 5000, LS_DEFERRED);
	for (uint32_t i = 0; i < m->n_cells; i++) {
		struct throttle *t = m->cells[i].throttle;

		if (t == NULL)
			t = m->cells[i].throttle = calloc(1, sizeof *t);
		if (t == NULL)
			return 1;
		t->state = THROTTLE_THROTTLED;
		t->start_ms = NOW;
		t->peak_milli = 300;
	}
	evaluate(m, "bad", NOW + EVALUATIONS * 1000);
	model_free(m);
	return 0;
}
