/*
 * fuzz_postfix_log.c - the log parser on any bytes. The first bytes choose
 * the clock and how the rest is cut; fed whole and fed in those pieces it must
 * give equal records, and every slice must lie in its line.
 */
#include "remote/postfix_log.h"

#include <stdlib.h>

enum { HEAD_BYTES = 16 };

struct seen {
	uint64_t hash, n;
};

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
mix(struct seen *s, uint64_t v)
{
	s->hash = (s->hash ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	s->hash ^= s->hash >> 29;
}

static void
mix_slice(struct seen *s, const struct log_rec *r, struct str part)
{
	must(part.n == 0 ||
	     (part.p >= r->line.p && part.p + part.n <= r->line.p + r->line.n));
	mix(s, str_hash(part, s->hash));
}

static void
take(void *ctx, const struct log_rec *recs, size_t n)
{
	struct seen *s = ctx;

	must(n > 0 && n <= POSTFIX_LOG_BATCH);
	for (size_t i = 0; i < n; i++) {
		const struct log_rec *r = &recs[i];
		const struct str parts[] = {r->line, r->tag, r->program, r->qid,
		    r->from, r->to, r->relay, r->relay_ip, r->text, r->client,
		    r->client_ip, r->sasl_user, r->message_id};
		const int64_t numbers[] = {r->at_ms, r->kind, r->status,
		    r->has_from, r->relay_port, r->delay_ms, r->stage_ms[0],
		    r->stage_ms[1], r->stage_ms[2], r->stage_ms[3], r->dsn[0],
		    r->dsn[1], r->dsn[2], r->size_bytes, r->nrcpt, r->bad};

		must(r->line.n <= POSTFIX_LOG_LINE_MAX);
		must((r->kind == LOG_DELIVERY) <= (r->status != LS_NONE));
		must((r->kind != LOG_OTHER) <= (r->tag.n > 0));
		must(r->bad <= BAD_HALF);
		must((r->bad == BAD_HALF) <= (r->kind == LOG_OTHER));
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
			mix_slice(s, r, parts[k]);
		for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]);
		     k++)
			mix(s, (uint64_t)numbers[k]);
	}
	s->n += n;
}

/* head: the input's first bytes; cut: in the pieces they name. */
static void
feed(const uint8_t *head, struct str body, bool cut, struct seen *s,
    struct postfix_log_stats *stats)
{
	struct postfix_log *p = postfix_log_new(take, s);
	uint32_t now_s;
	size_t at = 0, i = 4;

	must(p != NULL);
	memcpy(&now_s, head, sizeof(now_s));
	postfix_log_clock(p, (int64_t)now_s * 1000, (head[4] - 128) * 450);
	while (at < body.n) {
		size_t n =
		    cut ? (size_t)head[i] * (i % 3 == 0 ? 37 : 1) : body.n;
		char *piece;

		i = i + 1 < HEAD_BYTES ? i + 1 : 4;
		n = n == 0 ? 1 : n;
		n = n < body.n - at ? n : body.n - at;
		/* A heap copy of its own, so that reading past it shows. */
		piece = malloc(n);
		must(piece != NULL);
		memcpy(piece, body.p + at, n);
		postfix_log_feed(p, (struct str){piece, n});
		free(piece);
		at += n;
		must(postfix_log_pending(p) <= POSTFIX_LOG_LINE_MAX);
	}
	*stats = *postfix_log_stats(p);
	postfix_log_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct seen whole = {0}, pieces = {0};
	struct postfix_log_stats a, b;
	struct str body;

	if (n < HEAD_BYTES)
		return 0;
	body = (struct str){(const char *)data + HEAD_BYTES, n - HEAD_BYTES};
	feed(data, body, false, &whole, &a);
	feed(data, body, true, &pieces, &b);
	must(whole.hash == pieces.hash && whole.n == pieces.n);
	must(memcmp(&a, &b, sizeof(a)) == 0);
	must(a.lines == whole.n && a.foreign + a.unparsed <= a.lines);
	return 0;
}
