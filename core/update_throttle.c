/* update_throttle.c - throttles of egress IP x provider as time passes. */
#include "core/model_index.h"

void
update_throttles(struct model *m)
{
	(void)m;
}
