/* session.c - see session.h. */
#include "app/session.h"

#include "app/actrec.h"
#include "app/recall.h"
#include "app/say.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "remote/record.h"
#include "remote/link_share.h"

#include <stdio.h>
#include <stdlib.h>

struct link_ctx {
	struct session *s;
	host_id id;
};

static void
emit(void *ctx, const struct event *ev)
{
	struct link_ctx *c = ctx;

	model_update(c->s->m, ev);
	if (c->s->o.changed != NULL)
		c->s->o.changed(c->s->o.ctx, ev);
}

static void
ask(void *ctx, host_id id, const struct ask *a)
{
	struct link_ctx *c = ctx;

	c->s->o.on_ask(c->s->o.ctx, id, a);
}

static void
on_record_stop(void *ctx, const char *why)
{
	struct session *s = ctx;

	if (s->o.on_record_stop != NULL)
		s->o.on_record_stop(s->o.ctx, why);
	else
		say("%s", why);
}

static int64_t
now_of_link(void *ctx)
{
	return session_now_ms(((struct link_ctx *)ctx)->s);
}

static struct str
egress_of(void *ctx, struct str qid)
{
	struct link_ctx *c = ctx;
	egress_id id = model_egress_of_qid(c->s->m, c->id, qid);

	return id == EGRESS_NONE
		   ? (struct str){NULL, 0}
		   : str_of(model_egress_label(&c->s->m->egress[id]));
}

static struct str
provider_of(void *ctx, struct str domain)
{
	return model_provider_of_domain(((struct link_ctx *)ctx)->s->m, domain);
}

int64_t
session_now_ms(const struct session *s)
{
	return s->o.replay != NULL ? replay_now_ms(s->o.replay)
				   : clock_wall_ms();
}

static struct hostlink *
make_link(struct session *s, host_id i)
{
	struct hostlink_opts lo = {
	    .id = i,
	    .loop = &s->loop,
	    .kind = s->o.kinds != NULL ? s->o.kinds[i] : TR_AUTO,
	    .history_ms = s->o.history_ms,
	    .history_max_bytes = 64U << 20,
	    .poll_ms = s->o.poll_ms,
	    .queue_raw_max = s->o.queue_limit,
	    .want_log = s->o.want_log,
	    .want_poll = s->o.want_poll,
	    .want_queue = s->o.want_queue,
	    .queue_after_log = s->o.queue_after_log && s->o.replay == NULL,
	    .recorder = s->recorder,
	    .replay = s->o.replay,
	    .lookup = {&s->ctxs[i], egress_of, provider_of},
	    .ctx = &s->ctxs[i],
	    .now_ms = now_of_link,
	    .emit = emit,
	    .on_ask = s->o.on_ask != NULL ? ask : NULL,
	};

	str_copy(lo.target.name, sizeof lo.target.name, str_of(s->o.hosts[i]));
	lo.target.ssh_config = s->o.ssh_config;
	lo.target.connect_timeout_ms = s->o.connect_timeout_ms;
	lo.target.keepalive_ms = 15000;
	lo.target.share = s->share;
	return hostlink_new(&lo);
}

static void
put_note(void *ctx, struct str note)
{
	recorder_note(ctx, note);
}

static void
emit_lists(void *ctx, struct event *ev)
{
	struct session *s = ctx;

	/* A note too large or memory at its end: the recording lacks it. */
	if (s->recorder != NULL)
		(void)!listrec_write(ev, s->know.lists, s->recorder, put_note);
	ev->host = HOST_NONE;
	ev->at_ms = session_now_ms(s);
	model_update(s->m, ev);
	if (s->o.changed != NULL)
		s->o.changed(s->o.ctx, ev);
}

void
session_recall(struct session *s, struct journal_db *j)
{
	recall_read(j, s->know.lists, session_now_ms(s), s, emit_lists);
}

static void
on_lists_told(void *ctx)
{
	struct session *s = ctx;

	if (s->o.on_lists_told != NULL)
		s->o.on_lists_told(s->o.ctx);
}

static void
emit_leases(void *ctx, struct event *ev)
{
	struct session *s = ctx;

	ev->at_ms = session_now_ms(s);
	model_update(s->m, ev);
	if (s->o.changed != NULL)
		s->o.changed(s->o.ctx, ev);
}

void
session_tell_leases(
    struct session *s, host_id host, const struct lease *v, size_t n)
{
	struct event ev = {
	    .kind = EVT_LEASES, .host = host, .u.leases = {v, n}};

	if (s->recorder != NULL)
		(void)!actrec_write(
		    &ev, s->m->hosts[host].name, s->recorder, put_note);
	emit_leases(s, &ev);
}

static void
on_note(void *ctx, struct str note)
{
	struct session *s = ctx;

	if (!actrec_read(note, s->m, s, emit_leases) && s->notes != NULL)
		listrec_read(s->notes, note);
}

static void
play_notes(struct session *s)
{
	if (s->o.replay == NULL)
		return;
	if (s->know.lists != NULL)
		s->notes = listrec_new(s->know.lists, s, emit_lists);
	replay_on_note(s->o.replay, s, on_note);
}

static void
ask_host(void *ctx, const char *name, enum dns_type type, dns_answer_fn fn,
    void *fn_ctx)
{
	hostlink_dns(ctx, name, type, fn, fn_ctx);
}

/* The host whose resolver is to be asked; false when it is none of ours. */
static bool
find_via(struct session *s)
{
	for (int i = 0; i < s->o.n_hosts; i++)
		if (strcmp(s->o.hosts[i], s->o.lists->via) == 0) {
			s->via = (struct dns_asker){s->links[i], ask_host};
			return true;
		}
	return false;
}

static err_t
make_watch(struct session *s, char *why, size_t cap)
{
	struct listwatch_opts wo = {.loop = &s->loop,
	    .m = s->m,
	    .config = s->o.lists,
	    .once = s->o.lists_once,
	    .ctx = s,
	    .emit = emit_lists,
	    .on_done = on_lists_told};

	/* Without a catalogue there is nothing to ask, as was said. */
	if (s->o.lists == NULL || !s->o.lists->ask || s->know.lists == NULL)
		return ERR_OK;
	if (s->o.lists->via[0] != '\0') {
		if (!find_via(s)) {
			(void)snprintf(why, cap,
			    _("lists: via: %s is none of the hosts watched"),
			    s->o.lists->via);
			return ERR_PARSE;
		}
		wo.asker = &s->via;
	}
	s->watch = listwatch_new(&wo, why, cap);
	return s->watch == NULL ? ERR_PARSE : ERR_OK;
}

err_t
session_init(
    struct session *s, const struct session_opts *o, char *why, size_t cap)
{
	struct model_opts mo = {.host_names = o->hosts,
	    .n_hosts = (host_id)o->n_hosts,
	    .throttles = o->throttles,
	    .alerts = o->alerts,
	    .log_bytes = o->log_bytes};
	size_t n = (size_t)o->n_hosts;

	*s = (struct session){.o = *o};
	if (uv_loop_init(&s->loop) != 0) {
		(void)snprintf(why, cap, "%s", _("no event loop"));
		return ERR_IO;
	}
	if (o->record != NULL) {
		s->recorder = recorder_new(o->record, why, cap);
		if (s->recorder == NULL) {
			(void)uv_loop_close(&s->loop);
			return ERR_IO;
		}
		recorder_on_stop(s->recorder, s, on_record_stop);
	}
	(void)knowledge_load(
	    &s->know, KNOW_ALL, o->lists == NULL ? "" : o->lists->catalogue);
	mo.catalogue = s->know.providers;
	mo.lists = s->know.lists;
	if (s->know.rules != NULL)
		mo.reader = reply_rules_reader(s->know.rules);
	s->m = model_new(&mo);
	s->share = link_share_new(&s->loop);
	s->links = calloc(n, sizeof *s->links);
	s->ctxs = calloc(n, sizeof *s->ctxs);
	if (s->m == NULL || s->share == NULL || s->links == NULL ||
	    s->ctxs == NULL)
		goto nomem;
	for (size_t i = 0; i < n; i++) {
		s->ctxs[i] = (struct link_ctx){s, (host_id)i};
		s->links[i] = make_link(s, (host_id)i);
		if (s->links[i] == NULL)
			goto nomem;
	}
	play_notes(s);
	if (make_watch(s, why, cap) == ERR_OK)
		return ERR_OK;
	session_done(s);
	return ERR_PARSE;
nomem:
	(void)snprintf(why, cap, "%s", err_text(ERR_NOMEM));
	session_done(s);
	return ERR_NOMEM;
}

void
session_start(struct session *s)
{
	session_tick(s);
	for (int i = 0; i < s->o.n_hosts; i++)
		hostlink_start(s->links[i]);
}

void
session_tick(struct session *s)
{
	struct event ev = {
	    .kind = EVT_TICK, .host = HOST_NONE, .at_ms = session_now_ms(s)};

	model_update(s->m, &ev);
	if (s->watch != NULL && !s->o.lists_once)
		listwatch_look(s->watch);
}

void
session_ask_lists(struct session *s)
{
	if (s->watch != NULL)
		listwatch_look(s->watch);
}

bool
session_lists_told(const struct session *s)
{
	return s->watch == NULL || listwatch_done(s->watch);
}

void
session_done(struct session *s)
{
	listwatch_free(s->watch);
	for (int i = 0; s->links != NULL && i < s->o.n_hosts; i++)
		hostlink_free(s->links[i]);
	if (s->o.replay != NULL)
		replay_on_note(s->o.replay, NULL, NULL);
	listrec_free(s->notes);
	link_share_free(s->share);
	/* Close callbacks, and children that still have to be reaped. */
	(void)uv_run(&s->loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&s->loop);
	recorder_free(s->recorder);
	model_free(s->m);
	knowledge_free(&s->know);
	free(s->links);
	free(s->ctxs);
	*s = (struct session){0};
}
