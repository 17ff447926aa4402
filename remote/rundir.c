/* rundir.c - a private directory for one host; see rundir.h. */
#include "remote/rundir.h"

#include "core/str.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIR_MAX = 64 }; /* of the directory's own path */

struct rundir {
	char path[DIR_MAX];
	unsigned refs;
};

/* $XDG_RUNTIME_DIR is only taken when it is what it should be: ours. */
static bool
ours(const char *dir)
{
	struct stat st;

	return dir != NULL && dir[0] == '/' &&
	       strlen(dir) + sizeof("/mtadeck-XXXXXX") <= DIR_MAX &&
	       stat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid();
}

err_t
rundir_new(struct rundir **out)
{
	const char *base = getenv("XDG_RUNTIME_DIR");
	struct rundir *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return ERR_NOMEM;
	d->refs = 1;
	if (ours(base)) {
		(void)snprintf(
		    d->path, sizeof(d->path), "%s/mtadeck-XXXXXX", base);
		if (mkdtemp(d->path) != NULL) {
			*out = d;
			return ERR_OK;
		}
	}
	(void)snprintf(d->path, sizeof(d->path), "/tmp/mtadeck-XXXXXX");
	if (mkdtemp(d->path) == NULL) {
		free(d);
		return ERR_IO;
	}
	*out = d;
	return ERR_OK;
}

struct rundir *
rundir_hold(struct rundir *d)
{
	d->refs++;
	return d;
}

static void
remove_all(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	if (dir == NULL)
		return;
	for (e = readdir(dir); e != NULL; e = readdir(dir))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	(void)closedir(dir);
	(void)rmdir(path);
}

void
rundir_drop(void *dir)
{
	struct rundir *d = dir;

	if (d == NULL)
		return;
	d->refs--;
	if (d->refs > 0)
		return;
	remove_all(d->path);
	free(d);
}

char *
rundir_path(const struct rundir *d, const char *name, char dst[RUNDIR_PATH])
{
	(void)snprintf(dst, RUNDIR_PATH, "%s/%s", d->path, name);
	return dst;
}
