/*
 * view_leases.c - the acts in force, as the hosts tell: by whom, until when,
 * whether they still hold, what happens then. What needs a person comes first.
 */
#include "tui/act_ui.h"
#include "tui/effect_ui.h"
#include "tui/figure.h"
#include "tui/ui.h"
#include "tui/views.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"

enum {
	COL_STATE,
	COL_VERB,
	COL_TARGET,
	COL_HOST,
	COL_EFFECT,
	COL_LEFT,
	COL_UNTIL,
	COL_WHO,
	COL_VALUE,
	COL_REFUSED,
	COL_SENT,
	COL_SINCE,
	COL_LEAKED,
	COL_ID,
	COL_WHY,
	COL_N,
};

static const struct column cols[COL_N] = {
    [COL_STATE] = {"state", N_("state"), 9, 10, 0, ALIGN_LEFT, COLF_STATE,
	N_("in force; !!leak: mail still leaves; !other: the host's values "
	   "are others; ending; !!stuck: the host could not end it")},
    [COL_VERB] = {"act", N_("act"), 8, 12, 0, ALIGN_LEFT, 0,
	N_("what is done to it")},
    [COL_TARGET] = {"ip", N_("done to"), 15, 50, 0, ALIGN_LEFT, 0,
	N_("whom or what it is done to")},
    [COL_EFFECT] = {"effect", N_("effect"), 9, 10, 0, ALIGN_LEFT, COLF_STATE,
	N_("what it has done: better, no change, !worse; stopped, !!leaks; "
	   "not yet: too little seen so far")},
    [COL_REFUSED] = {"refused", N_("refused"), 8, 12, 3, ALIGN_RIGHT,
	COLF_NUMBER,
	N_("throttled or blocked a minute, before the act and after it")},
    [COL_SENT] = {"sent", N_("sent"), 8, 12, 3, ALIGN_RIGHT, COLF_NUMBER,
	N_("deliveries a minute, before the act and after it")},
    [COL_HOST] = {"host", N_("host"), 6, 24, 1, ALIGN_LEFT, 0,
	N_("the host that keeps it, and ends it")},
    [COL_LEFT] = {"left", N_("left"), 6, 6, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("time until the host ends it by itself; -: until it is lifted")},
    [COL_UNTIL] = {"until", N_("until"), 5, 8, 2, ALIGN_RIGHT, COLF_NUMBER,
	N_("when the host ends it, on the host's clock")},
    [COL_WHO] = {"who", N_("who"), 6, 16, 1, ALIGN_LEFT, 0, N_("the operator")},
    [COL_VALUE] = {"value", N_("value"), 5, 16, 3, ALIGN_LEFT, 0,
	N_("what it was set to")},
    [COL_SINCE] = {"since", N_("since"), 5, 5, 3, ALIGN_RIGHT, COLF_NUMBER,
	N_("when it began")},
    [COL_LEAKED] = {"leaked", N_("leaked"), 6, 6, 4, ALIGN_RIGHT, COLF_NUMBER,
	N_("mail that left through a pause")},
    [COL_ID] = {"id", N_("lease"), 15, 19, 6, ALIGN_LEFT, 0,
	N_("what undo and extend take")},
    [COL_WHY] = {"why", N_("why"), 12, 200, 0, ALIGN_LEFT, 0,
	N_("the reason given")},
};

static const struct lease *
at(const struct ui *ui, struct row row)
{
	return &ui->act.leases[row.at];
}

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	(void)m;
	for (size_t i = 0; i < ui->act.n_leases && i < cap; i++) {
		const struct lease *l = &ui->act.leases[i];

		out[i] = (struct row){
		    key_of(VIEW_LEASES, str_hash(str_of(l->id), l->host)),
		    (uint32_t)i};
	}
	return ui->act.n_leases;
}

static const char *
verb_word(const struct lease *l)
{
	return l->verb < VERB_N ? verb_rows[l->verb].word : "?";
}

static void
cell_state(struct model *m, const struct lease *l, struct cellv *c)
{
	static const struct {
		const char *word;
		enum role role;
	} states[] = {[LEASE_IN_FORCE] = {N_("in force"), ROLE_OK},
	    [LEASE_UNDONE] = {N_("!other"), ROLE_WARN},
	    [LEASE_ENDING] = {N_("ending"), ROLE_TEXT},
	    [LEASE_STUCK] = {N_("!!stuck"), ROLE_CRIT}};

	fig_printf(c, "%s", _(states[l->state].word));
	c->role = states[l->state].role;
	if (l->state == LEASE_IN_FORCE && act_ui_leaked(m, l) > 0) {
		fig_printf(c, "%s", _("!!leak"));
		c->role = ROLE_CRIT;
	}
}

static void
cell_left(const struct model *m, const struct lease *l, struct cellv *c)
{
	char text[NUM_TEXT];
	int64_t left_ms = l->until_ms - m->now_ms;

	if (l->until_ms == 0) {
		fig_none(c);
		return;
	}
	fig_printf(c, "%s", num_age(text, left_ms > 0 ? left_ms : 0));
	c->num = (double)-left_ms; /* what ends first comes first */
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	const struct lease *l = at(ui, row);

	switch (col) {
	case COL_STATE:
		cell_state(m, l, c);
		break;
	case COL_VERB:
		fig_text(c, str_of(verb_word(l)));
		break;
	case COL_TARGET:
		act_subject_text(&l->of, c->own, sizeof c->own);
		fig_text(c, str_of(c->own));
		break;
	case COL_EFFECT:
		effect_cell_verdict(acts_effect_of(m, l), c);
		break;
	case COL_REFUSED:
	case COL_SENT:
		effect_cell_rate(acts_effect_of(m, l), col == COL_SENT, c);
		break;
	case COL_HOST:
		fig_text(c, str_of(m->hosts[l->host].name));
		break;
	case COL_LEFT:
		cell_left(m, l, c);
		break;
	case COL_UNTIL:
		if (l->until_ms == 0)
			fig_none(c);
		else
			fig_since(c, m->now_ms, l->until_ms);
		break;
	case COL_WHO:
		/* Whose home keeps it, when it is not ours. */
		fig_printf(c, l->user[0] != '\0' ? "%s (%s)" : "%s%s", l->who,
		    l->user);
		break;
	case COL_VALUE:
		if (l->value[0] == '\0')
			fig_none(c);
		else
			fig_text(c, str_of(l->value));
		break;
	case COL_SINCE:
		fig_since(c, m->now_ms, l->since_ms);
		break;
	case COL_LEAKED:
		if (l->verb == VERB_PAUSE)
			fig_count(c, act_ui_leaked(m, l));
		else
			fig_none(c);
		break;
	case COL_ID:
		fig_text(c, str_of(l->id));
		break;
	default:
		fig_text(c, str_of(l->why));
	}
}

/* What is not as it should be, then what ends first. */
static double
rank(struct model *m, const struct ui *ui, struct row row)
{
	static const double places[] = {[LEASE_IN_FORCE] = 0,
	    [LEASE_ENDING] = 1,
	    [LEASE_UNDONE] = 2,
	    [LEASE_STUCK] = 4};
	const struct lease *l = at(ui, row);
	double place = places[l->state];

	if (l->state == LEASE_IN_FORCE && act_ui_leaked(m, l) > 0)
		place = 3;
	return place - (l->until_ms == 0 ? 0.9 : (double)l->until_ms / 1e14);
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	const struct act_ui *a = &ui->act;
	unsigned bad = 0, leak = 0;
	char age[NUM_TEXT];

	for (size_t i = 0; i < a->n_leases; i++) {
		const struct lease *l = &a->leases[i];

		leak += act_ui_leaked(m, l) > 0;
		bad += l->state == LEASE_UNDONE || l->state == LEASE_STUCK;
	}
	if (a->leases_ms == 0) {
		(void)buf_puts(out, _("no host has told what is in force yet"));
		return ROLE_UNKNOWN;
	}
	(void)buf_printf(out, _("in force: %zu"), a->n_leases);
	if (leak > 0)
		(void)buf_printf(out, _(", %u leak"), leak);
	if (bad > 0)
		(void)buf_printf(out, _(", %u changed by others"), bad);
	(void)buf_printf(out, _("; %u of %u hosts asked, %s ago"),
	    a->leases_hosts, (unsigned)m->n_hosts,
	    num_age(age,
		ui->now_ms > a->leases_ms ? ui->now_ms - a->leases_ms : 0));
	if (a->leases_why[0] != '\0')
		(void)buf_printf(out, "; %s", a->leases_why);
	return leak > 0				     ? ROLE_CRIT
	       : bad > 0 || a->leases_why[0] != '\0' ? ROLE_WARN
	       : a->leases_hosts < m->n_hosts	     ? ROLE_UNKNOWN
						     : ROLE_TEXT;
}

static enum role
detail(struct model *m, const struct ui *ui, struct row row, struct buf *out)
{
	const struct lease *l = at(ui, row);
	const struct act_effect *x = acts_effect_of(m, l);
	uint64_t leaked = act_ui_leaked(m, l);
	char hms[CLOCK_TEXT], left[NUM_TEXT], of[2 * NAME_MAX_BYTES];

	act_subject_text(&l->of, of, sizeof of);
	(void)buf_printf(out, _("%s of %s on %s by %s since %s: %s. "),
	    verb_word(l), of, m->hosts[l->host].name, l->who,
	    clock_day_hms(hms, l->since_ms, m->now_ms), l->why);
	if (x != NULL && x->e.verdict != EFFECT_NONE) {
		(void)buf_puts(out, _("Effect: "));
		acts_effect_text(x, true, out);
	}
	if (leaked > 0)
		(void)buf_printf(out,
		    _("%llu messages left through it: somebody flushed the "
		      "queue, or another transport sends from there. "),
		    (unsigned long long)leaked);
	if (l->state != LEASE_IN_FORCE)
		(void)buf_printf(out, "%s%s%s. ", lease_state_label(l->state),
		    l->text[0] != '\0' ? ": " : "", l->text);
	if (l->until_ms == 0)
		(void)buf_puts(
		    out, _("It stays until it is lifted: E ends it."));
	else if (l->until_ms > m->now_ms)
		(void)buf_printf(out,
		    _("At %s (in %s) the host takes it back by itself; E ends "
		      "it now, X moves its end."),
		    clock_day_hms(hms, l->until_ms, m->now_ms),
		    num_age(left, l->until_ms - m->now_ms));
	return leaked > 0 || l->state == LEASE_STUCK ? ROLE_CRIT
	       : l->state == LEASE_UNDONE	     ? ROLE_WARN
						     : ROLE_TEXT;
}

static const char *
thing(const struct model *m, const struct ui *ui, struct row row,
    struct act_thing *out)
{
	(void)m;
	*out = (struct act_thing){.host = at(ui, row)->host};
	memcpy(out->lease, at(ui, row)->id, sizeof out->lease);
	return NULL;
}

static host_id
row_host(const struct model *m, struct row row)
{
	(void)m;
	(void)row;
	return HOST_NONE;
}

static void
empty(const struct model *m, const struct ui *ui, struct doc *out)
{
	(void)m;
	if (ui->act.leases_ms == 0)
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(ui->act.locked[0] != '\0'
			       ? ui->act.locked
			       : _("The hosts are asked what is in force once "
				   "they are connected.")));
	else
		doc_line(out, ROLE_OK, 0,
		    str_of(_("No act is in force on the hosts that were "
			     "asked.")));
}

static const struct table_view table = {
    .cols = cols, .n_cols = COL_N, .rows = rows, .cell = cell, .rank = rank};

const struct view view_leases = {
    .name = "leases",
    .title = N_("Leases"),
    .ctx = CTX_TABLE | CTX_LEASES,
    .table = &table,
    .summary = summary,
    .detail_rows = 6,
    .detail = detail,
    .thing = thing,
    .row_host = row_host,
    .empty = empty,
};
