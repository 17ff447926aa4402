/*
 * pages.h - memory for arrays that are large and gone through in no order: in
 * large pages, where the system has them, so that finding an address's page
 * does not cost more than what is there.
 */
#ifndef CORE_PAGES_H
#define CORE_PAGES_H

#include <stddef.h>

/* Begins a cache line, holds anything; free() gives it back. NULL when memory
 * ends. An array that would leave more than half of a large page unused is in
 * ordinary ones. */
void *pages_new(size_t bytes);

#endif
