/*
 * reply_rules.c - reads one reply: key, memo, words, then the patterns whose
 * words occur, heaviest first. See reply_rules.h; the file of rules is loaded
 * in reply_rules_load.c. PCRE2: pcre2api(3), pcre2jit(3).
 */
#include "probes/reply_impl.h"

static void
note(struct reply_found *f, struct reply_found now)
{
	if (f->name == 0 || (f->weak && !now.weak) ||
	    (f->weak == now.weak && now.at < f->at + f->n && now.n > f->n))
		*f = now;
}

struct reading {
	const struct reply_rules *r;
	struct str text;
	struct reply_seen seen;
};

static void
on_word(void *ctx, uint32_t tag, size_t at, size_t n)
{
	struct reading *g = ctx;
	uint32_t index = (tag >> 8) & 0xffff, detail = tag & 0xff;
	struct reply_found now = {.name = index + 1,
	    .at = (uint32_t)at,
	    .n = (uint32_t)n,
	    .weak = detail != 0};

	if (tag >> 24 == TAG_RULE) {
		g->seen.groups[index] |= (uint8_t)(1U << detail);
		return;
	}
	if (tag >> 24 == TAG_PROVIDER)
		note(&g->seen.provider, now);
	else if (g->r->lists[index].domains)
		note(&g->seen.domain_list, now);
	else
		note(&g->seen.ip_list, now);
}

static bool
names_wanted(const struct reply_rule *rule, const struct reply_seen *seen)
{
	switch ((enum reply_named)rule->named) {
	case NAMED_IP:
		return seen->ip_list.name != 0;
	case NAMED_DOMAIN:
		return seen->domain_list.name != 0 && !seen->domain_list.weak;
	case NAMED_ANY:
		break;
	}
	return true;
}

/* Few patterns are ever needed: each is compiled to machine code only then.
 * Without JIT the same code is interpreted: slower, as right. */
static bool
matches(struct reply_rules *r, struct reply_rule *rule, struct str text)
{
	if (!rule->fast) {
		(void)pcre2_jit_compile(rule->re, PCRE2_JIT_COMPLETE);
		rule->fast = true;
	}
	return pcre2_match(rule->re, (PCRE2_SPTR)text.p, text.n, 0, 0, r->match,
		   r->limits) >= 0;
}

static bool
fits(struct reply_rules *r, struct reply_rule *rule, const struct reading *g)
{
	if (!str_starts(g->text, rule->code) || !names_wanted(rule, &g->seen))
		return false;
	return rule->re == NULL || matches(r, rule, g->text);
}

static struct str
name_of(const struct reply_name *names, struct reply_found f)
{
	return f.name == 0 ? (struct str){NULL, 0} : names[f.name - 1].id;
}

/* What the rule leaves open, the names in the text tell. */
static void
complete(const struct reply_rules *r, const struct reply_rule *rule,
    const struct reply_seen *seen, struct meaning *out)
{
	bool domains = out->cls == CLASS_DOMAIN_BLOCKLIST;
	struct str list =
	    name_of(r->lists, domains ? seen->domain_list : seen->ip_list);

	if (out->provider.n == 0)
		out->provider = name_of(r->providers, seen->provider);
	if (rule == NULL || out->list.n > 0)
		return;
	if (rule->tells_list) {
		if (seen->domain_list.name != 0 && !seen->domain_list.weak)
			list = name_of(r->lists, seen->domain_list);
		out->list = list;
	} else if (domains || out->cls == CLASS_IP_BLOCKLIST) {
		out->list = list.n > 0 ? list : STR_LIT("unnamed-rbl");
	}
}

/* A false alarm sends people after a listing or throttle that is not there: it
 * wants to be surer. A bad reputation becomes a provider's private listing. */
static int
sure_enough_milli(enum reply_class c)
{
	switch (c) {
	case CLASS_THROTTLE:
	case CLASS_IP_BLOCKLIST:
	case CLASS_DOMAIN_BLOCKLIST:
	case CLASS_REPUTATION:
		return 800;
	default:
		return 400;
	}
}

static void
weigh(const struct reply_weights *w, struct str plain, struct meaning *out)
{
	int sure_milli;
	enum reply_class c = reply_weigh(w, plain, &sure_milli);

	if (c == CLASS_UNKNOWN || c == out->cls ||
	    sure_milli < sure_enough_milli(c))
		return;
	out->cls = c;
	reply_usual(out);
	out->rule = STR_LIT("weighed");
}

void
reply_rules_read_key(
    struct reply_rules *r, struct str key, bool all, struct meaning *out)
{
	static const struct str empty = {"", 0};
	struct reading g = {.r = r};
	const struct reply_rule *rule = NULL;
	char plain[REPLY_TEXT_MAX];

	g.text = (struct str){plain, reply_plain(plain, key)};
	reply_words_find(r->words, g.text, &g, on_word);
	for (uint32_t i = 0; i < r->n_rules && rule == NULL; i++) {
		struct reply_rule *at = &r->rules[i];

		if (all ? fits(r, at, &g) && g.seen.groups[i] == at->groups
			: g.seen.groups[i] == at->groups && fits(r, at, &g))
			rule = at;
	}
	*out =
	    (struct meaning){.provider = empty, .list = empty, .rule = empty};
	if (rule != NULL)
		*out = rule->says;
	if (rule != NULL && rule->guess && r->weights != NULL)
		weigh(r->weights, g.text, out);
	complete(r, rule, &g.seen, out);
}

void
reply_rules_read(struct reply_rules *r, struct str text, struct meaning *out)
{
	char buf[REPLY_TEXT_MAX];
	struct str key = {buf, reply_key(buf, text)};
	uint64_t hash = str_hash(key, 0);
	const struct meaning *known = reply_memo_get(r->memo, key, hash);

	if (known != NULL) {
		*out = *known;
		return;
	}
	reply_rules_read_key(r, key, false, out);
	reply_memo_put(r->memo, key, hash, out);
}

static void
read_for_model(void *ctx, struct str reply, struct meaning *out)
{
	reply_rules_read(ctx, reply, out);
}

struct reply_reader
reply_rules_reader(struct reply_rules *r)
{
	return (struct reply_reader){.ctx = r, .read = read_for_model};
}
