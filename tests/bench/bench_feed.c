/*
 * bench_feed.c - writes mail log lines to the ends of files at a steady rate,
 * with the time of now (UTC): a fleet's Postfixes at work. TEXT holds lines in
 * the classic form (gen_log's), which go round and round; each file begins
 * elsewhere in it. Prints one line of JSON: lines, and how many deliveries with
 * a receiver's answer, as the console counts them.
 * Usage: bench_feed LINES-A-SECOND-AND-FILE SECONDS TEXT FILE...
 */
#include "core/clock.h"
#include "core/num.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { TICKS_A_S = 20, TEXT_MAX_BYTES = 64 << 20, LINES_MAX = 1 << 18 };
enum { SENT, DEFERRED, BOUNCED, N_STATUS };

struct text {
	char *p;
	size_t n;
	size_t begin[LINES_MAX + 1];
	unsigned char status[LINES_MAX];
	size_t n_lines;
	uint64_t count[N_STATUS + 1], lines;
};

static bool
load(struct text *t, const char *path)
{
	static const struct str what[N_STATUS] = {{" status=sent (", 14},
	    {" status=deferred (", 18}, {" status=bounced (", 17}};
	FILE *f = fopen(path, "r");
	struct str rest, line;

	t->p = malloc(TEXT_MAX_BYTES);
	if (f == NULL || t->p == NULL)
		return false;
	t->n = fread(t->p, 1, TEXT_MAX_BYTES, f);
	(void)fclose(f);
	rest = (struct str){t->p, t->n};
	while (t->n_lines < LINES_MAX && str_line(&rest, &line)) {
		int s = 0;

		while (s < N_STATUS && str_find(line, what[s]) == SIZE_MAX)
			s++;
		if (s == DEFERRED &&
		    (str_find(line, STR_LIT("temporarily suspended")) !=
			    SIZE_MAX ||
			str_find(line, STR_LIT("deferred transport")) !=
			    SIZE_MAX))
			s = N_STATUS; /* said by the host itself */
		t->begin[t->n_lines] = (size_t)(line.p - t->p);
		t->status[t->n_lines++] = (unsigned char)s;
		t->begin[t->n_lines] = (size_t)(line.p - t->p) + line.n + 1;
	}
	return t->n_lines > 0;
}

static void
set_time(struct text *t, int64_t now_s)
{
	time_t s = (time_t)now_s;
	struct tm tm;
	char stamp[32];

	if (gmtime_r(&s, &tm) == NULL ||
	    strftime(stamp, sizeof stamp, "%b %e %H:%M:%S", &tm) != 15)
		return;
	for (size_t i = 0; i < t->n_lines; i++)
		memcpy(t->p + t->begin[i], stamp, 15);
}

/* n lines from `at` on, not past the text's end; how many they were. */
static size_t
put(struct text *t, int fd, size_t at, size_t n)
{
	size_t end = at + n < t->n_lines ? at + n : t->n_lines;
	const char *p = t->p + t->begin[at];
	size_t left = t->begin[end] - t->begin[at];

	while (left > 0) {
		ssize_t k = write(fd, p, left);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0) {
			perror("bench_feed: write");
			exit(1);
		}
		p += k;
		left -= (size_t)k;
	}
	for (size_t i = at; i < end; i++)
		t->count[t->status[i]]++;
	t->lines += end - at;
	return end - at;
}

static void
feed(struct text *t, const int *fds, size_t n_fds, uint64_t rate, uint64_t s)
{
	int64_t began_us = clock_mono_us(), second = 0;
	size_t *at = calloc(n_fds, sizeof *at);

	for (size_t i = 0; at != NULL && i < n_fds; i++)
		at[i] = t->n_lines * i / n_fds;
	for (uint64_t tick = 0; at != NULL && tick < s * TICKS_A_S; tick++) {
		int64_t due_us =
		    began_us + (int64_t)tick * (1000000 / TICKS_A_S);
		int64_t wait_us = due_us - clock_mono_us();

		if (wait_us > 0)
			(void)usleep((useconds_t)wait_us);
		if (clock_wall_ms() / 1000 != second) {
			second = clock_wall_ms() / 1000;
			set_time(t, second);
		}
		for (size_t i = 0; i < n_fds; i++)
			for (size_t left = rate / TICKS_A_S; left > 0;) {
				size_t k = put(t, fds[i], at[i], left);

				at[i] = (at[i] + k) % t->n_lines;
				left -= k;
			}
	}
	printf("{\"lines\":%" PRIu64 ",\"sent\":%" PRIu64
	       ",\"deferred\":%" PRIu64 ",\"bounced\":%" PRIu64
	       ",\"seconds\":%.2f}\n",
	    t->lines, t->count[SENT], t->count[DEFERRED], t->count[BOUNCED],
	    (double)(clock_mono_us() - began_us) / 1e6);
	free(at);
}

int
main(int argc, char **argv)
{
	struct text *t = calloc(1, sizeof *t);
	int *fds = calloc((size_t)argc, sizeof *fds);
	uint64_t rate, seconds;

	if (argc < 5 || t == NULL || fds == NULL ||
	    num_u64(str_of(argv[1]), &rate) != ERR_OK ||
	    num_u64(str_of(argv[2]), &seconds) != ERR_OK || !load(t, argv[3])) {
		fprintf(
		    stderr, "usage: bench_feed RATE SECONDS TEXT FILE...\n");
		return 2;
	}
	for (int i = 4; i < argc; i++) {
		fds[i - 4] = open(argv[i], O_WRONLY | O_APPEND | O_CLOEXEC);
		if (fds[i - 4] < 0) {
			perror(argv[i]);
			return 1;
		}
	}
	feed(t, fds, (size_t)argc - 4, rate, seconds);
	free(t->p);
	free(t);
	free(fds);
	return 0;
}
