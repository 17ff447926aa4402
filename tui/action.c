/* action.c - the action table as rows; see action.h. */
#include "tui/action.h"

#include "core/i18n.h"

const struct action_row action_rows[ACT_N] = {
    [ACT_NONE] = {"", "", "", "", 0, AF_SAFE},
#define X(id, name, keys, ctx, flags, hint, help)                              \
	[ACT_##id] = {name, keys, hint, help, ctx, flags},
    ACTION_LIST(X)
#undef X
};

enum action
action_by_name(struct str name)
{
	for (unsigned a = ACT_NONE + 1; a < ACT_N; a++)
		if (str_eq(name, str_of(action_rows[a].name)))
			return (enum action)a;
	return ACT_NONE;
}
