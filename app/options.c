/* options.c - see options.h. What there is stands in options_rows.c. */
#include "app/options.h"

#include "app/options_rows.h"
#include "core/act.h"

#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>

const char *
options_transport_name(size_t i)
{
	static const char *const names[] = {[TR_AUTO] = "auto",
	    [TR_LIBSSH2] = "libssh2",
	    [TR_OPENSSH] = "openssh",
	    [TR_LOCAL] = "local"};

	return i < sizeof names / sizeof *names ? names[i] : NULL;
}

err_t
options_transport(struct str s, enum transport_kind *out)
{
	const char *name;

	for (size_t i = 0; (name = options_transport_name(i)) != NULL; i++)
		if (str_eq(s, str_of(name))) {
			*out = (enum transport_kind)i;
			return ERR_OK;
		}
	return ERR_PARSE;
}

const char *
options_format_name(size_t i)
{
	static const char *const names[] = {"text", "csv"};

	return i < sizeof names / sizeof *names ? names[i] : NULL;
}

static bool
is_format(const char *word)
{
	for (size_t i = 0; options_format_name(i) != NULL; i++)
		if (strcmp(word, options_format_name(i)) == 0)
			return true;
	return false;
}

static err_t
duration(const char *name, const char *arg, int64_t *out, char *why, size_t cap)
{
	if (num_duration_ms(str_of(arg), out) == ERR_OK)
		return ERR_OK;
	(void)snprintf(why, cap,
	    _("--%s: \"%s\" is not a duration: give 90s, 15m, 2h or 7d"), name,
	    arg);
	return ERR_PARSE;
}

static err_t
take(struct options *o, int c, const char *arg, char *why, size_t cap)
{
	switch (c) {
	case 'c':
		o->config = arg;
		break;
	case 'F':
		o->ssh_config = arg;
		break;
	case 'h':
		o->help = true;
		break;
	case O_VERSION:
		o->version = true;
		break;
	case O_TRANSPORT:
		o->transport_given = true;
		if (options_transport(str_of(arg), &o->transport) != ERR_OK) {
			(void)snprintf(why, cap,
			    _("--transport: \"%s\" is none of auto, libssh2, "
			      "openssh, local"),
			    arg);
			return ERR_PARSE;
		}
		break;
	case O_THEME:
		o->theme = arg;
		break;
	case O_JSON:
		o->json = true;
		break;
	case O_BY:
		o->by = arg;
		break;
	case O_RESOLVER:
		o->resolver = arg;
		break;
	case O_VIA:
		o->via = arg;
		break;
	case O_LISTS:
		o->lists = arg;
		break;
	case O_ALLOW_PRIVATE:
		o->allow_private = true;
		break;
	case O_EXPORT:
		if (!is_format(arg)) {
			(void)snprintf(why, cap,
			    _("--format: \"%s\" is neither text nor csv; for "
			      "JSON there is --json"),
			    arg);
			return ERR_PARSE;
		}
		o->export_kind = arg;
		break;
	case O_CSV:
		o->export_kind = "csv";
		break;
	case O_SINCE:
		return duration("since", arg, &o->since_ms, why, cap);
	case O_TIMEOUT:
		return duration("timeout", arg, &o->timeout_ms, why, cap);
	case O_START:
		return duration("start", arg, &o->start_ms, why, cap);
	case O_SPEED:
		if (num_milli(str_of(arg), &o->speed_milli) != ERR_OK ||
		    o->speed_milli < 1) {
			(void)snprintf(why, cap,
			    _("--speed: \"%s\" is not a number above 0"), arg);
			return ERR_PARSE;
		}
		break;
	case O_RECORD:
		o->record = arg;
		break;
	case O_WHY:
		o->why = arg;
		break;
	case O_FOR:
		return duration("for", arg, &o->lease_ms, why, cap);
	case O_HOST:
		o->host = arg;
		break;
	case O_FILE:
		o->file = arg;
		break;
	case O_DRY_RUN:
		o->dry_run = true;
		break;
	case O_YES:
		o->yes = true;
		break;
	case O_ARM:
		o->arm = true;
		break;
	case O_NO_MOUSE:
		o->no_mouse = true;
		break;
	case O_NO_COLOR:
		o->no_color = true;
		break;
	default:
		return ERR_PARSE;
	}
	return ERR_OK;
}

/* What is left behind options and the command's name. */
static err_t
operands(struct options *o, char **argv, int n, char *why, size_t cap)
{
	o->hosts = (const char *const *)argv;
	o->n_hosts = n;
	/* Neither subjects nor replies are hosts. */
	if (n > MAX_HOSTS && o->command != CMD_CHECK &&
	    o->command != CMD_EXPLAIN) {
		(void)snprintf(
		    why, cap, _("%d hosts: at most %d"), n, (int)MAX_HOSTS);
		return ERR_PARSE;
	}
	if (o->help)
		return ERR_OK;
	if (o->command == CMD_REPLAY) {
		if (n != 1) {
			(void)snprintf(why, cap, "%s",
			    _("replay takes one FILE, made with --record"));
			return ERR_PARSE;
		}
		o->record_in = argv[0];
		o->n_hosts = 0;
	}
	if (o->command == CMD_CONFIG) {
		if (n != 1 || strcmp(argv[0], "check") != 0) {
			(void)snprintf(
			    why, cap, "%s", _("config knows one word: check"));
			return ERR_PARSE;
		}
		o->n_hosts = 0;
	}
	if (o->command == CMD_HOST && n != 1) {
		(void)snprintf(why, cap, "%s", _("host takes one HOST"));
		return ERR_PARSE;
	}
	return ERR_OK;
}

/* What was given is known to the command: what it would not look at is not what
 * was meant, and must not seem to hold. given: bits of rows. */
static err_t
options_hold(const struct options *o, uint64_t given, char *why, size_t cap)
{
	const struct option_row *r;

	for (int i = 0; !o->help && (r = option_row(i)) != NULL; i++)
		if ((given & UINT64_C(1) << i) != 0 &&
		    !option_is_of(r, o->command)) {
			(void)snprintf(why, cap,
			    _("--%s is no option of mtadeck%s%s; see mtadeck "
			      "--help"),
			    r->o.name, o->command == CMD_CONSOLE ? "" : " ",
			    command_rows[o->command].name);
			return ERR_PARSE;
		}
	return ERR_OK;
}

static uint64_t
bit_of(int val)
{
	const struct option_row *r;

	for (int i = 0; (r = option_row(i)) != NULL; i++)
		if (r->o.val == val)
			return UINT64_C(1) << i;
	return 0;
}

err_t
options_parse(struct options *o, int argc, char **argv, char *why, size_t cap)
{
	struct option longs[MAX_OPTIONS + 1] = {0};
	uint64_t given = 0;
	bool more = true;
	int c, at;
	err_t err;

	for (int i = 0; option_row(i) != NULL; i++)
		longs[i] = option_row(i)->o;
	*o = (struct options){.since_ms = -1,
	    .lease_ms = -1,
	    .timeout_ms = 30000,
	    .speed_milli = 1000,
	    .export_kind = "text"};
	optind = 0;
	opterr = 0;
	/* Twice: options may stand before and behind the command's name. */
	for (int round = 0; round < 2 && more; round++) {
		const char *flags = round == 0 ? "+:c:F:h" : ":c:F:h";

		for (;;) {
			at = optind > 0 ? optind : 1;
			c = getopt_long(argc, argv, flags, longs, NULL);
			if (c < 0)
				break;
			if (c == '?' || c == ':') {
				(void)snprintf(why, cap,
				    c == ':' ? _("%s needs a value")
					     : _("%s is not an option; see "
						 "mtadeck --help"),
				    argv[at]);
				return ERR_PARSE;
			}
			given |= bit_of(c);
			err = take(o, c, optarg, why, cap);
			if (err != ERR_OK)
				return err;
		}
		more = false;
		if (round > 0 || optind >= argc ||
		    strcmp(argv[optind - 1], "--") == 0)
			break;
		o->command = command_of(str_of(argv[optind]));
		/* A host's name is no command's: it is read once more. */
		optind -= o->command == CMD_CONSOLE;
		argc -= optind;
		argv += optind;
		optind = 0;
		more = true;
	}
	err = options_hold(o, given, why, cap);
	return err == ERR_OK
		   ? operands(o, argv + optind, argc - optind, why, cap)
		   : err;
}

/* What `act` can do, each with its words. */
static void
help_verbs(void)
{
	(void)printf("%s\n", _("Verbs:"));
	for (int v = 0; v < VERB_N; v++) {
		const struct verb_row *row = &verb_rows[v];

		(void)printf("  %s %s\n      %s%s%s%s\n", row->word,
		    row->targets == ACT_ON_ADDRESSES
			? _("ADDRESS.. or --file FILE")
			: _(act_takes((enum verb)v)),
		    _(row->help), row->value[0] != '\0' ? " (" : "",
		    row->value[0] != '\0' ? _(row->value) : "",
		    row->value[0] != '\0' ? ")" : "");
	}
	(void)printf("\n%s\n\n",
	    _("FILTER: domain=, provider=, sender=, recipient=, reply=, "
	      "egress=, older= and younger=\n(2h), larger= (bytes), qid=; "
	      "several hold together."));
}

/* One row of "Options:". */
static void
help_option(const struct option_row *r)
{
	bool single = r->o.val < 256;
	char head[64];

	(void)snprintf(head, sizeof head, "%s%c%s--%s%s%s", single ? "-" : " ",
	    single ? r->o.val : ' ', single ? ", " : "  ", r->o.name,
	    r->arg != NULL ? " " : "", r->arg != NULL ? r->arg : "");
	(void)printf("  %-24s %s\n", head, _(r->help));
}

void
options_help(enum command c)
{
	const struct option_row *r;

	(void)printf(_("usage: mtadeck [OPTION...] %s%s%s\n\n%s.\n\n"),
	    command_rows[c].name, c == CMD_CONSOLE ? "" : " ",
	    command_rows[c].args, _(command_rows[c].help));
	if (c == CMD_CONSOLE) {
		(void)printf("%s\n", _("Commands:"));
		for (int i = 1; i < CMD_N; i++)
			(void)printf("  %-10s %-10s %s\n", command_rows[i].name,
			    command_rows[i].args, _(command_rows[i].help));
		(void)printf("\n");
	}
	if (c == CMD_ACT)
		help_verbs();
	(void)printf("%s\n", _("Options:"));
	for (int i = 0; (r = option_row(i)) != NULL; i++)
		if (c == CMD_CONSOLE || option_is_of(r, c))
			help_option(r);
	(void)printf("\n%s\n",
	    _("Exit status: 0 well, 1 something is wrong in what was looked "
	      "at,\n2 usage, 3 could not find out."));
}
