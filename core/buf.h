/*
 * buf.h - growable bytes with a required cap. An append that would pass the
 * cap, or finds no memory, fails whole, leaves the content as it was and sets
 * `failed`, so that a chain of appends can be checked once at its end.
 */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include "core/err.h"
#include "core/str.h"

struct buf {
	char *p; /* owned; NUL behind the last byte once anything was added */
	size_t n, room, cap_bytes;
	err_t failed; /* the first failure since init or reset; 0 if none */
};

/* cap_bytes: the most it may ever hold, without the NUL. */
void buf_init(struct buf *b, size_t cap_bytes);
void buf_done(struct buf *b);
/* Empties it and forgets failures; keeps the memory. */
void buf_reset(struct buf *b);
err_t buf_add(struct buf *b, const void *p, size_t n);
err_t buf_str(struct buf *b, struct str s);
err_t buf_puts(struct buf *b, const char *z);
err_t buf_putc(struct buf *b, char c);
err_t buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A full stop, unless the content ends in one or in a question mark. */
void buf_end_sentence(struct buf *b);
/* Drops the first n bytes. */
void buf_shift(struct buf *b, size_t n);
static inline struct str
buf_view(const struct buf *b)
{
	return (struct str){b->p, b->n};
}
/* Content as a C string, "" when empty; borrowed until the next change. */
const char *buf_cstr(const struct buf *b);

#endif
