/*
 * openssh_say.c - the sentences for what openssh_talk.c understood: subject,
 * fact, way out. Texts that come from the host or from ssh are clean already.
 */
#include "remote/openssh_talk.h"

#include "core/i18n.h"

#include <stdio.h>

static const char *
either(const char *s, const char *other)
{
	return s[0] != '\0' ? s : other;
}

static void
say_auth(const struct openssh_talk *t, const char *name, char *dst)
{
	int n = snprintf(dst, TALK_TEXT,
	    _("%s: login as %s was refused; tried %s; the host takes %s"), name,
	    either(t->user, "?"),
	    either(t->tried, _("no key (none in the agent, no "
			       "key file)")),
	    either(t->offers, "?"));

	if (t->locked[0] != '\0' && n > 0 && n < TALK_TEXT)
		(void)snprintf(dst + n, (size_t)(TALK_TEXT - n),
		    _("; the key %s needs its passphrase: ssh-add it"),
		    t->locked);
}

static void
say_timeout(const struct openssh_talk *t, const char *name, char *dst)
{
	const char *peer = either(t->peer, name);

	if (t->stage >= TALK_UP)
		(void)snprintf(dst, TALK_TEXT,
		    _("%s: no answer to keepalives any more"), name);
	else if (t->stage >= TALK_BANNER)
		(void)snprintf(dst, TALK_TEXT,
		    _("%s: %s took the connection and said nothing"), name,
		    peer);
	else
		(void)snprintf(dst, TALK_TEXT,
		    _("%s: %s does not answer; is it up, does a firewall let "
		      "us in?"),
		    name, peer);
}

static void
say_key(const struct openssh_talk *t, const char *name, char *dst)
{
	if (t->err == ERR_KEYUNKNOWN)
		(void)snprintf(dst, TALK_TEXT,
		    _("%s: host key unknown and not accepted: %s; compare it "
		      "on the host, then accept it here or with ssh"),
		    name, either(t->hostkey, t->why));
	else if (strstr(t->why, "REVOKED") != NULL)
		(void)snprintf(dst, TALK_TEXT,
		    _("%s: HOST KEY REVOKED; not connected. %s"), name,
		    t->offending);
	else
		(void)snprintf(dst, TALK_TEXT,
		    _("%s: HOST KEY CHANGED (now %s); somebody may sit "
		      "between, or the host was installed anew. Not "
		      "connected. %s: remove that line if the change is "
		      "right"),
		    name, either(t->hostkey, "?"),
		    either(t->offending, t->last));
}

char *
openssh_talk_sentence(
    const struct openssh_talk *t, const char *name, char dst[TALK_TEXT])
{
	const char *peer = either(t->peer, name);

	switch (t->err) {
	case ERR_NAME:
		(void)snprintf(dst, TALK_TEXT,
		    _("%s: host name not found (%s); check its spelling, DNS, "
		      "or HostName in the SSH configuration"),
		    name, t->why);
		break;
	case ERR_CONNREFUSED:
		(void)snprintf(dst, TALK_TEXT,
		    _("%s: %s refused the connection; does sshd run there, is "
		      "the port right?"),
		    name, peer);
		break;
	case ERR_TIMEOUT:
		say_timeout(t, name, dst);
		break;
	case ERR_KEYUNKNOWN:
	case ERR_KEYCHANGED:
		say_key(t, name, dst);
		break;
	case ERR_AUTH:
		say_auth(t, name, dst);
		break;
	case ERR_PARSE:
		(void)snprintf(dst, TALK_TEXT,
		    _("%s: ssh does not take its configuration: %s"), name,
		    t->why);
		break;
	case ERR_CLOSED:
		if (t->stage >= TALK_UP)
			(void)snprintf(dst, TALK_TEXT,
			    _("%s: the connection broke (%s)"), name, t->why);
		else
			(void)snprintf(dst, TALK_TEXT,
			    _("%s: the connection was closed before the login "
			      "was done (%s)"),
			    name, t->why);
		break;
	default:
		(void)snprintf(dst, TALK_TEXT, "%s: %s", name,
		    either(either(t->why, t->last),
			_("ssh ended without a word")));
	}
	return dst;
}

char *
openssh_talk_timeout(const struct openssh_talk *t, const char *name,
    int64_t wait_ms, char dst[TALK_TEXT])
{
	static const char *const facts[] = {
	    [TALK_BEGUN] = N_("ssh did not get to connecting"),
	    [TALK_CONNECT] = N_("no answer; is it up, does a firewall let us "
				"in?"),
	    [TALK_BANNER] = N_("it took the connection and said nothing"),
	    [TALK_KEX] = N_("the key exchange did not end"),
	    [TALK_AUTH] = N_("authentication did not end"),
	    [TALK_LOGIN] = N_("logged in, but no shell answered"),
	    [TALK_UP] = N_("no answer any more"),
	};

	(void)snprintf(dst, TALK_TEXT, _("%s: %s timed out after %.1f s: %s"),
	    name, either(t->peer, "ssh"), (double)wait_ms / 1000,
	    _(facts[t->stage]));
	return dst;
}
