/*
 * alert_text.c - an alert as one sentence for people: what is hit, by what,
 * how much, since when. Names in it come from hosts and lists and are cleaned
 * where they are shown, as all texts of the model.
 */
#include "core/alert_int.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>

/* The words every sentence is made of. */
struct words {
	const struct model *m;
	const struct alert *a;
	struct buf *out;
	const char *cause;
	char value[NUM_TEXT * 2], limit[NUM_TEXT * 2], base[NUM_TEXT];
	char since[CLOCK_TEXT + NUM_TEXT];
};

static void
value_words(const struct alert *a, int64_t v, char dst[NUM_TEXT * 2])
{
	struct buf b;

	buf_init(&b, NUM_TEXT * 2 - 1);
	alert_value_text(a, v, &b);
	str_copy(dst, NUM_TEXT * 2, buf_view(&b));
	buf_done(&b);
}

static void
say_listing(const struct words *w)
{
	const struct alert *a = w->a;
	struct str name = str_of(a->cause);
	uint32_t ips = a->members - a->domains;

	if (a->list < blocklists_count(w->m->lists))
		name = blocklists_at(w->m->lists, a->list)->name;
	if (a->members == 1)
		(void)buf_printf(
		    w->out, _("%s is on %.*s"), a->first, (int)name.n, name.p);
	else if (a->domains == 0)
		(void)buf_printf(w->out,
		    _("%u addresses are on %.*s, %s longest"), ips, (int)name.n,
		    name.p, a->first);
	else if (ips == 0)
		(void)buf_printf(w->out,
		    _("%u domains are on %.*s, %s longest"), a->domains,
		    (int)name.n, name.p, a->first);
	else
		(void)buf_printf(w->out,
		    _("%u of ours are on %.*s (addresses %u, domains %u), %s "
		      "longest"),
		    a->members, (int)name.n, name.p, ips, a->domains, a->first);
	(void)buf_printf(w->out, _(" (%s impact)"), w->value);
}

static void
say_throttle(const struct words *w)
{
	if (w->a->members == 1)
		(void)buf_printf(w->out,
		    _("%s throttles %s: up to %s of attempts refused, %s "
		      "refusals so far"),
		    w->cause, w->a->first, w->value, w->base);
	else
		(void)buf_printf(w->out,
		    _("%s throttles %u egress IPs, %s most: up to %s of "
		      "attempts refused, %s refusals so far"),
		    w->cause, w->a->members, w->a->first, w->value, w->base);
}

static void
say_bounce(const struct words *w)
{
	(void)buf_printf(w->out,
	    w->a->kind == CAUSE_POOL
		? _("pool %s: %s of %s attempts in 10 min bounced (limit %s)")
		: _("%s: %s of %s attempts in 10 min bounced (limit %s)"),
	    w->cause, w->value, w->base, w->limit);
	if (w->a->first[0] == '\0')
		(void)buf_printf(
		    w->out, _(", over %u egress IPs"), w->a->members);
	else if (w->a->members == 1)
		(void)buf_printf(w->out, _(", at %s"), w->a->first);
	else
		(void)buf_printf(w->out, _(", at %u egress IPs, %s most"),
		    w->a->members, w->a->first);
}

static void
say_deferral(const struct words *w)
{
	if (w->a->kind == CAUSE_PROVIDERS)
		(void)buf_printf(w->out,
		    _("%u providers at once defer %s of %s attempts in 10 min "
		      "(limit %s): look at our own network and DNS first"),
		    w->a->members, w->value, w->base, w->limit);
	else if (w->a->members == 1)
		(void)buf_printf(w->out,
		    _("%s defers %s of %s attempts in 10 min (limit %s), from "
		      "%s"),
		    w->cause, w->value, w->base, w->limit, w->a->first);
	else
		(void)buf_printf(w->out,
		    _("%s defers %s of %s attempts in 10 min (limit %s), from "
		      "%u egress IPs"),
		    w->cause, w->value, w->base, w->limit, w->a->members);
}

static void
say_queue_growth(const struct words *w)
{
	(void)buf_printf(w->out,
	    _("%s: %s messages deferred, usually %s (limit %s)"), w->cause,
	    w->value, w->base, w->limit);
}

static void
say_queue_age(const struct words *w)
{
	if (strcmp(w->a->first, "sent") == 0)
		(void)buf_printf(w->out,
		    _("%s: half of the mail that leaves has waited %s and "
		      "more (limit %s)"),
		    w->cause, w->value, w->limit);
	else
		(void)buf_printf(w->out,
		    _("%s: %s messages are not picked up, the oldest for %s "
		      "(limit %s)"),
		    w->cause, w->base, w->value, w->limit);
}

static void
say_sent_fallen(const struct words *w)
{
	if (w->a->members == 1)
		(void)buf_printf(w->out, _("%s sends %s, usually %s/min"),
		    w->a->first, w->value, w->base);
	else
		(void)buf_printf(w->out,
		    _("%u egress IPs of %s send %s together, usually %s/min; "
		      "%s fell most"),
		    w->a->members, w->cause, w->value, w->base, w->a->first);
}

static void
say_host_down(const struct words *w)
{
	if (w->a->kind == CAUSE_HOSTS)
		(void)buf_printf(w->out,
		    _("%u of %u hosts are not reached: look at our own "
		      "network first"),
		    w->a->members, (unsigned)w->m->n_hosts);
	else
		(void)buf_printf(w->out, _("%s is not reached"), w->cause);
}

/* In the link's own words; many begin with the host's name, which was said. */
static struct str
why_down(const struct host *h)
{
	struct str text = str_of(h->link_text), head = str_of(h->name);

	if (str_starts(text, head) &&
	    str_starts(str_from(text, head.n), STR_LIT(": ")))
		text = str_from(text, head.n + 2);
	return text;
}

/* Why it is so, while it is: a sentence of its own. */
static void
say_why(const struct words *w)
{
	const struct alert *a = w->a;
	struct str text = {NULL, 0};

	if (a->closed_ms != 0)
		return;
	if (a->rule == RULE_HOST_DOWN && a->host < w->m->n_hosts)
		text = why_down(&w->m->hosts[a->host]);
	else if (a->rule == RULE_NO_RESOLVER &&
		 a->list < w->m->listings.n_lists)
		text = str_of(w->m->listings.lists[a->list].text);
	if (text.n == 0)
		return;
	(void)buf_putc(w->out, ' ');
	(void)buf_str(w->out, text);
	buf_end_sentence(w->out);
}

static void
say_stale(const struct words *w)
{
	const char *what = w->a->first;

	(void)buf_printf(w->out,
	    strcmp(what, "log") == 0 ? _("%s is up, but its log says nothing")
	    : strcmp(what, "queue") == 0
		? _("%s is up, but its queue could not be read")
		: _("%s is up, but its queue counts do not come"),
	    w->cause);
}

static void
say_unattributable(const struct words *w)
{
	(void)buf_printf(w->out,
	    _("%s: for %s of %s attempts the log does not tell the egress IP"),
	    w->cause, w->value, w->base);
}

static void
say_no_resolver(const struct words *w)
{
	(void)buf_printf(w->out,
	    w->a->members == 1 ? _("%u list cannot be asked")
			       : _("%u lists cannot be asked"),
	    w->a->members);
}

static void
say_leak(const struct words *w)
{
	if (w->a->members == 1)
		(void)buf_printf(w->out,
		    _("%s: %s messages left through \"%s\": somebody flushed "
		      "the queue, or another transport sends from there"),
		    w->cause, w->value, w->a->first);
	else
		(void)buf_printf(w->out,
		    _("%s: %s messages left through %u acts that stop it, "
		      "most through \"%s\""),
		    w->cause, w->value, w->a->members, w->a->first);
}

static void
say_lease(const struct words *w)
{
	(void)buf_printf(w->out,
	    w->a->severity == SEV_CRIT
		? _("%s could not take \"%s\" back: the values are others'")
		: _("%s: somebody else changed what \"%s\" set"),
	    w->cause, w->a->first);
	if (w->a->members > 1)
		(void)buf_printf(w->out, _(", and %u more"), w->a->members - 1);
}

static void
say_spool(const struct words *w)
{
	char total[NUM_TEXT];

	(void)buf_printf(w->out,
	    w->a->severity == SEV_CRIT
		? _("%s refuses new mail: %s of %s free for its queue (limit "
		    "%s)")
		: _("%s: %s of %s free for its queue (limit %s)"),
	    w->cause, w->value, num_bytes(total, w->a->base), w->limit);
}

static void
say_inodes(const struct words *w)
{
	(void)buf_printf(w->out,
	    _("%s: %s of %s inodes free for its queue (limit %s), each message "
	      "needs one"),
	    w->cause, w->value, w->base, w->limit);
}

static void (*const says[RULE_N])(const struct words *w) = {
    [RULE_LISTING] = say_listing,
    [RULE_THROTTLE] = say_throttle,
    [RULE_BOUNCE] = say_bounce,
    [RULE_DEFERRAL] = say_deferral,
    [RULE_QUEUE_GROWTH] = say_queue_growth,
    [RULE_QUEUE_AGE] = say_queue_age,
    [RULE_SENT_FALLEN] = say_sent_fallen,
    [RULE_HOST_DOWN] = say_host_down,
    [RULE_STALE] = say_stale,
    [RULE_UNATTRIBUTABLE] = say_unattributable,
    [RULE_NO_RESOLVER] = say_no_resolver,
    [RULE_LEAK] = say_leak,
    [RULE_LEASE] = say_lease,
    [RULE_SPOOL] = say_spool,
    [RULE_INODES] = say_inodes,
};

err_t
alert_text(const struct model *m, const struct alert *a, struct buf *out)
{
	struct words w = {.m = m, .a = a, .out = out, .cause = a->cause};
	char hms[CLOCK_TEXT], age[NUM_TEXT];

	value_words(a, a->value, w.value);
	value_words(a, a->threshold, w.limit);
	(void)num_count(w.base, a->base);
	says[a->rule](&w);
	(void)buf_printf(out, _("; since %s (%s)."),
	    clock_day_hms(hms, a->since_ms, m->now_ms),
	    num_age(age,
		(a->closed_ms != 0 ? a->closed_ms : m->now_ms) - a->since_ms));
	say_why(&w);
	return out->failed;
}
