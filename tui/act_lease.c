/*
 * act_lease.c - acts in force on the screen: ending one, moving its end, what
 * leaked through a pause. What hosts told of them is in ui->act.leases.
 */
#include "tui/act_ui.h"

#include "core/i18n.h"
#include "core/num.h"
#include "tui/overlay.h"

#include <stdio.h>

void
act_ui_end(struct ui *ui, const struct model *m)
{
	act_ui_on_leases(ui, m, ACT_JOB_END, 0);
}

void
act_ui_type_extend(struct ui *ui)
{
	overlay_open(ui, OV_PALETTE);
	ui->input_n =
	    (size_t)snprintf(ui->input, sizeof ui->input, "extend 30m");
}

void
act_ui_extend(struct ui *ui, struct model *m, struct str words)
{
	const char *why = ui_refusal(ui, m, ACT_EXTEND);
	int64_t ms = ACT_LEASE_DEFAULT_MS;

	if (why == NULL && words.n > 0 &&
	    (num_duration_ms(words, &ms) != ERR_OK || !act_is_lease_ms(ms)))
		why = _("give a duration from now: 30m, 2h; 0s: until lifted");
	if (why != NULL)
		ui_say(ui, true, "extend: %s", why);
	else
		act_ui_on_leases(ui, m, ACT_JOB_EXTEND, ms);
}

enum { IN_FLIGHT_MS = 30000 }; /* what was being sent when a pause began */

uint64_t
act_ui_leaked(struct model *m, const struct lease *l)
{
	uint64_t n = 0;

	/* Past a pause of one provider the rest of its mail goes on. */
	if (l->verb != VERB_PAUSE || l->of.on != ACT_ON_EGRESS ||
	    l->state != LEASE_IN_FORCE)
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

		/* What is no longer so stops nothing; what stops it says more
		 * than a limit beside it. */
		if (l->host == host && l->of.on == ACT_ON_EGRESS &&
		    strcmp(l->of.egress, ip) == 0 && l->state != LEASE_UNDONE &&
		    l->state != LEASE_STUCK &&
		    (found == NULL || l->verb == VERB_PAUSE ||
			(l->verb == VERB_EVACUATE &&
			    found->verb != VERB_PAUSE)))
			found = l;
	}
	return found;
}
