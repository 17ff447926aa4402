/*
 * postfix_queue_line.h - one line of `postqueue -j` to a struct queue_item.
 * Two readers with the same result: a hand tokenizer that takes what Postfix
 * writes (any order of keys, unknown keys passed over), and cJSON for what it
 * rejects. Used by postfix_queue.c, its tests and its benchmark.
 * Format: postqueue(1), Postfix showq/postqueue_json.c; RFC 8259.
 */
#ifndef REMOTE_POSTFIX_QUEUE_LINE_H
#define REMOTE_POSTFIX_QUEUE_LINE_H

#include "remote/postfix_queue.h"

struct cJSON;

struct postfix_queue_line {
	struct queue_item item; /* borrows from the line, scratch and doc */
	struct queue_rcpt rcpt[POSTFIX_QUEUE_RCPT_MAX];
	char *scratch; /* owned: strings that had escapes */
	size_t scratch_room, scratch_used;
	struct cJSON *doc; /* owned: the slow reader's */
};

void postfix_queue_line_done(struct postfix_queue_line *l);
/* Both fill l->item, valid until the next call and while line lives; false
 * when the line is not understood. Recipients beyond
 * POSTFIX_QUEUE_RCPT_MAX are left out. */
bool postfix_queue_line_fast(
    struct postfix_queue_line *l, struct str line) NODISCARD;
bool postfix_queue_line_slow(
    struct postfix_queue_line *l, struct str line) NODISCARD;
/* The inside of a JSON string without its escapes, in room[text.n]; false
 * when it is none. */
bool postfix_queue_text(struct str text, char *room, struct str *out) NODISCARD;
/* "deferred" to Q_DEFERRED; false for a name Postfix does not list. */
bool postfix_queue_name(struct str name, enum queue_name *out) NODISCARD;

#endif
