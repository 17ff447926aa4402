/* intern.c - bounded string table, open addressing; see intern.h. */
#include "core/intern.h"

#include <stdlib.h>

enum { BLOCK_BYTES = 65536 };

struct block {
	struct block *next;
	size_t used, size;
	char bytes[];
};

struct entry {
	struct str text;
	uint64_t hash;
};

struct intern {
	struct entry *entries; /* owned; [n]; hash of a free one: next free */
	uint32_t n, room, max_ids;
	uint32_t n_free, free_id; /* 0 = none */
	uint32_t *slots; /* owned; id + 1, 0 = free; size a power of two */
	uint32_t n_slots;
	size_t bytes, max_bytes;
	struct block *blocks; /* owned */
	uint64_t seed;
};

struct intern *
intern_new(uint32_t max_ids, size_t max_bytes)
{
	struct intern *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	t->max_ids = max_ids < 2 ? 2 : max_ids;
	t->max_bytes = max_bytes;
	t->seed = (uint64_t)(uintptr_t)t;
	t->n_slots = 64;
	t->room = 32;
	t->slots = calloc(t->n_slots, sizeof *t->slots);
	t->entries = calloc(t->room, sizeof *t->entries);
	if (t->slots == NULL || t->entries == NULL) {
		intern_free(t);
		return NULL;
	}
	t->entries[0].text = STR_LIT("");
	t->entries[INTERN_OTHER].text = STR_LIT("(others)");
	t->n = 2;
	return t;
}

void
intern_free(struct intern *t)
{
	if (t == NULL)
		return;
	while (t->blocks != NULL) {
		struct block *next = t->blocks->next;

		free(t->blocks);
		t->blocks = next;
	}
	free(t->entries);
	free(t->slots);
	free(t);
}

/* The slot that holds s, or the free one where it belongs. */
static uint32_t
slot_of(const struct intern *t, struct str s, uint64_t hash)
{
	uint32_t at = (uint32_t)hash & (t->n_slots - 1);

	while (t->slots[at] != 0) {
		const struct entry *e = &t->entries[t->slots[at] - 1];

		if (e->hash == hash && str_eq(e->text, s))
			break;
		at = (at + 1) & (t->n_slots - 1);
	}
	return at;
}

static void
fill_slots(struct intern *t)
{
	for (uint32_t id = 2; id < t->n; id++) {
		const struct entry *e = &t->entries[id];

		if (e->text.n > 0)
			t->slots[slot_of(t, e->text, e->hash)] = id + 1;
	}
}

static bool
grow_slots(struct intern *t)
{
	uint32_t n = t->n_slots * 2, *slots = calloc(n, sizeof *slots);

	if (slots == NULL)
		return false;
	free(t->slots);
	t->slots = slots;
	t->n_slots = n;
	fill_slots(t);
	return true;
}

static const char *
keep(struct intern *t, struct str s)
{
	struct block *b = t->blocks;

	if (b == NULL || b->size - b->used < s.n) {
		size_t size = s.n > BLOCK_BYTES ? s.n : BLOCK_BYTES;

		/* Small tables stay small: the first block is a page. */
		if (b == NULL && s.n <= 4000)
			size = 4000;
		b = malloc(sizeof *b + size);
		if (b == NULL)
			return NULL;
		*b = (struct block){.next = t->blocks, .size = size};
		t->blocks = b;
	}
	memcpy(b->bytes + b->used, s.p, s.n);
	b->used += s.n;
	return b->bytes + b->used - s.n;
}

/* Makes sure that an id is there to be given out. */
static bool
reserve_id(struct intern *t)
{
	if (t->free_id != 0)
		return true;
	if (t->n >= t->max_ids)
		return false;
	if (t->n == t->room) {
		struct entry *e = realloc(t->entries, 2U * t->room * sizeof *e);

		if (e == NULL)
			return false;
		t->entries = e;
		t->room *= 2;
	}
	return t->n * 4 < t->n_slots * 3 || grow_slots(t);
}

uint32_t
intern_id(struct intern *t, struct str s)
{
	uint64_t hash;
	uint32_t at, id;
	const char *p;

	if (s.n == 0)
		return 0;
	hash = str_hash(s, t->seed);
	at = slot_of(t, s, hash);
	if (t->slots[at] != 0)
		return t->slots[at] - 1;
	if (s.n > t->max_bytes - t->bytes || !reserve_id(t))
		return INTERN_OTHER;
	p = keep(t, s);
	if (p == NULL)
		return INTERN_OTHER;
	id = t->free_id;
	if (id != 0) {
		t->free_id = (uint32_t)t->entries[id].hash;
		t->n_free--;
	} else {
		id = t->n++;
	}
	t->bytes += s.n;
	t->entries[id] = (struct entry){{p, s.n}, hash};
	t->slots[slot_of(t, s, hash)] = id + 1;
	return id;
}

uint32_t
intern_find(const struct intern *t, struct str s)
{
	uint32_t at;

	if (s.n == 0)
		return 0;
	at = slot_of(t, s, str_hash(s, t->seed));
	return t->slots[at] != 0 ? t->slots[at] - 1 : INTERN_OTHER;
}

struct str
intern_text(const struct intern *t, uint32_t id)
{
	return id < t->n ? t->entries[id].text : (struct str){NULL, 0};
}

uint32_t
intern_count(const struct intern *t)
{
	return t->n;
}

uint32_t
intern_used(const struct intern *t)
{
	return t->n - t->n_free;
}

bool
intern_tight(const struct intern *t)
{
	return intern_used(t) > t->max_ids / 4 * 3 ||
	       t->bytes > t->max_bytes / 4 * 3;
}

err_t
intern_sweep(struct intern *t, const uint8_t *keep_id)
{
	struct block *b, *old = t->blocks;
	size_t bytes = 0;

	for (uint32_t id = 2; id < t->n; id++)
		bytes += keep_id[id] != 0 ? t->entries[id].text.n : 0;
	b = malloc(sizeof *b + bytes);
	if (b == NULL)
		return ERR_NOMEM;
	*b = (struct block){.size = bytes};
	for (uint32_t id = 2; id < t->n; id++) {
		struct entry *e = &t->entries[id];

		if (e->text.n == 0)
			continue;
		if (keep_id[id] != 0) {
			memcpy(b->bytes + b->used, e->text.p, e->text.n);
			e->text.p = b->bytes + b->used;
			b->used += e->text.n;
		} else {
			*e = (struct entry){.hash = t->free_id};
			t->free_id = id;
			t->n_free++;
		}
	}
	while (old != NULL) {
		struct block *next = old->next;

		free(old);
		old = next;
	}
	t->blocks = b;
	t->bytes = bytes;
	memset(t->slots, 0, t->n_slots * sizeof *t->slots);
	fill_slots(t);
	return ERR_OK;
}
