/*
 * reply_rules_load.c - makes rules out of the document (catalogues/
 * replies.json): {"v":1, "lists":[{id,domains,words,weak}],
 * "providers":[{id,words,weak}], "rules":[{id,class,weight,words,code,re,named,
 * provider,list,blames,scope,guess,samples,not}]}. A rule's "words" are texts
 * of which one must occur, or lists of such, one of each. Opens no file.
 */
#include "probes/reply_impl.h"

#include "core/i18n.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX_BYTES = 1 << 20, MATCH_LIMIT = 20000, HEAP_LIMIT_KB = 256 };

struct load {
	struct reply_rules *r;
	char *why;
	size_t why_cap;
};

/* What a class means where a rule says nothing else. */
static const struct {
	enum blames blames;
	enum scope scope;
} usual[CLASS_N] = {
    [CLASS_UNKNOWN] = {BLAMES_NONE, SCOPE_UNKNOWN},
    [CLASS_THROTTLE] = {BLAMES_IP, SCOPE_IP},
    [CLASS_IP_BLOCKLIST] = {BLAMES_IP, SCOPE_IP},
    [CLASS_DOMAIN_BLOCKLIST] = {BLAMES_DOMAIN, SCOPE_DOMAIN},
    [CLASS_REPUTATION] = {BLAMES_IP, SCOPE_IP},
    [CLASS_GREYLIST] = {BLAMES_NONE, SCOPE_MESSAGE},
    [CLASS_AUTH] = {BLAMES_DOMAIN, SCOPE_DOMAIN},
    [CLASS_CONTENT] = {BLAMES_CONTENT, SCOPE_MESSAGE},
    [CLASS_RECIPIENT] = {BLAMES_RECIPIENT, SCOPE_RECIPIENT},
    [CLASS_ROUTING] = {BLAMES_NONE, SCOPE_UNKNOWN},
    [CLASS_POLICY] = {BLAMES_NONE, SCOPE_UNKNOWN},
    [CLASS_TEMPORARY] = {BLAMES_NONE, SCOPE_UNKNOWN},
};

static const enum scope scope_of_blamed[BLAMES_N] = {
    [BLAMES_NONE] = SCOPE_UNKNOWN,
    [BLAMES_IP] = SCOPE_IP,
    [BLAMES_DOMAIN] = SCOPE_DOMAIN,
    [BLAMES_SENDER] = SCOPE_SENDER,
    [BLAMES_RECIPIENT] = SCOPE_RECIPIENT,
    [BLAMES_CONTENT] = SCOPE_MESSAGE,
};

__attribute__((format(printf, 2, 3))) static err_t
fail(struct load *l, const char *what, ...)
{
	va_list ap;

	va_start(ap, what);
	(void)vsnprintf(l->why, l->why_cap, what, ap);
	va_end(ap);
	return ERR_PARSE;
}

static struct str
text_of(const cJSON *object, const char *member)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, member);

	return cJSON_IsString(v) ? str_of(v->valuestring) : (struct str){"", 0};
}

static const cJSON *
list_of(const cJSON *object, const char *member)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, member);

	return cJSON_IsArray(v) ? v : NULL;
}

static err_t
add_word(struct load *l, struct str id, const cJSON *word, uint32_t tag)
{
	err_t err = cJSON_IsString(word) ? reply_words_add(l->r->words,
					       str_of(word->valuestring), tag)
					 : ERR_RANGE;

	if (err == ERR_OK)
		return ERR_OK;
	(void)fail(
	    l, _("\"%s\": a word is missing, too long or one too many"), id.p);
	return err == ERR_NOMEM ? err : ERR_PARSE;
}

static err_t
add_words(struct load *l, struct str id, const cJSON *words, uint32_t tag)
{
	const cJSON *word;

	cJSON_ArrayForEach(word, words)
	{
		err_t err = add_word(l, id, word, tag);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* Lists or providers. */
static err_t
add_names(struct load *l, const char *member, enum reply_tag kind,
    struct reply_name **out, uint32_t *n)
{
	const cJSON *items = list_of(l->r->doc, member), *item;
	int size = cJSON_GetArraySize(items);

	if (items == NULL || size > REPLY_MAX_NAMES)
		return fail(
		    l, _("no list named \"%s\", or too long a one"), member);
	*out = calloc((size_t)size + 1, sizeof **out);
	if (*out == NULL)
		return ERR_NOMEM;
	cJSON_ArrayForEach(item, items)
	{
		struct str id = text_of(item, "id");
		err_t err;

		if (id.n == 0)
			return fail(l, _("one of \"%s\" has no id"), member);
		(*out)[*n] = (struct reply_name){.id = id,
		    .domains = cJSON_IsTrue(
			cJSON_GetObjectItemCaseSensitive(item, "domains"))};
		err = add_words(
		    l, id, list_of(item, "words"), reply_tag_of(kind, *n, 0));
		if (err == ERR_OK)
			err = add_words(l, id, list_of(item, "weak"),
			    reply_tag_of(kind, *n, 1));
		if (err != ERR_OK)
			return err;
		(*n)++;
	}
	return ERR_OK;
}

void
reply_usual(struct meaning *m)
{
	m->blames = usual[m->cls].blames;
	m->scope = usual[m->cls].scope;
}

static err_t
read_meaning(struct load *l, struct reply_rule *rule)
{
	struct meaning *m = &rule->says;
	struct str blames = text_of(rule->json, "blames");
	struct str scope = text_of(rule->json, "scope");

	if (!reply_class_of(text_of(rule->json, "class"), &m->cls))
		return fail(
		    l, _("rule \"%s\": no such \"%s\""), m->rule.p, "class");
	reply_usual(m);
	if (blames.n > 0) {
		if (!blames_of(blames, &m->blames))
			return fail(l, _("rule \"%s\": no such \"%s\""),
			    m->rule.p, "blames");
		if (m->blames != usual[m->cls].blames)
			m->scope = scope_of_blamed[m->blames];
	}
	if (scope.n > 0 && !scope_of(scope, &m->scope))
		return fail(
		    l, _("rule \"%s\": no such \"%s\""), m->rule.p, "scope");
	m->provider = text_of(rule->json, "provider");
	m->list = text_of(rule->json, "list");
	if (str_eq(m->list, STR_LIT("named"))) {
		rule->tells_list = true;
		m->list = STR_LIT("");
	}
	return ERR_OK;
}

static err_t
read_pattern(struct load *l, struct reply_rule *rule)
{
	struct str re = text_of(rule->json, "re");
	PCRE2_SIZE at;
	int error;

	if (re.n == 0)
		return ERR_OK;
	rule->re = pcre2_compile((PCRE2_SPTR)re.p, re.n,
	    PCRE2_NEVER_UTF | PCRE2_NO_AUTO_CAPTURE | PCRE2_DOLLAR_ENDONLY,
	    &error, &at, NULL);
	if (rule->re == NULL)
		return fail(l, _("rule \"%s\": bad pattern at byte %zu"),
		    rule->says.rule.p, (size_t)at);
	return ERR_OK;
}

static err_t
read_rule(struct load *l, struct reply_rule *rule)
{
	const cJSON *w = cJSON_GetObjectItemCaseSensitive(rule->json, "weight");
	struct str named = text_of(rule->json, "named");
	err_t err;

	rule->says.rule = text_of(rule->json, "id");
	if (rule->says.rule.n == 0 || !cJSON_IsNumber(w))
		return fail(l,
		    _("rule \"%s\" (number %u) has no id or no weight"),
		    rule->says.rule.p, rule->order + 1);
	rule->weight = w->valueint;
	rule->code = text_of(rule->json, "code");
	rule->guess =
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(rule->json, "guess"));
	if (str_eq(named, STR_LIT("ip")))
		rule->named = NAMED_IP;
	else if (str_eq(named, STR_LIT("domain")))
		rule->named = NAMED_DOMAIN;
	else if (named.n > 0)
		return fail(l, _("rule \"%s\": no such \"%s\""),
		    rule->says.rule.p, "named");
	if (cJSON_GetArraySize(list_of(rule->json, "samples")) == 0)
		return fail(
		    l, _("rule \"%s\" has no samples"), rule->says.rule.p);
	err = read_meaning(l, rule);
	return err == ERR_OK ? read_pattern(l, rule) : err;
}

static int
by_weight(const void *a, const void *b)
{
	const struct reply_rule *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return x->order < y->order ? -1 : 1;
}

/* True when a word of the rule has bytes beyond ASCII: then only a pattern can
 * tell that it is there (reply_words.h). */
static bool
has_wide_word(const cJSON *words)
{
	const cJSON *w;

	cJSON_ArrayForEach(w, words)
	{
		if (cJSON_IsArray(w) && has_wide_word(w))
			return true;
		for (const char *p = cJSON_GetStringValue(w);
		     p != NULL && *p != '\0'; p++)
			if ((unsigned char)*p >= 0x80)
				return true;
	}
	return false;
}

static err_t
add_rule_words(struct load *l, uint32_t index)
{
	struct reply_rule *rule = &l->r->rules[index];
	const cJSON *words = list_of(rule->json, "words"), *group;
	uint32_t g = 0;

	if (words == NULL || words->child == NULL)
		return ERR_OK;
	if (rule->re == NULL && has_wide_word(words))
		return fail(l,
		    _("rule \"%s\": words beyond ASCII need a pattern"),
		    rule->says.rule.p);
	if (!cJSON_IsArray(words->child)) {
		rule->groups = 1;
		return add_words(l, rule->says.rule, words,
		    reply_tag_of(TAG_RULE, index, 0));
	}
	cJSON_ArrayForEach(group, words)
	{
		err_t err;

		if (g == REPLY_MAX_GROUPS)
			return fail(l, _("rule \"%s\": too many words"),
			    rule->says.rule.p);
		rule->groups |= (uint8_t)(1U << g);
		err = add_words(l, rule->says.rule, group,
		    reply_tag_of(TAG_RULE, index, g++));
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static err_t
add_rules(struct load *l)
{
	struct reply_rules *r = l->r;
	const cJSON *items = list_of(r->doc, "rules"), *item;
	int size = cJSON_GetArraySize(items);

	if (items == NULL || size > REPLY_MAX_RULES)
		return fail(
		    l, _("no list named \"%s\", or too long a one"), "rules");
	r->rules = calloc((size_t)size + 1, sizeof *r->rules);
	if (r->rules == NULL)
		return ERR_NOMEM;
	cJSON_ArrayForEach(item, items)
	{
		struct reply_rule *rule = &r->rules[r->n_rules];
		err_t err;

		rule->json = item;
		rule->order = r->n_rules++;
		err = read_rule(l, rule);
		if (err != ERR_OK)
			return err;
	}
	qsort(r->rules, r->n_rules, sizeof *r->rules, by_weight);
	for (uint32_t i = 0; i < r->n_rules; i++) {
		err_t err = add_rule_words(l, i);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* A rule's samples come out as its class, its counter-samples not by it. */
static err_t
prove_rule(struct load *l, const struct reply_rule *rule)
{
	const cJSON *text;
	struct meaning m;

	cJSON_ArrayForEach(text, list_of(rule->json, "samples"))
	{
		reply_rules_read(l->r, str_of(cJSON_GetStringValue(text)), &m);
		if (m.cls != rule->says.cls)
			return fail(l,
			    _("rule \"%s\": sample read as %s by \"%s\": %s"),
			    rule->says.rule.p, reply_class_name(m.cls),
			    m.rule.p, cJSON_GetStringValue(text));
	}
	cJSON_ArrayForEach(text, list_of(rule->json, "not"))
	{
		reply_rules_read(l->r, str_of(cJSON_GetStringValue(text)), &m);
		if (str_eq(m.rule, rule->says.rule))
			return fail(l, _("rule \"%s\" must not know: %s"),
			    rule->says.rule.p, cJSON_GetStringValue(text));
	}
	return ERR_OK;
}

static err_t
make_tools(struct reply_rules *r)
{
	r->words = reply_words_new();
	r->memo = reply_memo_new();
	r->match = pcre2_match_data_create(1, NULL);
	r->limits = pcre2_match_context_create(NULL);
	if (r->words == NULL || r->memo == NULL || r->match == NULL ||
	    r->limits == NULL)
		return ERR_NOMEM;
	(void)pcre2_set_match_limit(r->limits, MATCH_LIMIT);
	(void)pcre2_set_heap_limit(r->limits, HEAP_LIMIT_KB);
	return ERR_OK;
}

static err_t
fill(struct load *l, bool prove)
{
	struct reply_rules *r = l->r;
	err_t err = make_tools(r);

	if (err == ERR_OK)
		err = add_names(l, "lists", TAG_LIST, &r->lists, &r->n_lists);
	if (err == ERR_OK)
		err = add_names(l, "providers", TAG_PROVIDER, &r->providers,
		    &r->n_providers);
	if (err == ERR_OK)
		err = add_rules(l);
	if (err == ERR_OK)
		err = reply_words_finish(r->words);
	for (uint32_t i = 0; prove && err == ERR_OK && i < r->n_rules; i++)
		err = prove_rule(l, &r->rules[i]);
	if (err == ERR_NOMEM)
		(void)fail(l, "%s", _("out of memory"));
	return err;
}

err_t
reply_rules_load(struct reply_rules **out, struct str json, bool prove,
    char *why, size_t why_cap)
{
	struct load l = {.why = why, .why_cap = why_cap};
	err_t err;

	l.r = calloc(1, sizeof *l.r);
	err = l.r == NULL ? ERR_NOMEM
			  : json_parse(&l.r->doc, json, FILE_MAX_BYTES);
	if (err == ERR_OK)
		err = fill(&l, prove);
	else
		json_say(err, json, FILE_MAX_BYTES, why, why_cap);
	if (err != ERR_OK) {
		reply_rules_free(l.r);
		return err;
	}
	*out = l.r;
	return ERR_OK;
}

void
reply_rules_weigh(struct reply_rules *r, struct reply_weights *w)
{
	reply_weights_free(r->weights);
	r->weights = w;
}

void
reply_rules_free(struct reply_rules *r)
{
	if (r == NULL)
		return;
	for (uint32_t i = 0; i < r->n_rules; i++)
		pcre2_code_free(r->rules[i].re);
	free(r->rules);
	free(r->lists);
	free(r->providers);
	reply_words_free(r->words);
	reply_memo_free(r->memo);
	reply_weights_free(r->weights);
	pcre2_match_data_free(r->match);
	pcre2_match_context_free(r->limits);
	cJSON_Delete(r->doc);
	free(r);
}
