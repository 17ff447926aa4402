/*
 * bench_queue.c - reads a `postqueue -j` listing, for bench_queue.sh.
 *   gen N        writes a listing of N messages
 *   ours FILE    through the driver, into a whole reading
 *   cjson FILE   the same reading, with every line through cJSON
 *   parse FILE   lines only, no reading
 *   rows FILE    rows of queue_agg.sh into a reading
 * Prints counts by queue and domain (sorted, so that they can be compared),
 * and on standard error the peak resident size in KB.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "remote/postfix_queue.h"
#include "remote/postfix_queue_agg.h"
#include "remote/postfix_queue_line.h"

enum { BLOCK = 256 * 1024, NOW_S = 1763650200 };

static uint64_t
next(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* Few large and many small ones, as domains and senders are. */
static unsigned
skewed(uint64_t *x, unsigned n)
{
	uint64_t r = next(x) % 1000;

	return (unsigned)(r < 600 ? next(x) % (n / 100 + 1) : next(x) % n);
}

static void
print_reason(uint64_t *x, unsigned d, unsigned user)
{
	unsigned ip = (unsigned)(next(x) % 254 + 1);

	printf("host mx%u.d%u.example[192.0.2.%u] ", ip % 4, d, ip);
	switch (next(x) % 6) {
	case 0:
		printf("said: 450 4.7.1 <u%u@d%u.example>: Recipient address "
		       "rejected: Greylisted, see http://postgrey.example/"
		       "d%u.example.html (in reply to RCPT TO command)",
		    user, d, d);
		break;
	case 1:
		printf("said: 421-4.7.28 [203.0.113.%u] Our system has "
		       "detected an unusual rate of mail 421 4.7.28 from your "
		       "address. a%u-20020a05%06xsi%u.%u - gsmtp (in reply to "
		       "end of DATA command)",
		    ip, ip, (unsigned)(next(x) & 0xffffff),
		    (unsigned)(next(x) % 9999999), ip);
		break;
	case 2:
		printf("refused to talk to me: 421 4.7.0 [TSS04] Messages from "
		       "203.0.113.%u temporarily deferred due to unexpected "
		       "volume or user complaints - 4.16.55.1",
		    ip);
		break;
	case 3:
		printf("said: 452 4.2.2 <u%u@d%u.example> mailbox is full: "
		       "retry timeout exceeded (in reply to RCPT TO command)",
		    user, d);
		break;
	case 4:
		printf("said: 451 4.7.650 The mail server [203.0.113.%u] has "
		       "been temporarily rate limited due to IP reputation. "
		       "(S775) (in reply to MAIL FROM command)",
		    ip);
		break;
	default:
		printf("said: 451 4.3.0 try again later, id=%08X (in reply "
		       "to \\\"DATA\\\" command)",
		    (unsigned)next(x));
	}
}

static void
generate(unsigned long n)
{
	uint64_t x = 88172645463325252U;

	for (unsigned long i = 0; i < n; i++) {
		bool active = next(&x) % 50 == 0;
		unsigned d = skewed(&x, 3000), user = skewed(&x, 100000);

		printf("{\"queue_name\": \"%s\", \"queue_id\": \"4%05lX%07X\", "
		       "\"arrival_time\": %lu, \"message_size\": %u, "
		       "\"forced_expire\": false, \"sender\": "
		       "\"news%u@shop%u.example\", \"recipients\": "
		       "[{\"address\": \"u%u@d%u.example\"",
		    active ? "active" : "deferred", i,
		    (unsigned)(next(&x) & 0xfffffff),
		    (unsigned long)NOW_S -
			(unsigned long)(next(&x) % (next(&x) % 90000 + 1)),
		    (unsigned)(next(&x) % 60000 + 900), skewed(&x, 400),
		    skewed(&x, 40), user, d);
		if (!active) {
			printf(", \"delay_reason\": \"");
			print_reason(&x, d, user);
			putchar('"');
		}
		printf("}]}\n");
	}
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
print_counts(const struct queue_snap *q)
{
	static const char *const names[Q_N] = {
	    "incoming", "active", "deferred", "hold", "maildrop"};
	const struct queue_table *t = &q->by[QD_DOMAIN];
	char **lines = calloc(t->n + 1, sizeof *lines);

	printf("messages\t%llu\nbytes\t%llu\n", (unsigned long long)q->messages,
	    (unsigned long long)q->bytes);
	for (int i = 0; i < Q_N; i++)
		if (q->by_queue[i] > 0)
			printf("queue\t%s\t%llu\n", names[i],
			    (unsigned long long)q->by_queue[i]);
	for (uint32_t i = 0; lines != NULL && i < t->n; i++) {
		struct str key = intern_text(q->texts, t->rows[i].key);
		int n = asprintf(&lines[i], "domain\t%.*s\t%llu", (int)key.n,
		    key.p, (unsigned long long)t->rows[i].total);

		if (n < 0)
			exit(1);
	}
	if (lines == NULL)
		exit(1);
	qsort(lines, t->n, sizeof *lines, by_text);
	for (uint32_t i = 0; i < t->n; i++) {
		puts(lines[i]);
		free(lines[i]);
	}
	free(lines);
}

/* Each whole line of f to fn. */
static void
each_line(FILE *f, void (*fn)(void *ctx, struct str line), void *ctx)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, f)) > 0)
		fn(ctx, (struct str){line, (size_t)n - 1});
	free(line);
}

struct job {
	struct queue_snap *q;
	struct postfix_queue_line line;
	uint64_t bad;
};

static void
cjson_line(void *ctx, struct str line)
{
	struct job *j = ctx;

	if (!postfix_queue_line_slow(&j->line, line) ||
	    queue_add(j->q, &j->line.item, (int64_t)NOW_S * 1000, NULL) !=
		ERR_OK)
		j->bad++;
}

static void
parse_line(void *ctx, struct str line)
{
	struct job *j = ctx;

	j->bad += !postfix_queue_line_fast(&j->line, line);
}

static void
only_cjson_line(void *ctx, struct str line)
{
	struct job *j = ctx;

	j->bad += !postfix_queue_line_slow(&j->line, line);
}

static void
ours(FILE *f, struct queue_snap *q, bool rows)
{
	static char block[BLOCK];
	struct postfix_queue *p =
	    postfix_queue_new(q, (int64_t)NOW_S * 1000, NULL);
	struct postfix_queue_agg *a = postfix_queue_agg_new(q);
	size_t n;

	while ((n = fread(block, 1, sizeof block, f)) > 0) {
		if (rows)
			postfix_queue_agg_feed(a, (struct str){block, n});
		else
			postfix_queue_feed(p, (struct str){block, n});
	}
	if (!rows)
		postfix_queue_end(p);
	else if (postfix_queue_agg_end(a) != ERR_OK)
		exit(1);
	postfix_queue_agg_free(a);
	postfix_queue_free(p);
}

int
main(int argc, char **argv)
{
	struct job *j = calloc(1, sizeof *j);
	struct rusage use;
	const char *mode = argc == 3 ? argv[1] : "";
	FILE *f;

	if (strcmp(mode, "gen") == 0) {
		generate(strtoul(argv[2], NULL, 10));
		free(j);
		return 0;
	}
	f = argc == 3 ? fopen(argv[2], "rb") : NULL;
	if (f == NULL || j == NULL) {
		fprintf(stderr, "bench_queue gen N | ours|cjson|parse|"
				"parse-cjson|rows FILE\n");
		return 2;
	}
	j->q = queue_new(1000);
	if (j->q == NULL)
		return 1;
	if (strcmp(mode, "ours") == 0 || strcmp(mode, "rows") == 0)
		ours(f, j->q, mode[0] == 'r');
	else if (strcmp(mode, "cjson") == 0)
		each_line(f, cjson_line, j);
	else if (strcmp(mode, "parse") == 0)
		each_line(f, parse_line, j);
	else if (strcmp(mode, "parse-cjson") == 0)
		each_line(f, only_cjson_line, j);
	queue_finish(j->q, 0, 0);
	print_counts(j->q);
	if (j->bad > 0)
		printf("bad\t%llu\n", (unsigned long long)j->bad);
	(void)getrusage(RUSAGE_SELF, &use);
	fprintf(stderr, "%ld\n", use.ru_maxrss);
	queue_free(j->q);
	postfix_queue_line_done(&j->line);
	free(j);
	(void)fclose(f);
	return 0;
}
