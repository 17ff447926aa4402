/* fuzz_logfollow_pos.c - two hostile streams, interleaved by the input itself
 * (first byte of a piece: which stream and how long). The position may only
 * move by bytes handed on. */
#include "remote/logfollow_pos.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	uint64_t given;
};

static void
on_bytes(void *ctx, struct str bytes)
{
	if (bytes.n == 0)
		abort();
	((struct sum *)ctx)->given += bytes.n;
}

static void
on_break(void *ctx)
{
	(void)ctx;
}

static void
on_gap(void *ctx, uint64_t bytes, struct str what)
{
	(void)ctx;
	(void)bytes;
	if (what.n >= LOGPOS_KEY_BYTES)
		abort();
}

static void
on_live(void *ctx)
{
	(void)ctx;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum s = {0};
	struct logpos_cb cb = {&s, on_bytes, on_break, on_gap, on_live};
	struct logpos_run *r = logpos_new(&cb);
	uint64_t sent = 0;

	if (r == NULL)
		return 0;
	logpos_begin(r);
	for (size_t at = 0; at < size;) {
		size_t n = data[at] & 0x3f;
		bool out = (data[at] & 0x80) != 0;
		struct str part;

		if ((data[at++] & 0x40) != 0) {
			(void)logpos_finish(r);
			logpos_begin(r);
		}
		n = size - at < n ? size - at : n;
		part = (struct str){(const char *)data + at, n};
		at += n;
		if (!out)
			logpos_err(r, part);
		else if (logpos_out(r, part) == ERR_OK)
			sent += n;
	}
	(void)logpos_finish(r);
	if (s.given > sent)
		abort();
	logpos_free(r);
	return 0;
}
