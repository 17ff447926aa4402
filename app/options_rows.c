/* options_rows.c - see options_rows.h. */
#include "app/options_rows.h"

#include "core/i18n.h"

#include <assert.h>

const struct command_row command_rows[CMD_N] = {
    [CMD_CONSOLE] = {"", "[HOST...]",
	N_("open the console on these hosts, or on those of the config file"),
	VALUE_HOST},
    [CMD_STATUS] = {"status", "[HOST...]",
	N_("one reading of every host: state, queues, rates, findings"),
	VALUE_HOST},
    [CMD_EGRESS] = {"egress", "[HOST...]",
	N_("what each egress IP sent, deferred and bounced"), VALUE_HOST},
    [CMD_QUEUE] = {"queue", "[HOST...]", N_("what waits, by key and age"),
	VALUE_HOST},
    [CMD_DEFERRALS] = {"deferrals", "[HOST...]",
	N_("the replies that deferred or bounced mail, grouped"), VALUE_HOST},
    [CMD_HOST] = {"host", "HOST",
	N_("vitals, discovery and findings of one host"), VALUE_HOST},
    [CMD_LISTINGS] = {"listings", "[HOST...]",
	N_("which of our addresses and domains are on which list"), VALUE_HOST},
    [CMD_THROTTLES] = {"throttles", "[HOST...]",
	N_("which provider slows down which egress IP"), VALUE_HOST},
    [CMD_ALERTS] = {"alerts", "[HOST...]",
	N_("what the rules would tell now: listings, throttles, rates, hosts"),
	VALUE_HOST},
    [CMD_REPLAY] = {"replay", "FILE",
	N_("open the console on a recording made with --record"), VALUE_FILE},
    [CMD_CONFIG] = {"config", "check",
	N_("read the configuration file and say what is wrong with it"),
	VALUE_CHECK},
    [CMD_CHECK] = {"check", "SUBJECT...",
	N_("ask the lists about addresses, blocks and domains; - reads them "
	   "from stdin"),
	VALUE_ANY},
    [CMD_LISTS] = {"lists", "[ID|ZONE...]",
	N_("the catalogue of lists, or all that is known of some of them"),
	VALUE_LIST},
    [CMD_ACT] = {"act", "VERB TARGET... --why TEXT",
	N_("change something on the hosts: planned, shown, journaled, "
	   "verified"),
	VALUE_VERB},
    [CMD_LEASES] = {"leases", "", N_("acts in force, as their hosts tell"),
	VALUE_ANY},
    [CMD_UNDO] = {"undo", "ID", N_("end an act in force now"), VALUE_ANY},
    [CMD_EXTEND] = {"extend", "ID 30m",
	N_("let an act in force end later; 0s: until lifted"), VALUE_ANY},
    [CMD_JOURNAL] = {"journal", "[KEY=VALUE..] [TEXT]",
	N_("what was seen and done; whether the record is whole"), VALUE_ANY},
    [CMD_SUDOERS] = {"sudoers", "[USER]",
	N_("the lines of sudoers that acts need for a user"), VALUE_ANY},
    [CMD_EXPLAIN] = {"explain", "[TEXT | -]",
	N_("what a reply means; - reads one per line"), VALUE_ANY},
    [CMD_COMPLETION] = {"completion", "bash|zsh|fish",
	N_("what that shell reads to complete our words"), VALUE_SHELL},
};

/* Which commands. What only says how the console looks is taken by all, so that
 * it can stand in a shell's alias. */
#define BIT(c) (UINT32_C(1) << (c))
#define EVERY  (BIT(CMD_N) - 1)
#define READINGS                                                               \
	(BIT(CMD_STATUS) | BIT(CMD_EGRESS) | BIT(CMD_QUEUE) |                  \
	    BIT(CMD_DEFERRALS) | BIT(CMD_HOST) | BIT(CMD_LISTINGS) |           \
	    BIT(CMD_THROTTLES) | BIT(CMD_ALERTS))
#define ACTS	 (BIT(CMD_ACT) | BIT(CMD_LEASES) | BIT(CMD_UNDO) | BIT(CMD_EXTEND))
#define OF_HOSTS (BIT(CMD_CONSOLE) | READINGS | ACTS)
#define TABLES	 (BIT(CMD_CONSOLE) | READINGS | BIT(CMD_JOURNAL))
#define ASKS_LISTS                                                             \
	(BIT(CMD_CONSOLE) | READINGS | BIT(CMD_CHECK) | BIT(CMD_LISTS))
#define TELLS                                                                  \
	(READINGS | ACTS | BIT(CMD_CHECK) | BIT(CMD_LISTS) |                   \
	    BIT(CMD_EXPLAIN) | BIT(CMD_JOURNAL))
static_assert(CMD_N < 32, "a bit for each command");

static const struct option_row rows[] = {
    {{"config", required_argument, NULL, 'c'}, "FILE",
	N_("configuration file; all of it is optional"), EVERY, VALUE_FILE},
    {{"ssh-config", required_argument, NULL, 'F'}, "FILE",
	N_("configuration file for ssh, as ssh -F"), EVERY, VALUE_FILE},
    {{"transport", required_argument, NULL, O_TRANSPORT}, "KIND",
	N_("auto (default), libssh2, openssh, or local: this machine"),
	OF_HOSTS | BIT(CMD_CHECK), VALUE_TRANSPORT},
    {{"theme", required_argument, NULL, O_THEME}, "NAME",
	N_("theme: dark, light, mono, colorblind, contrast, or a file"), EVERY,
	VALUE_THEME},
    {{"since", required_argument, NULL, O_SINCE}, "60m",
	N_("how far back the log is read and totals count"),
	OF_HOSTS | BIT(CMD_JOURNAL), VALUE_ANY},
    {{"by", required_argument, NULL, O_BY}, "KEY",
	N_("queue: domain, provider, sender, reply, egress; "
	   "deferrals: reply, provider, egress"),
	BIT(CMD_QUEUE) | BIT(CMD_DEFERRALS), VALUE_BY},
    {{"json", no_argument, NULL, O_JSON}, NULL,
	N_("print a JSON document instead of a table"),
	TELLS | BIT(CMD_CONSOLE), VALUE_ANY},
    {{"format", required_argument, NULL, O_EXPORT}, "KIND",
	N_("of a table: text (default) or csv"), TABLES, VALUE_FORMAT},
    {{"csv", no_argument, NULL, O_CSV}, NULL, N_("the same as --format csv"),
	TABLES, VALUE_ANY},
    {{"resolver", required_argument, NULL, O_RESOLVER}, "ADDR",
	N_("ask the lists through this resolver, ADDR or ADDR:PORT"),
	ASKS_LISTS, VALUE_ANY},
    {{"via", required_argument, NULL, O_VIA}, "HOST",
	N_("ask the lists from this mail host, through its resolver"),
	ASKS_LISTS, VALUE_HOST},
    {{"lists", required_argument, NULL, O_LISTS}, "A,B",
	N_("ask these lists only, or all; else those watched"), ASKS_LISTS,
	VALUE_LIST},
    {{"allow-private", no_argument, NULL, O_ALLOW_PRIVATE}, NULL,
	N_("ask lists about private addresses too, which nobody else has"),
	ASKS_LISTS, VALUE_ANY},
    {{"timeout", required_argument, NULL, O_TIMEOUT}, "30s",
	N_("how long a one-shot command waits for a host"),
	OF_HOSTS | BIT(CMD_CHECK), VALUE_ANY},
    {{"record", required_argument, NULL, O_RECORD}, "FILE",
	N_("write all that comes from the hosts to a file, for replay"),
	OF_HOSTS, VALUE_FILE},
    {{"speed", required_argument, NULL, O_SPEED}, "N",
	N_("replay: times as fast (default 1)"), BIT(CMD_REPLAY), VALUE_ANY},
    {{"start", required_argument, NULL, O_START}, "5m",
	N_("replay: jump so far into the recording first"), BIT(CMD_REPLAY),
	VALUE_ANY},
    {{"why", required_argument, NULL, O_WHY}, "TEXT",
	N_("act, undo, extend: the reason, kept in the journal"),
	BIT(CMD_ACT) | BIT(CMD_UNDO) | BIT(CMD_EXTEND), VALUE_ANY},
    {{"for", required_argument, NULL, O_FOR}, "30m",
	N_("act: when it ends by itself (default 30m; 0s: until lifted)"),
	BIT(CMD_ACT), VALUE_ANY},
    {{"host", required_argument, NULL, O_HOST}, "HOST",
	N_("act, leases, undo, extend: this host only"), ACTS, VALUE_HOST},
    {{"file", required_argument, NULL, O_FILE}, "FILE",
	N_("act suppress: the addresses, one a line; - reads them from "
	   "stdin"),
	BIT(CMD_ACT), VALUE_FILE},
    {{"dry-run", no_argument, NULL, O_DRY_RUN}, NULL,
	N_("act: show the plan, do nothing"), BIT(CMD_ACT), VALUE_ANY},
    {{"yes", no_argument, NULL, O_YES}, NULL, N_("act: do it without asking"),
	BIT(CMD_ACT) | BIT(CMD_UNDO) | BIT(CMD_EXTEND), VALUE_ANY},
    {{"arm", no_argument, NULL, O_ARM}, NULL,
	N_("console: it may act from the start, for 15 minutes"),
	BIT(CMD_CONSOLE), VALUE_ANY},
    {{"no-mouse", no_argument, NULL, O_NO_MOUSE}, NULL,
	N_("leave the mouse to the terminal"), EVERY, VALUE_ANY},
    {{"no-color", no_argument, NULL, O_NO_COLOR}, NULL,
	N_("no colours; also when NO_COLOR is set"), EVERY, VALUE_ANY},
    {{"help", no_argument, NULL, 'h'}, NULL, N_("this text"), EVERY, VALUE_ANY},
    {{"version", no_argument, NULL, O_VERSION}, NULL, N_("version of mtadeck"),
	EVERY, VALUE_ANY},

};
enum { N_ROWS = sizeof rows / sizeof *rows };
static_assert((int)N_ROWS <= (int)MAX_OPTIONS, "a bit for each option");

enum command
command_of(struct str word)
{
	for (int i = 1; i < CMD_N; i++)
		if (str_eq(word, str_of(command_rows[i].name)))
			return (enum command)i;
	return CMD_CONSOLE;
}

const struct option_row *
option_row(int i)
{
	return i < N_ROWS ? &rows[i] : NULL;
}

bool
option_is_of(const struct option_row *r, enum command c)
{
	return (r->of & BIT(c)) != 0;
}
