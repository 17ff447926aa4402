/* effect_ui.c - see effect_ui.h. */
#include "tui/effect_ui.h"

#include "tui/figure.h"
#include "tui/widget.h"

#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>

enum {
	MARKS_NAMED = 2,
	NAMED_MS = 2 * 3600000,
	EMPTIED_MS = 3600000, /* what was emptied is told so long */
	OLD_MS = 120000,      /* a reading that must say its age */
	EMPTIED_LEAST = 5,    /* if so many had been waiting */
};

static bool
concerns(const struct act_mark *k, const struct effect_of *of)
{
	if (k->host != of->host)
		return false;
	return of->egress == NULL ||
	       acts_touch(&k->of, of->egress, of->provider);
}

void
effect_marks(struct cellv *c, const struct model *m, const struct effect_of *of)
{
	int64_t newest = m->now_ms / SERIES_MIN_MS;

	for (size_t i = 0; i < m->acts.n_marks && c->graph_n > 0; i++) {
		const struct act_mark *k = &m->acts.marks[i];
		int64_t back = newest - k->at_ms / SERIES_MIN_MS;

		if (back >= 0 && back < c->graph_n && concerns(k, of))
			graph_mark(&c->graph[c->graph_n - 1 - back]);
	}
}

/* The newest marks but that of `but`, oldest first. */
static void
put_marks(const struct model *m, const struct effect_of *of,
    const struct lease *but, struct buf *out)
{
	const struct act_mark *last[MARKS_NAMED];
	unsigned n = 0;

	for (size_t i = m->acts.n_marks; i-- > 0 && n < MARKS_NAMED;) {
		const struct act_mark *k = &m->acts.marks[i];

		if (m->now_ms - k->at_ms > NAMED_MS || !concerns(k, of) ||
		    (but != NULL && !k->end && strcmp(k->id, but->id) == 0))
			continue;
		last[n++] = k;
	}
	for (unsigned i = n; i-- > 0;) {
		acts_mark_text(last[i], out);
		(void)buf_puts(out, i > 0 ? "; " : ". ");
	}
}

void
effect_text(const struct model *m, const struct effect_of *of, struct buf *out)
{
	const struct lease *l =
	    of->egress == NULL ? NULL
			       : acts_of_egress(m, of->egress, of->provider);
	const struct act_effect *x = l == NULL ? NULL : acts_effect_of(m, l);

	if (x != NULL) {
		acts_lease_text(m, l, out);
		(void)buf_puts(out, ": ");
		acts_effect_text(x, false, out);
	}
	put_marks(m, of, l, out);
}

void
effect_cell_verdict(const struct act_effect *x, struct cellv *c)
{
	static const enum role roles[EFFECT_VERDICTS] = {
	    [EFFECT_NONE] = ROLE_DIM,
	    [EFFECT_PENDING] = ROLE_UNKNOWN,
	    [EFFECT_BETTER] = ROLE_OK,
	    [EFFECT_SAME] = ROLE_TEXT,
	    [EFFECT_WORSE] = ROLE_WARN,
	    [EFFECT_STOPPED] = ROLE_OK,
	    [EFFECT_LEAKS] = ROLE_CRIT,
	    [EFFECT_UNKNOWN] = ROLE_UNKNOWN};

	if (x == NULL || x->e.verdict == EFFECT_NONE) {
		fig_none(c);
		return;
	}
	fig_printf(c, "%s%s",
	    x->e.verdict == EFFECT_WORSE   ? "!"
	    : x->e.verdict == EFFECT_LEAKS ? "!!"
					   : "",
	    effect_verdict_label(x->e.verdict));
	c->role = roles[x->e.verdict];
}

void
effect_cell_rate(const struct act_effect *x, bool sent, struct cellv *c)
{
	char a[NUM_TEXT], b[NUM_TEXT];
	const struct effect_span *was, *is;

	if (x == NULL || x->e.verdict == EFFECT_NONE) {
		fig_none(c);
		return;
	}
	was = &x->e.before;
	is = &x->e.after;
	fig_printf(c, "%s->%s",
	    acts_rate(a, was, sent ? was->sent : was->refused),
	    acts_rate(b, is, sent ? is->sent : is->refused));
	c->num = (double)effect_per_min_deci(is, sent ? is->sent : is->refused);
}

/* "12.3", "41" */
static const char *
deci_text(char dst[NUM_TEXT], int64_t deci)
{
	uint64_t n = (uint64_t)(deci < 0 ? -deci : deci);

	if (n >= 1000)
		return num_count(dst, (n + 5) / 10);
	(void)snprintf(dst, NUM_TEXT, "%d.%d", (int)(n / 10), (int)(n % 10));
	return dst;
}

/* It was emptied lately: the last message's delivery was seen. */
static void
put_emptied(const struct drain_view *v, int64_t now_ms, struct buf *out)
{
	char n[NUM_TEXT], at[CLOCK_TEXT];

	if (v->emptied_ms == 0 || now_ms - v->emptied_ms > EMPTIED_MS ||
	    v->emptied_peak < EMPTIED_LEAST)
		(void)buf_puts(out, _("None waits. "));
	else
		(void)buf_printf(out,
		    _("None waits since %s: the last of %s is gone. "),
		    clock_hms(at, v->emptied_ms),
		    num_count(n, v->emptied_peak));
}

void
effect_drain_text(const struct drain_view *v, int64_t now_ms, struct buf *out)
{
	char n[NUM_TEXT], by[NUM_TEXT], at[CLOCK_TEXT];

	if (v->state == DRAIN_UNREAD)
		return;
	if (v->state == DRAIN_EMPTY) {
		put_emptied(v, now_ms, out);
		return;
	}
	(void)buf_printf(out, _("%s wait"), num_count(n, v->waiting));
	(void)deci_text(by, v->per_min_deci);
	switch (v->state) {
	case DRAIN_SHRINKS:
		(void)buf_printf(out, _(", %s fewer a minute"), by);
		if (v->empty_at_ms != 0 && v->empty_at_ms < now_ms)
			(void)buf_puts(
			    out, _(": none by now, if it went on so"));
		else if (v->empty_at_ms != 0)
			(void)buf_printf(out, _(": none about %s"),
			    fig_since_text(at, now_ms, v->empty_at_ms));
		break;
	case DRAIN_GROWS:
		(void)buf_printf(out, _(", %s more a minute"), by);
		break;
	case DRAIN_STEADY:
		(void)buf_puts(out, _(": they do not become fewer"));
		break;
	default:
		(void)buf_puts(out, _(": until when is not known after one "
				      "reading"));
	}
	if (now_ms - v->at_ms > OLD_MS)
		(void)buf_printf(
		    out, _(" (read %s ago)"), num_age(at, now_ms - v->at_ms));
	(void)buf_puts(out, ". ");
}
