/*
 * train-weights.c - learns catalogues/reply-weights.json (probes/
 * reply_weights.h) from labelled replies: multinomial logistic regression by
 * stochastic gradient descent. The same files give the same weights.
 * Usage: train-weights FILE.jsonl... >catalogues/reply-weights.json, each line
 * {"text","class"}. On stderr: how many of replies that were held back (five
 * folds) the weights alone read right.
 */
#include "core/json.h"
#include "core/table.h"
#include "probes/reply_text.h"
#include "probes/reply_weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	REPLIES_MAX = 100000,
	WORDS_MAX = 1 << 20,
	EACH_MAX = 256,
	FILE_MAX_BYTES = 16 << 20,
	FOLDS = 5,
	EPOCHS = 15,
	SEEN_LEAST = 3, /* a feature of fewer replies says nothing */
};
#define RATE	   0.5
#define KEEP_LEAST 0.3 /* a feature that moves no class so far is left out */

struct reply {
	enum reply_class cls;
	uint32_t f[EACH_MAX], n;
};

struct learner {
	struct table at;
	char (*name)[FEATURE_MAX + 1];
	uint32_t *seen;
	uint32_t n;
	struct reply *replies;
	uint32_t n_replies;
	double (*w)[CLASS_N];
	struct reply *now;
};

static _Noreturn void
die(const char *what, const char *which)
{
	fprintf(stderr, "train-weights: %s: %s\n", what, which);
	exit(1);
}

static void
add_feature(void *ctx, struct str f)
{
	struct learner *l = ctx;
	struct reply *r = l->now;
	uint64_t key = str_hash(f, 0);
	uint32_t row = table_find(&l->at, key);

	if (row == TABLE_NONE) {
		if (l->n == WORDS_MAX || !table_put(&l->at, key, l->n))
			die("too many words", "");
		row = l->n++;
		str_copy(l->name[row], sizeof l->name[row], f);
	}
	for (uint32_t i = 0; i < r->n; i++)
		if (r->f[i] == row)
			return;
	if (r->n == EACH_MAX)
		return;
	r->f[r->n++] = row;
	l->seen[row]++;
}

static void
read_reply(struct learner *l, struct str line)
{
	char key[REPLY_TEXT_MAX], plain[REPLY_TEXT_MAX];
	cJSON *doc = NULL;
	const char *text, *cls;

	if (json_parse(&doc, line, REPLY_TEXT_MAX * 4) != ERR_OK)
		die("not JSON", line.p);
	text =
	    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(doc, "text"));
	cls = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(doc, "class"));
	if (l->n_replies == REPLIES_MAX)
		die("too many replies", line.p);
	l->now = &l->replies[l->n_replies++];
	if (text == NULL || cls == NULL ||
	    !reply_class_of(str_of(cls), &l->now->cls))
		die("no text or class", line.p);
	reply_features(
	    (struct str){
		plain, reply_plain(plain,
			   (struct str){key, reply_key(key, str_of(text))})},
	    l, add_feature);
	cJSON_Delete(doc);
}

static void
read_file(struct learner *l, const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = malloc(FILE_MAX_BYTES);
	struct str rest, line;

	if (f == NULL || text == NULL)
		die("cannot be read", path);
	rest = (struct str){text, fread(text, 1, FILE_MAX_BYTES, f)};
	(void)fclose(f);
	while (str_line(&rest, &line))
		if (line.n > 0)
			read_reply(l, line);
	free(text);
}

/* Likelihoods of the classes. */
static enum reply_class
guess(const struct learner *l, const struct reply *r, double p[CLASS_N])
{
	enum reply_class best = 0;
	double all = 0;

	for (unsigned c = 0; c < CLASS_N; c++)
		p[c] = 0;
	for (uint32_t i = 0; i < r->n; i++)
		for (unsigned c = 0; c < CLASS_N; c++)
			p[c] += l->w[r->f[i]][c];
	for (unsigned c = 1; c < CLASS_N; c++)
		if (p[c] > p[best])
			best = (enum reply_class)c;
	for (unsigned c = 0; c < CLASS_N; c++)
		all += exp(p[c] - p[best]);
	for (unsigned c = 0; c < CLASS_N; c++)
		p[c] = c == best ? 0 : exp(p[c] - p[best]) / all;
	p[best] = 1 / all;
	return best;
}

static void
learn(struct learner *l, int held_back)
{
	uint64_t random = UINT64_C(88172645463325252);
	uint32_t *order = malloc(l->n_replies * sizeof *order);
	double p[CLASS_N];

	if (order == NULL)
		die("out of memory", "");
	memset(l->w, 0, l->n * sizeof *l->w);
	for (uint32_t i = 0; i < l->n_replies; i++)
		order[i] = i;
	for (int epoch = 0; epoch < EPOCHS; epoch++) {
		for (uint32_t i = l->n_replies - 1; i > 0; i--) {
			uint32_t j, was = order[i];

			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			j = (uint32_t)(random % (i + 1));
			order[i] = order[j];
			order[j] = was;
		}
		for (uint32_t i = 0; i < l->n_replies; i++) {
			const struct reply *r = &l->replies[order[i]];
			double rate;

			if ((int)(order[i] % FOLDS) == held_back || r->n == 0)
				continue;
			(void)guess(l, r, p);
			rate = RATE / (1 + epoch * 0.5) / sqrt(r->n);
			for (uint32_t k = 0; k < r->n; k++)
				for (unsigned c = 0; c < CLASS_N; c++)
					l->w[r->f[k]][c] +=
					    rate * ((c == r->cls) - p[c]);
		}
	}
	free(order);
}

/* Rare features are taken out of the replies. */
static void
drop_rare(struct learner *l)
{
	for (uint32_t i = 0; i < l->n_replies; i++) {
		struct reply *r = &l->replies[i];
		uint32_t to = 0;

		for (uint32_t k = 0; k < r->n; k++)
			if (l->seen[r->f[k]] >= SEEN_LEAST)
				r->f[to++] = r->f[k];
		r->n = to;
	}
}

static double
held_back_right(struct learner *l)
{
	uint32_t right = 0;
	double p[CLASS_N];

	for (int fold = 0; fold < FOLDS; fold++) {
		learn(l, fold);
		for (uint32_t i = 0; i < l->n_replies; i++)
			if ((int)(i % FOLDS) == fold)
				right += guess(l, &l->replies[i], p) ==
					 l->replies[i].cls;
	}
	return (double)right / l->n_replies;
}

/* A feature's letters; false: it moves no class far enough to be kept. */
static bool
letters(const double w[CLASS_N], char out[CLASS_N + 1])
{
	double mean = 0, most = 0;
	unsigned n = 0;

	for (unsigned c = 1; c < CLASS_N; c++)
		mean += w[c] / (CLASS_N - 1);
	for (unsigned c = 1; c < CLASS_N; c++) {
		long v = lround((w[c] - mean) / WEIGHT_STEP);

		v = v < WEIGHT_LOW - WEIGHT_NONE    ? WEIGHT_LOW - WEIGHT_NONE
		    : v > WEIGHT_HIGH - WEIGHT_NONE ? WEIGHT_HIGH - WEIGHT_NONE
						    : v;
		most = fmax(most, fabs(w[c] - mean));
		out[n++] = (char)(WEIGHT_NONE + v);
	}
	out[n] = '\0';
	return most >= KEEP_LEAST;
}

static int
by_name(const void *a, const void *b, void *names)
{
	const char(*v)[FEATURE_MAX + 1] = names;

	return strcmp(v[*(const uint32_t *)a], v[*(const uint32_t *)b]);
}

static void
write_all(const struct learner *l)
{
	uint32_t *order = malloc(l->n * sizeof *order), kept = 0;
	char text[CLASS_N + 1];

	if (order == NULL)
		die("out of memory", "");
	for (uint32_t i = 0; i < l->n; i++)
		order[i] = i;
	qsort_r(order, l->n, sizeof *order, by_name, l->name);
	printf("{\"v\": 1,\n \"classes\": [");
	for (unsigned c = 1; c < CLASS_N; c++)
		printf("%s\"%s\"", c == 1 ? "" : ", ",
		    reply_class_name((enum reply_class)c));
	printf("],\n \"words\": {");
	for (uint32_t i = 0; i < l->n; i++) {
		uint32_t at = order[i];
		cJSON *value;
		char *quoted;

		if (l->seen[at] < SEEN_LEAST || !letters(l->w[at], text))
			continue;
		value = cJSON_CreateString(text);
		quoted = value == NULL ? NULL : cJSON_PrintUnformatted(value);
		if (quoted == NULL)
			die("out of memory", "");
		printf("%s\n  \"%s\": %s", kept++ == 0 ? "" : ",", l->name[at],
		    quoted);
		cJSON_free(quoted);
		cJSON_Delete(value);
	}
	printf("}}\n");
	free(order);
	fprintf(stderr, "train-weights: %u replies, %u words kept\n",
	    l->n_replies, kept);
}

int
main(int argc, char **argv)
{
	struct learner l = {0};

	if (argc < 2)
		die("usage", "train-weights FILE.jsonl...");
	l.name = calloc(WORDS_MAX, sizeof *l.name);
	l.seen = calloc(WORDS_MAX, sizeof *l.seen);
	l.replies = calloc(REPLIES_MAX, sizeof *l.replies);
	l.w = calloc(WORDS_MAX, sizeof *l.w);
	if (l.name == NULL || l.seen == NULL || l.replies == NULL ||
	    l.w == NULL)
		die("out of memory", "");
	for (int i = 1; i < argc; i++)
		read_file(&l, argv[i]);
	drop_rare(&l);
	fprintf(stderr,
	    "train-weights: of replies held back %.1f %% are read right\n",
	    held_back_right(&l) * 100);
	learn(&l, -1);
	write_all(&l);
	table_done(&l.at);
	free(l.name);
	free(l.seen);
	free(l.replies);
	free(l.w);
	return 0;
}
