/* log_rec.c - the names of what can be wrong with a line; see its header. */
#include "core/log_rec.h"

#include "core/i18n.h"

static const struct {
	const char *name, *label;
} bads[] = {
    [BAD_NONE] = {"", ""},
    [BAD_TIME] = {"no-time", N_("its time cannot be read")},
    [BAD_LENGTH] = {"too-long", N_("it is too long")},
    [BAD_NULS] = {"nuls", N_("NULs where it should begin")},
    [BAD_HALF] = {"half", N_("only half of it is there")},
};

const char *
log_bad_name(enum log_bad b)
{
	return bads[b].name;
}

const char *
log_bad_label(enum log_bad b)
{
	return _(bads[b].label);
}
