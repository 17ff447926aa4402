/*
 * act_site.c - actions of the site's own on the screen: which there are, which
 * may be done now, on which host. A safe one changes nothing, so it may be done
 * in a console that only reads; every other is as any act.
 */
#include "tui/act_ui.h"

#include "core/i18n.h"
#include "core/site.h"
#include "tui/overlay.h"
#include "tui/ui.h"

#include <stdio.h>

unsigned
act_site_count(const struct ui *ui)
{
	return ui->act.sites == NULL ? 0 : ui->act.sites->n;
}

const char *
act_site_locked(const struct ui *ui, const struct site_action *a)
{
	/* A recording has no host; without a journal nothing is done. */
	if (a != NULL && (a->flags & ACTF_SAFE) != 0)
		return ui->act.locked[0] != '\0' ? ui->act.locked : NULL;
	return act_ui_locked(ui);
}

const char *
act_site_held(const struct ui *ui)
{
	const struct act_ui *a = &ui->act;

	if (a->job != ACT_JOB_VERB || a->request.verb != VERB_SITE)
		return act_ui_locked(ui);
	return act_site_locked(
	    ui, site_find(a->sites, str_of(a->request.of.site)));
}

/* Where its row says, or else on the host in view. */
static bool
choose_host(struct ui *ui, const struct model *m, const struct site_action *a,
    host_id *host)
{
	*host = HOST_NONE;
	if (a->n_hosts > 0)
		return true;
	*host = ui_host_in_view(ui, m);
	if (*host == HOST_NONE && ui_top_const(ui)->view == VIEW_HOST)
		*host = ui->host;
	/* Of a single one there is no doubt. */
	if (*host == HOST_NONE && m->n_hosts == 1)
		*host = 0;
	if (*host != HOST_NONE)
		return true;
	ui_say(ui, true,
	    _("site %s: on which host? go to its row in 1, or to 6"), a->name);
	return false;
}

bool
act_site_take(struct ui *ui, const struct model *m)
{
	struct act_ui *a = &ui->act;
	const struct site_action *site =
	    site_find(a->sites, str_of(a->request.of.site));
	const char *locked = act_site_locked(ui, site);
	char why[512];
	host_id host;

	/* What is wrong with a line is said to who may not do it, too. */
	if (site_request(a->sites, &a->request, why, sizeof why) != ERR_OK) {
		ui_say(ui, true, "%s", why);
		return false;
	}
	if (locked != NULL) {
		ui_say(ui, true, "site: %s", locked);
		return false;
	}
	if (!choose_host(ui, m, site, &host))
		return false;
	a->targets[0] =
	    (struct act_target_row){.host = host, .of = a->request.of};
	a->n_targets = 1;
	return true;
}

void
act_site_choose(struct ui *ui, struct model *m, unsigned i)
{
	const struct site_action *a = &ui->act.sites->v[i];
	const char *locked = act_site_locked(ui, a);
	char line[SITE_NAME];

	if (locked != NULL) {
		ui_say(ui, true, "%s: %s", a->name, locked);
		return;
	}
	if (a->n_params == 0) {
		str_copy(line, sizeof line, str_of(a->name));
		act_ui_words(ui, m, VERB_SITE, str_of(line));
		return;
	}
	overlay_open(ui, OV_PALETTE);
	ui->input_n =
	    (size_t)snprintf(ui->input, sizeof ui->input, "site %s ", a->name);
}
