/*
 * shape_int.h - what shape.c and shape_url.c share: the shape being written
 * and the few ways to write to it. Not for others.
 */
#ifndef CORE_SHAPE_INT_H
#define CORE_SHAPE_INT_H

#include "core/shape.h"

#include "core/shape_word.h"

struct shaper {
	struct str rest; /* not read yet */
	char *out;
	size_t n;
	bool space;		   /* a blank is due before the next word */
	bool full;		   /* something did not fit: stop */
	bool using;		   /* the last word was "using" */
	size_t number_at;	   /* behind the last bare number; 0 none */
	struct str code, enhanced; /* the reply's own; .n 0 none */
	size_t code_at;		   /* out's length once code was written */
};

/* Writes w, behind a blank if one is due; full when it does not fit. */
void shape_put(struct shaper *s, struct str w);
/* How many bytes of s in front are of the classes in mask; *seen: which. */
size_t shape_span(struct str s, unsigned mask, unsigned *seen);
/* Writes w by what it is, the punctuation around it as it is. */
void shape_put_peeled(struct shaper *s, struct str w);

/* What may stand in a URL and does not end it in running text. */
bool shape_in_url(char c);
/* s->rest begins with a word of `word` bytes that holds '/': when it is or
 * ends in a URL, takes that, also what follows the word. */
bool shape_take_url(struct shaper *s, size_t word);

#endif
