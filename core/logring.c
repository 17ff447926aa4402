/*
 * logring.c - bounded ring of log lines; see logring.h. One block: an eighth
 * of it holds a slot per line, the rest the lines' bytes, each in one piece.
 * Slots and bytes are both rings; a line goes when either needs its place.
 */
#include "core/logring.h"

#include <stdlib.h>

enum { LINE_MAX_BYTES = 4096, LEAST_BYTES = 16384 };

struct slot {
	int64_t at_ms;
	uint32_t off;
	uint16_t n;
	host_id host;
};

struct logring {
	uint64_t first, end; /* numbers */
	size_t n_slots, n_bytes;
	size_t write;	    /* where the next line's bytes go */
	struct slot *slots; /* owned; line seq is at seq % n_slots */
	char *bytes;	    /* owned */
};

struct logring *
logring_new(size_t max_bytes)
{
	struct logring *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	if (max_bytes < LEAST_BYTES)
		max_bytes = LEAST_BYTES;
	if (max_bytes > UINT32_MAX)
		max_bytes = UINT32_MAX;
	r->n_slots = max_bytes / 8 / sizeof *r->slots;
	r->n_bytes = max_bytes - r->n_slots * sizeof *r->slots;
	r->slots = malloc(r->n_slots * sizeof *r->slots);
	r->bytes = malloc(r->n_bytes);
	if (r->slots == NULL || r->bytes == NULL) {
		logring_free(r);
		return NULL;
	}
	return r;
}

void
logring_free(struct logring *r)
{
	if (r == NULL)
		return;
	free(r->slots);
	free(r->bytes);
	free(r);
}

/* An empty line takes a byte, so that every line has its place. */
static size_t
place_of(size_t n)
{
	return n == 0 ? 1 : n;
}

/* Drops lines until none has bytes in [from, from + n). The oldest line's
 * bytes always come next behind `write`, so only the oldest can be in it. */
static void
clear(struct logring *r, size_t from, size_t n)
{
	while (r->first < r->end) {
		const struct slot *s = &r->slots[r->first % r->n_slots];
		size_t end = s->off + place_of(s->n);

		if (end <= from || s->off >= from + n)
			break;
		r->first++;
	}
}

void
logring_add(struct logring *r, host_id host, int64_t at_ms, struct str s)
{
	size_t n = s.n < LINE_MAX_BYTES ? s.n : LINE_MAX_BYTES;
	size_t place = place_of(n);

	if (r == NULL)
		return;
	if (r->write + place > r->n_bytes) {
		clear(r, r->write, r->n_bytes - r->write);
		r->write = 0;
	}
	clear(r, r->write, place);
	if (r->end - r->first == r->n_slots)
		r->first++;
	if (n > 0)
		memcpy(r->bytes + r->write, s.p, n);
	r->slots[r->end % r->n_slots] =
	    (struct slot){at_ms, (uint32_t)r->write, (uint16_t)n, host};
	r->write += place;
	r->end++;
}

uint64_t
logring_first(const struct logring *r)
{
	return r == NULL ? 0 : r->first;
}

uint64_t
logring_end(const struct logring *r)
{
	return r == NULL ? 0 : r->end;
}

bool
logring_get(const struct logring *r, uint64_t seq, struct logring_line *out)
{
	const struct slot *s;

	if (r == NULL || seq < r->first || seq >= r->end)
		return false;
	s = &r->slots[seq % r->n_slots];
	*out = (struct logring_line){
	    seq, s->host, s->at_ms, {r->bytes + s->off, s->n}};
	return true;
}
