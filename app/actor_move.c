/* actor_move.c - what a plan says of those of a host who take an evacuated
 * egress IP's mail over: whom the planner chose, how they are by the model. */
#include "app/actor_int.h"
#include "core/act_move.h"
#include "remote/postfix_plan.h"

void
actor_warn_of_move(
    struct actor *a, host_id host, const struct act_state *st, size_t waiting)
{
	struct plan *p = a->plan;
	char to[MAX_HANDLES][ADDR_MAX_BYTES];
	unsigned n =
	    postfix_plan_targets(p, actor_found(a, host), st, to, MAX_HANDLES);

	act_move_text(a->o.s->m, host, p->request.of.egress, to, n, waiting,
	    p->warning, sizeof p->warning);
}
