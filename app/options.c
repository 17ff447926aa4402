/* options.c - see options.h. One row per command, one row per option. */
#include "app/options.h"

#include "core/i18n.h"
#include "core/num.h"

#include <getopt.h>
#include <stdio.h>

static const struct {
	const char *name, *args, *help;
} commands[CMD_N] = {
    [CMD_CONSOLE] = {"", "[HOST...]",
	N_("open the console on these hosts, or on those of the config file")},
    [CMD_STATUS] = {"status", "[HOST...]",
	N_("one reading of every host: state, queues, rates, findings")},
    [CMD_EGRESS] = {"egress", "[HOST...]",
	N_("what each egress IP sent, deferred and bounced")},
    [CMD_QUEUE] = {"queue", "[HOST...]", N_("what waits, by key and age")},
    [CMD_DEFERRALS] = {"deferrals", "[HOST...]",
	N_("the replies that deferred or bounced mail, grouped")},
    [CMD_HOST] = {"host", "HOST",
	N_("vitals, discovery and findings of one host")},
    [CMD_LISTINGS] = {"listings", "[HOST...]",
	N_("which of our addresses and domains are on which list")},
    [CMD_THROTTLES] = {"throttles", "[HOST...]",
	N_("which provider slows down which egress IP")},
    [CMD_ALERTS] = {"alerts", "[HOST...]",
	N_("what the rules would tell now: listings, throttles, rates, hosts")},
    [CMD_REPLAY] = {"replay", "FILE",
	N_("open the console on a recording made with --record")},
    [CMD_CONFIG] = {"config", "check",
	N_("read the configuration file and say what is wrong with it")},
    [CMD_CHECK] = {"check", "SUBJECT...",
	N_("ask the lists about addresses, blocks and domains; - reads them "
	   "from stdin")},
    [CMD_LISTS] = {"lists", "[ID|ZONE...]",
	N_("the catalogue of lists, or all that is known of some of them")},
    [CMD_ACT] = {"act", "VERB TARGET... --why TEXT",
	N_("change something on the hosts: planned, shown, journaled, "
	   "verified")},
    [CMD_LEASES] = {"leases", "", N_("acts in force, as their hosts tell")},
    [CMD_UNDO] = {"undo", "ID", N_("end an act in force now")},
    [CMD_EXTEND] = {"extend", "ID 30m",
	N_("let an act in force end later; 0s: until lifted")},
    [CMD_JOURNAL] = {"journal", "[KEY=VALUE..] [TEXT]",
	N_("what was seen and done; whether the record is whole")},
    [CMD_SUDOERS] = {"sudoers", "[USER]",
	N_("the lines of sudoers that acts need for a user")},
    [CMD_EXPLAIN] = {"explain", "[TEXT | -]",
	N_("what a reply means; - reads one per line")},
};

enum {
	O_TRANSPORT = 256,
	O_THEME,
	O_JSON,
	O_BY,
	O_SINCE,
	O_TIMEOUT,
	O_RECORD,
	O_SPEED,
	O_START,
	O_NO_MOUSE,
	O_NO_COLOR,
	O_EXPORT,
	O_CSV,
	O_RESOLVER,
	O_VIA,
	O_WHY,
	O_FOR,
	O_HOST,
	O_FILE,
	O_DRY_RUN,
	O_YES,
	O_ARM,
	O_LISTS,
	O_ALLOW_PRIVATE,
	O_VERSION
};

static const struct {
	struct option o;
	const char *arg, *help;
} opts[] = {
    {{"config", required_argument, NULL, 'c'}, "FILE",
	N_("configuration file; all of it is optional")},
    {{"ssh-config", required_argument, NULL, 'F'}, "FILE",
	N_("configuration file for ssh, as ssh -F")},
    {{"transport", required_argument, NULL, O_TRANSPORT}, "KIND",
	N_("auto (default), libssh2, openssh, or local: this machine")},
    {{"theme", required_argument, NULL, O_THEME}, "NAME",
	N_("theme: dark, light, mono, colorblind, contrast, or a file")},
    {{"since", required_argument, NULL, O_SINCE}, "60m",
	N_("how far back the log is read and totals count")},
    {{"by", required_argument, NULL, O_BY}, "KEY",
	N_("queue: domain, provider, sender, reply, egress; "
	   "deferrals: reply, provider, egress")},
    {{"json", no_argument, NULL, O_JSON}, NULL,
	N_("print a JSON document instead of a table")},
    {{"format", required_argument, NULL, O_EXPORT}, "KIND",
	N_("of a table: text (default) or csv")},
    {{"csv", no_argument, NULL, O_CSV}, NULL, N_("the same as --format csv")},
    {{"resolver", required_argument, NULL, O_RESOLVER}, "ADDR",
	N_("ask the lists through this resolver, ADDR or ADDR:PORT")},
    {{"via", required_argument, NULL, O_VIA}, "HOST",
	N_("ask the lists from this mail host, through its resolver")},
    {{"lists", required_argument, NULL, O_LISTS}, "A,B",
	N_("ask these lists only, or all; else those watched")},
    {{"allow-private", no_argument, NULL, O_ALLOW_PRIVATE}, NULL,
	N_("ask lists about private addresses too, which nobody else has")},
    {{"timeout", required_argument, NULL, O_TIMEOUT}, "30s",
	N_("how long a one-shot command waits for a host")},
    {{"record", required_argument, NULL, O_RECORD}, "FILE",
	N_("write all that comes from the hosts to a file, for replay")},
    {{"speed", required_argument, NULL, O_SPEED}, "N",
	N_("replay: times as fast (default 1)")},
    {{"start", required_argument, NULL, O_START}, "5m",
	N_("replay: jump so far into the recording first")},
    {{"why", required_argument, NULL, O_WHY}, "TEXT",
	N_("act, undo, extend: the reason, kept in the journal")},
    {{"for", required_argument, NULL, O_FOR}, "30m",
	N_("act: when it ends by itself (default 30m; 0s: until lifted)")},
    {{"host", required_argument, NULL, O_HOST}, "HOST",
	N_("act, leases, undo, extend: this host only")},
    {{"file", required_argument, NULL, O_FILE}, "FILE",
	N_("act suppress: the addresses, one a line; - reads them from "
	   "stdin")},
    {{"dry-run", no_argument, NULL, O_DRY_RUN}, NULL,
	N_("act: show the plan, do nothing")},
    {{"yes", no_argument, NULL, O_YES}, NULL, N_("act: do it without asking")},
    {{"arm", no_argument, NULL, O_ARM}, NULL,
	N_("console: it may act from the start, for 15 minutes")},
    {{"no-mouse", no_argument, NULL, O_NO_MOUSE}, NULL,
	N_("leave the mouse to the terminal")},
    {{"no-color", no_argument, NULL, O_NO_COLOR}, NULL,
	N_("no colours; also when NO_COLOR is set")},
    {{"help", no_argument, NULL, 'h'}, NULL, N_("this text")},
    {{"version", no_argument, NULL, O_VERSION}, NULL, N_("version of mtadeck")},
};
enum { N_OPTS = sizeof opts / sizeof *opts };

err_t
options_transport(struct str s, enum transport_kind *out)
{
	static const char *const names[] = {[TR_AUTO] = "auto",
	    [TR_LIBSSH2] = "libssh2",
	    [TR_OPENSSH] = "openssh",
	    [TR_LOCAL] = "local"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq(s, str_of(names[i]))) {
			*out = (enum transport_kind)i;
			return ERR_OK;
		}
	return ERR_PARSE;
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
		if (strcmp(arg, "text") != 0 && strcmp(arg, "csv") != 0) {
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

err_t
options_parse(struct options *o, int argc, char **argv, char *why, size_t cap)
{
	struct option longs[N_OPTS + 1] = {0};
	bool more = true;
	int c, at;
	err_t err;

	for (int i = 0; i < N_OPTS; i++)
		longs[i] = opts[i].o;
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
			err = take(o, c, optarg, why, cap);
			if (err != ERR_OK)
				return err;
		}
		more = false;
		if (round > 0 || optind >= argc ||
		    strcmp(argv[optind - 1], "--") == 0)
			break;
		for (int i = 1; i < CMD_N; i++)
			if (strcmp(argv[optind], commands[i].name) == 0) {
				o->command = (enum command)i;
				argc -= optind;
				argv += optind;
				optind = 0;
				more = true;
				break;
			}
	}
	return operands(o, argv + optind, argc - optind, why, cap);
}

void
options_help(enum command c)
{
	(void)printf(_("usage: mtadeck [OPTION...] %s%s%s\n\n%s.\n\n"),
	    commands[c].name, c == CMD_CONSOLE ? "" : " ", commands[c].args,
	    _(commands[c].help));
	if (c == CMD_CONSOLE) {
		(void)printf("%s\n", _("Commands:"));
		for (int i = 1; i < CMD_N; i++)
			(void)printf("  %-10s %-10s %s\n", commands[i].name,
			    commands[i].args, _(commands[i].help));
		(void)printf("\n");
	}
	(void)printf("%s\n", _("Options:"));
	for (int i = 0; i < N_OPTS; i++) {
		char head[64];
		bool single = opts[i].o.val < 256;

		(void)snprintf(head, sizeof head, "%s%c%s--%s%s%s",
		    single ? "-" : " ", single ? opts[i].o.val : ' ',
		    single ? ", " : "  ", opts[i].o.name,
		    opts[i].arg != NULL ? " " : "",
		    opts[i].arg != NULL ? opts[i].arg : "");
		(void)printf("  %-24s %s\n", head, _(opts[i].help));
	}
	(void)printf("\n%s\n",
	    _("Exit status: 0 well, 1 something is wrong in what was looked "
	      "at,\n2 usage, 3 could not find out."));
}
