/* fuzz_postfix_queue.c - however a listing is cut, the reading is the same;
 * a line that the tokenizer takes, cJSON takes too, with the same result. */
#include "remote/postfix_queue_line.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static void
compare(
    struct postfix_queue_line *a, struct postfix_queue_line *b, struct str line)
{
	/* cJSON's strings end at a NUL, ours show it as '?' */
	if (str_find(line, STR_LIT("\\u0000")) != SIZE_MAX ||
	    !postfix_queue_line_fast(a, line))
		return;
	check(postfix_queue_line_slow(b, line));
	check(a->item.queue == b->item.queue);
	check(str_eq(a->item.qid, b->item.qid));
	check(str_eq(a->item.sender, b->item.sender));
	check(a->item.arrival_ms == b->item.arrival_ms);
	check(a->item.size_bytes == b->item.size_bytes);
	check(a->item.n_rcpt == b->item.n_rcpt);
	for (uint32_t i = 0; i < a->item.n_rcpt; i++) {
		check(str_eq(a->rcpt[i].address, b->rcpt[i].address));
		check(str_eq(a->rcpt[i].reason, b->rcpt[i].reason));
	}
}

/* A number that differs when readings do. */
static uint64_t
read_in(struct str text, size_t step)
{
	struct queue_snap *q = queue_new(50);
	struct postfix_queue *p = postfix_queue_new(q, 1763650200000, NULL);
	const struct postfix_queue_stats *s = postfix_queue_stats(p);
	uint64_t h;

	while (text.n > 0) {
		size_t n = text.n < step ? text.n : step;

		postfix_queue_feed(p, (struct str){text.p, n});
		text = str_from(text, n);
	}
	postfix_queue_end(p);
	queue_finish(q, 0, 0);
	h = s->bytes * 31 + s->lines * 37 + s->bad * 41 + s->slow * 43 +
	    q->cut + q->messages * 47 + q->bytes * 53;
	for (int d = 0; d < QD_N; d++)
		for (uint32_t i = 0; i < q->by[d].n; i++)
			h = h * 59 + q->by[d].rows[i].total +
			    str_hash(
				intern_text(q->texts, q->by[d].rows[i].key), 1);
	for (uint32_t i = 0; i < q->n_msgs; i++)
		h = h * 61 +
		    str_hash(intern_text(q->texts, q->msgs[i].qid), 1) +
		    (uint64_t)q->msgs[i].arrival_ms;
	postfix_queue_free(p);
	queue_free(q);
	return h;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, rest = text, line;
	struct postfix_queue_line *a = calloc(1, sizeof *a);
	struct postfix_queue_line *b = calloc(1, sizeof *b);

	while (a != NULL && b != NULL && str_line(&rest, &line))
		compare(a, b, line);
	check(read_in(text, size + 1) ==
	      read_in(text, size > 0 ? data[0] % 23 + 1U : 1));
	postfix_queue_line_done(a);
	postfix_queue_line_done(b);
	free(a);
	free(b);
	return 0;
}
