/* dname.c - domain names; see dname.h. */
#include "core/dname.h"

static bool
label_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool
dname_ok(struct str s)
{
	size_t label = 0;

	if (s.n == 0 || s.n > DNAME_MAX_BYTES || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.') {
			if (label == 0 || s.p[i - 1] == '-')
				return false;
			label = 0;
		} else if (!label_byte(s.p[i]) || ++label > 63 ||
			   (s.p[i] == '-' && label == 1)) {
			return false;
		}
	}
	return label > 0;
}
