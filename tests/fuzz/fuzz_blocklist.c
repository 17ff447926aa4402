/* fuzz_blocklist.c - any bytes are a catalogue or an error with a sentence; a
 * catalogue finds each of its lists and zones; a second document that is
 * refused leaves it as it was. The first line is one document, the rest the
 * other. */
#include "core/blocklist.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look(const struct blocklists *c)
{
	uint16_t n = blocklists_count(c);

	for (uint16_t i = 0; i < n; i++) {
		const struct blocklist *l = blocklists_at(c, i);
		bool error;

		if (blocklists_find(c, l->id) != i)
			abort();
		if (l->zone.n > 0 && blocklists_by_zone(c, l->zone) != i)
			abort();
		if (blocklist_askable(l, true) &&
		    (l->closed || l->kind == LIST_PRIVATE))
			abort();
		for (uint16_t k = 0; k < l->n_codes; k++) {
			if (l->codes[k].from > l->codes[k].to ||
			    l->codes[k].meaning.n == 0)
				abort();
			(void)blocklist_code(l, l->codes[k].from, &error);
		}
		if (blocklist_verdict(l, 0x01020304) != VERDICT_UNKNOWN)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size}, first = {NULL, 0};
	struct blocklists *c = NULL;
	char why[200] = "";
	uint16_t n;

	(void)str_line(&rest, &first);
	if (blocklists_load(&c, first, why, sizeof why) != ERR_OK) {
		if (why[0] == '\0' || c != NULL)
			abort();
		return 0;
	}
	look(c);
	n = blocklists_count(c);
	why[0] = '\0';
	if (blocklists_add(c, rest, why, sizeof why) != ERR_OK &&
	    (why[0] == '\0' || blocklists_count(c) != n))
		abort();
	look(c);
	blocklists_free(c);
	return 0;
}
