/*
 * postfix_discover.c - scripts/discover.sh's output into a struct discovery;
 * see postfix_discover.h. This file cuts the sections and reads what is one
 * value each; services and pools are postfix_handles.c's, what is wrong on the
 * host is postfix_findings.c's.
 */
#include "remote/postfix_discover.h"

#include "core/i18n.h"
#include "core/num.h"
#include "core/shquote.h"
#include "core/utf8.h"
#include "remote/postfix_facts.h"
#include "remote/script.h"
#include "scripts/discover.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX_BYTES = 4 * 1024 * 1024 };
#define TIME_MAX_MS INT64_C(253402300799999) /* the end of the year 9999 */

err_t
postfix_discover_command(struct buf *out)
{
	return script_begin(out, script_discover, "mtadeck-discover");
}

struct str
facts_param(struct str section, const char *name)
{
	struct str line, key = str_of(name);

	while (str_line(&section, &line)) {
		struct str value = str_trim(str_from(line, key.n));

		if (str_starts(line, key) && value.n > 0 && value.p[0] == '=')
			return str_trim(str_from(value, 1));
	}
	return (struct str){NULL, 0};
}

bool
facts_option(
    struct str section, const char *service, const char *name, struct str *out)
{
	struct str line, s = str_of(service), mid = STR_LIT("/unix/"),
			 n = str_of(name);

	while (str_line(&section, &line)) {
		struct str rest = str_from(line, s.n);
		struct str value = str_from(rest, mid.n + n.n);

		if (!str_starts(line, s) || !str_starts(rest, mid) ||
		    !str_starts(str_from(rest, mid.n), n))
			continue;
		value = str_trim(value);
		if (value.n > 0 && value.p[0] == '=') {
			*out = str_trim(str_from(value, 1));
			return true;
		}
	}
	return false;
}

struct str
facts_line(struct str section, const char *key)
{
	struct str line, word, rest;

	while (str_line(&section, &line)) {
		rest = line;
		if (str_word(&rest, &word) && str_eq(word, str_of(key)))
			return str_trim(rest);
	}
	return (struct str){NULL, 0};
}

/* Where the text of the section that `head` opens belongs; NULL: nowhere. */
static struct str *
section_slot(struct facts *f, struct str head)
{
	struct str name, arg = head;
	struct {
		const char *name;
		struct str *slot;
	} plain[] = {{"time", &f->time}, {"time2", &f->time2},
	    {"host", &f->host}, {"user", &f->user}, {"kernel", &f->kernel},
	    {"privilege", &f->privilege}, {"nopostfix", &f->nopostfix},
	    {"log", &f->log}, {"cron", &f->cron}};
	struct facts_instance *in =
	    f->n_instances == 0 ? NULL : &f->instances[f->n_instances - 1];

	if (!str_word(&arg, &name))
		return NULL;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (str_eq(name, str_of(plain[i].name)))
			return plain[i].slot;
	if (str_eq(name, STR_LIT("end")))
		f->ended = true;
	if (str_eq(name, STR_LIT("main")) && f->n_instances < FACTS_INSTANCES) {
		in = &f->instances[f->n_instances++];
		in->dir = str_trim(arg);
		return &in->main;
	}
	if (in != NULL && str_eq(name, STR_LIT("master")))
		return &in->master;
	if (in != NULL && str_eq(name, STR_LIT("options")))
		return &in->options;
	if (in != NULL && str_eq(name, STR_LIT("map")) &&
	    f->n_maps < FACTS_MAPS) {
		struct facts_map *m = &f->maps[f->n_maps++];

		m->instance = f->n_instances - 1;
		(void)str_word(&arg, &m->param);
		m->path = str_trim(arg);
		return &m->text;
	}
	return NULL;
}

static void
cut_sections(struct facts *f, struct str text)
{
	struct str line, rest = text, *slot = NULL;

	while (str_line(&rest, &line)) {
		if (str_starts(line, STR_LIT("== "))) {
			slot = section_slot(f, str_from(line, 3));
			if (slot != NULL)
				*slot = (struct str){line.p + line.n, 0};
		} else if (slot != NULL) {
			slot->n = (size_t)(line.p + line.n - slot->p);
		}
	}
}

/* "1795303922.173590863 +0000". */
static bool
read_time(struct str text, int64_t *ms, int32_t *zone_s)
{
	struct str word, zone;
	size_t dot;

	if (!str_word(&text, &word))
		return false;
	/* Other dates than GNU's copy the %N: whole seconds then. */
	dot = str_find(word, STR_LIT("."));
	if (dot != SIZE_MAX && dot + 1 < word.n &&
	    (word.p[dot + 1] < '0' || word.p[dot + 1] > '9'))
		word.n = dot;
	if (num_milli(word, ms) != ERR_OK || *ms > TIME_MAX_MS)
		return false;
	if (!str_word(&text, &zone) || num_zone_s(zone, zone_s) != ERR_OK)
		*zone_s = 0;
	return true;
}

static enum log_format
line_format(struct str line)
{
	const struct str months =
	    STR_LIT("JanFebMarAprMayJunJulAugSepOctNovDec");
	struct str month = {line.p, 3};
	size_t at;

	if (line.n < 16)
		return LOGF_UNKNOWN;
	if (line.p[0] >= '0' && line.p[0] <= '9' && line.p[4] == '-' &&
	    line.p[7] == '-' && line.p[10] == 'T')
		return LOGF_RFC3339;
	at = str_find(months, month);
	if (at != SIZE_MAX && at % 3 == 0 && line.p[3] == ' ' &&
	    line.p[6] == ' ' && line.p[9] == ':')
		return LOGF_SYSLOG;
	return LOGF_UNKNOWN;
}

static void
read_log(struct discovery *d, const struct facts *f)
{
	struct str line, rest = f->log, path = facts_line(f->log, "path");
	enum log_format seen;

	if (shquote_is_path(path) && path.n < sizeof(d->log_path)) {
		str_copy(d->log_path, sizeof(d->log_path), path);
	} else {
		d->journal_sudo =
		    str_eq(facts_line(f->log, "access"), STR_LIT("sudo"));
		if (facts_line(f->log, "journal").n > 0)
			d->log_format = LOGF_JOURNAL;
		return;
	}
	while (str_line(&rest, &line))
		if (str_starts(line, STR_LIT(" ")) &&
		    (seen = line_format(str_from(line, 1))) != LOGF_UNKNOWN)
			d->log_format = seen;
	/* postlogd(8) writes the classic form only. */
	if (d->log_format == LOGF_UNKNOWN &&
	    facts_param(f->instances[0].main, "maillog_file").n > 0)
		d->log_format = LOGF_SYSLOG;
}

static void
copy_path(char *dst, size_t cap, struct str s)
{
	if (shquote_is_path(s) && s.n < cap)
		str_copy(dst, cap, s);
}

/* smtpd refuses MAIL with 452 when queue_minfree bytes or less are free, and
 * since Postfix 2.1 also with 1.5 times message_size_limit or less:
 * postconf(5), queue_minfree. A limit of 0 is none. */
static void
read_spool_rule(struct discovery *d, struct str main)
{
	uint64_t least = 0, message = 0;
	bool known =
	    num_u64(facts_param(main, "queue_minfree"), &least) == ERR_OK;

	if (num_u64(facts_param(main, "message_size_limit"), &message) ==
	    ERR_OK)
		known = true;
	message = message / 2 * 3 + message % 2;
	d->spool_need_bytes = -1;
	if (!known || least > INT64_MAX || message > INT64_MAX)
		return;
	str_copy(d->spool_rule, sizeof(d->spool_rule),
	    least >= message ? STR_LIT("queue_minfree")
			     : STR_LIT("1.5 x message_size_limit"));
	d->spool_need_bytes = (int64_t)(least >= message ? least : message);
}

/* Host minus ours: it wrote the first after we asked, and the last before we
 * had it, and that is all we know. Clocks are right more often than hosts are
 * slow: what may be 0 is 0. */
static int64_t
offset_ms(int64_t first_ms, int64_t last_ms, int64_t sent_ms, int64_t got_ms)
{
	int64_t most = first_ms - sent_ms, least = last_ms - got_ms;

	return least <= 0 && most >= 0 ? 0 : least + (most - least) / 2;
}

/* Values that are one line each. false: the clock cannot be read. */
static bool
read_values(struct discovery *d, const struct facts *f, int64_t sent_ms,
    int64_t got_ms, int64_t *script_ms)
{
	struct str main = f->instances[0].main, priv = str_trim(f->privilege);
	int64_t from_ms, to_ms;
	int32_t zone_s, ignored;
	uint64_t boot_s;

	if (!read_time(f->time, &from_ms, &zone_s))
		return false;
	if (!read_time(f->time2, &to_ms, &ignored))
		to_ms = from_ms;
	d->clock_offset_ms = offset_ms(from_ms, to_ms, sent_ms, got_ms);
	d->utc_offset_s = zone_s;
	*script_ms = to_ms - from_ms;
	if (num_u64(facts_line(f->kernel, "boot"), &boot_s) == ERR_OK &&
	    boot_s < 100000000000U)
		d->boot_ms = (int64_t)(boot_s * 1000);
	str_copy(d->mta, sizeof(d->mta), STR_LIT("postfix"));
	str_copy(
	    d->version, sizeof(d->version), facts_param(main, "mail_version"));
	str_copy(d->hostname, sizeof(d->hostname), str_trim(f->host));
	copy_path(d->queue_dir, sizeof(d->queue_dir),
	    facts_param(main, "queue_directory"));
	copy_path(d->config_dir, sizeof(d->config_dir), f->instances[0].dir);
	d->long_queue_ids =
	    str_eq(facts_param(main, "enable_long_queue_ids"), STR_LIT("yes"));
	d->privilege = str_eq(priv, STR_LIT("root"))   ? PRIV_ROOT
		       : str_eq(priv, STR_LIT("sudo")) ? PRIV_SUDO
		       : str_eq(priv, STR_LIT("none")) ? PRIV_NONE
						       : PRIV_UNKNOWN;
	read_spool_rule(d, main);
	read_log(d, f);
	return true;
}

/* postconf is missing: say whether Postfix itself is. */
static err_t
no_postfix(const struct facts *f, char *why, size_t why_cap)
{
	struct str files = facts_line(f->nopostfix, "files"),
		   mta = facts_line(f->nopostfix, "mta");
	struct buf clean;
	err_t err = files.n > 0 ? ERR_NOCOMMAND : ERR_NOTPOSTFIX;

	buf_init(&clean, 4096);
	(void)utf8_clean(&clean, files.n > 0 ? files : mta);
	if (files.n > 0)
		(void)snprintf(why, why_cap,
		    _("Postfix is installed (%s), but the command postconf was "
		      "not found in /usr/sbin, /usr/bin, /sbin, /bin or "
		      "/usr/local/sbin: is the package whole?"),
		    buf_cstr(&clean));
	else if (mta.n > 0)
		(void)snprintf(why, why_cap,
		    _("no Postfix here: the mail server is %s, which mtadeck "
		      "does not know yet"),
		    buf_cstr(&clean));
	else
		(void)snprintf(why, why_cap,
		    _("no Postfix here: neither postconf nor another mail "
		      "server's program was found"));
	buf_done(&clean);
	return err;
}

/* Whether there is anything to read at all. */
static err_t
complain(const struct facts *f, char *why, size_t why_cap)
{
	if (!f->ended) {
		(void)snprintf(why, why_cap,
		    _("the answer to discovery was cut short: the login shell "
		      "did not run all of it"));
		return ERR_PARSE;
	}
	if (f->n_instances == 0) {
		if (f->nopostfix.p != NULL)
			return no_postfix(f, why, why_cap);
		(void)snprintf(
		    why, why_cap, _("discovery gave no Postfix configuration"));
		return ERR_PARSE;
	}
	if (facts_param(f->instances[0].main, "mail_version").n == 0) {
		(void)snprintf(why, why_cap,
		    _("postconf gave no values: can this user read main.cf "
		      "and master.cf?"));
		return ERR_PARSE;
	}
	return ERR_OK;
}

err_t
postfix_discover(struct discovery *out, struct str text, int64_t sent_ms,
    int64_t got_ms, char *why, size_t why_cap)
{
	struct facts *f;
	struct discovery *d;
	int64_t script_ms = 0, wait_ms = got_ms - sent_ms;
	err_t err;

	if (text.n > TEXT_MAX_BYTES) {
		(void)snprintf(why, why_cap,
		    _("the answer to discovery is larger than 4 MB"));
		return ERR_LIMIT;
	}
	f = calloc(1, sizeof(*f));
	d = calloc(1, sizeof(*d));
	if (f == NULL || d == NULL) {
		(void)snprintf(why, why_cap, "%s", _("out of memory"));
		err = ERR_NOMEM;
		goto done;
	}
	cut_sections(f, text);
	err = complain(f, why, why_cap);
	if (err != ERR_OK)
		goto done;
	if (!read_values(d, f, sent_ms, got_ms, &script_ms)) {
		(void)snprintf(why, why_cap, _("the host's date said nothing"));
		err = ERR_PARSE;
		goto done;
	}
	postfix_handles(d, f);
	postfix_findings(
	    d, f, wait_ms > script_ms ? (wait_ms - script_ms) / 2 : 0);
	*out = *d;
done:
	free(f);
	free(d);
	return err;
}
