/* fixture.h - a file of tests/fixtures as a heap buffer, for remote/'s tests.*/
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include "core/buf.h"

#include <stdio.h>

static inline struct str
fixture_read(struct buf *b, const char *path)
{
	char block[4096];
	FILE *f = fopen(path, "rb");
	size_t n;

	buf_init(b, 16 * 1024 * 1024);
	while (f != NULL && (n = fread(block, 1, sizeof(block), f)) > 0)
		(void)buf_add(b, block, n);
	if (f != NULL)
		(void)fclose(f);
	return buf_view(b);
}

#endif
