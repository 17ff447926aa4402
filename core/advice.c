/* advice.c - see advice.h. */
#include "core/advice.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>

enum {
	MINUTE_MS = 60000,
	SHARE_PCT = 90, /* of what was accepted: leave it some room */
	LIMIT_MOST = 1000,
};

/* Attempts in over_ms, at this interval. */
static double
tries_at(const struct advice_load *l, uint32_t interval_s)
{
	double most =
	    (double)l->handles * (double)l->over_ms / 1000 / (double)interval_s;
	double sum = 0, each;

	for (uint32_t i = 0; i < l->n; i++)
		sum += l->tried[i] < most ? l->tried[i] : most;
	if (l->n_more > 0) {
		each = (double)l->tried_more / l->n_more;
		sum += l->n_more * (each < most ? each : most);
	}
	return sum;
}

uint32_t
advice_interval(const struct advice_load *l)
{
	double most = (double)l->accepted * SHARE_PCT / 100;
	uint32_t s = 1;

	if (l->over_ms == 0)
		return 0;
	while (s < ADVICE_INTERVAL_MOST_S && tries_at(l, s) > most)
		s++;
	return s;
}

static void
put_words(
    struct advice *out, enum verb v, const struct act_subject *of, uint32_t n)
{
	char target[2 * NAME_MAX_BYTES - 32];

	act_subject_text(of, target, sizeof target);
	(void)snprintf(out->words, sizeof out->words, "%s %s %u%s",
	    verb_rows[v].word, target, n, v == VERB_INTERVAL ? "s" : "");
	out->kind = ADVICE_TRY;
}

static void
tell_load(struct advice *out, const struct advice_load *l)
{
	out->why = ADVICE_TAKES;
	out->accepted_deci = (int64_t)l->accepted * 10 * MINUTE_MS / l->over_ms;
	out->over_ms = l->over_ms;
	out->domains = l->n + l->n_more;
	out->handles = l->handles;
}

/* The interval that what was accepted asks for, above the one in force. */
static void
slow_down(struct advice *out, const struct advice_case *c)
{
	uint32_t now_s = c->verb == VERB_INTERVAL ? c->value : 0;
	uint32_t more_s = now_s + (now_s + 1) / 2, s;

	if (c->load.over_ms == 0)
		return;
	if (now_s >= ADVICE_INTERVAL_MOST_S) {
		put_words(out, VERB_INTERVAL, c->of, now_s);
		out->kind = ADVICE_KEEP;
		out->why = ADVICE_STILL;
		return;
	}
	tell_load(out, &c->load);
	s = advice_interval(&c->load);
	if (c->load.accepted == 0) {
		s = ADVICE_PROBE_S;
		out->why = ADVICE_TAKES_NONE;
	}
	if (s <= now_s) {
		s = more_s;
		out->why = ADVICE_STILL;
	}
	if (s > ADVICE_INTERVAL_MOST_S)
		s = ADVICE_INTERVAL_MOST_S;
	put_words(out, VERB_INTERVAL, c->of, s);
}

static void
end_it(struct advice *out, const struct advice_case *c)
{
	(void)snprintf(out->words, sizeof out->words, "%s %s",
	    verb_rows[VERB_LIFT].word, c->lease);
	out->kind = ADVICE_END;
}

/* None is refused any more: let more go, by halves. */
static void
speed_up(struct advice *out, const struct advice_case *c)
{
	bool waits = c->waiting >= ADVICE_BACKLOG;
	uint32_t n = c->verb == VERB_INTERVAL ? c->value / 2 : c->value * 2;

	out->why = c->quiet_ms < ADVICE_QUIET_MS ? ADVICE_HURTS
		   : waits			 ? ADVICE_QUIET
						 : ADVICE_WELL;
	if (!waits || n == 0 || n > LIMIT_MOST)
		end_it(out, c);
	else
		put_words(out, c->verb, c->of, n);
}

bool
advice_elsewhere(const struct advice_case *c)
{
	return c->others_refused > 0 && c->others_refused * 2 >= c->others;
}

/* A pace for what is let go again, and the pause's end: in an order in which
 * neither waits for the other. */
static void
let_go(struct advice *out, const struct advice_case *c)
{
	struct act_subject of = *c->of;
	struct advice end = {0};
	uint32_t s = advice_interval(&c->load);

	if (out->why == ADVICE_ELSEWHERE) {
		of = (struct act_subject){.on = ACT_ON_PROVIDER};
		str_copy(of.provider, sizeof of.provider, str_of(c->provider));
	}
	if (s == 0 || c->load.accepted == 0)
		s = ADVICE_PROBE_S;
	put_words(out, VERB_INTERVAL, &of, s);
	end_it(&end, c);
	str_copy(out->then, sizeof out->then, str_of(end.words));
	/* A second rule for the same mail is refused. */
	if (c->of->on == ACT_ON_PROVIDER) {
		str_copy(out->then, sizeof out->then, str_of(out->words));
		str_copy(out->words, sizeof out->words, str_of(end.words));
	}
}

/* What is paused is not tried: what is known is how it was, and how others
 * fare meanwhile. */
static void
after_pause(struct advice *out, const struct advice_case *c)
{
	if (c->standing && !c->refused) { /* a pace set since mends none */
		out->kind = ADVICE_KEEP;
		out->why = ADVICE_STANDING;
	} else if (c->paced) {
		end_it(out, c);
		out->why = ADVICE_PACED;
	} else if (!c->refused) {
		return;
	} else if (!advice_elsewhere(c) && c->quiet_ms < ADVICE_QUIET_MS) {
		out->kind = ADVICE_KEEP;
		out->why = ADVICE_PAUSED;
		out->until_ms = c->now_ms - c->quiet_ms + ADVICE_QUIET_MS;
	} else {
		if (c->load.over_ms > 0)
			tell_load(out, &c->load);
		out->why =
		    advice_elsewhere(c) ? ADVICE_ELSEWHERE : ADVICE_PAUSED;
		out->quiet_ms = c->quiet_ms;
		out->others = c->others;
		out->others_refused = c->others_refused;
		let_go(out, c);
	}
}

void
advice_make(struct advice *out, const struct advice_case *c)
{
	*out = (struct advice){0};
	if (!c->known) {
		out->kind = ADVICE_WAIT;
		return;
	}
	if (c->verb == VERB_PAUSE) {
		after_pause(out, c);
		return;
	}
	if (c->refused &&
	    (c->verb == VERB_CONCURRENCY || c->verb == VERB_PROCESSES) &&
	    c->value > 1) {
		out->why = ADVICE_STILL;
		put_words(out, c->verb, c->of, c->value / 2);
	} else if (c->refused) {
		slow_down(out, c);
	} else if (c->verb == VERB_N) {
		return;
	} else if ((c->quiet_ms >= ADVICE_QUIET_MS || c->hurts) &&
		   c->waiting >= 0) {
		speed_up(out, c);
	} else if (c->quiet_ms < ADVICE_QUIET_MS) {
		out->kind = ADVICE_KEEP;
		out->why = ADVICE_RARE;
		out->until_ms = c->now_ms - c->quiet_ms + ADVICE_QUIET_MS;
	}
}

static void
put_takes(const struct advice *a, struct buf *out)
{
	char over[NUM_TEXT];

	(void)buf_printf(out,
	    _("it took %d.%d a minute in %s while it refused; domains: %u, "
	      "handles: %u"),

	    (int)(a->accepted_deci / 10), (int)(a->accepted_deci % 10),
	    num_age(over, a->over_ms), a->domains, a->handles);
}

/* What is known after a pause, and what is not. */
static void
put_why_paused(const struct advice *a, struct buf *out)
{
	char over[NUM_TEXT];

	if (a->why == ADVICE_ELSEWHERE)
		(void)buf_printf(out,
		    _("it refuses others of ours too, %u of %u egress IPs: a "
		      "pause of one does not help; "),
		    a->others_refused, a->others);
	else
		(void)buf_printf(out,
		    _("nothing was tried for %s, so nobody knows whether it "
		      "still refuses; before, "),
		    num_age(over, a->quiet_ms));
	if (a->over_ms == 0)
		(void)buf_puts(out, _("what it takes is not known: one a "
				      "minute finds out"));
	else if (a->accepted_deci == 0)
		(void)buf_puts(
		    out, _("it took nothing: one a minute finds out"));
	else
		put_takes(a, out);
}

static void
put_why(const struct advice *a, struct buf *out)
{
	(void)buf_puts(out, " (");
	switch (a->why) {
	case ADVICE_TAKES:
		put_takes(a, out);
		break;
	case ADVICE_TAKES_NONE:
		(void)buf_puts(out,
		    _("it takes nothing: one a minute finds out when it does "
		      "again"));
		break;
	case ADVICE_STILL:
		(void)buf_puts(out, _("it refuses still"));
		break;
	case ADVICE_PAUSED:
	case ADVICE_ELSEWHERE:
		put_why_paused(a, out);
		break;
	case ADVICE_PACED:
		(void)buf_puts(
		    out, _("a pace is set: more slowly is how it begins"));
		break;
	case ADVICE_HURTS:
		(void)buf_puts(out, _("none is refused, and less goes "
				      "through than before"));
		break;
	case ADVICE_QUIET:
		(void)buf_puts(out, _("none refused for 5 min, and mail waits: "
				      "twice as many"));
		break;
	default:
		(void)buf_puts(
		    out, _("none refused for 5 min, and nothing waits"));
	}
	(void)buf_putc(out, ')');
}

static void
put_keep(const struct advice *a, struct buf *out)
{
	char at[CLOCK_TEXT];

	(void)clock_hms(at, a->until_ms);
	if (a->why == ADVICE_STILL)
		(void)buf_puts(out, _("Next: it refuses even so: pause it, and "
				      "ask the provider. "));
	else if (a->why == ADVICE_STANDING)
		(void)buf_puts(out,
		    _("Next: leave it: it was refused for a list or its "
		      "standing, which no pace mends; see its listings. "));
	else if (a->why == ADVICE_PAUSED)
		(void)buf_printf(out,
		    _("Next: leave it until %s, then let a little go. "), at);
	else
		(void)buf_printf(out,
		    _("Next: leave it; should nothing be refused until %s, let "
		      "more go. "),
		    at);
}

void
advice_text(const struct advice *a, bool whole, struct buf *out)
{
	switch (a->kind) {
	case ADVICE_TRY:
	case ADVICE_END:
		(void)buf_printf(out, _("Next: %s"), a->words);
		if (a->then[0] != '\0')
			(void)buf_printf(out, _(", then %s"), a->then);
		if (whole)
			put_why(a, out);
		(void)buf_puts(out, ". ");
		break;
	case ADVICE_KEEP:
		put_keep(a, out);
		break;
	default:
		break;
	}
}
