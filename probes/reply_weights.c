/* reply_weights.c - see reply_weights.h. */
#include "probes/reply_weights.h"

#include "core/i18n.h"
#include "core/json.h"
#include "core/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX_BYTES = 1 << 20, WORD_LETTERS = 8 };

struct reply_weights {
	enum reply_class classes[CLASS_N];
	uint32_t n_classes, n;
	struct table at;
	signed char *v; /* [n][n_classes], in WEIGHT_STEP */
};

static bool
is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "550 5.7.1 ...": "5" and ".7.1"; how many bytes they take. */
static size_t
codes(
    struct str s, void *ctx, void (*on_feature)(void *ctx, struct str feature))
{
	size_t at = 3, end;

	if (s.n < 3 || !is_digit(s.p[0]) || !is_digit(s.p[1]) ||
	    !is_digit(s.p[2]))
		return 0;
	on_feature(ctx, (struct str){s.p, 1});
	if (s.n < 9 || s.p[5] != '.' || !is_digit(s.p[6]))
		return at;
	end = 6;
	while (end < s.n && (is_digit(s.p[end]) || s.p[end] == '.'))
		end++;
	if (end - 5 <= FEATURE_MAX)
		on_feature(ctx, (struct str){s.p + 5, end - 5});
	return end;
}

void
reply_features(struct str plain, void *ctx,
    void (*on_feature)(void *ctx, struct str feature))
{
	char pair[FEATURE_MAX];
	size_t before = 0;

	for (size_t at = codes(plain, ctx, on_feature); at < plain.n; at++) {
		size_t begin = at, n;

		while (at < plain.n && is_letter(plain.p[at]))
			at++;
		if (at - begin < 2)
			continue;
		n = at - begin < WORD_LETTERS ? at - begin : WORD_LETTERS;
		on_feature(ctx, (struct str){plain.p + begin, n});
		if (before > 0) {
			pair[before] = ' ';
			memcpy(pair + before + 1, plain.p + begin, n);
			on_feature(ctx, (struct str){pair, before + 1 + n});
		}
		memcpy(pair, plain.p + begin, n);
		before = n;
	}
}

static uint64_t
key_of(struct str feature)
{
	return str_hash(feature, 0);
}

struct sum {
	const struct reply_weights *w;
	uint32_t seen[FEATURES_MAX];
	size_t n;
	int total[CLASS_N];
};

static void
add(void *ctx, struct str feature)
{
	struct sum *s = ctx;
	const struct reply_weights *w = s->w;
	uint32_t row = table_find(&w->at, key_of(feature));

	if (row == TABLE_NONE || s->n == FEATURES_MAX)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (s->seen[i] == row)
			return; /* said twice is not twice as true */
	s->seen[s->n++] = row;
	for (uint32_t i = 0; i < w->n_classes; i++)
		s->total[i] += w->v[row * w->n_classes + i];
}

enum reply_class
reply_weigh(const struct reply_weights *w, struct str plain, int *sure_milli)
{
	struct sum s = {.w = w};
	uint32_t best = 0;
	float all = 0;

	*sure_milli = 0;
	reply_features(plain, &s, add);
	if (s.n == 0)
		return CLASS_UNKNOWN;
	for (uint32_t i = 1; i < w->n_classes; i++)
		if (s.total[i] > s.total[best])
			best = i;
	for (uint32_t i = 0; i < w->n_classes; i++)
		all += expf((float)(s.total[i] - s.total[best]) * WEIGHT_STEP);
	*sure_milli = (int)(1000 / all);
	return w->classes[best];
}

/* ---- the file ---- */

__attribute__((format(printf, 3, 4))) static err_t
fail(char *why, size_t cap, const char *what, ...)
{
	va_list ap;

	va_start(ap, what);
	(void)vsnprintf(why, cap, what, ap);
	va_end(ap);
	return ERR_PARSE;
}

static err_t
read_classes(
    struct reply_weights *w, const cJSON *classes, char *why, size_t cap)
{
	const cJSON *c;

	if (!cJSON_IsArray(classes) || classes->child == NULL)
		return fail(why, cap,
		    _("no list named \"%s\", or too long a one"), "classes");
	cJSON_ArrayForEach(c, classes)
	{
		const char *name = cJSON_GetStringValue(c);

		if (w->n_classes == CLASS_N || name == NULL ||
		    !reply_class_of(str_of(name), &w->classes[w->n_classes++]))
			return fail(why, cap, _("no such class: \"%s\""),
			    name == NULL ? "" : name);
	}
	return ERR_OK;
}

static err_t
read_word(struct reply_weights *w, const cJSON *word, char *why, size_t cap)
{
	const char *v = cJSON_GetStringValue(word);
	uint64_t key = key_of(str_of(word->string));
	signed char *row = w->v + (size_t)w->n * w->n_classes;

	if (v == NULL || strlen(v) != w->n_classes ||
	    table_find(&w->at, key) != TABLE_NONE)
		return fail(why, cap,
		    _("\"%s\": a letter for each class is wanted, once"),
		    word->string);
	for (uint32_t i = 0; i < w->n_classes; i++) {
		if (v[i] < WEIGHT_LOW || v[i] > WEIGHT_HIGH)
			return fail(why, cap,
			    _("\"%s\": a letter for each class is wanted, "
			      "once"),
			    word->string);
		row[i] = (signed char)(v[i] - WEIGHT_NONE);
	}
	return table_put(&w->at, key, w->n++) ? ERR_OK : ERR_NOMEM;
}

static err_t
read_words(struct reply_weights *w, const cJSON *words, char *why, size_t cap)
{
	const cJSON *word;
	err_t err = ERR_OK;

	if (!cJSON_IsObject(words))
		return fail(why, cap,
		    _("no list named \"%s\", or too long a one"), "words");
	w->v = malloc((size_t)cJSON_GetArraySize(words) * w->n_classes + 1);
	if (w->v == NULL)
		return ERR_NOMEM;
	cJSON_ArrayForEach(word, words)
	{
		err = read_word(w, word, why, cap);
		if (err != ERR_OK)
			break;
	}
	return err;
}

err_t
reply_weights_load(
    struct reply_weights **out, struct str json, char *why, size_t why_cap)
{
	struct reply_weights *w = calloc(1, sizeof *w);
	cJSON *doc = NULL;
	err_t err =
	    w == NULL ? ERR_NOMEM : json_parse(&doc, json, FILE_MAX_BYTES);

	if (err != ERR_OK)
		json_say(err, json, FILE_MAX_BYTES, why, why_cap);
	if (err == ERR_OK)
		err = read_classes(w,
		    cJSON_GetObjectItemCaseSensitive(doc, "classes"), why,
		    why_cap);
	if (err == ERR_OK)
		err = read_words(w,
		    cJSON_GetObjectItemCaseSensitive(doc, "words"), why,
		    why_cap);
	if (err == ERR_NOMEM)
		(void)fail(why, why_cap, "%s", _("out of memory"));
	cJSON_Delete(doc);
	if (err != ERR_OK) {
		reply_weights_free(w);
		return err;
	}
	*out = w;
	return ERR_OK;
}

void
reply_weights_free(struct reply_weights *w)
{
	if (w == NULL)
		return;
	table_done(&w->at);
	free(w->v);
	free(w);
}
