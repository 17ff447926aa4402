/* fuzz_postfix_select.c - any value of a selector: slices stay within it, what
 * is known reads the same again, and nobody replaced is left in a rewriting. */
#include "remote/postfix_select.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const from[] = {"out1", "a"};
static const char *const to[] = {"zz8", "zz9"};

static void
must_be_in(struct str s, struct str in)
{
	if (s.n > 0 && (s.p < in.p || s.p + s.n > in.p + in.n))
		abort();
}

static void
check(const struct selection *s)
{
	if (s->n_parts > SELECT_PARTS || s->n_results > SELECT_RESULTS)
		abort();
	for (unsigned i = 0; i < s->n_parts; i++) {
		must_be_in(s->parts[i].text, s->value);
		if (s->parts[i].first + s->parts[i].n > s->n_results)
			abort();
	}
	for (unsigned i = 0; i < s->n_results; i++)
		must_be_in(s->results[i].text, s->value);
}

static void
rewrite(struct selection *s, struct selection *again, bool tables)
{
	const struct select_share shares[] = {{"out1", 3}, {"zz8", 2}};
	unsigned turn = 0, part = 0;
	struct buf b;

	buf_init(&b, 1 << 20);
	if (postfix_select_replace(s, from, 2, to, 2, &turn, &b) == ERR_OK &&
	    !postfix_select_is_unknown(s)) {
		postfix_select_read(again, buf_view(&b), tables);
		check(again);
		if (postfix_select_is_unknown(again) ||
		    again->n_parts != s->n_parts ||
		    postfix_select_count(again, "out1") > 0 ||
		    postfix_select_count(again, "a") > 0)
			abort();
	}
	buf_reset(&b);
	if (postfix_select_random(s, from, 2, &part) > 0)
		(void)postfix_select_shares(s, part, shares, 2, &b);
	buf_done(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct selection *s = malloc(sizeof *s), *again = malloc(sizeof *s);
	bool tables = size > 0 && (data[0] & 1) == 0;
	struct str value = {(const char *)data, size};

	if (s != NULL && again != NULL) {
		postfix_select_read(s, str_from(value, size > 0), tables);
		check(s);
		rewrite(s, again, tables);
	}
	free(s);
	free(again);
	return 0;
}
