/* cmd_completion.c - see cmd_completion.h. */
#include "app/cmd_completion.h"

#include "app/complete.h"
#include "app/files.h"
#include "app/knowledge.h"
#include "app/say.h"
#include "app/shells.h"
#include "core/i18n.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	SSH_CONFIG_MAX_BYTES = 1 << 20,
	OUT_MAX_BYTES = 1 << 20,
	MAX_SSH_HOSTS = 4096
};

/* The hosts of a list of lines behind those of the configuration; how many. */
static size_t
hosts_of(const struct config *c, struct str lines, char *text,
    const char **names, size_t most)
{
	size_t n = 0;
	struct str line;

	for (int i = 0; i < c->n_hosts && n < most; i++)
		names[n++] = c->hosts[i].name;
	while (n < most && str_line(&lines, &line)) {
		memcpy(text, line.p, line.n);
		text[line.n] = '\0';
		names[n++] = text;
		text += line.n + 1;
	}
	return n;
}

/* A file as it was typed, "~/x" too. */
static err_t
expand(struct buf *out, const char *typed)
{
	const char *home = getenv("HOME");

	return strncmp(typed, "~/", 2) == 0 && home != NULL
		   ? buf_printf(out, "%s/%s", home, typed + 2)
		   : buf_puts(out, typed);
}

/* What ssh would read, as far as it can be read here. */
static void
read_ssh_hosts(struct buf *out, const char *given)
{
	struct buf path, text;
	char why[512];

	buf_init(&path, 4096);
	buf_init(&text, SSH_CONFIG_MAX_BYTES);
	if (expand(&path, given != NULL ? given : "~/.ssh/config") == ERR_OK &&
	    files_read(&text, buf_cstr(&path), why, sizeof why) == ERR_OK &&
	    complete_ssh_hosts(out, buf_view(&text)) != ERR_OK)
		buf_reset(out);
	buf_done(&text);
	buf_done(&path);
}

static int
print_words(const struct options *o, const struct config *c)
{
	const char *ssh_config =
	    complete_value(o->hosts + 1, (size_t)o->n_hosts - 1, "ssh-config");
	const char **names = calloc(MAX_HOSTS + MAX_SSH_HOSTS, sizeof *names);
	struct complete_known known = {.hosts = names};
	struct knowledge k = {NULL, NULL, NULL};
	struct buf lines, out;
	char *text;

	buf_init(&lines, SSH_CONFIG_MAX_BYTES);
	buf_init(&out, OUT_MAX_BYTES);
	if (ssh_config == NULL && c->ssh_config[0] != '\0')
		ssh_config = c->ssh_config;
	read_ssh_hosts(&lines, ssh_config);
	text = malloc(lines.n + 1);
	if (names != NULL && text != NULL) {
		known.n_hosts = hosts_of(c, buf_view(&lines), text, names,
		    MAX_HOSTS + MAX_SSH_HOSTS);
		(void)knowledge_load(&k, KNOW_LISTS, c->lists.catalogue);
		known.lists = k.lists;
		if (complete_words(&out, &known, o->hosts + 1,
			(size_t)o->n_hosts - 1) == ERR_OK)
			(void)fputs(buf_cstr(&out), stdout);
	}
	knowledge_free(&k);
	free(text);
	free(names);
	buf_done(&out);
	buf_done(&lines);
	return EXIT_WELL;
}

/* By the configuration that the line names, if it names one that can be read.
 */
int
completion_words(const struct options *o, const struct config *c)
{
	const char *path =
	    complete_value(o->hosts + 1, (size_t)o->n_hosts - 1, "config");
	struct config *own = path != NULL ? malloc(sizeof *own) : NULL;
	struct buf whole;
	char why[512];
	bool read = false;
	int rc;

	buf_init(&whole, 4096);
	if (own != NULL) {
		config_init(own);
		read = expand(&whole, path) == ERR_OK &&
		       config_load(own, buf_cstr(&whole), why, sizeof why) ==
			   ERR_OK;
	}
	rc = print_words(o, read ? own : c);
	buf_done(&whole);
	free(own);
	return rc;
}

bool
completion_script(const struct options *o, int *rc)
{
	const char *script =
	    o->n_hosts == 1 ? shell_script(str_of(o->hosts[0])) : NULL;

	if (o->n_hosts > 1 && strcmp(o->hosts[0], "words") == 0)
		return false;
	*rc = script != NULL ? EXIT_WELL : EXIT_USAGE;
	if (script != NULL)
		(void)fputs(script, stdout);
	else
		say("%s", _("completion takes one of bash, zsh, fish"));
	return true;
}
