/*
 * ssh_auth.c - logging in with public keys (RFC 4252 section 7): asks what the
 * host offers, lists the agent's keys, tries one key after the other. A
 * passphrase is asked for only once the host has said that it would take the
 * key. When nothing helps, what was tried is said.
 */
#include "remote/ssh_int.h"

#include "core/i18n.h"
#include "remote/ssh_agent.h"
#include "remote/ssh_keys.h"
#include "remote/ssh_sign.h"

#include <stdio.h>
#include <stdlib.h>

enum { TRIED_MAX = 1024, PASSPHRASE_TRIES = 3, METHODS_MAX = 160 };

struct ssh_auth {
	struct ssh_session *s;
	struct ssh_agent *agent;
	struct ssh_keys keys;
	size_t at;
	bool accepted; /* the host would take this key */
	bool signing;  /* the agent was asked */
	unsigned passphrases;
	struct ssh_sign *sign;
	struct buf tried;
	char methods[METHODS_MAX]; /* what the host takes */
};

void
ssh_auth_free(struct ssh_auth *a)
{
	if (a == NULL)
		return;
	ssh_agent_free(a->agent);
	ssh_sign_free(a->sign);
	ssh_keys_done(&a->keys);
	buf_done(&a->tried);
	free(a);
}

bool
ssh_auth_away(const struct ssh_session *s)
{
	return s->state == SS_HOSTKEY || s->state == SS_PASSPHRASE ||
	       s->state == SS_AGENT ||
	       (s->state == SS_OFFER && s->auth != NULL && s->auth->signing &&
		   ssh_agent_state(s->auth->agent) == AGENT_BUSY);
}

void
ssh_auth_start(struct ssh_session *s)
{
	struct ssh_auth *a = calloc(1, sizeof *a);

	s->auth = a;
	if (a == NULL) {
		ssh_fail(
		    s, LINK_WAITING, ERR_NOMEM, "%s", _(err_text(ERR_NOMEM)));
		return;
	}
	a->s = s;
	buf_init(&a->tried, TRIED_MAX);
	ssh_to(s, SS_METHODS);
}

static void
tried(struct ssh_auth *a, const char *what, const char *result)
{
	(void)buf_printf(
	    &a->tried, "%s%s (%s)", a->tried.n > 0 ? ", " : "", what, result);
}

static void
logged_in(struct ssh_session *s)
{
	ssh_auth_free(s->auth);
	s->auth = NULL;
	ssh_to(s, SS_UP);
}

/* No key is left. */
static void
refused(struct ssh_session *s)
{
	struct ssh_auth *a = s->auth;
	const char *agent = s->cfg.identity_agent == NULL
				? _("no agent (SSH_AUTH_SOCK is not set)")
			    : a->agent == NULL ? _("the agent does not answer")
					       : _("agent asked");

	if (a->keys.unsupported > 0)
		ssh_fail(s, LINK_FAILED, ERR_UNSUPPORTED,
		    _("libssh2 cannot log in as %s with the keys there are: "
		      "%s; tried: %s; %s. Use an ED25519 key or transport "
		      "openssh"),
		    s->cfg.user, buf_cstr(&a->keys.skipped),
		    a->tried.n > 0 ? buf_cstr(&a->tried) : _("nothing"), agent);
	else
		ssh_fail(s, LINK_FAILED, ERR_AUTH,
		    _("login as %s failed. Tried: %s; %s. The host takes: %s. "
		      "Put a public key into %s's authorized_keys there, or "
		      "name the right one with IdentityFile"),
		    s->cfg.user,
		    a->tried.n > 0 ? buf_cstr(&a->tried)
				   : _("nothing, no key file was found"),
		    agent, a->methods, s->cfg.user);
}

static void
next_key(struct ssh_session *s)
{
	s->auth->at++;
	s->auth->accepted = s->auth->signing = false;
	s->auth->passphrases = 0;
	ssh_to(s, SS_OFFER);
}

/* The session broke, or only this key? True: it broke. */
static bool
broken(struct ssh_session *s)
{
	if (!s->eof && s->io_errno == 0)
		return false;
	ssh_lost(s);
	return true;
}

static bool
step_methods(struct ssh_session *s)
{
	struct ssh_auth *a = s->auth;
	struct str left, name;
	bool publickey = false;
	const char *list = libssh2_userauth_list(
	    s->lib, s->cfg.user, (unsigned)strlen(s->cfg.user));

	if (list == NULL) {
		if (libssh2_userauth_authenticated(s->lib)) {
			logged_in(s);
			return true;
		}
		if (libssh2_session_last_errno(s->lib) == LIBSSH2_ERROR_EAGAIN)
			return false;
		s->eof = true; /* there is no other reason not to answer */
		ssh_lost(s);
		return false;
	}
	str_copy(a->methods, sizeof a->methods, str_of(list));
	left = str_of(list);
	while (ssh_list_next(&left, &name))
		publickey |= str_eq(name, STR_LIT("publickey"));
	if (!publickey || !s->cfg.pubkey_auth) {
		ssh_fail(s, LINK_FAILED, ERR_AUTH,
		    _("login as %s failed: the host takes %s, and we log in "
		      "with public keys only%s"),
		    s->cfg.user, a->methods,
		    s->cfg.pubkey_auth
			? ""
			: _(" (PubkeyAuthentication is no here)"));
		return false;
	}
	ssh_to(s, SS_AGENT);
	return true;
}

static void
on_agent(void *ctx)
{
	struct ssh_auth *a = ctx;

	ssh_chain_kick(a->s->chain);
}

static bool
step_agent(struct ssh_session *s)
{
	struct ssh_auth *a = s->auth;
	bool overdue = s->deadline_ms == 0;

	if (s->cfg.identity_agent != NULL && a->agent == NULL && !overdue)
		a->agent = ssh_agent_new(
		    s->chain->loop, s->cfg.identity_agent, a, on_agent);
	if (a->agent != NULL) {
		if (ssh_agent_state(a->agent) == AGENT_BUSY && !overdue)
			return false;
		if (ssh_agent_state(a->agent) != AGENT_READY) {
			ssh_agent_free(a->agent);
			a->agent = NULL;
		}
	}
	ssh_keys_gather(&a->keys, &s->cfg, a->agent);
	ssh_to(s, SS_OFFER);
	return true;
}

/* libssh2 wants a signature from the agent. It asks again, for the very same
 * bytes, as long as it is told to. */
static int
sign_by_agent(LIBSSH2_SESSION *lib, unsigned char **sig, size_t *sig_n,
    const unsigned char *data, size_t n, void **abstract)
{
	struct ssh_auth *a = *abstract;
	struct str got;

	(void)lib;
	if (!a->signing) {
		a->signing = true;
		a->accepted = true;
		ssh_agent_sign(a->agent, buf_view(&a->keys.key[a->at].blob),
		    (struct str){(const char *)data, n});
	}
	if (ssh_agent_state(a->agent) == AGENT_BUSY)
		return LIBSSH2_ERROR_EAGAIN;
	got = ssh_agent_signature(a->agent);
	if (ssh_agent_state(a->agent) == AGENT_FAILED || got.n == 0)
		return -1;
	*sig = malloc(got.n); /* libssh2 frees it */
	if (*sig == NULL)
		return -1;
	memcpy(*sig, got.p, got.n);
	*sig_n = got.n;
	return 0;
}

/* Only asks whether the host would take the key: never signs. */
static int
sign_never(LIBSSH2_SESSION *lib, unsigned char **sig, size_t *sig_n,
    const unsigned char *data, size_t n, void **abstract)
{
	struct ssh_auth *a = *abstract;

	(void)lib;
	(void)sig;
	(void)sig_n;
	(void)data;
	(void)n;
	a->accepted = true;
	return -1;
}

static const char *
typed_before(const struct ssh_session *s, const char *path)
{
	return ssh_secret_find(s->chain->t->to.share->secrets, path);
}

/* A person is asked, if one is there; else the key is passed over. */
static void
ask_passphrase(struct ssh_session *s)
{
	struct ssh_auth *a = s->auth;
	const char *path = a->keys.key[a->at].path;

	if (s->chain->t->cb.on_ask == NULL) {
		tried(a, path,
		    _("needs a passphrase, and nobody is there to ask"));
		next_key(s);
		return;
	}
	a->passphrases++;
	ssh_to(s, SS_PASSPHRASE);
	ssh_chain_ask(s, ASK_PASSPHRASE, path);
}

static bool
step_offer(struct ssh_session *s)
{
	struct ssh_auth *a = s->auth;
	struct ssh_key *k = &a->keys.key[a->at];
	void *abstract = a;
	int rc;

	if (a->at >= a->keys.n) {
		refused(s);
		return false;
	}
	if (k->source == KEY_FILE && (!k->encrypted || k->blob.n == 0)) {
		if (k->encrypted && typed_before(s, k->path) == NULL)
			ask_passphrase(s);
		else
			ssh_to(s, SS_SIGN);
		return true;
	}
	rc = libssh2_userauth_publickey(s->lib, s->cfg.user,
	    (const unsigned char *)k->blob.p, k->blob.n,
	    k->source == KEY_AGENT ? sign_by_agent : sign_never, &abstract);
	if (rc == LIBSSH2_ERROR_EAGAIN)
		return false;
	if (rc == 0) {
		logged_in(s);
		return true;
	}
	if (broken(s))
		return false;
	if (k->source == KEY_FILE && a->accepted) {
		if (typed_before(s, k->path) == NULL)
			ask_passphrase(s);
		else
			ssh_to(s, SS_SIGN);
		return true;
	}
	tried(a, k->path,
	    k->source == KEY_FILE ? _("not accepted")
	    : a->accepted	  ? _("agent did not sign")
				  : _("agent's, not accepted"));
	next_key(s);
	return true;
}

static void
forget(struct ssh_session *s)
{
	ssh_secret_forget(s->secret);
	s->secret = NULL;
}

/* Keeps the passphrase that worked, for the next time we connect. */
static void
keep(struct ssh_session *s, const char *path)
{
	if (s->secret != NULL)
		ssh_secret_keep(
		    &s->chain->t->to.share->secrets, path, s->secret);
	s->secret = NULL;
}

static bool
step_passphrase(struct ssh_session *s)
{
	struct ssh_auth *a = s->auth;
	const char *path = a->keys.key[a->at].path;

	if (!s->answered)
		return false;
	s->answered = false;
	if (!s->answer_yes || s->secret == NULL) {
		tried(a, path, _("passphrase not given"));
		next_key(s);
	} else {
		ssh_to(s, SS_SIGN);
	}
	return true;
}

static bool
wrong_passphrase(struct ssh_session *s, const char *path)
{
	struct ssh_auth *a = s->auth;

	forget(s);
	if (a->passphrases < PASSPHRASE_TRIES) {
		ask_passphrase(s);
		return true;
	}
	tried(a, path, _("wrong passphrase"));
	next_key(s);
	return true;
}

static bool
step_sign(struct ssh_session *s)
{
	struct ssh_auth *a = s->auth;
	const struct ssh_key *k = &a->keys.key[a->at];
	const char *secret = s->secret;
	int rc;

	if (secret == NULL && k->encrypted)
		secret = typed_before(s, k->path);
	rc = ssh_sign_step(s, &a->sign, k, secret);
	if (rc == LIBSSH2_ERROR_EAGAIN)
		return false;
	if (rc == 0) {
		keep(s, k->path);
		logged_in(s);
		return true;
	}
	if (broken(s))
		return false;
	if (k->encrypted && rc != LIBSSH2_ERROR_AUTHENTICATION_FAILED)
		return wrong_passphrase(s, k->path);
	tried(a, k->path,
	    rc == LIBSSH2_ERROR_FILE ? _("cannot be read by libssh2")
				     : _("not accepted"));
	forget(s);
	next_key(s);
	return true;
}

bool
ssh_auth_step(struct ssh_session *s)
{
	switch (s->state) {
	case SS_METHODS:
		return step_methods(s);
	case SS_AGENT:
		return step_agent(s);
	case SS_OFFER:
		return step_offer(s);
	case SS_PASSPHRASE:
		return step_passphrase(s);
	case SS_SIGN:
		return step_sign(s);
	default:
		return false;
	}
}
