/* reply_help.h - the shipped rules and labelled replies, for tests. */
#ifndef TESTS_REPLY_HELP_H
#define TESTS_REPLY_HELP_H

#include "core/buf.h"
#include "probes/reply_rules.h"
#include "probes/reply_weights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define REPLY_RULES   "catalogues/replies.json"
#define REPLY_WEIGHTS "catalogues/reply-weights.json"
#define REPLY_LISTS   "catalogues/dnsbl.json"
/* said by real servers, and written by us in their manner */
#define REPLY_LABELS  "tests/fixtures/replies/responses.jsonl"
#define REPLY_WRITTEN "tests/fixtures/replies/written.jsonl"
/* likewise, in sets that were labelled before any rule had read them */
#define REPLY_FRESH "tests/fixtures/replies/fresh.jsonl"
/* likewise, but found: said by servers of many makes and tongues */
#define REPLY_REAL "tests/fixtures/replies/real.jsonl"

/* The file's bytes; *heap is to be freed. */
static inline struct str
read_file(const char *path, char **heap)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(f);
	*heap = malloc(1 << 20);
	assert_non_null(*heap);
	n = fread(*heap, 1, 1 << 20, f);
	assert_true(n > 0 && n < 1 << 20);
	assert_int_equal(fclose(f), 0);
	return (struct str){*heap, n};
}

static inline struct reply_weights *
load_weights(void)
{
	struct reply_weights *w = NULL;
	char why[512] = "";
	char *heap;
	err_t err = reply_weights_load(
	    &w, read_file(REPLY_WEIGHTS, &heap), why, sizeof why);

	free(heap);
	if (err != ERR_OK)
		fail_msg("%s", why);
	return w;
}

static inline struct reply_rules *
load_shipped(bool prove)
{
	struct reply_rules *r = NULL;
	char why[512] = "";
	char *heap;
	err_t err = reply_rules_load(
	    &r, read_file(REPLY_RULES, &heap), prove, why, sizeof why);

	free(heap);
	if (err != ERR_OK)
		fail_msg("%s", why);
	reply_rules_weigh(r, load_weights());
	return r;
}

#endif
