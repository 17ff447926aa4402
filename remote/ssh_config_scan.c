/*
 * ssh_config_scan.c - see ssh_config_scan.h. Follows readconf.c's reading of
 * lines as far as ssh_config(5) tells it; whatever is not plain there is not
 * guessed but makes the scan unsure, so that ssh is asked.
 */
#include "remote/ssh_config_scan.h"

#include "remote/ssh_file.h"

#include <ctype.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DEPTH_MAX = 8,
	FILES_MAX = 64,
	FILE_MAX_BYTES = 1024 * 1024,
	WORD_MAX_BYTES = 1024
};

/* Debian's; another ssh than /usr/bin/ssh may read another one. */
#define SYSTEM_FOLDER "/etc/ssh"
#define SYSTEM_FILE   SYSTEM_FOLDER "/ssh_config"

struct scan {
	struct ssh_scan *out;
	const char *host;
	bool user_file; /* else the system's: Include begins elsewhere */
	unsigned files;
	bool named; /* a HostName holds */
};

static void
unsure(struct scan *s)
{
	s->out->sure = false;
}

/* Holds a character that quotes, comments or hides. */
static bool
is_plain(struct str v)
{
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] < ' '
			? v.p[i] != '\t'
			: strchr("\"'\\#", v.p[i]) != NULL)
			return false;
	return true;
}

/* match_pattern(): * and ?, case counts. */
static bool
matches(struct str pattern, const char *host)
{
	char z[WORD_MAX_BYTES];

	str_copy(z, sizeof z, pattern);
	return fnmatch(z, host, FNM_NOESCAPE) == 0;
}

static bool
host_line(struct scan *s, struct str v)
{
	bool active = false;
	struct str word;

	while (str_word(&v, &word)) {
		bool not = word.p[0] == '!';

		if (not )
			word = str_from(word, 1);
		/* [ is a plain character to ssh, not to fnmatch() */
		if (word.n >= WORD_MAX_BYTES || word.n == 0 ||
		    memchr(word.p, '[', word.n) != NULL) {
			unsure(s);
			return false;
		}
		if (!matches(word, s->host))
			continue;
		if (not )
			return false;
		active = true;
	}
	return active;
}

/* %h and %%, as HostName allows; then in lower case, as ssh has it. */
static void
hostname_line(struct scan *s, struct str v)
{
	struct buf b;

	if (s->named)
		return;
	s->named = true;
	buf_init(&b, sizeof s->out->hostname - 1);
	for (size_t i = 0; i < v.n; i++) {
		if (isspace((unsigned char)v.p[i]))
			unsure(s);
		if (v.p[i] != '%') {
			(void)buf_putc(&b, v.p[i]);
		} else if (++i < v.n && v.p[i] == 'h') {
			(void)buf_puts(&b, s->host);
		} else if (i < v.n && v.p[i] == '%') {
			(void)buf_putc(&b, '%');
		} else {
			unsure(s);
		}
	}
	if (b.failed != ERR_OK || b.n == 0)
		unsure(s);
	str_copy(s->out->hostname, sizeof s->out->hostname, buf_view(&b));
	buf_done(&b);
}

static void scan_file(
    struct scan *s, const char *path, bool holds, unsigned depth);

static void
include_line(struct scan *s, struct str v, bool active, unsigned depth)
{
	char pattern[WORD_MAX_BYTES * 2];
	struct str word;

	while (s->out->sure && str_word(&v, &word)) {
		bool anchored = word.p[0] == '/' || word.p[0] == '~';
		glob_t found;
		int rc;

		if (word.n >= WORD_MAX_BYTES ||
		    memchr(word.p, '$', word.n) != NULL ||
		    memchr(word.p, '%', word.n) != NULL ||
		    (word.p[0] == '~' && !s->user_file)) {
			unsure(s);
			return;
		}
		(void)snprintf(pattern, sizeof pattern, "%s%.*s",
		    anchored	   ? ""
		    : s->user_file ? "~/.ssh/"
				   : SYSTEM_FOLDER "/",
		    (int)word.n, word.p);
		rc = glob(pattern, GLOB_TILDE, NULL, &found);
		for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++)
			scan_file(s, found.gl_pathv[i], active, depth + 1);
		if (rc == 0)
			globfree(&found);
		else if (rc != GLOB_NOMATCH)
			unsure(s);
	}
}

/* "Key value", "Key = value", "Key=value"; false when there is no key. */
static bool
split(struct str line, struct str *key, struct str *value)
{
	size_t n = 0;

	line = str_trim(line);
	while (n < line.n && !isspace((unsigned char)line.p[n]) &&
	       line.p[n] != '=')
		n++;
	*key = (struct str){line.p, n};
	*value = str_trim(str_from(line, n));
	if (value->n > 0 && value->p[0] == '=')
		*value = str_trim(str_from(*value, 1));
	return line.n > 0 && line.p[0] != '#';
}

/* Whose tokens do not matter: nothing here reads what ssh makes of them. */
static bool
is_unread(struct str key)
{
	static const char *const unread[] = {
	    "controlpath", "localcommand", "remotecommand"};

	for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
		if (str_ieq(key, str_of(unread[i])))
			return true;
	return false;
}

static void
keep(struct scan *s, struct str key, struct str value)
{
	if (memchr(value.p, '%', value.n) != NULL && !is_unread(key))
		unsure(s); /* a token: it may differ from host to host */
	(void)buf_putc(&s->out->lines, s->user_file ? 'u' : 's');
	(void)buf_str(&s->out->lines, key);
	(void)buf_putc(&s->out->lines, ' ');
	(void)buf_str(&s->out->lines, value);
	(void)buf_putc(&s->out->lines, '\n');
}

static void
scan_text(struct scan *s, struct str text, bool holds, unsigned depth)
{
	bool active = holds;
	struct str line, key, value;

	if (memchr(text.p, '\0', text.n) != NULL ||
	    memchr(text.p, '\f', text.n) != NULL)
		unsure(s);
	while (s->out->sure && str_line(&text, &line)) {
		bool is_host, is_include, is_name;

		if (!split(line, &key, &value))
			continue;
		is_host = str_ieq(key, STR_LIT("host"));
		is_include = str_ieq(key, STR_LIT("include"));
		is_name = str_ieq(key, STR_LIT("hostname"));
		if (!is_plain(key) || str_ieq(key, STR_LIT("match")) ||
		    (key.n > 9 && strncasecmp(key.p, "canonical", 9) == 0) ||
		    value.n == 0 ||
		    ((is_host || is_include || (is_name && active)) &&
			!is_plain(value)))
			unsure(s);
		else if (is_host)
			active = host_line(s, value) && holds;
		else if (is_include)
			include_line(s, value, active, depth);
		else if (active && is_name)
			hostname_line(s, value);
		else if (active)
			keep(s, key, value);
	}
}

/* holds: false inside a Host block of others: nothing in it counts. */
static void
scan_file(struct scan *s, const char *path, bool holds, unsigned depth)
{
	struct stat st;
	struct buf text;
	err_t err;

	if (depth > DEPTH_MAX || ++s->files > FILES_MAX ||
	    (stat(path, &st) == 0 && !S_ISREG(st.st_mode))) {
		unsure(s);
		return;
	}
	buf_init(&text, FILE_MAX_BYTES);
	err = ssh_file_read(&text, path);
	if (err == ERR_OK && text.n > 0)
		scan_text(s, buf_view(&text), holds, depth);
	else if (err != ERR_OK && err != ERR_NOTFOUND)
		unsure(s);
	buf_done(&text);
}

/* The ssh that execvp() would find is Debian's. */
static bool
ssh_is_debians(void)
{
	struct str path = str_of(getenv("PATH"));
	char z[WORD_MAX_BYTES];

	while (path.n > 0) {
		const char *colon = memchr(path.p, ':', path.n);
		size_t n = colon == NULL ? path.n : (size_t)(colon - path.p);

		(void)snprintf(z, sizeof z, "%.*s/ssh", (int)n, path.p);
		if (n < sizeof z - 5 && access(z, X_OK) == 0)
			return strcmp(z, "/usr/bin/ssh") == 0 ||
			       strcmp(z, "/bin/ssh") == 0;
		path = str_from(path, n + 1);
	}
	return false;
}

static void
scan_own_files(struct scan *s)
{
	char path[WORD_MAX_BYTES];
	uv_passwd_t pw;

	if (!ssh_is_debians() || uv_os_get_passwd(&pw) != 0) {
		unsure(s);
		return;
	}
	(void)snprintf(path, sizeof path, "%s/.ssh/config", pw.homedir);
	uv_os_free_passwd(&pw);
	scan_file(s, path, true, 0);
	s->user_file = false;
	scan_file(s, SYSTEM_FILE, true, 0);
}

void
ssh_scan(
    struct ssh_scan *out, const struct ssh_spec *spec, const char *config_file)
{
	struct scan s = {.out = out, .host = spec->host, .user_file = true};

	*out = (struct ssh_scan){.sure = true};
	buf_init(&out->lines, SSH_SCAN_MAX_BYTES);
	(void)buf_printf(&out->lines, "%s\n%s\n%u\n",
	    config_file == NULL ? "" : config_file, spec->user, spec->port);
	str_copy(out->hostname, sizeof out->hostname, str_of(spec->host));
	if (strpbrk(spec->host, "%:[]") != NULL)
		unsure(&s);
	else if (config_file == NULL)
		scan_own_files(&s);
	else if (access(config_file, R_OK) != 0)
		unsure(&s); /* "none" and what is missing: ssh's to say */
	else
		scan_file(&s, config_file, true, 0);
	for (char *c = out->hostname; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	if (out->lines.failed != ERR_OK)
		unsure(&s);
}

void
ssh_scan_done(struct ssh_scan *s)
{
	buf_done(&s->lines);
}
