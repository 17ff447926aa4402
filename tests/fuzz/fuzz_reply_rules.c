/* fuzz_reply_rules.c - first byte even: the rest is a reply, read twice and
 * with every pattern tried, by the shipped rules where they are found; odd: a
 * document of rules and, behind a NUL, a reply to read by them. */
#include "probes/reply_impl.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct reply_rules *
shipped(void)
{
	FILE *f = fopen("catalogues/replies.json", "rb");
	struct reply_rules *r = NULL;
	struct reply_weights *w = NULL;
	char *text = malloc(1 << 20);
	char why[256];

	if (f == NULL || text == NULL)
		abort();
	if (reply_rules_load(&r, (struct str){text, fread(text, 1, 1 << 20, f)},
		false, why, sizeof why) != ERR_OK)
		abort();
	(void)fclose(f);
	f = fopen("catalogues/reply-weights.json", "rb");
	if (f == NULL || reply_weights_load(&w,
			     (struct str){text, fread(text, 1, 1 << 20, f)},
			     why, sizeof why) != ERR_OK)
		abort();
	reply_rules_weigh(r, w);
	(void)fclose(f);
	free(text);
	return r;
}

static void
read_all_ways(struct reply_rules *r, struct str text)
{
	struct meaning a, b, c;
	char key[REPLY_TEXT_MAX];

	reply_rules_read(r, text, &a);
	reply_rules_read(r, text, &b);
	reply_rules_read_key(
	    r, (struct str){key, reply_key(key, text)}, true, &c);
	if (a.cls != b.cls || a.cls != c.cls || !str_eq(a.rule, b.rule) ||
	    !str_eq(a.rule, c.rule) || !str_eq(a.list, c.list) ||
	    !str_eq(a.provider, c.provider))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reply_rules *rules;
	struct str text = {(const char *)data + 1, size == 0 ? 0 : size - 1};
	struct reply_rules *own = NULL;
	const char *end;
	char why[256];

	if (size == 0)
		return 0;
	if (rules == NULL)
		rules = shipped();
	if (data[0] % 2 == 0) {
		read_all_ways(rules, text);
		return 0;
	}
	end = memchr(text.p, '\0', text.n);
	if (end == NULL)
		return 0;
	if (reply_rules_load(&own, (struct str){text.p, (size_t)(end - text.p)},
		true, why, sizeof why) == ERR_OK)
		read_all_ways(own, str_from(text, (size_t)(end - text.p) + 1));
	reply_rules_free(own);
	return 0;
}
