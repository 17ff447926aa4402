/*
 * reply_words.c - the automaton of reply_words.h: a tree of the words, then
 * for every node and byte the node to go to, so that a text costs one look-up
 * a byte. Bytes that no word has share one column; those beyond ASCII share
 * another, whichever words have them.
 */
#include "probes/reply_words.h"

#include <stdlib.h>

/* Nodes are counted in 15 bits: the top one says "a word ends here". */
enum { MAX_NODES = 1 << 15, MAX_HITS = 1 << 14, ENDS = 1 << 15, COLUMNS = 64 };

struct hit {
	uint32_t tag;
	uint32_t next; /* hit + 1 of the same node; 0: none */
	uint8_t n;     /* bytes of the word */
};

struct reply_words {
	uint8_t column[256]; /* 0: in no word */
	unsigned n_columns;
	uint16_t (*go)[COLUMNS];
	uint32_t *first; /* [n_nodes] hit + 1 */
	uint32_t n_nodes, cap_nodes;
	struct hit *hits;
	uint32_t n_hits, cap_hits;
};

static bool
grow_nodes(struct reply_words *w)
{
	uint32_t cap = w->cap_nodes == 0 ? 256 : w->cap_nodes * 2;
	uint16_t(*go)[COLUMNS];
	uint32_t *first;

	go = realloc(w->go, cap * sizeof *go);
	if (go == NULL)
		return false;
	w->go = go;
	first = realloc(w->first, cap * sizeof *first);
	if (first == NULL)
		return false;
	w->first = first;
	w->cap_nodes = cap;
	return true;
}

/* A new node; 0 when there is no memory for it (0 is the root). */
static uint32_t
add_node(struct reply_words *w)
{
	if (w->n_nodes == w->cap_nodes && !grow_nodes(w))
		return 0;
	memset(w->go[w->n_nodes], 0, sizeof *w->go);
	w->first[w->n_nodes] = 0;
	return w->n_nodes++;
}

struct reply_words *
reply_words_new(void)
{
	struct reply_words *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->n_columns = 1;
	if (!grow_nodes(w)) {
		reply_words_free(w);
		return NULL;
	}
	(void)add_node(w);
	return w;
}

void
reply_words_free(struct reply_words *w)
{
	if (w == NULL)
		return;
	free(w->go);
	free(w->first);
	free(w->hits);
	free(w);
}

/* The byte whose column c's is. */
static unsigned char
one_of(unsigned char c)
{
	return c < 0x80 ? c : 0x80;
}

static err_t
add_hit(struct reply_words *w, uint32_t node, uint32_t tag, size_t n)
{
	if (w->n_hits == MAX_HITS)
		return ERR_LIMIT;
	if (w->n_hits == w->cap_hits) {
		uint32_t cap = w->cap_hits == 0 ? 256 : w->cap_hits * 2;
		struct hit *hits = realloc(w->hits, cap * sizeof *hits);

		if (hits == NULL)
			return ERR_NOMEM;
		w->hits = hits;
		w->cap_hits = cap;
	}
	w->hits[w->n_hits] =
	    (struct hit){.tag = tag, .next = w->first[node], .n = (uint8_t)n};
	w->first[node] = ++w->n_hits;
	return ERR_OK;
}

err_t
reply_words_add(struct reply_words *w, struct str word, uint32_t tag)
{
	uint32_t at = 0;

	if (word.n == 0 || word.n > REPLY_WORD_MAX)
		return ERR_RANGE;
	for (size_t i = 0; i < word.n; i++) {
		uint8_t *column = &w->column[one_of((unsigned char)word.p[i])];

		if (*column == 0) {
			if (w->n_columns == COLUMNS)
				return ERR_LIMIT;
			*column = (uint8_t)w->n_columns++;
		}
		if (w->go[at][*column] == 0) {
			uint32_t node;

			if (w->n_nodes == MAX_NODES)
				return ERR_LIMIT;
			node = add_node(w);
			if (node == 0)
				return ERR_NOMEM;
			w->go[at][*column] = (uint16_t)node;
		}
		at = w->go[at][*column];
	}
	return add_hit(w, at, tag, word.n);
}

/* The hits of `shorter`, a suffix of node's text, are node's as well. */
static void
chain(struct reply_words *w, uint32_t node, uint32_t shorter)
{
	uint32_t *end = &w->first[node];

	while (*end != 0)
		end = &w->hits[*end - 1].next;
	*end = w->first[shorter];
}

err_t
reply_words_finish(struct reply_words *w)
{
	uint16_t *queue = calloc(w->n_nodes, sizeof *queue);
	uint16_t *suffix = calloc(w->n_nodes, sizeof *suffix);
	uint32_t head = 0, tail = 1; /* the root is the first */

	if (queue == NULL || suffix == NULL) {
		free(queue);
		free(suffix);
		return ERR_NOMEM;
	}
	for (unsigned c = 0x81; c <= 0xff; c++)
		w->column[c] = w->column[0x80];
	while (head < tail) {
		uint32_t at = queue[head++];

		for (unsigned c = 1; c < w->n_columns; c++) {
			uint16_t to = w->go[at][c];
			uint16_t other = at == 0 ? 0 : w->go[suffix[at]][c];

			if (to == 0) {
				w->go[at][c] = other;
				continue;
			}
			suffix[to] = other;
			chain(w, to, other);
			queue[tail++] = to;
		}
	}
	for (uint32_t at = 0; at < w->n_nodes; at++)
		for (unsigned c = 0; c < w->n_columns; c++)
			if (w->first[w->go[at][c]] != 0)
				w->go[at][c] |= ENDS;
	free(queue);
	free(suffix);
	return ERR_OK;
}

void
reply_words_find(const struct reply_words *w, struct str text, void *ctx,
    void (*on_word)(void *ctx, uint32_t tag, size_t at, size_t n))
{
	uint32_t at = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint32_t to = w->go[at][w->column[(unsigned char)text.p[i]]];

		at = to & (ENDS - 1);
		if ((to & ENDS) == 0)
			continue;
		for (uint32_t h = w->first[at]; h != 0; h = w->hits[h - 1].next)
			on_word(ctx, w->hits[h - 1].tag,
			    i + 1 - w->hits[h - 1].n, w->hits[h - 1].n);
	}
}
