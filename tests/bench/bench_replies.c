/*
 * bench_replies.c - the shipped rules on the labelled replies: how many they
 * read right, and what a reply costs, never seen before and seen before. The
 * peer is the same rules without the words' door and the memo: every pattern
 * in turn, heaviest first, until one fits. Times are of this thread's CPU, the
 * best of some passes. Prints rows for run.sh.
 * Usage: bench_replies RULES WEIGHTS LABELLED
 */
#include "core/json.h"
#include "probes/reply_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { REPLIES_MAX = 4096, FILE_MAX = 4 << 20, PASSES = 9, ROUNDS = 20 };

struct labelled {
	struct str text;
	enum reply_class cls;
};

struct bench {
	struct labelled of[REPLIES_MAX];
	size_t n;
	char *rules, *weights;
	size_t n_rules, n_weights;
};

static char *
read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p = malloc(FILE_MAX);

	if (f == NULL || p == NULL) {
		perror(path);
		exit(1);
	}
	*n = fread(p, 1, FILE_MAX, f);
	(void)fclose(f);
	return p;
}

/* The documents stay: texts are borrowed from them until the end. */
static void
read_labelled(struct bench *b, const char *path)
{
	size_t n;
	char *p = read_file(path, &n);
	struct str rest = {p, n}, line;

	while (b->n < REPLIES_MAX && str_line(&rest, &line)) {
		cJSON *o = NULL;
		const char *text, *cls;

		if (json_parse(&o, line, line.n) != ERR_OK)
			exit(1);
		text = cJSON_GetStringValue(cJSON_GetObjectItem(o, "text"));
		cls = cJSON_GetStringValue(cJSON_GetObjectItem(o, "class"));
		if (text == NULL || cls == NULL ||
		    !reply_class_of(str_of(cls), &b->of[b->n].cls))
			exit(1);
		b->of[b->n++].text = str_of(text);
	}
	free(p);
}

static struct reply_rules *
load(const struct bench *b)
{
	struct reply_rules *r = NULL;
	struct reply_weights *w = NULL;
	char why[512];

	if (reply_rules_load(&r, (struct str){b->rules, b->n_rules}, false, why,
		sizeof why) != ERR_OK ||
	    reply_weights_load(&w, (struct str){b->weights, b->n_weights}, why,
		sizeof why) != ERR_OK) {
		fprintf(stderr, "bench_replies: %s\n", why);
		exit(1);
	}
	reply_rules_weigh(r, w);
	return r;
}

static double
cpu_us(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0)
		exit(1);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
read_keys(struct reply_rules *r, const struct bench *b, bool all)
{
	char key[REPLY_TEXT_MAX];
	struct meaning m;

	for (size_t i = 0; i < b->n; i++) {
		struct str k = {key, reply_key(key, b->of[i].text)};

		reply_rules_read_key(r, k, all, &m);
	}
}

static void
read_all(struct reply_rules *r, const struct bench *b)
{
	struct meaning m;

	for (size_t i = 0; i < b->n; i++)
		reply_rules_read(r, b->of[i].text, &m);
}

static void
best(double *least, double us, size_t replies)
{
	us /= (double)replies;
	if (*least == 0 || us < *least)
		*least = us;
}

static void
time_row(const char *what, double us, double peer_us, double most_us)
{
	printf("%s\t%.2f us\tPCRE2 alone, every pattern in turn %.2f us\t"
	       "%.0f x faster\tat most %.1f us\t%s\n",
	    what, us, peer_us, peer_us / us, most_us,
	    us <= most_us ? "ok" : "NOT");
}

static void
times(const struct bench *b)
{
	double unseen = 0, seen = 0, peer = 0, from;

	for (int pass = 0; pass < PASSES; pass++) {
		struct reply_rules *r = load(b);

		read_keys(r, b, false); /* warm, nothing remembered */
		from = cpu_us();
		read_all(r, b);
		best(&unseen, cpu_us() - from, b->n);
		from = cpu_us();
		for (int i = 0; i < ROUNDS; i++)
			read_all(r, b);
		best(&seen, cpu_us() - from, b->n * ROUNDS);
		from = cpu_us();
		read_keys(r, b, true);
		best(&peer, cpu_us() - from, b->n);
		reply_rules_free(r);
	}
	time_row("a reply not seen before", unseen, peer, 5);
	time_row("a reply seen before", seen, peer, 0.3);
}

static bool
is_one_of_three(enum reply_class c)
{
	return c == CLASS_THROTTLE || c == CLASS_IP_BLOCKLIST ||
	       c == CLASS_DOMAIN_BLOCKLIST;
}

static void
share_row(const char *what, size_t part, size_t whole, bool most, double pct)
{
	double is = 100 * (double)part / (double)(whole == 0 ? 1 : whole);

	printf("%s\t%.1f %% of %zu\t-\t-\tat %s %.0f %%\t%s\n", what, is, whole,
	    most ? "most" : "least", pct,
	    (most ? is <= pct : is >= pct) ? "ok" : "NOT");
}

static void
accuracy(const struct bench *b)
{
	struct reply_rules *r = load(b);
	size_t four = 0, cls = 0, neither = 0, alarms = 0;

	for (size_t i = 0; i < b->n; i++) {
		enum reply_class want = b->of[i].cls;
		struct meaning m;

		reply_rules_read(r, b->of[i].text, &m);
		cls += m.cls == want;
		four += m.cls == want ||
			(!is_one_of_three(want) && !is_one_of_three(m.cls));
		neither += !is_one_of_three(want);
		alarms += !is_one_of_three(want) && is_one_of_three(m.cls);
	}
	reply_rules_free(r);
	share_row("throttle, listing or neither: right", four, b->n, false, 95);
	share_row("class of a reply: right", cls, b->n, false, 90);
	share_row("neither, taken for one", alarms, neither, true, 1);
}

int
main(int argc, char **argv)
{
	static struct bench b;

	if (argc != 4) {
		fprintf(
		    stderr, "usage: bench_replies RULES WEIGHTS LABELLED\n");
		return 2;
	}
	b.rules = read_file(argv[1], &b.n_rules);
	b.weights = read_file(argv[2], &b.n_weights);
	read_labelled(&b, argv[3]);
	accuracy(&b);
	times(&b);
	free(b.rules);
	free(b.weights);
	return 0;
}
