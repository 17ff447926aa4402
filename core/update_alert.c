/* update_alert.c - rules that raise, evaluated over the model. */
#include "core/model_index.h"

void
update_alerts(struct model *m)
{
	(void)m;
}

void
update_alert(struct model *m, const struct event *in)
{
	(void)m;
	(void)in;
}
