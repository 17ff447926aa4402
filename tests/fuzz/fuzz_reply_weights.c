/* fuzz_reply_weights.c - a document of weights and, behind a NUL, a text that
 * is weighed by them. */
#include "probes/reply_weights.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str all = {(const char *)data, size};
	const char *end = size == 0 ? NULL : memchr(all.p, '\0', all.n);
	struct reply_weights *w;
	int sure_milli;
	char why[256];

	if (end == NULL)
		return 0;
	if (reply_weights_load(&w, (struct str){all.p, (size_t)(end - all.p)},
		why, sizeof why) != ERR_OK)
		return 0;
	if (reply_weigh(w, str_from(all, (size_t)(end - all.p) + 1),
		&sure_milli) >= CLASS_N ||
	    sure_milli < 0 || sure_milli > 1000)
		abort();
	reply_weights_free(w);
	return 0;
}
