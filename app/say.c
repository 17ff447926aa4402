/* say.c - see say.h. */
#include "app/say.h"

#include "core/utf8.h"

#include <stdarg.h>
#include <stdio.h>

enum { SAID_MAX = 4096 };

void
say(const char *fmt, ...)
{
	char text[SAID_MAX];
	struct str rest, line;
	struct buf out;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	buf_init(&out, 4 * SAID_MAX);
	(void)buf_puts(&out, "mtadeck: ");
	rest = str_of(text);
	for (int i = 0; str_line(&rest, &line); i++) {
		if (i > 0)
			(void)buf_putc(&out, '\n');
		(void)utf8_clean(&out, line);
	}
	(void)buf_putc(&out, '\n');
	(void)fwrite(out.p, 1, out.n, stderr);
	buf_done(&out);
}
