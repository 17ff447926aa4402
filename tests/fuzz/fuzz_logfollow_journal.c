/*
 * fuzz_logfollow_journal.c - a journal that is read to some place and asked
 * again from another: in whatever slices it comes, the same is handed on.
 * First byte: where the second reading begins; then how the bytes are cut.
 */
#include "remote/logfollow_journal.h"

#include <stdlib.h>

enum { HEAD_BYTES = 10 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	uint64_t hash, bytes, gone;
};

static void
on_bytes(void *ctx, struct str bytes)
{
	struct seen *s = ctx;

	for (size_t i = 0; i < bytes.n; i++)
		s->hash = (s->hash ^ (unsigned char)bytes.p[i]) *
			  UINT64_C(0x100000001b3);
	s->bytes += bytes.n;
}

static void
on_gone(void *ctx)
{
	((struct seen *)ctx)->gone++;
}

static void
feed(struct journal_resume *j, struct str all, const uint8_t *cuts)
{
	for (size_t at = 0, i = 0; at < all.n; i++) {
		size_t n = cuts == NULL ? all.n : 1 + cuts[i % 8] % 97U;
		struct str part = str_from(all, at);

		part.n = part.n < n ? part.n : n;
		journal_feed(j, part);
		at += part.n;
	}
}

static struct seen
run(struct str all, size_t again, const uint8_t *cuts)
{
	struct seen s = {0};
	struct journal_resume j;

	journal_init(&j, &s, on_bytes, on_gone);
	journal_begin(&j);
	feed(&j, (struct str){all.p, again}, cuts);
	journal_begin(&j);
	feed(&j, str_from(all, again / 2), cuts);
	journal_settle(&j);
	feed(&j, all, cuts);
	journal_done(&j);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str all;
	struct seen a, b;
	size_t again;

	if (size < HEAD_BYTES)
		return 0;
	all = (struct str){(const char *)data + HEAD_BYTES, size - HEAD_BYTES};
	again = all.n * data[0] / 256;
	a = run(all, again, NULL);
	b = run(all, again, data + 1);
	if (a.hash != b.hash || a.bytes != b.bytes || a.gone != b.gone ||
	    a.bytes > 3 * (uint64_t)all.n || a.gone > 1)
		abort();
	return 0;
}
