/*
 * ssh_transport.c - the libssh2 transport's face (transport.h): starts and
 * stops connections, keeps what outlives one (typed passphrases). Everything
 * else is the chain's.
 */
#include "remote/ssh_int.h"

#include "core/i18n.h"

#include <stdlib.h>

static void
start(struct transport *base)
{
	struct ssh_transport *t = (struct ssh_transport *)base;
	struct ssh_chain *c;

	if (t->chain != NULL)
		return;
	c = ssh_chain_new(t);
	t->chain = c;
	if (c == NULL) {
		t->base.cb.on_state(t->base.cb.ctx, LINK_WAITING, ERR_NOMEM,
		    _(err_text(ERR_NOMEM)));
		return;
	}
	if (ssh_spec_parse(&c->target->to, str_of(t->to.name)) != ERR_OK) {
		str_copy(c->target->to.host, sizeof c->target->to.host,
		    str_of(t->to.name));
		ssh_fail(c->target, LINK_FAILED, ERR_NAME,
		    _("this is no host; write it as name, user@name:port or "
		      "ssh://user@name:port"));
		return;
	}
	ssh_session_start(c->target);
}

static void
stop(struct transport *base)
{
	struct ssh_transport *t = (struct ssh_transport *)base;
	struct ssh_chain *c = t->chain;

	t->chain = NULL;
	ssh_chain_free(c);
}

static err_t
exec(struct transport *base, const struct exec_opts *o, struct exec **out)
{
	struct ssh_transport *t = (struct ssh_transport *)base;
	struct ssh_chan *ch;
	err_t err;

	if (t->chain == NULL || t->chain->failed ||
	    t->chain->target->state != SS_UP)
		return ERR_CLOSED;
	err = ssh_chan_exec(t->chain->target, o, &ch);
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
	struct ssh_transport *t = (struct ssh_transport *)base;
	struct ssh_session *s;

	s = t->chain == NULL ? NULL : ssh_chain_asking(t->chain);
	if (s == NULL || s->answered)
		return;
	s->answered = true;
	s->answer_yes = yes;
	if (yes && secret != NULL)
		s->secret = str_dup(str_of(secret));
	ssh_chain_kick(t->chain);
}

static void
destroy(struct transport *base)
{
	struct ssh_transport *t = (struct ssh_transport *)base;

	stop(base);
	while (t->secrets != NULL) {
		struct ssh_secret *x = t->secrets;

		t->secrets = x->next;
		explicit_bzero(x->text, strlen(x->text));
		free(x->text);
		free(x->path);
		free(x);
	}
	link_share_free(t->own_share);
	free(t->config_file);
	free(t);
}

static const struct transport_vt ssh_vt = {
    .name = "libssh2",
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
	t->loop = loop;
	t->to = *to;
	t->to.ssh_config = NULL;
	if (to->ssh_config != NULL)
		t->config_file = str_dup(str_of(to->ssh_config));
	if (to->share == NULL)
		t->to.share = t->own_share = link_share_new(loop);
	if (t->to.share == NULL ||
	    (t->config_file == NULL && to->ssh_config != NULL)) {
		destroy(&t->base);
		return NULL;
	}
	return &t->base;
}
