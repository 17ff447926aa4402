/* lease.c - see lease.h. */
#include "core/lease.h"

#include "core/i18n.h"

static const struct {
	const char *name, *label;
} rows[] = {[LEASE_IN_FORCE] = {"in-force", N_("in force")},
    [LEASE_UNDONE] = {"undone", N_("no longer so on the host")},
    [LEASE_ENDING] = {"ending", N_("its time is over")},
    [LEASE_STUCK] = {"stuck", N_("cannot be ended: changed meanwhile")}};

const char *
lease_state_name(enum lease_state s)
{
	return rows[s].name;
}

const char *
lease_state_label(enum lease_state s)
{
	return _(rows[s].label);
}
