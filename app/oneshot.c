/* oneshot.c - see oneshot.h. */
#include "app/oneshot.h"

#include "app/acting.h"
#include "app/docs.h"
#include "app/docs_alerts.h"
#include "app/hosts.h"
#include "app/session.h"
#include "app/say.h"
#include "core/i18n.h"
#include "tui/ui.h"

#include <errno.h>
#include <stdio.h>

struct oneshot {
	const struct options *o;
	struct session s;
	uv_timer_t deadline;
	bool over;
	bool asked;	 /* the lists */
	bool unrecorded; /* the recording asked for is not whole */
	struct alert_rules rules;
};

/* What each command needs to have heard from a host. */
static void
needs(enum command c, struct session_opts *so)
{
	so->want_log = c != CMD_QUEUE;
	so->want_poll = c == CMD_STATUS || c == CMD_HOST || c == CMD_ALERTS;
	/* The queue's rows by egress IP come from the log's queue ids. */
	so->want_queue = c == CMD_QUEUE || c == CMD_EGRESS || c == CMD_ALERTS;
	if (c == CMD_LISTINGS || c == CMD_ALERTS)
		so->lists_once = true;
	else
		so->lists = NULL;
	if (c == CMD_QUEUE)
		so->want_log = true;
	so->queue_after_log = true;
}

static bool
host_done(const struct session *s, const struct host *h)
{
	if (h->link == LINK_FAILED || h->link == LINK_WAITING)
		return true;
	if (h->link != LINK_UP)
		return false;
	/* A log that cannot be read is said, not waited for. */
	if (s->o.want_log && !h->log_live && h->link_err == ERR_OK)
		return false;
	if (s->o.want_poll && h->counts_at_ms == 0)
		return false;
	return !s->o.want_queue || h->queue != NULL || h->queue_err != ERR_OK;
}

static bool
all_done(const struct session *s)
{
	for (host_id i = 0; i < s->m->n_hosts; i++)
		if (!host_done(s, &s->m->hosts[i]))
			return false;
	return true;
}

/* Lists are asked once it is known what is ours. */
static void
stop_when_done(struct oneshot *one)
{
	if (one->over || !all_done(&one->s))
		return;
	if (!one->asked) {
		one->asked = true;
		session_ask_lists(&one->s);
	}
	if (session_lists_told(&one->s)) {
		one->over = true;
		uv_stop(&one->s.loop);
	}
}

static void
on_changed(void *ctx, const struct event *ev)
{
	(void)ev;
	stop_when_done(ctx);
}

static void
on_lists_told(void *ctx)
{
	stop_when_done(ctx);
}

static void
on_record_stop(void *ctx, const char *why)
{
	((struct oneshot *)ctx)->unrecorded = true;
	say("%s", why);
}

static void
on_deadline(uv_timer_t *t)
{
	struct oneshot *one = t->data;

	one->over = true;
	uv_stop(&one->s.loop);
}

const char *
oneshot_by_name(enum command c, size_t i)
{
	static const char *const of_queue[QD_N] = {[QD_DOMAIN] = "domain",
	    [QD_PROVIDER] = "provider",
	    [QD_SENDER] = "sender",
	    [QD_REPLY] = "reply",
	    [QD_EGRESS] = "egress"};
	static const char *const of_deferrals[] = {[DOCS_BY_REPLY] = "reply",
	    [DOCS_BY_PROVIDER] = "provider",
	    [DOCS_BY_EGRESS] = "egress"};

	if (c == CMD_QUEUE)
		return i < QD_N ? of_queue[i] : NULL;
	return c == CMD_DEFERRALS && i <= DOCS_BY_EGRESS ? of_deferrals[i]
							 : NULL;
}

/* The place of a key among a command's, 0 without one; -1: it has no such. */
static int
by_of(enum command c, const char *by)
{
	const char *name;

	for (int i = 0; (name = oneshot_by_name(c, (size_t)i)) != NULL; i++)
		if (by == NULL || strcmp(by, name) == 0)
			return i;
	return -1;
}

static cJSON *
document(struct oneshot *one, int64_t since_ms)
{
	struct model *m = one->s.m;
	int by = by_of(one->o->command, one->o->by);

	switch (one->o->command) {
	case CMD_STATUS:
		return docs_status(m);
	case CMD_QUEUE:
		return docs_queue(m, (enum queue_dim)by);
	case CMD_DEFERRALS:
		return docs_deferrals(m, (enum docs_by)by, since_ms);
	case CMD_LISTINGS:
		return docs_listings(m);
	case CMD_THROTTLES:
		return docs_throttles(m, since_ms);
	case CMD_ALERTS:
		return docs_alerts(m);
	case CMD_HOST:
		return docs_host(m, &m->hosts[0]);
	default:
		return docs_egress(m, since_ms);
	}
}

static err_t
print_json(struct oneshot *one, int64_t since_ms, struct buf *out)
{
	cJSON *d = document(one, since_ms);
	err_t err = d == NULL ? ERR_NOMEM : json_write(out, d);

	cJSON_Delete(d);
	return err;
}

/* The view's own table, so that a pipe shows what the screen would. */
static err_t
print_table(struct oneshot *one, struct buf *out)
{
	static const enum view_id views[CMD_N] = {[CMD_CONSOLE] = VIEW_EGRESS,
	    [CMD_STATUS] = VIEW_FLEET,
	    [CMD_EGRESS] = VIEW_EGRESS,
	    [CMD_QUEUE] = VIEW_QUEUE,
	    [CMD_DEFERRALS] = VIEW_DEFERRALS,
	    [CMD_HOST] = VIEW_HOST,
	    [CMD_LISTINGS] = VIEW_LISTINGS,
	    [CMD_THROTTLES] = VIEW_THROTTLES,
	    [CMD_ALERTS] = VIEW_ALERTS};
	struct ui ui;
	char why[256];
	int dim;
	err_t err = ui_init(&ui, why, sizeof why);

	if (err != ERR_OK)
		return err;
	ui.version = MTADECK_VERSION;
	ui.now_ms = one->s.m->now_ms;
	ui_goto(&ui, views[one->o->command]);
	dim = by_of(CMD_QUEUE, one->o->by);
	if (dim >= 0)
		ui_top(&ui)->dim = (enum queue_dim)dim;
	err = ui_export(&ui, one->s.m, one->o->export_kind, out);
	ui_done(&ui);
	return err;
}

/* What could not be read, on stderr; true if there was any. */
static bool
say_missing(const struct oneshot *one)
{
	bool missing = false;

	for (host_id i = 0; i < one->s.m->n_hosts; i++) {
		const struct host *h = &one->s.m->hosts[i];

		if (host_done(&one->s, h) && h->link == LINK_UP &&
		    h->link_err == ERR_OK && h->queue_err == ERR_OK)
			continue;
		missing = true;
		/* Many a link's sentence names its host itself. */
		if (str_starts(str_of(h->link_text), str_of(h->name)))
			say("%s", h->link_text);
		else if (h->link_text[0] != '\0')
			say("%s: %s", h->name, h->link_text);
		else
			say("%s: %s", h->name,
			    h->queue_err != ERR_OK
				? h->queue_err_text
				: _("no answer within the time given "
				    "(--timeout)"));
	}
	return missing;
}

/* All of it to stdout; a cut document must not look like a whole one. */
static err_t
print(const struct buf *out)
{
	if (fwrite(out->p, 1, out->n, stdout) == out->n && fflush(stdout) == 0)
		return ERR_OK;
	say(_("standard output: %s"), strerror(errno));
	return ERR_IO;
}

/* Did any list say anything that can be believed, or a reply show one? */
static bool
lists_told(const struct listings *l)
{
	for (uint32_t i = 0; i < l->n_subjects; i++)
		if (l->subjects[i].checked_ms != 0)
			return true;
	return l->n_rows > 0;
}

/* What was found wrong counts more than what could not be found out. */
static int
verdict(const struct oneshot *one, bool missing)
{
	const struct model *m = one->s.m;
	enum command c = one->o->command;

	if (c == CMD_LISTINGS && docs_listed(m) > 0)
		return EXIT_WRONG;
	if (c == CMD_THROTTLES && docs_throttled(m) > 0)
		return EXIT_WRONG;
	if (c == CMD_ALERTS && docs_alerts_open(m) > 0)
		return EXIT_WRONG;
	if (c == CMD_LISTINGS && !lists_told(&m->listings)) {
		say("%s", _("no list has told anything that can be believed"));
		return EXIT_UNKNOWN;
	}
	return missing ? EXIT_UNKNOWN : EXIT_WELL;
}

/* What consoles have written down, when there are any: one reading alone cannot
 * tell since when. */
static void
recall(struct oneshot *one)
{
	enum command c = one->o->command;
	struct journal_db *j;

	if (c != CMD_LISTINGS && c != CMD_EGRESS && c != CMD_ALERTS)
		return;
	j = acting_journal_there();
	if (j != NULL)
		session_recall(&one->s, j);
	journal_db_close(j);
}

int
oneshot_run(const struct options *o, const struct config *c)
{
	struct oneshot one = {.o = o};
	struct hosts hosts;
	struct session_opts so = {0};
	struct buf out;
	char why[512];
	int64_t since_ms = o->since_ms >= 0 ? o->since_ms : c->history_ms;
	bool missing;
	err_t err;
	int rc;

	if (oneshot_by_name(o->command, 0) != NULL &&
	    by_of(o->command, o->by) < 0) {
		say(_("--by: \"%s\" is not a key of this command; "
		      "see --help"),
		    o->by);
		return EXIT_USAGE;
	}
	if (hosts_collect(&hosts, o, c, why, sizeof why) != ERR_OK) {
		say("%s", why);
		return EXIT_USAGE;
	}
	hosts_session(&hosts, o, c, &so);
	needs(o->command, &so);
	/* One reading cannot see how long a rate holds. */
	one.rules = *so.alerts;
	one.rules.for_ms = 0;
	so.alerts = &one.rules;
	so.log_bytes = 0;
	so.ctx = &one;
	so.changed = on_changed;
	so.on_lists_told = on_lists_told;
	so.on_record_stop = on_record_stop;
	if (session_init(&one.s, &so, why, sizeof why) != ERR_OK) {
		say("%s", why);
		return EXIT_UNKNOWN;
	}
	recall(&one);
	(void)uv_timer_init(&one.s.loop, &one.deadline);
	one.deadline.data = &one;
	(void)uv_timer_start(
	    &one.deadline, on_deadline, (uint64_t)o->timeout_ms, 0);
	session_start(&one.s);
	if (!one.over)
		(void)uv_run(&one.s.loop, UV_RUN_DEFAULT);
	session_tick(&one.s);
	alerts_evaluate(one.s.m);
	one.s.o.changed = NULL;
	buf_init(&out, 256U << 20);
	err = o->json ? print_json(&one, since_ms, &out)
		      : print_table(&one, &out);
	if (err == ERR_OK)
		err = print(&out);
	else
		say("%s", _(err_text(err)));
	buf_done(&out);
	missing = say_missing(&one);
	rc = verdict(&one, missing || err != ERR_OK);
	uv_close((uv_handle_t *)&one.deadline, NULL);
	session_done(&one.s);
	return one.unrecorded ? EXIT_UNKNOWN : rc;
}
