/* console_act.c - see console_act.h. */
#include "app/console_act.h"

#include "app/acting.h"
#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>
#include <stdlib.h>

struct console_act {
	struct console_act_opts o;
	struct journal_db *journal; /* owned; NULL: none */
	struct actor *actor;	    /* owned */
	char plan[PLAN_ID];	    /* the one shown */
};

static void
redraw(struct console_act *c)
{
	act_ui_show(c->o.ui);
	c->o.changed(c->o.ctx);
}

/* --- the journal --- */

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
	if (journal_db_append(c->journal, &rec, false) == ERR_OK)
		return true;
	ui_say(c->o.ui, true, _("the journal takes no record: %s"),
	    journal_db_why(c->journal));
	return false;
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
	if (actor_plan(c->actor, &a->request, why, sizeof why) != ERR_OK)
		over(c, true, why);
}

static void
on_plan(void *ctx, const struct plan *p)
{
	struct console_act *c = ctx;
	struct act_ui *a = &c->o.ui->act;

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

	c->o.ui->act.plan = p;
	over(c, err != ERR_OK,
	    err != ERR_OK && text[0] == '\0' ? _(err_text(err)) : text);
}

static void
on_leases(void *ctx, host_id host, const struct act_state *st, err_t err,
    const char *text)
{
	(void)ctx;
	(void)host;
	(void)st;
	(void)err;
	(void)text;
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

static void
confirm(struct console_act *c)
{
	struct act_ui *a = &c->o.ui->act;
	char why[512];
	err_t err;

	if (a->stage != ACT_STAGE_ASK)
		return;
	a->stage = ACT_STAGE_RUNNING;
	err = actor_confirm(c->actor, c->plan, why, sizeof why);
	if (err == ERR_CLOSED)
		plan_again(c);
	else if (err != ERR_OK)
		over(c, true, why);
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

struct console_act *
console_act_new(const struct console_act_opts *o)
{
	struct console_act *c = calloc(1, sizeof *c);
	struct act_request me = {0};
	struct actor_opts ao = {.s = o->s,
	    .ctx = c,
	    .on_plan = on_plan,
	    .on_progress = on_progress,
	    .on_done = on_done,
	    .on_leases = on_leases};

	if (c == NULL)
		return NULL;
	c->o = *o;
	acting_who(&me);
	str_copy(o->ui->act.who, sizeof o->ui->act.who, str_of(me.who));
	str_copy(o->ui->act.from, sizeof o->ui->act.from, str_of(me.from));
	open_journal(c);
	ao.journal = c->journal;
	c->actor = actor_new(&ao);
	if (c->actor == NULL) {
		console_act_free(c);
		return NULL;
	}
	(void)note(c, JOURNAL_START, _("console started"));
	if (o->arm && c->journal != NULL)
		arm(c, ARM_DEFAULT_MS, "--arm");
	return c;
}

void
console_act_free(struct console_act *c)
{
	if (c == NULL)
		return;
	actor_free(c->actor);
	journal_db_close(c->journal);
	free(c);
}
