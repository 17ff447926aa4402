/*
 * ssh_config.c - reads what `ssh -G` prints: one "key value" a line, keys in
 * lower case (ssh_config(5), "TOKENS" for what starts with %). Pure: no file
 * is opened here. The text is another program's; every bound is kept.
 */
#include "remote/ssh_config.h"

#include "core/num.h"
#include "core/shquote.h"

#include <stdlib.h>
#include <sys/socket.h>

/* A login name that can stand behind -l: no blanks, no controls, no '-'. */
static bool
user_ok(struct str s)
{
	if (s.n == 0 || s.n >= NAME_MAX_BYTES || s.p[0] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	return true;
}

static bool
port_of(struct str s, uint16_t *out)
{
	uint32_t v;

	if (num_u32(s, &v) != ERR_OK || v == 0 || v > UINT16_MAX)
		return false;
	*out = (uint16_t)v;
	return true;
}

static size_t
count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* "host", "host:22", "[::1]", "[::1]:22", "::1" */
static bool
split_port(struct str s, struct str *host, uint16_t *port)
{
	const char *at;
	size_t end;

	if (s.n > 0 && s.p[0] == '[') {
		at = memchr(s.p, ']', s.n);
		if (at == NULL)
			return false;
		end = (size_t)(at - s.p);
		*host = (struct str){s.p + 1, end - 1};
		s = str_from(s, end + 1);
		return s.n == 0 ||
		       (s.p[0] == ':' && port_of(str_from(s, 1), port));
	}
	*host = s;
	if (count(s, ':') != 1)
		return true;
	at = memchr(s.p, ':', s.n);
	end = (size_t)(at - s.p);
	*host = (struct str){s.p, end};
	return port_of(str_from(s, end + 1), port);
}

err_t
ssh_spec_parse(struct ssh_spec *out, struct str text)
{
	struct ssh_spec r = {.port = 0};
	struct str host, user = {NULL, 0};
	const char *at;

	text = str_trim(text);
	if (str_starts(text, STR_LIT("ssh://"))) {
		text = str_from(text, 6);
		if (text.n > 0 && text.p[text.n - 1] == '/')
			text.n--;
	}
	at = text.n == 0 ? NULL : memrchr(text.p, '@', text.n);
	if (at != NULL) {
		user = (struct str){text.p, (size_t)(at - text.p)};
		text = str_from(text, user.n + 1);
		if (!user_ok(user))
			return ERR_PARSE;
		str_copy(r.user, sizeof r.user, user);
	}
	if (!split_port(text, &host, &r.port) || host.n >= sizeof r.host ||
	    !shquote_is_host(host))
		return ERR_PARSE;
	str_copy(r.host, sizeof r.host, host);
	*out = r;
	return ERR_OK;
}

/* What a file name's tokens stand for. */
struct expand {
	const struct ssh_config *c;
	const struct ssh_env *env;
};

static void
add_token(struct buf *b, char token, const struct expand *x)
{
	const struct ssh_config *c = x->c;

	switch (token) {
	case '%':
		(void)buf_putc(b, '%');
		return;
	case 'd':
		(void)buf_puts(b, x->env->home);
		return;
	case 'u':
		(void)buf_puts(b, x->env->user);
		return;
	case 'h':
		(void)buf_puts(b, c->hostname);
		return;
	case 'n':
		(void)buf_puts(b, c->host);
		return;
	case 'k':
		(void)buf_puts(b,
		    c->hostkey_alias[0] == '\0' ? c->host : c->hostkey_alias);
		return;
	case 'p':
		(void)buf_printf(b, "%u", c->port);
		return;
	case 'r':
		(void)buf_puts(b, c->user);
		return;
	default: /* such a file will not be found, and named as it is */
		(void)buf_putc(b, '%');
		(void)buf_putc(b, token);
	}
}

/* Owned by the caller; NULL when too long or out of memory. */
static char *
expand(struct str s, const struct expand *x)
{
	struct buf b;
	char *r;

	buf_init(&b, SSH_CONFIG_VALUE_MAX);
	if (s.n > 0 && s.p[0] == '~' && (s.n == 1 || s.p[1] == '/')) {
		(void)buf_puts(&b, x->env->home);
		s = str_from(s, 1);
	}
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '%' && i + 1 < s.n)
			add_token(&b, s.p[++i], x);
		else
			(void)buf_putc(&b, s.p[i]);
	r = b.failed == ERR_OK ? str_dup(buf_view(&b)) : NULL;
	buf_done(&b);
	return r;
}

static bool
is_none(struct str v)
{
	return v.n == 0 || str_ieq(v, STR_LIT("none"));
}

static bool
is_yes(struct str v)
{
	return str_ieq(v, STR_LIT("yes")) || str_ieq(v, STR_LIT("true"));
}

static err_t
add_file(struct ssh_files *f, struct str v, const struct expand *x)
{
	char *path;

	if (is_none(v) || f->n == SSH_CONFIG_LIST_MAX)
		return ERR_OK;
	path = expand(v, x);
	if (path == NULL)
		return ERR_NOMEM;
	f->path[f->n++] = path;
	return ERR_OK;
}

static err_t
add_files(struct ssh_files *f, struct str v, const struct expand *x)
{
	struct str word;

	while (str_word(&v, &word)) {
		err_t err = add_file(f, word, x);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static err_t
set_text(char **at, struct str v)
{
	if (*at != NULL || is_none(v))
		return ERR_OK;
	*at = str_dup(v);
	return *at == NULL ? ERR_NOMEM : ERR_OK;
}

static err_t
set_agent(struct ssh_config *c, struct str v, const struct expand *x)
{
	const char *sock = x->env->auth_sock;

	free(c->identity_agent);
	c->identity_agent = NULL;
	if (is_none(v))
		return ERR_OK;
	if (str_eq(v, STR_LIT("SSH_AUTH_SOCK"))) {
		if (sock == NULL || sock[0] == '\0')
			return ERR_OK;
		c->identity_agent = str_dup(str_of(sock));
	} else {
		c->identity_agent = expand(v, x);
	}
	return c->identity_agent == NULL ? ERR_NOMEM : ERR_OK;
}

static enum ssh_strict
strict_of(struct str v)
{
	if (is_yes(v))
		return SSH_STRICT_YES;
	if (str_ieq(v, STR_LIT("ask")))
		return SSH_STRICT_ASK;
	return SSH_STRICT_NEW;
}

static int
family_of(struct str v)
{
	if (str_eq(v, STR_LIT("inet")))
		return AF_INET;
	return str_eq(v, STR_LIT("inet6")) ? AF_INET6 : AF_UNSPEC;
}

/* The names other values' tokens need; they must all be there. */
static err_t
take_basics(struct ssh_config *c, struct str key, struct str v)
{
	if (str_eq(key, STR_LIT("hostname"))) {
		if (!shquote_is_host(v) || v.n >= sizeof c->hostname)
			return ERR_PARSE;
		str_copy(c->hostname, sizeof c->hostname, v);
	} else if (str_eq(key, STR_LIT("user"))) {
		if (!user_ok(v))
			return ERR_PARSE;
		str_copy(c->user, sizeof c->user, v);
	} else if (str_eq(key, STR_LIT("port"))) {
		if (!port_of(v, &c->port))
			return ERR_PARSE;
	} else if (str_eq(key, STR_LIT("hostkeyalias"))) {
		if (v.n >= sizeof c->hostkey_alias)
			return ERR_PARSE;
		if (!is_none(v))
			str_copy(c->hostkey_alias, sizeof c->hostkey_alias, v);
	}
	return ERR_OK;
}

static void
take_flag(struct ssh_config *c, struct str key, struct str v)
{
	int64_t ms;

	if (str_eq(key, STR_LIT("identitiesonly")))
		c->identities_only = is_yes(v);
	else if (str_eq(key, STR_LIT("pubkeyauthentication")))
		c->pubkey_auth =
		    !str_ieq(v, STR_LIT("no")) && !str_ieq(v, STR_LIT("false"));
	else if (str_eq(key, STR_LIT("hashknownhosts")))
		c->hash_known_hosts = is_yes(v);
	else if (str_eq(key, STR_LIT("stricthostkeychecking")))
		c->strict = strict_of(v);
	else if (str_eq(key, STR_LIT("addressfamily")))
		c->family = family_of(v);
	else if (str_eq(key, STR_LIT("connecttimeout")) &&
		 num_duration_ms(v, &ms) == ERR_OK)
		c->connect_timeout_ms = ms;
}

static err_t
take_rest(
    struct ssh_config *c, struct str key, struct str v, const struct expand *x)
{
	if (str_eq(key, STR_LIT("identityfile")))
		return add_file(&c->identity, v, x);
	if (str_eq(key, STR_LIT("certificatefile")))
		return add_file(&c->certificate, v, x);
	if (str_eq(key, STR_LIT("userknownhostsfile")))
		return add_files(&c->user_known, v, x);
	if (str_eq(key, STR_LIT("globalknownhostsfile")))
		return add_files(&c->global_known, v, x);
	if (str_eq(key, STR_LIT("identityagent")))
		return set_agent(c, v, x);
	if (str_eq(key, STR_LIT("proxyjump")))
		return set_text(&c->proxy_jump, v);
	if (str_eq(key, STR_LIT("proxycommand")))
		return set_text(&c->proxy_command, v);
	if (str_eq(key, STR_LIT("bindaddress")))
		return set_text(&c->bind_address, v);
	if (str_eq(key, STR_LIT("hostkeyalgorithms")))
		return set_text(&c->hostkey_algorithms, v);
	take_flag(c, key, v);
	return ERR_OK;
}

static bool
next_pair(struct str *rest, struct str *key, struct str *value)
{
	struct str line;

	while (str_line(rest, &line)) {
		*value = line;
		if (line.n > SSH_CONFIG_VALUE_MAX ||
		    memchr(line.p, '\0', line.n) != NULL ||
		    !str_word(value, key))
			continue;
		*value = str_trim(*value);
		return true;
	}
	return false;
}

err_t
ssh_config_parse(struct ssh_config *out, struct str host, struct str text,
    const struct ssh_env *env)
{
	struct ssh_config c = {.pubkey_auth = true, .family = AF_UNSPEC};
	struct expand x = {&c, env};
	struct str rest = text, key, v;
	err_t err = ERR_OK;

	if (text.n > SSH_CONFIG_TEXT_MAX || host.n >= sizeof c.host)
		return ERR_LIMIT;
	str_copy(c.host, sizeof c.host, host);
	while (err == ERR_OK && next_pair(&rest, &key, &v))
		err = take_basics(&c, key, v);
	if (err == ERR_OK &&
	    (c.hostname[0] == '\0' || c.user[0] == '\0' || c.port == 0))
		err = ERR_PARSE;
	if (err == ERR_OK) /* what ssh takes when nothing says otherwise */
		err = set_agent(&c, STR_LIT("SSH_AUTH_SOCK"), &x);
	rest = text;
	while (err == ERR_OK && next_pair(&rest, &key, &v))
		err = take_rest(&c, key, v, &x);
	if (err != ERR_OK)
		ssh_config_done(&c);
	else
		*out = c;
	return err;
}

static void
files_done(struct ssh_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->path[i]);
	f->n = 0;
}

void
ssh_config_done(struct ssh_config *c)
{
	free(c->identity_agent);
	free(c->proxy_jump);
	free(c->bind_address);
	free(c->proxy_command);
	free(c->hostkey_algorithms);
	files_done(&c->identity);
	files_done(&c->certificate);
	files_done(&c->user_known);
	files_done(&c->global_known);
	*c = (struct ssh_config){.port = 0};
}
