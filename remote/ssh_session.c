/*
 * ssh_session.c - one host's session: its states (ssh_int.h, SSH_STATES), the
 * time-out of each, and what is said when it ends in one of them. Each phase's
 * work is elsewhere. RFC 4253 (transport), 4252 (authentication).
 */
#include "remote/ssh_int.h"

#include "core/clock.h"
#include "core/i18n.h"

#include <errno.h>
#include <stdlib.h>

static const struct {
	bool timed;
	enum link_state link;
} states[] = {
#define X(name, timed, link) {timed, link},
    SSH_STATES(X)
#undef X
};

struct ssh_session *
ssh_session_new(struct ssh_chain *c)
{
	struct ssh_session *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->chain = c;
	s->max_channels = TRANSPORT_MAX_CHANNELS;
	buf_init(&s->hello, SSH_HELLO_MAX);
	buf_init(&s->out, SSH_OUT_MAX);
	buf_init(&s->in, SSH_IN_MAX);
	return s;
}

void
ssh_session_free(struct ssh_session *s)
{
	if (s == NULL)
		return;
	ssh_config_ask_cancel(s->run);
	ssh_connect_free(s->connect);
	if (s->lib != NULL) {
		if (s->state == SS_UP)
			(void)libssh2_session_disconnect(s->lib, "");
		s->dead = true;
		/* what stopped half way must fail to let its memory go */
		if (s->state == SS_BANNER || s->state == SS_KEX)
			(void)libssh2_session_handshake(s->lib, 0);
	}
	ssh_chans_end(s, ERR_CLOSED);
	ssh_auth_free(s->auth);
	if (s->lib != NULL)
		(void)libssh2_session_free(s->lib);
	if (s->tunnel != NULL)
		ssh_chan_drop(s->tunnel);
	buf_done(&s->hello);
	buf_done(&s->out);
	buf_done(&s->in);
	ssh_config_done(&s->cfg);
	ssh_secret_forget(s->secret);
	free(s->ask_what);
	free(s->jumps);
	free(s);
}

int64_t
ssh_step_ms(const struct ssh_session *s)
{
	int64_t ms = s->cfg.connect_timeout_ms;

	if (ms == 0 && s->chain->t != NULL)
		ms = s->chain->t->to.connect_timeout_ms;
	return ms > 0 ? ms : 10 * 1000;
}

void
ssh_to(struct ssh_session *s, enum ssh_state st)
{
	int64_t now_ms = clock_mono_ms();

	if (st == SS_BANNER)
		s->banner_ms = now_ms;
	if (s->state == SS_KEX)
		s->kex_ms = now_ms - s->banner_ms;
	s->state = st;
	s->deadline_ms = states[st].timed ? now_ms + ssh_step_ms(s) : 0;
	if (st == SS_UP) {
		buf_done(&s->hello);
		if (s->chain->t != NULL)
			s->chain->t->alone = false;
	}
	ssh_chain_tell(s->chain, ERR_OK, "");
}

enum link_state
ssh_link_state(const struct ssh_session *s)
{
	return states[s->state].link;
}

bool
ssh_over(const struct ssh_session *s)
{
	const struct ssh_chain *c = s->chain;

	while (!c->failed && c->t != NULL && c->trunk != NULL)
		c = ssh_trunk_session(c->trunk)->chain;
	return c->failed || c->t == NULL;
}

static void
on_config(void *ctx, err_t err, struct str text)
{
	struct ssh_session *s = ctx;
	char home[1024] = "/", user[256] = "", sock[1024] = "";
	size_t sock_n = sizeof sock;
	uv_passwd_t pw;
	struct ssh_env env = {home, user, sock};

	s->run = NULL;
	if (err != ERR_OK) {
		ssh_fail(s, err == ERR_TIMEOUT ? LINK_WAITING : LINK_FAILED,
		    err, "%.*s", (int)text.n, text.p);
		return;
	}
	if (uv_os_getenv("SSH_AUTH_SOCK", sock, &sock_n) != 0)
		sock[0] = '\0';
	if (uv_os_get_passwd(&pw) == 0) {
		str_copy(user, sizeof user, str_of(pw.username));
		/* not $HOME: ssh takes ~ from the password file, too */
		str_copy(home, sizeof home, str_of(pw.homedir));
		uv_os_free_passwd(&pw);
	}
	err = ssh_config_parse(&s->cfg, str_of(s->to.host), text, &env);
	if (err != ERR_OK) {
		ssh_fail(s, LINK_FAILED, err,
		    _("what ssh -G says about this host is not understood "
		      "(%s); try: ssh -G %s"),
		    _(err_text(err)), s->to.host);
	} else if (s->cfg.proxy_command != NULL && s->jumps == NULL) {
		ssh_fail(s, LINK_FAILED, ERR_UNSUPPORTED,
		    _("its ProxyCommand needs the ssh program; libssh2 cannot "
		      "run it (transport openssh does)"));
	} else if (!ssh_jump_start(s) && !ssh_over(s)) {
		ssh_connect_start(s);
	}
	ssh_chain_kick(s->chain);
}

void
ssh_session_start(struct ssh_session *s)
{
	ssh_to(s, SS_CONFIG);
	s->run = ssh_config_ask(s->chain->t->to.share->config, s->chain->loop,
	    &s->to, s->chain->t->config_file, ssh_step_ms(s), s, on_config);
	if (s->run == NULL)
		ssh_fail(
		    s, LINK_WAITING, ERR_NOMEM, "%s", _(err_text(ERR_NOMEM)));
}

static void
handshake_failed(struct ssh_session *s, int rc)
{
	char *text = NULL;
	struct str line, rest;

	if (s->eof || s->io_errno != 0) {
		ssh_lost(s);
		return;
	}
	if (rc == LIBSSH2_ERROR_KEX_FAILURE ||
	    rc == LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE) {
		ssh_hostkey_kex_failed(s);
		return;
	}
	(void)libssh2_session_last_error(s->lib, &text, NULL, 0);
	if (!ssh_hello_banner(buf_view(&s->hello), &line, &rest))
		ssh_fail(s, LINK_WAITING, ERR_PROTO,
		    _("what answers on port %u is not SSH; is the port right?"),
		    s->cfg.port);
	else
		ssh_fail(s, LINK_WAITING, ERR_PROTO,
		    _("the key exchange failed: %s (libssh2 %d)"),
		    text == NULL ? "" : text, rc);
}

/* Banner and key exchange are one call of libssh2's. */
static bool
handshake(struct ssh_session *s)
{
	struct str line, rest;
	int rc = libssh2_session_handshake(
	    s->lib, ssh_sock_fd(ssh_chain_root(s->chain)->sock));

	if (s->state == SS_BANNER &&
	    ssh_hello_banner(buf_view(&s->hello), &line, &rest))
		ssh_to(s, SS_KEX);
	if (rc == LIBSSH2_ERROR_EAGAIN)
		return false;
	if (rc != 0) {
		handshake_failed(s, rc);
		return false;
	}
	ssh_hostkey_check(s);
	return true;
}

static bool
up(struct ssh_session *s)
{
	bool moved = ssh_chans_step(s);

	if (s->eof || s->io_errno != 0) {
		ssh_lost(s);
		return false;
	}
	return moved && s->chain->budget_bytes > 0;
}

/* True: something moved, look again. */
static bool
advance_one(struct ssh_session *s)
{
	switch (s->state) {
	case SS_VIA:
		return ssh_jump_via(s);
	case SS_TUNNEL:
		return ssh_jump_step(s);
	case SS_BANNER:
	case SS_KEX:
		return handshake(s);
	case SS_HOSTKEY:
		return ssh_hostkey_step(s);
	case SS_METHODS:
	case SS_AGENT:
	case SS_OFFER:
	case SS_PASSPHRASE:
	case SS_SIGN:
		return ssh_auth_step(s);
	case SS_UP:
		return up(s);
	case SS_NEW:
	case SS_CONFIG:
	case SS_LOOKUP:
	case SS_TCP:
		break;
	}
	return false;
}

void
ssh_session_advance(struct ssh_session *s)
{
	bool moved = true;

	while (moved && !ssh_over(s) && !s->chain->working) {
		moved = s->lib != NULL && ssh_io_flush(s);
		if (!ssh_over(s) && advance_one(s))
			moved = true;
		if (s->chain->budget_bytes == 0)
			break;
	}
}

void
ssh_lost(struct ssh_session *s)
{
	const char *how = s->io_errno != 0 && !s->eof
			      ? uv_strerror(-s->io_errno)
			      : _("it closed the connection");
	struct str line, rest;
	struct ssh_session *via;

	via =
	    s->chain->trunk == NULL ? NULL : ssh_trunk_session(s->chain->trunk);
	if (via != NULL && (via->eof || via->io_errno != 0)) {
		ssh_lost(via); /* which takes s along */
		return;
	}
	switch (s->state) {
	case SS_BANNER:
	case SS_KEX:
		if (!ssh_hello_banner(buf_view(&s->hello), &line, &rest))
			ssh_fail(s, LINK_WAITING, ERR_CLOSED,
			    _("connected to port %u, but lost before an SSH "
			      "banner came (%s); too many connections at once "
			      "(MaxStartups), or not sshd?"),
			    s->cfg.port, how);
		else
			ssh_fail(s, LINK_WAITING, ERR_CLOSED,
			    _("connection lost during the key exchange (%s)"),
			    how);
		break;
	case SS_METHODS:
	case SS_AGENT:
	case SS_OFFER:
	case SS_PASSPHRASE:
	case SS_SIGN:
		ssh_fail(s, LINK_WAITING, ERR_CLOSED,
		    _("connection lost while logging in as %s (%s); too many "
		      "keys offered (MaxAuthTries) or too long a wait "
		      "(LoginGraceTime)?"),
		    s->cfg.user, how);
		break;
	default:
		ssh_fail(s, LINK_WAITING, ERR_CLOSED, _("connection lost (%s)"),
		    how);
	}
}

void
ssh_session_timeout(struct ssh_session *s)
{
	long long s_ = (long long)(ssh_step_ms(s) + 999) / 1000;

	switch (s->state) {
	case SS_LOOKUP:
		ssh_fail(s, LINK_WAITING, ERR_TIMEOUT,
		    _("the name lookup of %s gave no answer within %lld s; "
		      "does the resolver work?"),
		    s->cfg.hostname, s_);
		break;
	case SS_TCP:
		ssh_connect_timeout(s);
		break;
	case SS_TUNNEL:
		s->chain->t->alone = true;
		ssh_fail(s, LINK_WAITING, ERR_TIMEOUT,
		    _("its jump host %s could not connect to %s port %u "
		      "within %lld s"),
		    ssh_trunk_session(s->chain->trunk)->to.host,
		    s->cfg.hostname, s->cfg.port, s_);
		break;
	case SS_BANNER:
		ssh_fail(s, LINK_WAITING, ERR_TIMEOUT,
		    _("port %u accepted the connection and said nothing for "
		      "%lld s; sshd hangs, or something else listens there"),
		    s->cfg.port, s_);
		break;
	case SS_KEX:
		ssh_fail(s, LINK_WAITING, ERR_TIMEOUT,
		    _("the key exchange stood still for %lld s"), s_);
		break;
	case SS_AGENT:
		s->deadline_ms = 0; /* go on without it */
		(void)ssh_auth_step(s);
		break;
	default:
		ssh_fail(s, LINK_WAITING, ERR_TIMEOUT,
		    _("logging in as %s stood still for %lld s"), s->cfg.user,
		    s_);
	}
}
