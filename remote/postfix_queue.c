/*
 * postfix_queue.c - bytes of `postqueue -j` to lines, lines into a reading;
 * see postfix_queue.h. A line that lies whole in the bytes fed is read where
 * it lies; only a line that was cut is copied.
 */
#include "remote/postfix_queue.h"

#include <stdlib.h>

#include "remote/postfix_queue_line.h"

struct postfix_queue {
	struct queue_snap *q;		   /* borrowed */
	const struct queue_lookup *lookup; /* borrowed, may be NULL */
	int64_t at_ms;
	struct buf half; /* a line not complete yet */
	bool too_long;	 /* passing over the rest of a line */
	struct postfix_queue_stats stats;
	struct postfix_queue_line line;
};

struct postfix_queue *
postfix_queue_new(
    struct queue_snap *q, int64_t at_ms, const struct queue_lookup *lookup)
{
	struct postfix_queue *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->q = q;
	p->lookup = lookup;
	p->at_ms = at_ms;
	buf_init(&p->half, POSTFIX_QUEUE_LINE_MAX);
	return p;
}

void
postfix_queue_free(struct postfix_queue *p)
{
	if (p == NULL)
		return;
	buf_done(&p->half);
	postfix_queue_line_done(&p->line);
	free(p);
}

static void
take_line(struct postfix_queue *p, struct str line)
{
	p->stats.lines++;
	line = str_trim(line);
	if (line.n == 0)
		return;
	if (!postfix_queue_line_fast(&p->line, line)) {
		if (!postfix_queue_line_slow(&p->line, line)) {
			p->stats.bad++;
			return;
		}
		p->stats.slow++;
	}
	if (queue_add(p->q, &p->line.item, p->at_ms, p->lookup) != ERR_OK)
		p->stats.bad++;
}

void
postfix_queue_feed(struct postfix_queue *p, struct str bytes)
{
	p->stats.bytes += bytes.n;
	while (bytes.n > 0) {
		const char *lf = memchr(bytes.p, '\n', bytes.n);
		struct str part = {
		    bytes.p, lf == NULL ? bytes.n : (size_t)(lf - bytes.p)};

		bytes = str_from(bytes, part.n + (lf != NULL));
		if (!p->too_long && (p->half.n > 0 || lf == NULL ||
					part.n > POSTFIX_QUEUE_LINE_MAX)) {
			p->too_long = buf_str(&p->half, part) != ERR_OK;
			part = buf_view(&p->half);
		}
		if (lf == NULL)
			continue;
		if (p->too_long) {
			p->stats.lines++;
			p->stats.bad++;
		} else {
			take_line(p, part);
		}
		p->too_long = false;
		buf_reset(&p->half);
	}
}

void
postfix_queue_end(struct postfix_queue *p)
{
	if (p->half.n > 0 || p->too_long)
		p->q->cut = true;
	p->too_long = false;
	buf_reset(&p->half);
}

const struct postfix_queue_stats *
postfix_queue_stats(const struct postfix_queue *p)
{
	return &p->stats;
}
