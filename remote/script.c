/* script.c - see script.h. */
#include "remote/script.h"

#include "core/shquote.h"

err_t
script_command(struct buf *out, const char *script, const char *const *args)
{
	err_t err;

	(void)buf_puts(out, "exec sh -c ");
	err = shquote_word(out, str_of(script));
	if (err == ERR_OK)
		err = buf_puts(out, " mtadeck");
	for (; err == ERR_OK && *args != NULL; args++) {
		(void)buf_putc(out, ' ');
		err = shquote_word(out, str_of(*args));
	}
	return err != ERR_OK ? err : out->failed;
}

const char *
script_sudo(enum privilege p)
{
	return p == PRIV_SUDO ? "sudo -n" : "";
}
