/* postfix_plan_move.c - evacuation of an egress IP, shares of a pool. */
#include "core/i18n.h"
#include "remote/postfix_plan_int.h"

bool
postfix_plan_move_needs(const struct act_request *r, const struct discovery *d,
    void *ctx, plan_add_fn *add)
{
	(void)r;
	(void)d;
	(void)ctx;
	(void)add;
	return true;
}

err_t
postfix_plan_move(const struct plan_host *h, const struct str *qids, size_t n)
{
	(void)qids;
	(void)n;
	postfix_plan_refuse(
	    h, _("%s: cannot %s yet"), verb_rows[h->p->request.verb].word);
	return ERR_OK;
}
