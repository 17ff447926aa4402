/* export.c - see export.h. */
#include "app/export.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

err_t
export_text(struct ui *ui, struct model *m, const char *kind, struct buf *out)
{
	locale_t base, english = (locale_t)0, before;
	err_t err;

	if (strcmp(kind, "text") == 0)
		return ui_export(ui, m, kind, out);
	base = duplocale(LC_GLOBAL_LOCALE);
	if (base != (locale_t)0)
		english = newlocale(LC_MESSAGES_MASK, "C", base);
	if (english == (locale_t)0) {
		if (base != (locale_t)0)
			freelocale(base);
		return ERR_NOMEM;
	}
	before = uselocale(english);
	err = ui_export(ui, m, kind, out);
	(void)uselocale(before);
	freelocale(english);
	return err;
}

err_t
export_write(const char *path, struct str text, char *why, size_t cap)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n;

	if (fd < 0) {
		(void)snprintf(why, cap, "%s: %s", path, strerror(errno));
		return ERR_IO;
	}
	while (text.n > 0) {
		n = write(fd, text.p, text.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		text = str_from(text, (size_t)n);
	}
	if (close(fd) != 0 || text.n > 0) {
		(void)snprintf(why, cap, "%s: %s", path, strerror(errno));
		return ERR_IO;
	}
	return ERR_OK;
}
