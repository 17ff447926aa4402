/* csv.c - see csv.h. */
#include "core/csv.h"

/*
 * Spreadsheets run what begins with these as a formula, and most texts are
 * what some sender or receiver wrote: an apostrophe makes it text for them.
 */
static bool
is_formula(struct str s)
{
	return s.n > 0 && !str_eq(s, STR_LIT("-")) &&
	       memchr("=+-@", s.p[0], 4) != NULL;
}

void
csv_field(struct buf *out, struct str s)
{
	(void)buf_puts(out, is_formula(s) ? "\"'" : "\"");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			(void)buf_putc(out, '"');
		(void)buf_putc(out, s.p[i]);
	}
	(void)buf_putc(out, '"');
}
