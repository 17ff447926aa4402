/* console_act.c - see console_act.h. */
#include "app/console_act.h"

#include "app/acting.h"
#include "app/files.h"
#include "app/journal_view.h"
#include "app/logbook.h"
#include "app/recall.h"
#include "app/settle.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct console_act {
	struct console_act_opts o;
	struct journal_db *journal;   /* owned; NULL: none */
	struct actor *actor;	      /* owned */
	struct logbook *book;	      /* owned; NULL: no journal */
	char plan[PLAN_ID];	      /* the one shown */
	bool planning, running;	      /* the actor's hands are full */
	bool settling;		      /* what an earlier run left open */
	int64_t settle_mono_ms;	      /* when that is due; 0: it is done */
	unsigned unsettled;	      /* as told last */
	bool plan_wanted;	      /* once the leases are read */
	bool confirm_wanted;	      /* the same: an act on one of them */
	unsigned reading;	      /* hosts that still have to tell leases */
	unsigned told;		      /* of those asked this time */
	int64_t read_mono_ms;	      /* leases, last */
	struct journal_view *records; /* owned; NULL: no journal */
	int64_t journal_mono_ms;      /* last read; 0: now is due */
	int64_t watch_mono_ms;	      /* last told what this one sees */
};

enum {
	LEASES_PERIOD_MS = 30000,
	JOURNAL_PERIOD_MS = 5000, /* others write it too */
	WATCH_PERIOD_MS = 60000,
	LAST_LOOKS = 64, /* of 64 records each, 5 ms or so */
};

static void
redraw(struct console_act *c)
{
	act_ui_show(c->o.ui);
	c->o.changed(c->o.ctx);
}

/* --- the journal --- */

/* What has come since the last time, others' records too. */
static void
read_journal(struct console_act *c)
{
	c->journal_mono_ms = clock_mono_ms();
	if (c->records != NULL && journal_view_read(c->records))
		c->o.changed(c->o.ctx);
}

void
console_act_look(struct console_act *c)
{
	if (c->records != NULL && journal_view_look(c->records))
		c->o.changed(c->o.ctx);
}

/* An operator's word about this console; false: the journal did not take it,
 * which is said. */
static bool
note(struct console_act *c, enum journal_kind kind, const char *text)
{
	const struct act_ui *a = &c->o.ui->act;
	struct journal_rec rec = {.at_ms = session_now_ms(c->o.s),
	    .kind = kind,
	    .who = str_of(a->who),
	    .from = str_of(a->from),
	    .text = str_of(text)};

	if (c->journal == NULL)
		return false;
	c->journal_mono_ms = 0;
	if (journal_db_append(c->journal, &rec, false) == ERR_OK)
		return true;
	ui_say(c->o.ui, true, _("the journal takes no record: %s"),
	    journal_db_why(c->journal));
	return false;
}

/* What this console sees to hold, for who comes after it. */
static void
tell_watch(struct console_act *c)
{
	c->watch_mono_ms = clock_mono_ms();
	if (c->journal != NULL && c->o.s->watch != NULL)
		recall_watch(c->journal, c->o.s->m);
}

/* --- armed or not --- */

static void
arm(struct console_act *c, int64_t ms, const char *why)
{
	struct ui *ui = c->o.ui;
	char age[NUM_TEXT], text[512];

	(void)snprintf(text, sizeof text, _("armed for %s%s%s"),
	    num_age(age, ms), why[0] != '\0' ? ": " : "", why);
	if (!note(c, JOURNAL_NOTE, text))
		return;
	ui->act.armed_until_ms = session_now_ms(c->o.s) + ms;
	str_copy(ui->act.armed_why, sizeof ui->act.armed_why, str_of(why));
	ui_say(ui, false, "%s", text);
}

static void
disarm(struct console_act *c, const char *text)
{
	if (c->o.ui->act.armed_until_ms == 0)
		return;
	c->o.ui->act.armed_until_ms = 0;
	(void)note(c, JOURNAL_NOTE, text);
	ui_say(c->o.ui, false, "%s", text);
}

/* --- the act in hand --- */

/* It is over, or never began. */
static void
over(struct console_act *c, bool failed, const char *text)
{
	struct ui *ui = c->o.ui;
	char title[2 * NAME_MAX_BYTES];

	ui->act.stage = ACT_STAGE_OVER;
	ui->act.failed = failed;
	/* What became of it is said on top of the steps. */
	if (ui->overlay == OV_ACT)
		ui->overlay_scroll = 0;
	if (text != ui->act.text)
		str_copy(ui->act.text, sizeof ui->act.text, str_of(text));
	act_ui_title(ui, title, sizeof title);
	ui_say(ui, failed, "%s: %s", title,
	    text[0] != '\0' ? text : _("done, and verified"));
	/* Out of sight it ends there too; the messages keep it. */
	if (ui->act.hidden && !failed)
		ui->act.stage = ACT_STAGE_NONE;
	ui->act.hidden = false;
	redraw(c);
}

static void
plan(struct console_act *c)
{
	struct act_ui *a = &c->o.ui->act;
	char why[512];

	a->plan = NULL;
	str_copy(a->request.who, sizeof a->request.who, str_of(a->who));
	str_copy(a->request.from, sizeof a->request.from, str_of(a->from));
	a->stage = ACT_STAGE_READING;
	c->plan_wanted = c->reading > 0;
	if (c->plan_wanted)
		return;
	c->planning = true;
	if (actor_plan(c->actor, &a->request, why, sizeof why) != ERR_OK) {
		c->planning = false;
		over(c, true, why);
	}
}

static void
on_plan(void *ctx, const struct plan *p)
{
	struct console_act *c = ctx;
	struct act_ui *a = &c->o.ui->act;

	c->planning = false;
	if (a->stage != ACT_STAGE_READING)
		return; /* given up meanwhile */
	a->plan = p;
	str_copy(c->plan, sizeof c->plan, str_of(p->id));
	a->stage = ACT_STAGE_ASK;
	redraw(c);
}

static void
on_progress(void *ctx, const struct plan *p)
{
	struct console_act *c = ctx;

	(void)p;
	redraw(c);
}

static void
on_done(void *ctx, const struct plan *p, err_t err, const char *text)
{
	struct console_act *c = ctx;

	c->running = false;
	c->read_mono_ms = 0; /* what is in force has changed */
	c->journal_mono_ms = 0;
	c->o.ui->act.plan = p;
	over(c, err != ERR_OK,
	    err != ERR_OK && text[0] == '\0' ? _(err_text(err)) : text);
}

static void confirm_at_last(struct console_act *c);

static void
on_leases(void *ctx, host_id host, const struct act_state *st, err_t err,
    const char *text)
{
	struct console_act *c = ctx;
	struct act_ui *a = &c->o.ui->act;

	if (err == ERR_OK)
		c->told++;
	else
		(void)snprintf(a->leases_why, sizeof a->leases_why,
		    "%.120s: %.120s", c->o.s->m->hosts[host].name, text);
	if (err == ERR_OK)
		session_tell_leases(c->o.s, host, st->leases, st->n_leases);
	if (c->reading > 0 && --c->reading > 0)
		return;
	a->leases_ms = session_now_ms(c->o.s);
	a->leases_hosts = c->told;
	if (c->plan_wanted && a->stage == ACT_STAGE_READING)
		plan(c);
	c->plan_wanted = false;
	if (c->confirm_wanted)
		confirm_at_last(c);
	c->o.changed(c->o.ctx);
}

/* Asks every host that is up; the actor's hands are free. */
static void
read_leases(struct console_act *c)
{
	const struct model *m = c->o.s->m;

	c->read_mono_ms = clock_mono_ms();
	c->told = 0;
	c->o.ui->act.leases_why[0] = '\0';
	for (host_id i = 0; i < m->n_hosts; i++)
		c->reading += hostlink_askable(c->o.s->links[i]) != NULL;
	for (host_id i = 0; i < m->n_hosts; i++)
		if (hostlink_askable(c->o.s->links[i]) != NULL)
			actor_leases(c->actor, i);
}

static void
plan_again(struct console_act *c)
{
	struct ui *ui = c->o.ui;

	ui_say(ui, true, "%s",
	    _("the plan was too old, or the hosts have changed: it is made "
	      "again"));
	ui->input_n = 0;
	ui->input[0] = '\0';
	plan(c);
}

static err_t
confirm_lease(struct console_act *c, char *why, size_t cap)
{
	struct act_ui *a = &c->o.ui->act;

	str_copy(a->request.who, sizeof a->request.who, str_of(a->who));
	str_copy(a->request.from, sizeof a->request.from, str_of(a->from));
	/* The hosts are just being asked for theirs: it follows. */
	c->confirm_wanted = c->reading > 0;
	if (c->confirm_wanted)
		return ERR_OK;
	if (a->job == ACT_JOB_END)
		return actor_end(c->actor, a->lease.host, a->lease.id,
		    &a->request, why, cap);
	return actor_extend(c->actor, a->lease.host, a->lease.id,
	    (uint32_t)(a->extend_ms / 1000), &a->request, why, cap);
}

/* What was to be done could not begin. */
static void
not_confirmed(struct console_act *c, err_t err, const char *why)
{
	struct act_ui *a = &c->o.ui->act;

	c->running = false;
	if (err == ERR_CLOSED && a->job == ACT_JOB_VERB)
		plan_again(c);
	else if (err == ERR_LIMIT) {
		a->stage = ACT_STAGE_ASK;
		str_copy(a->text, sizeof a->text, str_of(why));
	} else
		over(c, true, why);
}

static void
confirm(struct console_act *c)
{
	struct act_ui *a = &c->o.ui->act;
	char why[512];
	err_t err;

	if (a->stage != ACT_STAGE_ASK)
		return;
	a->stage = ACT_STAGE_RUNNING;
	c->running = true;
	err = a->job == ACT_JOB_VERB
		  ? actor_confirm(c->actor, c->plan, why, sizeof why)
		  : confirm_lease(c, why, sizeof why);
	if (err != ERR_OK)
		not_confirmed(c, err, why);
}

static void
confirm_at_last(struct console_act *c)
{
	char why[512];
	err_t err = confirm_lease(c, why, sizeof why);

	if (err != ERR_OK)
		not_confirmed(c, err, why);
}

/* A file of this machine, which a person named: "~/" as a shell has it. Reading
 * it is the wait; a pipe would be a long one. */
static void
read_addresses(struct console_act *c)
{
	struct ui *ui = c->o.ui;
	const char *path = ui->act.path, *home = getenv("HOME");
	char whole[2 * ACT_PATH], why[512];
	struct stat st;
	struct buf text;

	(void)snprintf(whole, sizeof whole, "%s%s",
	    strncmp(path, "~/", 2) == 0 && home != NULL ? home : "",
	    strncmp(path, "~/", 2) == 0 && home != NULL ? path + 1 : path);
	if (stat(whole, &st) == 0 && !S_ISREG(st.st_mode)) {
		ui_say(ui, true, _("%s: not a file"), whole);
		return;
	}
	buf_init(&text, ACT_FILE_BYTES);
	if (files_read(&text, whole, why, sizeof why) == ERR_OK)
		act_ui_addresses(ui, buf_view(&text));
	else
		ui_say(ui, true, "%s", why);
	buf_done(&text);
}

void
console_act_fulfil(struct console_act *c)
{
	struct act_ui *a = &c->o.ui->act;
	enum act_wish wish = a->wish;

	a->wish = ACT_WISH_NONE;
	switch (wish) {
	case ACT_WISH_NONE:
		break;
	case ACT_WISH_ARM:
		arm(c, a->arm_ms, a->arm_why);
		break;
	case ACT_WISH_DISARM:
		disarm(c, _("disarmed: this console only reads"));
		break;
	case ACT_WISH_READ:
		read_addresses(c);
		break;
	case ACT_WISH_PLAN:
		plan(c);
		break;
	case ACT_WISH_CONFIRM:
		confirm(c);
		break;
	case ACT_WISH_CANCEL:
		a->plan = NULL;
		break;
	}
	console_act_look(c);
}

/* A host that still runs what a dead console asked for, or cannot be reached,
 * tells later: an intent without a result is never silently dropped. */
static void
after_settling(struct console_act *c)
{
	unsigned left = actor_unsettled(c->actor);

	c->settling = false;
	c->settle_mono_ms = left == 0 ? 0 : clock_mono_ms() + LEASES_PERIOD_MS;
	if (left > 0 && left != c->unsettled)
		ui_say(c->o.ui, false,
		    _("acts whose outcome is not known: %u; their hosts are "
		      "asked again until they tell"),
		    left);
	c->unsettled = left;
}

static void
on_settled(void *ctx, const char *text)
{
	struct console_act *c = ctx;

	if (text != NULL)
		ui_say(c->o.ui, false, "%s", text);
	else
		after_settling(c);
	c->journal_mono_ms = 0;
	c->o.changed(c->o.ctx);
}

/* Every host is up, or will not be soon. */
static bool
hosts_are_known(const struct model *m)
{
	for (host_id i = 0; i < m->n_hosts; i++)
		if (m->hosts[i].link != LINK_UP &&
		    m->hosts[i].link != LINK_WAITING &&
		    m->hosts[i].link != LINK_FAILED)
			return false;
	return true;
}

static void
settle(struct console_act *c)
{
	struct act_request me = {.host = HOST_NONE};

	c->settling = true;
	acting_who(&me);
	actor_settle(c->actor, &me, c, on_settled);
}

void
console_act_tick(struct console_act *c)
{
	struct act_ui *a = &c->o.ui->act;
	int64_t now_ms = session_now_ms(c->o.s);

	if (a->armed_until_ms != 0 && now_ms >= a->armed_until_ms)
		disarm(c, _("the time is over: disarmed, this console only "
			    "reads"));
	if (a->stage == ACT_STAGE_ASK && a->plan != NULL &&
	    a->plan->refusal[0] == '\0' &&
	    now_ms - a->plan->made_ms > ACTOR_PLAN_MS)
		plan_again(c);
	act_ui_show(c->o.ui);
	if (c->settle_mono_ms != 0 && c->journal != NULL && !c->settling &&
	    !c->planning && !c->running && c->reading == 0 &&
	    a->stage == ACT_STAGE_NONE && clock_mono_ms() > c->settle_mono_ms &&
	    hosts_are_known(c->o.s->m))
		settle(c);
	if (!c->planning && !c->running && !c->settling && c->reading == 0 &&
	    a->stage != ACT_STAGE_ASK &&
	    (c->read_mono_ms == 0 ||
		clock_mono_ms() - c->read_mono_ms >= LEASES_PERIOD_MS))
		read_leases(c);
	if (clock_mono_ms() - c->watch_mono_ms >= WATCH_PERIOD_MS)
		tell_watch(c);
	if (c->book != NULL && logbook_look(c->book, c->o.s->m))
		c->journal_mono_ms = 0;
	if (c->journal_mono_ms == 0 ||
	    clock_mono_ms() - c->journal_mono_ms >= JOURNAL_PERIOD_MS)
		read_journal(c);
}

/* --- life --- */

static void
open_journal(struct console_act *c)
{
	struct act_ui *a = &c->o.ui->act;
	char why[400];

	c->journal = acting_journal_open(why, sizeof why);
	if (c->journal != NULL)
		return;
	(void)snprintf(a->locked, sizeof a->locked,
	    _("without a journal nothing is done: %s"), why);
	ui_say(c->o.ui, true, "%s", a->locked);
}

/* What earlier consoles knew, and that this one began. */
static void
begin(struct console_act *c)
{
	if (c->journal != NULL)
		session_recall(c->o.s, c->journal);
	(void)note(c, JOURNAL_START, _("console started"));
	c->watch_mono_ms = clock_mono_ms();
}

struct console_act *
console_act_new(const struct console_act_opts *o)
{
	struct console_act *c = calloc(1, sizeof *c);
	struct act_request me = {0};
	struct actor_opts ao = {.s = o->s,
	    .sites = o->sites,
	    .ctx = c,
	    .on_plan = on_plan,
	    .on_progress = on_progress,
	    .on_done = on_done,
	    .on_leases = on_leases};

	if (c == NULL)
		return NULL;
	c->o = *o;
	o->ui->act.sites = o->sites;
	/* Not before all that is open now is old enough for it. */
	c->settle_mono_ms = clock_mono_ms() + SETTLE_AGE_MS;
	acting_who(&me);
	str_copy(o->ui->act.who, sizeof o->ui->act.who, str_of(me.who));
	str_copy(o->ui->act.from, sizeof o->ui->act.from, str_of(me.from));
	open_journal(c);
	if (c->journal != NULL)
		c->records = journal_view_new(c->journal, o->ui);
	ao.journal = c->journal;
	c->actor = actor_new(&ao);
	if (c->actor == NULL || (c->journal != NULL && c->records == NULL)) {
		console_act_free(c);
		return NULL;
	}
	if (c->journal != NULL)
		c->book = logbook_new(c->journal, o->ui->act.who,
		    o->ui->act.from, session_now_ms(o->s));
	begin(c);
	if (o->arm && c->journal != NULL)
		arm(c, ARM_DEFAULT_MS, "--arm");
	return c;
}

void
console_act_end(struct console_act *c)
{
	for (int i = 0; i < LAST_LOOKS && c->book != NULL; i++)
		if (!logbook_look(c->book, c->o.s->m))
			break;
	tell_watch(c);
}

void
console_act_free(struct console_act *c)
{
	if (c == NULL)
		return;
	logbook_free(c->book);
	actor_free(c->actor);
	journal_view_free(c->records);
	journal_db_close(c->journal);
	free(c);
}
