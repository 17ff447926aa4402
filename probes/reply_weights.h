/*
 * reply_weights.h - what a reply means that no rule knows for certain: a linear
 * model (multinomial logistic regression) over its words, pairs of words and
 * codes, learned from the labelled replies in tests/fixtures (tools/
 * train-weights.c) and kept as data (catalogues/reply-weights.json): {"v":1,
 * "classes":[word...], "words":{feature: a letter a class}}. A letter is a
 * weight, 'O' none, each step of the alphabet 0.1. Opens no file.
 */
#ifndef PROBES_REPLY_WEIGHTS_H
#define PROBES_REPLY_WEIGHTS_H

#include "core/err.h"
#include "core/meaning.h"

struct reply_weights; /* opaque; heap */

enum { WEIGHT_NONE = 'O', WEIGHT_LOW = '!', WEIGHT_HIGH = '~' };
#define WEIGHT_STEP 0.1F

/* Features of one reply: a reply has some dozen, of more the rest is left out.
 * FEATURE_MAX: bytes of one, "beginning beginning". */
enum { FEATURE_MAX = 24, FEATURES_MAX = 512 };

/* json: the file's bytes. why gets a sentence naming the feature. */
err_t reply_weights_load(struct reply_weights **out, struct str json, char *why,
    size_t why_cap) NODISCARD;
void reply_weights_free(struct reply_weights *w);

/* Calls on_feature for each feature of a plain text (reply_text.h): the first
 * digit of its code, its enhanced code without that, the first eight letters of
 * each word of two and more ASCII letters, and of each pair of such words that
 * follow each other. One that occurs twice comes twice. */
void reply_features(struct str plain, void *ctx,
    void (*on_feature)(void *ctx, struct str feature));

/* The likeliest class of a plain text, CLASS_UNKNOWN when it has no feature
 * that is known; *sure_milli: how likely, in 1/1000. */
enum reply_class reply_weigh(
    const struct reply_weights *w, struct str plain, int *sure_milli);

#endif
