/*
 * ssh_hostkey.c - is this the host we know? Reads the known_hosts files the
 * configuration names, asks for the key types they hold (libssh2 would prefer
 * ECDSA and then meet a key nobody knows), and decides: known goes on, unknown
 * is asked for or refused, changed and revoked are refused always.
 */
#include "remote/ssh_int.h"

#include "core/i18n.h"
#include "remote/ssh_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

enum { KNOWN_FILE_MAX = 32 * 1024 * 1024, SALT_BYTES = 20 };

static void
scan_files(struct ssh_known *k, const struct ssh_files *f, struct str name,
    struct str key)
{
	struct buf text;

	for (size_t i = 0; i < f->n; i++) {
		buf_init(&text, KNOWN_FILE_MAX);
		/* a file that is not there knows nobody */
		if (ssh_file_read(&text, f->path[i]) == ERR_OK)
			ssh_known_scan(
			    k, f->path[i], buf_view(&text), name, key);
		buf_done(&text);
	}
}

static void
scan(struct ssh_session *s, struct ssh_known *k, bool with_port, struct str key)
{
	const struct ssh_config *c = &s->cfg;
	char name[SSH_KNOWN_NAME_MAX];
	uint16_t port = with_port ? c->port : 22;

	if (c->hostkey_alias[0] != '\0')
		(void)ssh_known_name(name, c->hostkey_alias, 22);
	else
		(void)ssh_known_name(name, c->hostname, port);
	*k = (struct ssh_known){.types = 0};
	scan_files(k, &c->user_known, str_of(name), key);
	scan_files(k, &c->global_known, str_of(name), key);
}

/* Key types for the handshake, in the configuration's order. */
static void
list_types(struct buf *out, const struct ssh_config *c, unsigned only)
{
	struct str list = str_of(c->hostkey_algorithms), name;
	unsigned seen = 0;

	while (ssh_list_next(&list, &name)) {
		enum ssh_key_type t = ssh_key_type(name);
		unsigned bit = 1U << t;

		if (!ssh_key_host_ok(t) || (only & bit) == 0 ||
		    (seen & bit) != 0)
			continue;
		seen |= bit;
		(void)buf_printf(
		    out, "%s%s", out->n > 0 ? "," : "", ssh_key_name(t));
	}
}

void
ssh_hostkey_prepare(struct ssh_session *s)
{
	struct ssh_known *k = &s->known;
	struct buf types;

	scan(s, k, true, (struct str){NULL, 0});
	if (k->types == 0 && k->ca.file != NULL) {
		ssh_fail(s, LINK_FAILED, ERR_UNSUPPORTED,
		    _("its key is certified (%s line %u), and libssh2 cannot "
		      "check host certificates (transport openssh can)"),
		    k->ca.file, k->ca.line);
		return;
	}
	buf_init(&types, 1024);
	list_types(&types, &s->cfg, k->types != 0 ? k->types : ~0U);
	if (types.n > 0)
		(void)libssh2_session_method_pref(
		    s->lib, LIBSSH2_METHOD_HOSTKEY, buf_cstr(&types));
	else if (k->types != 0)
		ssh_fail(s, LINK_FAILED, ERR_UNSUPPORTED,
		    _("the key known for it (%s line %u) is of a type that "
		      "libssh2 cannot check (transport openssh can)"),
		    k->other.file, k->other.line);
	buf_done(&types);
}

/* What stands in the way of a key exchange: the host's key types, or else. */
void
ssh_hostkey_kex_failed(struct ssh_session *s)
{
	struct str list, left, name;
	unsigned offered = 0;
	bool old_rsa = false;

	if (!ssh_hello_hostkeys(buf_view(&s->hello), &list)) {
		ssh_fail(s, LINK_WAITING, ERR_PROTO,
		    _("the key exchange failed before the host offered any"));
		return;
	}
	left = list;
	while (ssh_list_next(&left, &name)) {
		offered |= 1U << ssh_key_type(name);
		old_rsa |= str_eq(name, STR_LIT("ssh-rsa"));
	}
	if (!old_rsa && (offered & ~(1U << SSH_KEY_OTHER)) == 1U << SSH_KEY_RSA)
		ssh_fail(s, LINK_FAILED, ERR_UNSUPPORTED,
		    _("it has only an RSA host key (%.*s), which libssh2 "
		      "cannot check (transport openssh can)"),
		    (int)list.n, list.p);
	else if (s->known.types == 1U << SSH_KEY_RSA && !old_rsa &&
		 (offered & 1U << SSH_KEY_RSA) != 0)
		ssh_fail(s, LINK_FAILED, ERR_UNSUPPORTED,
		    _("known_hosts holds only its RSA key (%s line %u), which "
		      "libssh2 cannot check (transport openssh can)"),
		    s->known.other.file, s->known.other.line);
	else if (s->known.types != 0 && (s->known.types & offered) == 0)
		ssh_fail(s, LINK_FAILED, ERR_KEYCHANGED,
		    _("HOST KEY CHANGED: it offers %.*s, none of the types "
		      "known "
		      "for it (%s line %u). Somebody may be listening in, or "
		      "the host was installed anew. Refused; when you know "
		      "why, remove that line and connect again"),
		    (int)list.n, list.p, s->known.other.file,
		    s->known.other.line);
	else
		ssh_fail(s, LINK_FAILED, ERR_UNSUPPORTED,
		    _("libssh2 and the host share no key exchange, cipher or "
		      "host key type (it offers %.*s; transport openssh may "
		      "do)"),
		    (int)list.n, list.p);
}

/* "ED25519 key SHA256:..", as OpenSSH prints it. */
static void
describe(struct ssh_session *s, struct str key, char *dst, size_t cap)
{
	const char *hash =
	    libssh2_hostkey_hash(s->lib, LIBSSH2_HOSTKEY_HASH_SHA256);
	struct buf b;

	buf_init(&b, 64);
	if (hash != NULL)
		ssh_base64_encode(&b, (struct str){hash, 32});
	while (b.n > 0 && b.p[b.n - 1] == '=')
		b.p[--b.n] = '\0';
	(void)snprintf(dst, cap, "%s SHA256:%s",
	    ssh_key_label(ssh_blob_type(key)), buf_cstr(&b));
	buf_done(&b);
}

static void
unknown(struct ssh_session *s, struct str key)
{
	const struct ssh_chain *c = s->chain;
	char what[128];

	describe(s, key, what, sizeof what);
	if (s->cfg.strict == SSH_STRICT_NEW) {
		s->answered = s->answer_yes = true;
		ssh_to(s, SS_HOSTKEY);
	} else if (s->cfg.strict == SSH_STRICT_YES) {
		ssh_fail(s, LINK_FAILED, ERR_KEYUNKNOWN,
		    _("host key unknown: %s, and StrictHostKeyChecking is yes. "
		      "Add it to known_hosts after checking it on the host "
		      "(ssh-keygen -l)"),
		    what);
	} else if (c->t == NULL || c->t->cb.on_ask == NULL) {
		ssh_fail(s, LINK_FAILED, ERR_KEYUNKNOWN,
		    _("host key unknown: %s, and nobody is there to ask. Log "
		      "in once with ssh %s, or add the key to known_hosts"),
		    what, s->to.host);
	} else {
		ssh_to(s, SS_HOSTKEY);
		ssh_chain_ask(s, ASK_HOSTKEY, what);
	}
}

static void
changed(struct ssh_session *s, struct str key)
{
	const struct ssh_known *k = &s->known;
	const struct ssh_known_at *at =
	    k->changed.file != NULL ? &k->changed : &k->other;
	char what[128];

	describe(s, key, what, sizeof what);
	if (k->revoked.file != NULL)
		ssh_fail(s, LINK_FAILED, ERR_KEYCHANGED,
		    _("HOST KEY REVOKED: it presents %s, which is marked "
		      "@revoked in %s line %u. Refused"),
		    what, k->revoked.file, k->revoked.line);
	else
		ssh_fail(s, LINK_FAILED, ERR_KEYCHANGED,
		    _("HOST KEY CHANGED: it presents %s, but %s line %u holds "
		      "another key. Somebody may be listening in, or the host "
		      "was installed anew. Refused; when you know why, remove "
		      "that line and connect again"),
		    what, at->file, at->line);
}

void
ssh_hostkey_check(struct ssh_session *s)
{
	struct ssh_known *k = &s->known, portless;
	size_t n = 0;
	int type = 0;
	const char *p = libssh2_session_hostkey(s->lib, &n, &type);
	struct str key = {p, p == NULL ? 0 : n};

	scan(s, k, true, key);
	/* as ssh does: a host on another port may be filed without it */
	scan(s, &portless, false, key);
	if (k->revoked.file == NULL)
		k->revoked = portless.revoked;
	if (key.n == 0)
		ssh_fail(s, LINK_WAITING, ERR_PROTO,
		    _("the key exchange ended without a host key"));
	else if (k->revoked.file != NULL)
		changed(s, key);
	else if (k->match.file != NULL ||
		 (k->types == 0 && portless.match.file != NULL))
		ssh_auth_start(s);
	else if (k->types != 0)
		changed(s, key);
	else
		unknown(s, key);
}

static void
remember(struct ssh_session *s)
{
	const struct ssh_config *c = &s->cfg;
	char name[SSH_KNOWN_NAME_MAX], salt[SALT_BYTES], text[512];
	struct str salted = {salt, 0};
	size_t n = 0;
	int type = 0, e;
	const char *key = libssh2_session_hostkey(s->lib, &n, &type);
	struct buf line;

	if (c->user_known.n == 0 || key == NULL)
		return;
	(void)ssh_known_name(name,
	    c->hostkey_alias[0] != '\0' ? c->hostkey_alias : c->hostname,
	    c->hostkey_alias[0] != '\0' ? 22 : c->port);
	if (c->hash_known_hosts &&
	    getrandom(salt, sizeof salt, 0) == (ssize_t)sizeof salt)
		salted.n = sizeof salt;
	buf_init(&line, SSH_KNOWN_LINE_MAX);
	ssh_known_line(&line, str_of(name), (struct str){key, n}, salted);
	e = ssh_file_append(c->user_known.path[0], buf_view(&line));
	buf_done(&line);
	if (e == 0)
		return;
	(void)snprintf(text, sizeof text,
	    _("%s: the host key is accepted for this connection, but %s cannot "
	      "be written (%s)"),
	    s->to.host, c->user_known.path[0], uv_strerror(-e));
	ssh_chain_tell(s->chain, ERR_OK, text);
}

bool
ssh_hostkey_step(struct ssh_session *s)
{
	if (!s->answered)
		return false;
	s->answered = false;
	if (!s->answer_yes) {
		ssh_fail(s, LINK_FAILED, ERR_KEYUNKNOWN,
		    _("its host key was not accepted"));
		return false;
	}
	remember(s);
	ssh_auth_start(s);
	return true;
}
