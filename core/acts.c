/* acts.c - see acts.h: questions about the acts in force, and their words. */
#include "core/acts.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/model.h"
#include "core/num.h"

#include <stdio.h>

const struct act_effect *
acts_effect_of(const struct model *m, const struct lease *l)
{
	for (size_t i = 0; i < m->acts.n; i++)
		if (m->acts.leases[i].host == l->host &&
		    strcmp(m->acts.leases[i].id, l->id) == 0)
			return &m->acts.effects[i];
	return NULL;
}

const struct lease *
acts_of_egress(
    const struct model *m, const struct egress *e, struct str provider)
{
	const struct lease *newest = NULL;

	for (size_t i = 0; i < m->acts.n; i++) {
		const struct lease *l = &m->acts.leases[i];

		if (l->host != e->host ||
		    m->acts.effects[i].e.verdict == EFFECT_NONE ||
		    !acts_touch(&l->of, e, provider))
			continue;
		if (newest == NULL || l->since_ms >= newest->since_ms)
			newest = l;
	}
	return newest;
}

static void
put_act(struct buf *out, int64_t at_ms, enum verb v, const char *value)
{
	const char *verb = v < VERB_N ? verb_rows[v].word : "?";
	char at[CLOCK_TEXT];

	clock_hms(at, at_ms)[5] = '\0';
	(void)buf_printf(
	    out, "%s %s%s%s", at, verb, value[0] == '\0' ? "" : " ", value);
}

void
acts_mark_text(const struct act_mark *k, struct buf *out)
{
	put_act(out, k->at_ms, k->verb, k->value);
	if (k->end)
		(void)buf_puts(out, _(" ended"));
	else
		(void)buf_printf(out, _(" by %s"), k->who);
}

void
acts_lease_text(const struct model *m, const struct lease *l, struct buf *out)
{
	const struct discovery *d = m->hosts[l->host].found;

	put_act(out, l->since_ms - (d == NULL ? 0 : d->clock_offset_ms),
	    l->verb, l->value);
	(void)buf_printf(out, _(" by %s"), l->who);
}

char *
acts_rate(char dst[NUM_TEXT], const struct effect_span *s, uint64_t n)
{
	int64_t deci = effect_per_min_deci(s, n);

	if (effect_seen_ms(s) < EFFECT_EARLY_MS)
		(void)snprintf(dst, NUM_TEXT, "?");
	else if (deci == 0)
		(void)snprintf(dst, NUM_TEXT, "0");
	else if (deci < 100)
		(void)snprintf(
		    dst, NUM_TEXT, "%d.%d", (int)(deci / 10), (int)(deci % 10));
	else
		(void)num_count(dst, (uint64_t)(deci + 5) / 10);
	return dst;
}

/* How long was looked, and how long nobody could. */
static void
put_spans(const struct effect *e, struct buf *out)
{
	char over[NUM_TEXT];

	(void)buf_printf(
	    out, _(" (%s before,"), num_age(over, effect_seen_ms(&e->before)));
	(void)buf_printf(
	    out, _(" %s after)"), num_age(over, effect_seen_ms(&e->after)));
	if (e->before.blind_ms + e->after.blind_ms > 0)
		(void)buf_printf(out, _("; %s of it was not seen"),
		    num_age(over, e->before.blind_ms + e->after.blind_ms));
}

static void
put_figures(const struct effect *e, bool whole, struct buf *out)
{
	const struct effect_span *a = &e->before, *b = &e->after;
	char was[NUM_TEXT], is[NUM_TEXT];

	(void)buf_printf(out, _(": refused %s->%s a minute"),
	    acts_rate(was, a, a->refused), acts_rate(is, b, b->refused));
	(void)buf_printf(out, _(", sent %s->%s"), acts_rate(was, a, a->sent),
	    acts_rate(is, b, b->sent));
	if (whole)
		put_spans(e, out);
}

void
acts_effect_text(const struct act_effect *x, bool whole, struct buf *out)
{
	const struct effect *e = &x->e;
	char at[CLOCK_TEXT];

	if (e->verdict == EFFECT_NONE)
		return;
	(void)buf_puts(out, effect_verdict_label(e->verdict));
	if (e->verdict == EFFECT_UNKNOWN)
		(void)buf_printf(out, " (%s)", effect_why_text(e->why));
	if (e->verdict == EFFECT_PENDING && e->known_at_ms != 0)
		(void)buf_printf(
		    out, _(", known about %s"), clock_hms(at, e->known_at_ms));
	if (e->why != EFFECT_NOT_TOLD && e->why != EFFECT_NO_BEFORE)
		put_figures(e, whole, out);
	if (!e->live && e->why != EFFECT_BLIND && e->why != EFFECT_NOT_TOLD)
		(void)buf_printf(out, "; %s", effect_why_text(EFFECT_BLIND));
	(void)buf_puts(out, ". ");
	advice_text(&x->next, whole, out);
}
