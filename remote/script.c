/* script.c - see script.h. */
#include "remote/script.h"

#include "core/shquote.h"

err_t
script_begin(struct buf *out, const char *script, const char *name)
{
	(void)buf_puts(out, "exec sh -c");
	(void)script_arg(out, str_of(script));
	return script_arg(out, str_of(name));
}

err_t
script_arg(struct buf *out, struct str arg)
{
	err_t err;

	(void)buf_putc(out, ' ');
	err = shquote_word(out, arg);
	if (err != ERR_OK && out->failed == ERR_OK)
		out->failed = err;
	return out->failed;
}

err_t
script_command(struct buf *out, const char *script, const char *name,
    const char *const *args)
{
	(void)script_begin(out, script, name);
	for (; *args != NULL; args++)
		(void)script_arg(out, str_of(*args));
	return out->failed;
}

const char *
script_sudo(enum privilege p)
{
	return p == PRIV_SUDO ? "sudo -n" : "";
}
