/*
 * postfix_queue.c - bytes of `postqueue -j` to lines, lines into a reading;
 * see postfix_queue.h. A line that lies whole in the bytes fed is read where
 * it lies; only a line that was cut is copied.
 */
#include "remote/postfix_queue.h"

#include <stdlib.h>

#include "core/num.h"
#include "remote/postfix_queue_line.h"

struct postfix_queue {
	struct queue_snap *q;		   /* borrowed */
	const struct queue_lookup *lookup; /* borrowed, may be NULL */
	int64_t at_ms;
	struct buf half; /* a line not complete yet */
	bool too_long;	 /* passing over the rest of a line */
	bool open;	 /* an instance's listing has begun */
	uint8_t instance;
	unsigned begun, whole; /* instances */
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

/* "mtadeck-instance NUMBER", "mtadeck-status STATUS": scripts/queue_list.sh. An
 * instance is unread until it has ended well. */
static bool
take_mark(struct postfix_queue *p, struct str line)
{
	struct str word;
	uint64_t v;

	if (!str_word(&line, &word) || num_u64(str_trim(line), &v) != ERR_OK)
		return false;
	if (str_eq(word, STR_LIT("mtadeck-instance")) && v <= MAX_FURTHER) {
		p->instance = (uint8_t)v;
		p->q->unread |= INSTANCE_MAIN << v;
		p->open = true;
		p->begun++;
		return true;
	}
	if (!str_eq(word, STR_LIT("mtadeck-status")) || !p->open)
		return false;
	p->open = false;
	if (v == 0) {
		p->q->unread &= ~(INSTANCE_MAIN << p->instance);
		p->whole++;
	}
	return true;
}

/* A listing that ended within a line has its mark at that line's end, where a
 * whole one has its brace. */
static bool
take_cut(struct postfix_queue *p, struct str line)
{
	static const struct str mark = {"mtadeck-status ", 15};
	size_t n = line.n;

	while (n > 0 && line.p[n - 1] >= '0' && line.p[n - 1] <= '9')
		n--;
	if (n < mark.n || memcmp(line.p + n - mark.n, mark.p, mark.n) != 0 ||
	    !take_mark(p, str_from(line, n - mark.n)))
		return false;
	p->q->cut = true;
	return true;
}

static void
take_line(struct postfix_queue *p, struct str line)
{
	line = str_trim(line);
	if (line.n > 0 && line.p[0] == 'm' && take_mark(p, line))
		return;
	p->stats.lines++;
	if (line.n == 0)
		return;
	if (!postfix_queue_line_fast(&p->line, line)) {
		if (!postfix_queue_line_slow(&p->line, line)) {
			p->stats.bad += !take_cut(p, line);
			return;
		}
		p->stats.slow++;
	}
	p->line.item.instance = p->instance;
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

err_t
postfix_queue_end(struct postfix_queue *p)
{
	if (p->half.n > 0 || p->too_long || p->open)
		p->q->cut = true;
	p->too_long = false;
	buf_reset(&p->half);
	return p->begun > 0 && p->whole == 0 ? ERR_EXIT : ERR_OK;
}

const struct postfix_queue_stats *
postfix_queue_stats(const struct postfix_queue *p)
{
	return &p->stats;
}
