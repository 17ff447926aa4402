/*
 * ssh_jump.c - a session's way over its jump hosts (ssh_config(5), ProxyJump):
 * the last one named is logged in to first, by way of those before it
 * (ssh_trunk.c), and opens a direct-tcpip channel (RFC 4254 section 7.2) that
 * this session runs over.
 */
#include "remote/ssh_int.h"

#include "core/clock.h"
#include "core/i18n.h"

bool
ssh_jump_start(struct ssh_session *s)
{
	const char *list = s->jumps != NULL ? s->jumps : s->cfg.proxy_jump;

	if (list == NULL || !ssh_trunk_join(s->chain, list))
		return false;
	ssh_to(s, SS_VIA);
	return true;
}

static void
open_tunnel(struct ssh_session *s)
{
	s->tunnel = ssh_chan_tunnel(
	    ssh_trunk_session(s->chain->trunk), s->cfg.hostname, s->cfg.port);
	if (s->tunnel == NULL) {
		ssh_fail(
		    s, LINK_WAITING, ERR_NOMEM, "%s", _(err_text(ERR_NOMEM)));
		return;
	}
	ssh_to(s, SS_TUNNEL);
}

/* libssh2 opens one channel at a time, and cannot let go of one that sshd does
 * not answer: whoever waits behind that goes by another session. */
bool
ssh_jump_via(struct ssh_session *s)
{
	struct ssh_chain *c = s->chain;
	const struct ssh_session *via = ssh_trunk_session(c->trunk);
	int64_t due;

	if (via->state != SS_UP)
		return false;
	if (!ssh_chans_opening(via)) {
		open_tunnel(s);
		return true;
	}
	if (!ssh_trunk_stalled(c->trunk, clock_mono_ms(), &due))
		return false;
	ssh_trunk_leave(c);
	(void)ssh_jump_start(s);
	ssh_chain_kick(c); /* that one may be up, and quiet */
	return false;
}

bool
ssh_jump_step(struct ssh_session *s)
{
	switch (ssh_tunnel_state(s->tunnel)) {
	case TUNNEL_OPENING:
		return false;
	case TUNNEL_REFUSED:
		ssh_fail(s, LINK_WAITING, ERR_UNREACH,
		    _("its jump host %s cannot connect to %s port %u: %s"),
		    ssh_trunk_session(s->chain->trunk)->to.host,
		    s->cfg.hostname, s->cfg.port, ssh_tunnel_why(s->tunnel));
		return false;
	case TUNNEL_OPEN:
		break;
	}
	if (ssh_io_open(s) != ERR_OK) {
		ssh_fail(
		    s, LINK_WAITING, ERR_NOMEM, "%s", _(err_text(ERR_NOMEM)));
		return false;
	}
	ssh_hostkey_prepare(s);
	if (!ssh_over(s))
		ssh_to(s, SS_BANNER);
	return true;
}
