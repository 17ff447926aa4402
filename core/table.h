/*
 * table.h - 64-bit keys to row numbers, open addressing. Rows live in an
 * array of the caller, in order of arrival, so that the order views see does
 * not depend on hashing. No removal: rebuild after rows went.
 */
#ifndef CORE_TABLE_H
#define CORE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#define TABLE_NONE UINT32_MAX

struct table_slot {
	uint64_t key;
	uint32_t row1; /* row + 1; 0 = free */
};

/* A zeroed struct is a valid empty table. */
struct table {
	struct table_slot *slots; /* owned; n_slots is a power of two */
	uint32_t n, n_slots;
};

void table_done(struct table *t);
/* Forgets all keys, keeps the memory. */
void table_clear(struct table *t);
/* The row of key, or TABLE_NONE. */
uint32_t table_find(const struct table *t, uint64_t key);
/* Memory begins to bring what finds a key. */
void table_expect(const struct table *t, uint64_t key);
/* Adds a key that is not there yet; false when memory ends. */
bool table_put(struct table *t, uint64_t key, uint32_t row);

#endif
