/*
 * main.c - the program's entry: options, configuration, and which of the few
 * ways to run it is. Nothing else.
 */
#include "app/cmd_act.h"
#include "app/cmd_check.h"
#include "app/cmd_completion.h"
#include "app/cmd_lists.h"
#include "app/cmd_sudoers.h"
#include "app/cmd_explain.h"
#include "app/cmd_journal.h"
#include "app/cmd_leases.h"
#include "app/config.h"
#include "app/console.h"
#include "app/files.h"
#include "app/hosts.h"
#include "app/oneshot.h"
#include "app/say.h"
#include "app/theme_load.h"
#include "core/i18n.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
use_locale(void)
{
	struct buf dir;

	(void)setlocale(LC_ALL, "");
	/* Numbers in documents are not a matter of taste. */
	(void)setlocale(LC_NUMERIC, "C");
	/* A terminal without UTF-8 locale still gets its graphs. */
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	buf_init(&dir, 8192);
	if (files_locale_path(&dir) == ERR_OK)
		(void)bindtextdomain("mtadeck", buf_cstr(&dir));
	buf_done(&dir);
	(void)textdomain("mtadeck");
}

/*
 * A descriptor 0, 1 or 2 that was closed would be given to the next file or
 * connection opened, and what we print written into it. stdin and stdout become
 * ones that cannot be written, so that lost output is an error, not silence.
 */
static void
hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null",
			    fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

/* What the file says is also what the console could use. */
static err_t
try_config(
    const struct options *o, const struct config *c, char *why, size_t cap)
{
	struct hosts hosts;
	struct theme theme;

	if (c->n_hosts > 0 && hosts_collect(&hosts, o, c, why, cap) != ERR_OK)
		return ERR_PARSE;
	if (lists_try(&c->lists, why, cap) != ERR_OK)
		return ERR_PARSE;
	/* The default is built in. */
	if (strcmp(c->theme, theme_default.name) == 0)
		return ERR_OK;
	return theme_load(&theme, c->theme, why, cap);
}

static int
check_config(const struct options *o, const struct config *c)
{
	char why[512];

	if (try_config(o, c, why, sizeof why) != ERR_OK) {
		say("%s: %s", c->path, why);
		return EXIT_USAGE;
	}
	if (c->path[0] == '\0')
		(void)printf(
		    "%s\n", _("no configuration file: every default holds"));
	else
		(void)printf(_("%s: well, %d hosts\n"), c->path, c->n_hosts);
	return EXIT_WELL;
}

static int
run(const struct options *o, const struct config *c)
{
	switch (o->command) {
	case CMD_CONFIG:
		return check_config(o, c);
	case CMD_CHECK:
		return check_run(o, c);
	case CMD_LISTS:
		return lists_run(o, c);
	case CMD_ACT:
		return act_run(o, c);
	case CMD_LEASES:
	case CMD_UNDO:
	case CMD_EXTEND:
		return leases_run(o, c);
	case CMD_JOURNAL:
		return journal_run(o);
	case CMD_SUDOERS:
		return sudoers_run(o);
	case CMD_COMPLETION:
		return completion_words(o, c);
	case CMD_EXPLAIN:
		return explain_run(o);
	case CMD_REPLAY:
		return console_run(o, c);
	case CMD_CONSOLE:
		/* Into a pipe goes one reading of the home screen. */
		if (isatty(STDOUT_FILENO) != 1 || isatty(STDIN_FILENO) != 1)
			return oneshot_run(o, c);
		return console_run(o, c);
	default:
		return oneshot_run(o, c);
	}
}

int
main(int argc, char **argv)
{
	struct options o;
	struct config *c;
	char why[512] = "";
	int rc;

	hold_standard_descriptors();
	/* What is large stays a mapping of its own, whatever was freed before:
	 * of a host's arrays only the pages that are used are then there. */
	(void)mallopt(M_MMAP_THRESHOLD, 128 << 10);
	use_locale();
	(void)signal(SIGPIPE, SIG_IGN);
	/* A file at its limit is an error of write(), said by who writes. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (options_parse(&o, argc, argv, why, sizeof why) != ERR_OK) {
		say("%s", why);
		return EXIT_USAGE;
	}
	if (o.help || o.version) {
		if (o.help)
			options_help(o.command);
		else
			(void)printf("mtadeck %s\n", MTADECK_VERSION);
		return EXIT_WELL;
	}
	/* Whatever is wrong with the configuration. */
	if (o.command == CMD_COMPLETION && completion_script(&o, &rc))
		return rc;
	/* What programs read is the same in every language. */
	if (o.json || strcmp(o.export_kind, "csv") == 0)
		(void)setlocale(LC_MESSAGES, "C");
	c = malloc(sizeof *c);
	if (c == NULL)
		return EXIT_UNKNOWN;
	config_init(c);
	if (config_load(c, o.config, why, sizeof why) != ERR_OK ||
	    config_lists_options(&c->lists, o.resolver, o.via, o.lists,
		o.allow_private, why, sizeof why) != ERR_OK) {
		say("%s", why);
		rc = EXIT_USAGE;
	} else {
		rc = run(&o, c);
	}
	free(c);
	return rc;
}
