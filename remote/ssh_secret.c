/* ssh_secret.c - see ssh_secret.h. */
#include "remote/ssh_secret.h"

#include "core/str.h"

#include <stdlib.h>

struct ssh_secret {
	struct ssh_secret *next;
	char *path, *text; /* owned */
};

void
ssh_secret_forget(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

const char *
ssh_secret_find(const struct ssh_secret *list, const char *path)
{
	while (list != NULL && strcmp(list->path, path) != 0)
		list = list->next;
	return list == NULL ? NULL : list->text;
}

void
ssh_secret_keep(struct ssh_secret **list, const char *path, char *text)
{
	struct ssh_secret *x = calloc(1, sizeof *x);

	if (x != NULL)
		x->path = str_dup(str_of(path));
	if (x == NULL || x->path == NULL) {
		ssh_secret_forget(text);
		free(x);
		return;
	}
	x->text = text;
	x->next = *list;
	*list = x;
}

void
ssh_secrets_wipe(struct ssh_secret **list)
{
	struct ssh_secret *x;

	while ((x = *list) != NULL) {
		*list = x->next;
		ssh_secret_forget(x->text);
		free(x->path);
		free(x);
	}
}
