/*
 * postfix_findings.c - what on a Postfix host stands in an operator's way, and
 * the exact commands that mend it. One function per finding. Pure; reads what
 * discovery found, changes nothing, guesses nothing. Names that reach a
 * command were checked by kind (shquote_is_*); texts are sanitised.
 * Sources: postconf(5), MAILLOG_README, sudoers(5).
 */
#include "core/i18n.h"
#include "core/num.h"
#include "core/shquote.h"
#include "core/utf8.h"
#include "remote/postfix_facts.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

enum { NAMES_BYTES = 110, CLOCK_OFF_MS = 2000 };

static struct finding *
add(struct discovery *d, const char *id)
{
	struct finding *f;

	if (d->n_findings == MAX_FINDINGS)
		return NULL;
	f = &d->findings[d->n_findings++];
	str_copy(f->id, sizeof(f->id), str_of(id));
	return f;
}

#define SAY(f, ...) (void)snprintf((f)->text, sizeof((f)->text), __VA_ARGS__)

/* A command that does not fit is left out: half of one is worse than none. */
__attribute__((format(printf, 2, 3))) static void
remedy(struct finding *f, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(f->remedy, sizeof(f->remedy), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(f->remedy))
		f->remedy[0] = '\0';
}

/* "postconf" or "postconf -c DIR" of an instance. DIR passed shquote_is_path
 * and is plain, or the instance is named without it. Where there are several,
 * the main one's is said too: without it postfix(1) goes over all. */
static const char *
tool(char dst[160], const struct facts *f, unsigned instance, const char *cmd)
{
	struct str dir = f->instances[instance].dir;
	struct buf b;

	buf_init(&b, 128);
	(void)buf_puts(&b, cmd);
	if (f->n_instances > 1 && shquote_is_path(dir)) {
		(void)buf_puts(&b, " -c ");
		if (shquote_word(&b, dir) != ERR_OK)
			(void)buf_puts(&b, "DIR");
	}
	(void)snprintf(dst, 160, "%s", buf_cstr(&b));
	buf_done(&b);
	return dst;
}

/* " of instance /etc/postfix-out"; "" for the main one. */
static const char *
of_instance(char dst[160], const struct facts *f, unsigned instance)
{
	struct buf b;

	dst[0] = '\0';
	if (instance == 0)
		return dst;
	buf_init(&b, 400);
	(void)utf8_clean(&b, f->instances[instance].dir);
	(void)snprintf(dst, 160, _(" (instance %.100s)"), buf_cstr(&b));
	buf_done(&b);
	return dst;
}

static bool
in_instance(const struct discovery *d, const struct facts *f, unsigned i,
    unsigned instance)
{
	struct str name =
	    facts_param(f->instances[instance].main, "multi_instance_name");
	char text[SERVICE_MAX_BYTES];

	if (name.n == 0)
		name = f->instances[instance].dir;
	str_copy(text, sizeof(text), name);
	return strcmp(d->handles[i].instance, instance == 0 ? "" : text) == 0;
}

/*
 * Names of handles from *at on for which pick() is true, blank-separated, as
 * many as fit; *at moves behind the last one looked at. How many.
 */
static unsigned
names(char dst[NAMES_BYTES], const struct discovery *d, const struct facts *f,
    unsigned instance, unsigned *at,
    bool (*pick)(const struct facts_instance *in, const struct handle *h))
{
	unsigned count = 0;
	size_t n = 0;

	dst[0] = '\0';
	for (; *at < d->n_handles; ++*at) {
		const struct handle *h = &d->handles[*at];
		size_t len = strlen(h->name);

		if (!in_instance(d, f, *at, instance) ||
		    !pick(&f->instances[instance], h))
			continue;
		if (n + len + 2 > NAMES_BYTES)
			break;
		n += (size_t)snprintf(dst + n, NAMES_BYTES - n, "%s%s",
		    n == 0 ? "" : " ", h->name);
		count++;
	}
	return count;
}

static bool
is_untold(const struct facts_instance *in, const struct handle *h)
{
	(void)in;
	return !h->attributable;
}

static void
no_syslog_name(struct discovery *d, const struct facts *f, unsigned inst)
{
	char list[NAMES_BYTES], pc[160], pf[160];
	struct finding *x;
	unsigned at = 0;

	while (names(list, d, f, inst, &at, is_untold) > 0 &&
	       (x = add(d, "no-syslog-name")) != NULL) {
		SAY(x,
		    _("%s: share a log name but not an address, so what each "
		      "address sends is not attributable from the log"),
		    list);
		remedy(x,
		    "for t in %s; do %s -P \"$t/unix/syslog_name="
		    "%s/\\$service_name\"; done; %s reload",
		    list, tool(pc, f, inst, "postconf"),
		    inst == 0 ? "postfix" : "\\$multi_instance_name",
		    tool(pf, f, inst, "postfix"));
	}
}

static bool
is_twice(const struct facts_instance *in, const struct handle *h)
{
	(void)in;
	return h->twice;
}

/* master(8) warns and takes the last entry; postconf(1) edits all of them, and
 * its -P mixes their options. */
static void
service_listed_twice(struct discovery *d, const struct facts *f, unsigned inst)
{
	char list[NAMES_BYTES], of[160];
	struct finding *x;
	unsigned at = 0;

	if (names(list, d, f, inst, &at, is_twice) == 0 ||
	    (x = add(d, "service-listed-twice")) == NULL)
		return;
	SAY(x,
	    _("master.cf lists %s%s more than once: Postfix uses the last "
	      "entry only, and what is shown of it may be another's"),
	    list, of_instance(of, f, inst));
	remedy(x, "%s",
	    _("take the other entries out of master.cf, then postfix reload"));
}

static void
short_queue_ids(struct discovery *d, const struct facts *f, unsigned inst)
{
	struct str v =
	    facts_param(f->instances[inst].main, "enable_long_queue_ids");
	char pc[160], pf[160], of[160];
	struct finding *x;

	if (!str_eq(v, STR_LIT("no")) ||
	    (x = add(d, "short-queue-ids")) == NULL)
		return;
	SAY(x,
	    _("enable_long_queue_ids is no%s: queue ids are used again, so "
	      "one id can mean two messages"),
	    of_instance(of, f, inst));
	remedy(x, "%s -e enable_long_queue_ids=yes && %s reload",
	    tool(pc, f, inst, "postconf"), tool(pf, f, inst, "postfix"));
}

static bool
is_unenforced(const struct facts_instance *in, const struct handle *h)
{
	struct str v;

	if (h->ip[0] == '\0' && h->ip6[0] == '\0')
		return false;
	if (!facts_option(
		in->options, h->name, "smtp_bind_address_enforce", &v))
		v = facts_param(in->main, "smtp_bind_address_enforce");
	return str_eq(v, STR_LIT("no"));
}

static void
bind_not_enforced(struct discovery *d, const struct facts *f, unsigned inst)
{
	char list[NAMES_BYTES], pc[160], pf[160];
	struct finding *x;
	unsigned at = 0;

	/* Before 3.7 the parameter does not exist and has no value. */
	if (names(list, d, f, inst, &at, is_unenforced) == 0 ||
	    (x = add(d, "bind-not-enforced")) == NULL)
		return;
	SAY(x,
	    _("smtp_bind_address_enforce is no: when its bind address is gone, "
	      "mail of %s%s leaves from the host's default address"),
	    list, at < d->n_handles ? " .." : "");
	remedy(x, "%s -e smtp_bind_address_enforce=yes && %s reload",
	    tool(pc, f, inst, "postconf"), tool(pf, f, inst, "postfix"));
}

static bool
v4_is_local(const struct facts *f, const char *ip, bool *known)
{
	struct str rest = f->kernel, line, word, net;
	unsigned char want[4], have[4];

	if (inet_pton(AF_INET, ip, want) != 1)
		return true;
	while (str_line(&rest, &line)) {
		char text[ADDR_MAX_BYTES];
		uint32_t bits = 32, mask, a, b;
		size_t slash;

		if (!str_word(&line, &word) ||
		    !str_eq(word, STR_LIT("local")) || !str_word(&line, &net))
			continue;
		slash = str_find(net, STR_LIT("/"));
		if (slash == SIZE_MAX || slash >= sizeof(text) ||
		    num_u32(str_from(net, slash + 1), &bits) != ERR_OK ||
		    bits > 32)
			continue;
		str_copy(text, sizeof(text), (struct str){net.p, slash});
		if (inet_pton(AF_INET, text, have) != 1)
			continue;
		*known = true;
		memcpy(&a, want, 4);
		memcpy(&b, have, 4);
		mask = bits == 0 ? 0 : UINT32_MAX << (32 - bits);
		if ((ntohl(a) & mask) == (ntohl(b) & mask))
			return true;
	}
	return false;
}

/* /proc/net/if_inet6 holds 32 hexadecimal digits an address. */
static bool
v6_is_local(const struct facts *f, const char *ip, bool *known)
{
	struct str rest = f->kernel, line, word, hex;
	unsigned char raw[16];
	char want[33];

	if (inet_pton(AF_INET6, ip, raw) != 1)
		return true;
	for (size_t i = 0; i < 16; i++)
		(void)snprintf(want + 2 * i, 3, "%02x", raw[i]);
	while (str_line(&rest, &line)) {
		if (!str_word(&line, &word) ||
		    !str_eq(word, STR_LIT("local6")) || !str_word(&line, &hex))
			continue;
		*known = true;
		if (str_eq(hex, str_of(want)))
			return true;
	}
	return false;
}

static void
bind_address_missing(struct discovery *d, const struct facts *f)
{
	if (str_eq(facts_line(f->kernel, "nonlocal_bind"), STR_LIT("1")))
		return;
	for (unsigned i = 0; i < d->n_handles; i++) {
		const struct handle *h = &d->handles[i];
		bool known4 = false, known6 = false;
		bool gone4 = !v4_is_local(f, h->ip, &known4) && known4;
		bool gone6 = !v6_is_local(f, h->ip6, &known6) && known6;
		struct finding *x;

		if ((!gone4 && !gone6) ||
		    (x = add(d, "bind-address-missing")) == NULL)
			continue;
		SAY(x,
		    _("%s binds %s, which this host does not have: its mail "
		      "leaves from the default address, or is deferred"),
		    h->name, gone4 ? h->ip : h->ip6);
		remedy(x,
		    _("put the address back (ip addr add %s dev INTERFACE), or "
		      "give %s another one: postconf -P "
		      "'%s/unix/smtp_bind_address%s=ADDRESS' && postfix "
		      "reload"),
		    gone4 ? h->ip : h->ip6, h->name, h->name, gone4 ? "" : "6");
	}
}

static void
anyone_may_flush(struct discovery *d, const struct facts *f, unsigned inst)
{
	struct str v =
	    facts_param(f->instances[inst].main, "authorized_flush_users");
	char pc[160], of[160];
	struct finding *x;

	if (!str_eq(v, STR_LIT("static:anyone")) ||
	    (x = add(d, "anyone-may-flush")) == NULL)
		return;
	SAY(x,
	    _("authorized_flush_users is static:anyone%s: every local user may "
	      "flush the queue, which sends mail through paused transports"),
	    of_instance(of, f, inst));
	remedy(x, "%s -e authorized_flush_users=root",
	    tool(pc, f, inst, "postconf"));
}

/* Lines "file:schedule user command" of grep -H; comments do not run. */
static void
cron_flushes(struct discovery *d, const struct facts *f)
{
	struct str rest = f->cron, line;

	while (str_line(&rest, &line)) {
		struct str file, text;
		struct buf b;
		struct finding *x;
		size_t colon;

		line = str_trim(line);
		colon = str_find(line, STR_LIT(":"));
		if (colon == SIZE_MAX)
			continue;
		file = (struct str){line.p, colon};
		text = str_trim(str_from(line, colon + 1));
		if (text.n == 0 || text.p[0] == '#' || !shquote_is_path(file) ||
		    (x = add(d, "cron-flushes")) == NULL)
			continue;
		buf_init(&b, 16384);
		(void)utf8_clean(&b, file);
		SAY(x,
		    _("%.80s flushes the queue, which sends mail through "
		      "paused transports: "),
		    buf_cstr(&b));
		buf_reset(&b);
		text.n = text.n < 100 ? text.n : 100;
		(void)utf8_clean(&b, text);
		(void)snprintf(x->text + strlen(x->text),
		    sizeof(x->text) - strlen(x->text), "%s", buf_cstr(&b));
		remedy(x, "%s",
		    _("take the line out: Postfix retries by itself "
		      "(queue_run_delay, minimal_backoff_time)"));
		buf_done(&b);
	}
}

static void
ip_shared(struct discovery *d)
{
	for (unsigned i = 0; i < d->n_handles; i++) {
		const struct handle *h = &d->handles[i], *o = NULL;
		unsigned n = 1;
		bool first = h->ip[0] != '\0';
		struct finding *x;

		for (unsigned j = 0; j < d->n_handles; j++) {
			if (j == i || strcmp(d->handles[j].ip, h->ip) != 0)
				continue;
			first = first && j > i;
			o = o == NULL ? &d->handles[j] : o;
			n++;
		}
		if (!first || n < 2 ||
		    (x = add(d, "ip-shared-by-transports")) == NULL)
			continue;
		if (n == 2)
			SAY(x, _("%s is used by 2 transports: %s and %s"),
			    h->ip, h->name, o->name);
		else
			SAY(x, _("%s is used by %u transports: %s, %s .."),
			    h->ip, n, h->name, o->name);
		remedy(x, "%s",
		    _("nothing to mend; pausing this address means pausing "
		      "each of them"));
	}
}

/* The login name when it is fit for a command, else USER. */
static const char *
login(char dst[64], const struct facts *f)
{
	struct str rest = f->user, uid, name;

	if (str_word(&rest, &uid) && str_word(&rest, &name) &&
	    shquote_is_service(name))
		str_copy(dst, 64, name);
	else
		str_copy(dst, 64, STR_LIT("USER"));
	return dst;
}

/* Without the right group journalctl(1) shows a user nothing, and no error. */
static void
journal_access(struct discovery *d, const struct facts *f)
{
	struct finding *x;
	char user[64];

	if (facts_line(f->log, "access").n == 0 &&
	    str_find(f->log, STR_LIT("\n ")) == SIZE_MAX) {
		if ((x = add(d, "no-log-access")) == NULL)
			return;
		SAY(x,
		    _("Postfix logs to the systemd journal, and %s is shown "
		      "nothing of it"),
		    login(user, f));
		remedy(x, "usermod -aG systemd-journal %s", user);
		return;
	}
	if ((x = add(d, "log-to-journal-only")) == NULL)
		return;
	SAY(x, "%s",
	    _("Postfix logs to the systemd journal only: it can be followed, "
	      "but history and resume cost the host more than a file"));
	remedy(x, "%s", "apt-get install rsyslog || dnf install rsyslog");
}

static void
log_access(struct discovery *d, const struct facts *f)
{
	struct str access = facts_line(f->log, "access");
	char user[64];
	struct finding *x;

	if (d->log_format == LOGF_JOURNAL) {
		journal_access(d, f);
		return;
	}
	if (d->log_path[0] != '\0' && !str_eq(access, STR_LIT("none")))
		return;
	if ((x = add(d, "no-log-access")) == NULL)
		return;
	if (d->log_path[0] == '\0') {
		SAY(x, "%s",
		    _("no mail log was found: neither maillog_file, rsyslog's "
		      "rules, /var/log/mail.log, /var/log/maillog nor a "
		      "journal"));
		remedy(
		    x, "%s", "apt-get install rsyslog || dnf install rsyslog");
		return;
	}
	SAY(x, _("%s may not read %.120s: nothing of the log can be shown"),
	    login(user, f), d->log_path);
	remedy(x,
	    _("usermod -aG adm %s (Debian), or in /etc/sudoers.d/mtadeck: "
	      "%s ALL=(root) NOPASSWD: /usr/bin/find, /usr/bin/cat, "
	      "/usr/bin/head, /usr/bin/tail"),
	    user, user);
}

static void
no_privilege(struct discovery *d, const struct facts *f)
{
	char user[64];
	struct finding *x;

	if (d->privilege == PRIV_ROOT || d->privilege == PRIV_SUDO ||
	    (x = add(d, "no-privilege")) == NULL)
		return;
	SAY(x,
	    _("%s is not root and sudo -n does not allow the reading: queue "
	      "counts, next attempts and message texts cannot be read"),
	    login(user, f));
	remedy(x,
	    _("in /etc/sudoers.d/mtadeck: %s ALL=(root) NOPASSWD: "
	      "/usr/bin/find, /usr/bin/cat, /usr/bin/head, /usr/bin/tail, "
	      "/usr/bin/journalctl, /usr/sbin/postcat"),
	    user);
}

static void
clock_off(struct discovery *d, int64_t offset_err_ms)
{
	int64_t off =
	    d->clock_offset_ms < 0 ? -d->clock_offset_ms : d->clock_offset_ms;
	char age[NUM_TEXT];
	struct finding *x;

	if (off <= CLOCK_OFF_MS + offset_err_ms ||
	    (x = add(d, "clock-off")) == NULL)
		return;
	SAY(x,
	    d->clock_offset_ms > 0
		? _("the host's clock is %s ahead of this machine's")
		: _("the host's clock is %s behind this machine's"),
	    num_age(age, off));
	remedy(x, "%s",
	    _("timedatectl set-ntp true on whichever is wrong; times are "
	      "corrected on screen meanwhile"));
}

/* What it has queued and sends from is not known, and so is in no figure. */
static void
instances_unread(struct discovery *d, const struct facts *f)
{
	struct str rest =
	    facts_param(f->instances[0].main, "multi_instance_directories");
	char of[160], pc[160];
	struct finding *x;
	unsigned named = 0;
	bool in = false, was;

	/* A list of Postfix's: commas part its words, too (postconf(5)). */
	for (size_t i = 0; i < rest.n; i++) {
		was = in;
		in = strchr(", \t", rest.p[i]) == NULL;
		named += in && !was;
	}
	if (named > MAX_FURTHER && (x = add(d, "instance-unread")) != NULL)
		SAY(x,
		    _("%u further instances, of which %d are read: the others "
		      "are in no figure"),
		    named, MAX_FURTHER);
	for (unsigned i = 0; i < d->n_further; i++) {
		if (d->further[i].queue_dir[0] != '\0' &&
		    d->further[i].config_dir[0] != '\0')
			continue;
		if ((x = add(d, "instance-unread")) == NULL)
			return;
		SAY(x,
		    _("a further instance cannot be read, so its queue is in "
		      "no figure%s"),
		    of_instance(of, f, i + 1));
		remedy(
		    x, "%s -h queue_directory", tool(pc, f, i + 1, "postconf"));
	}
}

void
postfix_findings(
    struct discovery *d, const struct facts *f, int64_t offset_err_ms)
{
	no_privilege(d, f);
	log_access(d, f);
	clock_off(d, offset_err_ms);
	bind_address_missing(d, f);
	for (unsigned i = 0; i < f->n_instances; i++) {
		no_syslog_name(d, f, i);
		service_listed_twice(d, f, i);
		short_queue_ids(d, f, i);
		bind_not_enforced(d, f, i);
		anyone_may_flush(d, f, i);
	}
	instances_unread(d, f);
	cron_flushes(d, f);
	ip_shared(d);
}
