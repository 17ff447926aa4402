/* columns.c - see columns.h. */
#include "app/columns.h"

#include "core/utf8.h"

enum { TABLE_BYTES = 64 << 20 };

void
columns_init(struct columns *c, int n, const char *const *headings)
{
	struct str cells[COLUMNS_MAX];

	*c = (struct columns){.n = n};
	buf_init(&c->text, TABLE_BYTES);
	for (int i = 0; i < n; i++)
		cells[i] = str_of(headings[i]);
	columns_row(c, cells);
}

void
columns_done(struct columns *c)
{
	buf_done(&c->text);
}

void
columns_row(struct columns *c, const struct str *cells)
{
	for (int i = 0; i < c->n; i++) {
		struct str cell = cells[i].n > 0 ? cells[i] : STR_LIT("-");
		size_t cols = utf8_cols(cell);

		if (cols > c->width[i])
			c->width[i] = cols;
		(void)utf8_clean(&c->text, cell);
		(void)buf_putc(&c->text, '\0');
	}
}

err_t
columns_write(struct columns *c, struct buf *out)
{
	struct str rest = buf_view(&c->text);

	while (c->text.failed == ERR_OK && rest.n > 0) {
		for (int i = 0; i < c->n; i++) {
			struct str cell = str_of(rest.p);
			size_t cols = utf8_cols(cell);

			rest = str_from(rest, cell.n + 1);
			(void)buf_str(out, cell);
			/* no blanks behind the last cell */
			for (; i + 1 < c->n && cols < c->width[i] + 2; cols++)
				(void)buf_putc(out, ' ');
		}
		(void)buf_putc(out, '\n');
	}
	return c->text.failed != ERR_OK ? c->text.failed : out->failed;
}
