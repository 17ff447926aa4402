/* bench_dnsbl.c - the prober, once, over addresses x lists: bench_dnsbl
 * RESOLVER ADDRESSES LISTS. Prints one object: wall and CPU seconds, growth of
 * memory, and how many pairs got which verdict. The addresses are 10.0.0.0 and
 * up, the lists blNN.bench.example. */
#include "core/buf.h"
#include "core/clock.h"
#include "core/num.h"
#include "probes/prober.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct bench {
	uv_loop_t loop;
	struct prober *p;
	uint64_t verdicts[VERDICT_N], reasons;
	unsigned healthy;
	struct prober_stats stats;
};

static void
on_answer(void *ctx, const struct list_answer *a)
{
	struct bench *b = ctx;

	b->verdicts[a->verdict]++;
	b->reasons += a->verdict == VERDICT_LISTED && a->reason.n > 0;
}

static void
on_health(void *ctx, const struct list_health *h)
{
	struct bench *b = ctx;

	b->healthy += h->verdict == VERDICT_CLEAN;
	if (h->verdict != VERDICT_CLEAN)
		(void)fprintf(stderr, "list %u: %s: %.*s\n", h->list,
		    verdict_name(h->verdict), (int)h->text.n, h->text.p);
}

static void
on_done(void *ctx)
{
	struct bench *b = ctx;

	b->stats = prober_stats(b->p);
	prober_free(b->p);
}

static struct blocklists *
catalogue(unsigned lists)
{
	struct blocklists *c = NULL;
	struct buf json;
	char why[300];

	buf_init(&json, 1 << 20);
	(void)buf_puts(&json, "{\"v\":1,\"lists\":[");
	for (unsigned i = 0; i < lists; i++)
		(void)buf_printf(&json,
		    "%s{\"id\":\"bl%02u\",\"name\":\"bl%02u\",\"kind\":\"ip\","
		    "\"zone\":\"bl%02u.bench.example\",\"impact\":\"low\","
		    "\"test\":{\"listed\":[\"127.0.0.2\"],"
		    "\"clean\":[\"127.0.0.1\"]}}",
		    i == 0 ? "" : ",", i, i, i);
	(void)buf_puts(&json, "]}");
	if (blocklists_load(&c, buf_view(&json), why, sizeof why) != ERR_OK) {
		(void)fprintf(stderr, "%s\n", why);
		exit(1);
	}
	buf_done(&json);
	return c;
}

static struct str *
addresses(unsigned n)
{
	struct str *names = calloc(n + 1, sizeof *names);
	char *text = calloc(n + 1, 20);

	for (unsigned i = 0; i < n; i++) {
		char *at = text + (size_t)i * 20;

		(void)snprintf(
		    at, 20, "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
		names[i] = str_of(at);
	}
	return names;
}

static long
rss_kb(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

int
main(int argc, char **argv)
{
	static struct bench b;
	uint32_t subjects = 0, lists = 0;
	uint16_t use[LISTS_MAX];
	struct blocklists *c;
	struct str *names;
	struct prober_opts o = {.allow_private = true, .once = true};
	char why[300];
	int64_t from_us, wall_us;
	long kb;

	if (argc != 4 || num_u32(str_of(argv[2]), &subjects) != ERR_OK ||
	    num_u32(str_of(argv[3]), &lists) != ERR_OK || lists > LISTS_MAX)
		return 2;
	c = catalogue(lists);
	names = addresses(subjects);
	for (uint16_t i = 0; i < lists; i++)
		use[i] = i;
	(void)uv_loop_init(&b.loop);
	o.loop = &b.loop;
	o.lists = c;
	o.use = use;
	o.n_use = lists;
	o.resolver = argv[1];
	o.ctx = &b;
	o.on_answer = on_answer;
	o.on_health = on_health;
	o.on_done = on_done;
	kb = rss_kb();
	from_us = clock_mono_us();
	if (prober_new(&b.p, &o, why, sizeof why) != ERR_OK ||
	    prober_subjects(b.p, names, subjects) != ERR_OK) {
		(void)fprintf(stderr, "%s\n", why);
		return 1;
	}
	(void)uv_run(&b.loop, UV_RUN_DEFAULT);
	wall_us = clock_mono_us() - from_us;
	(void)printf("{\"wall_s\":%.4f,\"cpu_s\":%.4f,\"grown_kb\":%ld,"
		     "\"healthy\":%u,\"reasons\":%llu",
	    (double)wall_us / 1e6, (double)clock_cpu_us() / 1e6, rss_kb() - kb,
	    b.healthy, (unsigned long long)b.reasons);
	for (int v = 0; v < VERDICT_N; v++)
		(void)printf(",\"%s\":%llu", verdict_name(v),
		    (unsigned long long)b.verdicts[v]);
	(void)printf(",\"queries\":%llu,\"timeouts\":%llu,\"window\":%u}\n",
	    (unsigned long long)b.stats.queries,
	    (unsigned long long)b.stats.timeouts, b.stats.window);
	return 0;
}
