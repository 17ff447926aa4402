/* update_listing.c - what lists answer, and replies that name one. */
#include "core/model_index.h"

void
update_listing(struct model *m, const struct event *in)
{
	(void)m;
	(void)in;
}
