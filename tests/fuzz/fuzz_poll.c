/* fuzz_poll.c - any bytes as poll.sh's output, fed whole and in pieces: both
 * must give the same readings. */
#include "remote/poll.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	uint64_t hash;
};

static void
add(void *ctx, const struct poll_reading *r)
{
	struct sum *s = ctx;

	s->hash =
	    str_hash((struct str){(const char *)r, sizeof(*r)}, s->hash + 1);
	if (memchr(r->vitals.top_name, '\0', sizeof(r->vitals.top_name)) ==
	    NULL)
		abort();
}

static struct sum
run(const uint8_t *data, size_t size, size_t step)
{
	struct sum s = {0};
	struct poll *p = poll_new(add, &s);

	for (size_t at = 0; p != NULL && at < size; at += step) {
		size_t n = size - at < step ? size - at : step;

		poll_feed(p, (struct str){(const char *)data + at, n});
	}
	poll_free(p);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum whole, parts;

	if (size == 0)
		return 0;
	whole = run(data + 1, size - 1, size);
	parts = run(data + 1, size - 1, (size_t)data[0] % 17 + 1);
	if (whole.hash != parts.hash)
		abort();
	return 0;
}
