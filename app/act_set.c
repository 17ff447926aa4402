/* act_set.c - see act_set.h. */
#include "app/act_set.h"

#include "app/files.h"
#include "core/act.h"
#include "core/i18n.h"

#include <stdio.h>

err_t
act_set_file(
    struct buf *out, size_t *n, const char *path, char *why, size_t cap)
{
	struct buf text;
	err_t err;

	buf_init(&text, ACT_SET_BYTES);
	err = files_read(
	    &text, strcmp(path, "-") == 0 ? "/dev/stdin" : path, why, cap);
	if (err == ERR_OK)
		err = act_addresses(out, n, buf_view(&text), why, cap);
	buf_done(&text);
	return err;
}

err_t
act_set_words(struct buf *out, size_t *n, const char *const *words, int n_words,
    char *why, size_t cap)
{
	struct buf text;
	err_t err;

	buf_init(&text, ACT_SET_BYTES);
	for (int i = 0; i < n_words; i++) {
		/* A word is one address, not lines of them. */
		if (!act_is_address(str_of(words[i]))) {
			(void)snprintf(why, cap,
			    _("\"%s\" is no address that could be acted on"),
			    words[i]);
			buf_done(&text);
			return ERR_PARSE;
		}
		(void)buf_puts(&text, words[i]);
		(void)buf_putc(&text, '\n');
	}
	err = text.failed;
	if (err == ERR_OK)
		err = act_addresses(out, n, buf_view(&text), why, cap);
	buf_done(&text);
	return err;
}
