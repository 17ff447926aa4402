/* recfile.c - frames of a recording; see recfile.h. */
#include "remote/recfile.h"

#include "core/num.h"

#include <stdio.h>

#define MAGIC "mtadeck-recording 1 "

enum { ERRORS_MAX = 128 }; /* more than core/err.h has */

static size_t
put_varint(char *dst, uint64_t v)
{
	size_t n = 0;

	while (v >= 0x80) {
		dst[n++] = (char)(v | 0x80);
		v >>= 7;
	}
	dst[n++] = (char)v;
	return n;
}

/* Takes one off *in; ERR_CLOSED when it is cut, ERR_PARSE when too long. */
static err_t
varint(struct str *in, uint64_t *out)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 10; i++) {
		uint8_t b;

		if (i >= in->n)
			return ERR_CLOSED;
		b = (uint8_t)in->p[i];
		if (i == 9 && b > 1)
			return ERR_PARSE;
		v |= (uint64_t)(b & 0x7f) << (7 * i);
		if (b < 0x80) {
			*in = str_from(*in, i + 1);
			*out = v;
			return ERR_OK;
		}
	}
	return ERR_PARSE;
}

size_t
recfile_put_header(char dst[RECFILE_HEADER_MAX], int64_t wall_ms)
{
	return (size_t)snprintf(
	    dst, RECFILE_HEADER_MAX, MAGIC "%lld\n", (long long)wall_ms);
}

size_t
recfile_put_head(char dst[RECFILE_HEAD_MAX], const struct recfile_frame *f)
{
	size_t n = 0;

	dst[n++] = (char)f->kind;
	n += put_varint(dst + n, f->host);
	n += put_varint(dst + n, f->exec);
	n += put_varint(dst + n, f->dt_ms);
	n += put_varint(dst + n, f->bytes.n);
	return n;
}

static size_t
put_text(char *dst, size_t cap, struct str s)
{
	size_t n = s.n < cap ? s.n : cap;

	if (n > 0)
		memcpy(dst, s.p, n);
	return n;
}

/* The error's name and its NUL. */
static size_t
put_err(char *dst, size_t cap, err_t err)
{
	const char *name = err_name(err);

	return put_text(dst, cap, (struct str){name, strlen(name) + 1});
}

size_t
recfile_put_state(
    char *dst, size_t cap, enum link_state st, err_t err, struct str text)
{
	size_t n = 0;

	dst[n++] = (char)st;
	n += put_err(dst + n, cap - n, err);
	n += put_text(dst + n, cap - n, text);
	return n;
}

size_t
recfile_put_end(
    char *dst, size_t cap, err_t err, int status, const char *signal)
{
	uint64_t zigzag = status < 0 ? ~((uint64_t)(int64_t)status << 1)
				     : (uint64_t)status << 1;
	size_t n = put_varint(dst, zigzag);

	n += put_err(dst + n, cap - n, err);
	n += put_text(dst + n, cap - n, str_of(signal));
	return n;
}

err_t
recfile_header(struct str in, int64_t *wall_ms, size_t *used)
{
	struct str magic = STR_LIT(MAGIC);
	struct str digits;
	const char *lf;
	uint64_t v;

	if (in.n < magic.n)
		return str_starts(magic, in) ? ERR_CLOSED : ERR_PARSE;
	if (!str_starts(in, magic))
		return ERR_PARSE;
	digits = str_from(in, magic.n);
	lf = digits.n == 0 ? NULL : memchr(digits.p, '\n', digits.n);
	if (lf == NULL)
		return in.n < RECFILE_HEADER_MAX ? ERR_CLOSED : ERR_PARSE;
	digits.n = (size_t)(lf - digits.p);
	if (num_u64(digits, &v) != ERR_OK || v > INT64_MAX / 4)
		return ERR_PARSE;
	*wall_ms = (int64_t)v;
	*used = magic.n + digits.n + 1;
	return ERR_OK;
}

err_t
recfile_frame(struct str in, struct recfile_frame *out, size_t *used)
{
	struct recfile_frame f;
	uint64_t *field[] = {&f.host, &f.exec, &f.dt_ms};
	struct str rest = in;
	uint64_t n;
	err_t err;

	if (rest.n == 0)
		return ERR_CLOSED;
	f.kind = (uint8_t)rest.p[0];
	rest = str_from(rest, 1);
	if (f.kind == 0)
		return ERR_PARSE; /* a hole in the file, most likely */
	for (size_t i = 0; i < 3; i++) {
		err = varint(&rest, field[i]);
		if (err != ERR_OK)
			return err;
	}
	err = varint(&rest, &n);
	if (err != ERR_OK)
		return err;
	if (n > RECFILE_BYTES_MAX)
		return ERR_PARSE;
	if (rest.n < n)
		return ERR_CLOSED;
	f.bytes = (struct str){rest.p, (size_t)n};
	*used = in.n - rest.n + (size_t)n;
	*out = f;
	return ERR_OK;
}

/* Takes "NAME\0" off *in. A name of another version is some failure. */
static err_t
take_err(struct str *in, err_t *out)
{
	const char *nul = in->n == 0 ? NULL : memchr(in->p, '\0', in->n);
	struct str name;

	if (nul == NULL)
		return ERR_PARSE;
	name = (struct str){in->p, (size_t)(nul - in->p)};
	*in = str_from(*in, name.n + 1);
	*out = ERR_IO;
	for (err_t e = 0; e > -ERRORS_MAX; e--)
		if (str_eq(name, str_of(err_name(e)))) {
			*out = e;
			break;
		}
	return ERR_OK;
}

err_t
recfile_state(
    struct str in, enum link_state *st, err_t *err, char text[RECFILE_TEXT_MAX])
{
	uint8_t v;

	if (in.n == 0)
		return ERR_PARSE;
	v = (uint8_t)in.p[0];
	if (v > LINK_FAILED)
		return ERR_PARSE;
	in = str_from(in, 1);
	if (take_err(&in, err) != ERR_OK)
		return ERR_PARSE;
	*st = (enum link_state)v;
	str_copy(text, RECFILE_TEXT_MAX, in);
	return ERR_OK;
}

err_t
recfile_end(struct str in, err_t *err, int *status, char signal[16])
{
	uint64_t z;
	int64_t v;

	if (varint(&in, &z) != ERR_OK || take_err(&in, err) != ERR_OK)
		return ERR_PARSE;
	v = (z & 1) != 0 ? ~(int64_t)(z >> 1) : (int64_t)(z >> 1);
	*status = v > INT32_MAX || v < INT32_MIN ? -1 : (int)v;
	str_copy(signal, 16, in);
	return ERR_OK;
}
