/* acting.c - see acting.h. */
#include "app/acting.h"

#include "app/files.h"
#include "app/say.h"
#include "core/i18n.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
acting_who(struct act_request *r)
{
	const char *name = getenv("SUDO_USER");
	const struct passwd *p;

	if (name == NULL || name[0] == '\0') {
		p = getpwuid(getuid());
		name = p != NULL ? p->pw_name : "?";
	}
	str_copy(r->who, sizeof r->who, str_of(name));
	if (gethostname(r->from, sizeof r->from) != 0)
		r->from[0] = '\0';
	r->from[sizeof r->from - 1] = '\0';
}

struct journal_db *
acting_journal_open(char *why, size_t why_cap)
{
	struct journal_db *j = NULL;
	struct buf path;

	buf_init(&path, 4096);
	if (files_state_path(&path, "journal.db") != ERR_OK)
		(void)snprintf(why, why_cap, "%s",
		    _("no place for the journal: HOME is not set"));
	else if (journal_db_open(&j, buf_cstr(&path), why, why_cap) != ERR_OK)
		j = NULL;
	buf_done(&path);
	return j;
}

struct journal_db *
acting_journal_there(void)
{
	struct journal_db *j = NULL;
	struct buf path;
	char why[512];

	buf_init(&path, 4096);
	if (files_state_path(&path, "journal.db") == ERR_OK &&
	    access(buf_cstr(&path), R_OK | W_OK) == 0)
		j = acting_journal_open(why, sizeof why);
	buf_done(&path);
	return j;
}

struct journal_db *
acting_journal(void)
{
	char why[512];
	struct journal_db *j = acting_journal_open(why, sizeof why);

	if (j == NULL)
		say("%s", why);
	return j;
}

static bool
host_ready(const struct acting *a, const struct host *h)
{
	if (h->link == LINK_FAILED || h->link == LINK_WAITING)
		return true;
	/* Who only looks says what it cannot see, and does not wait for it. */
	if (a->o->command == CMD_LEASES && h->link == LINK_UP &&
	    h->link_err != ERR_OK)
		return true;
	return h->link == LINK_UP && (!a->s.o.want_log || h->log_live) &&
	       (!a->s.o.want_queue || h->queue != NULL ||
		   h->queue_err != ERR_OK);
}

/* What was left open is settled before anything new. */
static void
on_settled(void *ctx, const char *text)
{
	struct acting *a = ctx;

	if (text != NULL)
		say("%s", text);
	else if (!a->over)
		a->on_ready(a->ctx);
}

static void
get_ready(struct acting *a)
{
	struct act_request who = {.host = HOST_NONE};

	a->ready = true;
	acting_who(&who);
	actor_settle(a->actor, &who, a, on_settled);
}

static void
on_changed(void *ctx, const struct event *ev)
{
	struct acting *a = ctx;

	(void)ev;
	for (host_id i = 0; i < a->s.m->n_hosts; i++)
		if (!host_ready(a, &a->s.m->hosts[i]))
			return;
	if (a->ready || a->over)
		return;
	get_ready(a);
}

static void
on_deadline(uv_timer_t *t)
{
	struct acting *a = t->data;

	if (!a->ready)
		get_ready(a);
}

bool
acting_say_missing(const struct acting *a)
{
	bool missing = false;

	for (host_id i = 0; i < a->s.m->n_hosts; i++) {
		const struct host *h = &a->s.m->hosts[i];

		if (h->link == LINK_UP)
			continue;
		missing = true;
		say("%s: %s", h->name,
		    h->link_text[0] != '\0'
			? h->link_text
			: _("no answer within the time given (--timeout)"));
	}
	return missing;
}

void
acting_stop(struct acting *a, int rc)
{
	a->over = true;
	a->rc = rc;
	uv_stop(&a->s.loop);
}

/* EXIT_WELL, or said why not. */
static int
begin(struct acting *a, const struct options *o, const struct config *c,
    unsigned needs, struct actor_opts *ao)
{
	struct session_opts so;
	char why[512];

	a->o = o;
	if (hosts_collect(&a->hosts, o, c, why, sizeof why) != ERR_OK) {
		say("%s", why);
		return EXIT_USAGE;
	}
	a->journal = acting_journal();
	/* Looking needs no journal; acting does. */
	if (a->journal == NULL && o->command != CMD_LEASES)
		return EXIT_UNKNOWN;
	hosts_session(&a->hosts, o, c, &so);
	so.want_poll = false;
	so.want_log = (needs & ACT_NEEDS_LOG) != 0;
	so.want_queue = (needs & ACT_NEEDS_QUEUE) != 0;
	so.queue_after_log = true;
	so.lists = NULL;
	so.log_bytes = 0;
	so.ctx = a;
	so.changed = on_changed;
	if (session_init(&a->s, &so, why, sizeof why) != ERR_OK) {
		say("%s", why);
		journal_db_close(a->journal);
		return EXIT_UNKNOWN;
	}
	ao->s = &a->s;
	ao->journal = a->journal;
	ao->sites = &c->sites;
	a->actor = actor_new(ao);
	if (a->actor == NULL) {
		say("%s", _(err_text(ERR_NOMEM)));
		session_done(&a->s);
		journal_db_close(a->journal);
		return EXIT_UNKNOWN;
	}
	return EXIT_WELL;
}

int
acting_run(struct acting *a, const struct options *o, const struct config *c,
    unsigned needs, struct actor_opts *ao)
{
	struct options own = *o;
	int rc;

	own.hosts = &o->host;
	own.n_hosts = o->host != NULL;
	rc = begin(a, &own, c, needs, ao);
	if (rc != EXIT_WELL)
		return rc;
	(void)uv_timer_init(&a->s.loop, &a->deadline);
	a->deadline.data = a;
	(void)uv_timer_start(
	    &a->deadline, on_deadline, (uint64_t)a->o->timeout_ms, 0);
	session_start(&a->s);
	if (!a->over)
		(void)uv_run(&a->s.loop, UV_RUN_DEFAULT);
	a->s.o.changed = NULL;
	uv_close((uv_handle_t *)&a->deadline, NULL);
	session_done(&a->s);
	actor_free(a->actor);
	journal_db_close(a->journal);
	return a->rc;
}
