/*
 * postfix_log.c - bytes in any slices to lines to batches of records. Lines
 * are read where the caller's bytes lie; only one that spans two feeds is
 * copied, into a carry buffer that never holds more than POSTFIX_LOG_LINE_MAX
 * bytes. What a line means is postfix_log_line.c's.
 */
#include "remote/postfix_log.h"

#include <stdlib.h>

#include "core/buf.h"
#include "remote/postfix_log_parts.h"

struct postfix_log {
	postfix_log_fn fn;
	void *ctx; /* borrowed */
	struct log_time time;
	struct buf carry; /* the head of a line that has not ended */
	bool carry_cut;	  /* more of it came than carry may hold */
	struct postfix_log_stats stats;
};

enum { ZEROED_AT_ONCE = 8 }; /* divides POSTFIX_LOG_BATCH */

/* Lives on feed's stack, so that a hundred hosts do not hold one each. */
struct batch {
	size_t n;
	struct log_rec recs[POSTFIX_LOG_BATCH];
};

struct postfix_log *
postfix_log_new(postfix_log_fn fn, void *ctx)
{
	struct postfix_log *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->fn = fn;
	p->ctx = ctx;
	buf_init(&p->carry, POSTFIX_LOG_LINE_MAX);
	return p;
}

void
postfix_log_free(struct postfix_log *p)
{
	if (p == NULL)
		return;
	buf_done(&p->carry);
	free(p);
}

void
postfix_log_clock(struct postfix_log *p, int64_t now_ms, int32_t utc_offset_s)
{
	log_time_set(&p->time, now_ms, utc_offset_s);
}

static void
flush(struct postfix_log *p, struct batch *b)
{
	if (b->n > 0)
		p->fn(p->ctx, b->recs, b->n);
	b->n = 0;
}

/* A whole line without its LF; cut: it was longer than what is given. */
static void
add_line(struct postfix_log *p, struct batch *b, struct str line, bool cut)
{
	struct log_rec *r;
	enum log_line what;

	if (b->n == POSTFIX_LOG_BATCH)
		flush(p, b);
	if (line.n > POSTFIX_LOG_LINE_MAX) {
		line.n = POSTFIX_LOG_LINE_MAX;
		cut = true;
	}
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	/* A few at a time: cheaper than one by one, and no more than a feed of
	 * one line is worth. */
	if (b->n % ZEROED_AT_ONCE == 0)
		memset(&b->recs[b->n], 0, ZEROED_AT_ONCE * sizeof(b->recs[0]));
	p->stats.lines++;
	if (cut)
		p->stats.too_long++;
	r = &b->recs[b->n++];
	what = log_line_read(&p->time, line, r);
	if (cut && what != LOG_LINE_FOREIGN && r->bad == BAD_NONE)
		r->bad = BAD_LENGTH;
	switch (what) {
	case LOG_LINE_FOREIGN:
		p->stats.foreign++;
		break;
	case LOG_LINE_NO_TIME:
		p->stats.unparsed++;
		break;
	case LOG_LINE_POSTFIX:
		break;
	}
}

/* Keeps bytes of a line that has not ended. */
static void
hold(struct postfix_log *p, struct str part)
{
	size_t room = POSTFIX_LOG_LINE_MAX - p->carry.n;

	if (part.n > room) {
		part.n = room;
		p->carry_cut = true;
	}
	/* Without memory the line goes on cut, and is counted as such. */
	if (buf_str(&p->carry, part) != ERR_OK)
		p->carry_cut = true;
}

static void
drop_carry(struct postfix_log *p)
{
	buf_reset(&p->carry);
	p->carry_cut = false;
}

void
postfix_log_feed(struct postfix_log *p, struct str bytes)
{
	struct batch b;
	const char *at = bytes.p, *end, *lf;
	bool carried = p->carry.n > 0 || p->carry_cut;

	if (bytes.n == 0)
		return;
	b.n = 0;
	end = at + bytes.n;
	p->stats.bytes += bytes.n;
	if (carried) {
		lf = memchr(at, '\n', bytes.n);
		hold(p, str_between(at, lf == NULL ? end : lf));
		if (lf == NULL)
			return;
		add_line(p, &b, buf_view(&p->carry), p->carry_cut);
		at = lf + 1;
	}
	while (at < end) {
		lf = memchr(at, '\n', (size_t)(end - at));
		if (lf == NULL)
			break;
		add_line(p, &b, str_between(at, lf), false);
		at = lf + 1;
	}
	flush(p, &b);
	if (carried)
		drop_carry(p); /* only now: a record may lie in it */
	if (at < end)
		hold(p, str_between(at, end));
}

void
postfix_log_reset(struct postfix_log *p)
{
	drop_carry(p);
}

size_t
postfix_log_pending(const struct postfix_log *p)
{
	return p->carry.n;
}

const struct postfix_log_stats *
postfix_log_stats(const struct postfix_log *p)
{
	return &p->stats;
}

bool
postfix_log_line(struct postfix_log *p, struct str line, struct log_rec *out)
{
	if (line.n > POSTFIX_LOG_LINE_MAX)
		line.n = POSTFIX_LOG_LINE_MAX;
	memset(out, 0, sizeof(*out));
	return log_line_read(&p->time, line, out) == LOG_LINE_POSTFIX;
}
