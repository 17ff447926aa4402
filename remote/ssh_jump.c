/*
 * ssh_jump.c - jump hosts (ssh_config(5), ProxyJump): the last one named is
 * logged in to first, by way of those before it, and opens a direct-tcpip
 * channel (RFC 4254 section 7.2) that the next session runs over.
 */
#include "remote/ssh_int.h"

#include "core/i18n.h"

#include <stdlib.h>

/* "a,b,c" -> last "c", before "a,b". */
static void
split_last(struct str list, struct str *before, struct str *last)
{
	const char *comma = memrchr(list.p, ',', list.n);

	if (comma == NULL) {
		*before = (struct str){NULL, 0};
		*last = list;
		return;
	}
	*before = (struct str){list.p, (size_t)(comma - list.p)};
	*last = str_from(list, before->n + 1);
}

bool
ssh_jump_start(struct ssh_session *s)
{
	struct ssh_chain *c = s->chain;
	const char *list = s->jumps != NULL ? s->jumps : s->cfg.proxy_jump;
	struct str before, last;
	struct ssh_session *via;
	char name[2 * NAME_MAX_BYTES];

	if (list == NULL)
		return false;
	if (++c->hops > SSH_JUMPS_MAX) {
		ssh_fail(s, LINK_FAILED, ERR_LIMIT,
		    _("more than %d jump hosts (%s); does ProxyJump go in a "
		      "circle?"),
		    SSH_JUMPS_MAX, list);
		return false;
	}
	split_last(str_of(list), &before, &last);
	str_copy(name, sizeof name, str_trim(last));
	via = ssh_session_new(c);
	s->via = via;
	if (via == NULL) {
		ssh_fail(
		    s, LINK_WAITING, ERR_NOMEM, "%s", _(err_text(ERR_NOMEM)));
		return false;
	}
	via->child = s;
	if (before.n > 0)
		via->jumps = str_dup(before);
	if (ssh_spec_parse(&via->to, str_of(name)) != ERR_OK) {
		ssh_fail(s, LINK_FAILED, ERR_PARSE,
		    _("ProxyJump names \"%s\", which is no host"), name);
		return false;
	}
	ssh_to(s, SS_VIA);
	ssh_session_start(via);
	return true;
}

void
ssh_jump_open(struct ssh_session *s)
{
	s->tunnel = ssh_chan_tunnel(s->via, s);
	if (s->tunnel == NULL) {
		ssh_fail(
		    s, LINK_WAITING, ERR_NOMEM, "%s", _(err_text(ERR_NOMEM)));
		return;
	}
	ssh_to(s, SS_TUNNEL);
	ssh_chain_kick(s->chain); /* the jump host's session goes first */
}

bool
ssh_jump_step(struct ssh_session *s)
{
	char *text = NULL;

	switch (ssh_tunnel_state(s->tunnel)) {
	case TUNNEL_OPENING:
		return false;
	case TUNNEL_REFUSED:
		(void)libssh2_session_last_error(s->via->lib, &text, NULL, 0);
		ssh_fail(s, LINK_WAITING, ERR_UNREACH,
		    _("its jump host %s cannot connect to %s port %u: %s"),
		    s->via->to.host, s->cfg.hostname, s->cfg.port,
		    text == NULL ? "" : text);
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
