/*
 * bench_log.c - reads a mail log as the console does: blocks of 64 KB through
 * the parser, records into the model of one host with 12 egress IPs, which has
 * the catalogues and reads replies by the shipped rules. Prints what the model
 * counted per egress IP and class of reply, and the process's largest size, as
 * one line of JSON. Lines are not kept for the Log view (its ring is a copy of
 * bytes, and the peers keep none). --parse-only: without the model.
 */
#include "app/knowledge.h"
#include "core/model.h"
#include "remote/postfix_log.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BLOCK_BYTES = 64 * 1024, HANDLES = 12 };

/* The generated log begins on 16 November 2026; read some days later. */
#define NOW_MS INT64_C(1795269942000)

struct sink {
	struct model *model; /* NULL: only parse */
	uint64_t delivered;  /* deliveries, when only parsed */
};

static void
take(void *ctx, const struct log_rec *recs, size_t n)
{
	struct sink *s = ctx;
	struct event e = {.kind = EVT_LOG, .at_ms = NOW_MS};

	if (s->model == NULL) {
		for (size_t i = 0; i < n; i++)
			s->delivered += recs[i].kind == LOG_DELIVERY;
		return;
	}
	e.u.log.recs = recs;
	e.u.log.n = n;
	model_update(s->model, &e);
}

/* What the generated log's host would be found to have. */
static bool
discover(struct model *m)
{
	struct discovery *d = calloc(1, sizeof(*d));
	struct event e = {.kind = EVT_DISCOVERY, .at_ms = NOW_MS};

	if (d == NULL)
		return false;
	d->n_handles = HANDLES;
	for (unsigned i = 0; i < HANDLES; i++) {
		struct handle *h = &d->handles[i];

		snprintf(h->name, sizeof(h->name), "out%u", i + 1);
		snprintf(h->tag, sizeof(h->tag), "postfix/out%u", i + 1);
		snprintf(h->ip, sizeof(h->ip), "203.0.113.%u", i + 11);
		h->attributable = true;
	}
	e.u.discovery = d;
	model_update(m, &e);
	free(d);
	return true;
}

static bool
read_log(struct postfix_log *p, const char *path)
{
	static char block[BLOCK_BYTES];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	while ((n = read(fd, block, sizeof(block))) > 0)
		postfix_log_feed(p, (struct str){block, (size_t)n});
	(void)close(fd); /* only read from */
	return n == 0;
}

static void
print_egress(const struct model *m)
{
	for (egress_id i = 0; i < m->n_egress; i++) {
		const struct egress *e = &m->egress[i];
		uint64_t n[STAT_N];

		for (enum figure f = 0; f < STAT_N; f++)
			n[f] = tally_total(&e->tally, f);
		printf("%s{\"handle\":\"%s\",\"ip\":\"%s\",\"sent\":%" PRIu64
		       ",\"deferred\":%" PRIu64 ",\"bounced\":%" PRIu64 "}",
		    i == 0 ? "" : ",", e->handles, e->ip, n[STAT_SENT],
		    n[STAT_DEFERRED] + n[STAT_LOCAL], n[STAT_BOUNCED]);
	}
}

/* Refusals by what they say about us, and what that came to. */
static void
print_meanings(const struct model *m)
{
	uint64_t n[CLASS_N] = {0};
	unsigned throttles = 0;

	for (uint32_t i = 0; i < m->n_replies; i++)
		for (enum figure f = STAT_DEFERRED; f <= STAT_LOCAL; f++)
			n[m->replies[i].cls] +=
			    tally_total(&m->replies[i].tally, f);
	for (uint32_t i = 0; i < m->n_cells; i++)
		throttles += m->cells[i].throttle != NULL;
	printf(",\"throttles\":%u,\"listings\":%u,\"classes\":{", throttles,
	    m->listings.n_rows);
	for (enum reply_class c = 0; c < CLASS_N; c++)
		printf("%s\"%s\":%" PRIu64, c == 0 ? "" : ",",
		    reply_class_name(c), n[c]);
	printf("}");
}

static void
print_all(const struct sink *s, const struct postfix_log_stats *stats)
{
	struct rusage use;

	(void)getrusage(RUSAGE_SELF, &use); /* cannot fail with these */
	printf("{\"lines\":%" PRIu64 ",\"foreign\":%" PRIu64 ",\"rss_kb\":%ld",
	    stats->lines, stats->foreign, use.ru_maxrss);
	if (s->model == NULL)
		printf(",\"delivered\":%" PRIu64, s->delivered);
	if (s->model != NULL) {
		printf(",\"domains\":%u,\"senders\":%u,\"replies\":%u,"
		       "\"providers\":%u,\"egress\":[",
		    s->model->n_domains, s->model->n_senders,
		    s->model->n_replies, s->model->n_providers);
		print_egress(s->model);
		printf("]");
		print_meanings(s->model);
	}
	printf("}\n");
}

int
main(int argc, char **argv)
{
	static const char *const names[] = {"mta1"};
	struct model_opts o = {.host_names = names, .n_hosts = 1};
	struct sink s = {0};
	struct knowledge know = {0};
	struct postfix_log *p = postfix_log_new(take, &s);
	bool parse_only =
	    argc == 3 && str_eq(str_of(argv[1]), STR_LIT("--parse-only"));

	if (p == NULL || argc != (parse_only ? 3 : 2)) {
		fprintf(stderr, "usage: bench_log [--parse-only] FILE\n");
		return 2;
	}
	if (!parse_only) {
		if (!knowledge_load(&know, KNOW_ALL, ""))
			return 1;
		o.catalogue = know.providers;
		o.lists = know.lists;
		o.reader = reply_rules_reader(know.rules);
		s.model = model_new(&o);
		if (s.model == NULL || !discover(s.model))
			return 1;
	}
	postfix_log_clock(p, NOW_MS, 0);
	if (!read_log(p, argv[argc - 1])) {
		fprintf(
		    stderr, "bench_log: %s: cannot be read\n", argv[argc - 1]);
		return 1;
	}
	print_all(&s, postfix_log_stats(p));
	postfix_log_free(p);
	model_free(s.model);
	knowledge_free(&know);
	return 0;
}
