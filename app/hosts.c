/* hosts.c - see hosts.h. */
#include "app/hosts.h"

#include "core/i18n.h"
#include "core/shquote.h"

#include <stdio.h>

/* "host", "user@host", "host:port", "[v6]:port", "ssh://user@host:port". */
static bool
is_target(const char *name)
{
	struct str s = str_of(name);
	const char *at;

	if (str_starts(s, STR_LIT("ssh://")))
		s = str_from(s, 6);
	at = s.n == 0 ? NULL : memrchr(s.p, '@', s.n);
	if (at != NULL) {
		struct str user = {s.p, (size_t)(at - s.p)};

		/* ssh refuses shell characters in user names as well */
		if (!shquote_is_service(user))
			return false;
		s = str_from(s, user.n + 1);
	}
	return shquote_is_host(s) && s.n + 1 < NAME_MAX_BYTES;
}

/* What the file says of a host holds on the command line too. */
static enum transport_kind
kind_of(const struct config *c, const char *name)
{
	for (int i = 0; i < c->n_hosts; i++)
		if (strcmp(c->hosts[i].name, name) == 0)
			return c->hosts[i].kind;
	return c->transport;
}

err_t
hosts_collect(struct hosts *h, const struct options *o, const struct config *c,
    char *why, size_t cap)
{
	bool given = o->n_hosts > 0;

	h->n = given ? o->n_hosts : c->n_hosts;
	for (int i = 0; i < h->n; i++) {
		h->names[i] = given ? o->hosts[i] : c->hosts[i].name;
		h->kinds[i] = kind_of(c, h->names[i]);
		if (o->transport_given)
			h->kinds[i] = o->transport;
		if (!is_target(h->names[i])) {
			(void)snprintf(why, cap,
			    _("\"%s\" is not a host: give NAME, USER@NAME or "
			      "NAME:PORT as ssh knows it"),
			    h->names[i]);
			return ERR_PARSE;
		}
		for (int j = 0; j < i; j++)
			if (strcmp(h->names[i], h->names[j]) == 0) {
				(void)snprintf(why, cap,
				    _("host %s is named twice"), h->names[i]);
				return ERR_PARSE;
			}
	}
	if (h->n == 0 && o->transport_given && o->transport == TR_LOCAL) {
		h->names[0] = "localhost";
		h->kinds[0] = TR_LOCAL;
		h->n = 1;
	}
	if (h->n == 0) {
		(void)snprintf(why, cap, "%s",
		    _("no host given: mtadeck mta1 mta2, or list hosts in "
		      "~/.config/mtadeck/config.yaml"));
		return ERR_PARSE;
	}
	return ERR_OK;
}

const char *
hosts_ssh_config(const struct options *o, const struct config *c)
{
	if (o->ssh_config != NULL)
		return o->ssh_config;
	return c->ssh_config[0] != '\0' ? c->ssh_config : NULL;
}

void
hosts_session(const struct hosts *h, const struct options *o,
    const struct config *c, struct session_opts *so)
{
	*so = (struct session_opts){.hosts = h->names,
	    .n_hosts = h->n,
	    .kinds = h->kinds,
	    .record = o->record,
	    .history_ms = o->since_ms >= 0 ? o->since_ms : c->history_ms,
	    .poll_ms = c->poll_ms,
	    .connect_timeout_ms = c->connect_timeout_ms,
	    .queue_limit = c->queue_limit,
	    .throttles = &c->throttles,
	    .alerts = &c->alerts.rules,
	    .log_bytes = (uint64_t)c->log_mib << 20,
	    .want_log = true,
	    .want_poll = true,
	    .want_queue = true,
	    .lists = &c->lists};
	so->ssh_config = hosts_ssh_config(o, c);
}
