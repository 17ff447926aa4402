/*
 * view_message.c - one queued message as its host tells it: envelope, why it
 * waits, when it is tried next.
 */
#include "tui/figure.h"
#include "tui/ui.h"
#include "tui/views.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"
#include "core/shquote.h"

enum { LINE_BYTES = 4096 };

/* The answer to this level's question; NULL while it is on its way. */
static const struct message_detail *
answer(const struct model *m, const struct level *l)
{
	const struct message_detail *d = m->message;

	return d != NULL && d->host == l->host && d->instance == l->instance &&
		       strcmp(d->qid, l->qid) == 0
		   ? d
		   : NULL;
}

/* A header goes on behind a tab, which is no character to show. */
static void
put_line(struct doc *out, struct str line)
{
	char text[LINE_BYTES];

	if (line.n == 0 || memchr(line.p, '\t', line.n) == NULL) {
		doc_line(out, ROLE_TEXT, 4, line);
		return;
	}
	str_copy(text, sizeof text, line);
	for (char *c = text; *c != '\0'; c++)
		if (*c == '\t')
			*c = ' ';
	doc_line(out, ROLE_TEXT, 4, str_of(text));
}

static void
document(struct model *m, const struct ui *ui, struct doc *out)
{
	const struct level *l = ui_top_const(ui);
	const struct message_detail *d = answer(m, l);
	struct str rest, line;
	char at[CLOCK_TEXT], in[NUM_TEXT];

	if (d == NULL) {
		doc_line(out, ROLE_UNKNOWN, 0, str_of(_("reading...")));
		return;
	}
	if (d->err != ERR_OK) {
		doc_printf(out, ROLE_CRIT, 0, "%s",
		    d->error[0] == '\0' ? err_text(d->err) : d->error);
		return;
	}
	if (d->next_try_ms == 0)
		doc_line(
		    out, ROLE_UNKNOWN, 0, str_of(_("next attempt: not known")));
	else if (d->next_try_ms > m->now_ms)
		doc_printf(out, ROLE_HEAD, 0, _("next attempt: %s, in %s"),
		    clock_hms(at, d->next_try_ms),
		    num_age(in, d->next_try_ms - m->now_ms));
	else
		doc_printf(out, ROLE_HEAD, 0, _("next attempt: due since %s"),
		    clock_hms(at, d->next_try_ms));
	for (rest = buf_view(&d->text); str_line(&rest, &line);)
		put_line(out, line);
}

/* Its sender is told in lines for people: the list of messages has it. */
static const char *
thing(const struct model *m, const struct ui *ui, struct row row,
    struct act_thing *out)
{
	const struct level *l = ui_top_const(ui);

	(void)m;
	(void)row;
	*out = (struct act_thing){.host = l->host};
	/* Acts know the main instance only. */
	if (l->instance != 0)
		return _("it waits in a further Postfix instance; acts know "
			 "the main one only");
	return shquote_is_qid(str_of(l->qid)) &&
		       str_take(out->f.qids, sizeof out->f.qids, str_of(l->qid))
		   ? NULL
		   : _("this is no queue id that could be acted on");
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	const struct level *l = ui_top_const(ui);
	const struct message_detail *d = answer(m, l);
	char age[NUM_TEXT];

	(void)buf_printf(out, _("message %s on %s"), l->qid,
	    l->host < m->n_hosts ? m->hosts[l->host].name : "?");
	if (d == NULL) {
		(void)buf_puts(out, _(": reading..."));
		return ROLE_UNKNOWN;
	}
	(void)buf_printf(
	    out, _(", read %s ago"), num_age(age, m->now_ms - d->read_at_ms));
	return d->err == ERR_OK ? ROLE_TEXT : ROLE_CRIT;
}

const struct view view_message = {
    .name = "message",
    .title = N_("Message"),
    .ctx = CTX_TEXT | CTX_MESSAGES,
    .document = document,
    .thing = thing,
    .summary = summary,
};
