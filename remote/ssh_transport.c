/*
 * ssh_transport.c - the libssh2 transport's face (transport.h): starts and
 * stops connections. Everything else is the chain's.
 */
#include "remote/ssh_int.h"

#include "core/i18n.h"

#include <stdlib.h>

static struct ssh_transport *
self(struct transport *t)
{
	return (struct ssh_transport *)t;
}

static void
start(struct transport *base)
{
	struct ssh_owner *o = &self(base)->o;
	struct ssh_chain *c;

	if (o->chain != NULL)
		return;
	c = ssh_chain_new(o);
	o->chain = c;
	if (c == NULL) {
		o->cb.on_state(
		    o->cb.ctx, LINK_WAITING, ERR_NOMEM, _(err_text(ERR_NOMEM)));
		return;
	}
	if (ssh_spec_parse(&c->s->to, str_of(o->to.name)) != ERR_OK) {
		str_copy(
		    c->s->to.host, sizeof c->s->to.host, str_of(o->to.name));
		ssh_fail(c->s, LINK_FAILED, ERR_NAME,
		    _("this is no host; write it as name, user@name:port or "
		      "ssh://user@name:port"));
		return;
	}
	ssh_session_start(c->s);
}

static void
stop(struct transport *base)
{
	struct ssh_owner *o = &self(base)->o;
	struct ssh_chain *c = o->chain;

	o->chain = NULL;
	ssh_chain_free(c);
}

static err_t
exec(struct transport *base, const struct exec_opts *o, struct exec **out)
{
	struct ssh_chain *c = self(base)->o.chain;
	struct ssh_chan *ch;
	err_t err;

	if (c == NULL || c->failed || c->s->state != SS_UP)
		return ERR_CLOSED;
	err = ssh_chan_exec(c->s, o, &ch);
	if (err == ERR_OK) /* opaque to its owner, who only hands it back */
		*out = (struct exec *)ch;
	return err;
}

static void
cancel(struct transport *base, struct exec *e)
{
	(void)base;
	ssh_chan_drop((struct ssh_chan *)e);
}

static void
answer(struct transport *base, bool yes, const char *secret)
{
	struct ssh_chain *c = self(base)->o.chain;
	struct ssh_session *s = c == NULL ? NULL : ssh_chain_asking(c);

	if (s == NULL || s->answered)
		return;
	s->answered = true;
	s->answer_yes = yes;
	if (yes && secret != NULL)
		s->secret = str_dup(str_of(secret));
	ssh_chain_kick(s->chain);
}

static void
destroy(struct transport *base)
{
	struct ssh_transport *t = self(base);

	stop(base);
	link_share_free(t->own_share);
	free(t->o.config_file);
	free(t);
}

static const struct transport_vt ssh_vt = {
    .name = "libssh2",
    .refuses_surely = true,
    .exec = exec,
    .cancel = cancel,
    .start = start,
    .stop = stop,
    .answer = answer,
    .free = destroy,
};

struct transport *
transport_new_ssh(
    uv_loop_t *loop, const struct target *to, const struct transport_cb *cb)
{
	struct ssh_transport *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	t->base = (struct transport){&ssh_vt, *cb};
	t->o = (struct ssh_owner){.loop = loop, .to = *to, .cb = *cb};
	t->o.to.ssh_config = NULL;
	if (to->ssh_config != NULL)
		t->o.config_file = str_dup(str_of(to->ssh_config));
	if (to->share == NULL)
		t->o.to.share = t->own_share = link_share_new(loop);
	if (t->o.to.share == NULL ||
	    (t->o.config_file == NULL && to->ssh_config != NULL)) {
		destroy(&t->base);
		return NULL;
	}
	return &t->base;
}
