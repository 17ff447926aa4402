/*
 * cmd_sudoers.c - see cmd_sudoers.h. What each line allows is exactly what
 * remote/postfix_plan_line.c and postfix_plan_queue.c make. Arguments are
 * regular expressions, anchored at both ends (sudoers(5), sudo 1.9.10 and
 * later): wildcards would match blanks too, so that one more argument could
 * set, say, daemon_directory, and the next reload run anything as root. Within
 * a value there is no '=', no '/' but that of a table below /etc/postfix, and
 * no word begins with '-'.
 */
#include "app/cmd_sudoers.h"

#include "app/say.h"
#include "core/i18n.h"

#include <stdio.h>

/* A name of a transport, a word of a list, and what a value may be. In sudoers
 * '=', ',' and ':' end a word unless escaped. */
#define NAME  "[A-Za-z0-9_.][A-Za-z0-9_.-]*"
#define LIST  "( +[A-Za-z0-9_.][A-Za-z0-9_.\\,-]*)*"
#define VALUE "[A-Za-z0-9_]+"
/* A table of an act's own; and what a list of tables or restrictions may have
 * besides: words, and tables that are files of Postfix's folder. Those that
 * ask a server, or run something, are root's to set. */
#define ID    "[0-9a-f]+-[0-9a-f]+"
#define TABLE "/etc/postfix/mtadeck-" ID
#define FILES "(hash|lmdb|btree|cdb|texthash|cidr|pcre|regexp)"
#define PART  "[A-Za-z0-9_][A-Za-z0-9_.-]*"
#define MAP   "(proxy\\:)?" FILES "\\:/etc/postfix/(" PART "/)*" PART
/* Blanks between braces could part arguments. */
#define BRACE "(inline|randmap)\\:[{][][A-Za-z0-9_.@\\:\\=\\,-]+[}]"
/* A table of an act's own, and the pool behind it. */
#define PIPE                                                                   \
	"pipemap\\:[{]regexp\\:" TABLE                                         \
	"\\,randmap\\:[{][][A-Za-z0-9_.\\:\\,-]+[}][}]"
#define ROUTE "(" MAP "|" BRACE "|" PIPE ")"
#define MAPS  "( *" ROUTE "([ \\,]+" ROUTE ")*)?"
#define RULE  "(\\$?" PART "|" MAP ")"
#define RULES "( *" RULE "([ \\,]+" RULE ")*)?"
/* A double of a transport: an smtp client without privileges, and what it may
 * be told. Its name keeps it from being another service. */
#define CLONE "mtadeck-" ID "-[0-9]+"
#define TOLD                                                                   \
	"(smtp_bind_address6?\\=[][0-9a-f.\\:]*"                               \
	"|smtp_bind_address_enforce\\=(yes|no)"                                \
	"|smtp_helo_name\\=[A-Za-z0-9.-]+"                                     \
	"|soft_bounce\\=yes|inet_protocols\\=ipv4|smtp_fallback_relay\\=)"
#define PACED "(rate_delay|concurrency_limit|concurrency_failed_cohort_limit)"
/* A few, so that a domain's recipients come in one delivery; or one again. */
#define TAKES "_destination_recipient_limit"

static const struct {
	const char *text, *why;
} lines[] = {
    {"/usr/sbin/postfix check", N_("edits take effect with one reload")},
    {"/usr/sbin/postfix reload", NULL},
    {"/usr/sbin/postfix status", NULL},
    /* Where there are further instances. */
    {"/usr/sbin/postfix -c /etc/postfix check", NULL},
    {"/usr/sbin/postfix -c /etc/postfix reload", NULL},
    {"/usr/sbin/postfix -c /etc/postfix status", NULL},
    {"/usr/sbin/postconf ^-e defer_transports \\=" LIST " *$",
	N_("pause, resume")},
    {"/usr/sbin/postconf -X defer_transports", NULL},
    {"/usr/sbin/postconf ^-e " NAME "_destination_" PACED " \\= " VALUE "$",
	N_("interval, concurrency")},
    {"/usr/sbin/postconf ^-X " NAME "_destination_" PACED "$", NULL},
    {"/usr/sbin/postconf ^-e " NAME TAKES " \\= [1-9]$", NULL},
    {"/usr/sbin/postconf ^-X " NAME TAKES "$", NULL},
    {"/usr/sbin/postconf ^-F " NAME "/unix/process_limit\\=(-|[0-9]+)$",
	N_("processes")},
    {"/usr/bin/tee ^" TABLE "$", N_("tables of acts: isolate, suppress")},
    {"/usr/bin/rm ^-f " TABLE "$", NULL},
    {"/usr/sbin/postconf ^-e smtpd_sender_restrictions \\=" RULES " *$",
	N_("isolate, readmit")},
    {"/usr/sbin/postconf -X smtpd_sender_restrictions", NULL},
    {"/usr/sbin/postconf ^-e transport_maps \\=" MAPS " *$",
	N_("suppress, lift; acts on a provider or a domain")},
    {"/usr/sbin/postconf -X transport_maps", NULL},
    {"/usr/sbin/postconf "
     "^-e sender_dependent_default_transport_maps \\=" MAPS " *$",
	N_("evacuate, shares")},
    {"/usr/sbin/postconf -X sender_dependent_default_transport_maps", NULL},
    {"/usr/sbin/postconf ^-e (default|relay)_transport \\= " NAME "\\:?$",
	NULL},
    {"/usr/sbin/postconf ^-X (default|relay)_transport$", NULL},
    {"/usr/sbin/postconf ^-M " CLONE "/unix\\=" CLONE
     " unix - - [yn-] - (-|[0-9]+) smtp( -o " TOLD
     ")* -o syslog_name\\=[A-Za-z0-9_./-]+$",
	NULL},
    {"/usr/sbin/postconf ^-MX " CLONE "/unix$", NULL},
    {"/usr/sbin/postconf ^-e( " CLONE "_[a-z_]+ \\= " VALUE ")+$", NULL},
    {"/usr/sbin/postconf ^-X( " CLONE "_[a-z_]+)+$", NULL},
    {"/usr/sbin/postsuper -h -", N_("hold, release, delete, expire")},
    {"/usr/sbin/postsuper -H -", NULL},
    {"/usr/sbin/postsuper -d -", NULL},
    {"/usr/sbin/postsuper -f -", NULL},
};

/* useradd(8)'s names; nothing that means something to sudoers. */
static bool
is_user(const char *s)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz_";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
	size_t n = strlen(s);

	return n > 0 && n <= 32 && strchr(first, s[0]) != NULL &&
	       strspn(s, rest) == n;
}

const char *
sudoers_command(size_t i)
{
	return i < sizeof lines / sizeof *lines ? lines[i].text : NULL;
}

int
sudoers_run(const struct options *o)
{
	const char *user = o->n_hosts > 0 ? o->hosts[0] : "postfix-ops";

	if (o->n_hosts > 1 || !is_user(user)) {
		say(_("sudoers takes one USER, by its name in small letters"));
		return EXIT_USAGE;
	}
	(void)printf("# %s\n",
	    _("mtadeck: what acts need. Install as root, mode 0440, checked by "
	      "visudo -cf FILE, as /etc/sudoers.d/mtadeck"));
	(void)printf("# %s\n",
	    _("They make nobody root, but a postmaster: who has them may move, "
	      "read and delete any mail, and find out what Postfix's own "
	      "tables hold, passwords for relays too"));
	(void)printf("# %s\nDefaults:%s !requiretty\n",
	    _("acts come without a terminal"), user);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (lines[i].why != NULL)
			(void)printf("# %s\n", _(lines[i].why));
		(void)printf(
		    "%s ALL=(root) NOPASSWD: %s\n", user, lines[i].text);
	}
	return EXIT_WELL;
}
