/*
 * view_egress_detail.c - an egress IP in whole sentences, the worst first.
 */
#include "tui/effect_ui.h"
#include "tui/egress_ui.h"
#include "tui/figure.h"
#include "tui/standing.h"
#include "tui/throttles_ui.h"
#include "tui/ui.h"
#include "tui/worst.h"

#include "core/clock.h"
#include "core/i18n.h"

enum { BIND_LOST_MS = 10 * 60 * 1000 };

bool
egress_bind_lost(const struct model *m, const struct egress *e)
{
	return e->bind_lost_ms != 0 &&
	       m->now_ms - e->bind_lost_ms < BIND_LOST_MS;
}

/* The finding that says how this host's deliveries could be told apart. */
static const struct finding *
attribution_finding(const struct host *h)
{
	if (h->found == NULL)
		return NULL;
	for (unsigned i = 0; i < h->found->n_findings; i++)
		if (strcmp(h->found->findings[i].id, "no-syslog-name") == 0)
			return &h->found->findings[i];
	return NULL;
}

static void
explain_unattributable(
    const struct egress *e, const struct host *h, struct buf *out)
{
	const struct finding *f = attribution_finding(h);

	if (f != NULL)
		(void)buf_printf(
		    out, _("%s: %s. Mend: %s"), h->name, f->text, f->remedy);
	else
		(void)buf_printf(out,
		    _("%s: deliveries of %s cannot be told apart by egress "
		      "IP, their log lines carry one name. Give each "
		      "transport in master.cf -o "
		      "syslog_name=postfix/$service_name."),
		    h->name, e->handles[0] == '\0' ? "smtp" : e->handles);
}

/* What was done about it and what that did; else what to do next. */
static void
put_acts(struct model *m, const struct egress *e, struct buf *out)
{
	struct effect_of of = {.host = e->host, .egress = e};
	struct drain_view waits = drain_look(&e->drain);
	struct advice next;
	const struct cell *worst;
	unsigned n;

	effect_text(m, &of, out);
	worst = worst_throttle(m, e->id, &n);
	if (worst != NULL) {
		acts_advise(m, (uint32_t)(worst - m->cells), &next);
		advice_text(&next, false, out);
	}
	if (waits.waiting > 0 || waits.emptied_ms != 0)
		effect_drain_text(&waits, m->now_ms, out);
}

enum role
egress_detail(
    struct model *m, const struct ui *ui, struct row row, struct buf *out)
{
	const struct egress *e = &m->egress[row.at];
	const struct host *h = &m->hosts[e->host];
	const struct reply_group *r = worst_reply(m, ui, e->id);
	char first[CLOCK_TEXT], last[CLOCK_TEXT];
	const struct cell *of;
	enum role role;
	struct str name;
	unsigned n;

	if (host_mark(h) != '+') {
		host_trouble(h, m->now_ms, out);
		(void)buf_putc(out, ' ');
		(void)standing_text(m, e, out);
		return host_role(h);
	}
	if (egress_bind_lost(m, e)) {
		(void)buf_printf(out,
		    _("%s no longer has %s (said at %s): its mail leaves from "
		      "the default address. Give the host the address back, "
		      "or set smtp_bind_address_enforce=yes."),
		    h->name, model_egress_label(e),
		    clock_hms(first, e->bind_lost_ms));
		return ROLE_CRIT;
	}
	if (!e->attributable) {
		role = standing_text(m, e, out);
		explain_unattributable(e, h, out);
		return role_worse(role, ROLE_UNKNOWN);
	}
	role = standing_text(m, e, out);
	put_acts(m, e, out);
	if (r == NULL && out->n > 0)
		return role;
	if (r == NULL) {
		(void)buf_printf(out,
		    _("%s: nothing deferred in the last 10 minutes. "),
		    model_egress_label(e));
		standing_clean(m, e, out);
		return ROLE_DIM;
	}
	of = worst_throttle(m, e->id, &n);
	if (of != NULL && of->provider == r->provider) {
		if (throttles_proof(m, of->throttle) != NULL)
			r = throttles_proof(m, of->throttle);
		(void)buf_puts(out, _("It says: "));
		(void)buf_str(out, worst_text(m, r));
		return ROLE_WARN;
	}
	name = intern_text(m->texts, r->provider);
	(void)buf_printf(out, _("%.*s, %u deferred in 10 min, %s to %s: "),
	    (int)name.n, name.n == 0 ? "" : name.p, ui->worst[e->id].refused,
	    clock_hms(first, r->tally.first_ms),
	    clock_hms(last, r->tally.last_ms));
	(void)buf_str(out, worst_text(m, r));
	return ROLE_WARN;
}
