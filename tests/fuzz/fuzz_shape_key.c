/* fuzz_shape_key.c - a key has its text's shape, is no longer than it and its
 * own key. */
#include "core/shape.h"
#include "core/shape_key.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
same_shape(struct str a, struct str b)
{
	char of_a[SHAPE_MAX], of_b[SHAPE_MAX];

	return str_eq((struct str){of_a, shape_of(of_a, a)},
	    (struct str){of_b, shape_of(of_b, b)});
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, key, again;
	char *one = malloc(size + 1), *two = malloc(size + 1);

	if (one == NULL || two == NULL)
		abort();
	key = (struct str){one, shape_key(one, text)};
	again = (struct str){two, shape_key(two, key)};
	if (key.n > size || !str_eq(key, again) || !same_shape(text, key))
		abort();
	free(one);
	free(two);
	return 0;
}
