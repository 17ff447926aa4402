/* postfix_ours.c - see postfix_ours.h. */
#include "remote/postfix_ours.h"

bool
postfix_is_ours(struct str name)
{
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/') {
			name = str_from(name, i);
			break;
		}
	return str_starts(name, STR_LIT(POSTFIX_OURS));
}

size_t
postfix_find_ours(struct str list)
{
	size_t at = str_find(list, STR_LIT("/" POSTFIX_OURS));

	return at == SIZE_MAX ? SIZE_MAX : at + 1;
}
