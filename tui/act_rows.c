/*
 * act_rows.c - what is meant by the rows in view: a view says what a row is of
 * (an egress IP, a provider over it, messages, a lease), a verb what it can be
 * done to. What cannot be told for certain is refused, with what to do instead.
 */
#include "tui/act_ui.h"

#include "core/i18n.h"
#include "core/shquote.h"
#include "tui/ui.h"

#include <stdio.h>

enum verb
act_ui_verb(enum action a)
{
	static const uint8_t verbs[ACT_N] = {[ACT_PAUSE] = 1 + VERB_PAUSE,
	    [ACT_RESUME] = 1 + VERB_RESUME,
	    [ACT_INTERVAL] = 1 + VERB_INTERVAL,
	    [ACT_CONCURRENCY] = 1 + VERB_CONCURRENCY,
	    [ACT_PROCESSES] = 1 + VERB_PROCESSES,
	    [ACT_EVACUATE] = 1 + VERB_EVACUATE,
	    [ACT_RETURN] = 1 + VERB_RETURN,
	    [ACT_HOLD] = 1 + VERB_HOLD,
	    [ACT_RELEASE] = 1 + VERB_RELEASE,
	    [ACT_RETRY] = 1 + VERB_RETRY,
	    [ACT_DELETE] = 1 + VERB_DELETE,
	    [ACT_EXPIRE] = 1 + VERB_EXPIRE,
	    [ACT_ISOLATE] = 1 + VERB_ISOLATE,
	    [ACT_READMIT] = 1 + VERB_READMIT,
	    [ACT_END_LEASE] = 1 + VERB_LIFT,
	    [ACT_EXTEND] = 1 + VERB_LIFT};

	return a < ACT_N && verbs[a] > 0 ? (enum verb)(verbs[a] - 1) : VERB_N;
}

/* --- what a row is of --- */

const char *
act_thing_egress(const struct model *m, egress_id e, struct act_thing *out)
{
	*out = (struct act_thing){.host = HOST_NONE};
	if (e >= m->n_egress)
		return _("the log does not tell which egress IP this is");
	if (m->egress[e].rest || m->egress[e].ip[0] == '\0')
		return _("mail that leaves from no address of its own cannot "
			 "be acted on by address");
	str_copy(out->f.egress, sizeof out->f.egress, str_of(m->egress[e].ip));
	return NULL;
}

const char *
act_thing_pair(const struct model *m, egress_id e, uint32_t provider,
    struct act_thing *out)
{
	struct str name = intern_text(m->texts, provider);
	const char *why = act_thing_egress(m, e, out);

	if (why != NULL)
		return why;
	if (name.n == 0)
		return _("no provider was reached here");
	if (!str_take(out->f.provider, sizeof out->f.provider, name) ||
	    !shquote_is_host(name))
		return _("a provider of this name cannot be acted on");
	return NULL;
}

/* --- what a verb makes of it --- */

static const char *
as_messages(const struct act_thing *t, struct act_target_row *out)
{
	out->of.on = ACT_ON_MESSAGES;
	out->host = t->host;
	out->filter = t->f;
	/* Messages are these, whatever else is known of them. */
	if (t->f.qids[0] != '\0') {
		out->filter = (struct act_filter){0};
		memcpy(out->filter.qids, t->f.qids, sizeof out->filter.qids);
	}
	return NULL;
}

static const char *
as_mail(const struct act_thing *t, unsigned targets, struct act_target_row *out)
{
	bool provider = t->f.provider[0] != '\0' || t->f.domain[0] != '\0';

	if (t->f.qids[0] != '\0' || (!provider && t->f.egress[0] == '\0'))
		return _("not by this: go to a row of 2, or of a provider or "
			 "domain (3, 8)");
	if (provider && (targets & ACT_ON_PROVIDER) == 0)
		return _("it is done to a whole egress IP: go to its row in 2");
	memcpy(out->of.egress, t->f.egress, sizeof out->of.egress);
	out->of.on = ACT_ON_EGRESS;
	/* On every host that carries an address: half a pause is none. */
	out->host = t->f.egress[0] != '\0' ? HOST_NONE : t->host;
	if (!provider)
		return NULL;
	out->of.on = ACT_ON_PROVIDER;
	memcpy(out->of.provider, t->f.provider, sizeof out->of.provider);
	memcpy(out->of.domain, t->f.domain, sizeof out->of.domain);
	return NULL;
}

static const char *
as_target(enum verb v, const struct act_thing *t, struct act_target_row *out)
{
	unsigned targets = verb_rows[v].targets;

	*out = (struct act_target_row){.host = HOST_NONE};
	if (targets == ACT_ON_LEASE && t->lease[0] != '\0') {
		out->of.on = ACT_ON_LEASE;
		out->host = t->host;
		str_copy(out->of.lease, sizeof out->of.lease, str_of(t->lease));
		return NULL;
	}
	if (targets == ACT_ON_LEASE || t->lease[0] != '\0')
		return _("acts in force are in L: E ends one, X moves its end");
	if (targets == ACT_ON_MESSAGES)
		return as_messages(t, out);
	if ((targets & (ACT_ON_EGRESS | ACT_ON_PROVIDER)) != 0)
		return as_mail(t, targets, out);
	if (targets != ACT_ON_SENDER)
		return _("say to what: no row stands for that");
	if (!act_is_address(str_of(t->f.sender)))
		return t->f.sender[0] == '\0'
			   ? _("no sender here: b splits the queue by sender")
			   : _("a sender of this form cannot be acted on");
	out->of.on = ACT_ON_SENDER;
	out->host = t->host;
	str_copy(out->of.sender, sizeof out->of.sender, str_of(t->f.sender));
	return NULL;
}

/* --- which rows --- */

/* Tagged messages of a host are one target. False: no room. */
static bool
merge(struct act_filter *into, const struct act_filter *f)
{
	size_t at = strlen(into->qids), n = strlen(f->qids);

	if (at + n + 2 > sizeof into->qids)
		return false;
	into->qids[at] = ',';
	memcpy(into->qids + at + 1, f->qids, n + 1);
	return true;
}

bool
act_rows_add(struct act_ui *a, const struct act_target_row *t)
{
	for (unsigned i = 0; i < a->n_targets; i++) {
		struct act_target_row *have = &a->targets[i];

		if (have->host != t->host || !act_subject_eq(&have->of, &t->of))
			continue;
		if (t->filter.qids[0] != '\0')
			return merge(&have->filter, &t->filter);
		if (t->of.on != ACT_ON_MESSAGES)
			return true;
	}
	if (a->n_targets == ACT_TARGETS)
		return false;
	a->targets[a->n_targets++] = *t;
	return true;
}

static const char *
row_target(const struct ui *ui, const struct model *m, struct row row,
    enum verb v, struct act_target_row *out)
{
	struct act_thing thing = {.host = HOST_NONE};
	const char *why = ui_view(ui)->thing(m, ui, row, &thing);

	return why != NULL ? why : as_target(v, &thing, out);
}

/* The next tagged row that is shown, from *i on. */
static const struct trow *
next_tagged(const struct ui *ui, size_t *i)
{
	for (; ui->n_tags > 0 && *i < ui->table.n; (*i)++)
		if (ui_tagged(ui, ui->table.shown[*i].row.key))
			return &ui->table.shown[(*i)++];
	return NULL;
}

/* The row that stands for all: the first tagged, or the one under the cursor.
 * Why there is none, as a sentence. */
static const char *
first_row(const struct ui *ui, struct row *row)
{
	const struct trow *at;
	size_t i = 0;

	*row = (struct row){0};
	if (ui_view(ui)->thing == NULL)
		return _("no row here stands for what it is done to: name it, "
			 "or go to 2, 3, 4 or 8");
	if (ui_table(ui) == NULL)
		return NULL;
	at = next_tagged(ui, &i);
	if (at == NULL)
		at = wtable_cursor(&ui->table, ui);
	if (at == NULL)
		return _("there is no row");
	*row = at->row;
	return NULL;
}

const char *
act_rows_refusal(const struct ui *ui, const struct model *m, enum verb v)
{
	struct act_target_row t;
	struct row row;
	const char *why = first_row(ui, &row);

	return why != NULL ? why : row_target(ui, m, row, v, &t);
}

void
act_rows_name(const struct ui *ui, const struct model *m, char *dst, size_t cap)
{
	struct act_request r = {.of.on = ACT_ON_MESSAGES};
	struct act_thing t = {.host = HOST_NONE};
	size_t tagged = 0, i = 0, at;
	struct row row;

	dst[0] = '\0';
	if (first_row(ui, &row) != NULL ||
	    ui_view(ui)->thing(m, ui, row, &t) != NULL)
		return;
	r.filter = t.f;
	if (t.f.qids[0] != '\0')
		r.filter.sender[0] = '\0';
	act_target_text(&r, dst, cap);
	if (t.lease[0] != '\0')
		str_copy(dst, cap, str_of(t.lease));
	while (ui_table(ui) != NULL && next_tagged(ui, &i) != NULL)
		tagged++;
	at = strlen(dst);
	if (tagged > 1)
		(void)snprintf(
		    dst + at, cap - at, _(" and %zu more"), tagged - 1);
}

const char *
act_rows_take(struct ui *ui, const struct model *m, enum verb v)
{
	struct act_ui *a = &ui->act;
	struct act_target_row t;
	const struct trow *at;
	struct row row;
	size_t i = 0;
	const char *why = first_row(ui, &row);

	a->n_targets = 0;
	if (why != NULL)
		return why;
	at = ui_table(ui) != NULL ? next_tagged(ui, &i) : NULL;
	do {
		why = row_target(ui, m, at != NULL ? at->row : row, v, &t);
		if (why != NULL)
			return why;
		if (!act_rows_add(a, &t))
			return t.filter.qids[0] != '\0'
				   ? _("more messages are tagged than one act "
				       "takes (about 80 a host): tag fewer, or "
				       "act on the row they are of")
				   : _("more than 64 rows are tagged: act on "
				       "fewer at once");
		at = at != NULL ? next_tagged(ui, &i) : NULL;
	} while (at != NULL);
	return NULL;
}

void
act_rows_advise(struct ui *ui, struct model *m)
{
	struct act_target_row t;
	struct advice next;
	struct row row;
	uint32_t at;

	ui->act.advised[0] = '\0';
	/* A whole egress IP, and not several. */
	if (ui->n_tags > 1 || first_row(ui, &row) != NULL ||
	    row_target(ui, m, row, VERB_PAUSE, &t) != NULL ||
	    t.of.on != ACT_ON_EGRESS)
		return;
	for (egress_id e = 0; e < m->n_egress; e++) {
		if (strcmp(m->egress[e].ip, t.of.egress) != 0 ||
		    model_throttles_of_egress(m, e, &at) == 0)
			continue;
		acts_advise(m, at, &next);
		if (next.kind != ADVICE_TRY)
			continue;
		str_copy(ui->act.advised, sizeof ui->act.advised,
		    str_of(next.words));
		return;
	}
}
