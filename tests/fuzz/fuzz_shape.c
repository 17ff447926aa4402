/* fuzz_shape.c - a shape is bounded and its own shape; replies and codes stay
 * inside their text. */
#include "core/shape.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, reply;
	char a[SHAPE_MAX], b[SHAPE_MAX];
	size_t n = shape_of(a, text), m;
	bool remote;

	if (n > SHAPE_MAX)
		abort();
	m = shape_of(b, (struct str){a, n});
	if (m != n || memcmp(a, b, n) != 0)
		abort();
	reply = shape_reply(text, &remote);
	if (reply.n > size ||
	    (reply.n > 0 &&
		(reply.p < text.p || reply.p + reply.n > text.p + text.n)))
		abort();
	if (shape_codes(reply).enhanced[0] != 0 && shape_codes(reply).code == 0)
		abort();
	(void)shape_is_local_repeat(text);
	return 0;
}
