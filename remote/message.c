/* message.c - see message.h. */
#include "remote/message.h"

#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>

enum { TEXT_MAX = 65536 };

/* The lines of section `name`, up to the next "== ". */
static struct str
section(struct str text, const char *name)
{
	struct str rest = text, line;
	const char *from = NULL;

	while (str_line(&rest, &line)) {
		if (!str_starts(line, STR_LIT("== ")))
			continue;
		if (from != NULL)
			return (struct str){from, (size_t)(line.p - from)};
		if (str_eq(str_from(line, 3), str_of(name))) {
			if (rest.n == 0)
				break;
			from = rest.p;
		}
	}
	if (from == NULL)
		return (struct str){NULL, 0};
	return (struct str){from, (size_t)(text.p + text.n - from)};
}

/* "1700000000.123 4711 deferred": when it is due, its size, its queue. */
static void
take_file(struct message_detail *d, struct str line, int64_t offset_ms)
{
	struct str mtime = {NULL, 0}, size = {NULL, 0}, queue = {NULL, 0};
	int64_t ms = 0;

	if (!str_word(&line, &mtime) || !str_word(&line, &size) ||
	    !str_word(&line, &queue))
		return;
	(void)buf_printf(&d->text, "queue: %.*s\n", (int)queue.n, queue.p);
	(void)buf_printf(
	    &d->text, "file size: %.*s bytes\n", (int)size.n, size.p);
	/* Nine decimals at most, as num_milli takes them. */
	for (size_t i = 0; i < mtime.n; i++)
		if (mtime.p[i] == '.' && mtime.n - i > 4)
			mtime.n = i + 4;
	if (str_eq(queue, STR_LIT("deferred")) &&
	    num_milli(mtime, &ms) == ERR_OK)
		d->next_try_ms = ms - offset_ms;
}

static void
take_lines(struct buf *out, const char *title, struct str lines)
{
	struct str line;

	if (str_trim(lines).n == 0)
		return;
	(void)buf_printf(out, "\n%s\n", title);
	while (str_line(&lines, &line) && out->failed == ERR_OK)
		if (!str_starts(line, STR_LIT("*** ")) && line.n > 0) {
			(void)buf_puts(out, "  ");
			(void)buf_str(out, line);
			(void)buf_putc(out, '\n');
		}
}

void
message_parse(struct message_detail *d, struct str text, int64_t offset_ms)
{
	struct str file = str_trim(section(text, "file"));
	struct str envelope = section(text, "envelope");

	buf_init(&d->text, TEXT_MAX);
	d->err = ERR_OK;
	take_file(d, file, offset_ms);
	take_lines(&d->text, _("Envelope"), envelope);
	take_lines(&d->text, _("Reasons"), section(text, "reasons"));
	take_lines(&d->text, _("Headers"), section(text, "headers"));
	if (file.n == 0 &&
	    str_find(envelope, STR_LIT("No such file")) != SIZE_MAX) {
		d->err = ERR_NOTFOUND;
		(void)snprintf(d->error, sizeof d->error,
		    _("%s is no longer in the queue: delivered, bounced or "
		      "deleted"),
		    d->qid);
	} else if (str_find(envelope, STR_LIT("ermission denied")) !=
		       SIZE_MAX ||
		   str_find(envelope, STR_LIT("use of postcat")) != SIZE_MAX) {
		d->err = ERR_PRIVILEGE;
		(void)snprintf(d->error, sizeof d->error, "%s",
		    _("reading a queued message needs root or sudo on the "
		      "host"));
	}
}
