/* reply_memo.c - a table of sets of four, see reply_memo.h. */
#include "probes/reply_memo.h"

#include <stdlib.h>

enum { SETS = 1024, WAYS = 4, KEY_MAX = 1024 };

struct entry {
	uint64_t hash;
	char *key; /* owned; NULL: free */
	size_t n;
	struct meaning v;
};

struct reply_memo {
	struct entry e[SETS][WAYS];
	uint8_t oldest[SETS];
};

struct reply_memo *
reply_memo_new(void)
{
	return calloc(1, sizeof(struct reply_memo));
}

void
reply_memo_free(struct reply_memo *m)
{
	if (m == NULL)
		return;
	for (unsigned s = 0; s < SETS; s++)
		for (unsigned w = 0; w < WAYS; w++)
			free(m->e[s][w].key);
	free(m);
}

const struct meaning *
reply_memo_get(const struct reply_memo *m, struct str key, uint64_t hash)
{
	const struct entry *set = m->e[hash % SETS];

	for (unsigned w = 0; w < WAYS; w++)
		if (set[w].hash == hash && set[w].key != NULL &&
		    str_eq((struct str){set[w].key, set[w].n}, key))
			return &set[w].v;
	return NULL;
}

void
reply_memo_put(struct reply_memo *m, struct str key, uint64_t hash,
    const struct meaning *v)
{
	unsigned s = hash % SETS;
	struct entry *e = &m->e[s][m->oldest[s]];
	char *copy;

	if (key.n > KEY_MAX)
		return;
	copy = malloc(key.n + 1);
	if (copy == NULL)
		return;
	if (key.n > 0)
		memcpy(copy, key.p, key.n);
	free(e->key);
	*e = (struct entry){.hash = hash, .key = copy, .n = key.n, .v = *v};
	m->oldest[s] = (uint8_t)((m->oldest[s] + 1) % WAYS);
}
