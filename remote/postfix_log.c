/*
 * postfix_log.c - bytes in any slices to lines to batches of records. Lines
 * are read where the caller's bytes lie; only one that spans two feeds is
 * copied, into a carry buffer that never holds more than POSTFIX_LOG_LINE_MAX
 * bytes. What a line means is postfix_log_line.c's.
 */
#include "remote/postfix_log.h"

#include <assert.h>
#include <stdlib.h>

#include "core/buf.h"
#include "remote/postfix_log_parts.h"
#include "remote/postfix_log_scan.h"

struct postfix_log {
	postfix_log_fn fn;
	void *ctx; /* borrowed */
	struct log_time time;
	struct buf carry; /* the head of a line that has not ended */
	bool carry_cut;	  /* more of it came than carry may hold */
	struct postfix_log_stats stats;
};

/* Lives on feed's stack, so that a hundred hosts do not hold one each. */
struct batch {
	uint32_t cut; /* a bit for each line that was cut */
	struct str lines[POSTFIX_LOG_BATCH];
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

/* A whole line without its LF; cut: it was longer than what is given. */
static void
add_line(struct batch *b, size_t i, struct str line, bool cut)
{
	if (line.n > POSTFIX_LOG_LINE_MAX) {
		line.n = POSTFIX_LOG_LINE_MAX;
		cut = true;
	}
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	b->lines[i] = line;
	b->cut |= (uint32_t)cut << i;
}

/* Lines of ours that were cut are bad ones. */
static void
note_cut(struct postfix_log *p, struct batch *b, size_t n)
{
	static_assert(POSTFIX_LOG_BATCH <= 32, "a bit for each line");

	for (size_t i = 0; i < n; i++) {
		struct log_rec *r = &b->recs[i];

		if ((b->cut >> i & 1) == 0)
			continue;
		p->stats.too_long++;
		if (r->tag.n > 0 && r->bad == BAD_NONE)
			r->bad = BAD_LENGTH;
	}
}

/* Bytes up to `safe` may be looked at. */
static void
take_lines(struct postfix_log *p, struct batch *b, size_t n, const char *safe)
{
	unsigned whats[LOG_LINE_N] = {0};

	log_lines_read(&p->time, b->lines, n, safe, b->recs, whats);
	p->stats.lines += n;
	p->stats.foreign += whats[LOG_LINE_FOREIGN];
	p->stats.unparsed += whats[LOG_LINE_NO_TIME];
	if (b->cut != 0)
		note_cut(p, b, n);
	b->cut = 0;
	p->fn(p->ctx, b->recs, n);
}

/* The held back line, whose last part has come. */
static void
take_carried(struct postfix_log *p, struct batch *b)
{
	struct str line = buf_view(&p->carry);

	add_line(b, 0, line, p->carry_cut);
	take_lines(p, b, 1, line.p + line.n);
	drop_carry(p);
}

/* All whole lines; where they end. */
static const char *
take_whole(
    struct postfix_log *p, struct batch *b, const char *at, const char *end)
{
	const char *lf[POSTFIX_LOG_BATCH];
	size_t n;

	do {
		n = scan_lines(at, end, lf, POSTFIX_LOG_BATCH);
		for (size_t i = 0; i < n; i++) {
			add_line(b, i, str_between(at, lf[i]), false);
			at = lf[i] + 1;
		}
		if (n > 0)
			take_lines(p, b, n, end);
	} while (n == POSTFIX_LOG_BATCH);
	return at;
}

void
postfix_log_feed(struct postfix_log *p, struct str bytes)
{
	struct batch b;
	const char *at = bytes.p, *end, *lf;

	if (bytes.n == 0)
		return;
	b.cut = 0;
	end = at + bytes.n;
	p->stats.bytes += bytes.n;
	if (p->carry.n > 0 || p->carry_cut) {
		lf = memchr(at, '\n', bytes.n);
		hold(p, str_between(at, lf == NULL ? end : lf));
		if (lf == NULL)
			return;
		take_carried(p, &b);
		at = lf + 1;
	}
	at = take_whole(p, &b, at, end);
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
	unsigned whats[LOG_LINE_N] = {0};

	if (line.n > POSTFIX_LOG_LINE_MAX)
		line.n = POSTFIX_LOG_LINE_MAX;
	log_lines_read(&p->time, &line, 1, line.p + line.n, out, whats);
	return whats[LOG_LINE_POSTFIX] > 0;
}
