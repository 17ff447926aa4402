/* fuzz_postfix_queue_agg.c - rows of the far side give the same reading
 * however they are cut. */
#include "remote/postfix_queue_agg.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t
read_in(struct str text, size_t step)
{
	struct queue_snap *q = queue_new(0);
	struct postfix_queue_agg *p = postfix_queue_agg_new(q);
	uint64_t h;

	postfix_queue_agg_feed(p, STR_LIT("mtadeck-queue 1 5\n"));
	while (text.n > 0) {
		size_t n = text.n < step ? text.n : step;

		postfix_queue_agg_feed(p, (struct str){text.p, n});
		text = str_from(text, n);
	}
	h = (uint64_t)(unsigned)postfix_queue_agg_end(p);
	queue_finish(q, 0, 0);
	h = h * 31 + postfix_queue_agg_stats(p)->bad;
	h = h * 31 + q->messages + q->bytes + q->duplicates + q->cut;
	for (int d = 0; d < QD_N; d++)
		for (uint32_t i = 0; i < q->by[d].n; i++)
			h = h * 59 + q->by[d].rows[i].total +
			    str_hash(
				intern_text(q->texts, q->by[d].rows[i].key), 1);
	postfix_queue_agg_free(p);
	queue_free(q);
	return h;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};

	if (read_in(text, size + 1) !=
	    read_in(text, size > 0 ? data[0] % 23 + 1U : 1))
		abort();
	return 0;
}
