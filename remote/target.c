/* target.c - takes a host's name apart; see target.h. */
#include "remote/target.h"

#include "core/num.h"
#include "core/shquote.h"

static size_t
last_of(struct str s, char c)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == c)
			return i - 1;
	return SIZE_MAX;
}

static bool
user_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	return s.n > 0 && s.n < NAME_MAX_BYTES && s.p[0] != '-';
}

static bool
port_ok(struct str s)
{
	uint32_t v;

	return s.n <= 5 && num_u32(s, &v) == ERR_OK && v >= 1 && v <= 65535;
}

/* Takes "[host]:port" or "host:port" apart; a bare IPv6 address has no port. */
static err_t
split_port(struct str *host, struct str *port)
{
	size_t colon = last_of(*host, ':');

	*port = (struct str){NULL, 0};
	if (host->n > 0 && host->p[0] == '[') {
		size_t close = last_of(*host, ']');

		if (close == SIZE_MAX ||
		    (close + 1 < host->n && colon != close + 1))
			return ERR_PARSE;
		if (close + 1 < host->n)
			*port = str_from(*host, close + 2);
		if (close + 1 < host->n && port->n == 0)
			return ERR_PARSE;
		*host = (struct str){host->p + 1, close - 1};
		return ERR_OK;
	}
	if (colon == SIZE_MAX || memchr(host->p, ':', colon) != NULL)
		return ERR_OK;
	*port = str_from(*host, colon + 1);
	host->n = colon;
	return port->n == 0 ? ERR_PARSE : ERR_OK;
}

err_t
target_split(struct target_parts *out, const char *name)
{
	struct str host = str_of(name), user = {NULL, 0}, port;
	size_t at;
	err_t err;

	if (str_starts(host, STR_LIT("ssh://"))) {
		host = str_from(host, 6);
		if (str_ends(host, STR_LIT("/")))
			host.n--;
	}
	at = last_of(host, '@');
	if (at != SIZE_MAX) {
		user = (struct str){host.p, at};
		host = str_from(host, at + 1);
		if (!user_ok(user))
			return ERR_PARSE;
	}
	err = split_port(&host, &port);
	if (err != ERR_OK)
		return err;
	if (host.n == 0 || host.n >= NAME_MAX_BYTES || !shquote_is_host(host))
		return ERR_PARSE;
	if (port.n > 0 && !port_ok(port))
		return ERR_PARSE;
	str_copy(out->user, sizeof(out->user), user);
	str_copy(out->host, sizeof(out->host), host);
	str_copy(out->port, sizeof(out->port), port);
	return ERR_OK;
}
