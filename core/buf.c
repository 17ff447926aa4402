/* buf.c - bounded growable bytes; see buf.h. */
#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
buf_init(struct buf *b, size_t cap_bytes)
{
	*b = (struct buf){.cap_bytes = cap_bytes};
}

void
buf_done(struct buf *b)
{
	free(b->p);
	*b = (struct buf){.cap_bytes = b->cap_bytes};
}

void
buf_reset(struct buf *b)
{
	b->n = 0;
	b->failed = ERR_OK;
	if (b->p != NULL)
		b->p[0] = '\0';
}

static err_t
fail(struct buf *b, err_t err)
{
	if (b->failed == ERR_OK)
		b->failed = err;
	return err;
}

/* Room for `more` bytes and the NUL. */
static err_t
reserve(struct buf *b, size_t more)
{
	size_t room = b->room;
	char *p;

	if (more > b->cap_bytes - b->n)
		return fail(b, ERR_LIMIT);
	if (b->n + more + 1 <= room)
		return ERR_OK;
	if (room < 64)
		room = 64;
	while (room < b->n + more + 1)
		room *= 2;
	if (room - 1 > b->cap_bytes)
		room = b->cap_bytes + 1;
	p = realloc(b->p, room);
	if (p == NULL)
		return fail(b, ERR_NOMEM);
	b->p = p;
	b->room = room;
	return ERR_OK;
}

err_t
buf_add(struct buf *b, const void *p, size_t n)
{
	err_t err = reserve(b, n);

	if (err != ERR_OK)
		return err;
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
	return ERR_OK;
}

err_t
buf_str(struct buf *b, struct str s)
{
	return buf_add(b, s.p, s.n);
}

err_t
buf_puts(struct buf *b, const char *z)
{
	return buf_add(b, z, strlen(z));
}

err_t
buf_putc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

err_t
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;
	err_t err;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return fail(b, ERR_PARSE);
	err = reserve(b, (size_t)n);
	if (err != ERR_OK)
		return err;
	va_start(ap, fmt);
	(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
	return ERR_OK;
}

void
buf_end_sentence(struct buf *b)
{
	if (b->n == 0 || (b->p[b->n - 1] != '.' && b->p[b->n - 1] != '?'))
		(void)buf_putc(b, '.');
}

void
buf_shift(struct buf *b, size_t n)
{
	if (n >= b->n)
		n = b->n;
	if (n == 0)
		return;
	memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
	b->p[b->n] = '\0';
}

const char *
buf_cstr(const struct buf *b)
{
	return b->p == NULL ? "" : b->p;
}
