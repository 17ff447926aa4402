/*
 * act_ui.c - from a key or a line of the palette to a wish: which rows are
 * meant, what is asked for, why. See act_ui.h.
 */
#include "tui/act_ui.h"

#include "core/i18n.h"
#include "core/num.h"
#include "tui/overlay.h"

#include <stdio.h>

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
act_ui_refusal(const struct ui *ui, const struct model *m, enum action a)
{
	if (ui->act.stage == ACT_STAGE_READING ||
	    ui->act.stage == ACT_STAGE_RUNNING)
		return _("another act is under way");
	if (ui->frozen)
		return _("the display is frozen: Z first, to see what is");
	return act_rows_refusal(ui, m, act_ui_verb(a));
}

/* --- what is asked for --- */

/* The request is about target `at` now. */
static bool
aim(struct act_ui *a)
{
	const struct act_target_row *t = &a->targets[a->at];

	a->request.host = t->host;
	a->request.of = t->of;
	a->request.filter = t->filter;
	if (a->job == ACT_JOB_VERB)
		return true;
	for (size_t i = 0; i < a->n_leases; i++) {
		if (a->leases[i].host != t->host ||
		    strcmp(a->leases[i].id, t->of.lease) != 0)
			continue;
		a->lease = a->leases[i];
		return true;
	}
	return false;
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
	if (!aim(a)) {
		ui_say(ui, true, "%s", _("that lease is no longer there"));
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
	    .lease_ms = v == VERB_SITE ? -1
			: v < VERB_N   ? act_lease_ms(v)
				       : 0};
	a->n_targets = 0;
	a->advised[0] = '\0';
}

/* What the rows in view mean to a verb; false: said why not. */
static bool
take_rows(struct ui *ui, const struct model *m, enum verb v, const char *name)
{
	const char *why = act_rows_take(ui, m, v);

	if (why != NULL)
		ui_say(ui, true, "%s: %s", name, why);
	return why == NULL;
}

/* Its target as words of the palette's line; "" when they would not mean the
 * same: several, one host's only, or a name with blanks. */
static void
target_words(const struct act_ui *a, char *dst, size_t cap)
{
	struct act_request r = {.verb = a->request.verb};
	const struct act_target_row *t = &a->targets[0];
	struct str word[4], rest;
	char why[256];
	size_t n = 0;

	dst[0] = '\0';
	if (a->n_targets != 1 || t->host != HOST_NONE)
		return;
	act_subject_text(&t->of, dst, cap);
	rest = str_of(dst);
	while (n < 3 && str_word(&rest, &word[n]))
		n++;
	word[n++] = STR_LIT("1"); /* the value comes last */
	if (act_take_words(&r, word, n, why, sizeof why) != ERR_OK ||
	    !act_subject_eq(&r.of, &t->of))
		dst[0] = '\0';
}

/* The value advised for the line a key began: it is behind the palette while
 * the line is typed. */
static void
keep_advice(struct ui *ui, struct model *m)
{
	struct act_ui *a = &ui->act;
	const struct act_subject *of = &a->targets[0].of;
	struct str line = {ui->input, ui->input_n};
	struct advice next;

	for (uint32_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		if (c->throttle == NULL ||
		    strcmp(m->egress[c->egress].ip, of->egress) != 0 ||
		    !str_eq(intern_text(m->texts, c->provider),
			str_of(of->provider)))
			continue;
		acts_advise(m, i, &next);
		if (next.kind != ADVICE_TRY ||
		    !str_starts(str_of(next.words), line))
			continue;
		str_copy(a->advised, sizeof a->advised, str_of(next.words));
		return;
	}
}

/* A verb by its key: a value is typed behind its name in the palette. */
static void
by_key(struct ui *ui, struct model *m, enum verb v)
{
	char target[2 * NAME_MAX_BYTES];

	begin(ui, v);
	if (!take_rows(ui, m, v, verb_rows[v].word))
		return;
	if ((verb_rows[v].flags & ACTF_VALUE) == 0) {
		ask_why(ui);
		return;
	}
	target_words(&ui->act, target, sizeof target);
	overlay_open(ui, OV_PALETTE);
	ui->input_n = (size_t)snprintf(ui->input, sizeof ui->input, "%s %s%s",
	    verb_rows[v].word, target, target[0] != '\0' ? " " : "");
	/* Of several, or of a long name, the line means the rows in view. */
	if (ui->input_n >= UI_FILTER)
		ui->input_n = (size_t)snprintf(
		    ui->input, sizeof ui->input, "%s ", verb_rows[v].word);
	if (target[0] != '\0')
		keep_advice(ui, m);
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
act_ui_addresses(struct ui *ui, struct str text)
{
	struct act_ui *a = &ui->act;
	char why[512];
	size_t n = 0;

	buf_reset(&a->addresses);
	if (act_addresses(&a->addresses, &n, text, why, sizeof why) != ERR_OK) {
		ui_say(
		    ui, true, "%s: %s", verb_rows[a->request.verb].word, why);
		return;
	}
	a->request.of.on = ACT_ON_ADDRESSES;
	a->request.addresses = n > 0 ? buf_cstr(&a->addresses) : NULL;
	a->targets[0] =
	    (struct act_target_row){.host = HOST_NONE, .of = a->request.of};
	a->n_targets = 1;
	ask_why(ui);
}

/* The next address of a line: people put commas between. */
static bool
next_address(struct str *rest, struct str *word)
{
	if (!str_word(rest, word))
		return false;
	while (word->n > 0 && strchr(",;", word->p[word->n - 1]) != NULL)
		word->n--;
	return true;
}

/* Addresses as typed or pasted, or the name of a file that the app reads. */
static void
take_addresses(struct ui *ui, struct str words)
{
	struct str rest = words, word = {NULL, 0};
	struct buf lines;

	if (!next_address(&rest, &word) ||
	    (!act_is_address(word) && words.n >= sizeof ui->act.path)) {
		ui_say(ui, true,
		    _("suppress: which addresses? give them, or the name of a "
		      "file of them"));
		return;
	}
	if (!act_is_address(word)) {
		str_copy(ui->act.path, sizeof ui->act.path, words);
		ui->act.wish = ACT_WISH_READ;
		return;
	}
	buf_init(&lines, UI_INPUT + 1);
	do {
		(void)buf_str(&lines, word);
		(void)buf_putc(&lines, '\n');
	} while (next_address(&rest, &word));
	act_ui_addresses(ui, buf_view(&lines));
	buf_done(&lines);
}

void
act_ui_words(struct ui *ui, struct model *m, enum verb v, struct str words)
{
	struct act_ui *a = &ui->act;
	/* Of a site's action its own row says whether it may be done. */
	const char *why = v == VERB_SITE ? NULL : act_ui_locked(ui);
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
	if (verb_rows[v].targets == ACT_ON_ADDRESSES) {
		take_addresses(ui, words);
		return;
	}
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
	if (v == VERB_SITE) {
		if (!act_site_take(ui, m))
			return;
	} else if (text[0] != '\0') {
		a->targets[0] = (struct act_target_row){
		    HOST_NONE, a->request.of, a->request.filter};
		a->n_targets = 1;
	} else if (!take_rows(ui, m, v, verb_rows[v].word)) {
		return;
	}
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
		act_subject_text(&l->of, target, sizeof target);
		(void)snprintf(dst, cap,
		    ui->act.job == ACT_JOB_END ? _("end %s %s, lease %s")
					       : _("extend %s %s, lease %s"),
		    l->verb < VERB_N ? verb_rows[l->verb].word : "?", target,
		    l->id);
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
	const char *why = act_site_held(ui);
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

void
act_ui_on_leases(
    struct ui *ui, const struct model *m, enum act_job job, int64_t extend_ms)
{
	begin(ui, VERB_N);
	ui->act.job = job;
	ui->act.extend_ms = extend_ms;
	if (take_rows(ui, m, VERB_LIFT, job == ACT_JOB_END ? "end" : "extend"))
		ask_why(ui);
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
	enum verb v = act_ui_verb(a);

	/* The row that was meant stays the one, however the others move. */
	if (v != VERB_N || a == ACT_ACTS || a == ACT_EXTEND ||
	    a == ACT_END_LEASE)
		ui_top(ui)->moved = true;
	if (a == ACT_END_LEASE)
		act_ui_end(ui, m);
	else if (a == ACT_EXTEND)
		act_ui_type_extend(ui);
	else if (v != VERB_N)
		by_key(ui, m, v);
	else if (a == ACT_ACTS)
		ov_menu_open(ui, m);
	else if (a == ACT_VIEW_LEASES)
		push_whole(ui, VIEW_LEASES);
	else if (a == ACT_VIEW_JOURNAL)
		push_whole(ui, VIEW_JOURNAL);
}
