/*
 * act_ui.c - from a key or a line of the palette to a wish: which rows are
 * meant, what is asked for, why. See act_ui.h.
 */
#include "tui/act_ui.h"

#include "core/i18n.h"
#include "core/num.h"
#include "tui/overlay.h"

#include <stdio.h>

/* The verb an action stands for; VERB_N: none. */
static enum verb
verb_of_action(enum action a)
{
	switch (a) {
	case ACT_PAUSE:
		return VERB_PAUSE;
	case ACT_RESUME:
		return VERB_RESUME;
	case ACT_INTERVAL:
		return VERB_INTERVAL;
	case ACT_CONCURRENCY:
		return VERB_CONCURRENCY;
	case ACT_PROCESSES:
		return VERB_PROCESSES;
	case ACT_HOLD:
		return VERB_HOLD;
	case ACT_RELEASE:
		return VERB_RELEASE;
	case ACT_RETRY:
		return VERB_RETRY;
	case ACT_DELETE:
		return VERB_DELETE;
	case ACT_EXPIRE:
		return VERB_EXPIRE;
	default:
		return VERB_N;
	}
}

/* Done to rows of Egress; else to those of Queue. */
static bool
on_egress(enum verb v)
{
	return (verb_rows[v].targets & ACT_ON_EGRESS) != 0;
}

const char *
act_ui_locked(const struct ui *ui)
{
	if (ui->act.locked[0] != '\0')
		return ui->act.locked;
	if (ui->now_ms >= ui->act.armed_until_ms)
		return _("read-only: :arm 15m REASON first");
	return NULL;
}

const char *
act_ui_refusal(const struct ui *ui, enum action a)
{
	(void)a;
	if (ui->act.stage == ACT_STAGE_READING ||
	    ui->act.stage == ACT_STAGE_RUNNING)
		return _("another act is under way");
	if (ui->frozen)
		return _("the display is frozen: Z first, to see what is");
	if (ui->table.n == 0)
		return _("there is no row");
	return NULL;
}

/* --- which rows --- */

static bool
add_target(struct act_ui *a, host_id host, struct str text)
{
	if (a->n_targets == ACT_TARGETS || text.n > SHAPE_MAX)
		return false;
	for (unsigned i = 0; i < a->n_targets; i++)
		if (a->targets[i].host == host &&
		    str_eq(str_of(a->targets[i].text), text))
			return true;
	a->targets[a->n_targets].host = host;
	str_copy(a->targets[a->n_targets++].text, SHAPE_MAX + 1, text);
	return true;
}

/* What a row of the view on top means to a verb; false, with a sentence. */
static bool
add_row(struct ui *ui, const struct model *m, const struct trow *row)
{
	const struct level *l = ui_top_const(ui);
	const struct egress *e;

	if (l->view == VIEW_LEASES)
		return add_target(&ui->act, ui->act.leases[row->row.at].host,
		    str_of(ui->act.leases[row->row.at].id));
	if (l->view == VIEW_QUEUE)
		return add_target(
		    &ui->act, l->host, ui->queue.rows[row->row.at].key);
	e = &m->egress[row->row.at];
	if (e->rest || e->ip[0] == '\0') {
		ui_say(ui, true,
		    _("%s: mail that leaves from no address of its own cannot "
		      "be acted on by address"),
		    m->hosts[e->host].name);
		return false;
	}
	/* On every host that carries it: half a pause is none. */
	return add_target(&ui->act, HOST_NONE, str_of(e->ip));
}

/* The tagged rows that are shown, or else the one under the cursor. */
static bool
take_rows(struct ui *ui, const struct model *m)
{
	const struct trow *at = wtable_cursor(&ui->table, ui);

	ui->act.n_targets = 0;
	for (size_t i = 0; i < ui->table.n; i++) {
		const struct trow *row = &ui->table.shown[i];

		if (!ui_tagged(ui, row->row.key))
			continue;
		if (ui->act.n_targets == ACT_TARGETS) {
			ui_say(ui, true,
			    _("more than %d rows are tagged: act on fewer at "
			      "once"),
			    ACT_TARGETS);
			return false;
		}
		if (!add_row(ui, m, row))
			return false;
	}
	if (ui->act.n_targets > 0)
		return true;
	return at != NULL && add_row(ui, m, at);
}

/* --- what is asked for --- */

/* The key of a queue row as a filter. */
static bool
filter_of_key(struct act_filter *f, int dim, const char *key)
{
	*f = (struct act_filter){0};
	if (dim == QD_DOMAIN)
		str_copy(f->domain, sizeof f->domain, str_of(key));
	else if (dim == QD_PROVIDER)
		str_copy(f->provider, sizeof f->provider, str_of(key));
	else if (dim == QD_SENDER)
		str_copy(f->sender, sizeof f->sender, str_of(key));
	else if (dim == QD_REPLY)
		str_copy(f->reply, sizeof f->reply, str_of(key));
	else
		return false;
	return true;
}

/* The request is about target `at` now. */
static bool
aim(struct act_ui *a)
{
	const struct act_target_row *t = &a->targets[a->at];

	if (a->job != ACT_JOB_VERB) {
		for (size_t i = 0; i < a->n_leases; i++) {
			if (a->leases[i].host != t->host ||
			    strcmp(a->leases[i].id, t->text) != 0)
				continue;
			a->lease = a->leases[i];
			return true;
		}
		return false;
	}
	a->request.host = t->host;
	if (a->named)
		return true;
	if (on_egress(a->request.verb)) {
		a->request.of.on = ACT_ON_EGRESS;
		str_copy(a->request.of.egress, sizeof a->request.of.egress,
		    str_of(t->text));
		return true;
	}
	a->request.of.on = ACT_ON_MESSAGES;
	return filter_of_key(&a->request.filter, a->dim, t->text);
}

/* Everything is known but the reason: asks for it. */
static void
ask_why(struct ui *ui)
{
	struct act_ui *a = &ui->act;
	struct act_request probe;
	char why[512];

	a->at = 0;
	a->plan = NULL;
	a->text[0] = '\0';
	a->failed = a->hidden = false;
	if (!aim(a) && a->job != ACT_JOB_VERB) {
		ui_say(ui, true, "%s", _("that lease is no longer there"));
		return;
	}
	if (!aim(a)) {
		ui_say(ui, true, "%s: %s", verb_rows[a->request.verb].word,
		    _("not by this: b splits the queue by domain, provider, "
		      "sender, reply"));
		return;
	}
	/* What is wrong is said before a reason is typed. */
	probe = a->request;
	str_copy(probe.why, sizeof probe.why, STR_LIT("?"));
	if (a->job == ACT_JOB_VERB &&
	    act_check(&probe, why, sizeof why) != ERR_OK) {
		ui_say(ui, true, "%s", why);
		return;
	}
	a->stage = ACT_STAGE_WHY;
	overlay_open(ui, OV_WHY);
}

static void
begin(struct ui *ui, enum verb v)
{
	struct act_ui *a = &ui->act;

	a->job = ACT_JOB_VERB;
	a->request = (struct act_request){.verb = v,
	    .host = HOST_NONE,
	    .lease_ms = v < VERB_N ? act_lease_ms(v) : 0};
	a->n_targets = 0;
	a->named = false;
}

/* May a verb be done to what is in view? */
static bool
fits_view(struct ui *ui, enum verb v)
{
	enum view_id view = ui_top(ui)->view;

	if (view == (on_egress(v) ? VIEW_EGRESS : VIEW_QUEUE) &&
	    ui->table.n > 0)
		return true;
	ui_say(ui, true,
	    on_egress(v)
		? _("%s: which egress IP? give its address, or go to a row of "
		    "2")
		: _("%s: which messages? give domain=, provider=, sender=, "
		    "recipient= or reply=, or go to a row of 3"),
	    verb_rows[v].word);
	return false;
}

/* A verb by its key: a value is typed behind its name in the palette. */
static void
by_key(struct ui *ui, const struct model *m, enum verb v)
{
	begin(ui, v);
	if (!take_rows(ui, m))
		return;
	if (!on_egress(v))
		ui->act.dim = (int)ui_top(ui)->dim;
	if ((verb_rows[v].flags & ACTF_VALUE) == 0) {
		ask_why(ui);
		return;
	}
	overlay_open(ui, OV_PALETTE);
	/* Of several, the palette's line means those tagged. */
	ui->input_n = (size_t)snprintf(ui->input, sizeof ui->input, "%s %s%s",
	    verb_rows[v].word,
	    ui->act.n_targets == 1 ? ui->act.targets[0].text : "",
	    ui->act.n_targets == 1 ? " " : "");
}

/* "for 30m" at the end of words; false: it is none, with a sentence. */
static bool
take_for(struct ui *ui, struct str *words, int64_t *lease_ms)
{
	size_t at = str_find(*words, STR_LIT("for "));
	struct str time;

	if (at == SIZE_MAX || (at > 0 && words->p[at - 1] != ' '))
		return true;
	time = str_trim(str_from(*words, at + 4));
	if (num_duration_ms(time, lease_ms) != ERR_OK) {
		ui_say(ui, true,
		    _("\"%.*s\" is not a duration: give 90s, 30m, 2h; 0s: "
		      "until lifted"),
		    (int)time.n, time.p);
		return false;
	}
	words->n = at;
	*words = str_trim(*words);
	return true;
}

enum { WORDS = 64 }; /* of one line of the palette */

void
act_ui_words(struct ui *ui, struct model *m, enum verb v, struct str words)
{
	struct act_ui *a = &ui->act;
	const char *why = act_ui_locked(ui);
	struct str word[WORDS];
	size_t n = 0;
	char text[512];

	if (why == NULL &&
	    (a->stage == ACT_STAGE_READING || a->stage == ACT_STAGE_RUNNING))
		why = _("another act is under way");
	if (why != NULL) {
		ui_say(ui, true, "%s: %s", verb_rows[v].word, why);
		return;
	}
	begin(ui, v);
	if (!take_for(ui, &words, &a->request.lease_ms))
		return;
	while (n < WORDS && str_word(&words, &word[n]))
		n++;
	if (str_trim(words).n > 0) {
		ui_say(
		    ui, true, "%s: %s", verb_rows[v].word, _("too many words"));
		return;
	}
	if (act_take_words(&a->request, word, n, text, sizeof text) != ERR_OK) {
		ui_say(ui, true, "%s: %s", verb_rows[v].word, text);
		return;
	}
	act_target_text(&a->request, text, sizeof text);
	a->named = text[0] != '\0';
	if (a->named)
		(void)add_target(a, HOST_NONE, str_of(text));
	else if (!fits_view(ui, v) || !take_rows(ui, m))
		return;
	if (!a->named && !on_egress(v))
		a->dim = (int)ui_top(ui)->dim;
	ask_why(ui);
}

/* --- armed or not --- */

void
act_ui_arm(struct ui *ui, struct str words)
{
	struct str time = {NULL, 0}, rest = words;
	int64_t ms = ARM_DEFAULT_MS;

	if (str_word(&rest, &time) && num_duration_ms(time, &ms) != ERR_OK) {
		ms = ARM_DEFAULT_MS;
		rest = words; /* a reason only */
	}
	if (ui->act.locked[0] != '\0') {
		ui_say(ui, true, "arm: %s", ui->act.locked);
		return;
	}
	if (ms <= 0 || ms > ARM_MAX_MS) {
		ui_say(ui, true, _("arm: for up to 12h: give 15m, 2h"));
		return;
	}
	ui->act.wish = ACT_WISH_ARM;
	ui->act.arm_ms = ms;
	str_copy(ui->act.arm_why, sizeof ui->act.arm_why, str_trim(rest));
}

void
act_ui_disarm(struct ui *ui)
{
	ui->act.wish = ACT_WISH_DISARM;
}

/* --- the act in hand --- */

void
act_ui_title(const struct ui *ui, char *dst, size_t cap)
{
	const struct act_request *r = &ui->act.request;
	const struct lease *l = &ui->act.lease;
	char target[NAME_MAX_BYTES * 2];

	if (ui->act.job != ACT_JOB_VERB) {
		(void)snprintf(dst, cap,
		    ui->act.job == ACT_JOB_END ? _("end %s %s, lease %s")
					       : _("extend %s %s, lease %s"),
		    l->verb < VERB_N ? verb_rows[l->verb].word : "?",
		    l->of.egress, l->id);
		return;
	}
	act_target_text(r, target, sizeof target);
	(void)snprintf(dst, cap, "%s %s%s%s", verb_rows[r->verb].word, target,
	    r->value[0] != '\0' ? " " : "", r->value);
}

void
act_ui_reason(struct ui *ui, struct str why)
{
	struct act_ui *a = &ui->act;

	str_copy(a->request.why, sizeof a->request.why, str_trim(why));
	/* A lease holds its own way back: there is nothing to plan. */
	a->stage = a->job == ACT_JOB_VERB ? ACT_STAGE_READING : ACT_STAGE_ASK;
	if (a->job == ACT_JOB_VERB)
		a->wish = ACT_WISH_PLAN;
	overlay_open(ui, OV_ACT);
}

/* A copy of the reason, which holds for the next target too. */
static const char *
why_of(const struct act_ui *a, char dst[ACT_WHY_BYTES])
{
	memcpy(dst, a->request.why, ACT_WHY_BYTES);
	return dst;
}

void
act_ui_leave(struct ui *ui)
{
	struct act_ui *a = &ui->act;

	overlay_close(ui);
	if (a->stage == ACT_STAGE_RUNNING) {
		a->hidden = true;
		ui_say(ui, false, _("it runs on; its result will be said"));
		return;
	}
	if (a->stage == ACT_STAGE_READING || a->stage == ACT_STAGE_ASK)
		a->wish = ACT_WISH_CANCEL;
	if (a->stage == ACT_STAGE_WHY || a->stage == ACT_STAGE_ASK)
		ui_say(ui, false, _("nothing was done"));
	a->stage = ACT_STAGE_NONE;
}

void
act_ui_go_on(struct ui *ui)
{
	struct act_ui *a = &ui->act;
	const char *why = act_ui_locked(ui);
	char again[ACT_WHY_BYTES];

	if (a->stage == ACT_STAGE_ASK && why != NULL) {
		ui_say(ui, true, "%s", why);
	} else if (a->stage == ACT_STAGE_ASK) {
		a->wish = ACT_WISH_CONFIRM;
	} else if (a->stage == ACT_STAGE_OVER && a->at + 1 < a->n_targets) {
		a->at++;
		a->text[0] = '\0';
		a->failed = false;
		a->plan = NULL;
		if (!aim(a)) {
			a->stage = ACT_STAGE_OVER;
			a->failed = true;
			str_copy(a->text, sizeof a->text,
			    str_of(_("it is no longer there")));
			return;
		}
		act_ui_reason(ui, str_of(why_of(a, again)));
	} else {
		act_ui_leave(ui);
	}
}

void
act_ui_show(struct ui *ui)
{
	if (ui->act.stage >= ACT_STAGE_READING && !ui->act.hidden &&
	    ui->overlay == OV_NONE)
		overlay_open(ui, OV_ACT);
}

/* --- leases --- */

static void
on_leases(struct ui *ui, const struct model *m, enum act_job job, int64_t ms)
{
	begin(ui, VERB_N);
	ui->act.job = job;
	ui->act.extend_ms = ms;
	if (take_rows(ui, m))
		ask_why(ui);
}

static void
type_extend(struct ui *ui)
{
	overlay_open(ui, OV_PALETTE);
	ui->input_n =
	    (size_t)snprintf(ui->input, sizeof ui->input, "extend 30m");
}

void
act_ui_extend(struct ui *ui, struct model *m, struct str words)
{
	const char *why = ui_refusal(ui, ACT_EXTEND);
	int64_t ms = ACT_LEASE_DEFAULT_MS;

	if (why == NULL && words.n > 0 &&
	    (num_duration_ms(words, &ms) != ERR_OK || ms / 1000 > INT32_MAX))
		why = _("give a duration from now: 30m, 2h; 0s: until lifted");
	if (why != NULL)
		ui_say(ui, true, "extend: %s", why);
	else
		on_leases(ui, m, ACT_JOB_EXTEND, ms);
}

enum { IN_FLIGHT_MS = 30000 }; /* what was being sent when a pause began */

uint64_t
act_ui_leaked(struct model *m, const struct lease *l)
{
	uint64_t n = 0;

	if (l->verb != VERB_PAUSE || l->state != LEASE_IN_FORCE)
		return 0;
	for (egress_id i = 0; i < m->n_egress; i++) {
		struct egress *e = &m->egress[i];

		if (e->host == l->host && strcmp(e->ip, l->of.egress) == 0)
			n += tally_since(&e->tally, STAT_SENT,
			    l->since_ms + IN_FLIGHT_MS, m->now_ms);
	}
	return n;
}

const struct lease *
act_ui_lease_of(const struct ui *ui, host_id host, const char *ip)
{
	const struct lease *found = NULL;

	for (size_t i = 0; i < ui->act.n_leases; i++) {
		const struct lease *l = &ui->act.leases[i];

		/* A pause says more than a limit beside it. */
		if (l->host == host && strcmp(l->of.egress, ip) == 0 &&
		    (found == NULL || l->verb == VERB_PAUSE))
			found = l;
	}
	return found;
}

/* A view of all hosts, one level further in. */
static void
push_whole(struct ui *ui, enum view_id view)
{
	struct level *l;

	if (ui_top(ui)->view == view)
		return;
	l = ui_push(ui, view);
	if (l == NULL)
		return;
	l->host = HOST_NONE;
	l->egress = EGRESS_NONE;
	l->provider[0] = l->key[0] = l->qid[0] = '\0';
}

void
act_ui_do(struct ui *ui, struct model *m, enum action a)
{
	enum verb v = verb_of_action(a);

	if (v != VERB_N)
		by_key(ui, m, v);
	else if (a == ACT_END_LEASE)
		on_leases(ui, m, ACT_JOB_END, 0);
	else if (a == ACT_EXTEND)
		type_extend(ui);
	else if (a == ACT_ACTS)
		ov_menu_open(ui);
	else if (a == ACT_VIEW_LEASES)
		push_whole(ui, VIEW_LEASES);
	else if (a == ACT_VIEW_JOURNAL)
		push_whole(ui, VIEW_JOURNAL);
}
