/* pages.c - see pages.h. madvise(2): MADV_HUGEPAGE is a wish; where it is not
 * heard, all is as it was. */
#include "core/pages.h"

#include <stdint.h>
#include <stdlib.h>

#include <sys/mman.h>

enum { LARGE_BYTES = 2 << 20, LINE_BYTES = 64 };

void *
pages_new(size_t bytes)
{
	size_t unit =
	    bytes % LARGE_BYTES == 0 || bytes % LARGE_BYTES > LARGE_BYTES / 2
		? LARGE_BYTES
		: LINE_BYTES;
	size_t whole = (bytes + unit - 1) / unit * unit;
	void *p;

	/* No object is larger; allocators need not expect such a wish. */
	if (whole < bytes || whole > PTRDIFF_MAX)
		return NULL;
	p = aligned_alloc(unit, whole);
	if (p == NULL)
		return NULL;
#ifdef MADV_HUGEPAGE
	if (unit == LARGE_BYTES)
		(void)madvise(p, whole, MADV_HUGEPAGE);
#endif
	return p;
}
