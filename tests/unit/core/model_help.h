/*
 * model_help.h - a model with two hosts, hand-made log records, and a dump of
 * everything counted, for the tests of the files that change the model.
 */
#ifndef TESTS_UNIT_CORE_MODEL_HELP_H
#define TESTS_UNIT_CORE_MODEL_HELP_H

#include "core/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#define NOW ((int64_t)1790000000000) /* a whole 5-s step */

static inline struct model *
make_model(uint32_t max_keys)
{
	static const char *const names[] = {"mta1", "mta2"};
	struct model_opts o = {.host_names = names,
	    .n_hosts = 2,
	    .max_keys = max_keys,
	    .log_bytes = 65536};
	struct model *m = model_new(&o);

	assert_non_null(m);
	return m;
}

static inline void
add_handle(struct discovery *d, const char *name, const char *tag,
    const char *ip, const char *ip6)
{
	struct handle *h = &d->handles[d->n_handles++];

	str_copy(h->name, sizeof h->name, str_of(name));
	str_copy(h->tag, sizeof h->tag, str_of(tag));
	str_copy(h->ip, sizeof h->ip, str_of(ip));
	str_copy(h->ip6, sizeof h->ip6, str_of(ip6));
	str_copy(h->pool, sizeof h->pool, STR_LIT("out"));
	h->attributable = true;
}

/* Two egress IPs of host 0: postfix/out1 and postfix/out2. */
static inline void
discover(struct model *m, int64_t offset_ms)
{
	struct discovery *d = calloc(1, sizeof *d);
	struct event ev = {
	    .kind = EVT_DISCOVERY, .at_ms = NOW, .u.discovery = d};

	assert_non_null(d);
	d->clock_offset_ms = offset_ms;
	add_handle(d, "out1", "postfix/out1", "192.0.2.1", "");
	add_handle(d, "out2", "postfix/out2", "192.0.2.2", "");
	model_update(m, &ev);
	free(d);
}

static inline struct log_rec
make_rec(enum log_kind kind, int64_t at_ms, const char *qid)
{
	return (struct log_rec){.at_ms = at_ms,
	    .kind = kind,
	    .tag = STR_LIT("postfix"),
	    .program = STR_LIT("qmgr"),
	    .line = STR_LIT("a line"),
	    .qid = str_of(qid),
	    .delay_ms = -1,
	    .stage_ms = {-1, -1, -1, -1},
	    .size_bytes = -1,
	    .nrcpt = -1};
}

static inline struct log_rec
make_queued(int64_t at_ms, const char *qid, const char *from)
{
	struct log_rec r = make_rec(LOG_QUEUED, at_ms, qid);

	r.from = str_of(from);
	r.has_from = true;
	return r;
}

static inline struct log_rec
make_delivery(int64_t at_ms, const char *qid, const char *tag, const char *to,
    const char *relay, enum log_status status, const char *text)
{
	struct log_rec r = make_rec(LOG_DELIVERY, at_ms, qid);

	r.tag = str_of(tag);
	r.program = STR_LIT("smtp");
	r.to = str_of(to);
	r.relay = str_of(relay);
	r.status = status;
	r.text = str_of(text);
	return r;
}

static inline void
feed(struct model *m, host_id host, const struct log_rec *recs, size_t n)
{
	struct event ev = {.kind = EVT_LOG,
	    .host = host,
	    .at_ms = NOW,
	    .u.log = {.recs = recs, .n = n}};

	model_update(m, &ev);
}

static inline const struct keyed *
find_keyed(
    const struct model *m, const struct keyed *v, uint32_t n, const char *text)
{
	for (uint32_t i = 0; i < n; i++)
		if (str_eq(intern_text(m->texts, v[i].key), str_of(text)))
			return &v[i];
	return NULL;
}

static inline uint64_t
total(const struct keyed *k, enum figure f)
{
	assert_non_null(k);
	return tally_total(&k->tally, f);
}

static inline void
dump_tally(FILE *f, struct tally *t, int64_t now_ms)
{
	for (enum figure i = 0; i < STAT_N; i++)
		fprintf(f, " %llu/%llu", (unsigned long long)tally_total(t, i),
		    (unsigned long long)tally_since(
			t, i, now_ms - 600000, now_ms));
	fprintf(
	    f, " %lld %lld\n", (long long)t->first_ms, (long long)t->last_ms);
}

static inline void
dump_text(FILE *f, const struct model *m, uint32_t id)
{
	struct str s = intern_text(m->texts, id);

	fprintf(f, "[%.*s]", (int)s.n, s.n == 0 ? "" : s.p);
}

static inline void
dump_keyed(FILE *f, const struct model *m, const char *what, struct keyed *v,
    uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		fprintf(f, "%s", what);
		dump_text(f, m, v[i].key);
		dump_text(f, m, v[i].provider);
		dump_tally(f, &v[i].tally, m->now_ms);
	}
}

/* Everything that views can see of the counting, row by row in order. */
static inline char *
dump_model(const struct model *m)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	for (host_id i = 0; i < m->n_hosts; i++) {
		fprintf(f, "host %s %llu", m->hosts[i].name,
		    (unsigned long long)m->hosts[i].log_lines);
		dump_tally(f, &m->hosts[i].tally, m->now_ms);
	}
	for (egress_id i = 0; i < m->n_egress; i++) {
		fprintf(f, "egress %u %s %s", m->egress[i].host,
		    model_egress_label(&m->egress[i]), m->egress[i].handles);
		dump_tally(f, &m->egress[i].tally, m->now_ms);
	}
	dump_keyed(f, m, "provider", m->providers, m->n_providers);
	dump_keyed(f, m, "domain", m->domains, m->n_domains);
	dump_keyed(f, m, "sender", m->senders, m->n_senders);
	for (uint32_t i = 0; i < m->n_replies; i++) {
		struct reply_group *g = &m->replies[i];

		fprintf(f, "reply %u %d%d %u", g->egress, g->local, g->remote,
		    g->code);
		dump_text(f, m, g->shape);
		dump_text(f, m, g->sample);
		dump_text(f, m, g->provider);
		dump_tally(f, &g->tally, m->now_ms);
	}
	for (uint32_t i = 0; i < m->n_cells; i++) {
		fprintf(f, "cell %u", m->cells[i].egress);
		dump_text(f, m, m->cells[i].provider);
		dump_tally(f, &m->cells[i].tally, m->now_ms);
	}
	assert_int_equal(fclose(f), 0);
	return text;
}

#endif
