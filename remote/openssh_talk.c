/* openssh_talk.c - the ssh program's words understood; see openssh_talk.h. */
#include "remote/openssh_talk.h"

#include "core/utf8.h"

#include <stdio.h>

/* Clean UTF-8 into dst[cap], cut between characters. */
static void
clean(char *dst, size_t cap, struct str s)
{
	struct utf8_glyph g;
	size_t n = 0;

	while (utf8_next(&s, &g)) {
		char u[8];
		size_t k = utf8_encode(u, g.ch);

		if (g.mark != 0)
			k += utf8_encode(u + k, g.mark);
		if (n + k >= cap)
			break;
		memcpy(dst + n, u, k);
		n += k;
	}
	dst[n] = '\0';
}

static bool
has(struct str s, const char *needle)
{
	return str_find(s, str_of(needle)) != SIZE_MAX;
}

/* What lies between a and b in s; to the end when b is not there. */
static struct str
between(struct str s, const char *a, const char *b)
{
	size_t at = str_find(s, str_of(a)), end;

	if (at == SIZE_MAX)
		return (struct str){NULL, 0};
	s = str_from(s, at + strlen(a));
	end = str_find(s, str_of(b));
	if (end != SIZE_MAX)
		s.n = end;
	return s;
}

/* "127.0.0.1 [127.0.0.1] port 22." -> "127.0.0.1 port 22". */
static void
set_peer(struct openssh_talk *t, struct str s)
{
	size_t at = str_find(s, STR_LIT(" port "));
	struct str host, port = str_from(s, at == SIZE_MAX ? s.n : at + 6);
	char h[96], p[8];
	size_t n = 0;

	while (n < port.n && port.p[n] >= '0' && port.p[n] <= '9')
		n++;
	port.n = n;
	if (!str_word(&s, &host) || port.n == 0)
		return;
	clean(h, sizeof(h), host);
	clean(p, sizeof(p), port);
	(void)snprintf(t->peer, sizeof(t->peer), "%s port %s", h, p);
}

struct cause {
	const char *has;
	const char *also; /* NULL = nothing more is needed */
	err_t err;
	bool final, weak;
	enum talk_stage until; /* not believed after this stage */
};

/* The first row that fits counts, so the specific ones come first. */
static const struct cause causes[] = {
    {"Could not resolve hostname", "Temporary failure", ERR_NAME, false, false,
	TALK_AUTH},
    {"Could not resolve hostname", NULL, ERR_NAME, true, false, TALK_AUTH},
    {"connect to host ", "Connection refused", ERR_CONNREFUSED, false, false,
	TALK_AUTH},
    {"connect to host ", "timed out", ERR_TIMEOUT, false, false, TALK_AUTH},
    {"connect to host ", "No route to host", ERR_UNREACH, false, false,
	TALK_AUTH},
    {"connect to host ", "etwork is unreachable", ERR_UNREACH, false, false,
	TALK_AUTH},
    {"connect to host ", NULL, ERR_IO, false, false, TALK_AUTH},
    {"timed out during banner exchange", NULL, ERR_TIMEOUT, false, false,
	TALK_AUTH},
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", NULL, ERR_KEYCHANGED, true,
	false, TALK_KEX},
    {"REVOKED HOST KEY DETECTED", NULL, ERR_KEYCHANGED, true, false, TALK_KEX},
    {"Host key verification failed", NULL, ERR_KEYUNKNOWN, true, false,
	TALK_KEX},
    {"Permission denied (", NULL, ERR_AUTH, true, false, TALK_AUTH},
    {"Too many authentication failures", NULL, ERR_AUTH, true, false,
	TALK_AUTH},
    {"Unable to negotiate with ", NULL, ERR_PROTO, true, false, TALK_AUTH},
    {"banner line contains invalid characters", NULL, ERR_PROTO, false, false,
	TALK_BANNER},
    {"Protocol major versions differ", NULL, ERR_PROTO, true, false, TALK_KEX},
    {"Bad configuration option", NULL, ERR_PARSE, true, false, TALK_BEGUN},
    {"terminating, ", "bad configuration option", ERR_PARSE, true, false,
	TALK_BEGUN},
    {"Can't open user config file", NULL, ERR_PARSE, true, false, TALK_BEGUN},
    {"Bad owner or permissions on ", NULL, ERR_PARSE, true, false, TALK_BEGUN},
    {" line ", ": ", ERR_PARSE, true, true, TALK_BEGUN},
    {"Timeout, server ", " not responding", ERR_TIMEOUT, false, false, TALK_UP},
    {"closed by remote host", NULL, ERR_CLOSED, false, true, TALK_UP},
    {"Connection closed by ", NULL, ERR_CLOSED, false, true, TALK_UP},
    {"Connection reset by ", NULL, ERR_CLOSED, false, true, TALK_UP},
    {"Broken pipe", NULL, ERR_CLOSED, false, true, TALK_UP},
    {"Received disconnect from ", NULL, ERR_CLOSED, false, true, TALK_UP},
    {"kex_exchange_identification: ", NULL, ERR_CLOSED, false, true, TALK_KEX},
};

static void
tell(struct openssh_talk *t, struct str line)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		const struct cause *c = &causes[i];

		if (t->stage > c->until || !has(line, c->has) ||
		    (c->also != NULL && !has(line, c->also)))
			continue;
		if (t->err != ERR_OK && !(t->weak && !c->weak))
			return;
		t->err = c->err;
		t->final = c->final;
		t->weak = c->weak;
		clean(t->why, sizeof(t->why), line);
		if (has(line, "connect to host "))
			set_peer(t, between(line, "connect to host ", ": "));
		return;
	}
}

static void
to_stage(struct openssh_talk *t, enum talk_stage s)
{
	if (s > t->stage)
		t->stage = s;
}

/* "/root/.ssh/id_ed25519 ED25519 SHA256:.. agent" -> "/root/.. (ED25519)". */
static void
add_key(struct openssh_talk *t, struct str s)
{
	size_t n = strlen(t->tried), fp = str_find(s, STR_LIT(" SHA256:"));
	char key[200];

	if (fp != SIZE_MAX)
		s.n = fp;
	clean(key, sizeof(key), s);
	if (n + strlen(key) + 3 > sizeof(t->tried))
		return; /* the first ones say enough */
	(void)snprintf(
	    t->tried + n, sizeof(t->tried) - n, "%s%s", n > 0 ? ", " : "", key);
}

static void
debug_line(struct openssh_talk *t, struct str s)
{
	if (str_starts(s, STR_LIT("Connecting to "))) {
		to_stage(t, TALK_CONNECT);
		set_peer(t, str_from(s, 14));
	} else if (str_starts(s, STR_LIT("Executing proxy command"))) {
		to_stage(t, TALK_CONNECT);
	} else if (str_starts(s, STR_LIT("Connection established"))) {
		to_stage(t, TALK_BANNER);
	} else if (str_starts(s, STR_LIT("Remote protocol version "))) {
		to_stage(t, TALK_KEX);
	} else if (str_starts(s, STR_LIT("Authenticating to "))) {
		clean(t->user, sizeof(t->user), between(s, " as '", "'"));
	} else if (t->stage <= TALK_KEX &&
		   str_starts(s, STR_LIT("Server host key: "))) {
		clean(t->hostkey, sizeof(t->hostkey), str_from(s, 17));
	} else if (str_starts(s, STR_LIT("SSH2_MSG_SERVICE_ACCEPT"))) {
		to_stage(t, TALK_AUTH);
	} else if (str_starts(
		       s, STR_LIT("Authentications that can continue: "))) {
		clean(t->offers, sizeof(t->offers), str_from(s, 35));
	} else if (str_starts(s, STR_LIT("Offering public key: "))) {
		add_key(t, str_from(s, 21));
	}
}

static void
take_line(struct openssh_talk *t, struct str s)
{
	s = str_trim(s);
	if (s.n == 0)
		return;
	if (str_starts(s, STR_LIT("debug1: "))) {
		debug_line(t, str_from(s, 8));
		return;
	}
	if (str_starts(s, STR_LIT("Authenticated to ")))
		to_stage(t, TALK_LOGIN);
	else if (str_starts(s, STR_LIT("channel ")) &&
		 has(s, ": open failed: "))
		t->refused++;
	else if (t->stage == TALK_KEX && str_starts(s, STR_LIT("Offending ")))
		clean(t->offending, sizeof(t->offending), s);
	clean(t->last, sizeof(t->last), s);
	tell(t, s);
}

void
openssh_talk_init(struct openssh_talk *t)
{
	*t = (struct openssh_talk){0};
}

void
openssh_talk_feed(struct openssh_talk *t, struct str b)
{
	for (size_t i = 0; i < b.n; i++) {
		if (b.p[i] == '\n') {
			take_line(t, (struct str){t->line, t->line_n});
			t->line_n = 0;
		} else if (t->line_n < sizeof(t->line)) {
			t->line[t->line_n++] = b.p[i];
		}
	}
}

void
openssh_talk_end(struct openssh_talk *t)
{
	take_line(t, (struct str){t->line, t->line_n});
	t->line_n = 0;
}

/* "ED25519 key fingerprint is SHA256:x." -> "ED25519", "SHA256:x". */
static bool
key_line(struct str text, struct str *type, struct str *print)
{
	struct str line;

	while (str_line(&text, &line)) {
		size_t at = str_find(line, STR_LIT(" key fingerprint is "));

		if (at == SIZE_MAX)
			continue;
		*print = str_from(line, at + 20);
		if (str_ends(*print, STR_LIT(".")))
			print->n--;
		*type = (struct str){line.p, at};
		return true;
	}
	return false;
}

enum question_kind
openssh_question(struct str text, char *subject, size_t cap)
{
	struct str type, print, s;

	subject[0] = '\0';
	if (has(text, "authenticity of host '") &&
	    key_line(text, &type, &print)) {
		char t[32], p[128], host[160];

		clean(t, sizeof(t), type);
		clean(p, sizeof(p), print);
		clean(host, sizeof(host), between(text, "of host '", " ("));
		if (strlen(host) > 0 && host[strlen(host) - 1] == '\'')
			host[strlen(host) - 1] = '\0';
		(void)snprintf(subject, cap, "%s %s (%s)", t, p, host);
		return QUESTION_HOSTKEY;
	}
	if (has(text, "passphrase for "))
		s = between(text, "passphrase for ", ": ");
	else if (has(text, "PIN for "))
		s = between(text, "PIN for ", ": ");
	else
		return QUESTION_OTHER;
	clean(subject, cap, has(s, "'") ? between(s, "'", "'") : s);
	return QUESTION_PASSPHRASE;
}
