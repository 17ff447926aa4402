/* table.c - open addressing with linear probing; see table.h. */
#include "core/table.h"

#include <stdlib.h>
#include <string.h>

void
table_done(struct table *t)
{
	free(t->slots);
	*t = (struct table){0};
}

void
table_clear(struct table *t)
{
	if (t->slots != NULL)
		memset(t->slots, 0, t->n_slots * sizeof *t->slots);
	t->n = 0;
}

static uint32_t
home(uint64_t key, uint32_t n_slots)
{
	key *= 0x9e3779b97f4a7c15U;
	return (uint32_t)(key >> 32) & (n_slots - 1);
}

uint32_t
table_find(const struct table *t, uint64_t key)
{
	uint32_t at;

	if (t->n_slots == 0)
		return TABLE_NONE;
	at = home(key, t->n_slots);
	while (t->slots[at].row1 != 0) {
		if (t->slots[at].key == key)
			return t->slots[at].row1 - 1;
		at = (at + 1) & (t->n_slots - 1);
	}
	return TABLE_NONE;
}

void
table_expect(const struct table *t, uint64_t key)
{
	if (t->n_slots > 0)
		__builtin_prefetch(&t->slots[home(key, t->n_slots)]);
}

static void
place(struct table_slot *slots, uint32_t n_slots, struct table_slot s)
{
	uint32_t at = home(s.key, n_slots);

	while (slots[at].row1 != 0)
		at = (at + 1) & (n_slots - 1);
	slots[at] = s;
}

bool
table_put(struct table *t, uint64_t key, uint32_t row)
{
	if ((t->n + 1) * 2 > t->n_slots) {
		uint32_t n_slots = t->n_slots == 0 ? 16 : t->n_slots * 2;
		struct table_slot *slots = calloc(n_slots, sizeof *slots);

		if (slots == NULL)
			return false;
		for (uint32_t i = 0; i < t->n_slots; i++)
			if (t->slots[i].row1 != 0)
				place(slots, n_slots, t->slots[i]);
		free(t->slots);
		t->slots = slots;
		t->n_slots = n_slots;
	}
	place(t->slots, t->n_slots, (struct table_slot){key, row + 1});
	t->n++;
	return true;
}
