/* fuzz_postfix_discover.c - any bytes as discover.sh's answer. Strings in the
 * result must end, counts must fit. */
#include "remote/postfix_discover.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct discovery *d = calloc(1, sizeof(*d));
	char why[64];

	if (d == NULL)
		return 0;
	if (postfix_discover(d, text, 1000, 2000, why, sizeof(why)) == ERR_OK) {
		if (d->n_handles > MAX_HANDLES || d->n_findings > MAX_FINDINGS)
			abort();
		for (unsigned i = 0; i < d->n_handles; i++)
			if (memchr(d->handles[i].name, '\0',
				sizeof(d->handles[i].name)) == NULL)
				abort();
		for (unsigned i = 0; i < d->n_findings; i++)
			if (d->findings[i].text[0] == '\0')
				abort();
	}
	free(d);
	return 0;
}
