/*
 * meaning.c - the words of meaning.h: stable ones for JSON, rules and tests,
 * labels for people. Knows no rule.
 */
#include "core/meaning.h"

#include "core/i18n.h"

static const struct {
	const char *word, *label;
} classes[CLASS_N] = {
#define X(id, word, label) [CLASS_##id] = {word, label},
    REPLY_CLASS_LIST(X)
#undef X
};

static const char *const blamed[BLAMES_N] = {
#define X(id, word) [BLAMES_##id] = word,
    BLAMES_LIST(X)
#undef X
};

static const char *const scopes[SCOPE_N] = {
#define X(id, word) [SCOPE_##id] = word,
    SCOPE_LIST(X)
#undef X
};

const char *
reply_class_name(enum reply_class c)
{
	return classes[c].word;
}

const char *
reply_class_label(enum reply_class c)
{
	return _(classes[c].label);
}

const char *
blames_name(enum blames b)
{
	return blamed[b];
}

const char *
scope_name(enum scope s)
{
	return scopes[s];
}

bool
reply_class_of(struct str word, enum reply_class *out)
{
	for (unsigned i = 0; i < CLASS_N; i++) {
		if (str_eq(word, str_of(classes[i].word))) {
			*out = (enum reply_class)i;
			return true;
		}
	}
	return false;
}

static bool
row_of(const char *const *words, unsigned n, struct str word, unsigned *out)
{
	for (unsigned i = 0; i < n; i++) {
		if (str_eq(word, str_of(words[i]))) {
			*out = i;
			return true;
		}
	}
	return false;
}

bool
blames_of(struct str word, enum blames *out)
{
	unsigned row;

	if (!row_of(blamed, BLAMES_N, word, &row))
		return false;
	*out = (enum blames)row;
	return true;
}

bool
scope_of(struct str word, enum scope *out)
{
	unsigned row;

	if (!row_of(scopes, SCOPE_N, word, &row))
		return false;
	*out = (enum scope)row;
	return true;
}
