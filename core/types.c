/* types.c - names and classes of types.h. */
#include "core/types.h"

const char *const age_names[AGE_BUCKETS] = {
    "5", "10", "20", "40", "80", "160", "320", "640", "1280", "1280+"};

unsigned
age_bucket(int64_t age_ms)
{
	int64_t edge_ms = 5 * 60000;
	unsigned i = 0;

	while (i < AGE_BUCKETS - 1 && age_ms >= edge_ms) {
		edge_ms *= 2;
		i++;
	}
	return i;
}
