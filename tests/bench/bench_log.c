/*
 * bench_log.c - reads a mail log as the console does: blocks of 256 KB through
 * the parser, records into a count per tag. Prints the counts and the
 * process's largest size as one line of JSON.
 */
#include "remote/postfix_log.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BLOCK_BYTES = 256 * 1024, MAX_TAGS = 64 };

struct per_tag {
	char tag[128];
	uint64_t n[LS_OTHER + 1];
};

struct counts {
	struct per_tag tags[MAX_TAGS];
	size_t n_tags;
};

static struct per_tag *
tag_row(struct counts *c, struct str tag)
{
	for (size_t i = 0; i < c->n_tags; i++)
		if (str_eq(str_of(c->tags[i].tag), tag))
			return &c->tags[i];
	if (c->n_tags == MAX_TAGS)
		return &c->tags[MAX_TAGS - 1];
	str_copy(c->tags[c->n_tags].tag, sizeof(c->tags[0].tag), tag);
	return &c->tags[c->n_tags++];
}

static void
take(void *ctx, const struct log_rec *recs, size_t n)
{
	struct counts *c = ctx;

	for (size_t i = 0; i < n; i++)
		if (recs[i].kind == LOG_DELIVERY)
			tag_row(c, recs[i].tag)->n[recs[i].status]++;
}

static void
print_counts(const struct counts *c)
{
	const char *comma = "";

	for (size_t i = 0; i < c->n_tags; i++) {
		const struct per_tag *t = &c->tags[i];
		struct str handle = str_of(t->tag);

		if (str_starts(handle, STR_LIT("postfix/")))
			handle = str_from(handle, 8);
		printf("%s{\"handle\":\"%.*s\",\"sent\":%" PRIu64
		       ",\"deferred\":%" PRIu64 ",\"bounced\":%" PRIu64 "}",
		    comma, (int)handle.n, handle.p, t->n[LS_SENT],
		    t->n[LS_DEFERRED], t->n[LS_BOUNCED]);
		comma = ",";
	}
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

int
main(int argc, char **argv)
{
	static struct counts counts;
	struct postfix_log *p = postfix_log_new(take, &counts);
	const struct postfix_log_stats *s;
	struct rusage use;

	if (p == NULL || argc < 2) {
		fprintf(stderr, "usage: bench_log [--parse-only] FILE\n");
		return 2;
	}
	postfix_log_clock(p, INT64_C(1795269942000), 0);
	if (!read_log(p, argv[argc - 1])) {
		fprintf(
		    stderr, "bench_log: %s: cannot be read\n", argv[argc - 1]);
		return 1;
	}
	s = postfix_log_stats(p);
	(void)getrusage(RUSAGE_SELF, &use); /* cannot fail with these */
	printf("{\"lines\":%" PRIu64 ",\"foreign\":%" PRIu64
	       ",\"rss_kb\":%ld,\"egress\":[",
	    s->lines, s->foreign, use.ru_maxrss);
	print_counts(&counts);
	printf("]}\n");
	postfix_log_free(p);
	return 0;
}
