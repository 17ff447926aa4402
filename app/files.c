/* files.c - see files.h. */
#include "app/files.h"

#include "core/i18n.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

err_t
files_read(struct buf *out, const char *path, char *why, size_t cap)
{
	char block[16384];
	FILE *f = fopen(path, "re");
	err_t err = ERR_OK;
	size_t n;

	if (f == NULL) {
		(void)snprintf(why, cap, "%s: %s", path, strerror(errno));
		return errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
	}
	while (err == ERR_OK && (n = fread(block, 1, sizeof block, f)) > 0)
		err = buf_add(out, block, n);
	if (err != ERR_OK) {
		(void)snprintf(why, cap, _("%s: larger than %zu bytes"), path,
		    out->cap_bytes);
	} else if (ferror(f)) {
		(void)snprintf(why, cap, _("%s: could not be read"), path);
		err = ERR_IO;
	}
	(void)fclose(f);
	return err;
}

/* The folder of the program itself, for running out of the build folder. */
static bool
program_dir(char *dst, size_t cap)
{
	ssize_t n = readlink("/proc/self/exe", dst, cap - 1);
	char *slash;

	if (n <= 0)
		return false;
	dst[n] = '\0';
	slash = strrchr(dst, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

static bool
try(struct buf *out, const char *dir, const char *up, const char *name)
{
	buf_reset(out);
	if (buf_printf(out, "%s%s/%s", dir, up, name) != ERR_OK)
		return false;
	return access(buf_cstr(out), R_OK) == 0;
}

err_t
files_data_path(struct buf *out, const char *name)
{
	const char *env = getenv("MTADECK_DATA");
	char dir[4096];

	if (env != NULL && env[0] != '\0')
		return try(out, env, "", name) ? ERR_OK : ERR_NOTFOUND;
	/* build/release/mtadeck -> the tree; prefix/bin -> prefix/share */
	if (program_dir(dir, sizeof dir) &&
	    (try(out, dir, "/../..", name) ||
		try(out, dir, "/../share/mtadeck", name)))
		return ERR_OK;
	return try(out, MTADECK_DATADIR, "", name) ? ERR_OK : ERR_NOTFOUND;
}

err_t
files_locale_path(struct buf *out)
{
	char dir[4096];

	if (program_dir(dir, sizeof dir) &&
	    (try(out, dir, "", "locale") ||
		try(out, dir, "/../share", "locale")))
		return ERR_OK;
	buf_reset(out);
	return buf_puts(out, MTADECK_LOCALEDIR);
}

err_t
files_read_data(struct buf *out, const char *name, char *why, size_t cap)
{
	struct buf path;
	err_t err;

	buf_init(&path, 8192);
	err = files_data_path(&path, name);
	if (err == ERR_OK)
		err = files_read(out, buf_cstr(&path), why, cap);
	else
		(void)snprintf(why, cap,
		    _("%s: not found; install mtadeck or set MTADECK_DATA"),
		    name);
	buf_done(&path);
	return err;
}

/* The XDG base directory specification: a variable, else a place in HOME. */
static err_t
xdg_path(
    struct buf *out, const char *variable, const char *folder, const char *name)
{
	const char *xdg = getenv(variable), *home = getenv("HOME");

	if (xdg != NULL && xdg[0] == '/')
		return buf_printf(out, "%s/mtadeck/%s", xdg, name);
	if (home == NULL || home[0] != '/')
		return ERR_NOTFOUND;
	return buf_printf(out, "%s/%s/mtadeck/%s", home, folder, name);
}

err_t
files_config_path(struct buf *out, const char *name)
{
	return xdg_path(out, "XDG_CONFIG_HOME", ".config", name);
}

err_t
files_state_path(struct buf *out, const char *name)
{
	return xdg_path(out, "XDG_STATE_HOME", ".local/state", name);
}

err_t
files_own_path(struct buf *out, const char *name)
{
	err_t err = files_config_path(out, name);

	if (err == ERR_OK && access(buf_cstr(out), F_OK) != 0)
		err = ERR_NOTFOUND;
	if (err != ERR_OK)
		buf_reset(out);
	return err;
}
